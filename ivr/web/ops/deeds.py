"""Doing something: each deed has one page that says what will happen and asks why, and one POST that does it."""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from redis.exceptions import RedisError

from ivr.model.errors import ConfigurationError, DatabaseAway
from ivr.operating.deed import NEEDS, CannotBeDone, Deed
from ivr.operators import Role
from ivr.oversight import Action, ReasonMissing, reason_given
from ivr.pauses import TEXTS
from ivr.web.ops.asking import Asking, ask
from ivr.web.ops.door import Door
from ivr.web.ops.failed_jobs import failed_jobs, requeue_failed
from ivr.web.ops.offered import Offer, offered
from ivr.web.ops.pages import Pages
from ivr.web.ops.questions import line_of, one_of_ours, question
from ivr.web.ops.way_back import safe_next
from ivr.web.ops.words import count
from ivr.web.ops.words_deeds import AFTERWARDS, GRAVE, LABELS, sentence
from ivr.wiring import App

_UNNAMED = (Action.PAUSE_LINE, Action.RESUME_LINE, Action.PAUSE_TEXTS, Action.RESUME_TEXTS, Action.REQUEUE_JOBS)
"""Their subject is a published number, or a word of no account."""


def deed_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    door = Door(app)
    asking = _Asking(app, pages, door)

    @routes.app_template_global("deeds_for")
    def deeds_for(kind: str, subject_id: str) -> list[Offer]:
        """What the operator who looks at this page may do there, now."""
        who = door.operator()
        if who is None or who.role is Role.VIEWER:
            return []
        with app.database.read() as tx:
            return offered(tx, kind, subject_id, who.role, app.clock.now())

    @routes.app_template_global("switched_off")
    def switched_off() -> list[str]:
        """What every page says on top, as long as it holds."""
        return _off(app)

    @routes.get("/do/<action>/<subject>")
    def ask(action: str, subject: str) -> Response:
        return asking.refused(action, subject) or asking.ask(Action(action), subject)

    @routes.post("/do/<action>/<subject>")
    def do(action: str, subject: str) -> Response:
        return asking.refused(action, subject) or asking.do(Action(action), subject)


@dataclass(frozen=True, slots=True)
class _Asking:
    app: App
    pages: Pages
    door: Door

    def refused(self, action: str, subject: str) -> Response | None:
        """Why there is nothing to ask or to do here; None: there is."""
        if action in list(NEEDS) and (action in _UNNAMED or one_of_ours(subject)):
            return self.pages.refused(NEEDS[Action(action)])
        return self.pages.message(404, "Nothing here", "There is nothing of this kind to be done. The menu above leads to what is there.")

    def ask(self, action: Action, subject: str, fault: str = "", reason: str = "") -> Response:
        """The page that says what will happen. `fault`: of the reason that was given."""
        try:
            with self.app.database.read() as tx:
                found = question(self.app, tx, action, subject, self.app.clock.now())
        except CannotBeDone as why:
            return self._cannot(str(why))
        except RedisError:
            return self._redis_away()
        title = f"{LABELS[action]}: {found.about}" if found.about else LABELS[action]
        asking = Asking(title, found.says, LABELS[action], action in GRAVE)
        return ask(self.pages, asking, path=f"/ops/do/{action}/{subject}", back=_back(), fault=fault, reason=reason)

    def do(self, action: Action, subject: str) -> Response:
        who, given = self.door.operator(), request.form.get("reason", "")
        try:
            deed = Deed(who.name if who is not None else "", reason_given(given), self.app.clock.now())
            if action is Action.REVEAL_NUMBER:
                return self.pages.show("revealed.html", phone=self.app.operating.callers.reveal(deed, subject).e164, back=_back())
            said = _done(self.app, action, deed, subject)
        except ReasonMissing as why:
            return self.ask(action, subject, str(why), given)
        except CannotBeDone as why:
            return self._cannot(str(why))
        except ConfigurationError:
            return self._cannot("the number is sealed with a key that DATA_KEY lacks; put that key back at the end of its list")
        except RedisError:
            return self._redis_away()
        return self.pages.show("done.html", title="Done", text=said, back=_back())

    def _cannot(self, why: str) -> Response:
        return self.pages.show("done.html", 409, title="That cannot be done", text=sentence(why), back=_back())

    def _redis_away(self) -> Response:
        return self.pages.message(503, "Redis is away", "Its jobs are issued again when it is back. Try again in a minute.")


def _off(app: App) -> list[str]:
    try:
        found = app.pauses.now(app.clock.now())
    except DatabaseAway:
        return []
    texts = ["All texts are paused"] if TEXTS in found else []
    return texts + [f"{line.name} {line.published} is paused" for line in app.lines if line.number.e164 in found]


def _back() -> str:
    return safe_next(request.values.get("back", ""))


def _done(app: App, action: Action, deed: Deed, subject: str) -> str:
    """Do it; what to tell of it."""
    operating = app.operating
    match action:
        case Action.BLOCK_CALLER:
            operating.callers.block(deed, subject)
        case Action.UNBLOCK_CALLER:
            operating.callers.unblock(deed, subject)
        case Action.END_CALL:
            operating.calls.end(deed, subject)
        case Action.RESEND_LINK:
            operating.texts.resend(deed, subject)
        case Action.REFUND_CONSULT:
            operating.consults.refund(deed, subject)
        case Action.REQUEUE_CONSULT:
            operating.consults.requeue(deed, subject)
        case Action.TAKE_ALARM:
            operating.alarms.take(deed, subject)
        case _:
            return _switched(app, action, deed, subject)
    return AFTERWARDS[action]


def _switched(app: App, action: Action, deed: Deed, subject: str) -> str:
    switches = app.operating.switches
    match action:
        case Action.PAUSE_LINE:
            switches.pause_line(deed, line_of(app, subject))
        case Action.RESUME_LINE:
            switches.resume_line(deed, line_of(app, subject))
        case Action.PAUSE_TEXTS:
            switches.pause_texts(deed)
        case Action.RESUME_TEXTS:
            switches.resume_texts(deed)
        case _:
            switches.requeue_jobs(deed, failed_jobs(app))
            return f"{count(requeue_failed(app), 'job')} put back."
    return AFTERWARDS[action]
