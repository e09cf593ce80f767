"""How long a voice takes for what flows say, about."""

from collections.abc import Mapping

from ivr.flow import spoken
from ivr.flow.turns import FactValue
from ivr.flow.vocabulary_kinds import Slot
from ivr.flow.words import SlotRef, Words
from ivr.model.values import Language

SAMPLE_NOW = 20_735 * 86_400_000  # a Thursday; tomorrow is what most bookings are for
LANGUAGE_KEY = "key"

_SAMPLES: Mapping[Slot, FactValue] = {
    Slot.NUMBER: 42,
    Slot.MONEY: 24_900,
    Slot.DIGITS: "560001",
    Slot.TIME: SAMPLE_NOW + 45_000_000,  # half past six in the evening, in India; one without a day is mostly of today
    Slot.DAY: SAMPLE_NOW + 86_400_000 + 45_000_000,
    Slot.NAME: "Lakshmi Venkataraman",
}


def sample_of(slot: SlotRef) -> FactValue:
    """A value of ordinary length."""
    return "1" if slot.name == LANGUAGE_KEY else _SAMPLES[slot.kind]


def seconds(words: Words, word: str, language: Language) -> float:
    """Of one word, values of ordinary length in its slots; 0 for a word that is not there."""
    phrase = words.find(word, language)
    if phrase is None:
        return 0
    days_last = sorted(phrase.slots, key=lambda slot: slot.kind is Slot.DAY)
    values = {slot.name: sample_of(slot) for slot in days_last}
    text = words.text(word, language, values, SAMPLE_NOW)
    return len(text) / spoken.speaking_rate(language)
