"""Risk dominance in 2x2 games, in rationals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from armsgame._checks import as_fraction
from armsgame._shown import Value
from armsgame.errors import WrongConcept, invalid
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.stage import StageGame


@dataclass(frozen=True, slots=True)
class RiskDominance(Value):
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


def risk_dominance(stage: StageGame | Modelled) -> RiskDominance:
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
    stage = game_of("risk_dominance", stage, StageGame)
    if stage.batch or stage.shape != (2, 2):
        raise WrongConcept(
            "risk dominance compares two equilibria of one 2x2 StageGame; for other games ask logit_branch(stage), "
            "which selects one equilibrium, or index the batch: stage[0]."
        )
    A, B = np.vectorize(as_fraction, otypes=[object])(stage.payoffs)
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
