"""Somebody who has paid was promised a call: soon, by night too, not for ever; and where it cannot be made, a person hears of it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from ivr.callbacks.limits import MOST_PAID_RINGS_A_DAY, Stop
from ivr.callbacks.plan import PAID_PLAN, PLANS
from ivr.consults.lifecycle import OPEN, TAKING_A_PLACE, ConsultState
from ivr.lines import Lines
from ivr.model.events import CallOutcome
from ivr.model.ids import new_id
from ivr.model.outcomes import Never
from ivr.model.values import Phone
from ivr.store import callers, calls, consults, turns
from ivr.store.schema import call, consult
from ivr.store.tx import Row, Tx
from ivr.web.ops import words_voice
from tests.callbacks.scene import ASHA, LINE, Scene

REFERENCE = "12345678"
GATHER, RING = '["Gather",[],"u",1,5]', '["Ring",[],"u","+918061914348",25,3600,"operator"]'


def pays(scene: Scene) -> None:
    """Asha rings and pays for a consult; we call her."""
    now = scene.clock.now()

    def write(tx: Tx) -> None:
        caller_id = callers.ensure(tx, scene.vault, Phone(ASHA), now)
        call_id = _rings_us(tx, caller_id, now)
        scene_id, screen = new_id(now), {"result": "clear", "patient": "self", "script": "triage.v1", "answers": "{}", "at": now}
        tx.add([consults.triage_addition(id=scene_id, call_id=call_id, caller_id=caller_id, **screen)])
        who = {"id": new_id(now), "reference": REFERENCE, "caller_id": caller_id, "call_id": call_id, "triage_id": scene_id}
        what = {"speciality": "back", "tier": "senior", "flags": "", "language": "en", "patient": "self"}
        tx.add([consults.addition(**who, **what, line=LINE.e164, state="paid", screened_at=now, opened_at=now, paid_at=now)])

    scene.database.write(write)
    scene.ends_call(in_call(scene))
    asks_how_it_stands(scene)


def asks_how_it_stands(scene: Scene) -> None:
    """By a missed call, say."""
    owed = consult_of(scene)
    who = {"call_id": owed.call_id, "caller_id": owed.caller_id}
    scene.database.write(lambda tx: scene.call_backs.call_paid(tx, **who, line=LINE, flow="hotline", at=scene.clock.now()))
    scene.settle()


def consult_of(scene: Scene) -> Row:
    with scene.database.read() as tx:
        [row] = tx.rows(select(consult))
    return row


def comes_to(scene: Scene, state: ConsultState) -> None:
    scene.database.write(lambda tx: tx.run(update(consult).values(state=state.value)))


def in_call(scene: Scene) -> str:
    """The call in which the consult was opened."""
    return str(consult_of(scene).call_id)


def takes_turn(scene: Scene, number: int, reply: str = GATHER) -> None:
    kept = {"heard": "{}", "facts": "{}", "passed": "[]", "step": "s", "place": "{}", "reply": reply}
    row = turns.addition(call_id=in_call(scene), number=number, at=scene.clock.now(), **kept)
    scene.database.write(lambda tx: tx.add([row]))


def is_rung_in_vain(scene: Scene, *pauses: int) -> None:
    """After each of these pauses (minutes) the phone rings for half a minute, and is not picked up."""
    for pause in pauses:
        scene.wait(minutes=pause, seconds=30)
        scene.ends(CallOutcome.NO_ANSWER)


def _rings_us(tx: Tx, caller_id: str, now: int) -> str:
    call_id = new_id(now)
    columns = {"id": call_id, "provider": "plivo", "provider_call_id": call_id, "caller_id": caller_id, "caller_kind": "mobile"}
    tx.add([calls.addition(**columns, line=LINE.e164, action="menu", arrived_at=now, flow="hotline")])
    return call_id


def test_who_does_not_pick_up_is_tried_four_times_while_a_doctor_is_owed(scene: Scene) -> None:
    pays(scene)

    is_rung_in_vain(scene, *PAID_PLAN)
    scene.wait(hours=24)

    assert scene.far_end.times == ["12:00:00", "12:01:30", "12:06:00", "12:16:30"]
    assert scene.story() == [("given_up", "not_reached")]
    assert scene.alarms() == []


def test_the_night_holds_none_of_these_calls_up(scene: Scene) -> None:
    scene.goes_to("20:59")
    pays(scene)

    is_rung_in_vain(scene, *PAID_PLAN)

    assert scene.far_end.times == ["20:59:00", "21:00:30", "21:05:00", "21:15:30"]


def test_picked_up_at_the_second_ring_is_called_no_more(scene: Scene) -> None:
    pays(scene)
    is_rung_in_vain(scene, 0)
    scene.wait(minutes=1)
    scene.talks()

    scene.wait(hours=24)

    assert (len(scene.far_end.asked), scene.story()) == (2, [("done", None)])


@pytest.mark.parametrize("state", [ConsultState.REFUNDING, ConsultState.REFUNDED, ConsultState.COMPLETED])
def test_who_is_owed_no_doctor_any_more_is_not_called_about_one(scene: Scene, state: ConsultState) -> None:
    pays(scene)
    is_rung_in_vain(scene, 0)

    comes_to(scene, state)
    scene.wait(hours=24)

    assert len(scene.far_end.asked) == 1
    assert scene.story() == [("cancelled", Stop.NOT_OWED)]
    assert scene.alarms() == []


@pytest.mark.parametrize("state", OPEN)
def test_a_doctor_is_owed_as_long_as_a_place_is_kept(scene: Scene, state: ConsultState) -> None:
    pays(scene)
    comes_to(scene, state)

    caller_id = scene.caller_id()
    with scene.database.read() as tx:
        owed = consults.owing_a_doctor(tx, caller_id)

    assert (owed is not None) is (state in TAKING_A_PLACE)


def test_missed_calls_of_who_has_paid_ring_them_five_times_a_day_and_no_more(scene: Scene) -> None:
    pays(scene)
    is_rung_in_vain(scene, *PAID_PLAN)
    asks_how_it_stands(scene)
    is_rung_in_vain(scene, 0)
    scene.wait(hours=1)
    asks_how_it_stands(scene)

    assert len(scene.far_end.asked) == MOST_PAID_RINGS_A_DAY == 5
    assert scene.story() == [("given_up", "not_reached"), ("given_up", "daily_limit"), ("given_up", "daily_limit")]
    assert scene.alarms() == []

    scene.wait(hours=24)
    asks_how_it_stands(scene)
    assert len(scene.far_end.asked) == 6


class TestOnTheLine:
    """A call of whose end nobody told us does not keep anybody waiting; one that goes on does."""

    def hangs_on(self, scene: Scene) -> None:
        """Pays in the middle of a call, of whose end no report will come."""
        pays(scene)
        scene.talks()
        scene.clock.forward(seconds=1)
        scene.database.write(lambda tx: tx.run(update(call).values(ended_at=None)))

    def test_who_hung_up_unheard_of_is_called_forty_seconds_after_their_last_key(self, scene: Scene) -> None:
        self.hangs_on(scene)
        takes_turn(scene, 0)
        asks_how_it_stands(scene)
        assert len(scene.far_end.asked) == 1

        scene.wait(minutes=2)

        assert scene.far_end.times[1:] == ["12:00:41"]

    def test_who_holds_on_is_not_called(self, scene: Scene) -> None:
        self.hangs_on(scene)
        for number in range(12):
            takes_turn(scene, number)
            asks_how_it_stands(scene)
            scene.wait(seconds=15)
        assert len(scene.far_end.asked) == 1

        scene.ends_call(in_call(scene))
        scene.wait(seconds=10)
        assert len(scene.far_end.asked) == 2

    def test_who_talks_with_a_colleague_is_not_called_before_they_are_done(self, scene: Scene) -> None:
        self.hangs_on(scene)
        takes_turn(scene, 0, RING)
        asks_how_it_stands(scene)
        scene.wait(minutes=8)
        assert len(scene.far_end.asked) == 1

        takes_turn(scene, 1)
        scene.wait(minutes=1)

        assert len(scene.far_end.asked) == 2

    def test_a_colleague_is_not_talked_with_for_ever(self, scene: Scene) -> None:
        self.hangs_on(scene)
        takes_turn(scene, 0, RING)
        asks_how_it_stands(scene)

        scene.wait(minutes=11)

        assert len(scene.far_end.asked) == 2

    def test_nor_does_a_call_of_ours_that_nobody_told_the_end_of(self, scene: Scene) -> None:
        scene.gives_missed_call()
        scene.wait(seconds=10)
        scene.picks_up()

        pays(scene)

        assert len(scene.far_end.asked) == 2

    def test_a_phone_that_rings_by_us_already_is_not_rung(self, scene: Scene) -> None:
        scene.gives_missed_call()
        scene.wait(seconds=10)
        pays(scene)
        scene.wait(seconds=20)
        assert len(scene.far_end.asked) == 1

        scene.ends(CallOutcome.BUSY)
        scene.wait(seconds=10)

        assert len(scene.far_end.asked) == 2


def switched_off(scene: Scene) -> None:
    scene.use(scene.settings.model_copy(update={"environment": "production", "autodialer_notice_ref": ""}))


def without_the_line(scene: Scene) -> None:
    scene.lines = Lines.of()
    scene.use(scene.settings)


def without_the_flow(scene: Scene) -> None:
    scene.flows = ("another",)
    scene.use(scene.settings)


def with_a_provider_that_cannot(scene: Scene) -> None:
    scene.use(scene.settings.model_copy(update={"voice_provider": "twilio"}))


def refused_for_good(scene: Scene) -> None:
    scene.far_end.answers = [Never("21211", "no such number")]


_OBSTACLES = [
    (switched_off, ("cancelled", "switched_off")),
    (without_the_line, ("cancelled", "line_gone")),
    (without_the_flow, ("cancelled", "nothing_to_say")),
    (with_a_provider_that_cannot, ("dropped", "no_provider")),
    (refused_for_good, ("given_up", "no such number")),
]


@pytest.mark.parametrize(("happens", "story"), _OBSTACLES)
def test_a_promise_that_cannot_be_kept_is_told_to_a_person(scene: Scene, happens: Callable[[Scene], None], story: tuple[str, str]) -> None:
    happens(scene)

    pays(scene)

    assert scene.story() == [story]
    assert ("call", REFERENCE) in scene.alarms()


@pytest.mark.parametrize(("happens", "story"), _OBSTACLES)
def test_of_a_missed_call_that_is_not_answered_nobody_is_told(
    scene: Scene, happens: Callable[[Scene], None], story: tuple[str, str]
) -> None:
    scene.gives_missed_call()
    happens(scene)

    scene.wait(seconds=10)

    assert scene.story() == [story]
    assert "call" not in [kind for kind, _ in scene.alarms()]


def test_picked_up_and_nothing_to_say_is_told_to_a_person_too(scene: Scene) -> None:
    pays(scene)
    scene.picks_up()
    dial_id = scene.dials()[-1].id

    scene.database.write(lambda tx: scene.call_backs.dials.nothing_to_say(tx, dial_id, Stop.NOTHING_TO_SAY, scene.clock.now()))

    assert scene.alarms() == [("call", REFERENCE)]


def test_every_reason_to_call_has_its_plan_and_its_words() -> None:
    assert set(PLANS) == set(words_voice.WISHES)
