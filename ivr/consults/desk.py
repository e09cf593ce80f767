"""What a menu asks about a caller's consult, and wishes for it, in the transaction of its turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from secrets import randbelow

from ivr.consults.booking import Bookings
from ivr.consults.capacity import Capacity
from ivr.consults.lifecycle import AS_GOOD_AS_OVER, CLOCKS, ENDED_BY_RED, OPEN, SCREEN_LASTS_S, TOLD_FIRST, ConsultEvent, ConsultState
from ivr.consults.moves import CONSULT_CLOCK
from ivr.consults.short_talks import too_many
from ivr.consults.telling import EMERGENCY, PAY_LINK, PRIVACY, Telling, rupees
from ivr.model.errors import ConfigurationError
from ivr.model.ids import first_id, new_id
from ivr.model.values import Paise
from ivr.prices import Price, Prices
from ivr.privacy import PrivacyNotice
from ivr.settings import Settings
from ivr.store import alarms, callers, outbox
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Asked, LinkTo, Trigger
from ivr.texts.times import clock_time

PAY_TEXT_CHECK = "pay_text_check"

GATEWAY_TROUBLE = "gateway"
"""The alarm that the gateway does not do what it should; nothing is sold for a while after it."""

MOST_RESENT = 2
_TROUBLE_MS = 2 * 60_000
_JUST_NOW_MS = 5_000
_TEXT_CHECK_MS = 45_000
_MOST_UNPAID_A_DAY = 3  # a caller id can be forged: each consult that is opened texts a link to somebody
_DAY_MS = 24 * 60 * 60_000
_OLDER_THAN = 55  # new spine pain at this age goes to the doctor as a flag
_SCREEN_FLAGS = ("amber",)


@dataclass(frozen=True, slots=True)
class Screened:
    """An emergency screen as it ended. `script` tells which questions in which words were asked."""

    result: str  # clear, red, unclear
    patient: str  # self, other
    script: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    prices: Prices
    notice: PrivacyNotice | None
    capacity: Capacity
    bookings: Bookings
    telling: Telling
    settings: Settings

    # Facts

    def open_of(self, tx: Tx, caller_id: str) -> Row | None:
        """The caller's consult that is under way, the newest first; one whose money goes back is one."""
        return store.open_of(tx, caller_id, OPEN)

    def status_first(self, tx: Tx, caller_id: str) -> bool:
        """Whether this caller hears how their consult stands before anything else."""
        return store.open_of(tx, caller_id, TOLD_FIRST) is not None

    def just_had(self, tx: Tx, caller_id: str, since: int) -> bool:
        """Whether this caller's latest consult was paid, and came to its end since then."""
        latest = store.open_of(tx, caller_id, list(ConsultState))
        if latest is None or latest.paid_at is None:
            return False
        return latest.state == ConsultState.WRAP_UP or (latest.ended_at or 0) > since

    def can_sell(self, tx: Tx, caller_id: str, language: str, at: int) -> bool:
        """Whether this caller can be sold a consult now, or the one they are at: priced, a gateway, a place, a screen that is fresh."""
        if not self.prices.offered or not self.settings.selling or alarms.sounded_since(tx, GATEWAY_TROUBLE, at - _TROUBLE_MS):
            return False
        consult = self.open_of(tx, caller_id)
        at_it = consult is not None and consult.state in (ConsultState.TRIAGED, ConsultState.QUOTED, ConsultState.AWAITING_PAYMENT)
        if consult is not None and at_it and not fresh(consult, at):
            return False
        unpaid = 0 if at_it else store.came_to_nothing(tx, caller_id, first_id(at - _DAY_MS))
        if unpaid >= _MOST_UNPAID_A_DAY or too_many(tx, caller_id, self.settings, at):
            return False
        speciality, but = (consult.speciality, consult.id) if consult is not None and at_it else (self.prices.tiers[0][0], "")
        return self.capacity.free(tx, at, speciality, language, but=but)

    def price(self, tx: Tx | None, caller_id: str | None, patient: str = "self") -> Price:
        """What a consult costs this caller for this patient now, in full. ConfigurationError for a clinic without prices."""
        first = tx is None or caller_id is None or not store.had_first_price(tx, caller_id, patient)
        for speciality, tier in self.prices.tiers:
            return self.prices.quote(speciality, tier, first=first)
        raise ConfigurationError("prices.yaml: has no price, and a flow speaks of one")

    def quote_of(self, tx: Tx, consult: Row) -> Row | None:
        return store.quote_of(tx, consult.id)

    def link_text_missing(self, tx: Tx, consult: Row, at: int) -> bool:
        """No report says that any text with the link arrived, and it is time that one did."""
        return payment_store.pay_text_missing(tx, consult.id, before=at - _TEXT_CHECK_MS)

    # Effects

    def screened(self, tx: Tx, trigger: Trigger, screened: Screened) -> None:
        """Write the screen down. All but clear is told to whoever is on call, and ends a consult that was under way."""
        at = trigger.at
        row = {"id": new_id(at), "call_id": trigger.call_id, "caller_id": trigger.caller_id, "at": at}
        answers = dumps(dict(screened.answers), sort_keys=True)
        given = {"result": screened.result, "patient": screened.patient, "script": screened.script, "answers": answers}
        tx.add([store.triage_addition(**row, **given)])
        if screened.result == "clear":
            return
        advice = _ADVICE[screened.result]
        alarms.sound(tx, "red_flag" if screened.result == "red" else "unclear_triage", trigger.call_id or "", advice, at)
        if screened.result == "red":
            self.telling.tell(tx, trigger, EMERGENCY, {})
            if trigger.caller_id is not None and (consult := store.open_of(tx, trigger.caller_id, ENDED_BY_RED)) is not None:
                self.bookings.ends(tx, consult.id, ConsultEvent.RED, "emergency", at)

    def open(self, tx: Tx, trigger: Trigger) -> None:
        """A consult for the patient who has just passed the screen in this call. One that was begun and not asked to pay is dropped."""
        if trigger.caller_id is None or trigger.call_id is None:
            return
        callers.lock(tx, trigger.caller_id)
        triage = store.last_triage(tx, trigger.call_id)
        begun = store.open_of(tx, trigger.caller_id, (ConsultState.TRIAGED, ConsultState.QUOTED), lock=True)
        if begun is not None:
            self.bookings.ends(tx, begun.id, ConsultEvent.CANCELLED, "begun anew", trigger.at)
        under_way = self.open_of(tx, trigger.caller_id)
        if triage is None or triage.result != "clear" or (under_way is not None and under_way.state not in AS_GOOD_AS_OVER):
            return
        consult_id, at = new_id(trigger.at), trigger.at
        price = self.price(tx, trigger.caller_id, triage.patient)
        clock = outbox.addition(CONSULT_CLOCK, consult_id, self.bookings.moves.ends_at(ConsultState.TRIAGED, at, {}), at)
        of_call = {"caller_id": trigger.caller_id, "call_id": trigger.call_id, "line": trigger.line.number.e164}
        of_triage = {"triage_id": triage.id, "screened_at": triage.at, "patient": triage.patient}
        what = {"speciality": price.speciality, "tier": price.tier, "flags": ""}
        row = {"id": consult_id, "reference": _digits(8), "state": ConsultState.TRIAGED.value, "opened_at": at}
        tx.add([store.addition(**row, **of_call, **of_triage, **what, language=trigger.language.value, clock_id=clock.values["id"]), clock])

    def quote(self, tx: Tx, trigger: Trigger, answers: Mapping[str, str], told: int) -> None:
        """Quote the price that was told, for good; what the doctor will want to know is kept with the consult."""
        consult = self._of(tx, trigger, ConsultState.TRIAGED)
        if consult is None or trigger.caller_id is None:
            return
        price = self.price(tx, trigger.caller_id, consult.patient)
        if price.total.amount != told:
            return  # the price changed under the call: nothing is sold at another price than the one that was heard
        self.quoted(tx, consult, price, "live", answers, trigger.at)

    def quoted(self, tx: Tx, consult: Row, price: Price, state: str, answers: Mapping[str, str], at: int) -> None:
        """Keep this price of a consult that is locked, with `state` of the quote, and what the doctor will want to know."""
        age = int(answers["age"])
        flags = [name for name in _SCREEN_FLAGS if answers.get(name) == "yes"] + ([] if 18 <= age <= _OLDER_THAN else [f"age {age}"])
        expires_at = at + (CLOCKS[ConsultState.QUOTED].seconds or 0) * 1000 + SCREEN_LASTS_S * 1000
        components = dumps([[each.name.value, each.amount.amount] for each in price.components])
        row = {"id": new_id(at), "consult_id": consult.id, "caller_id": consult.caller_id, "state": state, "code": self._code(tx)}
        what = {"first": int(price.first), "paise": price.total.amount, "components": components, "rule": price.version}
        tx.add([store.quote_addition(**row, **what, patient=consult.patient, created_at=at, expires_at=expires_at)])
        kept = {"age": age, "pain_place": answers["pain_place"], "flags": ", ".join(flags)}
        kept["prefers"] = store.last_doctor(tx, consult.caller_id, consult.patient)  # they know each other
        self.bookings.moves.move(tx, consult, ConsultEvent.QUOTED, at, **kept)

    def ask_to_pay(self, tx: Tx, trigger: Trigger) -> None:
        """Text the link to pay by. The consult lapses when the emergency screen does."""
        consult = self._of(tx, trigger, ConsultState.QUOTED)
        if consult is None or not fresh(consult, trigger.at):
            return
        self.bookings.moves.move(tx, consult, ConsultEvent.ASKED, trigger.at)
        self.text_link(tx, consult, trigger.at)

    def resend(self, tx: Tx, trigger: Trigger) -> None:
        """The same link once more, because the caller asks for it: twice at most."""
        consult = self._of(tx, trigger, ConsultState.AWAITING_PAYMENT)
        if consult is not None and consult.resent < MOST_RESENT:
            store.change(tx, consult.id, resent=consult.resent + 1)
            self.text_link(tx, consult, trigger.at, check=False)

    def text_link(self, tx: Tx, consult: Row, at: int, *, check: bool = True) -> Asked | None:
        """Ask for a text with the consult's link, the same each time, and (`check`) look after a while whether it arrived."""
        if (quote := store.quote_of(tx, consult.id)) is None:
            return None
        until, trigger = consult.screened_at + SCREEN_LASTS_S * 1000, self.telling.trigger(consult, at)
        values = {"amount": rupees(Paise(quote.paise)), "reference": consult.reference, "until": clock_time(until, at)}
        asked = self.telling.tell(tx, trigger, PAY_LINK, values, LinkTo("pay", consult.id))
        if check and asked is not None and asked.dropped is None:
            outbox.add(tx, PAY_TEXT_CHECK, consult.id, at + _TEXT_CHECK_MS, at)
        return asked

    def check_payment(self, tx: Tx, trigger: Trigger) -> None:
        """Ask the gateway now, not at the next look."""
        if (consult := self._of(tx, trigger, *OPEN)) is not None:
            hurry(tx, consult.id, trigger.at)

    def tell_paid(self, tx: Tx, trigger: Trigger) -> None:
        consult = self._of(tx, trigger, *OPEN)
        if consult is not None and consult.paid_at is not None and consult.told_paid_at is None:
            store.change(tx, consult.id, told_paid_at=trigger.at)

    def keep(self, tx: Tx, trigger: Trigger, **told: str) -> None:
        """What the caller tells for the doctor, under the names of its columns."""
        if (consult := self._of(tx, trigger, *OPEN)) is not None:
            store.change(tx, consult.id, **told)

    def cancel(self, tx: Tx, trigger: Trigger) -> None:
        """Give up a consult that is not paid. Money that comes all the same goes back."""
        if trigger.caller_id is not None and (consult := self.open_of(tx, trigger.caller_id)) is not None:
            self.bookings.ends(tx, consult.id, ConsultEvent.CANCELLED, "by key", trigger.at)

    def give_notice(self, tx: Tx, trigger: Trigger) -> None:
        """The privacy notice was heard. Its link is texted once for each version."""
        if self.notice is None or trigger.caller_id is None:
            return
        version = str(self.notice.version)
        known = store.noticed(tx, trigger.caller_id, version)
        row = {"call_id": trigger.call_id, "caller_id": trigger.caller_id, "version": version}
        store.add_notice(tx, **row, language=trigger.language.value, at=trigger.at)
        if not known:
            self.telling.tell(tx, trigger, PRIVACY, {}, LinkTo("privacy"))

    def _of(self, tx: Tx, trigger: Trigger, *states: ConsultState) -> Row | None:
        """The caller's consult in one of these states, locked; the caller first."""
        if trigger.caller_id is None:
            return None
        callers.lock(tx, trigger.caller_id)
        return store.open_of(tx, trigger.caller_id, states, lock=True)

    def _code(self, tx: Tx) -> str:
        """Six digits that no other live quote has."""
        while True:
            code = _digits(6)
            if store.live_quote(tx, code) is None:
                return code


def fresh(consult: Row, at: int) -> bool:
    """Whether the emergency screen still counts."""
    return at - int(consult.screened_at) < SCREEN_LASTS_S * 1000


def hurry(tx: Tx, consult_id: str, at: int) -> None:
    """Have the gateway asked about every link of this consult now, if that was not done just now. The caller should be locked."""
    for link in payment_store.links_of(tx, consult_id):
        if link.poll_id is not None and at - (link.looked_at or 0) > _JUST_NOW_MS:
            outbox.put_back(tx, [link.poll_id], at)


def _digits(count: int) -> str:
    return f"{randbelow(10**count):0{count}d}"


_ADVICE = {
    "red": "a caller said yes to an emergency question and was told to dial 112; ring them, no payment was taken",
    "unclear": "a caller could not be screened (no clear answer) and was promised a call; ring them within 10 minutes, free of charge",
}
