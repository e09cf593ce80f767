"""`python -m bench`: how fast we answer missed calls and keys, send texts, ring doctors and show the console.

All as ratios to baselines of the same run.

webhook.py       the first webhook, ours against a bare and a tutorial-style application (bare.py, tutorial.py)
turns.py         a turn of the voice menu, ours against a bare application; parts.py: the engine, JSON and XML of it, alone
rounds.py        servers side by side, in rounds
pipeline.py      from the call to the SMS request at the provider, and a burst of calls
connecting.py    from a payment to the doctor's ring, and from the doctor's key 1 to the room
console.py       every page of the console on a month of a busy clinic; pages.py finds them
load.py          the load generator, a process of its own; shots.py aims it, missed_calls.py and turns.py load it
stage.py         databases and processes, which end with the run
table.py         what is printed, and the targets
"""
