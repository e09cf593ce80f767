"""The access log in words: to what something was done, and how. Pure."""

from collections.abc import Iterator, Mapping

from ivr.oversight import Action
from ivr.web.ops import words
from ivr.web.ops.when import lasted

CHARTS: Mapping[str, str] = {
    "texts": "chart From the missed call to the app",
    "menu": "chart Where callers leave the menu",
    "consults": "chart From the emergency screen to the consult",
    "sms-times": "chart Time to SMS",
    "doctor-times": "chart Time to doctor, and service level",
    "abandoned": "chart Where callers give up",
}
_WHOLE = {"texts": "all texts", "jobs": "failed jobs", "doctors": "the directory"}
_FILTERS = ("line", "campaign", "language", "provider")


def to_what(subject: str, subject_id: str) -> str:
    """A person's word for the thing; ids that nobody reads are in its link."""
    return CHARTS.get(subject_id, subject) if subject == "chart" else _WHOLE.get(subject, subject)


def how(action: str, detail: Mapping[str, object]) -> str:
    """What the row keeps beside who, to what and why."""
    match action, detail:
        case Action.IMPORT_DOCTORS, {"added": added, "changed": changed, "same": same}:
            return f"{added} new, {changed} changed, {same} as they were"
        case Action.EXPORT_TABLE, {"written": int(written), "samples_left_out": int(samples)}:
            return words.count(written, "doctor") + (f", {words.count(samples, 'sample')} left out" if samples else "")
        case Action.EXPORT_TABLE, {"of": {**of}}:
            return ", ".join(_chosen(of))
        case Action.VERIFY_DOCTOR, {"valid_until": until, "routable": routable}:
            return f"until {until}, {'may be rung' if routable else 'not to be rung'}"
        case Action.CHANGE_SHIFTS, {"day": day, "kind": kind, "times": times}:
            return f"{kind} on {day}, {times}"
        case Action.CHANGE_SHIFTS, {"day": day, "taken_back": _}:
            return f"{day} as usual"
        case _:
            return ", ".join(_said(name, value) for name, value in detail.items() if name != "call")


def _chosen(of: Mapping[object, object]) -> Iterator[str]:
    """The days of a chart, and what it was narrowed to."""
    yield f"the last {of.get('days')} days"
    found = {name: str(of[name]) for name in _FILTERS if of.get(name)}
    if not found:
        yield "everything"
    for name, value in found.items():
        yield words.language(value) if name == "language" else f"{name} {value}"


def _said(name: str, value: object) -> str:
    match name, value:
        case "paise", int(paise):
            return f"Rs {paise // 100}"
        case "paused_s", int(seconds):
            return f"after {lasted(seconds * 1000)}"
        case _:
            return f"{name} {value}".replace("_", " ")
