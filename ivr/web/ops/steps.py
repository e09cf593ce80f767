"""One step of a story: a moment and what happened. Pure."""

from dataclasses import dataclass

from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words import Tone


@dataclass(frozen=True, slots=True)
class Step:
    at: int
    when: Moment
    title: str
    detail: str
    tone: Tone
    call_id: str = ""  # of another call that belongs to this step
    href: str = ""  # where the title leads


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes steps as they are seen at one moment. `now`: UTC milliseconds."""

    now: int

    def step(self, at: int, title: str, detail: str = "", tone: Tone = Tone.PLAIN, call_id: str = "", href: str = "") -> Step:
        return Step(at, moment(at, self.now), title, detail, tone, call_id, href)


def coded(said: str, code: str | None) -> str:
    """With the provider's code, where there is one; or with the name of what went wrong on our side, as `ReadTimeout`."""
    if not code:
        return said
    ours = code.isalpha() and code[0].isupper()
    return f"{said} ({code})" if ours else f"{said} (provider’s code {code})"
