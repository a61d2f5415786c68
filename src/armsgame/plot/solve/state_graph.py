"""The graph of statuses: which lead where, and how often under a profile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import invalid
from armsgame.games.product import chain
from armsgame.games.stochastic import StochasticGame
from armsgame.plot.theme import Look, axes, colour, ink, paper
from armsgame.treaty.status import status_words

__all__ = ["states"]

_MOST = 40
_HALF = (0.52, 0.16)  # half a box: width, height
_LEAST = 5e-4  # below it a move is thin and dotted, its share in powers of ten


def states(
    game: StochasticGame, profile: Sequence[object] | None = None, *, periods: int = 52, ax: Axes | None = None
) -> Axes:
    """Draw the statuses as boxes and the moves between them as arrows, the first status on the left.

    States that differ in flags (or in the conditions of parts) alone share a box. With a profile each
    arrow carries the share of the visits to a status, expected within `periods` from the start, that
    are followed by the move; statuses that the profile never visits are grey. Without one every move
    that some actions allow is drawn.

    Parameters
    ----------
    game : StochasticGame
        Any game; labels of other games than a treaty's are boxes of their own, at most 40.
    profile : sequence of strategies, optional
    periods : int
        Horizon of the visits.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    names = [status_words(s) for s in game.states]
    boxes = list(dict.fromkeys(names))
    if len(boxes) > _MOST:
        invalid("game", f"{len(boxes)} statuses", f"at most {_MOST} to draw", "Lengthen the treaty's period_days.")
    member = np.array([boxes.index(n) for n in names])
    first = int(member[game.initial])
    possible = _possible(game, member, len(boxes))
    share, visits = (None, None) if profile is None else _shares(game, profile, member, len(boxes), periods)
    place = _layout(possible, first)
    width, height = np.ptp(place, axis=0)
    ax = axes(ax, (1.3 * (width + 1.3), 1.3 * (height + 1.7)))
    for a, b in np.argwhere(possible):
        chance = None if share is None else float(share[a, b])
        if chance is None or chance > 0:
            _arrow(ax, place, int(a), int(b), possible, chance)
    for k, name in enumerate(boxes):
        seen = visits is None or visits[k] > 0
        _box(ax, place[k], name, first=k == first, seen=seen, visits=None if visits is None else float(visits[k]))
    low, high = place.min(axis=0), place.max(axis=0)
    ax.set(xlim=(low[0] - 0.75, high[0] + 0.75), ylim=(low[1] - 0.55, high[1] + 0.72), aspect="equal")
    ax.set_axis_off()
    if profile is not None:
        told = f"share of visits within {periods} periods that are followed by each move"
        ax.set_title(f"{told}\n(below each status: expected visits)", fontsize=9)
    return ax


def _possible(game: StochasticGame, member: IntArray, count: int) -> BoolArray:
    found = np.zeros((count, count), bool)
    for s, law in enumerate(game.transitions):
        ahead = law.reshape(-1, len(game.states)).any(axis=0)
        found[member[s], member[ahead]] = True
    return found


def _shares(
    game: StochasticGame, profile: Sequence[object], member: IntArray, count: int, periods: int
) -> tuple[FloatArray, FloatArray]:
    product, matrix, _, _ = chain(game, profile)
    law = np.zeros(len(product.pairs))
    law[0] = 1.0
    total = np.zeros_like(law)
    for _ in range(periods):
        total += law
        law = matrix.T @ law
    pick = np.zeros((len(law), count))
    pick[np.arange(len(law)), member[product.pairs[:, 0]]] = 1.0
    visits = total @ pick
    flow = pick.T @ (matrix.multiply(total[:, None]) @ pick)
    with np.errstate(invalid="ignore"):
        return np.where(visits[:, None] > 0, flow / visits[:, None], 0.0), visits


def _layout(possible: BoolArray, first: int) -> FloatArray:
    """Columns by the longest way from the first status that does not go back; rows side by side."""
    count = len(possible)
    forward = np.zeros_like(possible)
    done: set[int] = set()
    for root in (first, *range(count)):
        if root in done:
            continue
        # depth first: a move to a status that is still open goes back
        open_now, stack = {root}, [(root, iter(np.flatnonzero(possible[root]).tolist()))]
        while stack:
            here, ways = stack[-1]
            there = next(ways, None)
            if there is None:
                open_now.discard(here)
                done.add(here)
                stack.pop()
            elif there not in open_now:
                forward[here, there] = True
                if there not in done:
                    open_now.add(there)
                    stack.append((there, iter(np.flatnonzero(possible[there]).tolist())))
    column = np.zeros(count, int)
    for _ in range(count):
        for a, b in np.argwhere(forward):
            column[b] = max(column[b], column[a] + 1)
    place = np.zeros((count, 2))
    for x in np.unique(column):
        here = np.flatnonzero(column == x)
        place[here, 0] = x
        place[here, 1] = (len(here) - 1) / 2 - np.arange(len(here))
    return place * (1.85, 1.1)


def _box(ax: Axes, at: FloatArray, name: str, *, first: bool, seen: bool, visits: float | None) -> None:
    from matplotlib.patches import FancyBboxPatch

    w, h = _HALF
    look: Look = {"fc": paper() if seen else ink(0.06), "lw": 2 if first else 1.1, "zorder": 3}
    edge, shape = colour(0) if first else ink() if seen else ink(0.4), "round,pad=0.02,rounding_size=0.08"
    ax.add_patch(FancyBboxPatch((at[0] - w, at[1] - h), 2 * w, 2 * h, boxstyle=shape, ec=edge, **look))
    front: Look = {"ha": "center", "va": "center", "color": ink() if seen else ink(0.6), "zorder": 4}
    ax.text(at[0], at[1] + (0.05 if visits is not None else 0.0), name, fontsize=9, **front)
    if visits is not None:
        ax.text(at[0], at[1] - 0.085, f"{visits:.3g} visits" if visits else "never", fontsize=7, **front)


def _arrow(ax: Axes, place: FloatArray, a: int, b: int, possible: BoolArray, chance: float | None) -> None:
    from matplotlib.patches import FancyArrowPatch

    _, h = _HALF
    weight = 1.0 if chance is None else 0.8 + 2.2 * chance
    shade = ink(0.7) if chance is None else colour(3) if place[b, 0] > place[a, 0] else colour(2)
    style: Look = {"arrowstyle": "-|>", "mutation_scale": 10, "lw": weight, "color": shade, "zorder": 2}
    if chance is not None and chance < _LEAST:
        style |= {"ls": (0, (2, 2)), "lw": 0.7}
    if a == b:
        x, y = place[a]
        ax.add_patch(FancyArrowPatch((x - 0.16, y + h), (x + 0.16, y + h), connectionstyle="arc3,rad=-1.1", **style))
        if chance is not None:
            _chance(ax, (x, y + h + 0.24), chance, shade)
        return
    step = place[b] - place[a]
    start, end = _border(place[a], step), _border(place[b], -step)
    bend = _bend(place, a, b, start, end, both_ways=bool(possible[b, a]))
    ax.add_patch(FancyArrowPatch(tuple(start), tuple(end), connectionstyle=f"arc3,rad={bend}", **style))
    if chance is not None:
        # nearer to where the move starts, so that two ways between the same boxes keep their numbers apart
        _chance(ax, tuple(_arc(start, end, bend, np.array([0.38]))[0]), chance, shade)


def _arc(start: FloatArray, end: FloatArray, bend: float, at: FloatArray) -> FloatArray:
    """Points of the quadratic curve that matplotlib's arc3 draws."""
    chord = end - start
    control = (start + end) / 2 + bend * np.array([chord[1], -chord[0]])
    t = at[:, None]
    return np.asarray((1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end)


def _bend(place: FloatArray, a: int, b: int, start: FloatArray, end: FloatArray, *, both_ways: bool) -> float:
    """Least bend that keeps an arrow off the other boxes."""
    others = np.delete(place, [a, b], axis=0)
    tried = (0.3, 0.4, 0.5, -0.3) if both_ways else (0.0, 0.15, -0.15, 0.3, -0.3, 0.45, -0.45)
    hits = []
    for bend in tried:
        points = _arc(start, end, bend, np.linspace(0, 1, 60))
        gap = np.abs(points[:, None, :] - others[None, :, :]) - (np.array(_HALF) + 0.04)
        hits.append(int((gap < 0).all(axis=2).sum()))
    return tried[int(np.argmin(hits))]


def _border(at: FloatArray, step: FloatArray) -> FloatArray:
    """Where a line from the middle of a box leaves it."""
    w, h = _HALF[0] + 0.03, _HALF[1] + 0.03
    scale = min(w / abs(step[0]) if step[0] else np.inf, h / abs(step[1]) if step[1] else np.inf)
    return at + step * scale


def _chance(ax: Axes, at: tuple[float, float], chance: float, shade: str) -> None:
    text = "1" if chance == 1 else ">0.999" if chance >= 0.9995 else f"{chance:.3f}".rstrip("0")
    text = f"{chance:.1g}" if chance < _LEAST else text
    box = {"boxstyle": "round,pad=0.12", "fc": paper(), "ec": "none", "alpha": 0.9}
    ax.text(*at, text, ha="center", va="center", fontsize=8, color=shade, bbox=box, zorder=5)
