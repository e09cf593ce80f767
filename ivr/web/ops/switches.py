"""What is on and what is off: lines, texts, failed jobs, blocked callers."""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from redis.exceptions import RedisError

from ivr.lines import Line
from ivr.numbering import identify
from ivr.operating.deed import NEEDS, CannotBeDone
from ivr.operating.switches import can_be_paused
from ivr.operators import Operator
from ivr.oversight import Action
from ivr.pauses import TEXTS
from ivr.store import blocks, deeds, pauses
from ivr.store.tx import Row
from ivr.texts.booking import SEND
from ivr.web.ops.door import Door
from ivr.web.ops.failed_jobs import failed_jobs
from ivr.web.ops.masking import masked
from ivr.web.ops.offered import Offer, offer
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words_deeds import does, sentence
from ivr.wiring import App

_HERE = "/ops/switches"


@dataclass(frozen=True, slots=True)
class Off:
    """Since when, by whom and why something is switched off."""

    when: Moment
    operator: str
    reason: str


@dataclass(frozen=True, slots=True)
class LineCard:
    name: str
    published: str
    does: str
    off: Off | None
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class BlockedCard:
    who: str
    off: Off
    offers: list[Offer]


def switch_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    door = Door(app)

    @routes.get("/switches")
    def switches() -> Response:
        return _show()

    @routes.post("/switches/find")
    def find() -> Response:
        """A number that was typed: in the body of a POST, for addresses are written to logs."""
        refused = pages.refused(NEEDS[Action.BLOCK_CALLER])
        if refused is not None:
            return refused
        phone = identify(request.form.get("number", ""), app.lines.numbers).phone
        if phone is None:
            return _show("That is no phone number. Write it like 98450 12345 or +919845012345.", 400)
        try:
            return secured(leave(f"/ops/do/{Action.BLOCK_CALLER}/{app.operating.callers.find(phone)}?back={_HERE}"))
        except CannotBeDone as why:
            return _show(sentence(str(why)), 404)

    def _show(fault: str = "", status: int = 200) -> Response:
        who, now = door.operator(), app.clock.now()
        with app.database.read() as tx:
            off = {row.scope: _off(row, now) for row in pauses.everything(tx)}
            waiting, blocked = deeds.waiting(tx, SEND), blocks.latest(tx)
        texts = Action.RESUME_TEXTS if TEXTS in off else Action.PAUSE_TEXTS
        return pages.show(
            "switches.html",
            status,
            lines=[_line(line, off.get(line.number.e164), who) for line in app.lines],
            texts_off=off.get(TEXTS),
            texts_offers=_may(who, offer(texts, TEXTS)),
            waiting=waiting,
            failed=_failed(),
            jobs_offers=_may(who, offer(Action.REQUEUE_JOBS, "all")),
            blocked=[_blocked(row, who, now) for row in blocked],
            may_block=bool(_may(who, offer(Action.BLOCK_CALLER, ""))),
            fault=fault,
            back=_HERE,
        )

    def _failed() -> dict[str, int] | None:
        try:
            return failed_jobs(app)
        except RedisError:
            return None

    def _blocked(row: Row, who: Operator | None, now: int) -> BlockedCard:
        return BlockedCard(masked(app.vault, row.phone), _off(row, now), _may(who, offer(Action.UNBLOCK_CALLER, row.caller_id, "Unblock")))


def _line(line: Line, off: Off | None, who: Operator | None) -> LineCard:
    action = Action.PAUSE_LINE if off is None else Action.RESUME_LINE
    return LineCard(line.name, line.published, does(line), off, _may(who, offer(action, line.published)) if can_be_paused(line) else [])


def _off(row: Row, now: int) -> Off:
    return Off(moment(row.at, now), row.operator, row.reason)


def _may(who: Operator | None, one: Offer) -> list[Offer]:
    return [one] if who is not None and who.role.includes(NEEDS[one.action]) else []
