"""Figures of published models: lines, bars and regions from the data that a model hands over."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from armsgame.plot.theme import COLOURS, Look, axes, colour, hatch, ink, legend, mark, paper, style, wrapped

if TYPE_CHECKING:
    from armsgame.catalogue.picture import Picture

__all__ = ["catalogue_picture"]


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
        ax.plot([x], [y], "o", color=colour(k + len(picture.series)), label=label, zorder=5)
    for k, (label, level) in enumerate(picture.levels.items()):
        look: Look = {"color": ink(0.5), "linestyle": style(k + 1), "linewidth": 1, "label": label}
        if isinstance(level, tuple):
            ax.axvline(level[1], **look)
        else:
            ax.axhline(level, **look)
    ax.set(xlabel=picture.x, ylabel=picture.y)
    ax.set_title(fill(picture.title, 60), fontsize="medium")
    if len(picture.series) + len(picture.points) + len(picture.levels) > 1:
        legend(ax, "below")
    return ax


def _lines(picture: Picture, ax: Axes) -> None:
    solid = [label for label in picture.series if label not in picture.dashed]
    for label, (x, y) in picture.series.items():
        again = label in picture.dashed
        k = (list(picture.dashed) if again else solid).index(label)
        ax.plot(x, y, ls=style(k // len(COLOURS) + again), color=colour(k), label=label)


def _points(picture: Picture, ax: Axes) -> None:
    for k, (label, (x, y)) in enumerate(picture.series.items()):
        ax.plot(x, y, mark(k), markersize=4, color=colour(k), label=label)


def _bars(picture: Picture, ax: Axes) -> None:
    count, where = len(picture.series), np.arange(len(picture.names))
    for k, (label, heights) in enumerate(picture.series.items()):
        place = where + (k - (count - 1) / 2) * 0.8 / count
        ax.bar(place, heights, 0.8 / count, color=colour(k), hatch=hatch(k), ec=paper(), lw=0, label=label)
    ax.set_xticks(where, [wrapped(name, 16) for name in picture.names])


def _regions(picture: Picture, ax: Axes) -> None:
    x, y = picture.grid
    from matplotlib.colors import to_rgba

    masks = np.array(list(picture.series.values()), dtype=bool)
    code = np.tensordot(2 ** np.arange(len(masks)), masks, axes=1)
    shown = np.zeros((len(y), len(x), 4))
    # where several hold together the combination has a colour of its own
    for k, value in enumerate(np.unique(code[code > 0])):
        shade = to_rgba(colour(k), 0.55)
        shown[code == value] = shade
        label = " or ".join(name for j, name in enumerate(picture.series) if value >> j & 1)
        # an empty area, for the legend
        ax.fill([], [], color=shade, label=label)
    half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
    box = (x[0] - half_x, x[-1] + half_x, y[0] - half_y, y[-1] + half_y)
    ax.imshow(shown, origin="lower", extent=box, aspect="auto", interpolation="nearest")
