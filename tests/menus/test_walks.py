"""Random callers in every shipped flow: whatever they press, the call comes to an end, and every document is one its provider plays."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.callflows import Callflows, load_callflows
from ivr.connecting.rooms import ConsultRoom
from ivr.flow.engine import MOST_TURNS, advance, begin
from ivr.flow.turns import Begun, Event, FactValue, Keys, Music, Next, Note, Over, Phone, Place, Room, Turn
from ivr.flow.vocabulary import EFFECTS, KEEP_NOTE, REMEMBER_LANGUAGE, VALUES, YES_OR_NO
from ivr.flow.vocabulary_kinds import Slot
from ivr.flow.walk import MOST_STEPS
from ivr.lines import Line
from ivr.menus.effects import CARRIED_OUT
from ivr.menus.facts import KNOWN
from ivr.menus.keeping import keep_place, keep_reply, read_place, read_reply
from ivr.menus.replying import Replying
from ivr.model.events import CallOutcome, Left, Pressed, Rang, Recorded, Silence
from ivr.model.ids import new_id
from ivr.model.values import Language
from ivr.model.values import Phone as Number
from ivr.providers import PROVIDERS
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio
from ivr.sandbox.documents import Page, Trouble
from ivr.sandbox.verbs_plivo import read_plivo
from ivr.sandbox.verbs_twilio import read_twilio
from ivr.settings import Settings
from tests.clock import HandClock

NOW = HandClock().now()
OPERATOR = Number("+919900112233")
HOOKS = {"plivo": Plivo("MA000000000000000000", ("t",)), "twilio": Twilio("AC" + "0" * 32, ("t",))}
READS = {"plivo": read_plivo, "twilio": read_twilio}
FOLDERS = {"shipped": Path("callflows"), "another clinic": Path("tests/clinic/callflows")}
SHIPPED = Settings(callflows_dir=FOLDERS["shipped"].resolve())
FILES = {name: load_callflows(Settings(callflows_dir=folder.resolve())) for name, folder in FOLDERS.items()}
FLOWS = [(name, line.flow, line) for name, files in FILES.items() for line in files.lines if line.flow]
OF_THE_CLINIC = next(line for line in FILES["shipped"].lines if line.flow == "hotline")
FLOWS += [("shipped", flow, OF_THE_CLINIC) for flow in ("offer", "connect")]  # of calls that we place
ROOM = ConsultRoom(new_id(NOW), 1)
MOST_TALKS = 4  # a warning and the redials of a broken line have an end, and so do the talks of one consult
AFTER_THE_LAST: Mapping[str, FactValue] = {"time_nearly_over": False, "doctor_ready": False, "patient_ready": False}

keys = st.sampled_from([*"0123456789*#", "42", "560001"]).map(Pressed)
events = st.one_of(
    keys,
    keys,
    st.just(Silence()),
    st.just(Recorded("https://provider/r", 7)),
    st.sampled_from([Rang(outcome, 3) for outcome in CallOutcome]),
)
KINDS: dict[Slot, st.SearchStrategy[FactValue]] = {
    Slot.TIME: st.integers(NOW, NOW + 10**9),
    Slot.NUMBER: st.integers(1, 30),
    Slot.MONEY: st.integers(1, 99_900),
    Slot.DIGITS: st.sampled_from(["000000", "318406"]),
    Slot.NAME: st.sampled_from(["Anil Rao", "D'Souza & Sons <1>"]),
}
booleans: dict[str, st.SearchStrategy[FactValue]] = {name: st.booleans() for name in YES_OR_NO}
facts = st.fixed_dictionaries(booleans | {name: KINDS[kinds[0]] for name, kinds in VALUES.items()})


class Walk:
    """One call; every place and every reply goes through JSON, every reply through its provider's eyes."""

    def __init__(self, files: Callflows, provider: str, flow: str, line: Line, told: Mapping[str, FactValue], language: int) -> None:
        self.files, self.provider, self.line, self.told = files, provider, line, told
        offered = files.voicing.offered(provider, flow, line.languages)
        self.replying = Replying(files.voicing, SHIPPED, OPERATOR)
        self.talks = 0
        self.place: Place = begin(files.book, flow, offered[language % len(offered)], offered)
        self.turn: Turn = self.take(Begun())

    def take(self, event: Event) -> Turn:
        self.turn = advance(self.files.book, read_place(keep_place(self.place)), event, self.told)
        self.place = self.turn.place
        reply = self.replying.reply(self.turn, self.provider, self.line, new_id(NOW), self.place.turns, NOW, room=lambda: ROOM)
        assert read_reply(keep_reply(reply), OPERATOR) == reply
        document = HOOKS[self.provider].render(reply)
        steps = READS[self.provider](document.content_type, document.body.decode(), Page("https://calls.example/voice", "POST", "action"))
        assert not [step for step in steps if isinstance(step, Trouble)], document.body.decode()
        assert len(self.turn.passed) <= MOST_STEPS
        return self.turn

    def goes_on(self, event: Event) -> None:
        """By `event`, where the caller can do anything: a room is left and nothing else, and time has passed in it."""
        if not isinstance(self.turn.wait, Room):
            self.take(event)
            return
        self.talks += 1
        if self.talks == MOST_TALKS:
            self.told = {**self.told, **AFTER_THE_LAST}
        self.take(Left())


@pytest.mark.parametrize(
    ("provider", "flow"), list(product(PROVIDERS, FLOWS)), ids=lambda value: value if isinstance(value, str) else f"{value[0]}: {value[1]}"
)
@settings(max_examples=60, deadline=None)
@given(script=st.lists(events, max_size=25), told=facts, language=st.integers(0, 2))
def test_every_walk_ends(
    provider: str, flow: tuple[str, str, Line], script: list[Event], told: dict[str, FactValue], language: int
) -> None:
    folder, name, line = flow
    walk = Walk(FILES[folder], provider, name, line, told, language)
    for event in script:
        if walk.place.over:
            break
        assert isinstance(walk.turn.wait, Keys | Music | Next | Note | Phone | Room)
        walk.goes_on(event)
    silent = 0
    while not walk.place.over:
        walk.goes_on(Silence())  # nobody there any more: the flow must let go by itself
        silent += 1
        assert silent < 40
    assert isinstance(walk.turn.wait, Over)
    assert walk.place.turns <= MOST_TURNS


def test_every_language_on_offer_can_be_heard_from_the_first_word_to_the_last() -> None:
    voicing = FILES["shipped"].voicing

    assert voicing.offered("plivo", "hotline", (Language.KANNADA, Language.ENGLISH, Language.HINDI)) == (Language.ENGLISH, Language.HINDI)
    assert voicing.offered("twilio", "hotline", (Language.KANNADA, Language.ENGLISH)) == (Language.KANNADA, Language.ENGLISH)


def test_the_facts_and_effects_of_the_vocabulary_are_all_supplied() -> None:
    own_slots = {"key"}  # the engine fills it
    assert set(KNOWN) == (set(YES_OR_NO) | set(VALUES)) - own_slots
    assert set(CARRIED_OUT) == set(EFFECTS) | {KEEP_NOTE, REMEMBER_LANGUAGE}
