"""Voice menus as data, and the engine that walks them. Pure: no clock, no database, no provider.

model.py       start here: flows, places, turns        engine.py     advance(book, place, event, facts) → turn
vocabulary.py  the facts, effects and answers a flow may name
loader.py      callflows/flows/*.yaml → Book           steps.py      one reader per kind of step
words.py       callflows/words/<lang>.yaml             spoken/       numbers, money, days and times in words
check/         the linter: what a phone or the law forbids
draw.py        Mermaid                                 replay.py     yesterday's call on today's flow
"""
