"""Processes beside the main job's own, where there are cores for them: accounts and figures go there."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from threading import RLock

from tqdm import tqdm

from armsgame._threads import cores

__all__ = ["beside"]

# an account and a figure or two are left for each of them
_MOST = 2


@contextmanager
def beside(wanted: bool) -> Iterator[Executor | None]:
    """Fresh interpreters that take work as soon as they have started; None where there is no core or no process."""
    count = min(cores() - 1, _MOST)
    if not wanted or count < 1:
        yield None
        return
    # a fork would copy threads and locks of numerical libraries in any state
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    try:
        pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)
        for _ in range(count):
            pool.submit(_load)
    except (ImportError, OSError, NotImplementedError):
        yield None
        return
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        # nobody waits for what is no longer wanted, nor for an interpreter that puts everything away
        for child in active_children():
            child.terminate()


def _begin() -> None:
    # Ctrl-C ends it at once, and without a word: the main process has its own
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(1_000_000, 20, 20)
    # a bar locks out other processes by a semaphore, which one that is ended would leave behind, and be told of
    tqdm.set_lock(RLock())


def _load() -> None:
    """Import what the work needs while the main process still reads its input."""
    import armsgame.cli.output
    import armsgame.plot.theme  # noqa: F401
