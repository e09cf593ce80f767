"""Flows: drawn, in words, with what is to be mended; and the texts that this clinic can send."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response

from ivr.flow.model import Flow
from ivr.lines import Answer
from ivr.menus.effect_texts import texts_sent
from ivr.web.ops.flow_cards import fault_rows, flow_card, line_to_dial, prices_spoken, step_of
from ivr.web.ops.flow_shelf import Shelf, Shelves
from ivr.web.ops.flow_steps import Reader
from ivr.web.ops.flow_texts import Registry
from ivr.web.ops.pages import Pages
from ivr.wiring import App


def flow_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    desk = _Desk(app, pages, Shelves(app))

    @routes.get("/flows")
    def flows() -> Response:
        return desk.list()

    @routes.get("/flows/texts")
    def texts() -> Response:
        return desk.texts()

    @routes.get("/flows/<name>")
    def flow(name: str) -> Response:
        return desk.one(name)


@dataclass(frozen=True, slots=True)
class _Desk:
    app: App
    pages: Pages
    shelves: Shelves

    def list(self) -> Response:
        shelf = self.shelves.latest()
        reader = self._reader(shelf)
        cards = [flow_card(shelf, flow, self.app.lines, reader) for flow in shelf.book.flows.values()]
        shown = {fault for name in shelf.book.flows for fault in shelf.faults_of(name)}
        return self.pages.show(
            "flows.html",
            cards=sorted(cards, key=lambda card: (not card.starts, bool(card.within), card.name)),
            elsewhere=[*shelf.unreadable, *(fault for fault in shelf.faults if fault not in shown)],
            warnings=shelf.warnings,
            changed=shelf.changed,
        )

    def one(self, name: str) -> Response:
        shelf = self.shelves.latest()
        flow = shelf.book.flows.get(name)
        if flow is None:
            return self.pages.message(404, "No such flow", "The list of flows has those that there are; its file may have been renamed.")
        faults = shelf.faults_of(name)
        reader = self._reader(shelf)
        told: dict[str, list[str]] = {}
        for fault in faults:
            told.setdefault(step_of(flow, fault), []).append(fault.message)
        line = line_to_dial(name, self.app.lines) if self.app.settings.sandbox_url else None
        sent = texts_sent(flow)
        return self.pages.show(
            "flow.html",
            card=flow_card(shelf, flow, self.app.lines, reader),
            drawing=shelf.drawing(name),
            keys=sorted(flow.keys.items()),
            resumed=reader.resumed(flow),
            steps=[reader.step(flow, step, told.get(step, ())) for step in flow.steps],
            faults=fault_rows(flow, faults),
            texts=self._registry(shelf).cards(_used([flow]), sent),
            unsent=[(template, steps) for template, steps in sent.items() if template not in self.app.templates],
            prices=prices_spoken(shelf, flow, self.app.consults.desk.prices),
            languages=shelf.languages,
            dial=line,
            dial_answers=line is not None and isinstance(line.action, Answer),
            changed=shelf.changed,
        )

    def texts(self) -> Response:
        shelf = self.shelves.latest()
        return self.pages.show("flow_texts.html", texts=self._registry(shelf).cards(_used(shelf.book.flows.values())))

    def _reader(self, shelf: Shelf) -> Reader:
        return Reader(shelf.words, self.app.voicing, self.app.settings.voice_provider, shelf.languages)

    def _registry(self, shelf: Shelf) -> Registry:
        settings = self.app.settings
        return Registry(self.app.templates, settings.texting, settings.dlt_entity_id, settings.dlt_header, shelf.languages)


def _used(flows: Iterable[Flow]) -> dict[str, list[tuple[str, str]]]:
    """By template: the flows and steps that bring it about."""
    found: dict[str, list[tuple[str, str]]] = {}
    for flow in flows:
        for template, steps in texts_sent(flow).items():
            found.setdefault(template, []).extend((flow.name, step) for step in steps)
    return found
