"""Everything a clinic writes: lines, texts, flows and words of one folder, loaded together because they name each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.alarms.rules import ONCALL_ALARM
from ivr.connecting.ending import CONSULT_DONE
from ivr.consults.telling import EMERGENCY, FOLLOW_UP_BOOKED, FOLLOW_UP_MISSED, PAY_LINK, PRIVACY, RECEIPT, REFUND
from ivr.doctors.duty_texts import DUTY_SLOTS, DUTY_TEXTS
from ivr.flow.loader import FOLDER, load_book
from ivr.flow.model import Book, RingPhone
from ivr.flow.recordings import find_recordings
from ivr.flow.usage import reachable_flows
from ivr.flow.words import Words
from ivr.hours import ALWAYS
from ivr.lines import FILE as LINES
from ivr.lines import Lines, load_lines
from ivr.menus.effects import CALL_BOOKED, GRIEVANCE_NOTED
from ivr.menus.voices import Voices, read_voices
from ivr.menus.voicing import Voicing
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.prices import FILE as PRICES
from ivr.prices import Prices, load_prices
from ivr.privacy import PrivacyNotice, load_privacy
from ivr.providers import PROVIDERS
from ivr.settings import Settings
from ivr.texts.templates import FILE as TEXTS
from ivr.texts.templates import Templates, load_templates

_OWN_SLOTS = {
    CALL_BOOKED: frozenset({"when", "hotline", "cancel", "link"}),
    GRIEVANCE_NOTED: frozenset({"reference", "days", "hotline", "link"}),
    ONCALL_ALARM: frozenset({"what", "reference", "hotline", "link"}),
    PAY_LINK: frozenset({"amount", "reference", "link", "until", "hotline"}),
    RECEIPT: frozenset({"amount", "reference", "link", "hotline"}),
    REFUND: frozenset({"amount", "reference", "hotline"}),
    EMERGENCY: frozenset({"hotline"}),
    CONSULT_DONE: frozenset({"doctor", "registration", "minutes", "amount", "reference", "hotline"}),
    FOLLOW_UP_BOOKED: frozenset({"when", "hotline"}),
    FOLLOW_UP_MISSED: frozenset({"hotline"}),
    PRIVACY: frozenset({"link", "hotline"}),
    **dict.fromkeys(DUTY_TEXTS, DUTY_SLOTS),
}
"""All that can be filled in the texts that go out by themselves."""


@dataclass(frozen=True, slots=True)
class Callflows:
    """One folder, read and checked."""

    templates: Templates
    lines: Lines
    book: Book
    words: Words
    voicing: Voicing
    prices: Prices
    privacy: PrivacyNotice | None


def load_callflows(settings: Settings) -> Callflows:
    """The folder CALLFLOWS_DIR. ConfigurationError lists what is wrong with the first file that cannot be trusted."""
    folder = settings.callflows_dir
    templates = load_templates(folder)
    lines = load_lines(folder, templates, flow_names(folder))
    if settings.always_open:
        lines = replace(lines, hours=ALWAYS)
    book, words = load_book(folder, templates=slots_of(templates), languages=languages_of(lines), starts=starts_of(lines))
    if faults := [*faults_between(templates, lines, book)]:
        raise ConfigurationError("\n".join(faults))
    prices = load_prices(folder)
    if odd := [price for price in prices.rules.values() if price.total.amount % 100]:
        raise ConfigurationError(f"{PRICES}: {odd[0].total.amount} paise are no whole rupees; texts name the amount in rupees")
    voicing = Voicing(words, book, read_all_voices(settings), find_recordings(folder), settings)
    return Callflows(templates, lines, book, words, voicing, prices, load_privacy(folder))


def slots_of(templates: Templates) -> Mapping[str, frozenset[str]]:
    """Each template by its name, with the values that its newest version needs."""
    return {name: templates.slots(name) for name in templates}


def faults_between(templates: Templates, lines: Lines, book: Book) -> Iterator[str]:
    """What is wrong with none of the files by itself: a row for each, naming the file to mend."""
    for name, slots in _OWN_SLOTS.items():
        if name in templates and (needed := templates.slots(name) - slots):
            more = ", ".join(sorted(needed))
            yield f"{TEXTS}: {name} goes out by itself, and nothing fills {{{more}}}; it may have {', '.join(sorted(slots))}"
    if lines.has_hours:
        return
    begun = [start for start in starts_of(lines) if start in book.flows]
    for flow in dict.fromkeys(each for start in begun for each in reachable_flows(book, start)):
        for step in (name for name, step in book.flows[flow].steps.items() if isinstance(step, RingPhone)):
            yield (
                f"{LINES}: hours is missing, and {step} of {FOLDER}/{flow}.yaml rings somebody, who would be rung at night; "
                'write when they are there, like hours: {mon-sat: "09:00-20:00"}'
            )


def flow_names(folder: Path) -> list[str]:
    """Flows by the names of their files; whether they are sound is the loader's to say."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.yaml"))


def languages_of(lines: Lines) -> list[Language]:
    """All in which some line speaks."""
    return [language for language in Language if any(line.flow and language in line.languages for line in lines)]


def starts_of(lines: Lines) -> list[str]:
    """Flows that a line begins with."""
    return list(dict.fromkeys(line.flow for line in lines if line.flow))


def read_all_voices(settings: Settings) -> Voices:
    return read_voices(settings.voices, {name: provider.voice_fault for name, provider in PROVIDERS.items()})
