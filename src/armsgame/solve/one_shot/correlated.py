"""Correlated equilibria by linear programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import is_whole
from armsgame._cost import require
from armsgame._deadline import ask_time, time_left
from armsgame._shown import Framed, Table, Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.checkers.correlated import ObedienceCertificate, verify_correlated
from armsgame.errors import NotSolved, invalid
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame
from armsgame.results.provable import Provable


@dataclass(frozen=True, slots=True, eq=False)
class CorrelatedEquilibrium(Provable, Framed, Value):
    """A distribution over action profiles that nobody gains by disobeying.

    Attributes
    ----------
    distribution : array [A0, .., A(P-1)]
        Probability with which the mediator recommends each action profile.
    payoffs : array [P]
        Expected payoff of each player, per period.
    objective : str
        What was maximised, in words.
    value : float
        Its value; the optimum is unique, the distribution that reaches it need not be.
    certificate : ObedienceCertificate
        Computed afresh from the payoffs.
    stage : StageGame
        The game, for its labels.
    """

    distribution: FloatArray
    payoffs: FloatArray
    objective: str
    value: float
    certificate: ObedienceCertificate
    stage: StageGame

    def _table(self) -> Table:
        """One row for each action profile: the actions and the probability of the recommendation."""
        return [
            {**dict(zip(self.stage.players, names, strict=True)), "probability": float(weight)}
            for names, weight in zip(self.stage.profiles, self.distribution.ravel(), strict=True)
        ]

    def __str__(self) -> str:
        lines = [f"correlated equilibrium, {self.objective}: {self.value:.6g}"]
        for names, weight in zip(self.stage.profiles, self.distribution.ravel(), strict=True):
            if weight > 0:
                lines.append(f"  {' | '.join(names):<40s} {weight:.6f}")
        lines.append("  payoffs " + ", ".join(f"{v:.6g}" for v in self.payoffs))
        return "\n".join([*lines, f"  {self.certificate}"])


@dataclass(frozen=True, slots=True, eq=False)
class CorrelatedRange(Value):
    """Lowest and highest payoff of each player over all correlated equilibria.

    Attributes
    ----------
    lowest, highest : array [P]
        Payoffs per period; each is reached by some correlated equilibrium.
    certificates : tuple of pairs of ObedienceCertificate
        For each player, of the equilibria that give the lowest and the highest payoff.
    players : tuple of str
    """

    lowest: FloatArray
    highest: FloatArray
    certificates: tuple[tuple[ObedienceCertificate, ObedienceCertificate], ...]
    players: tuple[str, ...]

    def __str__(self) -> str:
        rows = [
            f"  {name}: {low:.6g} to {high:.6g}"
            for name, low, high in zip(self.players, self.lowest, self.highest, strict=True)
        ]
        return "\n".join(["payoffs over all correlated equilibria", *rows])


def correlated(
    stage: StageGame | Modelled,
    objective: str | int | Sequence[float] | ArrayLike = "welfare",
    *,
    budget_seconds: float | None = None,
) -> CorrelatedEquilibrium:
    """Correlated equilibrium that maximises an objective.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players.
    objective : str, int or array [P]
        ``"welfare"`` (sum of the payoffs), ``"max-min"`` (payoff of the player who gets least),
        a player by label or index, or one weight per player (weights may be negative).
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    CorrelatedEquilibrium

    Raises
    ------
    InvalidGame
        An unknown player, or weights that do not fit.
    WrongConcept
        The game has batch axes.
    NotSolved
        The linear program stopped, or its answer fails the independent check.

    Notes
    -----
    One variable per action profile and one row per player and pair of own actions (Aumann 1987),
    solved by HiGHS on payoffs divided by each player's range. Every finite game has a correlated
    equilibrium, so infeasibility can only be rounding.

    Examples
    --------
    >>> from armsgame.games.stage import StageGame
    >>> chicken = StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> correlated(chicken).payoffs
    array([5.25, 5.25])

    References
    ----------
    R. J. Aumann (1974), J. Math. Economics 1, 67-96; (1987), Econometrica 55, 1-18.
    """
    stage = one_game("correlated", stage, StageGame)
    require("correlated", actions=stage.shape)
    kind, weights, words = _objective(stage, objective)
    scaled, centre, scale = _scaled(stage)
    # neither a common shift nor a common positive factor moves the maximiser
    unit = float(scale.max())
    if kind == "max-min":
        rows, offsets = scaled * (scale / unit)[:, None], (centre - centre.min()) / unit
        x = _program(stage, scaled, np.zeros(scaled.shape[1]), floor=(rows, offsets))
    else:
        gain = (weights / (np.abs(weights).max() or 1.0)) * (scale / unit)
        x = _program(stage, scaled, (gain / (np.abs(gain).max() or 1.0)) @ scaled)
    payoffs = _payoffs(stage, x)
    with np.errstate(over="ignore"):
        value = float(payoffs.min()) if kind == "max-min" else float(weights @ payoffs)
    return CorrelatedEquilibrium(x.reshape(stage.shape), payoffs, words, value, _check(stage, x), stage)


def correlated_range(stage: StageGame | Modelled, *, budget_seconds: float | None = None) -> CorrelatedRange:
    """Lowest and highest payoff of every player over the polytope of correlated equilibria.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players; 2 P linear programs are solved.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    CorrelatedRange

    Raises
    ------
    WrongConcept, NotSolved
        As `correlated`.

    Examples
    --------
    >>> from armsgame.games.stage import StageGame
    >>> chicken = StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> correlated_range(chicken).lowest
    array([2., 2.])
    """
    stage = one_game("correlated_range", stage, StageGame)
    require("correlated_range", actions=stage.shape)
    scaled = _scaled(stage)[0]
    ends = np.zeros((2, len(stage.players)))
    checks = []
    for i in range(len(stage.players)):
        pair = []
        for k, sign in enumerate((-1.0, 1.0)):
            x = _program(stage, scaled, sign * scaled[i])
            ends[k, i] = _payoffs(stage, x)[i]
            pair.append(_check(stage, x))
        checks.append((pair[0], pair[1]))
    return CorrelatedRange(ends[0], ends[1], tuple(checks), stage.players)


def _objective(stage: StageGame, objective: Any) -> tuple[str, FloatArray, str]:
    count = len(stage.players)
    if isinstance(objective, str) and objective in ("welfare", "max-min"):
        words = "sum of payoffs" if objective == "welfare" else "payoff of the worst-off"
        return objective, np.ones(count), words
    if isinstance(objective, str) or is_whole(objective):
        if isinstance(objective, str) and objective not in stage.players:
            invalid("objective", objective, f"'welfare', 'max-min', a player {stage.players}, or {count} weights")
        i = stage.player(objective)
        return "weights", np.eye(count)[i], f"payoff of {stage.players[i]}"
    try:
        weights = np.array(objective, dtype=np.float64)
    except (TypeError, ValueError):
        weights = np.full(0, np.nan)
    if weights.shape != (count,) or not np.isfinite(weights).all():
        invalid("objective", objective, f"'welfare', 'max-min', a player {stage.players}, or {count} finite weights")
    return "weights", weights, f"payoffs weighted by {tuple(weights.tolist())}"


def _payoffs(stage: StageGame, x: FloatArray) -> FloatArray:
    return np.asarray(stage.payoffs.reshape(len(stage.players), -1) @ x)


def _scaled(stage: StageGame) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Payoffs [P, profiles] of range one around zero; a quarter of each player's centre and range."""
    # an exact power of two keeps the range of payoffs near the largest float from overflowing
    quarter = stage.payoffs.reshape(len(stage.players), -1) / 4
    low, high = quarter.min(axis=1), quarter.max(axis=1)
    centre, scale = low / 2 + high / 2, np.where(high > low, high - low, np.finfo(float).tiny)
    return np.where((high > low)[:, None], (quarter - centre[:, None]) / scale[:, None], 0.0), centre, scale


def _program(
    stage: StageGame, scaled: FloatArray, gain: FloatArray, floor: tuple[FloatArray, FloatArray] | None = None
) -> FloatArray:
    """Maximise `gain` (or, given payoff rows and offsets, their least) over correlated equilibria."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack, vstack

    size, count = scaled.shape[1], len(stage.players)
    at = np.arange(size).reshape(stage.shape)
    data, rows, columns, line = [], [], [], 0
    for i, actions in enumerate(stage.shape):
        cube = np.moveaxis(scaled[i].reshape(stage.shape), i, 0).reshape(actions, -1)
        place = np.moveaxis(at, i, 0).reshape(actions, -1)
        for told in range(actions):
            for other in range(actions):
                if other != told:
                    data.append(cube[other] - cube[told])
                    columns.append(place[told])
                    rows.append(np.full(place.shape[1], line))
                    line += 1
    if line:
        entries = (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns)))
        obey = csr_array(entries, shape=(line, size))
    else:
        obey = csr_array((0, size))
    extra = 0
    if floor is not None:
        # maximise t with t <= offset_i + payoff_i
        extra = 1
        obey = vstack(
            [hstack([obey, csr_array((line, 1))]), hstack([csr_array(-floor[0]), csr_array(np.ones((count, 1)))])]
        ).tocsr()
    right = np.concatenate([np.zeros(line), floor[1] if floor else np.zeros(0)])
    cost = np.concatenate([-gain, -np.ones(extra)])
    total = csr_array(np.concatenate([np.ones(size), np.zeros(extra)])[None, :])
    answer = linprog(
        cost,
        A_ub=obey if len(right) else None,
        b_ub=right if len(right) else None,
        A_eq=total,
        b_eq=[1.0],
        bounds=[(0, None)] * size + [(None, None)] * extra,
        method="highs-ds",
        options={
            "primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10, "time_limit": time_left(),
        },
    )  # fmt: skip
    ask_time("no end of a linear program")
    if answer.status != 0:
        raise NotSolved(
            f"the linear program of correlated equilibria stopped ({answer.message}); it always has a solution, so "
            "payoffs may differ too much in size: rescale them, or give weights of one sign."
        )
    x: FloatArray = np.clip(answer.x[:size], 0.0, None)
    return np.asarray(x / x.sum())


def _check(stage: StageGame, x: FloatArray) -> ObedienceCertificate:
    certificate = verify_correlated(stage, x.reshape(stage.shape))
    if not certificate.ok:
        raise NotSolved(
            f"the linear program's answer fails the independent check ({certificate.where}, "
            f"{certificate.relative_gain:.1e} of the payoff range); rescale the payoffs."
        )
    return certificate
