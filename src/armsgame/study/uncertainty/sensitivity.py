"""Sensitivity: which assumptions move an answer (Sobol indices, elementary effects, tornado)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_level, check_power_of_two, check_whole, need_pandas, settle_whole
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray, RNGLike
from armsgame._values import digest_of, spelled
from armsgame.errors import WrongConcept, invalid
from armsgame.study.sweeps.measures import MeasureLike, Studied
from armsgame.study.sweeps.ranges import Asked, ranges_of, to_problem, told
from armsgame.study.sweeps.sweep import ExecutorLike
from armsgame.study.uncertainty import sensitivity_estimators as estimators

if TYPE_CHECKING:
    import pandas

__all__ = ["Effects", "Morris", "OneAtATime", "Saltelli", "SobolIndices", "Tornado", "sensitivity"]


@dataclass(frozen=True, slots=True)
class Saltelli(Value):
    """Sobol indices from (d + 2) x `base` evaluations (Saltelli et al. 2010; Jansen 1999).

    Parameters
    ----------
    base : int, a power of two
    level : float, of the bootstrap intervals
    resamples : int
    """

    base: int = 1024
    level: float = 0.95
    resamples: int = 500

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", check_power_of_two("base", self.base, 8))
        object.__setattr__(self, "resamples", check_whole("resamples", self.resamples, 20, 1_000_000))
        check_level(self.level)


@dataclass(frozen=True, slots=True)
class Morris(Value):
    """Elementary effects from (d + 1) x `trajectories` evaluations (Morris 1991).

    Parameters
    ----------
    trajectories : int
    levels : int, even; the step is levels / (2 (levels - 1)) of each range
    level : float, of the bootstrap interval of ``mu*``
    resamples : int
    """

    trajectories: int = 40
    levels: int = 4
    level: float = 0.95
    resamples: int = 500

    def __post_init__(self) -> None:
        settle_whole(self, "trajectories", 2)
        settle_whole(self, "levels", 2)
        if self.levels % 2:
            invalid("levels", self.levels, "an even number")
        settle_whole(self, "resamples", 20)
        check_level(self.level)


@dataclass(frozen=True, slots=True)
class OneAtATime(Value):
    """Each parameter at both ends of its range, the others at the model's own values (2 d + 1 evaluations)."""


class _OverRanges:
    """What the kinds of sensitivity share."""

    __slots__ = ()
    ranges: Mapping[str, tuple[float, float]]

    @property
    def problem(self) -> dict[str, object]:
        """The SALib problem of this study."""
        return to_problem(self.ranges)


@dataclass(frozen=True, slots=True)
class SobolIndices(_OverRanges, Framed, Drawn, Value):
    """Shares of the variance of an output over a box.

    Attributes
    ----------
    names : tuple of str
    first, total : arrays [d]; NaN where the output does not vary
    first_interval, total_interval : arrays [d, 2], percentile bootstrap over base points
    variance : float
    output, units : str
    ranges : mapping from name to (low, high)
    level : float
    provenance : mapping
    """

    names: tuple[str, ...]
    first: FloatArray
    total: FloatArray
    first_interval: FloatArray
    total_interval: FloatArray
    variance: float
    output: str
    units: str
    ranges: Mapping[str, tuple[float, float]]
    level: float
    provenance: Provenance

    def to_frame(self) -> pandas.DataFrame:
        """One row per parameter."""
        pd = need_pandas()

        columns = {"first": self.first, "first low": self.first_interval[:, 0], "first high": self.first_interval[:, 1]}
        columns |= {"total": self.total, "total low": self.total_interval[:, 0]}
        return pd.DataFrame(columns | {"total high": self.total_interval[:, 1]}, index=pd.Index(self.names))

    def __str__(self) -> str:
        lines = [
            f"Sobol indices of {self.output} (variance {self.variance:.4g}, {100 * self.level:g} % intervals)",
            f"  {'':22s} {'first order':<26s} total",
        ]
        if not np.isfinite(self.total).all():
            lines.append("  the output does not vary over the box: the indices are undefined")
        for k, name in enumerate(self.names):
            if np.isnan(self.total[k]):
                lines.append(f"  {_range(name, self.ranges):<22s} {'undefined':<26s} undefined")
                continue
            (a, b), (c, d) = self.first_interval[k], self.total_interval[k]
            one = f"{self.first[k]:.3f} [{a:.3f}, {b:.3f}]"
            lines.append(f"  {_range(name, self.ranges):<22s} {one:<26s} {self.total[k]:.3f} [{c:.3f}, {d:.3f}]")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Effects(_OverRanges, Framed, Drawn, Value):
    """Elementary effects: change of the output when a parameter crosses its range, sampled over the box.

    Attributes
    ----------
    names : tuple of str
    mu, mu_star, sigma : arrays [d]: mean, mean of absolute values, standard deviation
    mu_star_interval : array [d, 2]
    output, units, ranges, level, provenance : as in `SobolIndices`
    """

    names: tuple[str, ...]
    mu: FloatArray
    mu_star: FloatArray
    sigma: FloatArray
    mu_star_interval: FloatArray
    output: str
    units: str
    ranges: Mapping[str, tuple[float, float]]
    level: float
    provenance: Provenance

    def to_frame(self) -> pandas.DataFrame:
        """One row per parameter."""
        pd = need_pandas()

        low, high = self.mu_star_interval.T
        columns = {"mu": self.mu, "mu*": self.mu_star, "mu* low": low, "mu* high": high, "sigma": self.sigma}
        return pd.DataFrame(columns, index=pd.Index(self.names))

    def __str__(self) -> str:
        lines = [f"Elementary effects on {self.output} over each range ({100 * self.level:g} % intervals)"]
        for k, name in enumerate(self.names):
            a, b = self.mu_star_interval[k]
            lines.append(
                f"  {_range(name, self.ranges):<22s} mu* {self.mu_star[k]:.4g} [{a:.4g}, {b:.4g}]  "
                f"mu {self.mu[k]:.4g}  sigma {self.sigma[k]:.4g}"
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Tornado(_OverRanges, Framed, Drawn, Value):
    """The output with one parameter at an end of its range, widest swing first.

    Attributes
    ----------
    names : tuple of str
    low, high : arrays [d], the output at the low and at the high end; NaN where it does not exist
    base : float, the output at the model's own values
    output, units, ranges, provenance : as in `SobolIndices`
    """

    names: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    base: float
    output: str
    units: str
    ranges: Mapping[str, tuple[float, float]]
    provenance: Provenance

    def to_frame(self) -> pandas.DataFrame:
        """One row per parameter."""
        pd = need_pandas()

        ends = np.array([self.ranges[n] for n in self.names])
        columns = {"from": ends[:, 0], "to": ends[:, 1], "at low end": self.low, "at high end": self.high}
        return pd.DataFrame(columns, index=pd.Index(self.names))

    def __str__(self) -> str:
        lines = [f"{self.output} one parameter at a time; {_answer(self.base)} at the model's own values"]
        for k, name in enumerate(self.names):
            lines.append(f"  {_range(name, self.ranges):<28s} {_answer(self.low[k])} .. {_answer(self.high[k])}")
        return "\n".join(lines)


def sensitivity(
    model: Studied | Callable[..., Any],
    over: Mapping[str, object] | Iterable[str],
    *,
    measure: MeasureLike | None = None,
    output: str | None = None,
    method: Saltelli | Morris | OneAtATime | None = None,
    discount: float | None = None,
    executor: ExecutorLike = None,
    rng: RNGLike = None,
    progress: bool = True,
    budget_seconds: float | None = None,
) -> SobolIndices | Effects | Tornado:
    """Measure how far each assumption moves an answer.

    Parameters
    ----------
    model : Scenario, Treaty, or callable(mapping from name to array [N]) -> array [N]
    over : sequence of names, mapping from name to (low, high), or a SALib problem
        A name alone takes the ``sweep`` range of ``ag.treaty.parameters``: a range for such studies, not
        an estimate. Parameters are independent and uniform.
    measure : Measure or callable(treaty, discount); left out for a callable model
    output : str, optional; default: the first output of the measure
    method : Saltelli (default), Morris or OneAtATime
    discount, executor : as in `sweep`
    rng : seed of the points, of the bootstrap and of measures that draw
    progress : bool, show a bar that counts points where a measure is asked
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    SobolIndices, Effects or Tornado

    Raises
    ------
    InvalidGame
        Unknown parameters or outputs, ranges that are none.
    NotSolved
        The output is NaN or infinite somewhere in the box (Saltelli, Morris).

    Notes
    -----
    With d parameters, `Saltelli` asks the measure ``base * (d + 2)`` times, `Morris` ``trajectories * (d + 1)`` times
    and `OneAtATime` ``2 * d + 1`` times. ``ag.cost("sensitivity", evaluations=.., parameters=d)`` reckons what the
    points need beside the measure; one call of the measure, timed, times their number is what the measure needs.

    Examples
    --------
    Ishigami's function has first-order indices 0.3139, 0.4424 and 0 (Ishigami and Homma 1990).

    >>> import numpy as np
    >>> import armsgame as ag
    >>> def ishigami(x):
    ...     return np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])
    >>> box = dict.fromkeys("abc", (-np.pi, np.pi))
    >>> ag.sensitivity(ishigami, box, rng=1).first.round(1) + 0
    array([0.3, 0.4, 0. ])
    """
    ranges = ranges_of(over)
    how = Saltelli() if method is None else method
    if not isinstance(how, (Saltelli, Morris, OneAtATime)):
        raise WrongConcept(
            f"method is {how!r}; allowed: ag.studies.Saltelli(..), ag.studies.Morris(..) or ag.studies.OneAtATime()."
        )
    seed = Seed.of(rng)
    asked = Asked(
        model,
        measure,
        output=output,
        discount=discount,
        executor=executor,
        rng=seed.child(2).sequence,
        progress=progress,
    )
    extra = {"method": spelled(how), "ranges": told(ranges)}
    if isinstance(how, (Saltelli, Morris)):
        points = (len(ranges) + 2) * (how.base if isinstance(how, Saltelli) else how.trajectories)
        require("sensitivity", evaluations=points, parameters=len(ranges))
    if isinstance(how, OneAtATime):
        return _tornado(asked, ranges, extra, seed)
    if isinstance(how, Morris):
        return _morris(asked, ranges, how, extra, seed)
    return _sobol(asked, ranges, how, extra, seed)


def _origin(asked: Asked, notes: Mapping[str, object], extra: Mapping[str, object], seed: Seed) -> Provenance:
    return Provenance.of(seed, {**notes, **extra, "output": asked.output})


def _sobol(
    asked: Asked, ranges: Mapping[str, tuple[float, float]], how: Saltelli, extra: Mapping[str, object], seed: Seed
) -> SobolIndices:
    unit = estimators.saltelli_points(len(ranges), how.base, seed.child(0).generator())
    values, notes = asked.values(_stretched(unit.reshape(-1, len(ranges)), ranges), "saltelli")
    table = values.reshape(len(ranges) + 2, how.base)
    first, total, variance = estimators.sobol_estimates(table)
    spread = [estimators.sobol_estimates(table, w)[:2] for w in _weights(how, how.base, seed.child(1).generator())]
    firsts, totals = (np.concatenate([s[k] for s in spread]) for k in (0, 1))
    return SobolIndices(
        tuple(ranges), first[0], total[0], _interval(firsts, how.level), _interval(totals, how.level),
        float(variance[0]), asked.output, asked.units, ranges, how.level, _origin(asked, notes, extra, seed),
    )  # fmt: skip


def _morris(
    asked: Asked, ranges: Mapping[str, tuple[float, float]], how: Morris, extra: Mapping[str, object], seed: Seed
) -> Effects:
    unit, order = estimators.morris_points(len(ranges), how.trajectories, how.levels, seed.child(0).generator())
    values, notes = asked.values(_stretched(unit.reshape(-1, len(ranges)), ranges), "morris")
    effects = estimators.elementary_effects(values.reshape(unit.shape[:2]), unit, order)
    size = np.abs(effects)
    weights = _weights(how, how.trajectories, seed.child(1).generator())
    spread = np.concatenate([w @ size / how.trajectories for w in weights])
    return Effects(
        tuple(ranges), effects.mean(axis=0), size.mean(axis=0), effects.std(axis=0, ddof=1),
        _interval(spread, how.level), asked.output, asked.units, ranges, how.level,
        _origin(asked, notes, extra, seed),
    )  # fmt: skip


def _tornado(
    asked: Asked, ranges: Mapping[str, tuple[float, float]], extra: Mapping[str, object], seed: Seed
) -> Tornado:
    low, high = np.full(len(ranges), np.nan), np.full(len(ranges), np.nan)
    notes: dict[str, object] = {}
    if asked.own is None:
        # one parameter at a time, so that parties that differ keep their own values in the others
        from armsgame.study.sweeps.measures import Model

        base = Model.of(asked.model, asked.discount)
        base.check(tuple(ranges))
        centre: dict[str, FloatArray] = {}
        if base.discount is None:
            centre["discount"] = np.array([sum(ranges["discount"]) / 2])
        middle = asked.at_home(float(centre["discount"][0]) if base.discount is None else base.discount)
        every = []
        for k, (name, pair) in enumerate(ranges.items()):
            rest = {n: np.repeat(v, 2) for n, v in centre.items() if n != name}
            found, notes, _ = asked.table({**rest, name: np.array(pair)}, "one at a time")
            low[k], high[k] = found[asked.output]
            every.append(notes)
        notes = _together(every)
    else:
        count = 2 * len(ranges) + 1
        points = {n: np.full(count, (a + b) / 2) for n, (a, b) in ranges.items()}
        for k, (name, pair) in enumerate(ranges.items()):
            points[name][2 * k + 1 : 2 * k + 3] = pair
        middle, notes, _ = asked.table(points, "one at a time")
        low, high = middle[asked.output][1::2], middle[asked.output][2::2]
    swing = np.abs(high - low)
    order = np.argsort(-np.where(np.isnan(swing), np.inf, swing), kind="stable")
    names = tuple(ranges)
    return Tornado(
        tuple(names[k] for k in order), low[order], high[order], float(middle.get(asked.output, (np.nan,))[0]),
        asked.output, asked.units, ranges, _origin(asked, notes, extra, seed),
    )  # fmt: skip


def _together(parts: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Provenance of several tables that make one result: what differs is told of each, points as one digest."""
    names = dict.fromkeys(n for p in parts for n in p)
    told_of = {n: list(dict.fromkeys(str(p[n]) for p in parts if n in p and str(p[n]))) for n in names}
    whole = {
        n: ", ".join(v) if len(v) > 1 else next((p[n] for p in parts if str(p.get(n, ""))), "")
        for n, v in told_of.items()
    }
    return whole | {"points": digest_of([str(p["points"]) for p in parts])}


def _answer(value: float) -> str:
    return "no answer" if np.isnan(value) else f"{value:.4g}"


def _stretched(unit: FloatArray, ranges: Mapping[str, tuple[float, float]]) -> dict[str, FloatArray]:
    # low + 1.0 (high - low) may pass high by rounding
    return {n: np.clip(a + unit[:, k] * (b - a), a, b) for k, (n, (a, b)) in enumerate(ranges.items())}


def _weights(how: Saltelli | Morris, count: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Draw counts of bootstrap samples, a few rows at a time: all at once would fill the memory."""
    at_once = max(1, 2_000_000 // count)
    for start in range(0, how.resamples, at_once):
        rows = min(at_once, how.resamples - start)
        yield rng.multinomial(count, np.full(count, 1 / count), size=rows).astype(float)


def _interval(found: FloatArray, level: float) -> FloatArray:
    tail = (1 - level) / 2
    return np.asarray(np.quantile(found, [tail, 1 - tail], axis=0).T)


def _range(name: str, ranges: Mapping[str, tuple[float, float]]) -> str:
    return f"{name} {ranges[name][0]:g}..{ranges[name][1]:g}"
