"""What operators do by hand: each is one transaction with its row of the audit, done once however often it is asked for.

`deed.py` who may do what; then one module for each kind of thing that it is done to: callers, calls, consults, texts, switches, alarms.
"""
