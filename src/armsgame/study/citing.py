"""How to cite a result: version, question, seed and a fingerprint of the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from armsgame.errors import WrongConcept

__all__ = ["Citation", "cite"]

_NOTES = ("provenance", "attrs")


class Citation(str):
    """Text of a citation; `entries` holds it as a mapping, `bibtex` as an entry for a bibliography."""

    entries: dict[str, str]

    @property
    def bibtex(self) -> str:
        """Entry of the software for a bibliography, with the fingerprint of the result as its note."""
        lines = [
            "@software{armsgame,",
            "  title = {armsgame: arms-control treaties as repeated and stochastic games},",
            f"  version = {{{self.entries['armsgame']}}},",
            f"  note = {{{self.entries['result']}, fingerprint {self.entries['fingerprint']}}}",
            "}",
        ]
        return "\n".join(lines)


def cite(result: Any) -> Citation:
    """Return the block to print beside a result, so that a reader can make it again and compare.

    Parameters
    ----------
    result : any result of armsgame, or the Dataset of a sweep

    Returns
    -------
    Citation
        A str: version, kind of result, what was asked, the seed, and a fingerprint of the numbers (the
        first 16 hexadecimal digits of SHA-256 over their bytes). Equal numbers have equal fingerprints.

    Raises
    ------
    WrongConcept
        Something that armsgame did not compute.

    Examples
    --------
    >>> import armsgame as ag
    >>> text = ag.cite(ag.verify(ag.Treaty().one_status(), (ag.grim, ag.grim), discount=0.9))
    >>> text.splitlines()[0]
    'Cite this result'
    """
    import armsgame

    kind = type(result)
    told = next((dict(getattr(result, n)) for n in _NOTES if isinstance(getattr(result, n, None), Mapping)), {})
    ours = kind.__module__.partition(".")[0] == "armsgame" and (is_dataclass(result) or isinstance(result, tuple))
    if not ours and "armsgame" not in told:
        raise WrongConcept(f"cite() takes a result of armsgame; {kind.__name__} is none.")
    if not told and hasattr(result, "scenario") and hasattr(result, "seed"):
        told = {"scenario": result.scenario.id, "seed": str(result.seed)}
    version = str(told.pop("armsgame", armsgame.__version__))
    entries = {"armsgame": version, "result": "sweep" if not ours else kind.__name__}
    # where a study lies on disk and how often it was begun are no part of what it found
    entries |= {str(n): str(v) for n, v in told.items() if n not in ("store", "recomputed_blocks", "units")}
    entries["fingerprint"] = fingerprint(result)
    width = max(len(n) for n in entries)
    out = Citation("\n".join(["Cite this result", *(f"  {n:<{width}s}  {v}" for n, v in entries.items())]))
    out.entries = entries
    return out


def fingerprint(result: Any) -> str:
    """First 16 hexadecimal digits of SHA-256 over the content of a result."""
    found = sha256()
    _feed(found, result)
    return found.hexdigest()[:16]


def _feed(found: Any, value: Any) -> None:
    if hasattr(value, "data_vars"):
        for name in sorted({*value.data_vars, *value.coords}, key=str):
            found.update(str(name).encode())
            _feed(found, np.asarray(value[name].values))
    elif isinstance(value, np.ndarray):
        found.update(str(value.shape).encode())
        plain = value if value.dtype.kind in "biufc" else np.array(value, dtype=str)
        found.update(np.ascontiguousarray(plain).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        found.update(type(value).__name__.encode())
        for entry in fields(value):
            if entry.name not in _NOTES:
                found.update(entry.name.encode())
                _feed(found, getattr(value, entry.name))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            found.update(str(name).encode())
            _feed(found, inner)
    elif isinstance(value, (tuple, list)):
        for inner in value:
            _feed(found, inner)
    elif callable(value):
        # the address of a function differs from run to run
        found.update(getattr(value, "__qualname__", type(value).__qualname__).encode())
    elif repr(value).startswith("<") and " at 0x" in repr(value):
        found.update(type(value).__qualname__.encode())
    else:
        found.update(repr(value).encode())
