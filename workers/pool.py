"""Threads for jobs of many ids: RQ raises its job timeout in the main thread, which here only waits."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")


def side_by_side(name: str, size: int, task: Callable[..., T], arguments: Sequence[object]) -> list[T]:
    """Run `task` on each argument in the pool `name`, to its end whatever becomes of another; then the first fault is raised."""
    running = [_pool(name, size).submit(task, argument) for argument in arguments]
    for task_running in running:
        task_running.exception()
    return [done.result() for done in running]


@cache
def _pool(name: str, size: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(size, thread_name_prefix=name)
