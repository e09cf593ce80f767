"""391 invented orthopedicians, for development: the same ones every time, marked, and loadable only where the provider is the sandbox."""

from collections.abc import Iterator
from itertools import product
from random import Random

from ivr.doctors.directory import add
from ivr.doctors.sample_places import PLACES, Place
from ivr.doctors.sheet_doctors import SAMPLE_REGISTRATION, SAMPLE_SERIES, Doctor
from ivr.doctors.shifts_written import read_rules
from ivr.model.errors import ConfigurationError
from ivr.model.india import day_of as day_in_india
from ivr.model.india import moment
from ivr.model.values import Phone
from ivr.prices import Prices
from ivr.settings import Settings
from ivr.store import doctors
from ivr.store.database import Database
from ivr.store.doctors import Skills
from ivr.store.tx import Tx
from ivr.store.vault import Vault

_FOR_EVERYBODY = 10
"""The first ten speak every language, are asked first, and work at any hour: they are whom one plays (`python -m ivr phone --doctor 1`)."""
_ALL_LANGUAGES = {"en": 3, "hi": 3, "kn": 3}
HOW_MANY = 391
SPECIALITY, FEE_TIER = "orthopedics", "standard"
_AT_ANY_HOUR = "mon-sun 00:00-24:00"  # at night, a missed call puts nobody on duty who has no shift then

_SEED = 391
_DAY_MS = 24 * 60 * 60_000
_VERIFIED_DAYS_AGO, _VALID_DAYS = 30, 5 * 365
_GIVEN = (
    "Aditi Akhil Amruta Anagha Anirudh Arpita Bharath Chaitra Darshan Deepa Devika Farhan Gautam Girish Harini Imran Indira Jayanth Jyothi "
    "Kavya Kiran Lakshmi Madhav Manjula Meenakshi Mohan Nandini Naveen Nikhil Pallavi Prakash Pranav Rahul Ramya Rekha Rohan Sahana Sameer "
    "Sandhya Shreya Siddharth Sindhu Suresh Tanvi Usha Varun Vasudha Vikram Yamini Zoya"
)
_FAMILY = (
    "Acharya Agarwal Bhat Chatterjee Das Deshpande Fernandes Gowda Hegde Iyer Jain Joshi Kamath Khan Kulkarni Menon Mishra Naik Nair Patel "
    "Patil Pillai Rao Reddy Saxena Sharma Shetty Singh Thomas Verma"
)
_QUALIFICATIONS = (
    "MBBS, MS (Orthopaedics)",
    "MBBS, D Ortho",
    "MBBS, DNB (Orthopaedics)",
    "MBBS, MS (Orthopaedics), Fellow in Arthroplasty",
)
_SHIFTS = (
    "mon-fri 09:00-13:00",
    "mon-sat 10:00-14:00; sun 10:00-12:00",
    "mon-fri 14:00-18:00; sat 10:00-14:00",
    "mon-sat 16:00-20:00",
    "mon-sat 17:00-21:00",
    "tue-sun 09:00-12:00 17:00-20:00",
    "mon-wed 08:00-12:00; sat-sun 09:00-14:00",
    "thu-sun 11:00-19:00",
)


def samples(now: int) -> tuple[Doctor, ...]:
    """All of them; only the days of verification depend on `now` (UTC milliseconds)."""
    random = Random(_SEED)  # noqa: S311 - the same ones every time, and nothing is secret
    names = [f"Dr {given} {family}" for given, family in product(_GIVEN.split(), _FAMILY.split())]
    chosen = random.sample(names, HOW_MANY)
    return tuple(_sample(number, name, place, random, now) for number, (name, place) in enumerate(zip(chosen, _places(), strict=False), 1))


def load_samples(database: Database, vault: Vault, settings: Settings, prices: Prices, now: int) -> int:
    """Bring all of them into the directory, once; how many were new. ConfigurationError anywhere but beside the sandbox."""
    _refuse_elsewhere(settings)
    if (SPECIALITY, FEE_TIER) not in prices.tiers:
        raise ConfigurationError(f"prices.yaml: has no price for {SPECIALITY}, {FEE_TIER}, which all sample doctors have")
    invented = samples(now)

    def load(tx: Tx) -> int:
        known = {(row.council, row.registration) for row in doctors.every(tx)}
        new = [each for each in invented if each.key not in known]
        for each in new:
            add(tx, vault, each, now, sample=True)
        return len(new)

    return database.write(load)


def _refuse_elsewhere(settings: Settings) -> None:
    if settings.environment == "production":
        raise ConfigurationError("ENVIRONMENT: sample doctors are invented, and patients pay; import your own with `doctors import`")
    at_the_sandbox = {"plivo": settings.plivo_api_url, "twilio": settings.twilio_api_url}
    if not all(at_the_sandbox.get(name) for name in (settings.voice_provider, *settings.texting)):
        raise ConfigurationError("PLIVO_API_URL, TWILIO_API_URL: sample doctors are loaded beside the sandbox only; `make run` starts one")


def _places() -> Iterator[Place]:
    """Each place as often as its weight says, then from the first again."""
    while True:
        yield from (place for place in PLACES for _ in range(place.weight))


def sample_phone(number: int) -> str:
    """Of the sample doctor with this number, 1 to 391."""
    return f"{SAMPLE_SERIES}{number:04d}"


def _sample(number: int, name: str, place: Place, random: Random, now: int) -> Doctor:
    return Doctor(
        name=name,
        qualification=random.choice(_QUALIFICATIONS),
        council=place.council,
        registration=f"{SAMPLE_REGISTRATION}{number:03d}",
        verified_by="nobody: invented",
        verified_at=moment(day_in_india(now - _VERIFIED_DAYS_AGO * _DAY_MS)),
        valid_until=moment(day_in_india(now + _VALID_DAYS * _DAY_MS)),
        routable=True,
        tier=0 if number <= _FOR_EVERYBODY else random.choice((0, 0, 0, 1, 1, 2)),
        fee_tier=FEE_TIER,
        city=place.city,
        pin_code=place.pin_code,
        phone=Phone(sample_phone(number)),
        follow_ups=random.random() < 0.7,
        skills=Skills(
            {SPECIALITY: random.choice((2, 3, 3))}, _languages(place, random) if number > _FOR_EVERYBODY else dict(_ALL_LANGUAGES)
        ),
        rules=read_rules(_shifts(number, random)),
    )


def _shifts(number: int, random: Random) -> str:
    usual = random.choice(_SHIFTS)
    return _AT_ANY_HOUR if number <= _FOR_EVERYBODY else usual


def _languages(place: Place, random: Random) -> dict[str, int]:
    """The place's own well; English nearly always; Hindi where it is not the place's own, often."""
    levels = {place.language: 3}
    if random.random() < 0.9:
        levels.setdefault("en", random.choice((2, 3)))
    if random.random() < 0.6:
        levels.setdefault("hi", random.choice((1, 2, 3)))
    return levels
