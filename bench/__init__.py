"""`python -m bench`: how fast a missed call is answered and texted, as ratios to baselines measured in the same run.

webhook.py       the first webhook, ours against a bare and a tutorial-style application (bare.py, tutorial.py)
pipeline.py      from the call to the SMS request at the provider, and a burst of calls
load.py          the load generator, a process of its own; shots.py aims it, missed_calls.py loads it
stage.py         databases and processes, which end with the run
table.py         what is printed, and the targets
"""
