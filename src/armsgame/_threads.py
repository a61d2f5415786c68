"""Threads of our own over serial compiled kernels: blocks of a batch, and the same bits whatever their number.

Kernels that bring their own threads die in forked workers (OpenMP) or end the interpreter when several Python threads
call them (Numba's work queue). Threads that are made for a call and joined at its end do neither.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

from armsgame._checks import check_whole
from armsgame.errors import invalid

__all__ = ["in_blocks", "limited", "thread_count"]

_LIMIT: ContextVar[int | None] = ContextVar("threads", default=None)
# blocks per thread: enough that unequal blocks end together
_PER_THREAD = 4


def cores() -> int:
    """Cores that this process may use; the environment variable NUMBA_NUM_THREADS sets another number."""
    told = os.environ.get("NUMBA_NUM_THREADS", "")
    if told:
        if not told.isdigit() or int(told) < 1:
            invalid("NUMBA_NUM_THREADS", told, "a whole number of at least 1")
        return int(told)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def thread_count() -> int:
    """Threads of a batch: the limit in force, else `cores`."""
    return _LIMIT.get() or cores()


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Use at most this many threads inside the block; None changes nothing."""
    if threads is None:
        yield
        return
    before = _LIMIT.set(check_whole("threads", threads, 1, cores()))
    try:
        yield
    finally:
        _LIMIT.reset(before)


def in_blocks(kernel: Callable[..., object], total: int, least: int, *arguments: object) -> None:
    """Call ``kernel(start, stop, *arguments)`` on spans that cover ``range(total)``.

    Parameters
    ----------
    kernel : compiled function that holds no lock and writes rows start to stop of its outputs
    least : int
        Fewest rows worth a call of their own.

    Notes
    -----
    A KeyboardInterrupt lets running blocks end and drops the rest.
    """
    workers = min(thread_count(), max(total // least, 1))
    if workers < 2:
        kernel(0, total, *arguments)
        return
    size = max(least, -(-total // (_PER_THREAD * workers)))
    turns = count()

    def work() -> None:
        while (start := next(turns) * size) < total and not stopped:
            kernel(start, min(start + size, total), *arguments)

    stopped: list[bool] = []
    try:
        pool = ThreadPoolExecutor(workers - 1)
        try:
            waiting = [pool.submit(work) for _ in range(workers - 1)]
        except RuntimeError:
            # no thread can be started here (a browser): this one does the work
            waiting = []
        work()
        for one in waiting:
            one.result()
    except BaseException:
        stopped.append(True)
        raise
    finally:
        pool.shutdown(wait=True)
