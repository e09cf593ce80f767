"""Charts: what became of calls and consults, day by day; each is a table too, and a CSV file.

definitions.py  what each figure counts, in a sentence each    chosen.py  the days and filters that an operator chose
tables.py       a chart as a table                             drawn.py   the charts, each from rows of `ivr.store.charts`
book.py         reads and keeps them                           sheet.py   as CSV
routes.py       the pages
"""
