"""How to cite a result: version, question, seed and a fingerprint of the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

import numpy as np

from armsgame._provenance import VERSION
from armsgame._values import digest_of
from armsgame.errors import WrongConcept

__all__ = ["Citation", "cite"]

_NOTES = ("provenance", "attrs")


class Citation(str):
    """Text of a citation; `entries` holds it as a mapping, `bibtex` as an entry for a bibliography."""

    entries: dict[str, str]

    @property
    def bibtex(self) -> str:
        """Entry of the software for a bibliography, with the fingerprint of the result as its note."""
        return (
            "@software{armsgame,\n"
            "  title = {armsgame: arms-control treaties as repeated and stochastic games},\n"
            f"  version = {{{self.entries['armsgame']}}},\n"
            f"  note = {{{self.entries['result']}, fingerprint {self.entries['fingerprint']}}}\n}}"
        )


def cite(result: object) -> Citation:
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
    kind = type(result)
    told = next((dict(getattr(result, n)) for n in _NOTES if isinstance(getattr(result, n, None), Mapping)), {})
    ours = kind.__module__.partition(".")[0] == "armsgame" and (is_dataclass(result) or isinstance(result, tuple))
    if not ours and "armsgame" not in told:
        raise WrongConcept(f"cite() takes a result of armsgame; {kind.__name__} is none.")
    version = str(told.pop("armsgame", VERSION))
    entries = {"armsgame": version, "result": "sweep" if not ours else kind.__name__}
    # where a study lies on disk and how often it was begun are no part of what it found
    left = ("store", "recomputed_blocks", "units", "fingerprint")
    entries |= {str(n): str(v) for n, v in told.items() if n not in left}
    entries["fingerprint"] = fingerprint(result)
    width = max(len(n) for n in entries)
    out = Citation("\n".join(["Cite this result", *(f"  {n:<{width}s}  {v}" for n, v in entries.items())]))
    out.entries = entries
    return out


def fingerprint(result: Any) -> str:
    """First 16 hexadecimal digits of SHA-256 over the content of a result."""
    if hasattr(result, "data_vars"):
        names = sorted({*result.data_vars, *result.coords}, key=str)
        result = [(str(name), np.asarray(result[name].values)) for name in names]
    return digest_of(result)[:16]
