"""Material accountancy over time: the test of the total, and timeliness against power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import finite, number, probability
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import invalid


@dataclass(frozen=True, slots=True, eq=False)
class MaterialAccountancy(Value):
    """Detection of a diversion spread over several balance periods.

    Attributes
    ----------
    detection : power of the test of the total (CUMUF), whatever the pattern of the diversion
    worst_pattern : array [T], diversion that is hardest to detect by any test of the same size
    best_detection : power of the best test against the given pattern, known in advance
    detected_by : array [T], P(detected by the end of period t) if each period is tested at once
    per_period_alarm : false-alarm probability of each of those tests
    """

    detection: float
    worst_pattern: FloatArray
    best_detection: float
    detected_by: FloatArray
    per_period_alarm: float

    def __str__(self) -> str:
        timely = ", ".join(f"{x:.4f}" for x in self.detected_by)
        return (
            f"Test of the total: power {self.detection:.4f}, at the end\n"
            f"Best test of a pattern known in advance: {self.best_detection:.4f}\n"
            f"A test in every period: detected by its end with probability {timely}"
        )


def material_accountancy(covariance: ArrayLike, diversion: ArrayLike, false_alarm: float = 0.05) -> MaterialAccountancy:
    """Test a sequence of material balances (MUF) with a given total false-alarm probability.

    Parameters
    ----------
    covariance : array_like ``[T, T]``
        Of the material unaccounted for in each period; neighbours share an inventory, so
        they are correlated. Positive definite.
    diversion : array_like ``[T]``, at least 0
        Amount diverted in each period, in the same unit.
    false_alarm : float, above 0 and below 1
        For the whole sequence.

    Returns
    -------
    MaterialAccountancy

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    Without regard to timeliness the inspectee who must divert a total M spreads it as
    M C 1/(1'C1); the best test against that is the sum of the balances, whose power
    Phi(M/sqrt(1'C1) - z) does not depend on the pattern: a saddle point (Avenhaus and Canty 1996).
    Testing every period at once uses the independent residuals of the sequence (its Cholesky factor), each at
    1 - (1 - alpha)**(1/T): earlier, and weaker against the worst pattern.

    Examples
    --------
    >>> found = material_accountancy([[1, -0.3], [-0.3, 1]], diversion=[3, 0], false_alarm=0.05)
    >>> round(found.detection, 4), round(float(found.detected_by[0]), 4)
    (0.8134, 0.8521)
    """
    from scipy.special import ndtr, ndtri

    c, mu = np.asarray(finite("covariance", covariance)), np.asarray(number("diversion", diversion, 0))
    alpha = float(probability("false_alarm", false_alarm))
    if not 0 < alpha < 1:
        invalid("false_alarm", false_alarm, "0 < false_alarm < 1")
    if mu.ndim != 1 or len(mu) == 0 or c.shape != (len(mu), len(mu)):
        invalid("covariance.shape", c.shape, f"[T, T] for a diversion of shape [T]; it is {mu.shape}")
    try:
        root = np.linalg.cholesky(c)
    except np.linalg.LinAlgError:
        root = None
    if root is None or not np.allclose(c, c.T, rtol=1e-9, atol=0):
        invalid("covariance", covariance, "a symmetric, positive definite matrix")
    spread = c.sum(axis=1)
    residual = np.linalg.solve(root, mu)
    each = -np.expm1(np.log1p(-alpha) / len(mu))
    powers = ndtr(residual + ndtri(each))
    return MaterialAccountancy(
        detection=float(ndtr(mu.sum() / np.sqrt(spread.sum()) + ndtri(alpha))),
        worst_pattern=mu.sum() * spread / spread.sum(),
        best_detection=float(ndtr(np.sqrt(residual @ residual) + ndtri(alpha))),
        detected_by=1 - np.cumprod(1 - powers),
        per_period_alarm=float(each),
    )
