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
# Razorpay has one code for all that the client got wrong: our word → HTTP status, description. Sources: the error lists of its API
# pages; "auth", "invalid", "rate" and "reference_seen" as merchants have reported them.
RAZORPAY = {
    "above": (400, "The refund amount provided is greater than amount captured"),
    "auth": (401, "Authentication failed"),
    "balance": (
        400,
        "Your account does not have enough balance to carry out the refund operation. You can add funds to your account from your "
        "Razorpay dashboard or capture new payments.",
    ),
    "closed": (400, "cannot cancel or expire an expired link"),
    "expiry": (400, "timestamp must be atleast 15 minutes in future"),
    "fields": (400, "wrong input fields sent."),
    "gateway": (502, "The gateway is not available. Please try again later."),
    "invalid": (400, "invalid request sent"),
    "key_busy": (409, "Another request with the same idempotency key is still in progress."),
    "key_letters": (400, "The idempotency key must only contain alphanumeric characters, underscores, and hyphens"),
    "key_other": (400, "Different request with the same idempotency key has already been processed."),
    "key_short": (400, "The idempotency key must be at least 10 characters long."),
    "notes": (400, "value: the length must not be greater than 255."),
    "paid": (400, "cannot cancel or expire an already paid/partially paid link"),
    "rate": (429, "Too many requests"),
    "reference": (400, "payment link creation with reference ID already attempted"),
    "refunded": (400, "The payment has been fully refunded already"),
    "server": (500, "We are facing some trouble completing your request at the moment. Please try again shortly."),
    "small": (400, "The amount must be at least INR 1.00"),
    "uncaptured": (400, "The payment status should be captured for action to be taken."),
    "unknown": (400, "The id provided does not exist"),
    "upi": (400, "UPI Payment Links is not supported in Test Mode. Please experience the product in Live Mode."),
}
_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
_USUAL = {
    "twilio": {429: "20429", 500: "20500", 503: "20503"},
    "plivo": {401: "auth", 402: "credit", 403: "geo", 429: "rate", 503: "unavailable"},
    "razorpay": {401: "auth", 409: "key_busy", 429: "rate", 500: "server"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A REST answer: JSON body, and the seconds of a Retry-After header. `page`: HTML instead, from a machine in between."""

    status: int
    body: dict[str, object]
    retry_after: int | None = None
    page: str = ""


def refusal(provider: str, code: str = "", status: int = 0, retry_after: int | None = None, message: str = "") -> Answer:
    """The vendor's body for a code, for a status, or for both; `message` replaces the usual wording."""
    return _VENDORS[provider](code, status, retry_after, message)


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


def _razorpay(code: str, status: int, retry_after: int | None, message: str) -> Answer:
    """`code` "html" is a page of the machine in front, which does not speak JSON."""
    if code == "html":
        return Answer(status or 502, {}, retry_after, _PAGE)
    code = code or _USUAL["razorpay"].get(status, "gateway" if status >= 500 else "invalid")
    usual_status, usual_message = RAZORPAY.get(code, (400, code))
    status = status or usual_status
    kind = "BAD_REQUEST_ERROR" if status < 500 else "SERVER_ERROR" if status == 500 else "GATEWAY_ERROR"
    error = {"code": kind, "description": message or usual_message, "source": "NA", "step": "NA", "reason": "NA", "metadata": {}}
    return Answer(status, {"error": error}, retry_after)


_VENDORS = {"twilio": _twilio, "plivo": _plivo, "razorpay": _razorpay}
