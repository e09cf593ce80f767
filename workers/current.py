"""The application that the jobs of this process run on: RQ calls a job by its import path and passes ids only."""

from ivr.wiring import App

_app: App | None = None


def install(app: App) -> None:
    """Call once when the process starts."""
    global _app  # one per process: RQ offers no other way in
    _app = app


def app() -> App:
    if _app is None:
        raise RuntimeError("no application installed: start workers with `python -m workers QUEUE`")
    return _app
