"""The live board: what is going on at this moment. Rows of `ivr.store.board` become cards and sentences; the templates lay them out.

watch.py    reads it all, once for all open consoles       calls.py    who is on the phone, and where in the flow
queue.py    who paid, and waits for a doctor               doctors.py  who is on duty, and what they do
texts.py    texts of the last minutes                      money.py    of today
"""
