"""Alarms that reach a person: an alarm becomes a page, an SMS and then calls to those of ONCALL_NUMBER, until one presses 1.

rules.py      what each kind of alarm says, and whom it may wake   plan.py     who is texted and called when, and how often at most
lifecycle.py  a page's states as one table                         raising.py  an alarm gets a page, joins one, or waits for room
taking.py     a page is taken: by key 1, or by command             paging.py   the sweep: pages are raised, and take their steps
sources.py    alarms of the machinery itself
"""
