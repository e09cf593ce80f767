"""Voice menus at work: a live call's webhook becomes one turn of its flow.

conversation.py  start here: the call is answered, a turn comes     facts.py    what a flow may ask about the world
voicing.py       words become recordings or text-to-speech          effects.py  what a flow may wish for, carried out
keeping.py       places, replies and what was heard, as JSON        addresses.py
"""
