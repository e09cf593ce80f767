"""When nobody says how it went: what is lost is looked for before another call is made, and late word still counts."""

import pytest

from ivr.callbacks.placing import Claim
from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, TryLater, Unknown
from ivr.model.ports import SeenCall
from tests.callbacks.scene import Scene


def rung_with(scene: Scene, *answers: object) -> None:
    """A missed call, whose call back meets these answers of the provider."""
    scene.far_end.answers = list(answers)  # type: ignore[arg-type]
    scene.gives_missed_call()
    scene.wait(seconds=10)


def test_a_request_without_an_answer_is_looked_up_before_another_is_made(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"))

    scene.wait(seconds=59)
    assert (scene.far_end.searches, len(scene.far_end.asked), scene.channels()) == (1, 1, 1)

    scene.wait(seconds=1)
    assert scene.far_end.searches == 2
    assert scene.far_end.times == ["12:00:10", "12:01:10"]
    assert scene.only().state == "ringing"
    assert scene.channels() == 1


def test_a_call_found_on_the_providers_list_is_ours(scene: Scene) -> None:
    rung_with(scene, TimeoutError("whatever an SDK throws"))
    scene.far_end.list = [SeenCall("older", CallOutcome.NO_ANSWER), SeenCall("found", None)]

    scene.wait(seconds=15)

    assert scene.only().state == "ringing"
    assert scene.dials()[0].provider_call_id == "found"
    assert len(scene.far_end.asked) == 1


@pytest.mark.parametrize("outcome", [CallOutcome.ANSWERED, CallOutcome.BUSY])
def test_a_call_found_to_be_over_reached_nobody_for_nobody_asked_us_what_to_say(scene: Scene, outcome: CallOutcome) -> None:
    rung_with(scene, Unknown("HTTP 502"))
    scene.far_end.list = [SeenCall("found", outcome)]

    scene.wait(seconds=15)

    assert (scene.only().state, scene.only().tries, scene.channels()) == ("planned", 1, 0)


def test_a_callback_overtakes_the_search(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"))

    assert scene.picks_up(call_id="uuid-1") is not None
    scene.wait(minutes=2)

    assert scene.far_end.searches == 0
    assert scene.only().state == "talking"
    assert scene.dials()[0].provider_call_id == "uuid-1"


def test_a_callback_overtakes_the_answer_to_our_request(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.clock.forward(seconds=10)
    claim = claims(scene)
    scene.picks_up(call_id="call-1")

    scene.placing.ring(claim)

    assert scene.only().state == "talking"
    scene.ends(CallOutcome.ANSWERED)
    assert scene.only().state == "done"


def claims(scene: Scene) -> Claim:
    [wish] = scene.wishes()
    claim = scene.placing.claim(wish.id)
    assert claim is not None
    return claim


def test_a_worker_that_dies_after_claiming_leaves_one_ring_to_be_made(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.clock.forward(seconds=10)
    scene.crashes_after_claiming()
    assert scene.channels() == 1

    scene.wait(seconds=34)
    assert scene.far_end.searches == 0
    scene.wait(minutes=2)

    assert scene.far_end.searches == 2
    assert len(scene.far_end.asked) == 1
    assert scene.only().state == "ringing"
    assert [row.state for row in scene.dials()] == ["absent", "ringing"]
    assert scene.channels() == 1


def test_a_worker_that_dies_after_its_request_makes_no_second_ring(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.clock.forward(seconds=10)
    scene.crashes_after_claiming()
    scene.far_end.list = [SeenCall("theirs", None)]

    scene.wait(seconds=60)

    assert scene.far_end.asked == []
    assert scene.only().state == "ringing"


def test_a_worker_that_slept_through_its_lease_does_not_call(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.clock.forward(seconds=10)
    claim = claims(scene)
    scene.clock.forward(seconds=25)

    scene.placing.ring(claim)

    assert scene.far_end.asked == []


def test_late_word_of_a_call_that_we_had_taken_for_absent_stops_the_next_one(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"), TryLater("busy"))
    scene.wait(seconds=60)
    lost, refused = scene.dials()
    assert (lost.state, refused.state, scene.only().state) == ("absent", "try_later", "planned")

    assert scene.picks_up(lost.id, "late") is not None
    scene.wait(minutes=1)

    assert len(scene.far_end.asked) == 2
    assert scene.only().state == "talking"
    assert scene.channels() == 1
    scene.ends(CallOutcome.ANSWERED, lost.id)
    assert (scene.only().state, scene.channels()) == ("done", 0)


def test_word_of_a_call_that_another_has_followed_does_not_count(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"))
    scene.wait(seconds=60)
    lost, following = scene.dials()
    assert following.state == "ringing"

    assert scene.picks_up(lost.id, "late") is None
    scene.ends(dial_id=lost.id)

    assert scene.only().state == "ringing"


def test_an_acceptance_that_comes_after_all_stops_the_next_call(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"), TryLater("busy"))
    scene.wait(seconds=60)
    lost = scene.dials()[0]

    scene.database.write(lambda tx: scene.call_backs.dials.outcome(tx, lost.id, Accepted("late"), scene.clock.now()))

    assert scene.only().state == "ringing"
    assert [wish.kind for wish in scene.wishes()] == []


def test_a_ring_of_whose_end_nobody_told_is_looked_up(scene: Scene) -> None:
    rung_with(scene)
    scene.far_end.list = [SeenCall("call-1", CallOutcome.NO_ANSWER)]

    scene.wait(minutes=2)

    assert scene.far_end.searches == 1
    assert (scene.only().state, scene.only().tries, scene.channels()) == ("planned", 1, 0)


def test_a_ring_that_the_provider_has_forgotten_counts_as_one(scene: Scene) -> None:
    rung_with(scene)
    scene.far_end.list = [SeenCall("another", None)]

    scene.wait(minutes=3)

    assert (scene.only().state, scene.only().tries) == ("planned", 1)


def test_a_ring_that_goes_on_is_left_alone(scene: Scene) -> None:
    rung_with(scene)
    scene.far_end.list = [SeenCall("call-1", None)]

    scene.wait(minutes=10)

    assert (scene.only().state, len(scene.far_end.asked)) == ("ringing", 1)


def test_a_talk_of_whose_end_nobody_told_ends_by_the_clock(scene: Scene) -> None:
    rung_with(scene)
    scene.picks_up()

    scene.wait(minutes=64)
    assert scene.only().state == "talking"
    scene.wait(minutes=2)

    assert (scene.only().state, scene.channels()) == ("done", 0)


def test_a_provider_that_cannot_be_asked_keeps_nobody_waiting_for_ever(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"))
    scene.far_end.list = Unknown("HTTP 503")

    scene.wait(minutes=28)
    assert scene.only().state == "dialling"
    scene.wait(minutes=4)

    assert (scene.only().tries, scene.dials()[0].state) == (1, "not_reached")


def test_a_provider_whose_credentials_were_taken_away_cannot_be_asked(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"))
    scene.use(scene.settings, credentials=("twilio",))

    scene.wait(minutes=1)

    assert (scene.far_end.searches, scene.only().state) == (0, "dialling")


def test_a_callback_that_comes_while_we_look_counts(scene: Scene) -> None:
    rung_with(scene, Unknown("ReadTimeout"))
    scene.far_end.list = [SeenCall("uuid-1", None)]
    scene.far_end.meanwhile = lambda: scene.picks_up(call_id="uuid-1")

    scene.wait(seconds=15)

    assert scene.only().state == "talking"
