"""Templates of texts as whoever registers them reads them: wordings, segments, DLT data, and what brings each about. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.model.values import Language
from ivr.texts.templates import Description, Templates
from ivr.web.ops import words
from ivr.web.ops.words import Tone


@dataclass(frozen=True, slots=True)
class WordingCard:
    """One language of one version. `ids`: the provider, and its template id or ""."""

    code: str
    language: str
    sample: str
    registered: str
    segments: str
    tone: Tone
    ids: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TextCard:
    """`entity`, `header`: "" where nothing is set. `used`: flow and step. `lacking`: languages of lines that it is not worded in."""

    name: str
    category: str
    version: int
    entity: str
    header: str
    wordings: tuple[WordingCard, ...]
    lacking: tuple[str, ...]
    example: bool
    older: tuple[int, ...]
    used: tuple[tuple[str, str], ...]

    @property
    def badge(self) -> tuple[str, Tone]:
        unregistered = sum(not id for wording in self.wordings for _, id in wording.ids)
        lack = [*(["no entity id"] if not self.entity else []), *([f"{words.count(unregistered, 'id')} missing"] if unregistered else [])]
        if lack:
            return ", ".join(lack), Tone.BAD
        return ("example ids: production refuses them", Tone.WAIT) if self.example else ("registered", Tone.GOOD)


@dataclass(frozen=True, slots=True)
class Registry:
    """`providers`: those that texts go by. `entity`, `header`: of the clinic, for templates without their own."""

    templates: Templates
    providers: Sequence[str]
    entity: str
    header: str
    languages: Sequence[Language]

    def cards(self, used: Mapping[str, Sequence[tuple[str, str]]], names: Iterable[str] | None = None) -> list[TextCard]:
        """Of these templates, or of all, in the order of the file."""
        wanted = set(self.templates if names is None else names)
        found: dict[str, list[Description]] = {}
        for each in self.templates.describe():
            if each.template in wanted:
                found.setdefault(each.template, []).append(each)
        return [self._card(described, used.get(name, ())) for name, described in found.items()]

    def _card(self, described: Sequence[Description], used: Sequence[tuple[str, str]]) -> TextCard:
        newest = [each for each in described if each.newest]
        first, there = newest[0], {each.language for each in newest}
        return TextCard(
            name=first.template,
            category=first.category,
            version=first.version,
            entity=first.entity_id or self.entity,
            header=first.header or self.header,
            wordings=tuple(self._wordings(newest)),
            lacking=tuple(words.language(language) for language in self.languages if language not in there),
            example=first.example,
            older=tuple(sorted({each.version for each in described if not each.newest})),
            used=tuple(used),
        )

    def _wordings(self, newest: Sequence[Description]) -> Iterator[WordingCard]:
        for each in newest:
            count = each.segments
            yield WordingCard(
                code=each.language.value,
                language=words.language(each.language),
                sample=each.sample,
                registered=each.registered,
                segments=f"{words.count(count.parts, 'segment')} · {count.encoding.value} · {count.units} {_UNITS[count.encoding.value]}",
                tone=Tone.PLAIN if count.parts == 1 else Tone.WAIT,
                ids=tuple((name, each.template_ids.get(name, "")) for name in self.providers),
            )


_UNITS = {"GSM-7": "characters", "UCS-2": "units of 16 bits"}
