"""Invented history for a development database: what a console shows of a month at a busy clinic.

amounts.py    how much, and when: an hour-of-day curve over the days
pile.py       rows by table, written in batches
people.py     callers and doctors
walks.py      conversations through the flows, by the engine itself
texts.py      texts, tries, reports, links
calls.py      calls of all lines, call backs and dials
money.py      quotes, links, payments, entries, refunds, receipts, the gateway's events
meeting.py    offers, rings, legs and rooms
consults.py   consults from triage to their end, by stories
live.py       what is under way now
around.py     complaints, opt-outs, alarms, audit
history.py    the order of it all
seed.py       where it may be done
"""
