"""Colours that colour-blind readers can tell apart, and axes made on demand."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

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
