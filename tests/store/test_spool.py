"""The spool: an event kept is an event read back, encrypted on disk, oldest first."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.model.events import CallArrived, CallCutOff, CallEnded, CallOutcome, ReportState, TextReceived, TextReported
from ivr.model.outcomes import Fault, Misconfigured, Never, TryLater
from ivr.run.development import fresh_keys
from ivr.store.spool import Spool, Spooled
from ivr.store.vault import Vault


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", Vault([fresh_keys()["DATA_KEY"]], "hash key"))


@pytest.mark.parametrize(
    "event",
    [
        CallArrived("plivo", "uuid", "+919845012345", "+918061914343"),
        CallEnded("twilio", "CA1", "+919845012345", "+918061914343", True, CallOutcome.CANCELLED, 0, "no-answer"),
        CallEnded("plivo", "uuid", "+919845012345", "+918061914343", True, CallOutcome.ANSWERED, 3, "7012", True),
        CallCutOff("plivo", "uuid"),
        TextReported("plivo", "m1", ReportState.DELIVERED, "000"),
        TextReported("plivo", "m1", ReportState.FAILED, "620", Misconfigured("620", Fault.DLT, "header")),
        TextReported("plivo", "m1", ReportState.FAILED, "50", Never("50", "no such number")),
        TextReported("plivo", "m1", ReportState.FAILED, "20", TryLater("20", 3.5)),
        TextReceived("twilio", "SM1", "+919845012345", "+918061914343", "रोकें"),
    ],
)
def test_what_is_kept_is_read_back(spool: Spool, event: Spooled) -> None:
    spool.keep(event, 1_795_329_000_000, "ATTEMPT")

    [path] = spool.waiting()
    assert spool.read(path) == (event, 1_795_329_000_000, "ATTEMPT")
    assert b"9845012345" not in path.read_bytes()

    spool.forget(path)
    assert spool.waiting() == []


def test_a_file_that_is_older_than_a_field_of_its_event_is_read_all_the_same(spool: Spool, tmp_path: Path) -> None:
    ended = CallEnded("plivo", "uuid", "", "", True, CallOutcome.ANSWERED, 3, "4000", True)
    spool.keep(ended, 1)
    [path] = spool.waiting()
    record = json.loads(spool._vault.open(path.read_bytes()))
    del record["event"]["by_document"]
    path.write_bytes(spool._vault.seal(json.dumps(record).encode()))

    assert spool.read(path)[0] == replace(ended, by_document=False)


def test_events_come_back_in_the_order_they_came(spool: Spool) -> None:
    for at in (30, 10, 20):
        spool.keep(CallArrived("plivo", str(at), "", ""), at)

    assert [spool.read(path)[1] for path in spool.waiting()] == [10, 20, 30]


def test_what_is_set_aside_is_out_of_the_way_and_still_there(spool: Spool, tmp_path: Path) -> None:
    spool.keep(CallArrived("plivo", "x", "", ""), 1)

    spool.set_aside(spool.waiting()[0])

    assert spool.waiting() == []
    assert len(list((tmp_path / "spool").glob("*.stuck"))) == 1
