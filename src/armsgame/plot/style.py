"""Colours that colour-blind readers can tell apart, and axes made on demand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from armsgame.errors import invalid

# Okabe and Ito (2008)
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")


Panels: TypeAlias = npt.NDArray[np.object_]
"""Several axes, as ``plt.subplots`` returns them."""
Look: TypeAlias = dict[str, Any]
"""Keywords that several artists share."""


def axes(ax: Axes | None, size: tuple[float, float] = (7, 4)) -> Axes:
    """Return the given axes, or new ones of a size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def panels(
    ax: Sequence[Axes] | Panels | None, parts: Sequence[object], columns: int, each: str, *, sizes: tuple[float, ...]
) -> Panels:
    """Axes for the parts of one figure, in rows of `columns`: those given, or new ones.

    `sizes` are the width and height of one panel and the width beside all of them, in inches.
    """
    count = len(parts)
    if ax is not None:
        found = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
        if len(found) < count:
            invalid("ax", f"{len(found)} axes", f"at least {count} axes, one for each {each}")
        return found
    import matplotlib.pyplot as plt

    wide = min(columns, count)
    rows = -(-count // wide)
    size = (sizes[0] * wide + sizes[2], sizes[1] * rows + 0.5)
    grid = plt.subplots(rows, wide, figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained")[1]
    for spare in grid.ravel()[count:]:
        spare.set_visible(False)
    return np.asarray(grid.ravel(), dtype=object)
