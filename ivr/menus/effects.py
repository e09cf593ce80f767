"""What a flow may wish for, carried out in the transaction of its turn: all of it happens, or the turn did not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ivr.alarms.taking import place_of, take
from ivr.callbacks.wishes import CallBacks
from ivr.connecting.connecting import Connecting
from ivr.consults.desk import Desk, Screened
from ivr.doctors.duty import Duty
from ivr.flow.turns import Effect, Event, Place
from ivr.flow.vocabulary import FOR_WHOM, KEEP_NOTE, REMEMBER_LANGUAGE
from ivr.lines import CancelCall, Line, Lines, OptOut
from ivr.menus.connecting_effects import CONNECTING_CARRIED_OUT
from ivr.menus.duty_effects import DUTY_CARRIED_OUT
from ivr.menus.facts import World
from ivr.menus.follow_up import FOLLOW_UP_CARRIED_OUT, patient_of
from ivr.menus.keeping import keep_heard
from ivr.model.ids import first_id, new_id
from ivr.model.tokens import new_reference
from ivr.model.values import CallerKind
from ivr.settings import Settings
from ivr.store import callers, grievances, pages
from ivr.store.tx import Tx
from ivr.store.vault import Vault
from ivr.texts.asking import Asking, Trigger
from ivr.texts.limits import Limits
from ivr.texts.times import day_time

CALL_BOOKED, GRIEVANCE_NOTED = "call_booked", "grievance_noted"
"""Texts that go out by themselves, where texts.yaml has them."""

_MOST_GRIEVANCES = 5  # of one caller in a day: a stranger's noise must not bury the others
_OWN_LIMITS = Limits(window_ms=0, per_day=5)  # texts that say what was agreed: the last of them must be the one that holds
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Wisher:
    """Whose turn it is that wishes for something. `words_version` tells the wording that was heard."""

    call_id: str
    caller_id: str | None
    kind: CallerKind
    line: Line
    flow: str
    dial_id: str | None
    place: Place
    heard: Event
    step: str  # where the key was pressed
    words_version: str
    at: int

    @property
    def trigger(self) -> Trigger:
        return Trigger(self.call_id, self.caller_id, self.line, self.place.language, self.at)

    def consent(self) -> dict[str, object]:
        """Evidence of what was agreed to: which wording in which language, by which key, when."""
        return {
            "step": self.step,
            "words": self.words_version,
            "language": self.place.language.value,
            "heard": keep_heard(self.heard),
            "at": self.at,
        }


@dataclass(frozen=True, slots=True)
class Effects:
    asking: Asking
    call_backs: CallBacks
    desk: Desk
    duty: Duty
    connecting: Connecting
    vault: Vault
    lines: Lines
    settings: Settings

    @property
    def world(self) -> World:
        return World(self.call_backs, self.desk, self.duty, self.connecting, self.lines.hours, self.settings)

    def carry_out(self, tx: Tx, effect: Effect, wisher: Wisher) -> None:
        """LookupError for an effect that nobody carries out: the linter knows them all."""
        CARRIED_OUT[effect.name](self, tx, wisher, *effect.arguments)

    def send_text(self, tx: Tx, wisher: Wisher, template: str) -> None:
        self._text(tx, wisher, template, {})

    def book_call(self, tx: Tx, wisher: Wisher, slot: str) -> None:
        """At the time that was spoken, not at one reckoned again; the text names the time that will be kept."""
        if wisher.caller_id is None:
            return
        due_at = self.call_backs.book(
            tx,
            call_id=wisher.call_id,
            caller_id=wisher.caller_id,
            kind=wisher.kind,
            line=wisher.line.number,
            flow=wisher.flow,
            due_at=int(wisher.place.told[slot]),
            consent=wisher.consent(),
            at=wisher.at,
        )
        if due_at is not None and (cancel := self._cancelling_line()) is not None:
            self._text_if_there(tx, wisher, CALL_BOOKED, {"when": day_time(due_at), "cancel": cancel})

    def cancel_call(self, tx: Tx, wisher: Wisher) -> None:
        if wisher.caller_id is not None:
            self.call_backs.cancel(tx, wisher.caller_id, "by key", wisher.at)

    def nobody_there(self, tx: Tx, wisher: Wisher) -> None:
        if wisher.dial_id is not None:
            self.call_backs.dials.nobody_there(tx, wisher.dial_id)

    def take_page(self, tx: Tx, wisher: Wisher) -> None:
        page = pages.of_dial(tx, wisher.dial_id) if wisher.dial_id is not None else None
        if page is not None and wisher.caller_id is not None:
            take(tx, page.id, place_of(tx, self.vault, self.settings, wisher.caller_id), wisher.at)

    def open_grievance(self, tx: Tx, wisher: Wisher) -> None:
        """One that the same caller, or who withholds a number on the same line, has made often enough today is written down already."""
        if grievances.written_since(tx, wisher.caller_id, wisher.line.number.e164, first_id(wisher.at - _DAY_MS)) >= _MOST_GRIEVANCES:
            return
        reference = new_reference()
        days = self.settings.grievance_days
        row = grievances.addition(
            id=new_id(wisher.at),
            reference=reference,
            caller_id=wisher.caller_id,
            call_id=wisher.call_id,
            state="open",
            created_at=wisher.at,
            due_at=wisher.at + days * _DAY_MS,
        )
        tx.add([row])
        self._text_if_there(tx, wisher, GRIEVANCE_NOTED, {"reference": reference, "days": str(days)})

    def record_screen(self, tx: Tx, wisher: Wisher, result: str) -> None:
        """Which questions, in which words and language; what was answered; for whom."""
        place = wisher.place
        versions = "/".join(dict.fromkeys(frame.version for frame in place.frames))
        script = f"{versions} {wisher.words_version} {place.language.value}"
        patient = place.answers.get(FOR_WHOM) or patient_of(self.desk, tx, wisher.caller_id)
        self.desk.screened(tx, wisher.trigger, Screened(result, patient, script, place.answers))

    def give_notice(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.give_notice(tx, wisher.trigger)

    def open_consult(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.open(tx, wisher.trigger)

    def quote_consult(self, tx: Tx, wisher: Wisher) -> None:
        """At the price that was spoken in this very turn."""
        self.desk.quote(tx, wisher.trigger, wisher.place.answers, int(wisher.place.told["price"]))

    def ask_to_pay(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.ask_to_pay(tx, wisher.trigger)

    def resend_link(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.resend(tx, wisher.trigger)

    def check_payment(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.check_payment(tx, wisher.trigger)

    def tell_paid(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.tell_paid(tx, wisher.trigger)

    def keep_pin_code(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.keep(tx, wisher.trigger, pin_code=wisher.place.answers["pin_code"])

    def keep_pain_time(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.keep(tx, wisher.trigger, pain_time=wisher.place.answers["pain_time"])

    def cancel_consult(self, tx: Tx, wisher: Wisher) -> None:
        self.desk.cancel(tx, wisher.trigger)

    def keep_note(self, tx: Tx, wisher: Wisher, ref: str, seconds: str, consent_word: str, language: str) -> None:
        consent = f"{consent_word} ({language}, {wisher.words_version})"
        sealed = self.vault.seal(ref.encode())
        note = {"id": new_id(wisher.at), "call_id": wisher.call_id, "ref": sealed, "seconds": int(seconds), "consent": consent}
        tx.add([grievances.note_addition(**note, at=wisher.at)])

    def remember_language(self, tx: Tx, wisher: Wisher, language: str) -> None:
        if wisher.caller_id is not None:
            callers.remember_language(tx, wisher.caller_id, language)

    def _cancelling_line(self) -> str | None:
        """The line whose missed call takes a booking back, at no cost."""
        for kind in (CancelCall, OptOut):
            for line in self.lines:
                if isinstance(line.action, kind):
                    return line.published
        return None

    def _text_if_there(self, tx: Tx, wisher: Wisher, template: str, values: Mapping[str, str]) -> None:
        if template in self.asking.templates:
            self._text(tx, wisher, template, values, _OWN_LIMITS)

    def _text(self, tx: Tx, wisher: Wisher, template: str, values: Mapping[str, str], own_limits: Limits | None = None) -> None:
        self.asking.ask(tx, wisher.trigger, wisher.kind, template, values=values, limits=own_limits)


CARRIED_OUT: Mapping[str, Callable[..., None]] = {
    "send_text": Effects.send_text,
    "book_call": Effects.book_call,
    "cancel_call": Effects.cancel_call,
    "nobody_there": Effects.nobody_there,
    "take_page": Effects.take_page,
    "open_grievance": Effects.open_grievance,
    "record_screen": Effects.record_screen,
    "give_notice": Effects.give_notice,
    "open_consult": Effects.open_consult,
    "quote_consult": Effects.quote_consult,
    "ask_to_pay": Effects.ask_to_pay,
    "resend_link": Effects.resend_link,
    "check_payment": Effects.check_payment,
    "tell_paid": Effects.tell_paid,
    "keep_pin_code": Effects.keep_pin_code,
    "keep_pain_time": Effects.keep_pain_time,
    "cancel_consult": Effects.cancel_consult,
    **FOLLOW_UP_CARRIED_OUT,
    **CONNECTING_CARRIED_OUT,
    **DUTY_CARRIED_OUT,
    KEEP_NOTE: Effects.keep_note,
    REMEMBER_LANGUAGE: Effects.remember_language,
}
