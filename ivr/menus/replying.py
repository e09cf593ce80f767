"""A turn of the engine becomes the reply that a provider renders."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.connecting.rooms import ConsultRoom
from ivr.flow.turns import Keys, Music, Next, Note, Over, Room, Turn
from ivr.flow.turns import Phone as RingSomebody
from ivr.flow.vocabulary import OPERATOR
from ivr.lines import Line
from ivr.menus.addresses import audio_url, room_url, turn_url
from ivr.menus.voicing import Voicing
from ivr.model.replies import Gather, HangUp, Join, Play, Record, Redirect, Reply, Ring
from ivr.model.values import Phone
from ivr.settings import Settings

SILENCE_S = 5
_SILENCE_FOR_MANY_S = 8  # a PIN code has to be looked up first


def silence_after(digits: int) -> int:
    """Seconds that so many keys are waited for after the last word."""
    return SILENCE_S if digits == 1 else _SILENCE_FOR_MANY_S


@dataclass(frozen=True, slots=True)
class Replying:
    """`operator`: whose phone rings for a caller who needs help."""

    voicing: Voicing
    settings: Settings
    operator: Phone | None

    def reply(
        self,
        turn: Turn,
        provider: str,
        line: Line,
        call_id: str,
        number: int,
        at: int,
        caller: Callable[[], Phone | None] | None = None,
        room: Callable[[], ConsultRoom | None] | None = None,
    ) -> Reply:
        """`number`: of this turn; what comes of its reply is the next. `caller`: knows whom the alarm is about that the call is about.

        `room`: knows that of the call's consult.
        """
        spoken = self.voicing.speak(provider, turn.said, at)
        next_url = turn_url(self.settings, provider, call_id, number + 1)
        match turn.wait:
            case Keys(digits):
                return Gather(next_url, spoken, digits, silence_after(digits))
            case Music(file, seconds):
                music = (Play(audio_url(self.settings, file)),) if file else ()
                return Gather(next_url, (*spoken, *music), 1, 1 if music else seconds)
            case Note(longest_s):
                return Record(next_url, spoken, longest_s)
            case RingSomebody(who):
                to = self.operator if who == OPERATOR else caller() if caller is not None else None
                return Ring(next_url, to, line.number, spoken, who=who) if to else Redirect(next_url, spoken)
            case Next():
                return Redirect(next_url, spoken)
            case Room():
                found = room() if room is not None else None
                if found is None:
                    return Redirect(next_url, spoken)
                news_url = room_url(self.settings, provider, found.consult_id, found.number)
                return Join(next_url, news_url, found.name, spoken, found.longest_s)
            case Over():
                return HangUp(spoken)
