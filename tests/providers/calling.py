"""The one call that the calling tests place."""

from ivr.model.ports import OutgoingCall
from ivr.model.values import Phone

TO = Phone("+919845012345")
SHOWN = Phone("+918061914343")
CALL = OutgoingCall(
    dial_id="01JD0000000000000000000000",
    to=TO,
    shown=SHOWN,
    answer_url="https://ivr.example.in/voice/plivo/answered/01JD0000000000000000000000/mac",
    ended_url="https://ivr.example.in/voice/plivo/ended/01JD0000000000000000000000/mac",
    ring_s=30,
    longest_s=1800,
)
