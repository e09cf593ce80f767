"""Who can carry a text: the providers in use with which its very wording is registered."""

from dataclasses import dataclass

from ivr.model.errors import TemplateError
from ivr.model.values import Language
from ivr.settings import Settings
from ivr.store.tx import Row
from ivr.texts.templates import Registration, Templates


@dataclass(frozen=True, slots=True)
class Carriers:
    templates: Templates
    settings: Settings

    def of(self, text: Row) -> list[str]:
        """In order of preference."""
        return [name for name in self.settings.texting if self.registration(text, name)]

    def registration(self, text: Row, provider: str) -> Registration | None:
        """By the text's own version: a new one may have been registered since. None when its wording was taken out of the file."""
        try:
            return self.templates.registration(text.template, Language(text.language), provider, version=text.version)
        except TemplateError:
            return None

    def sender(self, text: Row) -> str:
        """The DLT header it is sent under."""
        own = self.templates.header(text.template) if text.template in self.templates else None
        return own or self.settings.dlt_header
