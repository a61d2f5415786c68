"""Counts over any number of paths in constant memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from armsgame._provenance import Provenance
from armsgame._shown import Framed, Table, Value
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, close_matches
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.laws.outcomes import Outcomes, outcome_masks
from armsgame.simulation.survival.kaplan_meier import TimeToEvent, counted_time_to_event


@dataclass(frozen=True, slots=True, eq=False)
class Totals(Framed, Value):
    """Result of ``simulate(keep="totals")``: nothing in it grows with the number of paths.

    Attributes
    ----------
    first : mapping from event to int array [T + 1]: paths by period of first occurrence, the last entry never
    occupancy : int array [T, S]: paths in each state at the start of each period
    payoff_edges : array [P, B + 1], and payoff_counts : int array [P, B]: histogram of the payoffs
    payoff_sums, payoff_squares : arrays [P], summed by blocks of 4,096 paths in their order
    patterns : int array [2, 2**E]: paths by events that occurred (bit e: event e), first those in which
        not every party deploys in the last period, then those in which every party does
    provenance : Provenance, as in `Trajectories`
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
    provenance: Provenance

    def _table(self) -> Table:
        """One row for each period: the share of paths in each state at its start."""
        shares = (self.occupancy / self.paths).T
        return {"period": np.arange(len(self.occupancy)), **dict(zip(self.state_labels, shares, strict=True))}

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
        return counted_time_to_event(self.event_histogram(event), event, period_days, law)

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
