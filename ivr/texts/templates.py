"""Templates: every text this system can send, as registered on DLT. There is no other way to word an SMS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivr.model.errors import TemplateError
from ivr.model.values import Language
from ivr.texts.bodies import MOST_PARTS, Body
from ivr.texts.segments import Segments, count
from ivr.texts.slots import RenderContext, objection
from ivr.texts.template_sheet import Template, Version, Wording, read_templates

FILE = "texts.yaml"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to queue. `language` is the one it is worded in, `version` the registration it matches: store both."""

    body: str
    template: str
    version: int
    language: Language
    segments: Segments


@dataclass(frozen=True, slots=True)
class Registration:
    """What a provider must be told of a wording. None in `entity_id` or `header`: DLT_ENTITY_ID, DLT_HEADER."""

    template_id: str
    category: str  # service | promotional | transactional
    entity_id: str | None
    header: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """One wording for a person to read, with a sample of realistic length and its cost."""

    template: str
    version: int
    newest: bool
    language: Language
    category: str
    registered: str
    sample: str
    segments: Segments
    template_ids: Mapping[str, str]  # provider → id
    entity_id: str | None
    header: str | None
    example: bool


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates of a clinic. A mapping of names, in the file's order: `in`, `len` and iteration work on names."""

    by_name: Mapping[str, Template]

    def render(
        self, name: str, language: Language, values: Mapping[str, str], *, version: int | None = None, context: RenderContext
    ) -> Rendered:
        """The text in `language`, else in the template's `fallback` languages in order, else in English; newest version unless given.

        The result is read back with the registered form and must give the same values: what an operator's scrubber will do.
        TemplateError names the template, the slot and the reason, never a value.
        """
        template = self._template(name)
        edition = _version(template, version)
        spoken, wording = _wording(template, edition, language)
        body = _fill(name, wording.body, values, _for_header(context, template.header))
        segments = count(body)
        if segments.parts > MOST_PARTS:
            raise TemplateError(f"{name}: these values make more than {MOST_PARTS} segments; shorten them")
        return Rendered(body, name, edition.number, spoken, segments)

    def read(self, name: str, language: Language, text: str, *, version: int) -> dict[str, str] | None:
        """The values in a text that was worded by this version; None when it was not. TemplateError when that is gone from the file."""
        _, wording = _wording(self._template(name), _version(self._template(name), version), language)
        return wording.body.read(text)

    def registration(self, name: str, language: Language, provider: str, *, version: int | None = None) -> Registration | None:
        """DLT data of the wording that `render` would choose; None when this provider cannot carry it."""
        template = self._template(name)
        _, wording = _wording(template, _version(template, version), language)
        template_id = wording.template_ids.get(provider)
        return None if template_id is None else Registration(template_id, template.category, template.entity_id, template.header)

    def header(self, name: str) -> str | None:
        """The template's own header; None: DLT_HEADER."""
        return self._template(name).header

    def slots(self, name: str) -> frozenset[str]:
        """Names of the values that the newest version needs."""
        return frozenset(_version(self._template(name), None).wordings[Language.ENGLISH].body.slots)

    def describe(self) -> Iterator[Description]:
        """Every wording of every version, for the command line."""
        for template in self.by_name.values():
            for version in template.versions.values():
                for language, wording in version.wordings.items():
                    yield _description(template, version, language, wording)

    @property
    def examples(self) -> tuple[str, ...]:
        """Templates whose ids are examples: production refuses to start with them."""
        return tuple(name for name, each in self.by_name.items() if any(version.example for version in each.versions.values()))

    def _template(self, name: str) -> Template:
        if name not in self.by_name:
            raise TemplateError(f"no template {name} in {FILE}; known are: {', '.join(self)}")
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)


def load_templates(folder: Path) -> Templates:
    """The templates of a `callflows` folder. ConfigurationError lists every fault with its place in the file, and what to do."""
    return Templates(read_templates(folder / FILE))


def _version(template: Template, number: int | None) -> Version:
    chosen = max(template.versions) if number is None else number
    if chosen not in template.versions:
        raise TemplateError(f"{template.name}: no version {chosen}; keep old versions in {FILE} until their texts are sent")
    return template.versions[chosen]


def _wording(template: Template, version: Version, language: Language) -> tuple[Language, Wording]:
    for spoken in (language, *template.fallback):
        if spoken in version.wordings:
            return spoken, version.wordings[spoken]
    return Language.ENGLISH, version.wordings[Language.ENGLISH]


def _for_header(context: RenderContext, header: str | None) -> RenderContext:
    return context if header is None else RenderContext(context.public_url, header, context.callback_numbers)


def _fill(name: str, body: Body, values: Mapping[str, str], context: RenderContext) -> str:
    if missing := sorted(body.slots.keys() - values.keys()):
        raise TemplateError(f"{name}: no value for {', '.join(missing)}")
    if unknown := sorted(values.keys() - body.slots.keys()):
        raise TemplateError(f"{name}: has no slot {', '.join(unknown)}")
    for slot in body.slots.values():
        if (reason := objection(slot.kind, values[slot.name], context)) is not None:
            raise TemplateError(f"{name}: {slot.name} ({slot.kind}) {reason}")
    text = body.fill(values)
    if (found := body.read(text)) != values:
        lost = sorted(slot for slot in body.slots if found is None or found[slot] != values[slot])
        raise TemplateError(f"{name}: {', '.join(lost)} cannot be told from the words around them; a scrubber would refuse the text")
    return text


def _description(template: Template, version: Version, language: Language, wording: Wording) -> Description:
    return Description(
        template=template.name,
        version=version.number,
        newest=version.number == max(template.versions),
        language=language,
        category=template.category,
        registered=wording.body.registered,
        sample=wording.body.sample(),
        segments=wording.body.segments(),
        template_ids=wording.template_ids,
        entity_id=template.entity_id,
        header=template.header,
        example=version.example,
    )
