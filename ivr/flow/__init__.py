"""Voice menus as data, and the engine that walks them. Pure: no clock, no database, no provider.

model.py       start here: flows, places, turns        engine.py     advance(book, place, event, facts) → turn
vocabulary.py  the facts, effects and answers a flow may name
loader.py      callflows/flows/*.yaml → Book           steps.py      one reader per kind of step
words.py       callflows/words/<lang>.yaml             spoken/       numbers, money, days and times in words
check/         the linter: what a phone or the law forbids
ways.py        which step leads to which               layout/       boxes and lines, in rows
draw.py        SVG, for the console                    mermaid.py    the same as text, for a README
lengths.py, longest.py  seconds of speech              recordings.py what is recorded, and what is to be
"""
