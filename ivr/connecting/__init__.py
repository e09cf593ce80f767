"""Connecting: a paid patient and a doctor who pressed 1, in one room; or the patient's place kept, or their money back.

lifecycle.py    an offer's life as one table
searching.py    who rings whom: the longest waiting first; run when something happens, and each second
offers.py       a doctor is claimed and rung, accepts or not, and is free again
legs.py         the calls of both: on hold, in the room, cut off, over
rooms.py        the room itself
ending.py       what the doctor says came of it, and what that means for the money
connecting.py   what the flows of both ask and wish for, and what providers tell
moving.py       what a provider is asked to do to a call under way
timers.py       clocks of consults, warnings
sweeping.py     the only recovery path: whatever nobody told us
news.py         texts beside the calls
ground.py       the consult of a call, locked; its log
"""
