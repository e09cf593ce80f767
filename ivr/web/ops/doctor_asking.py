"""What is asked before a doctor's shift is taken out, or a day that is different: what will happen, and why. Pure."""

from datetime import date

from ivr.doctors.shifts import Rule
from ivr.doctors.shifts_written import write_span
from ivr.web.ops.asking import Asking
from ivr.web.ops.doctor_week import WEEKDAYS, written_day

_DUTY = "A duty that has begun keeps the end it has."


def take_out(name: str, rule: Rule) -> Asking:
    when = f"{WEEKDAYS[rule.weekday]} {write_span(rule.starts, rule.ends)}"
    return Asking(f"Take out {when}: {name}", (f"From now on {name} has no shift every {when}.", _DUTY), "Take out")


def as_usual(name: str, day: date) -> Asking:
    said = f"Whatever is different on {written_day(day)} is taken back: the weekly shifts of {name} count."
    return Asking(f"{written_day(day)} as usual: {name}", (said, _DUTY), "As usual")
