"""Random callers of every shipped flow: nobody comes to a consult, a price or a payment past the emergency screen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ivr.flow.engine import advance, begin, resume
from ivr.flow.loader import load_book
from ivr.flow.model import Ask, Book, Do, Menu, Policy, Step
from ivr.flow.turns import Begun, Event, FactValue, Keys, Resumed, Turn
from ivr.flow.vocabulary import ANSWERS, FOR_WHOM, VALUES, YES_OR_NO
from ivr.menus.keeping import keep_place, read_place
from ivr.model.events import CallOutcome, Pressed, Rang, Recorded, Silence
from ivr.model.replies import MOST_DIGITS
from ivr.model.values import Language

pytestmark = pytest.mark.unmeasured

BOOK, _ = load_book(Path(__file__).parents[2] / "callflows")
SCREEN = "triage"
QUESTIONS = {name for name, step in BOOK.flows[SCREEN].steps.items() if isinstance(step, Ask)}
SOLD = ("open_consult", "quote_consult", "ask_to_pay", "quote_follow_up", "book_follow_up")
SCREENED = (*SOLD, "begin_follow_up", "renew_screen")
ANSWERED: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("2", "2", "2", "2", "1"),
    "for_whom": ("1", "2"),
    "age": ("42", "9"),
    "pain_place": ("1", "4"),
    "pain_time": ("2",),
    "pin_code": ("560001",),
}
ODD: tuple[Event, ...] = (
    *[Silence()] * 5,
    *map(Pressed, ("7", "*", "9", "0", "#", "2222", "999999")),
    Recorded("https://provider/r", 7),
    Rang(CallOutcome.ANSWERED, 3),
    Rang(CallOutcome.BUSY, 0),
    Resumed(),  # cut off, and rang again
)
LIKELY = frozenset({"language_known", "can_consult", "price_is_first"})


@dataclass
class World(Mapping[str, FactValue]):
    """Whatever a flow asks may be so, and otherwise the next time: nothing that it promises may depend on it."""

    data: st.DataObject

    def __getitem__(self, name: str) -> FactValue:
        if name not in YES_OR_NO:
            return 1_763_785_800_000
        unlikely = self.data.draw(st.integers(1, 6), label=name) == 1
        return unlikely is not (name in LIKELY)

    def __iter__(self) -> Iterator[str]:
        return iter((*YES_OR_NO, *VALUES))

    def __len__(self) -> int:
        return len(YES_OR_NO) + len(VALUES)


class Walk:
    """One caller. `noes`: questions of the screen that they denied in this call, for the patient whom they named last."""

    def __init__(self, book: Book, start: str, world: World) -> None:
        self.book, self.start, self.world = book, start, world
        self.noes: set[str] = set()
        self.sold: list[str] = []
        self.place = begin(book, start, Language.ENGLISH, (Language.ENGLISH, Language.HINDI))
        self.take(Begun())

    def take(self, event: Event) -> None:
        if isinstance(event, Resumed):
            self.noes = set()
            left = resume(self.book, self.place)
            self.place = left or begin(self.book, self.start, Language.ENGLISH, (Language.ENGLISH, Language.HINDI))
            event = event if left else Begun()
        frame, step = self.place.frames[-1], self.step
        if frame.flow == SCREEN and event == Pressed("2"):
            self.noes.add(frame.step)
        turn = advance(self.book, read_place(keep_place(self.place)), event, self.world)
        self._hold_against_the_rules(turn, step, event)
        if f"{SCREEN}.{self.book.flows[SCREEN].start}" in turn.passed or (isinstance(step, Ask) and step.answer == FOR_WHOM):
            self.noes = set()
        self.place = turn.place

    def _hold_against_the_rules(self, turn: Turn, step: Step, event: Event) -> None:
        assert not isinstance(turn.wait, Keys) or turn.wait.digits <= MOST_DIGITS
        wishes = [effect.name for effect in turn.effects if effect.name in SOLD]
        self.sold += wishes
        wishes = [effect.name for effect in turn.effects if effect.name in SCREENED]
        if wishes:
            assert self.noes >= QUESTIONS, f"{wishes} after no more than {sorted(self.noes)}"
            assert self._meant(step, event), f"{wishes} upon {event}"

    def _meant(self, step: Step, event: Event) -> bool:
        """Whether this was a key that means something there."""
        if not isinstance(event, Pressed):
            return False
        if isinstance(step, Ask):
            return ANSWERS[step.answer].read(event.keys) is not None
        return isinstance(step, Menu) and event.keys in step.keys

    @property
    def step(self) -> Step:
        frame = self.place.frames[-1]
        return self.book.flows[frame.flow].steps[frame.step]

    def likely(self) -> tuple[Event, ...]:
        """What leads on from here."""
        match self.step:
            case Menu(keys=keys) if keys:
                return tuple(map(Pressed, ["1", "1", *keys] if "1" in keys else keys))
            case Ask(answer=answer):
                return tuple(map(Pressed, ANSWERED[answer]))
            case _:
                return (Pressed("1"), Silence())


def walked(book: Book, start: str, data: st.DataObject) -> Walk:
    caller = Walk(book, start, World(data))
    for _ in range(30):
        if caller.place.over:
            break
        odd = data.draw(st.integers(1, 8), label="odd") == 1
        caller.take(data.draw(st.sampled_from(ODD if odd else caller.likely()), label="event"))
    return caller


def broken(**steps: Step) -> Book:
    """The shipped flows with these steps, named `flow__step`, in place of their own."""
    flows = dict(BOOK.flows)
    for name, step in steps.items():
        of, _, at = name.partition("__")
        flows[of] = replace(flows[of], steps={**flows[of].steps, at: step})
    return replace(BOOK, flows=flows)


def leaky(step: Step, **changes: object) -> Step:
    return replace(step, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("start", ["hotline", "oncall", "connect"])
@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_nothing_is_sold_before_the_screen_is_passed_nor_by_a_key_that_means_nothing(start: str, data: st.DataObject) -> None:
    walked(BOOK, start, data)


TRIAGE, CONSULT = BOOK.flows[SCREEN].steps, BOOK.flows["consult"].steps
LEAKS = {
    "silence counts as no": broken(triage__legs=leaky(TRIAGE["legs"], silence=Policy("bladder", 0))),
    "a wrong key counts as no": broken(triage__danger=leaky(TRIAGE["danger"], wrong_key=Policy("clear", 0))),
    "a question is left out": broken(triage__saddle=leaky(TRIAGE["saddle"], then={"yes": "red", "no": "bladder"})),
    "who is in doubt may pass": broken(
        consult__screen=leaky(CONSULT["screen"], outcomes={"clear": "open", "red": "take_care", "unclear": "open"})
    ),
    "silence agrees to a follow-up": broken(consult__follow_up_offer=leaky(CONSULT["follow_up_offer"], silence=Policy("doctor_there", 0))),
    "silence agrees to the price": broken(consult__pay_menu=leaky(CONSULT["pay_menu"], silence=Policy("last_look", 0))),
}


@pytest.mark.parametrize("book", LEAKS.values(), ids=LEAKS)
def test_the_walks_find_flows_that_leak(book: Book) -> None:
    @settings(max_examples=4000, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(data=st.data())
    def walks(data: st.DataObject) -> None:
        walked(book, "hotline", data)

    with pytest.raises(AssertionError):
        walks()


def test_a_caller_who_denies_every_sign_comes_to_the_price_and_to_the_link() -> None:
    @settings(max_examples=2000, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(data=st.data())
    def walks(data: st.DataObject) -> None:
        assert "ask_to_pay" not in walked(BOOK, "hotline", data).sold

    with pytest.raises(AssertionError):
        walks()


def test_a_caller_whom_a_doctor_knows_comes_to_that_doctor() -> None:
    @settings(max_examples=4000, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(data=st.data())
    def walks(data: st.DataObject) -> None:
        assert "quote_follow_up" not in walked(BOOK, "hotline", data).sold

    with pytest.raises(AssertionError):
        walks()


def test_only_the_consult_sells() -> None:
    wishes = {(flow.name, step.effect) for flow in BOOK.flows.values() for step in flow.steps.values() if isinstance(step, Do)}
    assert {of for of, effect in wishes if effect in SOLD} == {"consult"}
