"""Figures of studies with private types: maps over the prior, beliefs along a record, first moves by type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Rectangle

from armsgame.errors import invalid
from armsgame.plot.studies.assumptions import axis_label
from armsgame.plot.theme import Look, axes, colour, ink, legend, note, paper, ramp, rows, style
from armsgame.study.private_types.record_beliefs import RecordBeliefs
from armsgame.study.private_types.regimes import BAYESIAN_REGIMES, FIRST_MOVES
from armsgame.study.sweeps.prior_map import PriorMap

if TYPE_CHECKING:
    import xarray

__all__ = ["first_moves", "prior_map", "recorded_beliefs"]

_NONE = "no profile found"
_MARKS = {"alarm": "v", "demand": "s", "offer": "D", "ignore": "X", "yield": "P", "notice": "^"}


def prior_map(found: PriorMap, play: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Map of certified play over a parameter and the probability of a type.

    Parameters
    ----------
    found : PriorMap
    play : str, optional
        One of `armsgame.measures.BAYESIAN_REGIMES`: show where a profile with this play exists. By default the colour
        is the most cooperative play that exists at a point; others may exist there too.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if play is not None and play not in BAYESIAN_REGIMES:
        invalid("play", play, f"one of {BAYESIAN_REGIMES}")
    ax = axes(ax, (8.4, 4))
    code = found.code if play is None else np.where(found.holds[..., BAYESIAN_REGIMES.index(play)], 0, -1)
    labels = BAYESIAN_REGIMES if play is None else (play,)
    # the more cooperative, the darker
    every = ramp(len(BAYESIAN_REGIMES))[::-1]
    _paint(
        ax, found.values, found.priors, code.T, every if play is None else [every[BAYESIAN_REGIMES.index(play)]], labels
    )
    legend(ax, "beside", title="most cooperative certified play" if play is None else "certified play")
    ax.set(ylim=(0, 1), xlabel=axis_label(found.parameter), ylabel=f"prior: P({found.kind})")
    return ax


def first_moves(found: xarray.Dataset, *, ax: Axes | None = None) -> Axes:
    """Draw what each type does first, along one parameter: who deploys to be caught where exit is dear.

    Parameters
    ----------
    found : xarray.Dataset
        Of `armsgame.sweep` with ``measures.first_moves_by_type`` over one parameter.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidGame
        A table over more or other dimensions.
    """
    names = [str(n) for n in found.data_vars if n != "error"]
    if len(found.dims) != 1 or not names:
        invalid("found", dict(found.sizes), "a sweep over one parameter with measures.first_moves_by_type")
    (name,) = map(str, found.dims)
    ax = axes(ax, (8.4, 1.2 + 0.45 * len(names)))
    code = np.array([found[n].fillna(-1).values for n in names]).astype(int)
    _paint(ax, found[name].values, np.arange(len(names)), code, ramp(len(FIRST_MOVES))[::-1], FIRST_MOVES)
    rows(ax, names)
    ax.set_ylim(len(names) - 0.5, -0.5)
    for line in range(1, len(names)):
        ax.axhline(line - 0.5, color=paper(), lw=3)
    legend(ax, "beside", title="first move")
    ax.set_xlabel(axis_label(name))
    return ax


def _paint(ax: Axes, x: object, y: object, code: object, paints: Sequence[str], labels: Sequence[str]) -> None:
    """Fill cells by code, from -1 (nothing was found) on, and keep an empty area of each that occurs for the legend."""
    values, colours = np.asarray(code), [paper(), *paints]
    norm = BoundaryNorm(np.arange(-1, len(paints) + 1) - 0.5, len(colours))
    look: Look = {"cmap": ListedColormap(colours), "norm": norm, "shading": "nearest", "rasterized": True}
    ax.pcolormesh(np.asarray(x), np.asarray(y), values, **look)
    for k, label in [*enumerate(labels), (-1, _NONE)]:
        if (values == k).any():
            ax.add_patch(Rectangle((0, 0), 0, 0, fc=colours[k + 1], ec=ink(0.4) if k < 0 else "none", label=label))


def recorded_beliefs(found: RecordBeliefs, *, ax: Axes | None = None) -> Axes:
    """Beliefs of both sides along the record if a profile is played, with the recorded public acts marked.

    Parameters
    ----------
    found : RecordBeliefs
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        One line for each type of each party, as the other party holds it. Marks above stand for acts of the record;
        grey bands are periods that the profile rules out, in which beliefs stay as they were.
    """
    ax = axes(ax, (9, 4.4))
    path = found.path
    days = np.array([np.datetime64(step.begins) for step in path.steps])
    days = np.append(days, days[-1] + (days[-1] - days[-2] if len(days) > 1 else np.timedelta64(91, "D")))
    for i, (party, kinds) in enumerate(zip(path.parties, found.types, strict=True)):
        for k, kind in enumerate(kinds):
            if len(kinds) == 1:
                continue
            look: Look = {"color": colour(k), "ls": style(i), "lw": max(5 - 3.2 * i, 1.8), "alpha": 1.0 if i else 0.45}
            ax.step(days, found.beliefs[i][:, k], where="post", label=f"{party} is {kind}", **look)
    for k in np.flatnonzero(~found.on_path).tolist():
        ax.axvspan(days[k], days[k + 1], color=ink(0.15), lw=0, zorder=0)
    known: set[tuple[int, str]] = set()
    for period, act in path.acts:
        label = None if (act.party, act.move) in known else f"{path.parties[act.party]}: {act.move}"
        known.add((act.party, act.move))
        face = ink() if act.party == 0 else paper()
        height = 1.07 + 0.07 * act.party
        ax.plot(
            days[period], height, _MARKS.get(act.move, "o"), mfc=face, mec=ink(), ms=6, ls="", label=label,
            clip_on=False,
        )  # fmt: skip
    if not found.lies_on_path:
        ax.fill_between([], [], color=ink(0.15), label="period that the profile rules out")
    ax.set(ylim=(-0.02, 1.2), xlim=(days[0], days[-1]), ylabel="belief of the other party")
    known_types = [f"{p} is {k[0]}" for p, k in zip(path.parties, found.types, strict=True) if len(k) == 1]
    if known_types:
        note(ax, f"known for sure: {', '.join(known_types)}")
    ax.set_yticks(np.linspace(0, 1, 6))
    legend(ax, "beside")
    return ax
