"""SIGTERM and SIGINT, told to whoever waits."""

import signal
from threading import Event, Thread


def stop_on_signals(stop: Event) -> None:
    """Set `stop` when told to end. By a thread of its own: a handler that runs inside `stop.wait()` would wait for itself for ever."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=stop.set, daemon=True).start())
