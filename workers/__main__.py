"""`python -m workers QUEUE` runs one RQ worker; `python -m workers relay` runs the relay."""

import sys
from threading import Event

import click
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from ivr.logs import set_up_logs
from ivr.model.errors import ConfigurationError
from ivr.readiness import require_ready
from ivr.settings import load_settings
from ivr.signals import stop_on_signals
from ivr.wiring import App, build
from workers.current import install
from workers.jobs import QUEUES
from workers.relay import Relay
from workers.sweeps import SWEEPS


@click.command()
@click.argument("name", metavar="QUEUE", type=click.Choice([*QUEUES, "relay"]))
def main(name: str) -> None:
    """Run the worker of QUEUE, or the relay. SIGTERM finishes what is in hand."""
    set_up_logs(name)
    try:
        settings = load_settings()
        require_ready(settings)
        app = build(settings)
        _ = app.redis
    except ConfigurationError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if name == "relay":
        _run_relay(app)
    else:
        _run_worker(app, name)


def _ready(app: App, name: str) -> None:
    """The vendors' SDKs are imported before the first job, not in it."""
    match name:
        case "calls":
            _ = app.placing
        case "money" | "chores" if app.settings.selling:
            _ = app.money
        case _:
            _ = app.delivery


def redis_address(url: str) -> str:
    """Without the password."""
    return url.rpartition("@")[2] if "@" in url else url


def _run_relay(app: App) -> None:
    stop = Event()
    stop_on_signals(stop)
    Relay(app, SWEEPS).run(stop)
    app.database.close()


def _run_worker(app: App, name: str) -> None:
    """One queue per process: RQ loses jobs between dequeue and start when a worker listens to two."""
    try:
        app.redis.ping()
    except RedisError:
        sys.exit(f"Redis is away at {redis_address(app.settings.redis_url)}; whoever started this worker starts it again")
    install(app)
    _ready(app, name)
    worker = SimpleWorker(
        [Queue(name, connection=app.redis, serializer=JSONSerializer)],
        connection=app.redis,
        serializer=JSONSerializer,
        maintenance_interval=30,
        job_monitoring_interval=5,
        default_result_ttl=0,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING")
    app.database.close()


if __name__ == "__main__":
    main()
