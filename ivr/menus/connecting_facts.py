"""Facts of patients and doctors who are being connected, for the table of `facts.py`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivr.connecting.forecast import all_talking, can_keep_place, slot, wait
from ivr.consults.lifecycle import ConsultState
from ivr.doctors.near import near
from ivr.flow.turns import FactValue
from ivr.model.values import Language
from ivr.routing.waiting import Band
from ivr.store import doctors
from ivr.store.connecting import stood_by
from ivr.store.tx import Row

if TYPE_CHECKING:
    from ivr.menus.facts import Facts

_PAIRED = (ConsultState.CONNECTING, ConsultState.TALKING, ConsultState.RECOVERING)
_BEGUN = (ConsultState.TALKING, ConsultState.RECOVERING)
_SOUGHT = (ConsultState.PAID, ConsultState.OFFERING, ConsultState.CALLBACK_BOOKED)
_LANGUAGES = {Language.ENGLISH.value: "English", Language.HINDI.value: "Hindi", Language.KANNADA.value: "Kannada"}


def _about(facts: "Facts") -> Row | None:
    """The consult that this call is about."""
    here = facts.situation
    return facts.world.connecting.of_call(here.tx, here.caller_id, here.dial_id) if here.tx is not None else None


def _surely(facts: "Facts") -> Row:
    if (consult := _about(facts)) is None:
        raise LookupError("there is no consult to speak of")
    return consult


def _is(facts: "Facts", *states: ConsultState) -> bool:
    consult = _about(facts)
    return consult is not None and consult.state in states


def _offer(ask: str) -> "Callable[[Facts], bool]":
    def found(facts: "Facts") -> bool:
        here, connecting = facts.situation, facts.world.connecting
        if here.tx is None:
            return False
        return connecting.open(here.tx, here.dial_id, here.at) if ask == "open" else connecting.won(here.tx, here.dial_id)

    return found


def _ready(facts: "Facts") -> bool:
    here = facts.situation
    return here.tx is not None and facts.world.connecting.ready(here.tx, here.call_id, here.caller_id, here.dial_id)


def _wait_is_over(facts: "Facts") -> bool:
    """For whom nobody is sought or rung any more, there is nothing to hold the line for."""
    return _ready(facts) or not _is(facts, *(_PAIRED if facts.situation.dial_id is not None and _offered(facts) else (*_SOUGHT, *_PAIRED)))


def _offered(facts: "Facts") -> bool:
    """Whether this call rings a doctor."""
    here = facts.situation
    return here.tx is not None and facts.world.connecting.offer(here.tx, here.dial_id) is not None


def _stood_by(facts: "Facts") -> bool:
    here = facts.situation
    offer = facts.world.connecting.offer(here.tx, here.dial_id) if here.tx is not None else None
    return here.tx is not None and offer is not None and stood_by(here.tx, offer.id)


def _patient_lost(facts: "Facts") -> bool:
    return _is(facts, ConsultState.CONNECTING, ConsultState.RECOVERING) and not _ready(facts)


def _talk_over(facts: "Facts") -> bool:
    here = facts.situation
    return here.tx is not None and facts.world.connecting.talked(here.tx, here.caller_id, here.dial_id)


def _nearly_over(facts: "Facts") -> bool:
    """Told once: who was called out of the room for it goes back."""
    consult = _about(facts)
    warned = consult is not None and consult.state == ConsultState.TALKING and consult.warned_at is not None
    return warned and consult is not None and consult.together_since is None


def _cut_off(facts: "Facts") -> bool:
    consult = _about(facts)
    return consult is not None and consult.state == ConsultState.RECOVERING and not _ready(facts)


def _short(facts: "Facts") -> bool:
    consult = _about(facts)
    return consult is not None and consult.state == ConsultState.RECOVERING and consult.disposition == "done"


def _within(band: Band) -> "Callable[[Facts], bool]":
    def found(facts: "Facts") -> bool:
        here, consult = facts.situation, _about(facts)
        return here.tx is not None and consult is not None and wait(here.tx, consult, here.at).band <= band

    return found


def _all_talking(facts: "Facts") -> bool:
    here, consult = facts.situation, _about(facts)
    return here.tx is not None and consult is not None and all_talking(here.tx, consult, here.at)


def _can_keep(facts: "Facts") -> bool:
    here, consult = facts.situation, _about(facts)
    return here.tx is not None and consult is not None and can_keep_place(here.tx, consult, here.at, facts.settings.serve_by_minutes)


def _slot(facts: "Facts") -> int:
    here, consult = facts.situation, _about(facts)
    return here.at if here.tx is None or consult is None else slot(here.tx, consult, here.at)


def _doctor(column: str) -> "Callable[[Facts], str]":
    def found(facts: "Facts") -> str:
        here, consult = facts.situation, _surely(facts)
        row = doctors.get(here.tx, consult.doctor_id) if here.tx is not None and consult.doctor_id else None
        if row is None:
            raise LookupError("there is no doctor to speak of")
        return str(row.name) if column == "name" else f"{row.council} {row.registration}"

    return found


def _counts(facts: "Facts") -> doctors.Counts:
    """Of the speciality that is sold; invented doctors count beside the sandbox alone."""
    here, tiers = facts.situation, facts.desk.prices.tiers
    if here.tx is None or not tiers:
        return doctors.Counts(0, 0)
    return doctors.counts(here.tx, tiers[0][0], here.at, samples=facts.settings.environment != "production")


def _in_language(facts: "Facts") -> bool:
    here, tiers = facts.situation, facts.desk.prices.tiers
    return here.tx is not None and bool(tiers) and facts.desk.capacity.in_language(here.tx, here.at, tiers[0][0], here.language) > 0


def _near(facts: "Facts") -> int:
    """In the same few districts as the patient, or at least in the same state."""
    here, consult = facts.situation, _about(facts)
    if here.tx is None or consult is None or not consult.pin_code:
        return 0
    samples = facts.settings.environment != "production"
    found = near(consult.pin_code, doctors.pin_codes(here.tx, consult.speciality, here.at, samples=samples))
    return found.towns or found.state


def _complaint(facts: "Facts") -> str:
    """`back or neck pain, for weeks`: how long, where the caller has told."""
    consult = _surely(facts)
    return f"{consult.pain_place} pain" + (f", for {consult.pain_time}" if consult.pain_time else "")


CONNECTING_KNOWN: Mapping[str, "Callable[[Facts], FactValue]"] = {
    "offer_open": _offer("open"),
    "offer_won": _offer("won"),
    "patient_ready": _ready,
    "patient_lost": _patient_lost,
    "talk_over": _talk_over,
    "time_nearly_over": _nearly_over,
    "doctor_in_language": _in_language,
    "doctors_many": lambda facts: _counts(facts).all > 1,
    "doctors_near": lambda facts: _near(facts) > 0,
    "doctor_count": lambda facts: _counts(facts).all,
    "doctor_count_on_duty": lambda facts: _counts(facts).on_duty,
    "doctor_count_near": _near,
    "doctor_ready": _ready,
    "doctor_found": lambda facts: _is(facts, *_PAIRED),
    "talk_begun": lambda facts: _is(facts, *_BEGUN),
    "wait_is_over": _wait_is_over,
    "money_went_back": lambda facts: _is(facts, ConsultState.REFUNDING, ConsultState.REFUNDED),
    "stood_by": _stood_by,
    "doctor_sought": lambda facts: _is(facts, *_SOUGHT),
    "doctor_cut_off": _cut_off,
    "talk_was_short": _short,
    "place_kept": lambda facts: _is(facts, ConsultState.CALLBACK_BOOKED),
    "can_keep_place": _can_keep,
    "wait_under_one": _within(Band.UNDER_1),
    "wait_under_two": _within(Band.FROM_1_TO_2),
    "wait_under_five": _within(Band.FROM_2_TO_5),
    "doctors_all_talking": _all_talking,
    "patient_age": lambda facts: int(_surely(facts).age or 0),
    "patient_language": lambda facts: _LANGUAGES[_surely(facts).language],
    "patient_complaint": _complaint,
    "doctor_name": _doctor("name"),
    "doctor_registration": _doctor("registration"),
    "place_slot": _slot,
}
