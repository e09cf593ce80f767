"""Invented doctors: always the same, marked, on numbers of nobody, and nowhere but beside the sandbox."""

from collections.abc import Callable

import pytest
from phonenumbers import carrier, parse

from ivr.doctors.near import area_of
from ivr.doctors.sample import HOW_MANY, load_samples, samples
from ivr.model.errors import ConfigurationError
from ivr.model.values import CallerKind
from ivr.numbering import identify, surely_mobile
from ivr.prices import NO_PRICES
from ivr.sandbox.numbers import is_mobile
from ivr.settings import Settings
from ivr.store import doctors
from ivr.store.doctors import Counts
from ivr.store.schema import doctor, presence
from tests.doctors.clinic import ASHA, LINES, Clinic

SANDBOX = "http://127.0.0.1:8001"


def test_they_are_always_the_same(clinic: Clinic) -> None:
    now = clinic.clock.now()
    assert samples(now) == samples(now)
    assert len({each.key for each in samples(now)}) == len({each.phone for each in samples(now)}) == HOW_MANY == 391
    assert len({each.name for each in samples(now)}) == HOW_MANY


def test_their_numbers_can_be_dialled_in_the_sandbox_and_are_no_operators(clinic: Clinic) -> None:
    for each in samples(clinic.clock.now()):
        assert identify(each.phone.e164, LINES).kind is CallerKind.MOBILE
        assert surely_mobile(each.phone)
        assert is_mobile(each.phone.e164)
        assert carrier.name_for_number(parse(each.phone.e164), "en") == ""


def test_they_live_all_over_india_and_most_of_them_in_karnataka(clinic: Clinic) -> None:
    invented = samples(clinic.clock.now())
    areas = [area_of(each.pin_code) for each in invented]

    assert areas.count("Karnataka") > HOW_MANY / 2
    assert None not in areas
    assert len(set(areas)) > 15
    for language, least in (("kn", 0.5), ("hi", 0.5), ("en", 0.8)):
        assert sum(language in each.skills.languages for each in invented) > least * HOW_MANY


def test_they_are_loaded_once_and_count_only_where_samples_do(clinic: Clinic, make_settings: Callable[..., Settings]) -> None:
    clinic.takes(ASHA)
    now = clinic.clock.now()
    settings = make_settings(plivo_api_url=SANDBOX)

    assert load_samples(clinic.database, clinic.vault, settings, clinic.prices, now) == HOW_MANY
    assert load_samples(clinic.database, clinic.vault, settings, clinic.prices, now) == 0
    assert len(clinic.all(doctor)) == len(clinic.all(presence)) == HOW_MANY + 1
    with clinic.database.read() as tx:
        assert doctors.samples(tx) == HOW_MANY
        assert doctors.counts(tx, "orthopedics", now, samples=True) == Counts(HOW_MANY + 1, 0)
        assert doctors.counts(tx, "orthopedics", now, samples=False) == Counts(1, 0)
    assert clinic.export().count("\n") == 2  # the header and Asha: nobody invented gets into a sheet of the clinic's own


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"plivo_api_url": SANDBOX, "environment": "production"}, "ENVIRONMENT"),
        ({}, "beside the sandbox only"),
        ({"twilio_api_url": SANDBOX}, "beside the sandbox only"),
        ({"plivo_api_url": SANDBOX, "text_provider": "plivo,twilio"}, "beside the sandbox only"),
    ],
)
def test_they_are_loaded_nowhere_but_beside_the_sandbox(
    clinic: Clinic, make_settings: Callable[..., Settings], changes: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        load_samples(clinic.database, clinic.vault, make_settings(**changes), clinic.prices, clinic.clock.now())
    assert clinic.all(doctor) == []


def test_a_clinic_without_their_price_has_none_of_them(clinic: Clinic, make_settings: Callable[..., Settings]) -> None:
    with pytest.raises(ConfigurationError, match=r"prices\.yaml"):
        load_samples(clinic.database, clinic.vault, make_settings(plivo_api_url=SANDBOX), NO_PRICES, clinic.clock.now())
