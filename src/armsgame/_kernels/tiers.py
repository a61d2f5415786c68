"""Small first calls in Python: a kernel compiles once its work has outgrown what compiling takes.

Compiling a kernel takes from half a second to four; the programs and chains of a treaty's game take it a millisecond
in Python. Both give the same bits: loops run in the order in which they are written, on floats of 64 bits, and no
sum may be reordered. So kernels with ``fastmath``, or with words of 64 bits that wrap round, stand outside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import thread_time
from types import FunctionType
from typing import Any

import numpy as np
from numba import njit
from numba.core.dispatcher import Dispatcher

__all__ = ["Tiered", "compile_at_once", "inner", "tiered"]

inner: Any = partial(njit, cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""For functions that only compiled code calls: the bridge from Python takes as long to compile as the function."""

# seconds in Python after which a kernel is loaded if it is on disk, and after which it is compiled
_LOAD, _COMPILE = 0.02, 0.5
_eager = False


class Tiered:
    """A compiled kernel whose small first calls run in Python.

    Parameters
    ----------
    compiled : Dispatcher
    limit : int
        Entries of all arrays of a call, above which it is not small.
    """

    __slots__ = ("compiled", "known", "limit", "plain", "spent")

    def __init__(self, compiled: Any, limit: int) -> None:
        self.compiled, self.limit, self.spent = compiled, limit, 0.0
        self.plain: Any = None
        # whether it is known not to be on disk
        self.known = False

    @property
    def signatures(self) -> list[Any]:
        """What has been compiled."""
        return list(self.compiled.signatures)

    def __call__(self, *given: Any) -> Any:
        if _eager or self.spent > _COMPILE or sum(a.size for a in given if isinstance(a, np.ndarray)) > self.limit:
            return self.compiled(*given)
        if self.plain is None:
            self.plain = _interpreted(self.compiled, {})
        begun = thread_time()
        # what is compiled warns of nothing either
        with np.errstate(all="ignore"):
            answer = self.plain(*given)
        self.spent += thread_time() - begun
        if self.spent > _LOAD and not self.known:
            self.known = True
            if _on_disk(self.compiled):
                self.spent = np.inf
        return answer


def tiered(limit: int) -> Callable[[Any], Any]:
    """Decorate a compiled kernel; see `Tiered`."""
    # where compiling is switched off it is a function already
    return lambda compiled: Tiered(compiled, limit) if isinstance(compiled, Dispatcher) else compiled


def compile_at_once() -> None:
    """From now on every call is compiled, small or not."""
    global _eager
    _eager = True


def _interpreted(kernel: Any, known: dict[Any, Any]) -> Any:
    """Return the function of a kernel with the kernels that it calls as functions too."""
    if kernel not in known:
        own = kernel.py_func
        names = dict(own.__globals__)
        known[kernel] = FunctionType(own.__code__, names, own.__name__, own.__defaults__, own.__closure__)
        for name in own.__code__.co_names:
            if isinstance(names.get(name), Dispatcher):
                names[name] = _interpreted(names[name], known)
    return known[kernel]


def _on_disk(kernel: Any) -> bool:
    """Whether an earlier process left the compiled kernel in Numba's cache."""
    own, folder = kernel.py_func, kernel.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*{own.__qualname__}-{own.__code__.co_firstlineno}.*.nbi"))
