"""What operators do leaves a trace."""

from json import loads

import pytest

from ivr.oversight import LONGEST_REASON, Action, ReasonMissing, note, reason_given
from ivr.store import audit
from ivr.store.database import open_database
from ivr.store.tx import Tx

NOW = 1_800_000_000_000


def test_a_deed_is_found_by_what_it_was_done_to_and_among_the_latest(database_url: str) -> None:
    def does(tx: Tx) -> None:
        note(tx, NOW, "asha", Action.PAUSE_LINE, subject="line", subject_id="+918061914343", reason="calls come in a flood")
        note(tx, NOW + 1, "asha", Action.RESUME_LINE, subject="line", subject_id="+918061914343", reason="it is over", after_s=60)
        note(tx, NOW + 2, "ravi", Action.EXPORT_TABLE, subject="chart", subject_id="texts")

    database = open_database(database_url)
    database.write(does)
    with database.read() as tx:
        assert [(row.action, row.reason) for row in audit.of_subject(tx, "+918061914343")] == [
            ("pause_line", "calls come in a flood"),
            ("resume_line", "it is over"),
        ]
        newest, second = audit.latest(tx, most=2)
        assert (newest.operator, newest.subject, newest.reason) == ("ravi", "chart", "")
        assert loads(second.detail) == {"after_s": 60}
        assert [row.at for row in audit.latest(tx, before=second.id)] == [NOW]
    database.close()


def test_a_reason_is_kept_on_one_line() -> None:
    assert reason_given("  they asked\n for it ") == "they asked for it"


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST_REASON + 1)])
def test_without_a_reason_nothing_is_done(text: str) -> None:
    with pytest.raises(ReasonMissing, match="say "):
        reason_given(text)


@pytest.mark.parametrize("text", ["rang from +919845012345", "98450 12345 asked", "080-2660 1234"])
def test_a_reason_keeps_no_phone_number(text: str) -> None:
    with pytest.raises(ReasonMissing, match="no phone number"):
        reason_given(text)
    assert reason_given("consult 48291307 of 22 Nov 14:05") == "consult 48291307 of 22 Nov 14:05"
