"""Figures of population dynamics: the simplex, the square of two populations, basins."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from armsgame._typing import FloatArray
from armsgame.errors import WrongConcept
from armsgame.plot.theme import Look, axes, colour, dash, ink, legend, paper, wrapped
from armsgame.populations.flows import Flow
from armsgame.populations.inputs import one_population, two_populations
from armsgame.populations.invasion_and_basins import Basins
from armsgame.populations.rest_point_stability import rest_points

__all__ = ["basins", "phase_portrait", "simplex"]

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


def simplex(payoffs: Any, flows: Sequence[Flow] = (), *, ax: Axes | None = None) -> Axes:
    """Replicator flow of three types, with rest points filled where they are stable.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [3, 3]
    flows : sequence of Flow, optional
        Paths of one population to draw over the flow.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Grey discs are rest points that linearisation does not decide. A thick grey edge consists of rest
        points.

    Raises
    ------
    WrongConcept
        Another number of types.
    """
    A, names = one_population(payoffs)
    if len(A) != 3:
        raise WrongConcept(f"simplex draws 3 types; these payoffs have {len(A)}. Select three of them.")
    ax = _triangle(ax, names)
    x, y = np.meshgrid(np.linspace(0, 1, 120), np.linspace(0, _CORNERS[2, 1], 120))
    shares = _shares(np.stack([x, y], axis=-1))
    gain = shares @ A.T
    move = shares * (gain - (shares * gain).sum(axis=-1, keepdims=True))
    field = move @ _CORNERS
    inside = (shares > 0.004).all(axis=-1)
    speed = np.linalg.norm(field, axis=-1)
    if speed[inside].max() > 1e-12 * (np.ptp(A) or 1.0):
        u, v = (np.where(inside, field[..., k], np.nan) for k in range(2))
        ax.streamplot(x, y, u, v, color=ink(0.55), linewidth=0.8, density=1.1, arrowsize=0.9, zorder=1)
    scale = float(np.ptp(A)) or 1.0
    for i, j in ((0, 1), (1, 2), (0, 2)):
        if np.ptp(A[np.ix_((i, j), (i, j))], axis=0).max() <= 1e-12 * scale:
            label = "edge of rest points"
            ax.plot(*_CORNERS[[i, j]].T, color=ink(0.4), lw=7, solid_capstyle="round", zorder=2, label=label)
    for k, flow in enumerate(flows):
        path = flow.shares[0] @ _CORNERS
        ax.plot(*path.T, color=colour(k), ls=dash(k), lw=2, zorder=3)
        ax.plot(*path[0], "s", color=colour(k), ms=5, zorder=3)
    _mark(ax, [(*(point.shares @ _CORNERS), point.stability) for point in rest_points(A)])
    legend(ax, "below")
    return ax


def phase_portrait(payoffs: Any, flows: Sequence[Flow] = (), *, ax: Axes | None = None) -> Axes:
    """Replicator flow of two populations with two types each.

    Parameters
    ----------
    payoffs : StageGame of shape (2, 2), or a pair of arrays [2, 2]
    flows : sequence of Flow, optional
        Paths of two populations to draw over the flow.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Filled: stable rest points; open: unstable; grey: centres, which linearisation does not decide.

    Raises
    ------
    WrongConcept
        Another size.
    """
    A, B, names = two_populations(payoffs)
    if A.shape != (2, 2):
        raise WrongConcept(f"phase_portrait draws two types per population; this game has {A.shape}.")
    ax = axes(ax, (5, 5.4))
    p, q = np.meshgrid(np.linspace(0, 1, 60), np.linspace(0, 1, 60))
    # advantage of the first type, linear in the other population's share
    own = A[0, 1] - A[1, 1] + q * (A[0, 0] - A[1, 0] - A[0, 1] + A[1, 1])
    other = B[1, 0] - B[1, 1] + p * (B[0, 0] - B[0, 1] - B[1, 0] + B[1, 1])
    u, v = p * (1 - p) * own, q * (1 - q) * other
    if np.abs(u).max() + np.abs(v).max() > 0:
        ax.streamplot(p, q, u, v, color=ink(0.55), linewidth=0.8, density=1.0, arrowsize=0.9, zorder=1)
    for k, flow in enumerate(flows):
        path = [s[:, 0] for s in flow.shares]
        ax.plot(*path, color=colour(k), ls=dash(k), lw=2, zorder=3)
        ax.plot(path[0][0], path[1][0], "s", color=colour(k), ms=5, zorder=3)
    _mark(ax, _square_rest(A, B))
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", xlabel=f"share of {names[0][0]!r} in population 0")
    ax.set_ylabel(f"share of {names[1][0]!r} in population 1")
    legend(ax, "above")
    return ax


def basins(result: Basins, *, ax: Axes | None = None) -> Axes:
    """Basins of attraction over the simplex of three types.

    Parameters
    ----------
    result : Basins of three types
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    WrongConcept
        Another number of types.
    """
    if result.starts.shape[1] != 3:
        raise WrongConcept(f"basins draws 3 types; this map has {result.starts.shape[1]}. Print it, or use to_frame().")
    ax = _triangle(ax, result.labels)
    from matplotlib.colors import to_rgba
    from matplotlib.patches import Patch
    from scipy.spatial import cKDTree

    # each pixel takes the colour of the nearest start
    x, y = np.meshgrid(np.linspace(0, 1, 500), np.linspace(0, _CORNERS[2, 1], 433))
    pixels = np.stack([x, y], axis=-1)
    nearest = cKDTree(result.starts @ _CORNERS).query(pixels.reshape(-1, 2))[1]
    which = result.which[nearest].reshape(x.shape)
    colours = [*map(colour, range(len(result.limits))), ink(0.2)]
    rgba = np.array([to_rgba(c) for c in colours])[which]
    rgba[(_shares(pixels) < 0).any(axis=-1), 3] = 0.0
    ax.imshow(rgba, extent=(0, 1, 0, _CORNERS[2, 1]), origin="lower", interpolation="nearest", zorder=1)
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.12, _CORNERS[2, 1] + 0.1))
    names = [f"to {result.name(k)} ({share:.1%})" for k, share in enumerate(result.shares)]
    handles = [Patch(color=colour, label=name) for colour, name in zip(colours, names, strict=False)]
    if result.unsettled:
        handles.append(Patch(color=ink(0.2), label=f"not settled ({result.unsettled:.1%})"))
    legend(ax, "below", handles)
    return ax


def _mark(ax: Axes, points: Sequence[tuple[float, float, str]]) -> None:
    """Mark rest points by their stability; each kind stands in the legend once."""
    seen = set()
    for x, y, kind in points:
        face, label = {
            "sink": (ink(), "stable"), "saddle": (paper(), "unstable"), "source": (paper(), "unstable")
        }.get(kind, ("0.6", "undecided by linearisation"))  # fmt: skip
        look: Look = {"ms": 9, "mfc": face, "mec": ink(), "mew": 1.5, "zorder": 5, "clip_on": False}
        ax.plot(x, y, "o", label=None if label in seen else label, **look)
        seen.add(label)


def _triangle(ax: Axes | None, names: Sequence[str]) -> Axes:
    ax = axes(ax, (6, 5.4))
    ax.plot(*_CORNERS[[0, 1, 2, 0]].T, color=ink(), lw=1, zorder=2)
    for k, (x, y) in enumerate(_CORNERS):
        ax.text(
            x, y + (0.04 if k == 2 else -0.05), wrapped(names[k], 24), ha="center", va="bottom" if k == 2 else "top"
        )
    ax.set(xlim=(-0.12, 1.12), ylim=(-0.12, _CORNERS[2, 1] + 0.1), aspect="equal")
    ax.axis("off")
    return ax


def _shares(points: FloatArray) -> FloatArray:
    top = points[..., 1] / _CORNERS[2, 1]
    right = points[..., 0] - top / 2
    return np.stack([1 - right - top, right, top], axis=-1)


def _square_rest(A: FloatArray, B: FloatArray) -> list[tuple[float, float, str]]:
    """Corners, and the interior rest point if there is an isolated one, with their stability."""
    a = (A[0, 1] - A[1, 1], A[0, 0] - A[1, 0])  # row's advantage at q = 0, 1
    b = (B[1, 0] - B[1, 1], B[0, 0] - B[0, 1])  # column's advantage at p = 0, 1
    found = []
    for x, y in product((0, 1), repeat=2):
        root = max((1 - 2 * x) * a[y], (1 - 2 * y) * b[x])
        found.append((float(x), float(y), "saddle" if root > 0 else "sink" if root < 0 else ""))
    if a[0] * a[1] < 0 and b[0] * b[1] < 0:
        y, x = a[0] / (a[0] - a[1]), b[0] / (b[0] - b[1])
        # eigenvalues are plus and minus the root of this product
        found.append((float(x), float(y), "saddle" if (a[1] - a[0]) * (b[1] - b[0]) > 0 else ""))
    return found
