"""A doctor's day by phone: what its flows may name."""

from collections.abc import Mapping

from ivr.flow.vocabulary_kinds import EffectKind, Slot

DUTY_FACTS: Mapping[str, str] = {
    "doctor_calling": "the caller is a doctor of ours, by their number",
    "doctor_may_serve": "of that doctor: verified, and the registration has not run out",
    "duty_on": "of that doctor: on duty, and not pausing",
    "duty_one_more": "of that doctor: off duty after one more patient",
    "duty_paused": "of that doctor: on duty, but not rung for a while, by key or for missing too many rings",
    "duty_confirmed": "of that doctor: key 1 was pressed on their own phone since they went on duty",
    "word_awaited": "of that doctor: has not said yet what came of the last consult, and still can",
    "doctor_booked": "of that doctor: a call is booked with them",
    "doctor_booked_twice": "of that doctor: two are, or more",
    "doctor_booked_thrice": "of that doctor: three are, or more",
}

DUTY_VALUES: Mapping[str, tuple[Slot, ...]] = {
    "duty_until": (Slot.TIME, Slot.DAY),  # the end of the duty, or that which it would have if it began now
    "duty_end": (Slot.TIME, Slot.DAY),  # the end that key 1 gives it now: that of a shift that has begun meanwhile, or the same
    "pause_until": (Slot.TIME, Slot.DAY),  # the end of the pause, likewise
    "doctor_bookings": (Slot.NUMBER,),
    "doctor_booking_1": (Slot.TIME, Slot.DAY),
    "doctor_booking_2": (Slot.TIME, Slot.DAY),
    "doctor_booking_3": (Slot.TIME, Slot.DAY),
}

DUTY_PERISHABLE: Mapping[str, str] = {
    "duty_until": "doctor_calling",
    "duty_end": "doctor_calling",
    "pause_until": "doctor_calling",
    "doctor_bookings": "doctor_calling",
    "doctor_booking_1": "doctor_booked",
    "doctor_booking_2": "doctor_booked_twice",
    "doctor_booking_3": "doctor_booked_thrice",
}
"""Values that there may not be: the fact that says whether there is one (see `ivr.flow.vocabulary`)."""

DUTY_EFFECTS: Mapping[str, EffectKind] = {
    "go_on_duty": EffectKind("puts the doctor on duty until the shift's end, and calls them at once to confirm it by key 1"),
    "go_off_duty": EffectKind("takes the doctor off duty"),
    "one_more_patient": EffectKind("takes the doctor off duty after one more patient"),
    "pause_duty": EffectKind("half an hour without rings for the doctor"),
    "confirm_duty": EffectKind("the doctor confirms their duty, in a call that we placed"),
    "call_for_word": EffectKind("calls the doctor at once (flow doctor_word), to hear on their own phone what came of the last consult"),
    "consult_was_done": EffectKind("the doctor says of the last consult: done"),
    "consult_needs_visit": EffectKind("in a call that we placed, the doctor says of the last consult: the patient should be seen"),
    "consult_was_emergency": EffectKind("likewise: an emergency; the money goes back"),
    "consult_not_suitable": EffectKind("likewise: not for a phone; the money goes back"),
}
