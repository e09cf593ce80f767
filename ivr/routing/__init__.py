"""Whom to ring, how many at once, and how long it will take: pure rules, without a clock, a database or a provider.

    ranking.py   which doctor first, and why: the score, the ladder
    rating.py    how often a doctor answers; how long they rest after what
    fanout.py    how many doctors ring for one consult at once
    turns.py     whose turn it is among those who wait
    waiting.py   how long a caller will wait, and what may be said of it
    slots.py     when a call back can be kept
    erlang.py    how many doctors a clinic needs: the queue's own limit

Times are UTC milliseconds and arguments. `python -m ivr simulate` runs these rules against invented days (ivr/simulation).
"""
