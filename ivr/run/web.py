"""The web server: Granian's WSGI, measured faster for Flask than gunicorn (docs/adr/0004)."""

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from ivr.readiness import require_ready
from ivr.settings import load_settings
from ivr.store.onlyone import only_web_process
from ivr.wiring import build


def serve() -> None:
    """Serve `wsgi:app` until SIGTERM; requests in flight are finished."""
    settings = load_settings()
    require_ready(settings)
    only_web_process(settings.database_url, keep=False)  # a sentence here, rather than a worker's traceback
    build(settings).database.close()  # whatever is wrong is said here in a sentence, not in a worker's traceback
    host = "127.0.0.1" if settings.environment == "development" else "0.0.0.0"  # noqa: S104  (behind the platform's router)
    Granian(
        "wsgi:app",
        address=host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1 if settings.on_sqlite else settings.web_workers,
        blocking_threads=settings.web_threads,
        backlog=1024,
        log_level=LogLevels.error,
        workers_kill_timeout=10,
    ).serve()
