"""How long each who waits will wait, from what was read once: the rules of `forecast.wait` for everybody at a time. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ivr.routing.ranking import COMMON_LANGUAGES
from ivr.routing.waiting import Estimate, estimate
from ivr.store.tx import Row


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A doctor who counts; `free`: may be rung now."""

    caller_id: str
    free: bool
    specialities: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Outlook:
    """`seeking`: rows of `connecting.seeking`; `handle_ms`: of each speciality, by `forecast.handle_ms`."""

    doctors: Sequence[OnDuty]
    seeking: Sequence[Row]
    handle_ms: Mapping[str, int]

    def wait(self, consult: Row, at: int) -> Estimate:
        """The same as `forecast.wait` says of this consult."""
        spoken = {consult.language, *(COMMON_LANGUAGES if consult.any_language else ())}
        suit = [each for each in self.doctors if self._suits(each, consult, spoken)]
        mine = (consult.seeks_since or at, consult.id)
        before = (row for row in self.seeking if row.speciality == consult.speciality and not row.live)
        return estimate(
            idle=sum(each.free for each in suit),
            ahead=sum((row.seeks_since or at, row.id) < mine for row in before),
            online=len(suit),
            handle_ms=self.handle_ms[consult.speciality],
        )

    def _suits(self, doctor: OnDuty, consult: Row, spoken: set[str]) -> bool:
        return (
            consult.speciality in doctor.specialities and not spoken.isdisjoint(doctor.languages) and doctor.caller_id != consult.caller_id
        )


def on_duty(doctors: Iterable[Row], skills: Iterable[Row]) -> list[OnDuty]:
    """From rows of `store.board`."""
    known: dict[tuple[str, str], set[str]] = {}
    for row in skills:
        known.setdefault((row.doctor_id, row.kind), set()).add(row.value)

    def of(doctor_id: str, kind: str) -> frozenset[str]:
        return frozenset(known.get((doctor_id, kind), ()))

    return [
        OnDuty(row.caller_id, bool(row.free), of(row.doctor_id, "speciality"), of(row.doctor_id, "language"))
        for row in doctors
        if row.counts
    ]
