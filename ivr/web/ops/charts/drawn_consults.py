"""Charts of consults, and of callers who gave up. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from ivr.store.tx import Row
from ivr.web.ops.charts.chosen import OBEYED
from ivr.web.ops.charts.columns import Table, column, counted, half_and_most, labels, said, sums
from ivr.web.ops.charts.definitions import Figure, in_time
from ivr.web.ops.charts.tables import Cell, Chart, Drawing, Grid, Series, day_name, share, stages

_CONSULTS = ("Day", "Triaged", "Callers", "Quoted", "Paid", "Connected", "Completed", "Refunded")
_DOCTOR = ("Day", "Paid", "Connected", "Median (s)", "95 of 100 within (s)", "Doctor within 60 s (%)")
_LEFT = (
    "Day",
    "Offered",
    "Callers",
    "In the menu",
    "In the menu (%)",
    "Paid",
    "In the queue",
    "In the queue (%)",
    "Accepted",
    "After accept",
    "After accept (%)",
)


def consult_rows(days: range, found: Sequence[Row]) -> Table:
    counts, callers = counted(found), defaultdict(set)
    for consult in found:
        callers[consult.day].add(consult.caller_id)
    wanted = (Figure.QUOTED, Figure.PAID, Figure.CONNECTED, Figure.COMPLETED, Figure.REFUNDED)
    return [(day_name(day), counts[day][Figure.TRIAGED], len(callers[day]), *(counts[day][each] for each in wanted)) for day in days]


def consult_chart(rows: Table) -> Chart:
    summed, names = sums(rows), ("Triaged", "Quoted", "Paid", "Connected", "Completed", "Refunded")
    counts = [summed[0], *summed[2:]]
    funnel = stages(names, counts)
    of_paid = (names[-1], counts[-1], share(counts[-1], counts[0]), None)  # refunds come of all stages after the payment
    return Chart(
        "consults",
        "From the emergency screen to the consult",
        said(Figure.TRIAGED, Figure.QUOTED, Figure.PAID, Figure.CONNECTED, Figure.COMPLETED, Figure.REFUNDED),
        OBEYED["consults"],
        Grid(_CONSULTS, rows),
        Drawing("bars", names, [Series("Consults", counts)]),
        Grid(funnel.columns, [*funnel.rows[:-1], of_paid]),
    )


def doctor_rows(days: range, found: Sequence[Row], now: int) -> Table:
    counts, times, kept = counted(found), defaultdict(list), defaultdict(list)
    for consult in found:
        if consult.paid_at is not None and consult.together_at is not None:
            times[consult.day].append(max(0, consult.together_at - consult.paid_at))
        if (soon := in_time(consult, now)) is not None:
            kept[consult.day].append(soon)
    return [
        (
            day_name(day),
            counts[day][Figure.PAID],
            counts[day][Figure.CONNECTED],
            *half_and_most(sorted(times[day])),
            share(sum(kept[day]), len(kept[day])),
        )
        for day in days
    ]


def doctor_chart(rows: Table) -> Chart:
    series = [
        Series("Median", column(rows, 3), "good"),
        Series("95 of 100 within", column(rows, 4), "bad"),
        Series("Within 60 s (%)", column(rows, 5), "brand", right=True, dashed=True),
    ]
    about = said(Figure.TIME_TO_DOCTOR, Figure.SERVICE_LEVEL)
    drawing = Drawing("lines", labels(rows), series, "s")
    return Chart("doctor-times", "Time to doctor, and service level", about, OBEYED["doctor-times"], Grid(_DOCTOR, rows), drawing)


def left_rows(days: range, menu: Sequence[Row], found: Sequence[Row]) -> Table:
    counts, offered = counted(found), {row.day: row for row in menu}

    def row(day: int) -> Sequence[Cell]:
        calls = (0, 0, 0) if day not in offered else (offered[day].calls, offered[day].callers, offered[day].abandoned)
        paid, in_queue = counts[day][Figure.PAID], counts[day][Figure.ABANDONED_IN_QUEUE]
        accepted, after = counts[day][Figure.ACCEPTED], counts[day][Figure.ABANDONED_AFTER_ACCEPT]
        shares = share(calls[2], calls[0]), share(in_queue, paid), share(after, accepted)
        return (day_name(day), *calls, shares[0], paid, in_queue, shares[1], accepted, after, shares[2])

    return [row(day) for day in days]


def left_chart(rows: Table) -> Chart:
    summed = sums(rows)
    series = [
        Series("In the menu, of offered", column(rows, 4), "wait"),
        Series("In the queue, of paid", column(rows, 7), "bad"),
        Series("After accept, of accepted", column(rows, 10), "brand"),
    ]
    of = [("In the menu", summed[2], summed[0]), ("In the queue", summed[5], summed[4]), ("After accept", summed[8], summed[7])]
    return Chart(
        "abandoned",
        "Where callers give up",
        said(Figure.OFFERED, Figure.ABANDONED_IN_MENU, Figure.ABANDONED_IN_QUEUE, Figure.ABANDONED_AFTER_ACCEPT),
        OBEYED["abandoned"],
        Grid(_LEFT, rows),
        Drawing("lines", labels(rows), series, "%"),
        Grid(("Given up", "Number", "Of", "Share (%)"), [(name, part, whole, share(part, whole)) for name, part, whole in of]),
    )
