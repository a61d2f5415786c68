"""Threads of our own over serial compiled kernels: blocks of a batch, and the same bits whatever their number.

Kernels that bring their own threads die in forked workers (OpenMP) or end the interpreter when several Python threads
call them (Numba's work queue). Threads that are made for a call and joined at its end do neither.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock
from time import monotonic

from armsgame._checks import check_whole
from armsgame._deadline import ask_time
from armsgame.errors import invalid

__all__ = ["in_blocks", "limited", "thread_count"]

_LIMIT: ContextVar[int | None] = ContextVar("threads", default=None)
# blocks per thread: enough that unequal blocks end together
_PER_THREAD = 4
# seconds that a block may take; the share of the usual size that the first has, and what the next may grow by
_BLOCK, _FIRST, _GROWTH = 0.5, 64, 8


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
    Blocks begin small and are made to take up to half a second, so that a KeyboardInterrupt and the end of the time of
    the call (`budget_seconds`) are seen soon: running blocks end, and the rest is dropped.
    """
    workers = min(thread_count(), max(total // least, 1))
    most = max(least, -(-total // (_PER_THREAD * workers)))
    size, place, lock = max(least, most // _FIRST), 0, Lock()
    stopped: list[bool] = []

    def work(ask: Callable[[str], None]) -> None:
        nonlocal size, place
        while not stopped:
            with lock:
                start, stop = place, min(place + size, total)
                place = stop
            if start >= total:
                return
            ask(f"{start:,} of {total:,} rows")
            began = monotonic()
            kernel(start, stop, *arguments)
            spent = monotonic() - began
            with lock:
                size = min(max(int((stop - start) * min(_BLOCK / max(spent, 1e-9), _GROWTH)), least), most)

    pool = ThreadPoolExecutor(workers - 1) if workers > 1 else None
    try:
        waiting = []
        if pool is not None:
            # where no thread can be started (a browser), this one does the work
            with suppress(RuntimeError):
                waiting = [pool.submit(work, _unasked) for _ in range(workers - 1)]
        work(ask_time)
        for one in waiting:
            one.result()
    except BaseException:
        stopped.append(True)
        raise
    finally:
        if pool is not None:
            pool.shutdown(wait=True)


def _unasked(_: str) -> None:
    """Ask nobody: only the thread that called knows the time of the call."""
