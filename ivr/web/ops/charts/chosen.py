"""The days and the filters that an operator chose, read from a page's address. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.lines import Lines
from ivr.model.errors import IvrError
from ivr.model.india import DAY_MS, IST_MS
from ivr.model.values import PROVIDER_NAMES
from ivr.store.charts import Scope
from ivr.web.ops import words

DAYS = (7, 30, 90)
OBEYED: Mapping[str, Sequence[str]] = {
    "texts": ("line", "campaign", "provider"),
    "menu": ("line", "campaign", "provider"),
    "consults": ("line", "campaign", "language"),
    "sms-times": ("line", "campaign", "language", "provider"),
    "doctor-times": ("line", "campaign", "language"),
    "abandoned": ("line", "campaign"),
}
"""The charts in their order, and which filters each obeys. The provider is that which brought the call; of `sms-times`, the text's."""


class NotOnTheList(IvrError):
    """Something was asked for that cannot be chosen: what can be."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """`line`: as published. "" is all, everywhere."""

    days: int = DAYS[0]
    line: str = ""
    campaign: str = ""
    language: str = ""
    provider: str = ""

    def only(self, filters: Sequence[str]) -> "Chosen":
        """Without those that a chart does not obey."""
        kept = {name: getattr(self, name) for name in filters}
        return Chosen(self.days, **kept)

    def scope(self, lines: Lines, now: int) -> Scope:
        """Whole days, up to today."""
        today = (now + IST_MS) // DAY_MS
        wanted = None
        if self.line or self.campaign:
            wanted = [line.number.e164 for line in lines if self.line in ("", line.published) and self.campaign in ("", line.campaign)]
        return Scope(today - self.days + 1, today, wanted, self.provider, self.language)


def choices(lines: Lines) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What each filter can be: value and name."""
    return {
        "line": [(line.published, f"{line.name} {line.published}") for line in lines],
        "campaign": [(campaign, campaign) for campaign in sorted({line.campaign for line in lines if line.campaign})],
        "language": [(str(language), name) for language, name in words.LANGUAGES.items()],
        "provider": [(name, name) for name in sorted(PROVIDER_NAMES)],
    }


def read_choice(asked: Mapping[str, str], lines: Lines) -> Chosen:
    """NotOnTheList for anything that the page does not offer; what it does not know is ignored."""
    days = asked.get("days") or str(DAYS[0])
    if days not in map(str, DAYS):
        raise NotOnTheList(f"Choose {', '.join(map(str, DAYS[:-1]))} or {DAYS[-1]} days.")
    chosen = {name: asked.get(name, "") for name in ("line", "campaign", "language", "provider")}
    offered = choices(lines)
    for name, value in chosen.items():
        if value and value not in [each for each, _ in offered[name]]:
            raise NotOnTheList(f"There is no such {name}. Choose one from the list, or all.")
    return Chosen(int(days), **chosen)
