"""A caller's number is in the caller table, encrypted, and nowhere else; secrets are nowhere at all."""

import logging

import pytest

from ivr.logs import JsonLines
from ivr.reviewing import CALLS_REVIEW
from ivr.store import outbox
from ivr.store.schema import metadata
from tests.stage import Stage

NUMBER = "+919845012345"
DIGITS = "9845012345"


def _secrets(stage: Stage) -> list[str]:
    settings = stage.app.settings
    tokens = [*settings.plivo_auth_token, *settings.twilio_auth_token, settings.secret_key, settings.phone_hash_key, *settings.data_key]
    return [token.get_secret_value() for token in tokens]


def test_numbers_and_secrets_stay_out_of_logs_jobs_and_addresses(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stage.breaks("text.send", "error_before", status=503)
    stage.breaks("text.list", "error_before", status=500)
    stage.redis_away = True
    stage.caller(NUMBER).dials()
    stage.relay.move()
    queued = b" ".join(_everything_in_redis(stage))
    stage.redis_away = False
    stage.wait(minutes=3)
    stage.caller(NUMBER).texts("STOP")
    with stage.database_away():
        stage.caller(NUMBER).dials()

    own = [record for record in caplog.records if not record.name.startswith("ivr.sandbox")]
    logged = "\n".join(JsonLines("test").format(record) for record in own)
    addresses = " ".join(exchange.url for call in stage.sandbox.calls() for exchange in call.exchanges)
    assert len(own) > 5
    assert b"text_send" in queued
    for forbidden in (DIGITS, *_secrets(stage)):
        assert forbidden not in logged
        assert forbidden not in addresses
        assert forbidden.encode() not in queued


def test_a_number_is_in_no_column_of_any_table(stage: Stage) -> None:
    stage.caller(NUMBER).dials().gets_text()
    with stage.app.database.read() as tx:
        stored = {table.name: repr(tx.rows(table.select())) for table in metadata.sorted_tables}
        assert {row.kind for row in outbox.waiting(tx)} <= {CALLS_REVIEW}  # which comes round for ever

    assert stored["caller"] != "[]"
    assert not [name for name, rows in stored.items() if DIGITS in rows]


def _everything_in_redis(stage: Stage) -> list[bytes]:
    redis = stage.app.redis
    names = list(redis.scan_iter())
    jobs = [name for name in names if name.startswith(b"rq:job:")]
    return [*names, *(redis.dump(name) or b"" for name in names), *(repr(redis.hgetall(name)).encode() for name in jobs)]
