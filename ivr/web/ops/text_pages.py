"""The page of one text: what was wished for, each try at a provider, each report."""

from flask import Blueprint, Response

from ivr.model.ids import LENGTH
from ivr.store import audit, console, console_consults, outbox
from ivr.store.console import TextStory
from ivr.web.ops import audited, wire, words
from ivr.web.ops.calls import teller
from ivr.web.ops.pages import Pages
from ivr.web.ops.waiting import job_cards
from ivr.web.ops.when import moment
from ivr.wiring import App


def text_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/texts/<text_id>")
    def text(text_id: str) -> Response:
        with app.database.read() as tx:
            story = next(iter(console.texts(tx, [text_id])), None) if len(text_id) == LENGTH and text_id.isalnum() else None
            done = audit.of_subject(tx, text_id) if story is not None else []
            consults = console_consults.of_text(tx, story) if story is not None else []
            waiting = outbox.about(tx, _things(story)) if story is not None else []
        if story is None:
            return pages.message(404, "No such text", "It may have been removed when its time to be kept was over.")
        tell = teller(app)
        return pages.show(
            "text.html",
            text=tell.text(story),
            caller_id=story.text.caller_id or "",
            consults=[(row.reference, row.id) for row in consults],
            links=[(words.count(each.opens, "opening"), moment(each.expires_at, tell.pen.now)) for each in story.links],
            exchanges=sorted(wire.of_text(story, tell.pen.now), key=lambda each: each.at),
            audited=[audited.step(row, tell.pen) for row in done],
            jobs=job_cards(waiting, tell.pen.now),
        )


def _things(story: TextStory) -> list[str]:
    return [story.text.id, *(each.id for each in story.attempts)]
