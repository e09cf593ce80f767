"""The texts that go out when a flow wishes for an effect, or right after it."""

from collections.abc import Mapping

from ivr.connecting.ending import CONSULT_DONE
from ivr.consults.telling import EMERGENCY, FOLLOW_UP_BOOKED, PAY_LINK, PRIVACY, REFUND
from ivr.doctors.duty_texts import DUTY_OFF, DUTY_ON, DUTY_ONE_MORE, DUTY_PAUSED, DUTY_UNPLANNED, DUTY_UNPROVEN
from ivr.flow.model import Do, Flow
from ivr.flow.vocabulary import RECORD_SCREEN
from ivr.menus.effects import CALL_BOOKED, GRIEVANCE_NOTED

SEND_TEXT = "send_text"

_EARNED, _BACK = (CONSULT_DONE,), (REFUND,)
_ON = (DUTY_ON, DUTY_UNPLANNED)

EFFECT_TEXTS: Mapping[str, tuple[str, ...]] = {
    "book_call": (CALL_BOOKED,),
    "open_grievance": (GRIEVANCE_NOTED,),
    f"{RECORD_SCREEN} red": (EMERGENCY,),
    "give_notice": (PRIVACY,),
    "ask_to_pay": (PAY_LINK,),
    "resend_link": (PAY_LINK,),
    "book_follow_up": (FOLLOW_UP_BOOKED,),
    "give_back": _BACK,
    "agree_served": _EARNED,
    "dispose done": _EARNED,
    "dispose needs_visit": _EARNED,
    "dispose emergency": (EMERGENCY, *_BACK),
    "dispose not_suitable": _BACK,
    "consult_was_done": _EARNED,
    "consult_needs_visit": _EARNED,
    "consult_was_emergency": (EMERGENCY, *_BACK),
    "consult_not_suitable": _BACK,
    "go_on_duty": (*_ON, DUTY_UNPROVEN),
    "confirm_duty": (*_ON, DUTY_ONE_MORE),
    "one_more_patient": (DUTY_ONE_MORE,),
    "pause_duty": (DUTY_PAUSED,),
    "go_off_duty": (DUTY_OFF,),
    "off_by_offer": (DUTY_OFF,),
}
"""By effect, or by effect and argument; beside `send_text`, which names its own. A text whose template is not in texts.yaml is not sent."""


def texts_sent(flow: Flow) -> Mapping[str, tuple[str, ...]]:
    """Each template that callers of this flow may get a text by, and the steps that bring it about."""
    found: dict[str, list[str]] = {}
    for name, step in flow.steps.items():
        if isinstance(step, Do):
            for template in _sent(step):
                found.setdefault(template, []).append(name)
    return {template: tuple(steps) for template, steps in found.items()}


def _sent(step: Do) -> tuple[str, ...]:
    if step.effect == SEND_TEXT:
        return step.arguments
    return EFFECT_TEXTS.get(" ".join([step.effect, *step.arguments]), EFFECT_TEXTS.get(step.effect, ()))
