"""Phase portraits of arms races, and graph models with their stable states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from armsgame._checks import check_number
from armsgame.errors import invalid
from armsgame.plot.theme import Look, axes, colour, dash, entities, ink, legend, note, paper
from armsgame.treaty.closed_forms.armsrace import Richardson
from armsgame.treaty.closed_forms.armsrace_paths import RacePath
from armsgame.treaty.conflict_graph import GraphModel

__all__ = ["conflict_graph", "race_portrait"]


def race_portrait(
    race: Richardson,
    paths: Mapping[str, RacePath] | None = None,
    *,
    top: float | None = None,
    parties: tuple[str, str] = ("party 0", "party 1"),
    ax: Axes | None = None,
) -> Axes:
    """Draw directions of change, the lines where one stock rests, the rest point, and paths.

    Parameters
    ----------
    race : Richardson
        One race, not a batch.
    paths : mapping from label to RacePath, optional
    top : float, optional
        Largest stock shown. Default: a third above whatever is drawn.
    parties : pair of str
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if np.ndim(race.stable):
        invalid("race", np.shape(race.stable), "one race", "Draw one parameter point at a time.")
    ax = axes(ax)
    named = dict(paths or {})
    if top is None:
        seen = [max(run.first.max(), run.second.max()) for run in named.values()]
        rest = [v for v in race.equilibrium if np.isfinite(v) and race.stable]
        top = 1.33 * max([*seen, *rest, 0.1])
    top = check_number("top", top, 0, open_low=True)
    grid = np.linspace(0, top, 25)
    x, y = np.meshgrid(grid, grid)
    ax.streamplot(x, y, *race.rates(x, y), color=ink(0.25), density=1.1, linewidth=0.7, arrowsize=0.8)
    looks = entities(parties)
    (k, l), (a, b), (g, h) = race.reaction, race.fatigue, race.grievance  # noqa: E741
    ax.plot((k * grid + g) / a, grid, color=colour(looks[0]), lw=1.5, ls="--", label=f"{parties[0]} at rest")
    ax.plot(grid, (l * grid + h) / b, color=colour(looks[1]), lw=1.5, ls="--", label=f"{parties[1]} at rest")
    for n, (label, run) in enumerate(named.items()):
        shade, line = colour(2 + n % 4), dash(6 * (n // 4))
        ax.plot(run.first, run.second, color=shade, ls=line, lw=2.5, label=label)
        ax.plot(run.first[0], run.second[0], marker="o", ms=6, color=shade)
    if np.isfinite(race.equilibrium).all() and min(race.equilibrium) >= 0:
        text = "rest point" if race.stable else "rest point (unstable)"
        ax.plot(*race.equilibrium, marker="*", ms=13, color=ink(), ls="", label=text)
    ax.set(xlim=(0, top), ylim=(0, top), aspect="equal", anchor="W")
    ax.set(xlabel=f"stock of {parties[0]}", ylabel=f"stock of {parties[1]}")
    beyond = [label for label, run in named.items() if max(run.first.max(), run.second.max()) > top]
    if not np.isfinite(race.equilibrium).all() or min(race.equilibrium) < 0:
        note(ax, "no rest point at stocks of 0 or more")
    elif max(race.equilibrium) > top:
        beyond.append("the rest point")
    if beyond:
        note(ax, f"beyond the axes: {', '.join(beyond)}")
    legend(ax, "beside")
    return ax


def conflict_graph(
    model: GraphModel,
    *,
    concept: str = "seq",
    start: str | None = None,
    positions: Mapping[str, Sequence[float]] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a graph model: states, improving moves, and the states stable for every decision maker.

    Parameters
    ----------
    model : GraphModel
        Small enough to read: up to some 20 states.
    concept : {"nash", "gmr", "smr", "seq"}
        Stable states are filled.
    start : str, optional
        Today's state, drawn with a thick outline.
    positions : mapping from state to (x, y), optional
        Default: on a circle.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    if concept not in ("nash", "gmr", "smr", "seq"):
        invalid("concept", concept, "'nash', 'gmr', 'smr' or 'seq'")
    ax = axes(ax)
    stable = getattr(model.stability(), concept)
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(model.states)) / len(model.states)
    at = {s: (np.cos(w), np.sin(w)) for s, w in zip(model.states, angles, strict=True)}
    at |= {s: (float(p[0]), float(p[1])) for s, p in (positions or {}).items()}
    looks = entities(model.parties)
    for i, (party, reach, better) in enumerate(zip(model.parties, model.reach, model.better, strict=True)):
        shade = colour(looks[i])
        arrow: Look = {"arrowstyle": "-|>", "color": shade, "lw": 1.6, "shrinkA": 22, "shrinkB": 22}
        arrow["connectionstyle"] = f"arc3,rad={0.08 + 0.06 * i}"
        for s, t in np.argwhere(reach & better):
            ax.annotate("", xy=at[model.states[t]], xytext=at[model.states[s]], arrowprops=arrow)
        ax.plot([], [], color=shade, lw=1.6, label=f"improvement of {party}")
    for state in model.states:
        front, face = ("white", "#005a4e") if state in stable else (ink(), paper())
        box = {
            "boxstyle": "round,pad=0.5",
            "facecolor": face,
            "edgecolor": ink(),
            "linewidth": 1 + 2 * (state == start),
        }
        text = "nothing done" if state == "-" else state.replace(" + ", "\n+ ")
        ax.annotate(text, at[state], ha="center", va="center", fontsize=9, color=front, bbox=box)
    ax.plot([], [], marker="s", ls="", ms=9, color="#005a4e", label=f"stable for all ({concept.upper()})")
    xs, ys = zip(*at.values(), strict=True)
    ax.set(xlim=(min(xs) - 0.5, max(xs) + 0.5), ylim=(min(ys) - 0.4, max(ys) + 0.4))
    ax.set_axis_off()
    legend(ax, "beside")
    return ax
