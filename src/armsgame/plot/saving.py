"""Figures on disk that say where their numbers come from."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rc_context

from armsgame._files import replacing
from armsgame._provenance import VERSION
from armsgame.errors import ArmsgameError, invalid
from armsgame.study.citing import cite

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import FigureBase

__all__ = ["save"]

_FIELDS = {".png": ("Description", "Software"), ".svg": ("Description", "Creator"), ".pdf": ("Subject", "Creator")}
_DATES: dict[str, dict[str, Any]] = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
# fonts as text that can be searched and edited; names inside an SVG that do not differ from run to run
_STABLE: dict[Any, Any] = {"pdf.fonttype": 42, "svg.hashsalt": "armsgame"}


def save(
    figure: Axes | FigureBase | Iterable[Axes], path: str | PathLike[str], *results: object, dpi: int = 150
) -> Path:
    """Write a figure, cut to what is drawn, with the citation of its results in the file's metadata.

    Equal figures give equal bytes: no date is written. Fonts are embedded.

    Parameters
    ----------
    figure : matplotlib Axes, array of Axes, Figure or SubFigure
        What any function of `armsgame.plot` returns. The whole figure is written.
    path : path ending in ``.png``, ``.svg`` or ``.pdf``
    results : results that the figure shows; see `cite`
    dpi : int, dots per inch of a PNG

    Returns
    -------
    Path

    Raises
    ------
    InvalidGame
        No results, another ending, or something that is no figure.
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
    notes = dict(zip(fields, (told, f"armsgame {VERSION}"), strict=True)) | _DATES[where.suffix.lower()]
    whole = _whole(figure)
    try:
        with replacing(where) as part, rc_context(_STABLE):
            whole.savefig(part, dpi=dpi, metadata=notes, bbox_inches="tight")
    except OSError as fault:
        raise ArmsgameError(f"figure {where} cannot be written ({fault}); choose another folder.") from fault
    return where


def _whole(drawn: Any) -> Any:
    """Return the one figure of axes, of several axes, or of a part of a figure."""
    parts = [drawn] if hasattr(drawn, "figure") else list(np.ravel(np.asarray(drawn, dtype=object)))
    found = []
    for part in parts:
        figure = getattr(part, "figure", None)
        while figure is not None and figure is not figure.figure:
            figure = figure.figure
        found.append(figure)
    if not found or None in found or any(one is not found[0] for one in found):
        invalid("figure", drawn, "axes, axes of one figure in an array, or a figure")
    return found[0]
