"""Maps of certified play over one parameter and the prior: one search a value, the prior's axis from exact sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_discount, need_pandas, probability
from armsgame._deadline import ask_time
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.errors import WrongConcept, check_known, invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.results.bayesian_equilibria import BayesianEquilibrium
from armsgame.results.critical_prior import CriticalPrior
from armsgame.solve.bayesian.equilibria import bayesian_equilibria
from armsgame.study.private_types.regimes import BAYESIAN_REGIMES, path_regime
from armsgame.study.sweeps.measures import Model, Studied
from armsgame.study.sweeps.type_measures import Types

if TYPE_CHECKING:
    import pandas
    import xarray

__all__ = ["HeldProfile", "PriorMap", "prior_map"]

_SEEDS = (0.5, 0.1, 0.9)
# searches inside the widest stretch of priors at which nothing is certified yet
_GAPS = 3


@dataclass(frozen=True, slots=True)
class HeldProfile(Value):
    """A certified profile at one value of the parameter, and the probabilities at which it holds.

    Attributes
    ----------
    value : float, of the parameter
    regime : str, one of `armsgame.measures.BAYESIAN_REGIMES`
    low, high : float, probability of the type between which the profile is an equilibrium
    equilibrium : BayesianEquilibrium, as it was certified, with the exact set of priors
    """

    value: float
    regime: str
    low: float
    high: float
    equilibrium: BayesianEquilibrium


@dataclass(frozen=True, slots=True, eq=False)
class PriorMap(Framed, Drawn, Value):
    """Which kinds of certified play exist over one parameter and the probability of a type.

    Attributes
    ----------
    parameter : str
    values : array [D]
    kind : str, the type whose probability varies
    priors : array [B]
    holds : bool array [D, B, R], whether some certified profile of each of `BAYESIAN_REGIMES` holds there
    profiles : tuple of HeldProfile, all that were certified, in the order of the values
    parties : tuple of str, the parties whose priors move together
    """

    parameter: str
    values: FloatArray
    kind: str
    priors: FloatArray
    holds: BoolArray
    profiles: tuple[HeldProfile, ...]
    parties: tuple[str, ...]

    @property
    def code(self) -> IntArray:
        """Place in `BAYESIAN_REGIMES` of the most cooperative play, [D, B]; -1 where nothing is certified."""
        return np.where(self.holds.any(axis=2), self.holds.argmax(axis=2), -1)

    def intervals(self, value: float, regime: str) -> tuple[tuple[float, float], ...]:
        """Intervals of the probability in which some certified profile plays so, at one value of the parameter.

        Raises
        ------
        WrongConcept
            A value off the map, or an unknown regime.
        """
        check_known("regime is {}", BAYESIAN_REGIMES, regime, error=WrongConcept)
        if not np.isclose(self.values, value).any():
            raise WrongConcept(f"{self.parameter} = {value!r} is not on the map; its values are {self.values}.")
        own = sorted((p.low, p.high) for p in self.profiles if np.isclose(p.value, value) and p.regime == regime)
        merged: list[tuple[float, float]] = []
        for low, high in own:
            if merged and low <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        return tuple(merged)

    def to_frame(self) -> pandas.DataFrame:
        """One row per certified profile: value, play on the path, and the probabilities between which it holds."""
        rows = [[p.value, p.regime, p.low, p.high, ", ".join(p.equilibrium.found_by)] for p in self.profiles]
        columns = [self.parameter, "play", f"least P({self.kind})", f"greatest P({self.kind})", "found from"]
        return need_pandas().DataFrame(rows, columns=columns)

    def to_xarray(self) -> xarray.Dataset:
        """Variables regime (code) and holds, over the parameter, the probability and the label."""
        import xarray as xr

        prior = f"P({self.kind})"
        dims = (self.parameter, prior)
        data = {"regime": (dims, self.code), "holds": ((*dims, "play"), self.holds)}
        return xr.Dataset(data, {self.parameter: self.values, prior: self.priors, "play": list(BAYESIAN_REGIMES)})

    def __str__(self) -> str:
        size = self.code.size
        lines = [f"Certified play at {size:,} points over {self.parameter} and P({self.kind}) of each party"]
        for k, label in enumerate(BAYESIAN_REGIMES):
            share = float(self.holds[..., k].mean())
            if share:
                most = float((self.code == k).mean())
                lines.append(f"  {label:<28s}exists at {share:6.1%} of points; the most cooperative at {most:6.1%}")
        lines.append(f"  {'no profile certified':<28s}{float((self.code < 0).mean()):6.1%} of points")
        lines.append("The search is not complete: play that is not listed at a point may still exist there.")
        return "\n".join(lines)


def prior_map(
    model: Studied,
    design: Mapping[str, ArrayLike],
    priors: ArrayLike | None = None,
    *,
    kind: str | None = None,
    perspective: str | None = None,
    types: Mapping[str, object] | None = None,
    prior: object = None,
    discount: float | None = None,
    budget_seconds: float | None = None,
) -> PriorMap:
    """Map which certified play exists over one parameter and the probability of a type.

    Parameters
    ----------
    model : Scenario or Treaty
    design : mapping from one parameter to its values [D]
        As in `sweep`.
    priors : array [B], optional
        Probabilities of the type, from 0 to 1; 101 of them by default. Both parties hold the same one about each
        other. Other types keep their proportions to each other.
    kind : str, optional
        The type whose probability varies; default: the first one.
    perspective, types, prior : as in `armsgame.measures.Types`
        `prior` gives the proportions of the other types.
    discount : float, optional; default: the scenario's
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    PriorMap

    Raises
    ------
    InvalidGame
        More than one parameter, probabilities outside [0, 1], or no discount factor.
    WrongConcept
        A type that no party can have.

    Notes
    -----
    At each value of the parameter equilibria are searched for at a few priors, and certified there. At which other
    priors each of them holds too follows from linear conditions (`critical_prior`), without a search and
    without bisection: borders along this axis are exact. Where a stretch of priors is left without a profile, the
    search is repeated in its middle.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = prior_map(ag.Treaty(demand=False), {"detection": [0.05]}, discount=0.95)
    >>> [round(x, 6) for x in found.intervals(0.05, "some comply, exit later")[0]]
    [0.764634, 1.0]
    """
    if len(design) != 1:
        invalid("design", list(design), "one parameter with its values", "sweep takes more, at a fixed prior.")
    ((name, given),) = design.items()
    whose, base = Types(perspective, types, prior), Model.of(model, discount)
    base.check([name])
    base = whose.base(base)
    values = np.atleast_1d(np.asarray(given, dtype=float))
    axis = np.linspace(0, 1, 101) if priors is None else np.atleast_1d(probability("priors", priors))
    found: list[HeldProfile] = []
    parties: tuple[str, ...] = ()
    chosen = ""
    for k, value in enumerate(values.tolist()):
        treaty, delta = base.at({name: value})
        check_discount(delta)
        line = _Line.of(whose.game(base, treaty), kind)
        chosen, parties = line.kind, line.parties
        found += [replace(own, value=value) for own in line.search(delta)]
        # searches that ran out of time end early
        ask_time(f"{k} of {len(values)} values")
    holds = np.zeros((len(values), len(axis), len(BAYESIAN_REGIMES)), bool)
    for own in found:
        rows, play = np.isclose(values, own.value, rtol=0, atol=0), BAYESIAN_REGIMES.index(own.regime)
        holds[rows, :, play] |= (own.low <= axis) & (axis <= own.high)
    return PriorMap(name, values, chosen, axis, holds, tuple(found), parties)


@dataclass(frozen=True, slots=True)
class _Line:
    """Priors that give one type a probability and keep the others in proportion, for each party that may have it."""

    game: BayesianGame
    kind: str
    rest: Mapping[str, FloatArray]

    @classmethod
    def of(cls, game: BayesianGame, kind: str | None) -> _Line:
        known = {k: None for own in game.types if len(own) > 1 for k in own}
        if not known:
            raise WrongConcept("no party has two types, so that there is no prior to vary.")
        kind = next(iter(known)) if kind is None else kind
        check_known("kind is {}", known, kind, error=WrongConcept)
        rest = {}
        for party, own, law in zip(game.players, game.types, game.prior, strict=True):
            if kind in own and len(own) > 1:
                others = np.where([k == kind for k in own], 0.0, law)
                even = np.array([float(k != kind) for k in own])
                rest[party] = others / others.sum() if others.sum() > 0 else even / even.sum()
        return cls(game, kind, rest)

    @property
    def parties(self) -> tuple[str, ...]:
        return tuple(self.rest)

    def prior(self, share: float) -> dict[str, FloatArray]:
        """Prior at a probability of the type."""
        found = {}
        for party, own, law in zip(self.game.players, self.game.types, self.game.prior, strict=True):
            mark = np.array([float(k == self.kind) for k in own])
            found[party] = share * mark + (1 - share) * self.rest[party] if party in self.rest else law
        return found

    def interval(self, priors: CriticalPrior) -> tuple[float, float]:
        """Probabilities at which a profile holds: the part of the line inside all half-spaces."""
        low, high = 0.0, 1.0
        ends = [self.prior(0.0), self.prior(1.0)]
        for region in priors.regions:
            if region.empty:
                return np.inf, -np.inf
            first, last = (region.halfspaces @ end[region.party] for end in ends)
            for a, b in zip(first.tolist(), last.tolist(), strict=True):
                if a > 0 and b > 0:
                    return np.inf, -np.inf
                if b > 0:
                    high = min(high, a / (a - b))
                elif a > 0:
                    low = max(low, a / (a - b))
        return low, high

    def search(self, discount: float) -> Iterator[HeldProfile]:
        """Profiles certified at the seeds, and inside what they leave uncovered."""
        known: set[tuple[str, float, float]] = set()
        seeds = [*_SEEDS]
        for step in range(len(_SEEDS) + _GAPS):
            if step >= len(seeds):
                gap = _widest([(low, high) for _, low, high in known])
                if gap is None:
                    return
                seeds.append(gap)
            game = self.game.with_prior(self.prior(seeds[step]))
            for one in bayesian_equilibria(game, discount=discount, mixing="never"):
                low, high = self.interval(one.priors)
                key = (path_regime(game, one), round(low, 12), round(high, 12))
                if low <= high and key not in known:
                    known.add(key)
                    yield HeldProfile(np.nan, key[0], low, high, one)


def _widest(covered: list[tuple[float, float]]) -> float | None:
    """Middle of the widest part of [0, 1] that no interval covers; None where all of it is covered."""
    at, best, place = 0.0, 0.0, None
    for low, high in [*sorted(covered), (1.0, 1.0)]:
        if low - at > max(best, 1e-9):
            best, place = low - at, (low + at) / 2
        at = max(at, high)
    return place
