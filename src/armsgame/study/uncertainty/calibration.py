"""Which parameters are consistent with a dated history: simulation-based calibration and checks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame._checks import check_number, check_whole, listed, need_pandas
from armsgame._cost import require
from armsgame._provenance import Provenance, Seed
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import FloatArray, RNGLike
from armsgame._values import spelled
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import check_known, invalid
from armsgame.study.sweeps.ranges import ranges_of
from armsgame.study.uncertainty.history_model import STANDARD, SUMMARIES, Histories, dated_summaries, summary_value
from armsgame.study.uncertainty.smc_abc import Cloud, smc_abc

if TYPE_CHECKING:
    import pandas
    import xarray

__all__ = ["Calibration", "RankCheck", "calibrate", "calibration_check"]

Quantile: TypeAlias = Callable[[FloatArray], FloatArray]

Simulator = Callable[[Mapping[str, FloatArray], np.random.Generator], Mapping[str, FloatArray]]
_FINE = 4001


@dataclass(frozen=True, slots=True)
class Calibration(Framed, Drawn, Value):
    """Particles that stand for the parameters consistent with a history.

    Attributes
    ----------
    particles : mapping from parameter to array [N]
    weights : array [N], sum 1
    observed : mapping from summary to number
    simulated : mapping from summary to array [N], of the particles' own histories
    distances : array [N], root mean square over summaries in units of their spread under the prior
    tolerances, acceptance : tuples, one entry a generation
    simulations : int
    ended : str, why it stopped
    informed : mapping from parameter to 1 - (posterior / prior standard deviation); 0 or less: nothing learnt
    provenance : Provenance; ``rng=`` takes it back
    """

    particles: Mapping[str, FloatArray]
    weights: FloatArray
    observed: Mapping[str, float]
    simulated: Mapping[str, FloatArray]
    distances: FloatArray
    tolerances: tuple[float, ...]
    acceptance: tuple[float, ...]
    simulations: int
    ended: str
    informed: Mapping[str, float]
    provenance: Provenance

    @property
    def effective(self) -> float:
        """Effective number of particles (Kish)."""
        return float(1 / (self.weights**2).sum())

    @property
    def mean(self) -> dict[str, float]:
        """Posterior mean of each parameter."""
        return {n: float(self.weights @ v) for n, v in self.particles.items()}

    def quantile(self, name: str, levels: float | Sequence[float] | FloatArray) -> FloatArray:
        """Weighted quantiles of a parameter."""
        order = np.argsort(self.particles[name])
        mass = np.cumsum(self.weights[order]) - self.weights[order] / 2
        return np.asarray(np.interp(levels, mass, self.particles[name][order]))

    def interval(self, name: str, level: float = 0.9) -> tuple[float, float]:
        """Central credible interval of a parameter."""
        low, high = self.quantile(name, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def to_frame(self) -> pandas.DataFrame:
        """One row per parameter."""
        rows = {n: [self.mean[n], *self.interval(n), self.informed[n]] for n in self.particles}
        return need_pandas().DataFrame.from_dict(rows, orient="index", columns=["mean", "5 %", "95 %", "informed"])

    def to_xarray(self) -> xarray.Dataset:
        """Particles with weights, distances and simulated summaries."""
        import xarray as xr

        data = {n: ("particle", v) for n, v in self.particles.items()}
        data |= {f"simulated {n}": ("particle", v) for n, v in self.simulated.items()}
        data |= {"weight": ("particle", self.weights), "distance": ("particle", self.distances)}
        return xr.Dataset(data, attrs={n: str(v) for n, v in self.provenance.items()})

    def __str__(self) -> str:
        told = ", ".join(f"{n} {v:g}" for n, v in self.observed.items())
        lines = [
            f"Parameters consistent with {told}",
            f"  {len(self.weights):,} particles (effective {self.effective:.0f}), {self.simulations:,} histories, "
            f"distance at most {self.distances.max():.3g}; {self.ended}",
        ]
        if self.distances.max() > 0.5:
            lines.append("  matched loosely: more than half a prior spread off; a lower least_acceptance goes closer")
        for name in self.particles:
            low, high = self.interval(name)
            lines.append(
                f"  {name:<20s} mean {self.mean[name]:.4g}, 90 % in {low:.4g} .. {high:.4g}; "
                f"narrower than the prior by {100 * self.informed[name]:.0f} %"
            )
        for name, values in self.simulated.items():
            low, high = np.quantile(values, [0.05, 0.95])
            lines.append(f"  {name:<20s} observed {self.observed[name]:g}, particles {low:g} .. {high:g}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class RankCheck(Value):
    """Simulation-based check of a calibration: truths drawn from the prior, each recovered from its own history.

    Attributes
    ----------
    ranks : mapping from parameter to array [R]: posterior mass below the truth; uniform if all is right
    p_values : mapping, Kolmogorov-Smirnov test of uniformity
    correlation : mapping, of truth and posterior mean (NaN where one does not vary)
    coverage : mapping, share of truths inside the 90 % intervals
    provenance : Provenance; ``rng=`` takes it back
    """

    ranks: Mapping[str, FloatArray]
    p_values: Mapping[str, float]
    correlation: Mapping[str, float]
    coverage: Mapping[str, float]
    provenance: Provenance

    def __str__(self) -> str:
        count = len(next(iter(self.ranks.values())))
        lines = [f"{count} histories of known parameters"]
        for n, p in self.p_values.items():
            lines.append(
                f"  {n:<20s} ranks uniform: p = {p:.3f}; 90 % intervals cover {100 * self.coverage[n]:.0f} %; "
                f"correlation with the truth {self.correlation[n]:.2f}"
            )
        return "\n".join(lines)


def calibrate(
    model: Scenario | Simulator,
    over: Mapping[str, object] | Iterable[str],
    *,
    observed: Mapping[str, object] | None = None,
    periods: int | None = None,
    behaviour: Mapping[str, float] | None = None,
    particles: int = 1000,
    generations: int = 8,
    quantile: float = 0.5,
    least_acceptance: float = 0.01,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Calibration:
    """Find the parameters that are consistent with a dated history.

    Parameters
    ----------
    model : Scenario, or callable(points, rng) -> mapping from summary to array [N]
        For a scenario the small policy model of `armsgame.study.uncertainty.history_model` plays: rates ``violate``,
        ``demand``, ``leave``, ``yield``, and the treaty's ``detection`` and ``false_alarm``.
    over : mapping from parameter to (low, high) or a frozen distribution of scipy.stats, or names
        The prior; independent. ``name.PARTY`` is the parameter of one party.
    observed : mapping from summary to a date or a number of periods, optional
        For a scenario ``first_alarm``, ``first_demand``, ``notice`` and ``demands`` (a number); default:
        all four, from the dossier's events. A charge dates an alarm, whatever its truth.
    periods : int, horizon; default: from entry into force to the end of the treaty
    behaviour : mapping, rates that stay fixed; default 0.5, ``violate`` 0.05 (assumptions)
    particles, generations : int
    quantile : float, share of particles whose distance sets the next tolerance
    least_acceptance : float, stop below this share
    rng : seed
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Calibration

    Raises
    ------
    InvalidGame, ScenarioError
        Unknown parameters or summaries, priors that are none, a simulator that returns NaN.

    Notes
    -----
    The posterior is approximate: it is the one given summaries within the last tolerance, and the
    summaries carry less than the history. It says which parameters could have produced the history under
    this policy model, not that the model is right. `calibration_check` tests the machinery.

    References
    ----------
    Toni et al. (2009), J. R. Soc. Interface 6; Del Moral, Doucet and Jasra (2012), Stat. Comput. 22.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = ag.studies.calibrate(ag.load_scenario("inf"), {"violate": (0.0, 0.2)}, observed={"first_alarm": 20},
    ...                      periods=60, particles=200, generations=3, rng=1)
    >>> round(found.mean["violate"], 2)
    0.06
    """
    history, seen, notes = _model(model, over, observed, periods, behaviour)
    quantiles = _priors(over)
    seed = Seed.of(rng)
    cloud = _run(history, quantiles, seen, particles, generations, quantile, least_acceptance, seed.child(0))
    notes |= {"over": ", ".join(quantiles), "particles": particles}
    return _result(cloud, quantiles, seen, Provenance.of(seed, notes, seen, generations, quantile))


def calibration_check(
    model: Scenario | Simulator,
    over: Mapping[str, object] | Iterable[str],
    *,
    summaries: Sequence[str] = SUMMARIES,
    replicates: int = 100,
    periods: int | None = None,
    behaviour: Mapping[str, float] | None = None,
    particles: int = 300,
    generations: int = 6,
    quantile: float = 0.5,
    least_acceptance: float = 0.01,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> RankCheck:
    """Recover parameters that are known: draw them from the prior, simulate a history, calibrate to it.

    Parameters
    ----------
    summaries : names that are observed
    replicates : int, truths R
    others : as in `calibrate`
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    RankCheck
        Ranks that are not uniform show a fault, or a tolerance that is still too wide (Talts et al. 2018).
    """
    from scipy.stats import kstest

    history, asked, notes = _model(model, over, dict.fromkeys(summaries, 0.0), periods, behaviour)
    quantiles = _priors(over)
    count = check_whole("replicates", replicates)
    every = count * check_whole("generations", generations)
    require("calibrate", particles=max(count, check_whole("particles", particles)), generations=every, periods=1)
    seed = Seed.of(rng)
    notes |= {"over": ", ".join(quantiles), "replicates": count, "particles": particles}
    origin = Provenance.of(seed, notes, tuple(asked), generations, quantile)
    draws = seed.child(0).generator()
    points = _stretched(quantiles, draws.random((count, len(quantiles))))
    made = history(points, draws)
    ranks, means = ({n: np.empty(count) for n in quantiles} for _ in range(2))
    inside = dict.fromkeys(quantiles, 0)
    for r in range(count):
        seen = {n: float(made[n][r]) for n in asked}
        cloud = _run(history, quantiles, seen, particles, generations, quantile, least_acceptance, seed.child(r + 1))
        found = _result(cloud, quantiles, seen, origin)
        for n in quantiles:
            ranks[n][r] = found.weights @ (found.particles[n] < points[n][r])
            means[n][r] = found.mean[n]
            low, high = found.interval(n)
            inside[n] += low <= points[n][r] <= high
    with np.errstate(invalid="ignore", divide="ignore"):
        related = {n: float(np.corrcoef(points[n], means[n])[0, 1]) if count > 1 else np.nan for n in quantiles}
    p_values = {n: float(kstest(v, "uniform").pvalue) for n, v in ranks.items()}
    return RankCheck(ranks, p_values, related, {n: k / count for n, k in inside.items()}, origin)


def _model(
    model: Scenario | Simulator,
    over: Mapping[str, object] | Iterable[str],
    observed: Mapping[str, Any] | None,
    periods: int | None,
    behaviour: Mapping[str, float] | None,
) -> tuple[Simulator, dict[str, float], dict[str, object]]:
    if isinstance(model, Scenario):
        known, horizon = dated_summaries(model)
        horizon = horizon if periods is None else check_whole("periods", periods)
        require("calibrate", particles=200, generations=1, periods=horizon)
        history = Histories(model.treaty(), horizon, {**STANDARD, **(behaviour or {})})
        history.check((*_priors(over), *(behaviour or {})))
        seen = known if observed is None else {n: summary_value(n, v, model) for n, v in observed.items()}
        check_known("observed names {}", SUMMARIES, *seen)
        # what has not happened by the horizon is "never"
        seen = {n: v if n == "demands" else min(v, float(horizon)) for n, v in seen.items()}
        notes = {"model": model.id, "periods": horizon, "treaty": spelled(history.treaty)}
        return history, _some(seen), notes
    if not callable(model):
        scenario_of("calibrate without a callable(points, rng)", model)
    if observed is None:
        invalid("observed", None, "a mapping from summary to number")
    seen = {n: float(v) for n, v in observed.items()}
    return model, _some(seen), {"model": getattr(model, "__name__", type(model).__name__)}


def _some(seen: dict[str, float]) -> dict[str, float]:
    if not seen or not np.isfinite(list(seen.values())).all():
        invalid("observed", seen, "at least one summary, all finite")
    return seen


def _priors(over: Mapping[str, object] | Iterable[str]) -> dict[str, Quantile]:
    """Quantile function of each prior."""
    over = over if isinstance(over, Mapping) else listed("over", over, "a mapping or a sequence of parameters")
    named = over if isinstance(over, Mapping) and not {"names", "bounds"} <= set(over) else {}
    given = {n: p for n, p in named.items() if hasattr(p, "ppf")}
    plain = {n: p for n, p in named.items() if n not in given} if given else over
    ranges = ranges_of(plain) if plain or not given else {}
    return {n: given[n].ppf if n in given else partial(_uniform, *ranges[n]) for n in (over if given else ranges)}


def _uniform(low: float, high: float, unit: FloatArray) -> FloatArray:
    return low + unit * (high - low)


def _stretched(quantiles: Mapping[str, Quantile], units: FloatArray) -> dict[str, FloatArray]:
    return {n: np.asarray(q(units[:, k]), dtype=float) for k, (n, q) in enumerate(quantiles.items())}


def _run(
    history: Simulator, quantiles: Mapping[str, Quantile], seen: Mapping[str, float], particles: int, generations: int,
    quantile: float, least: float, seed: Seed,
) -> Cloud:  # fmt: skip
    check_whole("particles", particles, 20)
    check_whole("generations", generations)
    require("calibrate", particles=particles, generations=generations, periods=1)
    for name, share in (("quantile", quantile), ("least_acceptance", least)):
        check_number(name, share, 0, 1, open_low=True, open_high=True, allowed="a share between 0 and 1")
    names = tuple(seen)

    def simulate(units: FloatArray, rng: np.random.Generator) -> FloatArray:
        made = history(_stretched(quantiles, units), rng)
        check_known("the simulator gives no summary {}", made, *names)
        table = np.column_stack([np.asarray(made[n], dtype=float) for n in names])
        if table.shape[0] != len(units) or not np.isfinite(table).all():
            invalid("simulator(points, rng)", "NaN, infinite or of another length", "one finite number per point")
        return table

    return smc_abc(
        simulate, np.array(list(seen.values())), len(quantiles), particles=particles, generations=generations,
        quantile=quantile, least=least, rng=seed.generator(),
    )  # fmt: skip


def _result(
    cloud: Cloud, quantiles: Mapping[str, Quantile], seen: Mapping[str, float], origin: Provenance
) -> Calibration:
    particles = _stretched(quantiles, cloud.units)
    informed = {}
    even = (np.arange(_FINE) + 0.5) / _FINE
    for name, values in particles.items():
        prior = np.asarray(quantiles[name](even)).std()
        middle = cloud.weights @ values
        informed[name] = float(1 - np.sqrt(cloud.weights @ (values - middle) ** 2) / prior)
    simulated = {n: cloud.summaries[:, k] for k, n in enumerate(seen)}
    return Calibration(
        particles, cloud.weights, dict(seen), simulated, cloud.distances, cloud.tolerances, cloud.acceptance,
        cloud.simulations, cloud.ended, informed, origin,
    )  # fmt: skip
