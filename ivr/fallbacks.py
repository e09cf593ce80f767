"""What callers hear while we are away: a static document for each line, which its provider fetches when we do not answer.

One more for each provider is named by the calls that we place (FALLBACK_URL): a person was called, so it never refuses.

The same address is asked when a call begins and when a turn of a live one fails, so a line that answers has kind words that are right
in both, and only a line of missed calls, which has no turns, refuses. Nothing in a document may depend on this system: a recording is
played from where the documents are, or a voice says the words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.callbacks.addresses import outbound_file
from ivr.callflows import Callflows
from ivr.flow import recordings
from ivr.flow.turns import Utterance
from ivr.flow.vocabulary import AWAY, TROUBLE
from ivr.lines import Answer, Line
from ivr.menus.voicing import Voicing
from ivr.model.replies import Document, HangUp, Spoken
from ivr.model.values import Language
from ivr.providers import provider_named


@dataclass(frozen=True, slots=True)
class Fallback:
    """`heard`: the languages of its words; none for a refusal, and for a line that can say nothing without us.

    `line`: None for the calls that we place. `played`: files below `callflows/audio` that it needs beside it.
    """

    line: Line | None
    provider: str
    document: Document
    heard: tuple[Language, ...] = ()
    played: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return outbound_file(self.provider) if self.line is None else f"{self.provider}-{self.line.published.removeprefix('+')}.xml"

    @property
    def setting(self) -> str:
        """Where its address is entered at the provider, or here."""
        if self.line is None:
            return "set FALLBACK_URL to the address of its folder, and each call that we place names it"
        return provider_named(self.provider).fallback_setting

    @property
    def refuses(self) -> bool:
        return self.line is not None and not isinstance(self.line.action, Answer)


def fallbacks(callflows: Callflows, provider: str | None, usual: str, address: str = "") -> list[Fallback]:
    """One for each line, in the file's order: at `provider`, or where each line is rung, which is `usual` for those that name none.

    `address`: of the folder in which the documents and their recordings will be served; "" when only voices may speak.
    ConfigurationError for a provider that we do not have.
    """
    return [_fallback(callflows.voicing, line, provider or line.provider or usual, address) for line in callflows.lines]


def outbound(callflows: Callflows, provider: str, address: str = "") -> Fallback:
    """Of the calls that we place by `provider`: kind words in every language that a flow of a line offers. `address`: as above."""
    offered = [language for line in callflows.lines if line.flow is not None for language in line.languages]
    return _kind_words(callflows.voicing, None, tuple(dict.fromkeys(offered)), provider, address)


def write(found: list[Fallback], folder: Path, audio: Path) -> None:
    """Documents and recordings into `folder`, replacing what is there. `audio`: where the clinic's recordings are."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in found:
        (folder / one.file).write_bytes(one.document.body)
        for file in one.played:
            copy = folder / recordings.FOLDER / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((audio / file).read_bytes())


def _fallback(voicing: Voicing, line: Line, provider: str, address: str) -> Fallback:
    if not isinstance(line.action, Answer):
        return Fallback(line, provider, provider_named(provider).fallback)
    return _kind_words(voicing, line, line.languages, provider, address)


def _kind_words(voicing: Voicing, line: Line | None, languages: tuple[Language, ...], provider: str, address: str) -> Fallback:
    elsewhere = _elsewhere(voicing, address)
    spoken: list[Spoken] = []
    heard, played = [], []
    for utterance in _utterances(elsewhere, languages, provider):
        heard.append(utterance.language)
        spoken += elsewhere.speak(provider, [utterance], 0)
        file = elsewhere.recordings.get(utterance.language, {}).get(utterance.word)  # a word without slots is one recording
        played += [f"{utterance.language}/{file}"] if file else []
    return Fallback(line, provider, provider_named(provider).render(HangUp(tuple(spoken))), tuple(heard), tuple(played))


def _elsewhere(voicing: Voicing, address: str) -> Voicing:
    """The same voices; recordings under `address`, or none."""
    if not address:
        return replace(voicing, recordings={})
    return replace(voicing, settings=voicing.settings.model_copy(update={"public_url": address.rstrip("/")}))


def _utterances(voicing: Voicing, languages: tuple[Language, ...], provider: str) -> Iterator[Utterance]:
    """In every one of these languages, one after another: nobody can be asked. In English where none can be heard."""
    said = [utterance for language in languages if (utterance := _utterance(voicing, provider, language)) is not None]
    english = None if said else _utterance(voicing, provider, Language.ENGLISH)
    yield from said if english is None else [english]


def _utterance(voicing: Voicing, provider: str, language: Language) -> Utterance | None:
    """A clinic that has not worded AWAY has TROUBLE, which every flow needs."""
    for word in (AWAY, TROUBLE):
        if not voicing.words.slots(word) and voicing.can_be_heard(provider, word, language):
            return Utterance(word, language)
    return None
