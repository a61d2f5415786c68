"""Fictitious play of two players, with exact or with logit replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_number, check_whole
from armsgame._cost import require
from armsgame._deadline import ask_time
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray, RNGLike
from armsgame.errors import invalid
from armsgame.populations.inputs import Payoffs, two_populations

if TYPE_CHECKING:
    import xarray

# periods that are played at once, in less than a second
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class FictitiousPlay(Value):
    """Beliefs over the course of fictitious play.

    Attributes
    ----------
    periods : int array [R], periods after which beliefs are kept
    beliefs : (array [R, m], array [R, n])
        Mixed action that each player is believed to play; row k sums to one.
    actions : labels per player
    regret : float
        Largest gain of a best reply against the last beliefs; zero exactly in a Nash equilibrium.
    precision : float or None
    provenance : Provenance or None, where replies are drawn; ``rng=`` takes it back
    """

    periods: IntArray
    beliefs: tuple[FloatArray, FloatArray]
    actions: tuple[tuple[str, ...], ...]
    regret: float
    precision: float | None
    provenance: Provenance | None = None

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset of beliefs about both players."""
        import xarray as xr

        data = {f"belief_{k}": (("period", f"action_{k}"), self.beliefs[k]) for k in range(2)}
        coords = {"period": self.periods, **{f"action_{k}": list(self.actions[k]) for k in range(2)}}
        return xr.Dataset(data, coords, {"regret": self.regret})

    def __str__(self) -> str:
        kind = "Fictitious play" if self.precision is None else f"Fictitious play, logit replies {self.precision:g}"
        lines = [f"{kind}: {self.periods[-1]:,} periods; regret of the last beliefs {self.regret:.3g}"]
        for k in range(2):
            mix = ", ".join(f"{n} {p:.4f}" for n, p in zip(self.actions[k], self.beliefs[k][-1], strict=True))
            lines.append(f"  player {k}: {mix}")
        return "\n".join(lines)


def fictitious_play(
    payoffs: Payoffs, *, periods: int, prior: object = None, every: int = 1, budget_seconds: float | None = None
) -> FictitiousPlay:
    """Fictitious play: each player replies best to the past frequencies of the other.

    Parameters
    ----------
    payoffs : StageGame of two players, or a pair of arrays [m, n]
    periods : int
        Both players move once in each.
    prior : pair of arrays, optional
        Weights of the past before the first period, of row's and of column's actions. Default: 1 each.
    every : int
        Keep beliefs every so many periods.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    FictitiousPlay
        Ties are decided for the lowest index. Beliefs converge for zero-sum, nondegenerate 2 x n and potential
        games, and need not elsewhere (Shapley 1964): read `regret`.

    References
    ----------
    G. Brown (1951); J. Robinson (1951), Ann. Math. 54, 296-301.

    Examples
    --------
    >>> print(fictitious_play(([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), periods=100_000, every=1000))
    Fictitious play: 100,000 periods; regret of the last beliefs 0.0032
      player 0: type 0 0.5006, type 1 0.4994
      player 1: type 0 0.4984, type 1 0.5016
    """
    return _play(payoffs, periods, prior, every, None, 0)


def stochastic_fictitious_play(
    payoffs: Payoffs,
    *,
    precision: float,
    periods: int,
    prior: object = None,
    every: int = 1,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> FictitiousPlay:
    """Fictitious play in which each player draws a logit reply to the past frequencies.

    Parameters
    ----------
    payoffs, periods, prior, every
        As in `fictitious_play`.
    precision : float
        Of the logit reply, in 1 / payoff.
    rng : int, SeedSequence, Generator, provenance of a result, or None
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    FictitiousPlay
        Where beliefs converge, they converge to a logit equilibrium of this precision
        (`logit_qre`), not to a Nash equilibrium; `regret` is measured by the true payoffs.

    References
    ----------
    D. Fudenberg and D. Kreps (1993), Games Econ. Behav. 5, 320-367.

    Examples
    --------
    >>> pennies = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> run = stochastic_fictitious_play(pennies, precision=1.0, periods=10_000, every=100, rng=1)
    >>> bool(abs(run.beliefs[0][-1] - 0.5).max() < 0.05)
    True
    """
    return _play(payoffs, periods, prior, every, check_number("precision", precision, 0), rng)


def _play(
    payoffs: Payoffs, periods: int, prior: Any, every: int, precision: float | None, rng: RNGLike
) -> FictitiousPlay:
    from armsgame._kernels.population import play_beliefs

    A, B, labels = two_populations(payoffs)
    count, gap = check_whole("periods", periods), check_whole("every", every)
    require("fictitious_play", periods=count)
    if gap > count:
        invalid("every", every, f"at most periods={count}")
    weights = [np.ones(k) for k in A.shape]
    if prior is not None:
        if len(prior) != 2:
            invalid("prior", prior, "a pair of weights, of row's and of column's actions")
        weights = [_weights(prior[k], A.shape[k], k) for k in range(2)]
    rows = count // gap
    out = [np.empty((rows, k)) for k in A.shape]
    seed = Seed.of(rng)
    asked = {"precision": precision, "periods": count, "every": gap}
    origin = None if precision is None else Provenance.of(seed, asked, A, B, weights)
    gains = (A @ weights[1], weights[0] @ B)
    # copies, as tables that cannot be written would be compiled for anew
    first, second = np.array(A, order="C"), np.array(B, order="C")
    for begin in range(0, count, _BLOCK):
        ask_time(f"{begin:,} of {count:,} periods")
        play_beliefs(
            begin, min(begin + _BLOCK, count), first, second, weights[0], weights[1], gains[0], gains[1],
            -1.0 if precision is None else precision, gap, seed.key, out[0], out[1],
        )  # fmt: skip
    x, y = (out[k] / out[k].sum(axis=1, keepdims=True) for k in range(2))
    own, other = A @ y[-1], x[-1] @ B
    regret = float(max(own.max() - x[-1] @ own, other.max() - other @ y[-1], 0.0))
    return FictitiousPlay(np.arange(1, rows + 1) * gap, (x, y), labels, regret, precision, origin)


def _weights(values: object, count: int, player: int) -> FloatArray:
    x = np.array(values, dtype=float)
    if x.shape != (count,) or not np.isfinite(x).all() or (x < 0).any() or x.sum() <= 0:
        invalid(f"prior[{player}]", values, f"{count} weights of at least 0, not all 0")
    return x
