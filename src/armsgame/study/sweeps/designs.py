"""Which parameter points a study looks at: grids, space-filling designs, draws from priors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Protocol

import numpy as np

from armsgame._checks import check_power_of_two, check_whole, reals
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray, RNGLike
from armsgame._values import digest_of
from armsgame.errors import invalid

__all__ = ["Design", "from_priors", "grid", "latin_hypercube", "sobol"]


class Prior(Protocol):
    """A distribution that gives its quantiles, such as a frozen one of scipy.stats."""

    def ppf(self, unit: FloatArray, /) -> ArrayLike:
        """Quantiles of shares of its mass."""


@dataclass(frozen=True, slots=True, eq=False)
class Design(Value):
    """Points of a study.

    Attributes
    ----------
    points : mapping from parameter name to array [N]
    axes : mapping from name to values where the points are a full grid (row-major), else empty
    kind : str, ``"grid"``, ``"latin hypercube"``, ``"sobol"`` or ``"priors"``
    provenance : Provenance or None, of drawn points; ``rng=`` takes it back
    """

    points: Mapping[str, FloatArray]
    axes: Mapping[str, FloatArray]
    kind: str
    provenance: Provenance | None = None

    def __post_init__(self) -> None:
        sizes = {len(v) for v in self.points.values()}
        if len(sizes) != 1 or 0 in sizes:
            invalid("design", {n: len(v) for n, v in self.points.items()}, "at least one point, all of one length")
        for name, values in self.points.items():
            bad = np.flatnonzero(~np.isfinite(values))
            if len(bad):
                invalid(f"design[{name!r}][{bad[0]}]", float(values[bad[0]]), "finite numbers")

    @property
    def size(self) -> int:
        """Number of points N."""
        return len(next(iter(self.points.values())))

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names."""
        return tuple(self.points)

    def block(self, start: int, stop: int) -> dict[str, FloatArray]:
        """Points start .. stop - 1."""
        return {n: v[start:stop] for n, v in self.points.items()}

    def digest(self) -> str:
        """Fingerprint of names and values."""
        return digest_of({n: np.asarray(v, dtype=np.float64) for n, v in self.points.items()})


def grid(axes: Mapping[str, ArrayLike]) -> Design:
    """Every combination of the values of each parameter.

    Parameters
    ----------
    axes : mapping from parameter name to values
        ``name.PARTY`` means the parameter of one party.

    Examples
    --------
    >>> grid({"detection": (0.1, 0.9), "discount": (0.5, 0.9, 0.99)}).size
    6
    """
    if not isinstance(axes, Mapping) or not axes:
        invalid("grid", axes, "a mapping of at least one parameter with its values")
    lines = {}
    for name, values in axes.items():
        try:
            line = np.atleast_1d(np.asarray(values, dtype=np.float64))
        except (TypeError, ValueError):
            invalid(f"grid[{name!r}]", values, "numbers")
        if line.ndim != 1 or line.size == 0:
            invalid(f"grid[{name!r}]", values, "a line of at least one number")
        lines[name] = line
    size, step = prod(map(len, lines.values())), "Use fewer values, or a space-filling design."
    if size > 200_000_000:
        invalid("grid", f"{size:,} points", "at most 200,000,000 points", step)
    full = np.meshgrid(*lines.values(), indexing="ij")
    return Design({n: v.ravel() for n, v in zip(lines, full, strict=True)}, lines, "grid")


def latin_hypercube(ranges: Mapping[str, tuple[float, float]], count: int, *, rng: RNGLike = None) -> Design:
    """Latin hypercube of `count` points in ranges (McKay, Beckman and Conover 1979; scipy.stats.qmc).

    Examples
    --------
    >>> latin_hypercube({"detection": (0.0, 1.0)}, 10, rng=1).size
    10
    """
    low, high = _ranges(ranges)
    unit, seed = _cube(len(low), count, rng)
    return _scaled(ranges, low, high, unit, "latin hypercube", seed)


def sobol(ranges: Mapping[str, tuple[float, float]], count: int, *, rng: RNGLike = None) -> Design:
    """Scrambled Sobol points in ranges; `count` is a power of two (Sobol' 1967; scipy.stats.qmc).

    Examples
    --------
    >>> sobol({"detection": (0.0, 1.0), "discount": (0.5, 0.99)}, 64, rng=1).size
    64
    """
    from scipy.stats import qmc

    low, high = _ranges(ranges)
    count = check_power_of_two("count", count)
    require("design", evaluations=count, parameters=len(low))
    seed = Seed.of(rng)
    unit = qmc.Sobol(len(low), rng=seed.generator()).random(count)
    return _scaled(ranges, low, high, unit, "sobol", seed)


def from_priors(priors: Mapping[str, Prior], count: int, *, rng: RNGLike = None) -> Design:
    """Latin hypercube through the quantile functions of priors.

    Parameters
    ----------
    priors : mapping from parameter name to a frozen distribution of scipy.stats
        For instance ``{"detection": scipy.stats.beta(2, 5)}``.
    count : int

    Raises
    ------
    InvalidGame
        Something that has no ``ppf``.
    """
    if not isinstance(priors, Mapping) or not priors:
        invalid("priors", priors, "a mapping of at least one parameter with a distribution")
    for name, prior in priors.items():
        if not hasattr(prior, "ppf"):
            invalid(f"priors[{name!r}]", prior, "a frozen distribution of scipy.stats, such as scipy.stats.beta(2, 5)")
    unit, seed = _cube(len(priors), count, rng)
    points = {n: np.asarray(p.ppf(unit[:, k]), dtype=float) for k, (n, p) in enumerate(priors.items())}
    return Design(points, {}, "priors", Provenance.of(seed, {"points": len(unit)}, points))


def as_design(given: object) -> Design:
    """Return a design, or the grid of a mapping."""
    if isinstance(given, Design):
        return given
    if not isinstance(given, Mapping):
        invalid("design", type(given).__name__, "a mapping from parameter to values (a grid), or a Design")
    return grid(given)


def _cube(dimension: int, count: int, rng: RNGLike) -> tuple[FloatArray, Seed]:
    from scipy.stats import qmc

    seed, count = Seed.of(rng), check_whole("count", count)
    require("design", evaluations=count, parameters=dimension)
    return qmc.LatinHypercube(dimension, rng=seed.generator()).random(count), seed


def _ranges(ranges: Mapping[str, tuple[float, float]]) -> tuple[FloatArray, FloatArray]:
    if not isinstance(ranges, Mapping) or not ranges:
        invalid("ranges", ranges, "a mapping of at least one parameter with (low, high)")
    for name, pair in ranges.items():
        ends = reals(f"ranges[{name!r}]", pair, "(low, high) with low < high")
        if ends.shape != (2,) or not np.isfinite(ends).all() or not ends[0] < ends[1]:
            invalid(f"ranges[{name!r}]", pair, "(low, high) with low < high")
    low, high = np.array(list(ranges.values()), dtype=float).T
    return low, high


def _scaled(names: Iterable[str], low: FloatArray, high: FloatArray, unit: FloatArray, kind: str, seed: Seed) -> Design:
    # the quasi-random points of a rectangle; nothing leaves it by rounding
    points = np.clip(low + unit * (high - low), low, high)
    origin = Provenance.of(seed, {"points": len(unit)}, points)
    return Design({n: points[:, k].copy() for k, n in enumerate(names)}, {}, kind, origin)
