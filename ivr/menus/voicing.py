"""Voicing: a word becomes what is heard on the phone, a recording where there is one, else text-to-speech."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from ivr.flow.model import Book
from ivr.flow.recordings import can_be_heard
from ivr.flow.turns import Utterance
from ivr.flow.usage import words_of_flow
from ivr.flow.vocabulary import BUILT_IN_WORDS
from ivr.flow.vocabulary_kinds import Slot
from ivr.flow.words import UNRECORDED, Piece, Words
from ivr.menus.addresses import audio_url
from ivr.menus.voices import Voices
from ivr.model.replies import Play, Say, Spoken, Voice
from ivr.model.values import Language
from ivr.settings import Settings

_NAMES_IN = Language.ENGLISH
"""Names are written in Latin letters; between recordings of a language without a voice, this one reads them."""

Recordings = Mapping[Language, Mapping[str, str]]
"""By language: the file of each key of `callflows/audio/<language>/`."""


@dataclass(frozen=True, slots=True)
class Voicing:
    words: Words
    book: Book
    voices: Voices
    recordings: Recordings
    settings: Settings
    _offers: dict[tuple[str, str, tuple[Language, ...]], tuple[Language, ...]] = field(default_factory=dict, init=False, repr=False)
    _versions: dict[Language, str] = field(default_factory=dict, init=False, repr=False)

    def speak(self, provider: str, said: Iterable[Utterance], now: int) -> tuple[Spoken, ...]:
        """What is heard, in order. `now` (UTC ms) decides what is called today and tomorrow."""
        spoken: list[Spoken] = []
        for utterance in said:
            spoken += self._one(provider, utterance, now)
        return tuple(spoken)

    def offered(self, provider: str, flow: str, wanted: tuple[Language, ...]) -> tuple[Language, ...]:
        """Those of `wanted` in which every word of the flow can be heard on this provider: no call dies of a language."""
        key = (provider, flow, wanted)
        if key not in self._offers:
            self._offers[key] = tuple(language for language in wanted if not self.missing(provider, flow, language))
        return self._offers[key]

    def missing(self, provider: str, flow: str, language: Language) -> list[str]:
        """Words of the flow that cannot be heard in this language on this provider."""
        return [word for word in self.used(flow) if not self.can_be_heard(provider, word, language)]

    def used(self, flow: str) -> Collection[str]:
        """Every word that a caller of this flow may come to hear."""
        return [*words_of_flow(self.book, flow), *BUILT_IN_WORDS]

    def version(self, language: Language) -> str:
        """A fingerprint of all wordings of a language, as evidence of what was heard."""
        if language not in self._versions:
            wordings = repr(sorted(self.words.phrases[language].items()))
            self._versions[language] = sha256(wordings.encode()).hexdigest()[:12]
        return self._versions[language]

    def _one(self, provider: str, utterance: Utterance, now: int) -> list[Spoken]:
        files = self.recordings.get(utterance.language, {})
        text = self.words.text(utterance.word, utterance.language, utterance.values, now)
        voice = self.voices.get(provider, {}).get(utterance.language)
        if files:
            pieces = self.words.pieces(utterance.word, utterance.language, utterance.values, now)
            played = [self._piece(provider, piece, utterance.language, files, voice) for piece in pieces]
            if None not in played:
                return [each for each in played if each is not None]
        return [Say(text, self.voices[provider][utterance.language])]

    def _piece(self, provider: str, piece: Piece, language: Language, files: Mapping[str, str], voice: Voice | None) -> Spoken | None:
        """As it is recorded. A name is read out with the whole word around it; alone only where its language has no voice here."""
        if piece.key in files:
            return Play(audio_url(self.settings, f"{language}/{files[piece.key]}"), piece.text)
        if piece.key == UNRECORDED and voice is None:
            return Say(piece.text, self.voices[provider][_NAMES_IN])
        return None

    def can_be_heard(self, provider: str, word: str, language: Language) -> bool:
        voices = self.voices.get(provider, {})
        if language not in voices and _NAMES_IN not in voices and any(slot.kind is Slot.NAME for slot in self.words.slots(word)):
            return False
        return can_be_heard(self.words, word, language, self.recordings.get(language, {}), language in voices)
