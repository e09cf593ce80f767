"""Turns of a live call, and calls that we place: what is answered when the addresses, the times or we ourselves are wrong."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from ivr.callbacks.addresses import dial_urls
from ivr.flow.model import Book
from ivr.model.ids import new_id
from ivr.settings import ROOT, Settings
from ivr.store import channels, outbox, turns
from ivr.store import dials as dial_store
from ivr.store.schema import call, call_back, channel, dial, turn
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.far_end import CALL_BACK_LINE, LiveCall, Provider, heard, next_path

SORRY = "something is wrong with this line"
FROM_ABROAD = """
  - {number: "+12025550148", name: Call me back, when_it_rings: missed call, then: call back hotline, language: en}
"""


@pytest.fixture
def callflows(tmp_path: Path) -> Path:
    """The shipped folder, and a line from which Twilio may call Indian phones."""
    folder = tmp_path / "callflows"
    shutil.copytree(ROOT / "callflows", folder)
    lines = folder / "lines.yaml"
    lines.write_text(lines.read_text(encoding="utf-8") + FROM_ABROAD, encoding="utf-8")
    return folder


@pytest.fixture(params=["plivo", "twilio"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def door(
    make_settings: Callable[..., Settings], sqlite_url: str, redis_url: str, clock: HandClock, callflows: Path, name: str
) -> Iterator[App]:
    given = {"database_url": sqlite_url, "redis_url": redis_url, "public_url": "https://calls.example"}
    app = build(make_settings(**given, callflows_dir=callflows, voice_provider=name), clock)
    yield app
    app.database.close()


@pytest.fixture
def client(door: App) -> FlaskClient:
    return create_app(door).test_client()


@pytest.fixture
def far_end(door: App, client: FlaskClient, clock: HandClock, name: str) -> Provider:
    return Provider(name, door.settings, client, clock)


def book(app: App) -> list[int]:
    """How many rows there are of everything that a turn may write."""
    with app.database.read() as tx:
        counts = [tx.row(select(func.count().label("n")).select_from(table)) for table in (call, turn, call_back, dial, channel)]
    return [int(row.n) for row in counts if row is not None]


def turns_of(app: App) -> list[tuple[int, str]]:
    """Number and step of every turn, in order."""
    with app.database.read() as tx:
        [row] = tx.rows(select(call))
        return [(each.number, each.step) for each in turns.of_call(tx, row.id)]


def rung(app: App, far_end: Provider, clock: HandClock) -> tuple[LiveCall, str]:
    """Somebody gave a missed call, and their phone rings: the call that we placed, and where its answer is asked for."""
    line = CALL_BACK_LINE if far_end.name == "plivo" else "+12025550148"
    assert far_end.rings(line=line).status_code == 200
    clock.forward(seconds=11)
    with app.database.read() as tx:
        [wish] = outbox.waiting(tx)
    claim = app.placing.claim(wish.id)
    assert claim is not None
    return far_end.live_call(line, outbound=True), claim.call.answer_url.removeprefix("https://calls.example")


def live_channels(app: App) -> int:
    with app.database.read() as tx:
        return sum(row.n for row in channels.live(tx))


# A live call.


def test_a_turn_told_twice_is_taken_once_and_answered_with_the_same_bytes(far_end: Provider, door: App) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())
    first = talk.presses(path, "1")

    again = talk.presses(path, "2")  # whatever comes with it: that turn has been taken

    assert again.data == first.data
    assert turns_of(door) == [(0, "hotline.languages"), (1, "hotline.main_menu")]


def test_an_older_turn_changes_nothing_and_is_answered_as_it_was(far_end: Provider, door: App) -> None:
    talk = far_end.live_call()
    paths, answers = [next_path(talk.arrives())], []
    for keys in ("1", "4", "4"):
        answers.append(talk.presses(paths[-1], keys))
        paths.append(next_path(answers[-1]))
    before = turns_of(door)

    assert [talk.presses(path, "1").data for path in paths[:3]] == [answer.data for answer in answers]
    assert turns_of(door) == before
    assert next_path(talk.presses(paths[3], "4"))  # and the call goes on from where it stood
    assert turns_of(door) == [*before, (4, "hotline.after_advice")]


@pytest.mark.parametrize("number", [3, 200, 9999])
def test_a_turn_that_has_not_come_yet_ends_the_call_and_writes_nothing(far_end: Provider, door: App, number: int) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())
    before = book(door)

    answer = talk.presses(path.removesuffix("/1") + f"/{number}", "1")

    assert heard(answer) == ""
    assert "Hangup" in answer.text
    assert book(door) == before


def test_a_turn_that_names_another_call_moves_neither(far_end: Provider, door: App) -> None:
    mine, another = far_end.live_call(), far_end.live_call()
    path = next_path(mine.arrives())
    another.arrives()
    before = book(door)

    answer = another.presses(path, "1")

    assert "Hangup" in answer.text
    assert book(door) == before
    assert next_path(mine.presses(path, "1"))


def test_a_turn_at_another_providers_address_moves_nothing(far_end: Provider, door: App, client: FlaskClient, clock: HandClock) -> None:
    path = next_path(far_end.live_call().arrives())
    other = Provider({"plivo": "twilio", "twilio": "plivo"}[far_end.name], door.settings, client, clock)
    before = book(door)

    answer = other.live_call().presses(path.replace(far_end.name, other.name), "1")

    assert "Hangup" in answer.text
    assert book(door) == before


@pytest.mark.parametrize("call_id", ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "0", "turn"])
def test_a_turn_of_a_call_that_we_do_not_know_ends_it(far_end: Provider, door: App, call_id: str) -> None:
    answer = far_end.live_call().presses(f"/voice/{far_end.name}/turn/{call_id}/1", "1")

    assert "Hangup" in answer.text
    assert book(door) == [0, 0, 0, 0, 0]


def test_a_turn_of_a_call_that_is_over_takes_no_key_any_more(far_end: Provider, door: App, clock: HandClock) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())
    assert live_channels(door) == 1
    assert talk.ends().status_code == 204
    clock.forward(seconds=10)  # until then, a key that was pressed just before may have been overtaken

    answers = [talk.presses(path, "1"), talk.presses(f"{path}/again/1", "1")]

    assert all("Hangup" in answer.text and heard(answer) == "" for answer in answers)
    assert turns_of(door) == [(0, "hotline.languages")]
    assert live_channels(door) == 0


def test_an_unsigned_turn_is_forbidden_and_leaves_no_trace(far_end: Provider, door: App, client: FlaskClient) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())

    for each in (path, f"{path}/again/1"):
        answer = client.post(each, data={**far_end.wire.turn_params(talk.call), "Digits": "1"})
        assert (answer.status_code, answer.data) == (403, b"")

    assert turns_of(door) == [(0, "hotline.languages")]


def test_asked_again_before_the_turn_was_taken_the_last_prompt_is_heard(far_end: Provider, door: App) -> None:
    talk = far_end.live_call()
    opening = talk.arrives()
    path = next_path(opening)
    before = book(door)

    for times in ("1", "3", "9999"):
        once_more = talk.presses(f"{path}/again/{times}")
        assert heard(once_more) == heard(opening)
        assert next_path(once_more) == f"{path}/{times}"

    assert book(door) == before
    taken = talk.presses(f"{path}/3", "1")
    assert turns_of(door) == [(0, "hotline.languages"), (1, "hotline.main_menu")]
    assert {talk.presses(each).data for each in (path, f"{path}/1", f"{path}/again/1")} == {taken.data}


@pytest.mark.parametrize("digits", ["1234567", "A", "١", "1 2", "=1", "<x>"])
def test_keys_that_no_phone_has_are_a_bad_request_and_no_turn(far_end: Provider, door: App, digits: str) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())

    answer = talk.asks(path, {"Digits": digits})

    assert answer.status_code == 400
    assert "Digits" in answer.text
    assert turns_of(door) == [(0, "hotline.languages")]


# What we took away or broke while somebody was on the phone.


def test_a_caller_whose_line_was_taken_out_of_lines_yaml_hears_kind_words(
    far_end: Provider, door: App, clock: HandClock, callflows: Path
) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())
    lines = callflows / "lines.yaml"
    lines.write_text(lines.read_text(encoding="utf-8").replace('"08061914344"', '"08061914354"'), encoding="utf-8")

    answer = _with(door, far_end, build(door.settings, clock)).live_call(id=talk.call.id).presses(path, "1")

    assert SORRY in heard(answer)
    assert turns_of(door) == [(0, "hotline.languages")]


def test_a_defect_in_the_engine_is_told_kindly_to_a_caller_in_a_menu(far_end: Provider, door: App) -> None:
    talk = far_end.live_call()
    path = next_path(talk.arrives())

    answer = _with(door, far_end, _broken(door, "welcome")).live_call(id=talk.call.id).presses(path, "1")

    assert SORRY in heard(answer)
    assert turns_of(door) == [(0, "hotline.languages")]
    assert next_path(talk.presses(path, "1"))  # mended, the same turn is taken


def test_a_defect_in_the_engine_refuses_a_caller_free_and_keeps_the_call(far_end: Provider, door: App, clock: HandClock) -> None:
    answer = _with(door, far_end, _broken(door, "languages")).live_call().arrives()

    assert 'reason="busy"' in answer.text
    assert book(door) == [0, 0, 0, 0, 0]
    [kept] = door.spool.waiting()
    door.handle(*door.spool.read(kept))
    assert book(door) == [1, 0, 1, 0, 0]  # mended: they are called back


def test_a_defect_in_the_engine_is_told_kindly_to_whom_we_called(far_end: Provider, door: App, clock: HandClock) -> None:
    talk, path = rung(door, far_end, clock)

    broken = _with(door, far_end, _broken(door, "languages_called", "anybody_there"))
    answer = broken.live_call(talk.call.line, id=talk.call.id, outbound=True).asks(path, first=True)

    assert SORRY in heard(answer)


def _broken(door: App, *without: str) -> App:
    """The application with a flow some steps of which lead to where nothing is."""
    hotline = door.book.flows["hotline"]
    steps = {step: what for step, what in hotline.steps.items() if step not in without}
    menus = replace(door.menus, book=Book({"hotline": replace(hotline, steps=steps)}, door.book.slots))
    return replace(door, menus=menus, calls=replace(door.calls, menus=menus))


def _with(door: App, far_end: Provider, app: App) -> Provider:
    """The same provider, calling another application on the same database."""
    return Provider(far_end.name, door.settings, create_app(app).test_client(), door.clock)  # type: ignore[arg-type]


# A call that we placed.


def test_a_call_of_ours_that_is_picked_up_twice_is_one_call(far_end: Provider, door: App, clock: HandClock) -> None:
    talk, path = rung(door, far_end, clock)

    first = talk.asks(path, first=True)
    clock.forward(seconds=1)
    again = talk.asks(path, first=True)

    assert "you asked us to call" in heard(first).lower()
    assert again.data == first.data
    assert book(door) == [2, 1, 1, 1, 1]


def test_a_second_call_for_the_same_dial_is_not_talked_to(far_end: Provider, door: App, clock: HandClock) -> None:
    talk, path = rung(door, far_end, clock)
    talk.asks(path, first=True)
    before = book(door)

    answer = far_end.live_call(talk.call.line, outbound=True).asks(path, first=True)

    assert "Hangup" in answer.text
    assert heard(answer) == ""
    assert book(door) == before


def test_a_call_of_ours_that_was_hung_up_is_not_answered_any_more(far_end: Provider, door: App, clock: HandClock) -> None:
    talk, path = rung(door, far_end, clock)
    menu = next_path(talk.asks(path, first=True))
    talk.presses(menu, "1")
    for _ in range(2):
        assert talk.ends(f"{path}/status").status_code == 204
    assert live_channels(door) == 0

    late = far_end.live_call(talk.call.line, outbound=True).asks(path, first=True)

    assert "Hangup" in late.text
    assert heard(late) == ""
    assert book(door) == [2, 2, 1, 1, 0]
    with door.database.read() as tx:
        [row] = tx.rows(select(call_back))
    assert (row.state, row.tries) == ("done", 1)


def test_a_dials_address_needs_its_mac_as_well_as_a_signature(far_end: Provider, door: App, clock: HandClock, client: FlaskClient) -> None:
    talk, path = rung(door, far_end, clock)
    dial_id = path.split("/")[4]
    forged = path[:-1] + ("0" if path[-1] != "0" else "1")
    another = dial_urls(door.settings, far_end.name, new_id(clock.now()))[0].rpartition("/")[2]
    before = book(door)

    for wrong in (forged, path.replace(dial_id, new_id(clock.now())), f"{path.rpartition('/')[0]}/{another}", f"{path[:-5]}", f"{path}0"):
        for each in (wrong, f"{wrong}/status"):
            answer = talk.asks(each, first=True)
            assert (answer.status_code, answer.data) == (403, b""), each
    for unsigned in (path, f"{path}/status"):
        assert client.post(unsigned, data=far_end.wire.call_params(talk.call)).status_code == 403

    assert book(door) == before
    with door.database.read() as tx:
        row = dial_store.get(tx, dial_id)
    assert row is not None
    assert (row.state, row.provider_call_id) == ("dialling", None)


def test_a_dial_of_one_provider_is_none_of_the_others(far_end: Provider, door: App, clock: HandClock, client: FlaskClient) -> None:
    _, path = rung(door, far_end, clock)
    other = Provider({"plivo": "twilio", "twilio": "plivo"}[far_end.name], door.settings, client, clock)

    answer = other.live_call(outbound=True).asks(path.replace(f"/voice/{far_end.name}/", f"/voice/{other.name}/"), first=True)

    assert answer.status_code == 403


def test_a_dial_that_we_do_not_know_is_hung_up_on_whatever_its_mac(far_end: Provider, door: App, clock: HandClock) -> None:
    answer_url, ended_url = (url.removeprefix("https://calls.example") for url in dial_urls(door.settings, far_end.name, new_id(1)))
    talk = far_end.live_call(CALL_BACK_LINE, outbound=True)

    answer = talk.asks(answer_url, first=True)

    assert "Hangup" in answer.text
    assert talk.ends(ended_url).status_code == 204
    assert book(door) == [0, 0, 0, 0, 0]
