"""What the outbox still wishes for, in plain words. Pure."""

JOBS: dict[str, str] = {
    "text_send": "send the text",
    "text_look": "ask the provider what became of the text",
    "pay_text_check": "see whether the text with the pay link arrived",
    "call_place": "ring the phone",
    "call_look": "ask the provider what became of the ring",
    "call_end": "end the call at the provider",
    "call_stop": "hang up, as an operator wants",
    "call_in": "bring this call into the room",
    "call_out": "take this call out of the room",
    "calls_review": "ask the providers for calls that we missed",
    "consult_clock": "end this state, if nothing else has by then",
    "consult_search": "look for a doctor",
    "consult_look": "ask the provider whether the talk goes on",
    "consult_warn": "say that the time is nearly over",
    "consult_news": "tell the caller how the consult stands",
    "consult_paid": "text the patient where to send photos",
    "consult_unserved": "sound an alarm, if no doctor has come",
    "doctor_news": "text the doctor",
    "duty_clock": "end the doctor's duty or pause",
    "duty_rescind": "take back rings of a doctor who is off duty",
    "gateway_event": "look at what the gateway has told",
    "link_create": "ask the gateway for a page to pay on",
    "link_look": "see whether it was paid",
    "link_close": "close the page to pay on",
    "refund_ask": "ask the gateway for the refund",
    "refund_look": "see how the refund stands at the gateway",
    "money_day": "compare a day's books with the gateway's",
}
"""By the outbox's kinds."""


def job(kind: str) -> str:
    return JOBS.get(kind, kind.replace("_", " "))
