"""Equilibria of one-shot games: best replies, the logit branch, and the map of arms races."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from armsgame._checks import check_number
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.coercion import game_of
from armsgame.games.stage import StageGame
from armsgame.plot.theme import COLOURS, Look, axes, colour, entities, ink, legend, note, paper, style
from armsgame.results.logit_branch import LogitBranch
from armsgame.results.one_shot import Solution

__all__ = ["best_replies", "equilibrium_map", "logit_branch"]


def best_replies(stage: StageGame, *, ax: Axes | None = None) -> Axes:
    """Best-reply correspondences of a 2x2 game, with every equilibrium where they meet.

    Parameters
    ----------
    stage : StageGame
        One game of two players with two actions each.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Axes are the probabilities of each player's first action. A player who is indifferent
        everywhere fills the square; a continuum of equilibria is a thick grey line or area.

    Raises
    ------
    WrongConcept
        Another size of game, or batch axes.
    """
    from armsgame.solve.one_shot.nash import nash

    stage = game_of("plot.best_replies", stage, StageGame)
    if stage.batch or stage.shape != (2, 2):
        raise WrongConcept(
            "best_replies draws one game of two players with two actions each; for larger games print nash(stage), "
            "for a batch index it: stage[0]."
        )
    solution = nash(stage)
    ax = axes(ax)
    A, B = stage.payoffs
    looks = entities(stage.players)
    for i, gaps in enumerate(((A[0] - A[1])[::-1], (B[:, 0] - B[:, 1])[::-1])):
        label = f"{stage.players[i]} replies"
        path = _reply_path(gaps)
        if path is None:
            ax.fill_between([0, 1], 0, 1, color=colour(looks[i]), alpha=0.15, lw=0, label=f"{label} (indifferent)")
            continue
        own, other = path if i == 0 else path[::-1]
        ax.plot(own, other, color=colour(looks[i]), ls=style(i), lw=3, label=label, clip_on=False, zorder=2 + i)
    _continua(ax, solution)
    for kind, marker, face in (("pure equilibrium", "o", ink()), ("mixed equilibrium", "D", paper())):
        found = [one for one in solution if one.pure == (kind[0] == "p")]
        if found:
            points = np.array([[float(own[0]) for own in one.profile] for one in found])
            look: Look = {"ms": 10, "mec": ink(), "mew": 1.5, "mfc": face, "clip_on": False, "zorder": 5}
            ax.plot(*points.T, ls="", marker=marker, label=kind, **look)
    # replies run along the edges: the frame must not hide them
    ax.set(xlim=(-0.04, 1.04), ylim=(-0.04, 1.04), aspect="equal")
    ax.set_xlabel(f"P({stage.players[0]} plays {stage.actions[0][0]!r})")
    ax.set_ylabel(f"P({stage.players[1]} plays {stage.actions[1][0]!r})")
    legend(ax, "above")
    return ax


def _reply_path(gaps: FloatArray) -> tuple[list[float], list[float]] | None:
    """Own probability against the other's along the correspondence; None where any reply is best.

    `gaps` is what the first action earns more than the second where the other plays its first
    action with probability 0 and 1.
    """
    low, high = (float(g) for g in gaps / (np.abs(gaps).max() or 1.0))
    if low == high == 0:
        return None
    start, end = float(low > 0 or (low == 0 and high < 0)), float(high > 0 or (high == 0 and low < 0))
    if low * high > 0:
        return [start, end], [0.0, 1.0]
    # payoffs are linear in the other's probability
    root = low / (low - high)
    return [start, start, end, end], [0.0, root, root, 1.0]


def _continua(ax: Axes, solution: Solution) -> None:
    label: str | None = "continuum of equilibria"
    for rows, columns in solution.components:
        if len(rows) < 2 and len(columns) < 2:
            continue
        x = [float(solution[k].profile[0][0]) for k in rows]
        y = [float(solution[k].profile[1][0]) for k in columns]
        if len(set(x)) > 1 and len(set(y)) > 1:
            ax.fill_between([min(x), max(x)], min(y), max(y), color=ink(), alpha=0.25, lw=0, label=label)
        else:
            ax.plot(
                [min(x), max(x)], [min(y), max(y)], color=ink(), alpha=0.35, lw=11, solid_capstyle="round",
                clip_on=False, zorder=1, label=label,
            )  # fmt: skip
        label = None


def logit_branch(branch: LogitBranch, *, ax: Axes | None = None) -> Axes:
    """Probabilities along a logit branch, with the equilibrium in which it ends.

    Parameters
    ----------
    branch : LogitBranch
        From ``armsgame.one_shot.logit_branch``.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Logarithmic in the precision, whose first point (0: uniform choice) is left out. Of a
        player with two actions only the first is drawn. Diamonds are the certified equilibrium;
        triangles turning points; thin vertical lines bifurcations.

    Raises
    ------
    WrongConcept
        Something else than a LogitBranch.
    InvalidGame
        A branch of fewer than three points.
    """
    if not isinstance(branch, LogitBranch):
        raise WrongConcept(
            f"logit_branch draws a LogitBranch, not a {type(branch).__name__}. Trace it: logit_branch(stage)."
        )
    if len(branch) < 3:
        raise InvalidGame(
            "the branch has fewer than three points: no player's payoffs vary, and every profile is an equilibrium."
        )
    ax = axes(ax)
    stage, t = branch.stage, branch.precisions[1:]
    drawn = 0
    for i, (player, actions) in enumerate(zip(stage.players, stage.actions, strict=True)):
        for a in range(1 if len(actions) == 2 else len(actions)):
            line = branch.profiles[i][1:, a]
            look: Look = {"color": colour(drawn), "zorder": 3}
            ax.plot(
                t,
                line,
                ls=style(i + len(stage.players) * (drawn // len(COLOURS))),
                lw=2.5,
                label=f"{player}: {actions[a]}",
                **look,
            )
            if branch.equilibrium is not None:
                end = float(branch.equilibrium.profile[i][a])
                # where ends coincide, the later player's is the smaller
                size = 7 + 3 * (len(stage.players) - 1 - i)
                ax.plot(t[-1], end, ls="", marker="D", ms=size, mec=ink(), clip_on=False, **look)
            at = [k - 1 for k in branch.turns if k > 0]
            ax.plot(t[at], line[at], ls="", marker="v", ms=7, mec=ink(), **look)
            drawn += 1
    if branch.equilibrium is not None:
        ax.plot([], [], ls="", marker="D", ms=8, mec=ink(), mfc="none", label="Nash equilibrium")
    if branch.turns:
        ax.plot([], [], ls="", marker="v", ms=7, mec=ink(), mfc="none", label="turning point")
    for n, k in enumerate(branch.crossings):
        where = branch.precisions[max(k, 1)]
        ax.axvline(where, color=ink(0.5), lw=1, zorder=1, label="bifurcation" if n == 0 else None)
    ax.set(xscale="log", ylim=(0, 1), xlim=(t.min(), t.max()), xlabel="precision (1/utility)", ylabel="probability")
    note(ax, "left out: precision 0, where choice is uniform")
    legend(ax, "beside")
    return ax


# kinds of game by their pure equilibria (both comply, both deploy, unlike), and their colours
_KINDS = {
    (True, False, False): ("harmony", "both comply", COLOURS[2]),
    (False, True, False): ("prisoner's dilemma", "both deploy", COLOURS[1]),
    (True, True, False): ("stag hunt", "both or neither", COLOURS[5]),
    (False, False, True): ("chicken", "one deploys", COLOURS[4]),
}


def equilibrium_map(
    temptation: ArrayLike | None = None,
    sucker: ArrayLike | None = None,
    *,
    reward: float = 1.0,
    punishment: float = 0.0,
    ax: Axes | None = None,
) -> Axes:
    """Map number and kind of the equilibria of every symmetric arms race over temptation and sucker's payoff.

    Parameters
    ----------
    temptation, sucker : array_like, one axis each, optional
        Payoff of deploying alone and of complying alone. Default: 241 points over the reward plus
        or minus 1 and over the punishment plus or minus 1.
    reward, punishment : float
        Payoff of mutual compliance and, below it, of mutual deployment.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        All games are solved in one call of `nash_batch` and classified by the equilibria found:
        games on a boundary, degenerate, are white. In stag hunts a dashed line separates those in
        which mutual compliance risk-dominates.

    Raises
    ------
    InvalidGame
        Axes that are not increasing and finite, or a reward that is not above punishment.

    References
    ----------
    R. Jervis (1978), World Politics 30, 167-214.
    """
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Patch

    from armsgame.solve.one_shot.nash_batch import nash_batch
    from armsgame.treaty.closed_forms.compliance import compliance

    R, P = (check_number(n, v) for n, v in (("reward", reward), ("punishment", punishment)))
    if not R > P:
        invalid("reward", R, f"above punishment, {P:g}", "Otherwise nothing is lost in an arms race.")
    x = _axis("temptation", np.linspace(R - 1, R + 1, 241) if temptation is None else temptation)
    y = _axis("sucker", np.linspace(P - 1, P + 1, 241) if sucker is None else sucker)
    stage = compliance(x[None, :], R, P, y[:, None])
    found = nash_batch(stage)
    pure = [np.zeros(found.count.shape, bool) for _ in range(3)]
    for k in range(found.profiles[0].shape[-2]):
        row, column = (p[..., k, 0] for p in found.profiles)
        for kind, hit in enumerate(((row == 1) & (column == 1), (row == 0) & (column == 0), row + column == 1)):
            pure[kind] |= hit & np.isin(row, (0.0, 1.0)) & np.isin(column, (0.0, 1.0))
    ax = axes(ax)
    image = np.ones((len(y), len(x), 3)) * to_rgb(paper())
    small: list[Artist] = []
    # products of losses from deviating in a stag hunt: (R - T)^2 against (P - S)^2
    safer = (R - x[None, :]) - (P - y[:, None])
    for key, (name, who, shade) in _KINDS.items():
        here = np.logical_and.reduce([m == want for m, want in zip(pure, key, strict=True)]) & ~found.degenerate
        if not here.any():
            continue
        # a lighter shade keeps black text readable
        image[here] = 0.45 + 0.55 * np.array(to_rgb(shade))
        many = sorted({int(n) for n in np.unique(found.count[here])})
        count = " or ".join(str(n) for n in many) + (" equilibrium" if many == [1] else " equilibria")
        text = f"{name}\n{count}\n{who}"
        if key == (True, True, False):
            # beside the dashed line, on its larger side
            here = max((here & (safer > 0), here & (safer <= 0)), key=np.sum)
        if not _write(ax, x, y, here, text):
            small.append(Patch(fc=image[here][0], label=text.replace("\n", ", ")))
    step = [np.diff(v).mean() / 2 if len(v) > 1 else 0.5 for v in (x, y)]
    extent = (x[0] - step[0], x[-1] + step[0], y[0] - step[1], y[-1] + step[1])
    ax.imshow(image, origin="lower", extent=extent, aspect="auto", interpolation="nearest")
    hunts = pure[0] & pure[1]
    if len(x) > 1 and len(y) > 1 and hunts.any():
        safer = np.where(hunts, safer, np.nan)
        if np.nanmin(safer) < 0 < np.nanmax(safer):
            ax.contour(x, y, safer, levels=[0], colors="black", linestyles="--", linewidths=1.5)
            told = "above it, mutual compliance risk-dominates"
            small += ax.plot([], [], color=ink(), ls="--", lw=1.5, label=told)
    legend(ax, "above", small)
    ax.set_xlabel(f"temptation (deploying alone; reward {R:g})")
    ax.set_ylabel(f"sucker's payoff (complying alone; punishment {P:g})")
    return ax


def _write(ax: Axes, x: FloatArray, y: FloatArray, here: BoolArray, text: str) -> bool:
    """Label a region at its centre of mass; false where there is no room."""
    if here.mean() < 0.04:
        return False
    rows, columns = np.nonzero(here)
    ax.text(
        x[columns].mean(), y[rows].mean(), text, ha="center", va="center", fontsize=10, linespacing=1.3, color="black"
    )
    return True


def _axis(field: str, values: ArrayLike) -> FloatArray:
    try:
        axis = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        invalid(field, values, "increasing finite numbers")
    if axis.ndim != 1 or not len(axis) or not np.isfinite(axis).all() or (np.diff(axis) <= 0).any():
        invalid(field, f"of shape {axis.shape}", "one axis of increasing finite numbers")
    return axis
