"""The best strongly symmetric pure public equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np

from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import Scale
from armsgame.checkers.in_time import verify
from armsgame.errors import NotSolved, WrongConcept
from armsgame.games.coercion import Modelled
from armsgame.games.stochastic import RepeatedGame
from armsgame.results.certificates import Certificate
from armsgame.solve.payoff_sets.strategies import check_public, two_states
from armsgame.strategies.automaton import Automaton


@dataclass(frozen=True, slots=True)
class SymmetricPublic(Value):
    """All payoffs of strongly symmetric pure public equilibria: an interval with public randomisation.

    Attributes
    ----------
    value, worst : float
        Largest and smallest payoff; NaN where no such equilibrium exists.
    action, worst_action : str or None, played by both at the two ends
    punishment : mapping from signal to the probability of going to the worst payoff, at the best
    relapse : mapping from signal to the same probability, at the worst
    certificate : Certificate or None
        Of `profile` on `game`, re-computed by the independent checker.
    game, profile : the game with the public lottery in its signal, and the automata on it
    """

    value: float
    worst: float
    action: str | None
    worst_action: str | None
    punishment: Mapping[str, float]
    relapse: Mapping[str, float]
    certificate: Certificate | None
    game: RepeatedGame | None
    profile: tuple[Automaton, ...] | None

    @property
    def exists(self) -> bool:
        """Whether any strongly symmetric pure public equilibrium exists."""
        return self.profile is not None

    def __str__(self) -> str:
        if not self.exists:
            return "no strongly symmetric pure public equilibrium exists at this discount factor"
        law = "; ".join(f"{s}: {p:.4g}" for s, p in self.punishment.items() if p > 0) or "never"
        return (
            f"best strongly symmetric value {self.value:.6g} by {self.action!r}; worst {self.worst:.6g} by "
            f"{self.worst_action!r}; probability of punishment {law}"
        )


def best_symmetric(
    game: RepeatedGame | Modelled, *, discount: float, budget_seconds: float | None = None
) -> SymmetricPublic:
    """Find the best strongly symmetric pure public equilibrium of a symmetric two-player game.

    Parameters
    ----------
    game : RepeatedGame
        Two players with the same actions and mirrored payoffs; any public signal without lag.
    discount : float
        Per period, 0 <= discount < 1.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    SymmetricPublic

    Raises
    ------
    WrongConcept
        Not a symmetric two-player repeated game without a detection lag.
    NotSolved
        A linear program failed, or its answer did not pass the checker.

    Notes
    -----
    Both players do the same after every public history, so the payoffs form an interval
    [worst, value] and every continuation is a lottery between its ends (bang-bang; Abreu, Pearce
    and Stacchetti 1990). For each pair of actions played at the two ends, self-generation is one
    linear program in both ends and all continuations; the widest interval over pairs is the
    whole set. Public randomisation is a uniform sunspot drawn with the signal, cut into the
    cells that the lotteries need.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
    >>> found = best_symmetric(ag.RepeatedGame(pd, ag.Monitoring.alarm(0.9, 0.05)), discount=0.97)
    >>> round(found.value, 6), round(found.punishment["alarm"], 6)
    (2.882353, 0.03866)
    """
    game = check_public("best_symmetric", game, discount)
    stage = game.stage
    if len(stage.players) != 2 or stage.actions[0] != stage.actions[1]:
        raise WrongConcept("best_symmetric takes two players with the same actions; use payoff_set for other games.")
    first, second = stage.payoffs
    if not np.allclose(first, second.T, rtol=0, atol=Scale.of(stage.payoffs).zero):
        raise WrongConcept("payoffs are not mirrored, so the game is not symmetric; use payoff_set.")
    names, signals, count = stage.actions[0], game.signals, len(stage.actions[0])
    require("best_symmetric", choices=count, signals=len(signals))
    # first without a margin; a margin on incentives only where rounding made the checker refuse
    for margin in (0.0, 1e-10):
        best: tuple[float, int, int, FloatArray] | None = None
        for top in range(count):
            for bottom in range(count):
                ask_time(f"{top * count + bottom} of {count**2} pairs of actions")
                found = _interval(game, float(discount), top, bottom, margin)
                if found is not None and (best is None or found[0] - found[1] > best[0]):
                    best = (float(found[0] - found[1]), top, bottom, found)
        if best is None:
            if margin == 0.0:
                return SymmetricPublic(nan, nan, None, None, {}, {}, None, None, None)
            continue
        width, top, bottom, solution = best
        high, low, size = float(solution[0]), float(solution[1]) + 0.0, len(signals)
        scale = float(np.ptp(first)) or 1.0
        if width > 1e-9 * scale:
            chance = np.clip(solution[2:], 0, 1).reshape(2, size)
            chance[chance < 1e-11] = 0.0
            chance[chance > 1 - 1e-11] = 1.0
        else:
            bottom, low, chance = top, high, np.zeros((2, size))
        played, table = two_states(game, chance[0], chance[1])
        rule = Automaton(
            np.eye(count)[[top, bottom]], table, states=("reward", "punish"), actions=names, signals=played
        )
        certificate = verify(played, (rule, rule), discount=discount)
        if certificate.ok:
            return SymmetricPublic(
                float(certificate.values[0]),
                low,
                names[top],
                names[bottom],
                dict(zip(signals, chance[0].tolist(), strict=True)),
                dict(zip(signals, chance[1].tolist(), strict=True)),
                certificate,
                played,
                (rule, rule),
            )
    raise NotSolved(
        "the interval found by linear programs did not pass the checker; scale the payoffs to about 1, or use "
        "payoff_set for a bracket."
    )


def _interval(game: RepeatedGame, delta: float, top: int, bottom: int, margin: float) -> FloatArray | None:
    """Widest self-generating interval: (high, low, chance of the low end per signal at the top, at the bottom)."""
    from scipy.optimize import linprog

    stage = game.stage
    count = stage.shape[0]
    kernel = game.monitoring.kernel(stage).reshape(count, count, -1)
    size = kernel.shape[-1]
    scale = float(np.ptp(stage.payoffs)) or 1.0
    low = float(stage.payoffs[0].min())
    own = (stage.payoffs[0] - low) / scale
    wide = 2 + 2 * size
    equal, right, rows, limits = [], [], [], []
    # unknowns: both ends, and what each signal takes from the top or adds to the bottom,
    # x = delta (top - w) / (1 - delta), in units of one period: accurate as delta tends to 1
    for k, a in enumerate((top, bottom)):
        part, sign = slice(2 + k * size, 2 + (k + 1) * size), (1.0, -1.0)[k]
        line = np.zeros(wide)
        line[k] = 1.0
        line[part] = sign * kernel[a, a]
        equal.append(line)
        right.append(own[a, a])
        for other in range(count):
            if other == a:
                continue
            # the same gain for both players; the law of the signal may differ
            for law in (kernel[other, a], kernel[a, other]):
                line = np.zeros(wide)
                line[part] = -sign * (law - kernel[a, a])
                rows.append(line)
                limits.append(own[a, a] - own[other, a] - margin)
        for y in range(size):
            line = np.zeros(wide)
            line[2 + k * size + y] = 1 - delta
            line[:2] = -delta, delta
            rows.append(line)
            limits.append(0.0)
    cost = np.zeros(wide)
    cost[:2] = -1.0, 1.0
    found = linprog(
        cost,
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=np.array(equal),
        b_eq=right,
        bounds=[(None, None)] * 2 + [(0, None)] * (2 * size),
        method="highs",
    )
    if found.status == 2:
        return None
    if found.status != 0:
        names = stage.actions[0]
        raise NotSolved(
            f"the linear program for {names[top]!r} and {names[bottom]!r} failed ({found.message}); scale the payoffs."
        )
    ends = found.x[:2] * scale
    width = max(ends[0] - ends[1], 1e-300)
    moved = (1 - delta) / max(delta, 1e-300) * found.x[2:] * scale / width
    return np.concatenate([low + ends, moved[:size], 1 - moved[size:]])
