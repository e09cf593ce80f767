"""Bringing a patient and a doctor together: what those flows may name."""

from collections.abc import Mapping

from ivr.flow.vocabulary_kinds import EffectKind, Slot

CONNECTING_FACTS: Mapping[str, str] = {
    "offer_open": "we rang this doctor for a patient, and nobody has taken that patient yet",
    "offer_won": "this doctor pressed 1 first: the patient is theirs",
    "patient_ready": "of that patient: on the line, waiting or in the room",
    "patient_lost": "of that patient: not on the line, and being rung",
    "talk_over": "patient and doctor were in the room together, and are not any more",
    "time_nearly_over": "of their talk: the time is nearly over",
    "doctor_in_language": "somebody on duty speaks the caller's language",
    "doctors_many": "more than one doctor of ours could be rung, sooner or later: their number is worth telling",
    "doctors_near": "of the caller's consult: some of our doctors work near the patient's PIN code",
    "doctor_ready": "of the caller's consult: a doctor accepted and is on the line",
    "doctor_found": "of the caller's consult: a doctor has accepted, and the talk is not over",
    "talk_begun": "of the caller's consult: patient and doctor have been together, and their talk goes on, or is to go on",
    "wait_is_over": "whoever is waited for is there, or is not coming any more",
    "money_went_back": "of the caller's consult: its money goes back, or has gone",
    "stood_by": "this doctor is credited for having waited for a patient who did not come",
    "doctor_sought": "of the caller's consult: a doctor is looked for",
    "doctor_cut_off": "of the caller's consult: the doctor was cut off, and is rung again",
    "talk_was_short": "of the caller's consult: the doctor says it is done, and they talked for less than counts by itself",
    "place_kept": "of the caller's consult: a call was booked for it",
    "can_keep_place": "of the caller's consult: it could be called at a time, early enough",
    "wait_under_one": "the wait for a doctor is less than a minute",
    "wait_under_two": "the wait for a doctor is less than two minutes",
    "wait_under_five": "the wait for a doctor is less than five minutes",
    "doctors_all_talking": "every doctor on duty who suits is with a patient",
}

CONNECTING_VALUES: Mapping[str, tuple[Slot, ...]] = {
    "doctor_count": (Slot.NUMBER,),  # all whom we could ring, sooner or later
    "doctor_count_on_duty": (Slot.NUMBER,),
    "doctor_count_near": (Slot.NUMBER,),
    "patient_age": (Slot.NUMBER,),  # for the doctor's ear only: flows of a call that rings a doctor
    "patient_language": (Slot.NAME,),
    "patient_complaint": (Slot.NAME,),
    "doctor_name": (Slot.NAME,),
    "doctor_registration": (Slot.NAME,),
    "place_slot": (Slot.TIME,),  # at which a call that keeps one's place would be made
}

CONNECTING_PERISHABLE: Mapping[str, str] = {
    "doctor_count_near": "doctors_near",
    "patient_age": "offer_open",
    "patient_language": "offer_open",
    "patient_complaint": "offer_open",
    "doctor_name": "doctor_ready",
    "doctor_registration": "doctor_ready",
}

_OF_OFFER = ("offer_open",)
_WON = ("offer_won",)

CONNECTING_EFFECTS: Mapping[str, EffectKind] = {
    "answer_offer": EffectKind("writes down that the doctor's phone was picked up, so that no second one rings beside it"),
    "accept_offer": EffectKind("takes the patient, if nobody was faster; `settle`, then ask for offer_won", needs=_OF_OFFER),
    "pass_offer": EffectKind("passes the patient on to another doctor"),
    "miss_offer": EffectKind("writes down that nobody pressed a key: a mailbox, a pocket"),
    "off_by_offer": EffectKind("passes the patient on, and takes the doctor off duty"),
    "rejoin_offer": EffectKind("brings back a doctor who was cut off", needs=_WON),
    "dispose": EffectKind("writes down what came of the talk", ("disposition",), needs=("talk_over",)),
    "renew_screen": EffectKind("notes that the patient has just passed the emergency screen again", screened=True),
    "await_other": EffectKind("waits for the other one: this call may be moved into the room from now on"),
    "leave_hold": EffectKind("waits for the other one no longer: something else is asked for first"),
    "enter_room": EffectKind("goes into the room next"),
    "leave_room": EffectKind("has left the room"),
    "agree_language": EffectKind("agrees to a doctor who speaks Hindi or English", after=("open_consult",)),
    "tell_wait": EffectKind("writes down which wait was spoken of", needs=("doctor_sought",)),
    "keep_place": EffectKind("books a call for the consult, and keeps its place", needs=("can_keep_place",), tells=("place_slot",)),
    "give_back": EffectKind("gives the money back: no doctor has come", needs=("doctor_sought",)),
    "agree_served": EffectKind("agrees that a short talk was what was needed", needs=("talk_was_short",)),
}

DISPOSITIONS = ("done", "needs_visit", "emergency", "not_suitable")
