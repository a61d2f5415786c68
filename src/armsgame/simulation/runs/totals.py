"""Counts over any number of paths in constant memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, close_matches
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.paths.workers import Job, Part
from armsgame.simulation.runs.trajectories import Outcomes, outcome_masks
from armsgame.simulation.survival.kaplan_meier import TimeToEvent, run_time_to_event

__all__ = ["Totals"]

_BINS = 256
_EVENTS = 16


@dataclass(frozen=True, slots=True)
class Totals:
    """Result of ``simulate(keep="totals")``: nothing in it grows with the number of paths.

    Attributes
    ----------
    first : mapping from event to int array [T + 1]: paths by period of first occurrence, the last entry never
    occupancy : int array [T, S]: paths in each state at the start of each period
    payoff_edges : array [P, B + 1], and payoff_counts : int array [P, B]: histogram of the payoffs
    payoff_sums, payoff_squares : arrays [P], summed by blocks of 4,096 paths in their order
    patterns : int array [2, 2**E]: paths by events that occurred (bit e: event e), first those in which
        not every party deploys in the last period, then those in which every party does
    provenance : mapping, as in `Trajectories`
    """

    players: tuple[str, ...]
    periods: int
    paths: int
    first: Mapping[str, IntArray]
    occupancy: IntArray
    payoff_edges: FloatArray
    payoff_counts: IntArray
    payoff_sums: FloatArray
    payoff_squares: FloatArray
    patterns: IntArray
    state_labels: tuple[str, ...]
    provenance: Mapping[str, Any]

    def event_histogram(self, event: str) -> IntArray:
        """Paths by the period in which the event first occurs, [T + 1]; the last entry counts "never"."""
        if event not in self.first:
            raise InvalidGame(f"event {event!r} is unknown. {close_matches(event, self.first)}")
        return self.first[event]

    def survival(self, event: str = "withdrawn") -> FloatArray:
        """Share of paths without the event after t periods, [T + 1]."""
        counts = self.event_histogram(event)[:-1]
        return np.asarray(1 - np.concatenate([[0], np.cumsum(counts)]) / self.paths)

    def time_to_event(
        self, event: str = "withdrawn", *, period_days: float | None = None, law: WithdrawalLaw | None = None
    ) -> TimeToEvent:
        """Kaplan-Meier estimate of the time to an event; arguments as in `Trajectories.time_to_event`."""
        return run_time_to_event(self, event, period_days=period_days, law=law)

    @property
    def payoffs(self) -> FloatArray:
        """Mean payoff of each party, [P]."""
        return np.asarray(self.payoff_sums / self.paths)

    @property
    def payoff_errors(self) -> FloatArray:
        """Standard errors of the mean payoffs, [P]."""
        variance = self.payoff_squares / self.paths - self.payoffs**2
        return np.asarray(np.sqrt(np.maximum(variance, 0) / self.paths))

    def outcomes(self, *, law: Outcomes | None = None) -> Outcomes:
        """Shares of outcomes with standard errors, as `Trajectories.outcomes` defines them."""
        names = list(self.first)
        code = np.arange(self.patterns.shape[1])
        happened = {name: np.tile((code >> e) & 1 == 1, 2) for e, name in enumerate(names)}
        both = np.repeat([False, True], len(code))
        masks = outcome_masks(happened, both)
        return Outcomes.of({n: int(self.patterns.ravel()[m].sum()) for n, m in masks.items()}, self.paths, law)

    def __str__(self) -> str:
        return f"Totals of {self.paths:,} paths of {self.periods} periods\n{self.outcomes()}"


class Tally:
    """Adds up parts of a job in their order."""

    def __init__(self, job: Job) -> None:
        players, periods, states, events = job.shape
        if events > _EVENTS:
            raise InvalidGame(f"keep='totals' counts at most {_EVENTS} events; this game has {events}.")
        dynamics = job.programs[0].segments[0].play.dynamics
        self.names = tuple(dynamics.events)
        plays = [segment.play.dynamics.payoffs for program in job.programs for segment in program.segments]
        total = job.weights.sum()
        self.low = np.array([min(g[i].min() for g in plays) for i in range(players)]) * total
        self.width = (np.array([max(g[i].max() for g in plays) for i in range(players)]) * total - self.low) / _BINS
        self.done = 0
        self.counts: dict[str, Any] = {
            "first": np.zeros((events, periods + 1), np.int64),
            "occupancy": np.zeros((periods, states if states > 1 else 0), np.int64),
            "histogram": np.zeros((players, _BINS), np.int64),
            "patterns": np.zeros(2 << events, np.int64),
            "sums": np.zeros((2, players)),
        }

    def of(self, part: Part) -> tuple[int, dict[str, Any]]:
        """Count one part; runs in a worker."""
        from armsgame._kernels.tally import BLOCK, tally

        own = {name: np.zeros_like(array) for name, array in self.counts.items()}
        own["occupancy"] = part.occupancy
        total = part.end - part.begin
        own["sums"] = np.zeros((-(-total // BLOCK), *own["sums"].shape))
        bit = self.names.index("both_deployed") if "both_deployed" in self.names else 0
        tally(
            part.when, part.gains, part.seen, (part.last >> np.uint64(bit)) & np.uint64(1), total, self.low, self.width,
            own["first"], own["histogram"], own["patterns"], own["sums"],
        )  # fmt: skip
        return part.end, own

    def add(self, done: int, own: dict[str, Any]) -> None:
        """Take in the counts of the next part."""
        for name, array in own.items():
            if name == "sums":
                for block in array:
                    self.counts[name] += block
            else:
                self.counts[name] += array
        self.done = done

    def result(self, job: Job, provenance: Mapping[str, Any]) -> Totals:
        """Totals of what was taken in."""
        dyn = job.programs[0].segments[0].play.dynamics
        got = self.counts
        periods = len(job.weights)
        occupancy = got["occupancy"] if got["occupancy"].shape[1] else np.full((periods, 1), self.done)
        return Totals(
            dyn.players,
            periods,
            self.done,
            dict(zip(self.names, got["first"], strict=True)),
            occupancy,
            self.low[:, None] + self.width[:, None] * np.arange(_BINS + 1),
            got["histogram"],
            got["sums"][0],
            got["sums"][1],
            got["patterns"].reshape(2, -1),
            dyn.states,
            provenance,
        )
