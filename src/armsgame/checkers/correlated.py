"""Independent check of a correlated equilibrium: nobody gains by disobeying a recommendation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from armsgame._checks import as_fraction
from armsgame._shown import Value
from armsgame._typing import ArrayLike, Real
from armsgame.errors import invalid
from armsgame.games.coercion import one_game
from armsgame.games.stage import StageGame
from armsgame.results.certificates import Evidence

__all__ = ["Disobedience", "ObedienceCertificate", "verify_correlated"]


@dataclass(frozen=True, slots=True)
class Disobedience(Value):
    """One player's best answer to one recommendation, and what it gains before the draw."""

    player: str
    recommended: str
    action: str
    gain: Real

    def __str__(self) -> str:
        return f"{self.player} told {self.recommended!r} plays {self.action!r}: gain {float(self.gain):.6g}"


@dataclass(frozen=True, slots=True)
class ObedienceCertificate(Evidence):
    """Evidence that a distribution over action profiles is a correlated equilibrium.

    Attributes
    ----------
    ok : bool
        Whether no disobedience gains more than `tolerance` (per player, see `verify_correlated`)
        and the probabilities are one, up to `residual`.
    max_gain : float or Fraction
        Largest expected gain, in payoff units, of answering one recommendation with another action.
    relative_gain : float
        The same divided by the range of that player's payoffs (0 for a constant player); the
        largest over players.
    where : Disobedience or None
        Where `max_gain` occurs; None where every player has one action.
    residual : float or Fraction
        |sum of probabilities - 1| plus the size of the most negative probability.
    exact : bool
        Whether the arithmetic was rational.
    tolerance : float
        What `relative_gain` and `residual` may be; 0 where `exact`.
    """

    ok: bool
    max_gain: Real
    relative_gain: float
    where: Disobedience | None
    residual: Real
    exact: bool
    tolerance: float

    @property
    def kind(self) -> str:
        """What is proved: ``"correlated"``, or ``"none"``."""
        return "correlated" if self.ok else "none"

    def __str__(self) -> str:
        verdict = "correlated equilibrium" if self.ok else "not a correlated equilibrium"
        how = "exact" if self.exact else f"tolerance {self.tolerance:.1e} of each player's payoff range"
        return f"{verdict} ({how}); largest gain: {self.where}; probabilities off by {float(self.residual):.1e}"


def verify_correlated(
    stage: StageGame, distribution: ArrayLike, *, exact: bool = False, tolerance: float = 1e-9
) -> ObedienceCertificate:
    """Check a distribution over action profiles against every disobedience.

    Parameters
    ----------
    stage : StageGame
        One game (no batch axes).
    distribution : array_like, shape [A0, .., A(P-1)]
        Probability of recommending each action profile.
    exact : bool
        Compute in rational numbers; floats are read as the simplest fraction that rounds to them.
    tolerance : float
        Gains, in units of each player's payoff range, that count as zero. Not used where `exact`.

    Returns
    -------
    ObedienceCertificate

    Raises
    ------
    InvalidGame
        The distribution has another shape or holds NaN.
    WrongConcept
        The game has batch axes.

    Notes
    -----
    Written as loops over profiles, it shares nothing with the linear program that it checks.

    Examples
    --------
    >>> from armsgame.games.stage import StageGame
    >>> chicken = StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> verify_correlated(chicken, [[0.5, 0.25], [0.25, 0]], exact=True).max_gain
    Fraction(0, 1)

    References
    ----------
    R. J. Aumann (1987), Econometrica 55, equation (2.3).
    """
    stage = one_game("verify_correlated", stage, StageGame)
    weights = np.asarray(distribution, dtype=object if exact else np.float64)
    if weights.shape != stage.shape:
        invalid("distribution.shape", weights.shape, f"{stage.shape}, one probability per action profile")
    if not np.isfinite(weights.astype(np.float64)).all():
        invalid("distribution", distribution, "finite probabilities", "Replace NaN and infinities.")
    # halves: the range of payoffs of both signs near the largest float must not overflow
    half = (stage.payoffs / 2).reshape(len(stage.players), -1)
    scale = [float(r) * 2 if r < 8e307 else float(np.finfo(float).max) for r in np.ptp(half, axis=1)]
    number = as_fraction if exact else float
    zero = Fraction(0) if exact else 0.0
    worst, where, relative = zero, None, 0.0
    profiles = list(product(*(range(n) for n in stage.shape)))
    mass = {a: number(weights[a]) for a in profiles if weights[a] != 0}
    for i, name in enumerate(stage.players):
        own = stage.payoffs[i]
        unit = Fraction(1) if exact else (scale[i] or 1.0)
        for told in range(stage.shape[i]):
            rows = [(a, m) for a, m in mass.items() if a[i] == told]
            for other in range(stage.shape[i]):
                if other == told:
                    continue
                gain = zero
                for a, m in rows:
                    b = (*a[:i], other, *a[i + 1 :])
                    gain += m * (number(own[b]) / unit - number(own[a]) / unit)
                share = float(gain / as_fraction(scale[i])) if exact and scale[i] else float(gain)
                relative = max(relative, share)
                if where is None or gain * unit > worst:
                    worst = gain * unit
                    where = Disobedience(name, stage.actions[i][told], stage.actions[i][other], worst)
    total: Any = sum(mass.values(), zero)
    residual = abs(total - 1) + max(zero, -min(mass.values(), default=zero))
    limit = 0.0 if exact else tolerance
    # a game of single actions has nothing to disobey
    ok = relative <= limit and (worst <= 0 if exact else True) and residual <= limit
    return ObedienceCertificate(
        ok=bool(ok),
        max_gain=worst,
        relative_gain=relative,
        where=where,
        residual=residual,
        exact=exact,
        tolerance=limit,
    )
