"""The first page of the console: the live board, and the part of it that renews itself."""

from flask import Blueprint, Response, make_response, render_template

from ivr.operators import Role
from ivr.web.ops.door import Door
from ivr.web.ops.kept import Kept
from ivr.web.ops.now.watch import Watch
from ivr.web.ops.pages import Pages, secured
from ivr.wiring import App

_KEPT_MS = 1_000


def board_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    watch, door, kept = Watch(app), Door(app), Kept[str](app.clock, _KEPT_MS, most=2)

    def now_html(*, anew: bool = False) -> str:
        """The same for all parts that renew themselves within a second; whoever opens the page sees this moment. Raises DatabaseAway.

        Who only views is offered nothing to do, so there are two of it.
        """
        who = door.operator()
        acts = who is not None and who.role.includes(Role.OPERATOR)
        return kept.get(lambda now: render_template("ops/now.html", board=watch.look(now, anew=anew), acts=acts), acts, anew=anew)

    @routes.get("/")
    def home() -> Response:
        return pages.show("board.html", now_html=now_html(anew=True))

    @routes.get("/board/now")
    def board_now() -> Response:
        return secured(make_response(now_html()))
