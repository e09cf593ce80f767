"""Settings: one sentence for every fault, never a value."""

from collections.abc import Callable

import pytest

from ivr.model.errors import ConfigurationError
from ivr.settings import Settings, load_settings, settings_table


def test_a_comma_list_drops_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", " new , old,")
    monkeypatch.setenv("TEXT_PROVIDER", "plivo,,twilio")

    settings = load_settings()

    assert [token.get_secret_value() for token in settings.plivo_auth_token] == ["new", "old"]
    assert settings.text_provider == ("plivo", "twilio")


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_PROVIDER", "")
    monkeypatch.setenv("PLIVO_AUTH_TOKEN", "")

    assert load_settings().text_provider == ("plivo",)
    assert load_settings().plivo_auth_token == ()


def test_texting_is_switched_off_with_none(make_settings: Callable[..., Settings]) -> None:
    assert make_settings(text_provider="none").texting == ()


def test_all_faults_are_told_at_once_and_no_value_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "calls.example")
    monkeypatch.setenv("DLT_HEADER", "toolong-secret")
    monkeypatch.setenv("APP_LINKS_PER_DAY", "many-secret")

    with pytest.raises(ConfigurationError) as refused:
        load_settings()

    lines = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["PUBLIC_URL", "DLT_HEADER", "APP_LINKS_PER_DAY"]
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("wrong", ["", "60,15", "0,5", "soon", "-1", "nan", "15,inf"])
def test_reconcile_seconds_must_rise(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="RECONCILE_SECONDS"):
        load_settings(reconcile_seconds=wrong)


@pytest.mark.parametrize(
    "wrong", ["https://go.clinic.in/ivr", "https://go.clinic.in?x=1", "https://me:pw@go.clinic.in", "go.clinic.in", "https://"]
)
def test_the_public_address_is_a_host_and_nothing_else(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        load_settings(public_url=wrong)


def test_webhook_keys_are_pairs() -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_WEBHOOK_KEYS"):
        load_settings(twilio_webhook_keys="only-a-key")


@pytest.mark.parametrize("wrong", ["-1", "10", "one"])
def test_proxies_are_counted(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES"):
        load_settings(trusted_proxies=wrong)


def test_a_lease_must_outlive_the_longest_call_to_a_provider() -> None:
    with pytest.raises(ConfigurationError, match="ATTEMPT_LEASE_SECONDS"):
        load_settings(attempt_lease_seconds=5)


def test_every_setting_is_described_in_one_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert f"`{name.upper()}`" in settings_table()


def test_secrets_do_not_show(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(secret_key="do-not-show-this")

    assert "do-not-show-this" not in repr(settings) + str(settings)
    assert settings.plivo_auth_token[0].get_secret_value() not in repr(settings)
