"""Invented callers: mostly mobiles, some landlines and guests from abroad. Their numbers are of no one: they follow from the seed."""

from dataclasses import dataclass

from ivr.model.values import CallerKind, Language, Phone
from ivr.seeding.amounts import DAY_MS, Amounts
from ivr.seeding.pile import Pile
from ivr.store.vault import Vault

_FIRST_MOBILE, _FIRST_LANDLINE, _FOR_EACH_SEED = 7_000_000_000, 20_000_000, 1_000_000
_KINDS = (CallerKind.MOBILE, CallerKind.LANDLINE, CallerKind.FOREIGN)
_LANGUAGES = (Language.KANNADA, Language.ENGLISH, Language.HINDI)
MOST = 300_000


@dataclass(frozen=True, slots=True)
class Person:
    """A caller; without an id: one who withholds the number."""

    id: str | None
    kind: CallerKind
    language: Language


NOBODY = Person(None, CallerKind.WITHHELD, Language.ENGLISH)


def people(pile: Pile, vault: Vault, amounts: Amounts) -> list[Person]:
    """Somewhat more than half as many as there are calls: people ring again. Known for a while when the history begins."""
    made = []
    for number in range(min(MOST, max(60, amounts.calls * 6 // 10))):
        kind = pile.random.choices(_KINDS, (95, 3.5, 1.5))[0] if number % 3 else CallerKind.MOBILE
        at = amounts.begin - pile.random.randrange(30 * DAY_MS)
        phone, language = Phone(_number(amounts.seed, number, kind)), pile.random.choices(_LANGUAGES, (50, 30, 20))[0]
        person = Person(pile.id(at), kind, language)
        sealed = vault.seal(phone.e164.encode())
        pile.add("caller", id=person.id, phone=sealed, phone_hash=vault.hash(phone), created_at=at, language=language.value)
        pile.rest()
        made.append(person)
    return made


def first_phone(seed: int) -> Phone:
    """Of somebody whom this seed invents, however few."""
    return Phone(_number(seed, 0, CallerKind.MOBILE))


def _number(seed: int, number: int, kind: CallerKind) -> str:
    serial = seed * _FOR_EACH_SEED + number
    match kind:
        case CallerKind.LANDLINE:
            return f"+9180{_FIRST_LANDLINE + serial}"
        case CallerKind.FOREIGN:
            return f"+4917{serial:08d}"
        case _:
            return f"+91{_FIRST_MOBILE + serial}"
