"""How each vendor says no: status and wording by code.

Sources: Twilio's error dictionary, Plivo's pages on HTTP statuses and on concurrency in India. The DLT refusals are our
emulation: neither vendor documents one at the moment of sending.
"""

from dataclasses import dataclass

# Twilio's error number → HTTP status, message. "dlt" stands for 30018.
TWILIO = {
    "10004": (429, "Call concurrency limit exceeded"),
    "20003": (401, "Authenticate"),
    "20404": (404, "The requested resource was not found"),
    "20429": (429, "Too Many Requests"),
    "20500": (500, "An internal server error has occurred"),
    "20503": (503, "Service is unavailable"),
    "21201": (400, "No 'To' number is specified"),
    "21205": (400, "Url is not a valid URL; the sandbox only calls this machine."),
    "21210": (400, "Source phone number provided is not yet verified for your account."),
    "21211": (400, "The 'To' number is not a valid phone number."),
    "21212": (400, "The 'From' phone number provided is not a valid phone number."),
    "21213": (400, "A 'From' phone number is required."),
    "21216": (403, "Account not allowed to call the 'To' number."),
    "21220": (400, "Call is not in a state in which this can be done. Cannot redirect."),
    "21408": (403, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number."),
    "21602": (400, "Message body is required."),
    "21603": (400, "A 'From' phone number is required."),
    "21604": (400, "A 'To' phone number is required."),
    "21606": (400, "The 'From' phone number provided is not a valid message-capable phone number."),
    "21608": (400, "The number is unverified. Trial accounts cannot send messages to unverified numbers."),
    "21609": (400, "The 'StatusCallback' URL is not a valid URL; the sandbox only calls this machine."),
    "21610": (400, "Attempt to send to unsubscribed recipient"),
    "21611": (429, "This 'From' number has exceeded the maximum number of queued messages."),
    "21612": (400, "The 'To' phone number is not currently reachable via SMS."),
    "21614": (400, "'To' number is not a valid mobile number"),
    "21617": (400, "The concatenated message body exceeds the 1600 character limit"),
    "30018": (400, "Destination carrier requires sender ID pre-registration"),
    "30024": (400, "Numeric Sender ID Not Provisioned on Carrier"),
}
# Plivo has no error numbers when sending or calling: our word → HTTP status, wording.
PLIVO = {
    "auth": (401, "Could not verify your access level for that URL."),
    "callerid": (400, "the caller ID is not associated with your account"),
    "channels": (403, "Maximum concurrent calls limit reached for your account."),
    "credit": (402, "Insufficient credits in your account."),
    "dlt": (400, "dlt_template_id is not registered on DLT for this dlt_entity_id and sender."),
    "geo": (403, "SMS to this destination country is not enabled for your account."),
    "invalid": (400, "dst is not a valid phone number."),
    "not_found": (404, "not found"),
    "optout": (400, "dst has opted out of messages from this src."),
    "rate": (429, "Too many requests."),
    "server": (500, "Internal server error."),
    "source": (400, "src is not a valid sender for your account."),
    "unavailable": (503, "Service temporarily unavailable."),
}
_USUAL = {
    "twilio": {429: "20429", 500: "20500", 503: "20503"},
    "plivo": {401: "auth", 402: "credit", 403: "geo", 429: "rate", 503: "unavailable"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A REST answer: JSON body, and the seconds of a Retry-After header."""

    status: int
    body: dict[str, object]
    retry_after: int | None = None


def refusal(provider: str, code: str = "", status: int = 0, retry_after: int | None = None, message: str = "") -> Answer:
    """The vendor's body for a code, for a status, or for both; `message` replaces the usual wording."""
    return (_twilio if provider == "twilio" else _plivo)(code, status, retry_after, message)


def _twilio(code: str, status: int, retry_after: int | None, message: str) -> Answer:
    code = "30018" if code == "dlt" else code or _USUAL["twilio"].get(status, "20500")
    usual_status, usual_message = TWILIO.get(code, (400, "The request was refused"))
    status = status or usual_status
    number = int(code) if code.isdigit() else 20500
    more = f"https://www.twilio.com/docs/errors/{number}"
    return Answer(status, {"code": number, "message": message or usual_message, "more_info": more, "status": status}, retry_after)


def _plivo(code: str, status: int, retry_after: int | None, message: str) -> Answer:
    code = code or _USUAL["plivo"].get(status, "server" if status >= 500 else "invalid")
    usual_status, usual_message = PLIVO.get(code, (400, code))
    return Answer(status or usual_status, {"api_id": "sandbox-refusal", "error": message or usual_message}, retry_after)
