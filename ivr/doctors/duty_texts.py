"""What a doctor is told by text: how their duty stands now, and how to change it. A text whose template is not in texts.yaml is not sent.

A doctor is staff: the rules against too many texts to callers do not hold, but a forged caller id must not flood anybody. No lock is
taken here, so that it may be called by whoever holds a consult or a presence.
"""

from dataclasses import dataclass, replace

from ivr.lines import Answer, Line, OnDuty
from ivr.model.values import Language
from ivr.numbering import identify
from ivr.store import callers
from ivr.store.tx import Tx
from ivr.store.vault import Vault
from ivr.texts.asking import Asking, Trigger
from ivr.texts.limits import Limits, drop_reason
from ivr.texts.times import clock_time

DAY_FLOW, HELLO_FLOW, WORD_FLOW = "doctor_day", "duty_hello", "doctor_word"
DUTY_ON, DUTY_UNPLANNED, DUTY_ONE_MORE = "duty_on", "duty_unplanned", "duty_one_more"
DUTY_PAUSED, DUTY_OFF, DUTY_UNPROVEN, DUTY_BY_KEY = "duty_paused", "duty_off", "duty_unproven", "duty_by_key"
DUTY_TEXTS = (DUTY_ON, DUTY_UNPLANNED, DUTY_ONE_MORE, DUTY_PAUSED, DUTY_OFF, DUTY_UNPROVEN, DUTY_BY_KEY)
DUTY_SLOTS = frozenset({"until", "day", "on"})
"""All that can be filled in them: a time, the line that answers with `doctor_day`, the line whose missed call means on duty."""

_LIMITS = Limits(window_ms=0, per_day=20)  # of one template


@dataclass(frozen=True, slots=True)
class DutyTexts:
    asking: Asking
    vault: Vault

    def trigger(self, tx: Tx, caller_id: str, call_id: str, at: int, rung: Line | None = None) -> Trigger:
        """For what no key brought about: in the doctor's language, from the line that was rung, or else from one of doctors."""
        line = rung or self.on_line or self.day_line or next(iter(self.asking.lines))
        remembered = callers.language(tx, caller_id)
        return Trigger(call_id, caller_id, line, Language(remembered) if remembered else line.language, at)

    def tell(self, tx: Tx, trigger: Trigger, template: str, until: int | None = None) -> None:
        """Ask for a text; `until` in UTC milliseconds."""
        if trigger.caller_id is None or template not in self.asking.templates:
            return
        kind = identify(callers.phone_of(tx, self.vault, trigger.caller_id).e164, self.asking.lines.numbers).kind
        history = self.asking.history(tx, trigger.caller_id, trigger.line, template, trigger.at, _LIMITS)
        reason = drop_reason(kind, replace(history, opted_out=False), texting=self.asking.texting, limits=_LIMITS)
        values = {"day": self._published(self.day_line, trigger), "on": self._published(self.on_line, trigger)}
        if until is not None:
            values["until"] = clock_time(until, trigger.at)
        tx.add(self.asking.rows(trigger, template, reason, values))

    @property
    def day_line(self) -> Line | None:
        return next((line for line in self.asking.lines if line.action == Answer(DAY_FLOW)), None)

    @property
    def on_line(self) -> Line | None:
        return next((line for line in self.asking.lines if isinstance(line.action, OnDuty)), None)

    def _published(self, line: Line | None, trigger: Trigger) -> str:
        return (line or trigger.line).published
