"""Figures of published models: lines, bars and regions from the data that a model hands over."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from armsgame.plot.style import COLOURS, Look, axes

if TYPE_CHECKING:
    from armsgame.catalogue.picture import Picture

__all__ = ["catalogue_picture"]

_STYLES = ("-", "--", "-.", ":")


def catalogue_picture(picture: Picture, ax: Axes | None = None) -> Axes:
    """Draw the figure of a model of the catalogue.

    Parameters
    ----------
    picture : Picture
        ``model.picture()``.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
    """
    ax = axes(ax)
    {"lines": _lines, "points": _points, "bars": _bars, "regions": _regions}[picture.kind](picture, ax)
    for k, (label, (x, y)) in enumerate(picture.points.items()):
        ax.plot([x], [y], "o", color=COLOURS[(k + len(picture.series)) % len(COLOURS)], label=label, zorder=5)
    for k, (label, level) in enumerate(picture.levels.items()):
        style: Look = {"color": "0.5", "linestyle": _STYLES[(k + 1) % len(_STYLES)], "linewidth": 1, "label": label}
        if isinstance(level, tuple):
            ax.axvline(level[1], **style)
        else:
            ax.axhline(level, **style)
    ax.set(xlabel=picture.x, ylabel=picture.y)
    ax.set_title(fill(picture.title, 60), fontsize="medium")
    if len(picture.series) + len(picture.points) + len(picture.levels) > 1:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2, frameon=False, fontsize="small")
    return ax


def _lines(picture: Picture, ax: Axes) -> None:
    solid = [label for label in picture.series if label not in picture.dashed]
    for label, (x, y) in picture.series.items():
        again = label in picture.dashed
        k = (list(picture.dashed) if again else solid).index(label)
        style = _STYLES[(k // len(COLOURS) + again) % len(_STYLES)]
        ax.plot(x, y, style, color=COLOURS[k % len(COLOURS)], label=label)


def _points(picture: Picture, ax: Axes) -> None:
    for k, (label, (x, y)) in enumerate(picture.series.items()):
        ax.plot(x, y, "os^v"[k % 4], markersize=4, color=COLOURS[k % len(COLOURS)], label=label)


def _bars(picture: Picture, ax: Axes) -> None:
    count, where = len(picture.series), np.arange(len(picture.names))
    for k, (label, heights) in enumerate(picture.series.items()):
        place = where + (k - (count - 1) / 2) * 0.8 / count
        ax.bar(place, heights, 0.8 / count, color=COLOURS[k % len(COLOURS)], label=label)
    ax.set_xticks(where, picture.names)


def _regions(picture: Picture, ax: Axes) -> None:
    x, y = picture.grid
    from matplotlib.colors import to_rgba

    masks = np.array(list(picture.series.values()), dtype=bool)
    code = np.tensordot(2 ** np.arange(len(masks)), masks, axes=1)
    shown = np.ones((len(y), len(x), 4))
    # where several hold together the combination has a colour of its own
    for k, value in enumerate(np.unique(code[code > 0])):
        colour = to_rgba(COLOURS[k % len(COLOURS)], 0.55)
        shown[code == value] = colour
        label = " or ".join(name for j, name in enumerate(picture.series) if value >> j & 1)
        # an empty area, for the legend
        ax.fill([], [], color=colour, label=label)
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    box = (x[0] - half_x, x[-1] + half_x, y[0] - half_y, y[-1] + half_y)
    ax.imshow(shown, origin="lower", extent=box, aspect="auto", interpolation="nearest")
