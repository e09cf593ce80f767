"""What each provider can do, and what it costs a web process to know it."""

import subprocess
import sys
from pathlib import Path

import pytest

import ivr
from ivr.model.outcomes import Fault, Misconfigured, Never, TryLater
from ivr.providers.codes import CodeTable
from ivr.providers.plivo import Plivo
from ivr.providers.plivo_codes import CALL_CODES as PLIVO_CALL_CODES
from ivr.providers.plivo_codes import TEXT_CODES as PLIVO_TEXT_CODES
from ivr.providers.twilio import Twilio
from ivr.providers.twilio_codes import CALL_CODES as TWILIO_CALL_CODES
from ivr.providers.twilio_codes import TEXT_CODES as TWILIO_TEXT_CODES

ROOT = Path(ivr.__file__).parent.parent


@pytest.mark.parametrize("module", ["ivr.providers", "ivr.providers.plivo", "ivr.providers.twilio"])
def test_a_web_process_never_pays_for_an_sdk(module: str) -> None:
    code = (
        f"import sys, {module}; print([name for name in ('plivo', 'twilio', 'twilio.rest', 'requests', 'urllib3') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout == "[]\n"


def test_plivo_carries_indian_lines_and_texts() -> None:
    india = Plivo.capabilities.in_country("IN")
    assert (india.landline_voice, india.mobile_voice, india.mobile_texts) == (True, True, True)


def test_twilio_carries_no_indian_line() -> None:
    india, elsewhere = Twilio.capabilities.in_country("IN"), Twilio.capabilities.in_country("GB")
    assert (india.landline_voice, india.mobile_voice, india.mobile_texts) == (False, False, True)
    assert (elsewhere.landline_voice, elsewhere.mobile_voice, elsewhere.mobile_texts) == (True, True, True)


def test_a_code_states_its_consequence_and_an_unknown_one_is_not_guessed() -> None:
    table = CodeTable(later={"1": "busy"}, never={"2": "no such number"}, account={"3": "no credit"}, dlt=frozenset({"4"}))
    assert table.outcome("1", 7.0) == TryLater("1", 7.0)
    assert table.outcome("2") == Never("2", "no such number")
    assert table.outcome("3") == Misconfigured("3", Fault.ACCOUNT, "no credit")
    assert table.outcome("4") == Misconfigured("4", Fault.DLT, "the entity, header or template does not match its DLT registration")
    assert table.outcome("5") is None


@pytest.mark.parametrize("table", [PLIVO_TEXT_CODES, PLIVO_CALL_CODES, TWILIO_TEXT_CODES, TWILIO_CALL_CODES])
def test_no_code_stands_in_two_places(table: CodeTable) -> None:
    places = [*table.later, *table.never, *table.account, *table.dlt]
    assert len(places) == len(set(places))
