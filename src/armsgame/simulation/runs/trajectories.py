"""Sampled paths: what happened, how often, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from armsgame._checks import need_pandas
from armsgame._provenance import Provenance
from armsgame._shown import Drawn, Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.simulation.laws.outcomes import Outcomes, outcome_masks
from armsgame.simulation.runs import files, readings
from armsgame.simulation.survival import competing_risks, first_causes, kaplan_meier

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories(Drawn, Value):
    """Result of `simulate`.

    Attributes
    ----------
    first : mapping from event to int array [N]: period of its first occurrence, T if never
    payoffs : array [N, P], normalised and truncated at T periods
    last : mapping from event to bool array [N]: did it happen in the last period?
    states, profiles : int arrays [N, T], empty unless paths were kept
    provenance : Provenance: seed, discount, horizon, kernel, package version; ``rng=`` takes it back
    occupancy : int array [T, S]: paths in each state at the start of each period
    source : the question, which `extend` asks for more paths; None where it is not known
    types : int array [N, P], the type of each party where types were drawn, else empty
    type_labels : per party, labels of the types that `types` counts
    """

    _owned: ClassVar[bool] = True

    players: tuple[str, ...]
    periods: int
    first: Mapping[str, IntArray]
    payoffs: FloatArray
    last: Mapping[str, BoolArray]
    states: IntArray
    profiles: IntArray
    state_labels: tuple[str, ...]
    provenance: Provenance
    occupancy: IntArray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    source: Any = field(default=None, repr=False, compare=False)
    types: IntArray = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    type_labels: tuple[tuple[str, ...], ...] = ()

    @property
    def paths(self) -> int:
        """Number of paths N."""
        return len(self.payoffs)

    def happened(self, event: str) -> BoolArray:
        """Bool array [N]: true where the event happens within the horizon."""
        return kaplan_meier.event_times(self, event) < self.periods

    def outcomes(self, *, law: Outcomes | None = None) -> Outcomes:
        """Shares of outcomes with standard errors and intervals; a game without a status has only the first and last.

        Parameters
        ----------
        law : Outcomes, optional
            Exact probabilities from `outcome_probabilities` over the same periods, to stand beside the shares.
        """
        kaplan_meier.refuse_part(self, law)
        masks = outcome_masks({event: self.happened(event) for event in self.first}, self.last["both_deployed"])
        return Outcomes.of({name: int(mask.sum()) for name, mask in masks.items()}, self.paths, law)

    def survival(self, event: str = "withdrawn") -> FloatArray:
        """Share of paths without the event after t periods, [T + 1]."""
        counts = self.event_histogram(event)
        return 1 - np.concatenate([[0], np.cumsum(counts[: self.periods])]) / self.paths

    def event_histogram(self, event: str) -> IntArray:
        """Paths on which the event first happens in each period, int64 [T + 1]; the last entry counts never."""
        return np.bincount(kaplan_meier.event_times(self, event), minlength=self.periods + 1)

    # readings of a run, each documented where it is computed
    time_to_event = kaplan_meier.run_time_to_event
    cumulative_incidence = competing_risks.run_incidence
    first_causes = first_causes.first_causes
    given = readings.given
    of_types = readings.of_types
    payoff_distribution = readings.payoff_distribution
    compare = readings.compare
    status_shares = readings.status_shares
    cumulative_payoffs = readings.cumulative_payoffs
    to_xarray = files.dataset
    save = files.save

    def to_frame(self) -> pandas.DataFrame:
        """One row per path: period of the first occurrence of each event and whether it occurred, and payoffs.

        ``first_...`` is missing (``<NA>``) and ``observed_...`` False where the event never happens within
        the horizon. Needs pandas.
        """
        pd = need_pandas()
        shown = {}
        for event, when in self.first.items():
            shown[f"first_{event}"] = pd.Series(np.asarray(when, np.int64)).astype("Int64").mask(~self.happened(event))
            shown[f"observed_{event}"] = self.happened(event)
        shown |= {f"payoff_{p}": self.payoffs[:, i] for i, p in enumerate(self.players)}
        for i, labels in enumerate(self.type_labels):
            shown[f"type_{self.players[i]}"] = np.array(labels)[self.types[:, i]]
        found = pd.DataFrame(shown)
        found.index.name = "path"
        return found

    def __str__(self) -> str:
        return f"Trajectories: {self.paths:,} paths of {self.periods} periods\n{self.outcomes()}"
