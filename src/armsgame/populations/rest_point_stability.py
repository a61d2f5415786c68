"""Rest points of the replicator dynamics of one population, and their stability."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.errors import NotSolved, invalid
from armsgame.populations.inputs import Payoffs, one_population

MOST = 12
_ZERO = 1e-10


@dataclass(frozen=True, slots=True)
class RestPoint(Value):
    """Rest point of the replicator dynamics.

    Attributes
    ----------
    shares : array [n]
    labels : tuple of str
    nash : bool, whether it is a symmetric equilibrium: no absent type earns more
    stability : str
        ``"sink"``: all eigenvalues within the simplex have a negative real part, so it is
        asymptotically stable; ``"source"``: all positive; ``"saddle"``: both kinds;
        ``"neutral"``: some are zero, none positive: linearisation does not decide.
    eigenvalues : complex array [n - 1], along the simplex
    residual : float, largest speed there
    """

    shares: FloatArray
    labels: tuple[str, ...]
    nash: bool
    stability: str
    eigenvalues: npt.NDArray[np.complex128]
    residual: float

    def __str__(self) -> str:
        mix = ", ".join(f"{n} {x:.4f}" for n, x in zip(self.labels, self.shares, strict=True) if x > 0)
        return f"{self.stability:8s} {'Nash' if self.nash else 'not Nash'}: {mix}"


def rest_points(payoffs: Payoffs) -> tuple[RestPoint, ...]:
    """Isolated rest points of the replicator dynamics, one per support at most.

    Parameters
    ----------
    payoffs : symmetric StageGame, Tournament or array [n, n], n at most 12

    Returns
    -------
    tuple of RestPoint
        Supports on which the rest points form a continuum are left out, apart from their ends
        of smaller support.

    Raises
    ------
    InvalidGame
        More than 12 types.

    References
    ----------
    J. Hofbauer and K. Sigmund (1998), Evolutionary Games and Population Dynamics, ch. 7.

    Examples
    --------
    >>> for point in rest_points([[-1, 4], [0, 2]]):
    ...     print(point)
    source   not Nash: type 0 1.0000
    source   not Nash: type 1 1.0000
    sink     Nash: type 0 0.6667, type 1 0.3333
    """
    A, names = one_population(payoffs)
    if len(A) > MOST:
        invalid("payoffs.shape", A.shape, f"at most {MOST} types")
    scale = float(np.ptp(A)) or 1.0
    found = []
    for size in range(1, len(A) + 1):
        for support in combinations(range(len(A)), size):
            x = _inside(A, support)
            if x is not None:
                found.append(_describe(A, x, scale, names))
    return tuple(found)


def symmetric_nash(A: FloatArray) -> FloatArray:
    """Return a symmetric equilibrium of smallest support of the game with payoffs [n, n]."""
    slack = 1e-12 * (float(np.ptp(A)) or 1.0)
    for size in range(1, len(A) + 1):
        for support in combinations(range(len(A)), size):
            x = _inside(A, support)
            if x is not None and (A @ x).max() <= x @ A @ x + slack:
                return x
    # every symmetric game has one (Nash 1951); only a degenerate game can hide it from the supports
    raise NotSolved(f"no isolated symmetric equilibrium among tied replies with payoffs {A.tolist()}; perturb them.")


def jacobian(A: FloatArray, x: FloatArray) -> FloatArray:
    """Compute the derivative [n, n] of the replicator field at x."""
    worth = A @ x
    return np.asarray(np.diag(worth - x @ worth) + x[:, None] * (A - (worth + A.T @ x)[None, :]))


def _inside(A: FloatArray, support: tuple[int, ...]) -> FloatArray | None:
    """Shares with this support whose types earn the same, where they are unique."""
    k = len(support)
    system = np.zeros((k + 1, k + 1))
    block = A[np.ix_(support, support)]
    unit = float(np.ptp(block)) or 1.0
    # shifting payoffs changes no rest point and keeps the system well scaled
    system[:k, :k] = (block - block.mean()) / unit
    system[:k, k] = -1.0
    system[k, :k] = 1.0
    right = np.zeros(k + 1)
    right[k] = 1.0
    values = np.linalg.svd(system, compute_uv=False)
    if values[-1] < 1e-12 * values[0]:
        return None
    part = np.linalg.solve(system, right)[:k]
    if part.min() <= 1e-12:
        return None
    x = np.zeros(len(A))
    x[list(support)] = part / part.sum()
    return x


def _describe(A: FloatArray, x: FloatArray, scale: float, names: tuple[str, ...]) -> RestPoint:
    n = len(x)
    worth = A @ x
    mean = x @ worth
    # directions that keep the sum
    basis = np.linalg.svd(np.ones((1, n)))[2][1:].T
    roots = np.linalg.eigvals(basis.T @ jacobian(A, x) @ basis) if n > 1 else np.zeros(0, complex)
    real = roots.real / scale
    up, down = bool((real > _ZERO).any()), bool((real < -_ZERO).any())
    flat = bool((np.abs(real) <= _ZERO).any())
    rest = "neutral" if flat else "sink"
    kind = rest if not up else "saddle" if down or flat else "source"
    return RestPoint(
        x, names, bool(worth.max() <= mean + 1e-10 * scale), kind, roots, float(np.abs(x * (worth - mean)).max())
    )
