"""Charts of calls and texts: each made of what the store counted, a row for each day. Pure."""

from collections import Counter
from collections.abc import Sequence

from ivr.store.tx import Row
from ivr.web.ops.charts.chosen import OBEYED
from ivr.web.ops.charts.columns import Table, by_day, column, half_and_most, labels, said, sums
from ivr.web.ops.charts.definitions import Figure
from ivr.web.ops.charts.tables import Cell, Chart, Drawing, Grid, Series, day_name, share, stages

_MISSED = ("Day", "Missed calls", "Callers", "Texts", "Delivered", "Opened", "Lost", "No text, by rule")
_SMS = ("Day", "Texts", "Provider, median (s)", "Provider, 95 of 100 within (s)", "Phone, median (s)", "Phone, 95 of 100 within (s)")
_STEPS = ("Step", "Calls", "Ended there", "Share (%)")
_MOST_STEPS = 14
"""In the drawing; the table has all."""


def missed_rows(days: range, missed: Sequence[Row], texts: Sequence[Row]) -> Table:
    rang, sent = {row.day: row for row in missed}, {row.day: row for row in texts}

    def row(day: int) -> Sequence[Cell]:
        call, text = rang.get(day), sent.get(day)
        calls = (0, 0) if call is None else (call.calls, call.callers)
        came = (0,) * 5 if text is None else (text.texts, text.delivered, text.opened, text.lost, text.dropped)
        return (day_name(day), *calls, *came)

    return [row(day) for day in days]


def missed_chart(rows: Table) -> Chart:
    summed = sums(rows)
    names = ("Missed calls", "Texts", "Delivered", "Opened")
    counts = [summed[0], summed[2], summed[3], summed[4]]
    return Chart(
        "texts",
        "From the missed call to the app",
        said(Figure.MISSED, Figure.TEXTS, Figure.DELIVERED, Figure.OPENED, Figure.LOST, Figure.CALLERS),
        OBEYED["texts"],
        Grid(_MISSED, rows),
        Drawing("bars", names, [Series("Number", counts)]),
        stages(names, counts),
    )


def sms_rows(days: range, found: Sequence[Row]) -> Table:
    taken, arrived = by_day(found, "to_provider"), by_day(found, "to_phone")
    return [(day_name(day), len(taken[day]), *half_and_most(taken[day]), *half_and_most(arrived[day])) for day in days]


def sms_chart(rows: Table) -> Chart:
    series = [
        Series("To the provider, median", column(rows, 2), "wait"),
        Series("To the provider, 95 of 100", column(rows, 3), "wait", dashed=True),
        Series("To the phone, median", column(rows, 4), "good"),
        Series("To the phone, 95 of 100", column(rows, 5), "good", dashed=True),
    ]
    drawing = Drawing("lines", labels(rows), series, "s")
    return Chart("sms-times", "Time to SMS", said(Figure.TIME_TO_SMS), OBEYED["sms-times"], Grid(_SMS, rows), drawing)


def step_rows(*parts: Sequence[tuple[str, int, int]]) -> Table:
    """Of parts of the time, counted apart: what most calls reached first."""
    reached: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    for step, calls, left in (row for part in parts for row in part):
        reached[step] += calls
        ended[step] += left
    order = sorted(reached, key=lambda step: (-reached[step], step))
    return [(step, reached[step], ended[step], share(ended[step], reached[step])) for step in order]


def step_chart(rows: Table) -> Chart:
    shown = rows[:_MOST_STEPS]
    series = [Series("Calls that came here", column(shown, 1), "brand"), Series("Calls that ended here", column(shown, 2), "bad")]
    about = "Calls that reached a step of a menu where it waits for the caller, and those that ended there; one call counts once a step."
    drawing = Drawing("bars", [str(row[0]) for row in shown], series)
    return Chart("menu", "Where callers leave the menu", [("Steps", about)], OBEYED["menu"], Grid(_STEPS, rows), drawing)
