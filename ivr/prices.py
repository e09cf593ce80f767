"""Prices: what a consultation costs, by speciality and tier (`callflows/prices.yaml`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from re import compile as regex
from types import MappingProxyType

from ivr.model.errors import ConfigurationError
from ivr.model.values import Paise
from ivr.sheet import Cell, Table, read_sheet, shown

FILE = "prices.yaml"

_MOST = 50_000_00
_LEAST = 10_00  # less is an amount in rupees, where paise were asked for
_MOST_GST_PERCENT = 40
_LATEST_VERSION = 999_999
_NAME = regex(r"[a-z][a-z0-9_]{0,39}")
_FIRST, _LATER = "first", "later"
_FOLLOW_UP, _DAYS = "follow_up", "days"
_MOST_DAYS = 90


class ComponentName(StrEnum):
    """What an amount is for, in the order of a receipt."""

    CONSULTATION = "consultation"  # health care: exempt from GST (Notification 12/2017-Central Tax (Rate), entry 74)
    PLATFORM_FEE = "platform_fee"
    GST = "gst"  # on the platform fee


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a price."""

    name: ComponentName
    amount: Paise


@dataclass(frozen=True, slots=True)
class Price:
    """What one consultation costs, in full: `components` has each name once, nought included, and adds up to `total`.

    ValueError when it does not. `version` names the rules it was made by.
    """

    total: Paise
    components: tuple[Component, ...]
    first: bool
    speciality: str
    tier: str
    version: str

    def __post_init__(self) -> None:
        if sum(component.amount.amount for component in self.components) != self.total.amount:
            raise ValueError("the components of a price must add up to its total")


@dataclass(frozen=True, slots=True)
class Prices:
    """All prices of a clinic. `version` is the file's own and a fingerprint of its rules, `1-9f2c51d07ab3`; "" without rules."""

    version: str
    rules: Mapping[tuple[str, str, bool], Price]  # by speciality, tier, and whether it is the patient's first
    follow_up_days: Mapping[str, int] = field(default_factory=dict)  # by speciality: so long a follow-up costs nothing; absent, never

    @property
    def offered(self) -> bool:
        """Whether this clinic has paid consultations at all."""
        return bool(self.rules)

    @property
    def tiers(self) -> tuple[tuple[str, str], ...]:
        """Each (speciality, tier) that has a price, in the file's order."""
        return tuple(dict.fromkeys((speciality, tier) for speciality, tier, _ in self.rules))

    def quote(self, speciality: str, tier: str, *, first: bool) -> Price:
        """ConfigurationError when the file has no price for them."""
        try:
            return self.rules[speciality, tier, first]
        except KeyError:
            raise ConfigurationError(f"{FILE}: no price for {shown(speciality)}, {shown(tier)}; add it under prices") from None

    def nothing(self, speciality: str, tier: str) -> Price:
        """What a follow-up within its days costs: every component is nought."""
        return Price(Paise(0), tuple(Component(name, Paise(0)) for name in ComponentName), False, speciality, tier, self.version)


NO_PRICES = Prices("", MappingProxyType({}))

_Amounts = Mapping[ComponentName, int]
_Rows = dict[tuple[str, str, bool], _Amounts]
_Days = dict[str, int]


def gst_on(fee: int, percent: int) -> int:
    """Paise of GST on a fee in paise, half a paisa rounded up."""
    return (fee * percent + 50) // 100


def load_prices(folder: Path) -> Prices:
    """The prices of a `callflows` folder; without the file, NO_PRICES. ConfigurationError lists every fault with its line."""
    path = folder / FILE
    if not path.exists():
        return NO_PRICES
    sheet = read_sheet(path)
    cells = sheet.table(("version", "gst_percent", "prices"))
    own = cells["version"].whole(1, _LATEST_VERSION) if "version" in cells else None
    percent = cells["gst_percent"].whole(0, _MOST_GST_PERCENT) if "gst_percent" in cells else None
    rows, days = _rows(cells["prices"], percent) if "prices" in cells else ({}, {})
    sheet.faults.raise_if_any()
    version = f"{own}-{_fingerprint(rows, days, percent)}"
    rules = {rule: _price(rule, amounts, version) for rule, amounts in rows.items()}
    return Prices(version, MappingProxyType(rules), MappingProxyType(days))


def _rows(cell: Cell, percent: int | None) -> tuple[_Rows, _Days]:
    rows: _Rows = {}
    days: _Days = {}
    for speciality, listed in _named(cell, "speciality").items():
        tiers = _named(listed, "tier")
        if (follow_up := tiers.pop(_FOLLOW_UP, None)) is not None:
            if (count := _days(follow_up)) is not None:
                days[speciality] = count
            if not tiers:
                listed.fault("no tier is listed beside follow_up; a clinic without paid consultations has no prices.yaml")
        for tier, entry in tiers.items():
            for first, amounts in _fares(entry, percent).items():
                rows[speciality, tier, first] = amounts
    return rows, days


def _days(entry: Cell) -> int | None:
    cells = entry.table((_DAYS,))
    return cells[_DAYS].whole(1, _MOST_DAYS) if _DAYS in cells else None


def _named(cell: Cell, what: str) -> Table:
    entries = cell.entries()
    if cell.is_table and not entries:
        cell.fault(f"no {what} is listed; a clinic without paid consultations has no {FILE}")
    for name, entry in entries.items():
        if not _NAME.fullmatch(name):
            entry.fault(f"{shown(name)} is no {what}; use small letters, digits and _, beginning with a letter, 40 at most")
    return entries


def _fares(entry: Cell, percent: int | None) -> dict[bool, _Amounts]:
    cells = entry.table((_FIRST, _LATER))
    fares: dict[bool, _Amounts] = {}
    for key, cell in cells.items():
        if (amounts := _amounts(cell, percent)) is not None:
            fares[key == _FIRST] = amounts
    if len(fares) == 2 and sum(fares[True].values()) > sum(fares[False].values()):
        cells[_FIRST].fault("the first consultation is dearer than a later one; it may cost as much at most")
    return fares


def _amounts(entry: Cell, percent: int | None) -> _Amounts | None:
    """The components, once they are known to add up."""
    cells = entry.table(("total", *ComponentName))
    read = {key: cell.whole(0, _MOST) for key, cell in cells.items()}
    total = read.get("total")
    if total is not None and total < _LEAST:
        cells["total"].fault(f"amounts are in paise, Rs 249 is 24900; {_LEAST} is the least")
    amounts = {name: amount for name in ComponentName if (amount := read.get(name)) is not None}
    if total is None or len(amounts) < len(ComponentName):
        return None
    if (parts := sum(amounts.values())) != total:
        cells["total"].fault(f"the components add up to {parts}, not to {total}; mend one of them")
    gst, fee = amounts[ComponentName.GST], amounts[ComponentName.PLATFORM_FEE]
    if percent is not None and gst != (due := gst_on(fee, percent)):
        cells["gst"].fault(f"{percent} % of a platform fee of {fee} is {due}; write gst: {due}")
    return amounts


def _fingerprint(rows: _Rows, days: _Days, percent: int | None) -> str:
    """Twelve hexadecimal digits that change whenever an amount, a name, the rate or the days do, and with nothing else in the file."""
    rules = sorted([*rule, *(amounts[name] for name in ComponentName)] for rule, amounts in rows.items())
    told = [percent, rules, *([sorted(days.items())] if days else [])]
    return sha256(json.dumps(told).encode()).hexdigest()[:12]


def _price(rule: tuple[str, str, bool], amounts: _Amounts, version: str) -> Price:
    speciality, tier, first = rule
    components = tuple(Component(name, Paise(amounts[name])) for name in ComponentName)
    return Price(Paise(sum(amounts.values())), components, first, speciality, tier, version)
