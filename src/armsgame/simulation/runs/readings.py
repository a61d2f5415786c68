"""Readings of a sample of paths: sub-samples, payoff distributions, two runs path by path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from armsgame._checks import check_whole, index_of, need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.shares import told, wilson
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.simulation.survival.kaplan_meier import event_times
from armsgame.simulation.survival.run import Paths

if TYPE_CHECKING:
    import pandas
    import xarray


Run = TypeVar("Run", bound=Paths)


@dataclass(frozen=True, slots=True)
class PayoffDistribution(Framed, Drawn, Value):
    """Distribution of the payoffs of paths.

    Attributes
    ----------
    players : tuple of str
    mean, mean_error, deviation : arrays [P], with the standard error of the mean
    levels : array [L]
    quantiles, quantile_errors : arrays [L, P]; the errors are half the distance of the order
        statistics one binomial standard error of rank away (Woodruff 1952)
    counts : int array [P, bins], edges : array [P, bins + 1], the histogram of each party
    """

    players: tuple[str, ...]
    mean: FloatArray
    mean_error: FloatArray
    deviation: FloatArray
    levels: FloatArray
    quantiles: FloatArray
    quantile_errors: FloatArray
    counts: IntArray
    edges: FloatArray

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self.counts[0].sum())

    def to_frame(self) -> pandas.DataFrame:
        """One row per party (needs pandas)."""
        shown = {"party": list(self.players), "mean": self.mean, "mean_error": self.mean_error}
        shown["deviation"] = self.deviation
        for level, row in zip(self.levels, self.quantiles, strict=True):
            shown[f"q{level:g}"] = row
        return need_pandas().DataFrame(shown).set_index("party")

    def __str__(self) -> str:
        lines = [f"Payoffs of {self.paths:,} paths, normalised"]
        for i, name in enumerate(self.players):
            quantiles = ", ".join(
                f"{level:g}: {q:.4f}" for level, q in zip(self.levels, self.quantiles[:, i], strict=True)
            )
            lines.append(f"  {name:<16s} mean {self.mean[i]:.4f} +- {self.mean_error[i]:.4f}; quantiles {quantiles}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Comparison(Framed, Value):
    """Two runs with shared draws, path by path: the second minus the first.

    Attributes
    ----------
    players : tuple of str
    payoff, payoff_error : arrays [P], mean difference and its paired standard error
    unpaired_error : array [P], the standard error that independent runs would have
    gained, lost : mapping from event, "complied throughout" or "arms race" (as in `Outcomes`) to the share
        of paths on which it holds only in the second run, or only in the first
    paths : int
    """

    players: tuple[str, ...]
    payoff: FloatArray
    payoff_error: FloatArray
    unpaired_error: FloatArray
    gained: Mapping[str, float]
    lost: Mapping[str, float]
    paths: int

    @property
    def flips(self) -> dict[str, float]:
        """Share of paths on which each event happens in one run and not in the other."""
        return {e: g + self.lost[e] for e, g in self.gained.items()}

    @property
    def flip_errors(self) -> dict[str, float]:
        """Binomial standard errors of the flips."""
        return {e: float(np.sqrt(f * (1 - f) / self.paths)) for e, f in self.flips.items()}

    @property
    def change(self) -> dict[str, float]:
        """Change of the probability of each event."""
        return {e: g - self.lost[e] for e, g in self.gained.items()}

    @property
    def change_errors(self) -> dict[str, float]:
        """Paired standard errors of the changes (the variance behind McNemar's test)."""
        flips = self.flips
        return {e: float(np.sqrt(max(flips[e] - d * d, 0.0) / self.paths)) for e, d in self.change.items()}

    def to_frame(self) -> pandas.DataFrame:
        """One row per event (needs pandas)."""
        columns = {
            "gained": self.gained,
            "lost": self.lost,
            "flips": self.flips,
            "flip_error": self.flip_errors,
            "change": self.change,
            "change_error": self.change_errors,
        }
        return need_pandas().DataFrame({name: dict(values) for name, values in columns.items()})

    def __str__(self) -> str:
        lines = [f"Second run minus first, {self.paths:,} paths with shared draws"]
        for i, name in enumerate(self.players):
            lines.append(
                f"  payoff of {name:<16s} {self.payoff[i]:+.4f} +- {self.payoff_error[i]:.4f} "
                f"(+- {self.unpaired_error[i]:.4f} without pairing)"
            )
        flips, change, errors = self.flips, self.change, self.change_errors
        for e in self.gained:
            # without a flip the paired error is 0, which is no error of the difference
            spread = f" +- {errors[e]:.4f}" if errors[e] > 0 else ""
            lines.append(f"  {e:<26s} {change[e]:+.4f}{spread}; flips on {told(flips[e], self.paths)} of paths")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class StatusShares(Value):
    """Share of paths in each status at the start of each period, [T, K]."""

    statuses: tuple[str, ...]
    shares: FloatArray
    paths: int

    @property
    def errors(self) -> FloatArray:
        """Binomial standard errors, [T, K]."""
        return np.sqrt(self.shares * (1 - self.shares) / self.paths)

    @property
    def intervals(self) -> tuple[FloatArray, FloatArray]:
        """Wilson's 95 % limits of each probability, [T, K] each."""
        return wilson(self.shares, self.paths)

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset over period and status."""
        import xarray as xr

        axes = ("period", "status")
        low, high = self.intervals
        data = {"share": (axes, self.shares), "error": (axes, self.errors), "low": (axes, low), "high": (axes, high)}
        return xr.Dataset(data, {"period": np.arange(len(self.shares)), "status": list(self.statuses)})

    def __str__(self) -> str:
        lines = [f"Statuses of {self.paths:,} paths when period {len(self.shares)} begins, with 95 % intervals"]
        last = zip(self.statuses, self.shares[-1].tolist(), strict=True)
        return "\n".join(lines + [f"  {name:<16s} {told(share, self.paths)}" for name, share in last])


def given(run: Run, event: str, *, before: int | None = None, happens: bool = True) -> Run:
    """Return the paths on which an event happens within the first `before` periods (default: the horizon).

    With ``happens=False`` the other paths. ``provenance["given"]`` says what was conditioned on and
    how many paths are left.

    Raises
    ------
    InvalidGame
        No path is left, an unknown event, or `before` outside 1 .. T.
    """
    limit = run.periods if before is None else check_whole("before", before, 1, run.periods)
    here = event_times(run, event) < limit
    if not happens:
        here = ~here
    note = f"{'' if happens else 'no '}{event} within {limit} periods"
    if not here.any():
        raise InvalidGame(
            f"no path of {run.paths:,} has {note}; nothing is left to condition on. "
            "Sample more paths, or widen before=."
        )
    return _part(run, here, note)


def of_types(run: Run, types: Mapping[str, str]) -> Run:
    """Paths on which parties have given types.

    Parameters
    ----------
    types : mapping {party: type}

    Raises
    ------
    InvalidGame
        No types were drawn, unknown parties or types, or no such path.
    """
    if not run.type_labels:
        raise InvalidGame("no types were drawn in this run. Simulate a BayesianGame.")
    if not isinstance(types, Mapping) or not types:
        invalid("types", types, "a mapping {party: type}")
    here = np.ones(run.paths, bool)
    for party, kind in types.items():
        i = index_of(party, run.players, "types")
        here &= run.types[:, i] == index_of(kind, run.type_labels[i], f"types[{party!r}]")
    note = ", ".join(f"{party} {kind}" for party, kind in types.items())
    if not here.any():
        raise InvalidGame(f"no path of {run.paths:,} has the types {note}. Sample more paths, or ask for other types.")
    return _part(run, here, note)


def _part(run: Run, here: BoolArray, note: str) -> Run:
    note = f"{note} ({int(here.sum())} of {run.paths} paths)"
    kept = run.provenance.get("given")
    # counts of the whole sample say nothing about a part of it; kept paths give them again
    counted = bool(run.occupancy.size)
    return replace(
        run,
        first={e: v[here] for e, v in run.first.items()},
        last={e: v[here] for e, v in run.last.items()},
        payoffs=run.payoffs[here],
        states=run.states[here],
        profiles=run.profiles[here],
        types=run.types[here] if run.type_labels else run.types,
        provenance=run.provenance.plus(given=note if kept is None else f"{kept}; {note}"),
        occupancy=_state_counts(run.states[here], len(run.state_labels)) if counted else run.occupancy,
        # the question has all paths for its answer: a part of them cannot be extended
        source=None,
    )


def payoff_distribution(
    run: Paths, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95), *, bins: int = 40
) -> PayoffDistribution:
    """Mean, quantiles and histogram of each party's payoff over paths, with standard errors."""
    asked = np.atleast_1d(np.asarray(levels, dtype=float))
    if asked.ndim != 1 or not ((asked > 0) & (asked < 1)).all():
        invalid("levels", levels, "numbers between 0 and 1, both excluded")
    bins = check_whole("bins", bins)
    ordered, count = np.sort(run.payoffs, axis=0), run.paths
    spread = np.sqrt(count * asked * (1 - asked))
    low, high = (np.clip(np.round(count * asked + s * spread - 0.5).astype(int), 0, count - 1) for s in (-1, 1))
    deviation = run.payoffs.std(axis=0, ddof=1) if count > 1 else np.full(run.payoffs.shape[1], np.nan)
    drawn = [np.histogram(own, bins=int(bins)) for own in run.payoffs.T]
    return PayoffDistribution(
        run.players,
        run.payoffs.mean(axis=0),
        deviation / np.sqrt(count),
        deviation,
        asked,
        np.quantile(run.payoffs, asked, axis=0),
        (ordered[high] - ordered[low]) / 2,
        np.array([h for h, _ in drawn]),
        np.array([e for _, e in drawn]),
    )


def compare(run: Paths, other: Paths) -> Comparison:
    """Compare with another run path by path: `other` minus this run.

    Raises
    ------
    InvalidGame
        Another seed, kernel, discount, horizon or number of paths, or a conditional sub-sample.
    WrongConcept
        `other` is no Trajectories.
    """
    if type(other) is not type(run):
        raise WrongConcept(f"compare takes the Trajectories of another run, not {type(other).__name__}.")
    for field in ("paths", "periods", "players"):
        mine, theirs = getattr(run, field), getattr(other, field)
        if mine != theirs:
            invalid(f"other.{field}", theirs, f"{mine!r}, as in this run")
    for field in ("seed", "kernel", "discount", "given"):
        mine, theirs = run.provenance.get(field), other.provenance.get(field)
        if field == "given" and (mine or theirs):
            invalid("provenance['given']", mine or theirs, "none", "Compare the whole runs: their paths are matched.")
        if mine != theirs:
            invalid(
                f"other.provenance[{field!r}]",
                theirs,
                f"{mine!r}, as in this run",
                "Path n of one run is compared with path n of the other; simulate both with the same rng, kernel "
                "and discount.",
            )
    difference = other.payoffs - run.payoffs
    gained, lost = {}, {}
    mine, theirs = _facts(run), _facts(other)
    for fact in (f for f in mine if f in theirs):
        before, after = mine[fact], theirs[fact]
        gained[fact], lost[fact] = float((after & ~before).mean()), float((before & ~after).mean())
    root = np.sqrt(run.paths)
    several = run.paths > 1
    nothing = np.full(len(run.players), np.nan)
    return Comparison(
        run.players,
        difference.mean(axis=0),
        difference.std(axis=0, ddof=1) / root if several else nothing,
        np.sqrt(run.payoffs.var(axis=0, ddof=1) + other.payoffs.var(axis=0, ddof=1)) / root if several else nothing,
        gained,
        lost,
        run.paths,
    )


def _facts(run: Paths) -> dict[str, BoolArray]:
    """Return what holds on each path: events, and the two outcomes that are no event."""
    found = {event: run.happened(event) for event in run.first}
    calm = [~found[e] for e in ("deployed", "notice") if e in found]
    if calm:
        found["complied throughout"] = np.logical_and.reduce(calm)
    if "both_deployed" in run.last:
        found["arms race"] = run.last["both_deployed"]
    return found


def status_of(label: str) -> str:
    """Status of a treaty's public state: its label up to the first bracket, comma or bar, if anything is before it."""
    return re.split(r"[(,|]", label, maxsplit=1)[0].strip() or label


def status_codes(run: Paths) -> tuple[tuple[str, ...], IntArray]:
    """Statuses in the order of the game, and the place of each state among them, [S]."""
    names = [status_of(label) for label in run.state_labels]
    statuses = tuple(dict.fromkeys(names))
    return statuses, np.array([statuses.index(n) for n in names])


def status_shares(run: Paths) -> StatusShares:
    """Share of paths in each status (in force, demand, ..) at the start of each period.

    Raises
    ------
    InvalidGame
        The paths were not kept.
    """
    statuses, code = status_codes(run)
    counts = run.occupancy
    if not counts.size:
        need_paths(run)
        counts = _state_counts(run.states, len(run.state_labels))
    member = code[:, None] == np.arange(len(statuses))
    return StatusShares(statuses, np.asarray(counts @ member / run.paths), run.paths)


def _state_counts(states: IntArray, count: int) -> IntArray:
    return np.array([np.bincount(column, minlength=count) for column in states.T], np.int64).reshape(-1, count)


def cumulative_payoffs(run: Paths, game: Any) -> FloatArray:
    """Discounted payoffs summed up to each period, [N, T, P]; the last period gives `payoffs`.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
        The game that was simulated.

    Raises
    ------
    InvalidGame
        The paths were not kept, or the game is another one.
    """
    need_paths(run)
    dyn = game.dynamics()
    if dyn.states != run.state_labels or dyn.players != run.players:
        invalid("game.states", dyn.states, f"{run.state_labels}, the states of the run")
    discount = float(run.provenance["discount"])
    gains = dyn.payoffs[:, dyn.first[run.states] + run.profiles]
    weights = (1 - discount) * discount ** np.arange(run.periods)
    total = np.moveaxis(np.cumsum(gains * weights, axis=2), 0, 2)
    if not np.allclose(total[:, -1], run.payoffs, rtol=0, atol=1e-9 * max(1.0, float(np.abs(gains).max()))):
        invalid("game", str(game).splitlines()[0], "the game that was simulated; its payoffs are others")
    return np.asarray(total, dtype=float)


def need_paths(run: Paths) -> None:
    """Raise `InvalidGame` unless paths were kept."""
    if not run.states.shape[1]:
        raise InvalidGame("the paths were not kept, only their events and payoffs. Simulate with keep=True.")
