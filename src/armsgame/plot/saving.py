"""Figures on disk that say where their numbers come from."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from armsgame._files import replacing
from armsgame._provenance import VERSION
from armsgame.errors import ArmsgameError, invalid
from armsgame.study.citing import cite

__all__ = ["save"]

_FIELDS = {".png": ("Description", "Software"), ".svg": ("Description", "Creator"), ".pdf": ("Subject", "Creator")}


def save(figure: Any, path: str | PathLike[str], *results: object, dpi: int = 150) -> Path:
    """Write a figure with the citation of its results in the file's metadata.

    Parameters
    ----------
    figure : matplotlib Axes or Figure
    path : path ending in ``.png``, ``.svg`` or ``.pdf``
    results : results that the figure shows; see `cite`
    dpi : int, dots per inch of a PNG

    Returns
    -------
    Path

    Raises
    ------
    InvalidGame
        No results, or another ending.
    ArmsgameError
        The file cannot be written.
    """
    where = Path(path)
    fields = _FIELDS.get(where.suffix.lower())
    if fields is None:
        invalid("path", str(path), "a name that ends in .png, .svg or .pdf")
    if not results:
        invalid("results", results, "at least one result that the figure shows")
    told = "\n\n".join(str(cite(r)) for r in results)
    whole = getattr(figure, "figure", figure)
    try:
        with replacing(where) as part:
            whole.savefig(part, dpi=dpi, metadata=dict(zip(fields, (told, f"armsgame {VERSION}"), strict=True)))
    except OSError as fault:
        raise ArmsgameError(f"figure {where} cannot be written ({fault}); choose another folder.") from fault
    return where
