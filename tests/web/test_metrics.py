"""Figures for Prometheus: of an invented clinic, with labels that name nobody, and alert rules that ask for nothing else."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import ConsultState
from ivr.oversight import LONGEST_REASON
from ivr.payments.lifecycle import PaymentState
from ivr.seeding.amounts import Amounts
from ivr.seeding.seed import seed
from ivr.settings import ROOT, Settings
from ivr.web.app import create_app
from ivr.web.measures import QUEUES
from ivr.wiring import build
from tests.clock import HandClock
from workers import jobs

SANDBOX = {"plivo_api_url": "http://127.0.0.1:1", "twilio_api_url": "http://127.0.0.1:1"}
HOLD = {  # each label, and what it may say at the most
    "state": 70, "provider": 2, "action": 12, "line": 9, "purpose": 4, "kind": 40, "queue": 4, "quantile": 2,
}  # fmt: skip
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def client(make_settings: Callable[..., Settings], database_url: str, redis_url: str, clock: HandClock) -> FlaskClient:
    app = build(make_settings(database_url=database_url, redis_url=redis_url, **SANDBOX), clock)
    seed(app, Amounts(300, 360, 50, 1, 1, clock.now()), lambda line: None)
    return create_app(app).test_client()


def _samples(client: FlaskClient) -> Samples:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples}


def _rules() -> Iterator[dict[str, Any]]:
    for group in yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text(encoding="utf-8"))["groups"]:
        yield from group["rules"]


def test_doctors_money_and_waits_are_told(client: FlaskClient) -> None:
    found = _samples(client)

    def value(name: str, **labels: str) -> float:
        return found[name, tuple(sorted(labels.items()))]

    assert value("ivr_doctors", state="talking") >= 1
    assert value("ivr_doctors", state="off") > 300
    assert value("ivr_patients_waiting") >= 2
    assert value("ivr_longest_wait_seconds") >= 60
    assert value("ivr_payments", state="manual") == 1
    assert value("ivr_payments_paise", state="held") == 24_900 * value("ivr_payments", state="held")
    assert value("ivr_line_calls_total", line="Hotline", action="text") > 50
    assert value("ivr_offers_last_hour", state="ringing") >= 1
    assert value("ivr_redis_up") == 1
    assert value("ivr_queue_jobs", queue="texts") == 0
    assert value("ivr_database_up") == 1


def test_every_state_has_a_figure_though_there_be_none(client: FlaskClient) -> None:
    states: dict[str, set[str]] = {}
    for name, labels in _samples(client):
        states.setdefault(name, set()).update(said for label, said in labels if label == "state")
    assert states["ivr_consults"] == set(ConsultState)
    assert states["ivr_payments"] == states["ivr_payments_paise"] == set(PaymentState)
    assert states["ivr_offers_last_hour"] == set(OfferState)


def test_labels_are_few_words_and_never_a_number_or_an_id(client: FlaskClient) -> None:
    said: dict[str, set[str]] = {}
    for _, labels in _samples(client):
        for label, value in labels:
            said.setdefault(label, set()).add(value)
    assert set(said) <= set(HOLD)
    for label, values in said.items():
        assert len(values) <= HOLD[label], label
        assert not [value for value in values if re.search(r"\d{4}|[0-9A-Z]{26}", value) or len(value) > 40], label
    assert LONGEST_REASON > 40  # what a person writes would be longer


def test_the_queues_are_those_of_the_workers() -> None:
    assert set(QUEUES) == set(jobs.QUEUES)


def test_every_metric_of_an_alert_rule_exists(client: FlaskClient) -> None:
    families = {name for name, _ in _samples(client)} | set(re.findall(r"^# TYPE (\w+)", client.get("/metrics").text, re.MULTILINE))
    for rule in _rules():
        named = set(re.findall(r"\bivr_\w+", rule["expr"]))
        assert named, rule["alert"]
        assert named <= families, rule["alert"]


def test_every_alert_rule_says_what_it_is_and_what_to_do() -> None:
    headings = {_anchor(line) for line in (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8").splitlines() if line.startswith("#")}
    names = [rule["alert"] for rule in _rules()]
    assert len(names) == len(set(names)) > 15
    for rule in _rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert re.fullmatch(r"\d+[smh]", rule["for"])
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert set(rule["annotations"]) == {"summary", "action", "runbook_url"}
        assert rule["annotations"]["runbook_url"].removeprefix("docs/runbook.md#") in headings, rule["alert"]


def _anchor(heading: str) -> str:
    """As renderers of Markdown make it: each space a hyphen, other marks gone."""
    return re.sub(r"[^\w\s-]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")
