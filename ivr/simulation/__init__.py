"""Invented days at a clinic, to see what the rules of ivr.routing do: discrete events, fixed seeds, no database and no provider.

model.py     what is assumed of callers and doctors; the strategies that are compared
people.py    a patient, a doctor, an offer, while they last
clinic.py    the events, around the real `rank`, `order`, `fan_out`, `estimate` and both life-cycle tables
measures.py  what came of it
table.py     what `python -m ivr simulate` prints
"""
