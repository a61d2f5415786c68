"""Dominance: iterated elimination by pure and mixed actions, with proofs in rationals; risk dominance."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.monitoring import as_fraction
from armsgame.games.stage import StageGame

__all__ = ["Dominance", "Elimination", "RiskDominance", "dominance", "risk_dominance"]

# weights of a mixed dominator are looked for among fractions of at most this denominator
_DENOMINATORS = (1000, 10**6, 10**9, 10**12)


@dataclass(frozen=True, slots=True)
class Elimination:
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
class Dominance:
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


def dominance(stage: StageGame, *, strict: bool = True) -> Dominance:
    """Eliminate dominated actions round after round, by pure and by mixed dominators.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players.
    strict : bool
        Whether a dominator must be better against every profile of the others, or only never
        worse and somewhere better.

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
    if not isinstance(stage, StageGame):
        raise WrongConcept(
            f"dominance reduces a StageGame, not a {type(stage).__name__}. "
            "Wrap matrices: StageGame.from_bimatrix(A, B)."
        )
    if stage.batch:
        raise WrongConcept(
            f"dominance reduces one game; this StageGame has batch axes {stage.batch}. For pure dominators of a batch "
            "ask stage.dominated()."
        )
    exact = _rational(stage)
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


def _rational(stage: StageGame) -> Any:
    return np.vectorize(as_fraction, otypes=[object])(stage.payoffs)


def _eliminate(
    stage: StageGame, exact: Any, strict: bool, order: str
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
    table: Any, k: int, strict: bool
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


def _margin(table: Any, k: int, mix: tuple[tuple[int, Fraction], ...], strict: bool) -> Fraction | None:
    """Least advantage of the mixture over row k if it dominates, in rationals."""
    gaps = [sum((w * table[b, s] for b, w in mix), Fraction(0)) - table[k, s] for s in range(table.shape[1])]
    low = min(gaps)
    holds = low > 0 if strict else low >= 0 and max(gaps) > 0
    return low if holds else None


def _program(table: Any, k: int, rest: list[int], strict: bool) -> tuple[FloatArray, float]:
    """Maximise the least (strict) or the mean advantage of a mixture of `rest` over row k."""
    from scipy.optimize import linprog

    gaps = table[rest] - table[k]
    # columns in units of their largest gap: neither 1e300 nor 1e-300 leaves the floats
    top = max((abs(g) for g in gaps.ravel()), default=Fraction(0)) or Fraction(1)
    rows = (gaps / top).astype(np.float64).T
    count = len(rest)
    if strict:
        cost = np.concatenate([np.zeros(count), [-1.0]])
        limit = np.hstack([-rows, np.ones((len(rows), 1))])
        bounds = [(0, None)] * count + [(None, None)]
        total = np.concatenate([np.ones(count), [0.0]])
    else:
        cost, limit, bounds, total = -rows.mean(axis=0), -rows, [(0, None)] * count, np.ones(count)
    answer = linprog(
        cost, A_ub=limit, b_ub=np.zeros(len(rows)), A_eq=total[None, :], b_eq=[1.0], bounds=bounds, method="highs-ds"
    )
    if answer.status == 2:
        return np.zeros(count), -1.0
    if answer.status != 0:
        raise NotSolved(f"the linear program for a mixed dominator stopped ({answer.message}); rescale the payoffs.")
    gain = float(-answer.fun)
    # a mean advantage of rounding size is none
    return np.clip(answer.x[:count], 0.0, None), gain if gain > 1e-12 else 0.0


@dataclass(frozen=True, slots=True)
class RiskDominance:
    """Which of two strict equilibria of a 2x2 game is the less risky.

    Attributes
    ----------
    dominant : tuple of str or None
        The risk-dominant equilibrium; None where the products tie.
    equilibria : pair of profiles
        Both strict pure equilibria.
    products : pair of Fraction
        Product over the players of what a unilateral deviation from that equilibrium loses.
    losses : pair of pairs of Fraction
        These losses, per equilibrium and player.
    resistance : tuple of Fraction
        Per player, the probability of the other's part in the first equilibrium above which its
        own part is the better reply.
    payoff_dominant : tuple of str or None
        The equilibrium that both players prefer, where there is one.
    """

    dominant: tuple[str, str] | None
    equilibria: tuple[tuple[str, str], tuple[str, str]]
    products: tuple[Fraction, Fraction]
    losses: tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
    resistance: tuple[Fraction, Fraction]
    payoff_dominant: tuple[str, str] | None

    def __str__(self) -> str:
        parts = [
            f"{' | '.join(e)}: product of losses {float(p):.6g}"
            for e, p in zip(self.equilibria, self.products, strict=True)
        ]
        verdict = f"{' | '.join(self.dominant)} risk-dominates" if self.dominant else "a tie: neither risk-dominates"
        return "\n".join([verdict, *(f"  {part}" for part in parts)])


def risk_dominance(stage: StageGame) -> RiskDominance:
    """Compare the two strict equilibria of a 2x2 game by the product of deviation losses.

    Parameters
    ----------
    stage : StageGame
        Two players, two actions each, two strict pure equilibria (stag hunt, chicken, battle of
        the sexes), on either diagonal.

    Returns
    -------
    RiskDominance
        In rationals, so that ties are ties.

    Raises
    ------
    InvalidGame
        Not two strict pure equilibria; the message says which there are.
    WrongConcept
        Another number of players or actions, or batch axes.

    References
    ----------
    J. C. Harsanyi and R. Selten (1988), A General Theory of Equilibrium Selection in Games, ch. 3.

    Examples
    --------
    >>> import armsgame as ag
    >>> hunt = ag.StageGame.from_bimatrix([[4, 0], [3, 2]], [[4, 3], [0, 2]])
    >>> risk_dominance(hunt).dominant
    ('deploy', 'deploy')
    """
    if not isinstance(stage, StageGame) or stage.batch or stage.shape != (2, 2):
        raise WrongConcept(
            "risk dominance compares two equilibria of one 2x2 StageGame; for other games ask logit_branch(stage), "
            "which selects one equilibrium, or index the batch: stage[0]."
        )
    A, B = _rational(stage)
    cells = [(0, 0), (0, 1), (1, 0), (1, 1)]
    losses = {(a, b): (A[a, b] - A[1 - a, b], B[a, b] - B[a, 1 - b]) for a, b in cells}
    strict = [cell for cell in cells if min(losses[cell]) > 0]
    named = {(a, b): (stage.actions[0][a], stage.actions[1][b]) for a, b in cells}
    if len(strict) != 2:
        found = ", ".join(" | ".join(named[c]) for c in strict) or "none"
        invalid("stage", f"with strict pure equilibria: {found}", "two of them", "For all equilibria ask nash(stage).")
    one, two = strict
    products = (losses[one][0] * losses[one][1], losses[two][0] * losses[two][1])
    gaps = [(A[one] - A[two]), (B[one] - B[two])]
    better = one if min(gaps) > 0 else two if max(gaps) < 0 else None
    winner = None if products[0] == products[1] else one if products[0] > products[1] else two
    return RiskDominance(
        dominant=None if winner is None else named[winner],
        equilibria=(named[one], named[two]),
        products=products,
        losses=(losses[one], losses[two]),
        resistance=(
            losses[two][0] / (losses[one][0] + losses[two][0]),
            losses[two][1] / (losses[one][1] + losses[two][1]),
        ),
        payoff_dominant=None if better is None else named[better],
    )
