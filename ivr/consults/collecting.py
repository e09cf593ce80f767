"""Payment links at the gateway: made once, looked at until nothing more can come of them, closed when their place is no longer kept.

Every job may run twice. The reference is committed before the gateway is asked, so what an unknown outcome made is found by it.
"""

import logging
from dataclasses import dataclass

from ivr.consults.addresses import return_url
from ivr.consults.booking import LINK_CLOSE, Bookings
from ivr.consults.desk import GATEWAY_TROUBLE
from ivr.consults.paying import LINK_LASTS_MS
from ivr.model.gateway import Gateway, GatewayLink, LinkState, LinkWish, Ok, Refusal, Rejected, RetryAfter
from ivr.model.outcomes import Unknown
from ivr.model.ports import Clock
from ivr.model.values import Paise
from ivr.settings import Settings
from ivr.store import alarms, outbox
from ivr.store import payments as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

LINK_LOOK = "link_look"

LOOKS_S = (20, 45, 90, 3 * 60, 6 * 60, 10 * 60, 17 * 60, 3600, 24 * 3600, 72 * 3600)
"""When a link is looked at, counted from its making: often while somebody waits, then for late authorisations, which come for days."""
_UNHEARD_OF = ("wished", "closing", "paid")  # what a link can be before we hear that the gateway has made it
_BACK_OFF_S = (5, 15, 60, 300)
_TROUBLED_S = 60
_ALARM_AT = 3  # tries in a row without an answer
_LAST_AGAIN_S = 3600
_SILENCE_MS = 15 * 60_000

Answer = Ok[GatewayLink] | Rejected | RetryAfter | Unknown


@dataclass(frozen=True, slots=True)
class Collecting:
    database: Database
    gateway: Gateway
    bookings: Bookings
    settings: Settings
    clock: Clock

    def create(self, outbox_id: str) -> None:
        """Have the gateway make a link that somebody wants to pay by. One that exists already is adopted.

        One that is to be closed, or was paid, before we heard of its making is found, and closed or looked at.
        """
        with self.database.read() as tx:
            link_id = outbox.peek(tx, outbox_id)
            link = store.link(tx, link_id) if link_id else None
        if link is None or link.state not in _UNHEARD_OF or link.gateway_link_id is not None:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        answer = self._made(link) if link.state == "wished" else self.gateway.find_link(link.reference)
        now = self.clock.now()
        self.database.write(lambda tx: self._created(tx, outbox_id, link.id, answer, now))

    def look(self, outbox_id: str) -> None:
        """Fetch a link, book what it says, and wish for the next look."""
        with self.database.read() as tx:
            link_id = outbox.peek(tx, outbox_id)
            link = store.link(tx, link_id) if link_id else None
        if link is None or link.poll_id != outbox_id or link.gateway_link_id is None:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        answer = self.gateway.fetch_link(link.gateway_link_id)
        now = self.clock.now()
        self.database.write(lambda tx: self._looked(tx, outbox_id, link.id, answer, now))

    def close(self, outbox_id: str) -> None:
        """Cancel a link whose place is kept no longer. If it is paid, it is paid: the gateway settles that race."""
        link = self.database.write(lambda tx: self._closing(tx, outbox_id))
        if link is None or link.gateway_link_id is None:
            return
        answer = self.gateway.cancel_link(link.gateway_link_id)
        if isinstance(answer, Rejected):  # paid, or closed already: it says itself
            answer = self.gateway.fetch_link(link.gateway_link_id)
        now = self.clock.now()
        self.database.write(lambda tx: self._closed(tx, outbox_id, link.id, answer, now))

    def _made(self, link: Row) -> Answer:
        until = max(link.expires_at, self.clock.now() + LINK_LASTS_MS)  # a second try a minute later would be below the gateway's least
        wish = LinkWish(link.reference, Paise(link.paise), self.settings.clinic_name, until, return_url(self.settings, link.id))
        answer = self.gateway.create_link(wish)
        if isinstance(answer, Unknown | Rejected):  # an earlier try may have made it, whatever is the matter with this one
            found = self.gateway.find_link(link.reference)
            if isinstance(found, Ok) and found.value is not None:
                return Ok(found.value)
            if isinstance(found, RetryAfter | Unknown):
                return found
        return answer

    def _created(self, tx: Tx, outbox_id: str, link_id: str, answer: Answer | Ok[GatewayLink | None], now: int) -> None:
        link = store.link(tx, link_id, lock=True)
        if link is None or link.state not in _UNHEARD_OF or link.gateway_link_id is not None:
            outbox.done(tx, outbox_id)
            return
        match answer:
            case Ok(None):
                outbox.done(tx, outbox_id)
                if link.state == "closing":
                    store.change_link(tx, link_id, state="closed")
            case Ok(made) if made is not None and made.amount.amount == link.paise:
                outbox.done(tx, outbox_id)
                state = "open" if link.state == "wished" else link.state
                store.change_link(tx, link_id, state=state, gateway_link_id=made.link_id, url=made.url)
                self._look_at(tx, link, now)
                if link.state == "closing":
                    outbox.add(tx, LINK_CLOSE, link_id, now, now)
            case Ok() | Rejected():
                outbox.done(tx, outbox_id)
                if link.state != "paid":
                    store.change_link(tx, link_id, state="failed")
                reason = answer.reason if isinstance(answer, Rejected) else "it knows this reference with another amount"
                alarms.sound(tx, GATEWAY_TROUBLE, "create", f"the gateway makes no payment link: {reason}", now)
            case RetryAfter() | Unknown():
                self._later(tx, outbox_id, "create", answer, now)

    def _looked(self, tx: Tx, outbox_id: str, link_id: str, answer: Answer, now: int) -> None:
        found = self._book(tx, answer, now)
        outbox.done(tx, outbox_id)  # last, for whoever holds the caller and the consult may hurry this very row
        if "paid" in found and now - (store.last_event_at(tx) or 0) > _SILENCE_MS:
            advice = "payments are found by looking, and no event of the gateway has come; see that its webhook is active, and its secret"
            alarms.sound(tx, "webhook_silence", self.gateway.name, advice, now)
        link = store.link(tx, link_id, lock=True)
        if link is None or link.poll_id != outbox_id:
            return  # hurried meanwhile: the other look goes on
        store.change_link(tx, link_id, looked_at=now)
        if isinstance(answer, Ok):
            self._settle(tx, link, answer.value)
            self._look_at(tx, link, now)
        else:
            self._look_at(tx, link, now, at_least_s=_TROUBLED_S, told=isinstance(answer, Rejected))

    def _closing(self, tx: Tx, outbox_id: str) -> Row | None:
        """The link, when there is something to close at the gateway; the wish is done otherwise."""
        link_id = outbox.take(tx, outbox_id)
        link = store.link(tx, link_id, lock=True) if link_id else None
        if link is None or link.state not in ("wished", "open", "closing"):
            outbox.done(tx, outbox_id)
            return None
        store.change_link(tx, link.id, state="closing")
        if link.gateway_link_id is None:
            outbox.done(tx, outbox_id)  # whoever makes it sees that it is to be closed
        return link

    def _closed(self, tx: Tx, outbox_id: str, link_id: str, answer: Answer, now: int) -> None:
        if isinstance(answer, Rejected) and answer.why is Refusal.GONE:
            outbox.done(tx, outbox_id)
            store.change_link(tx, link_id, state="closed")  # nobody can pay by what the gateway does not know
            return
        if not isinstance(answer, Ok):
            self._later(tx, outbox_id, "close", answer, now)
            return
        self._book(tx, answer, now)
        outbox.done(tx, outbox_id)
        if (link := store.link(tx, link_id, lock=True)) is not None:
            self._settle(tx, link, answer.value)

    def _later(self, tx: Tx, outbox_id: str, what: str, answer: Rejected | RetryAfter | Unknown, now: int) -> None:
        """The gateway did not do it: asked again after ever longer pauses, and soon somebody is told."""
        issues = outbox.issues(tx, outbox_id)
        pause_s: float = _BACK_OFF_S[min(max(issues, 1), len(_BACK_OFF_S)) - 1]
        if isinstance(answer, RetryAfter):
            pause_s = max(answer.after_s or 0, pause_s)
        outbox.put_back(tx, [outbox_id], now + int(pause_s * 1000))
        if issues >= _ALARM_AT:
            alarms.sound(
                tx, GATEWAY_TROUBLE, what, f"the gateway does not answer, or refuses ({_why(answer)}); nothing is sold meanwhile", now
            )

    def _book(self, tx: Tx, answer: Answer, now: int) -> list[str]:
        if not isinstance(answer, Ok):
            return []
        return [self.bookings.captured(tx, fact, now, fetched=True) for fact in answer.value.payments]

    def _settle(self, tx: Tx, link: Row, seen: GatewayLink) -> None:
        if link.state in ("open", "closing") and seen.state in (LinkState.EXPIRED, LinkState.CANCELLED):
            store.change_link(tx, link.id, state="closed")

    def _look_at(self, tx: Tx, link: Row, now: int, *, at_least_s: int = 0, told: bool = True) -> None:
        """The next look of the plan. After the last there is none, if the gateway told us anything; the daily comparison remains."""
        due = [link.created_at + seconds * 1000 for seconds in LOOKS_S]
        following = next((at for at in due if at > now), None if told else now + _LAST_AGAIN_S * 1000)
        if following is None:
            store.change_link(tx, link.id, poll_id=None)
            return
        row = outbox.addition(LINK_LOOK, link.id, max(following, now + at_least_s * 1000) if at_least_s else following, now)
        tx.add([row])
        store.change_link(tx, link.id, poll_id=row.values["id"])


def _why(answer: Rejected | RetryAfter | Unknown) -> str:
    match answer:
        case Rejected(_, code, reason):
            return f"{code} {reason}"
        case RetryAfter(code):
            return code
        case Unknown(why):
            return why
