"""Keeps a web process on one core.

A Python process computes on one core at a time; let loose on several, its threads pass the interpreter lock from core to
core, and each passing costs more than much of our own work (docs/adr/0011).
"""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []  # kept open for the life of the process: closing it would free the core


def stay_on_one_core() -> int | None:
    """Take a core that no other web process of this user on this machine has; None, and all cores, when there is none."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    cores = sorted(os.sched_getaffinity(0), reverse=True)
    for core in cores if len(cores) > 1 else []:
        claim = (Path(tempfile.gettempdir()) / f"ivr-core-{os.getuid()}-{core}").open("w")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            claim.close()
            continue
        os.sched_setaffinity(0, {core})
        _held.append(claim)
        return core
    return None
