"""Times for people: Indian Standard Time with the age beside it. Pure."""

from dataclasses import dataclass
from datetime import UTC

from ivr.model.india import in_india


@dataclass(frozen=True, slots=True)
class Moment:
    """`iso`: for machines, UTC. `ist`: 22 Nov 14:05:09. `ago`: 3 min ago."""

    iso: str
    ist: str
    ago: str


def moment(at: int, now: int) -> Moment:
    """`at` and `now` are UTC milliseconds. A time ahead of now (skew between machines) counts as now."""
    local = in_india(at)
    same_year = local.year == in_india(now).year
    shown = f"{local.day} {local:%b %H:%M:%S}" if same_year else f"{local.day} {local:%b %Y %H:%M}"
    return Moment(local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), shown, ago(now - at))


def due(at: int, now: int) -> Moment:
    """`ago` says how long it is still: in 14 d; or how late it is: 2 h late."""
    said = ago(now - at).removesuffix(" ago") + " late" if now - at >= 5_000 else "now"
    if at - now >= 5_000:
        said = "in " + ago(at - now).removesuffix(" ago")
    shown = moment(at, now)
    return Moment(shown.iso, shown.ist, said)


def lasted(ms: int) -> str:
    """7 s, 1 min 5 s: how long something took."""
    seconds = max(0, round(ms / 1000))
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min {seconds % 60} s"


def ago(age_ms: int) -> str:
    seconds = age_ms // 1000
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago" if seconds >= 5 else "now"
