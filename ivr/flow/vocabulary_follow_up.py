"""A free follow-up with the same doctor: what flows may name."""

from collections.abc import Mapping

from ivr.flow.vocabulary_kinds import EffectKind, Slot

FOLLOW_UP_FACTS: Mapping[str, str] = {
    "may_follow_up": "the caller, or somebody they rang for, may talk with the doctor of an earlier consult once more, for nothing",
    "has_follow_up": "the patient named in this call may talk with the doctor of an earlier consult once more, for nothing",
    "follow_up_doctor_there": "of that: the doctor is on duty now",
    "follow_up_can_wait": "of that: the doctor is on duty again within two days, and the caller can be called then",
    "consult_free": "of the consult under way: it is such a follow-up, and costs nothing",
    "consult_slot_booked": "of the consult under way: the doctor's call is booked for a time that is still to come",
}

FOLLOW_UP_VALUES: Mapping[str, tuple[Slot, ...]] = {
    "follow_up_doctor": (Slot.NAME,),
    "follow_up_at": (Slot.TIME, Slot.DAY),  # when that doctor can be had next
    "consult_slot": (Slot.TIME, Slot.DAY),
}

FOLLOW_UP_PERISHABLE: Mapping[str, str] = {"follow_up_doctor": "has_follow_up", "consult_slot": "consult_slot_booked"}

_BEFORE = ("open_consult", "give_notice")

FOLLOW_UP_EFFECTS: Mapping[str, EffectKind] = {
    "quote_follow_up": EffectKind(
        "begins that follow-up: a doctor is looked for now, theirs first",
        screened=True,
        needs=("has_follow_up", "can_consult"),
        asks=("age",),
        after=_BEFORE,
    ),
    "book_follow_up": EffectKind(
        "books that follow-up for the time that was said",
        screened=True,
        needs=("has_follow_up", "follow_up_can_wait"),
        asks=("age",),
        tells=("follow_up_at",),
        after=_BEFORE,
    ),
    "begin_follow_up": EffectKind(
        "begins a follow-up that was booked: its time has come, and its patient was screened again", screened=True, needs=("consult_free",)
    ),
    "cancel_follow_up": EffectKind("gives up a follow-up that is not had yet", needs=("consult_free",)),
}
