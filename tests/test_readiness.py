"""`check`: every missing production setting, every example line, every sample row; production refuses to start."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ivr.model.errors import ConfigurationError
from ivr.readiness import faults, require_ready
from ivr.settings import ROOT, Settings

READY: dict[str, Any] = {
    "environment": "production",
    "public_url": "https://calls.clinic.in",
    "trusted_proxies": 1,
    "database_url": "postgresql://db/ivr",
    "redis_url": "redis://cache",
    "dlt_header": "BACKOK",
    "app_android_id": "in.clinic.app",
    "app_ios_id": "id1234567890",
    "oncall_number": "+919900112233",
    "autodialer_notice_ref": "BSNL/2026/17",
    "razorpay_key_id": "rzp_live_0000000000test",
    "clinic_name": "Back in Motion",
    "grievance_name": "Dr A Rao",
    "grievance_email": "complaints@clinic.in",
    "grievance_phone": "080 4000 1234",
}


@pytest.fixture
def own_callflows(tmp_path: Path) -> Path:
    """The shipped files with a clinic's own numbers and ids in the place of the examples."""
    folder = tmp_path / "callflows"
    shutil.copytree(ROOT / "callflows", folder)
    for file in folder.glob("*.yaml"):
        file.write_text(re.sub(r"^ *example: true\n", "", file.read_text(), flags=re.MULTILINE))
    for file in folder.glob("words/*.yaml"):
        file.write_text(re.sub(r": needed$", ': "Dr A Rao, KMC 12345, 1 November 2026"', file.read_text(), flags=re.MULTILINE))
    return folder


@pytest.fixture
def ready(make_settings: Callable[..., Settings], own_callflows: Path) -> Callable[..., Settings]:
    return lambda **changes: make_settings(**{**READY, "callflows_dir": own_callflows, **changes})


def test_a_finished_configuration_has_no_faults(ready: Callable[..., Settings]) -> None:
    assert faults(ready()) == []
    require_ready(ready())


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"public_url": "http://calls.clinic.in"}, "PUBLIC_URL"),
        ({"public_url": "https://10.0.0.1"}, "PUBLIC_URL"),
        ({"trusted_proxies": 0}, "TRUSTED_PROXIES"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"phone_hash_key": ""}, "PHONE_HASH_KEY"),
        ({"data_key": ""}, "DATA_KEY"),
        ({"data_key": "abc"}, "DATA_KEY"),
        ({"database_url": "postgresql+psycopg://db/ivr"}, "DATABASE_URL"),
        ({"redis_url": ""}, "REDIS_URL"),
        ({"database_url": "sqlite:///ivr.db"}, "DATABASE_DISK_PERSISTENT"),
        ({"plivo_api_url": "http://127.0.0.1:8001"}, "PLIVO_API_URL"),
        ({"twilio_api_url": "http://127.0.0.1:8001"}, "TWILIO_API_URL"),
        ({"sandbox_url": "http://127.0.0.1:8001"}, "SANDBOX_URL"),
        ({"dlt_entity_id": ""}, "DLT_ENTITY_ID"),
        ({"dlt_header": "SANDHI"}, "DLT_HEADER"),
        ({"app_android_id": "com.example.clinic"}, "APP_ANDROID_ID"),
        ({"app_ios_id": "id0000000000"}, "APP_IOS_ID"),
        ({"plivo_auth_id": ""}, "PLIVO_AUTH_ID"),
        ({"plivo_auth_token": ""}, "PLIVO_AUTH_TOKEN"),
        ({"text_provider": "plivo,twilio", "twilio_account_sid": "", "twilio_in_dlt_registered": True}, "TWILIO_ACCOUNT_SID"),
        ({"text_provider": "plivo,twilio"}, "TWILIO_IN_DLT_REGISTERED"),
        ({"text_provider": "pigeon"}, "TEXT_PROVIDER"),
        ({"voice_provider": "pigeon"}, "VOICE_PROVIDER"),
        ({"oncall_number": ""}, "ONCALL_NUMBER"),
        ({"autodialer_notice_ref": ""}, "AUTODIALER_NOTICE_REF"),
        ({"voices": "plivo/kn=Polly.Aditi kn-IN"}, "VOICES: plivo/kn"),
        ({"voices": "twilio/en=Polly.Aditi en-IN"}, "no language of its flow can be heard on plivo"),
        ({"razorpay_key_id": ""}, "RAZORPAY_KEY_ID"),
        ({"razorpay_key_id": "rzp_test_0000000000test"}, "RAZORPAY_KEY_ID"),
        ({"razorpay_key_secret": ""}, "RAZORPAY_KEY_SECRET"),
        ({"razorpay_webhook_secret": ""}, "RAZORPAY_WEBHOOK_SECRET"),
        ({"razorpay_api_url": "http://127.0.0.1:8001"}, "RAZORPAY_API_URL"),
        ({"always_open": True}, "ALWAYS_OPEN"),
        ({"clinic_name": "Sandhi Clinic"}, "CLINIC_NAME"),
        ({"grievance_name": ""}, "GRIEVANCE_NAME"),
        ({"grievance_email": ""}, "GRIEVANCE_EMAIL"),
        ({"grievance_phone": ""}, "GRIEVANCE_PHONE"),
        ({"voice_provider": "twilio"}, "twilio cannot carry an Indian landline number"),
    ],
)
def test_each_thing_that_is_missing_is_named(ready: Callable[..., Settings], changes: dict[str, Any], named: str) -> None:
    found = faults(ready(**changes))

    assert any(named in fault for fault in found), found
    with pytest.raises(ConfigurationError, match="production refuses to start"):
        require_ready(ready(**changes))


def test_an_sqlite_file_on_a_disk_that_stays_is_fine(ready: Callable[..., Settings]) -> None:
    assert faults(ready(database_url="sqlite:///ivr.db", database_disk_persistent=True)) == []


def test_every_example_is_named(make_settings: Callable[..., Settings]) -> None:
    found = "\n".join(faults(make_settings(**READY)))

    for example in (
        "08061914343",
        "08061914347",
        "app_link still has example template ids",
        "words/hi.yaml: advice_danger is clinical advice",
        "privacy.yaml: is missing, or still the example",
    ):
        assert example in found


@pytest.mark.parametrize(
    ("file", "named"),
    [("prices.yaml", "prices.yaml: is missing"), ("privacy.yaml", "privacy.yaml: is missing")],
)
def test_what_a_sale_needs_beside_settings(ready: Callable[..., Settings], own_callflows: Path, file: str, named: str) -> None:
    (own_callflows / file).unlink()

    assert any(named in fault for fault in faults(ready())), faults(ready())


def test_a_sale_promises_a_call_and_so_the_operator_must_have_been_told(ready: Callable[..., Settings], own_callflows: Path) -> None:
    lines, hotline = own_callflows / "lines.yaml", own_callflows / "flows" / "hotline.yaml"
    lines.write_text(lines.read_text().replace("then: call back hotline", "then: cancel call"))
    hotline.write_text(re.sub(r"do: book_call slot_\d", "do: cancel_call", hotline.read_text()))

    assert any("AUTODIALER_NOTICE_REF" in fault for fault in faults(ready(autodialer_notice_ref="")))


def test_prices_are_whole_rupees(ready: Callable[..., Settings], own_callflows: Path) -> None:
    prices = own_callflows / "prices.yaml"
    prices.write_text(prices.read_text().replace("24900", "24950"))

    assert any("no whole rupees" in fault for fault in faults(ready()))


def test_a_fault_in_a_file_is_named_by_its_line(ready: Callable[..., Settings], own_callflows: Path) -> None:
    lines = own_callflows / "lines.yaml"
    lines.write_text(lines.read_text().replace("text app_link", "text app_lnk"))

    assert any(re.match(r"lines\.yaml:\d+: ", fault) for fault in faults(ready()))


def test_development_starts_with_all_of_that(make_settings: Callable[..., Settings]) -> None:
    require_ready(make_settings())
