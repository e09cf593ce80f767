"""Who works when: how many at the thinnest moment of the opening hours, and who on one day. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ivr.doctors.gaps import Cover
from ivr.doctors.shifts import Shift


@dataclass(frozen=True, slots=True)
class Together:
    """Doctors who work the same times of one day, by name."""

    times: tuple[Shift, ...]
    doctors: tuple[Cover, ...]


def able(there: Iterable[Cover], speciality: str, language: str) -> list[Cover]:
    """Those who practise the one and speak the other."""
    return [each for each in there if speciality in each.specialities and language in each.languages]


def tally(there: Iterable[Cover]) -> Counter[Shift]:
    """How many work each shift: a few hundred doctors have a few dozen of them."""
    return Counter(shift for each in there for shift in each.shifts)


def fewest(tallied: Mapping[Shift, int], window: Shift) -> int:
    """How many work at the thinnest moment of this stretch."""
    steps = Counter({window.starts: 0})
    for shift, doctors in tallied.items():
        starts, ends = max(shift.starts, window.starts), min(shift.ends, window.ends)
        if starts < ends:
            steps[starts] += doctors
            steps[ends] -= doctors
    return min(accumulate(step for at, step in sorted(steps.items()) if at < window.ends))


def at_work(there: Iterable[Cover], day: Shift) -> Sequence[Together]:
    """Who works in this stretch, together with those of the same times, in the order in which they come."""
    found: dict[tuple[Shift, ...], list[Cover]] = {}
    for each in there:
        cut = (Shift(max(shift.starts, day.starts), min(shift.ends, day.ends)) for shift in each.shifts)
        if times := tuple(shift for shift in cut if shift.starts < shift.ends):
            found.setdefault(times, []).append(each)
    return [Together(times, tuple(sorted(doctors, key=lambda each: each.name))) for times, doctors in sorted(found.items())]
