"""Every row of the bench, very small: it counts right. How fast it was is no test's business."""

import json
import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from threading import Thread

import pytest

from bench.connecting import Connected, Connecting, connecting_rows
from bench.load import Spec, fire
from bench.missed_calls import caller, missed_calls
from bench.parts import Part, part_rows
from bench.pipeline import Burst, burst_row, latency_row
from bench.rounds import Measured
from bench.shots import BUSY, Shot, percentile
from bench.stage import BenchError, Quiet, installation
from bench.table import Report, as_json, lines, targets
from bench.turns import LiveCalls, turn_rows
from bench.webhook import must_hold, webhook_rows
from ivr.model.values import CallerKind
from ivr.numbering import identify
from ivr.run.development import sandbox_accounts
from ivr.sandbox.listener import Listener

pytestmark = pytest.mark.unmeasured

SHOT = Shot(asked=10, right=10, seconds=0.01, p50_ms=1.0, p99_ms=2.0, generator_share=0.1, server_us=None)
TURNS = (Measured("bare", [SHOT], 1.0, None), Measured("turn, sqlite", [SHOT], 0.3, None))
PART = Part("engine step", 10.0, "a place through plain JSON", 5.0, 2.0)
ROWS = (Measured("bare", [SHOT], 1.0, 5.0), Measured("tutorial", [SHOT], 0.2, 1.0), Measured("ours, sqlite", [SHOT], 0.5, 2.0))


def _silent(line: str) -> None:
    pass


def test_every_webhook_row_answers_every_request_and_ours_hold_every_call() -> None:
    rows = webhook_rows(rounds=2, requests=24, say=_silent)
    assert [row.name for row in rows] == ["bare", "tutorial", "ours, sqlite", "ours, postgres"]
    assert [[(shot.asked, shot.right) for shot in row.shots] for row in rows] == [[(n, n)] * 2 for n in (24, 6, 24, 24)]


def test_every_turn_row_answers_every_key_with_the_menu_and_ours_keep_every_turn() -> None:
    rows = turn_rows(rounds=2, requests=24, say=_silent)
    assert [row.name for row in rows] == ["bare", "turn, sqlite", "turn, postgres"]
    assert [[(shot.asked, shot.right) for shot in row.shots] for row in rows] == [[(24, 24)] * 2] * 3
    assert all(row.to_tutorial is None for row in rows)


def test_no_call_takes_two_turns_at_once_and_each_takes_its_turns_in_order(valkey_url: str) -> None:
    with installation("sqlite", valkey_url) as ours:
        calls = LiveCalls(ours, 3)
        paths = [request.split(b" ")[1].decode().rpartition("/") for request in calls.presses(0, 7)]
    turns = [(call, int(number)) for call, _, number in paths]
    assert [number for _, number in turns] == [2, 2, 2, 3, 3, 3, 4]
    assert len({call for call, _ in turns[:3]}) == 3
    assert turns[0][0] == turns[3][0] == turns[6][0]


def test_a_database_that_lacks_a_turn_gives_no_number(valkey_url: str) -> None:
    with installation("sqlite", valkey_url) as ours:
        calls = LiveCalls(ours, 2)
        calls.must_have_moved(0)
        with pytest.raises(BenchError, match="call 0 was answered other turns than the database holds"):
            calls.must_have_moved(1)


def test_the_parts_of_a_turn_make_the_same_documents_as_the_sdks_and_each_has_a_baseline() -> None:
    rows = part_rows(rounds=1, round_s=0.001)
    assert [row.name for row in rows] == ["engine step", "place and reply, kept+read", "render, plivo", "render, twilio"]
    assert all(row.us > 0 and row.baseline_us > 0 and row.ratio > 0 and row.baseline for row in rows)


def test_each_call_of_the_latency_row_reaches_the_provider_after_it_was_dialled() -> None:
    row = latency_row("sqlite", per_second=10, seconds=0.5, say=_silent)
    assert row.calls == 5
    assert 0 < row.p50_ms <= row.p95_ms


def test_each_consult_of_the_connecting_row_has_its_doctor_rung_and_both_brought_into_one_room() -> None:
    [row] = connecting_rows("sqlite", 2, _silent, at_a_time=(2,))
    assert (row.together, len(row.rows)) == (2, 2)
    for one in row.rows:
        assert 0 < one.paid <= one.to_dial
        assert 0 <= one.accepted <= one.to_move < one.to_room
        assert one.baseline > 0


def test_a_burst_ends_in_one_text_for_each_call() -> None:
    row = burst_row("postgres", 30, _silent)
    assert (row.calls, row.texts, row.lost, row.doubled, row.webhook.right) == (30, 30, 0, 0, 30)


def test_a_database_that_lacks_a_call_gives_no_number(valkey_url: str) -> None:
    with (
        installation("sqlite", valkey_url) as ours,
        pytest.raises(BenchError, match="1 calls were answered, but the database holds 0 calls"),
    ):
        must_hold(ours, 1)


def test_a_process_that_dies_on_the_way_gives_no_number() -> None:
    children = Quiet()
    children.must_be_whole()
    children.say("web", "ended with 1; starting it again in 0.2 s")
    with pytest.raises(BenchError, match="died"):
        children.must_be_whole()


def test_every_caller_of_the_bench_is_another_mobile_and_every_call_another_call() -> None:
    calls = missed_calls("http://127.0.0.1:1", "+918061914343", sandbox_accounts(), 0, 50)
    assert len(set(calls)) == 50
    kinds = {identify(caller(number), frozenset()).kind for number in range(0, 1_000_000, 4999)}
    assert kinds == {CallerKind.MOBILE}


@pytest.mark.parametrize(
    ("status", "body", "right"),
    [("200 OK", BUSY, 5), ("200 OK", b"<Response/>", 0), ("503 Service Unavailable", BUSY, 0)],
)
def test_the_generator_counts_only_right_answers(status: str, body: bytes, right: int) -> None:
    def app(environ, start_response):  # type: ignore[no-untyped-def]
        start_response(status, [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
        return [body]

    listener = Listener(app).start()
    try:
        port = int(listener.url.rpartition(":")[2])
        result = fire(Spec(port, missed_calls(listener.url, "+918061914343", sandbox_accounts(), 0, 5), BUSY, 2, 20.0))
    finally:
        listener.stop()
    assert (len(result.ms), result.wrong) == (right, 5 - right)


def test_the_generator_asks_again_when_a_kept_connection_was_closed() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BUSY), BUSY)

    def one_answer_for_each_connection() -> None:
        for _ in range(3):
            connection, _address = server.accept()
            if connection.recv(65536):
                connection.sendall(answer)
            connection.close()

    Thread(target=one_answer_for_each_connection, daemon=True).start()
    result = fire(Spec(server.getsockname()[1], [b"GET / HTTP/1.1\r\n\r\n"] * 3, BUSY, 1, 20.0))
    server.close()
    assert (len(result.ms), result.wrong, result.reconnects) == (3, 0, 2)


def test_the_generator_is_a_process_that_prints_its_result(tmp_path: Path) -> None:
    (tmp_path / "spec").write_bytes(pickle.dumps(Spec(1, [], BUSY, 16, 1.0)))
    done = subprocess.run([sys.executable, "-m", "bench.load", str(tmp_path / "spec")], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["wrong"] == 0


def test_the_table_says_of_each_target_whether_it_is_met() -> None:
    consult = Connected(paid=20, sought=30, claimed=200, dialled=10, accepted=2, moved=30, joined=4000, baseline=20)
    connecting = Connecting("sqlite", 4, (0.5, 0.75), (consult,))
    burst = Burst("sqlite", 10, 9, 1, 0, 0.1, SHOT, {"web, sqlite": 1.0})
    report = Report(
        {"cores": 2, "processor": "", "system": "", "python": "", "sqlite": "", "load_average": 0.0},
        ROWS,
        TURNS,
        [PART],
        [],
        [connecting],
        [burst],
    )
    found = {target.what: target.met for target in targets(report)}
    assert found == {
        "ours, sqlite: of bare": True,
        "ours, sqlite: times tutorial": False,
        "ours, sqlite: p99 ms": True,
        "ours, sqlite: wrong answers": True,
        "turn, sqlite: of bare": False,
        "turn, sqlite: p99 ms": True,
        "turn, sqlite: wrong answers": True,
        "event to dial request, sqlite, 4 at a time: p95 ms": False,
        "key 1 to room request, sqlite, 4 at a time: p95 ms": True,
        "burst of 10, sqlite: texts/s": False,
        "burst of 10, sqlite: lost": False,
        "burst of 10, sqlite: doubled": True,
    }
    text = "\n".join(lines(report))
    assert "NOT MET  ours, sqlite: times tutorial: 2 (target ≥ 2.5)" in text
    assert "NOT MET  turn, sqlite: of bare: 0.3 (target ≥ 0.4)" in text
    assert "  key 1 to room request                         32      32  1.6" in text
    assert "1 consults, load average 0.5 to 0.75; p50 of each hop: paid 20, sought 30, claimed 200, dialled 10, accepted 2" in text
    assert "engine step                     10.0    2.00  a place through plain JSON (5.0 µs)" in text
    assert json.loads(json.dumps(as_json(report)))["targets"][0]["met"] is True


def test_percentiles_are_values_that_occurred() -> None:
    assert (percentile([1.0, 2.0, 3.0, 4.0], 50), percentile([1.0, 2.0, 3.0, 4.0], 99)) == (3.0, 4.0)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for what is left in /proc")
@pytest.mark.timeout(330)  # where nothing moves, the command itself gives up, and says what its processes said last
def test_the_command_line_prints_json_and_leaves_nothing_running() -> None:
    mark = token_hex()
    environment = {**os.environ, "BURST": "10", "MARK": mark}
    command = [sys.executable, "-m", "bench", "--only", "burst", "--database", "sqlite", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["burst"][0]["calls"], report["burst"][0]["lost"], report["burst"][0]["doubled"]) == (10, 0, 0)
    assert not list(_processes_with(mark))


def _processes_with(mark: str) -> Iterator[int]:
    """Every process that was started with this in its environment."""
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in environ.read_bytes():
                yield int(environ.parent.name)
        except OSError:  # it ended meanwhile, or is not ours
            continue
