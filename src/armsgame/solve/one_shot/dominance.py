"""Dominance: iterated elimination by pure and mixed actions, with proofs in rationals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from armsgame._checks import as_fraction, check_flag
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import ExactArray, FloatArray
from armsgame.arithmetic.mixtures import over_mixtures
from armsgame.errors import NotSolved
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame

# weights of a mixed dominator are looked for among fractions of at most this denominator
_DENOMINATORS = (1000, 10**6, 10**9, 10**12)


@dataclass(frozen=True, slots=True)
class Elimination(Value):
    """One action removed, and the proof.

    Attributes
    ----------
    player, action : str
    by : tuple of (str, Fraction)
        The dominating action, or mixture, with its weights.
    margin : Fraction
        Least advantage of the dominator over the profiles of the others that were left (for weak
        dominance 0, with a larger advantage somewhere).
    """

    player: str
    action: str
    by: tuple[tuple[str, Fraction], ...]
    margin: Fraction

    def __str__(self) -> str:
        mix = " + ".join(name if weight == 1 else f"{weight} {name}" for name, weight in self.by)
        return f"{self.player} drops {self.action!r}, dominated by {mix} (margin {float(self.margin):.6g})"


@dataclass(frozen=True, slots=True)
class Dominance(Value):
    """Result of iterated elimination.

    Attributes
    ----------
    strict : bool
    rounds : tuple of tuples of Elimination
        What was removed in each round; in a round all players remove all they can at once.
    surviving : tuple of tuples of str
        Actions left to each player.
    reduced : StageGame
        The game restricted to them.
    solvable : bool
        Whether one profile is left.
    order_matters : bool or None
        Weak dominance only: whether removing one action at a time, first player first or last
        player first, leaves other actions. False is no proof: only these orders were tried.
    notes : tuple of str
    """

    strict: bool
    rounds: tuple[tuple[Elimination, ...], ...]
    surviving: tuple[tuple[str, ...], ...]
    reduced: StageGame
    solvable: bool
    order_matters: bool | None
    notes: tuple[str, ...]

    def __str__(self) -> str:
        kind = "strict" if self.strict else "weak"
        lines = [f"iterated elimination of {kind}ly dominated actions: {len(self.rounds)} rounds"]
        for k, removed in enumerate(self.rounds):
            lines += [f"  {k + 1}. {one}" for one in removed]
        left = "; ".join(f"{p}: {', '.join(a)}" for p, a in zip(self.reduced.players, self.surviving, strict=True))
        return "\n".join([*lines, f"  left: {left}", *(f"  {note}" for note in self.notes)])


def dominance(stage: StageGame | Modelled, *, strict: bool = True, budget_seconds: float | None = None) -> Dominance:
    """Eliminate dominated actions round after round, by pure and by mixed dominators.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players.
    strict : bool
        Whether a dominator must be better against every profile of the others, or only never
        worse and somewhere better.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Dominance
        Every elimination is proved in rationals (floats read as the simplest fraction that rounds
        to them).

    Raises
    ------
    WrongConcept
        The game has batch axes.
    NotSolved
        A linear program stopped.

    Notes
    -----
    The result of strict elimination does not depend on the order. That of weak elimination may:
    here all players remove at once all that is weakly dominated, and other orders are tried to
    see whether they end elsewhere. Mixed dominators come from a linear program whose weights are
    then replaced by fractions; an action whose dominator cannot be proved so is kept and noted.

    References
    ----------
    D. G. Pearce (1984), Econometrica 52, appendix B; I. Gilboa, E. Kalai and E. Zemel (1990),
    Operations Research Letters 9, 85-89.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> dominance(pd).surviving
    (('deploy',), ('deploy',))
    """
    stage = one_game("dominance", stage, StageGame, "For pure dominators of a batch ask stage.dominated().")
    require("dominance", actions=stage.shape)
    check_flag("strict", strict)
    exact = np.vectorize(as_fraction, otypes=[object])(stage.payoffs)
    left, rounds, doubts = _eliminate(stage, exact, strict, "together")
    notes = list(dict.fromkeys(doubts))
    matters: bool | None = None
    if not strict:
        others = [_eliminate(stage, exact, strict, way)[0] for way in ("first", "last")]
        different = next((o for o in others if o != left), None)
        matters = different is not None
        notes.append("Weak elimination depends on the order; here every player removes all it can in each round.")
        if different is not None:
            names = "; ".join(", ".join(stage.actions[i][a] for a in own) for i, own in enumerate(different))
            notes.append(f"Another order does end elsewhere: one action at a time leaves {names}.")
    return Dominance(
        strict=strict,
        rounds=rounds,
        surviving=tuple(tuple(stage.actions[i][a] for a in own) for i, own in enumerate(left)),
        reduced=StageGame(
            stage.payoffs[np.ix_(range(len(left)), *left)],
            players=stage.players,
            actions=[[stage.actions[i][a] for a in own] for i, own in enumerate(left)],
        ),
        solvable=all(len(own) == 1 for own in left),
        order_matters=matters,
        notes=tuple(notes),
    )


def _eliminate(
    stage: StageGame, exact: ExactArray, strict: bool, order: str
) -> tuple[list[list[int]], tuple[tuple[Elimination, ...], ...], list[str]]:
    left = [list(range(n)) for n in stage.shape]
    rounds: list[tuple[Elimination, ...]] = []
    doubts: list[str] = []
    players = list(range(len(left)))
    if order == "last":
        players.reverse()
    while True:
        found: list[tuple[int, int, Elimination]] = []
        for i in players:
            table = np.moveaxis(exact[i][np.ix_(*left)], i, 0).reshape(len(left[i]), -1)
            for k, action in enumerate(left[i]):
                if order != "together" and found:
                    break
                ask_time(f"{len(rounds)} rounds")
                proof, doubt = _dominator(table, k, strict)
                name = stage.actions[i][action]
                if proof is not None:
                    weights, margin = proof
                    by = tuple((stage.actions[i][left[i][b]], w) for b, w in weights)
                    found.append((i, action, Elimination(stage.players[i], name, by, margin)))
                elif doubt:
                    doubts.append(
                        f"{stage.players[i]}'s {name!r} is within rounding of dominated, without a proof: it was kept."
                    )
        if not found:
            return left, tuple(rounds), doubts
        for i, action, _ in found:
            left[i].remove(action)
        rounds.append(tuple(one for _, _, one in found))


def _dominator(
    table: ExactArray, k: int, strict: bool
) -> tuple[tuple[tuple[tuple[int, Fraction], ...], Fraction] | None, bool]:
    """Weights and margin of a dominator of row k of `table` [own, others], and whether a doubt remains."""
    rest = [b for b in range(len(table)) if b != k]
    for b in rest:
        margin = _margin(table, k, ((b, Fraction(1)),), strict)
        if margin is not None:
            return (((b, Fraction(1)),), margin), False
    # a mixture of fewer than two actions is pure; against one profile the best action dominates
    if len(rest) < 2 or table.shape[1] < 2:
        return None, False
    doubt = False
    # a strictly better mixture has room for rounding: it is tried first in both cases
    for aim in (True,) if strict else (True, False):
        weights, gain = _program(table, k, rest, aim)
        if gain <= 0:
            continue
        for limit in _DENOMINATORS:
            parts = [(b, Fraction(float(w)).limit_denominator(limit)) for b, w in zip(rest, weights, strict=True)]
            total = sum((w for _, w in parts), Fraction(0))
            mix = tuple((b, w / total) for b, w in parts if w > 0)
            margin = _margin(table, k, mix, strict)
            if margin is not None:
                return (mix, margin), False
        doubt = doubt or gain > 1e-9
    return None, doubt


def _margin(table: ExactArray, k: int, mix: tuple[tuple[int, Fraction], ...], strict: bool) -> Fraction | None:
    """Least advantage of the mixture over row k if it dominates, in rationals."""
    gaps = [sum((w * table[b, s] for b, w in mix), Fraction(0)) - table[k, s] for s in range(table.shape[1])]
    low = min(gaps)
    holds = low > 0 if strict else low >= 0 and max(gaps) > 0
    return low if holds else None


def _program(table: ExactArray, k: int, rest: list[int], strict: bool) -> tuple[FloatArray, float]:
    """Maximise the least (strict) or the mean advantage of a mixture of `rest` over row k."""
    gaps = table[rest] - table[k]
    # columns in units of their largest gap: neither 1e300 nor 1e-300 leaves the floats
    top = max((abs(g) for g in gaps.ravel()), default=Fraction(0)) or Fraction(1)
    rows = (gaps / top).astype(np.float64).T
    count = len(rest)
    if strict:
        cost, limit = np.append(np.zeros(count), -1.0), np.hstack([-rows, np.ones((len(rows), 1))])
    else:
        cost, limit = -rows.mean(axis=0), -rows
    answer = over_mixtures(cost, limit, np.zeros(len(rows)), int(strict), "highs-ds")
    if answer.status == 2:
        return np.zeros(count), -1.0
    if answer.status != 0:
        raise NotSolved(f"the linear program for a mixed dominator stopped ({answer.message}); rescale the payoffs.")
    gain = float(-answer.fun)
    # a mean advantage of rounding size is none
    return np.clip(answer.x[:count], 0.0, None), gain if gain > 1e-12 else 0.0
