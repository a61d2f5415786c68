"""Sampled paths: what happened, how often, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from armsgame._checks import need_pandas
from armsgame._provenance import Provenance
from armsgame._shown import Drawn, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.laws.outcomes import Outcomes, outcome_masks
from armsgame.simulation.runs.files import dataset, save
from armsgame.simulation.runs.readings import (
    Comparison,
    PayoffDistribution,
    StatusShares,
    compare,
    cumulative_payoffs,
    given,
    of_types,
    payoff_distribution,
    status_shares,
)
from armsgame.simulation.survival.competing_risks import Incidence, IncidenceLaw, run_incidence
from armsgame.simulation.survival.first_causes import FirstCauses, first_causes
from armsgame.simulation.survival.kaplan_meier import TimeToEvent, event_times, refuse_part, run_time_to_event

if TYPE_CHECKING:
    import pandas
    import xarray

__all__ = ["Trajectories"]


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
        return event_times(self, event) < self.periods

    def outcomes(self, *, law: Outcomes | None = None) -> Outcomes:
        """Shares of outcomes with standard errors and intervals; a game without a status has only the first and last.

        Parameters
        ----------
        law : Outcomes, optional
            Exact probabilities from `outcome_probabilities` over the same periods, to stand beside the shares.
        """
        refuse_part(self, law)
        masks = outcome_masks({event: self.happened(event) for event in self.first}, self.last["both_deployed"])
        return Outcomes.of({name: int(mask.sum()) for name, mask in masks.items()}, self.paths, law)

    def survival(self, event: str = "withdrawn") -> FloatArray:
        """Share of paths without the event after t periods, [T + 1]."""
        counts = self.event_histogram(event)
        return 1 - np.concatenate([[0], np.cumsum(counts[: self.periods])]) / self.paths

    def event_histogram(self, event: str) -> IntArray:
        """Paths on which the event first happens in each period, int64 [T + 1]; the last entry counts never."""
        return np.bincount(event_times(self, event), minlength=self.periods + 1)

    def time_to_event(
        self,
        event: str = "withdrawn",
        *,
        competing: Sequence[str] = (),
        lengths: ArrayLike | None = None,
        period_days: float | None = None,
        law: WithdrawalLaw | None = None,
    ) -> TimeToEvent:
        """Kaplan-Meier estimate of the time to an event, with Greenwood standard errors.

        Parameters
        ----------
        event : str
        competing : sequence of str
            Events that remove a path from observation where they come first. The estimate then reads
            "if only this event could happen", which holds where the two are independent;
            `cumulative_incidence` needs no such assumption.
        lengths : int array_like [N], optional
            Periods for which each path is observed, where that is less than the horizon.
        period_days : float, optional
            Days per period, for hazards per year.
        law : WithdrawalLaw, optional
            Exact law of the event, from `withdrawal_law`, to stand beside the estimate.

        Returns
        -------
        TimeToEvent
            Paths without the event at the horizon are censored there.

        Raises
        ------
        InvalidGame
            Unknown events, lengths that are no whole numbers, or the law of another event or horizon.
        """
        return run_time_to_event(self, event, competing=competing, lengths=lengths, period_days=period_days, law=law)

    def cumulative_incidence(
        self,
        events: Sequence[str],
        *,
        collapse: str | None = None,
        lengths: ArrayLike | None = None,
        law: IncidenceLaw | None = None,
    ) -> Incidence:
        """Cumulative incidence of competing events (Aalen and Johansen 1978).

        Parameters
        ----------
        events : sequence of str
            A path ends with the first of them; events of one period make a cause of their own.
        collapse : str, optional
            A path ends with this event instead, and its cause is the first of `events` by then.
        lengths : int array_like [N], optional
            Periods for which each path is observed, where that is less than the horizon.
        law : IncidenceLaw, optional
            Exact law from `incidence_law` with the same causes.

        Returns
        -------
        Incidence
        """
        return run_incidence(self, events, collapse=collapse, lengths=lengths, law=law)

    def first_causes(
        self, collapse: str = "notice", *, causes: Sequence[str] | None = None, law: IncidenceLaw | None = None
    ) -> FirstCauses:
        """Which of several causes came first on the paths that collapse.

        Parameters
        ----------
        collapse : str
            Event that counts as collapse.
        causes : sequence of str, optional
            By default ``false_alarm``, ``detected``, ``expired``, ``notice_without_grounds`` and every
            ``climate_...`` event, as far as the game has them.
        law : IncidenceLaw, optional
            Exact law from ``incidence_law(game, profile, periods=.., collapse=..)``.

        Returns
        -------
        FirstCauses
            A cause counts from its first occurrence on the path, also where that one was settled.

        Raises
        ------
        InvalidGame
            Unknown events, or a game without any of the default causes.
        """
        return first_causes(self, collapse, causes=causes, law=law)

    def given(self, event: str, *, before: int | None = None, happens: bool = True) -> Trajectories:
        """Return the paths on which an event happens within the first `before` periods (default: the horizon).

        With ``happens=False`` the other paths. ``provenance["given"]`` says what was conditioned on and
        how many paths are left.

        Raises
        ------
        InvalidGame
            No path is left, an unknown event, or `before` outside 1 .. T.
        """
        return given(self, event, before, happens)

    def of_types(self, types: Mapping[str, str]) -> Trajectories:
        """Paths on which parties have given types.

        Parameters
        ----------
        types : mapping {party: type}

        Raises
        ------
        InvalidGame
            No types were drawn, unknown parties or types, or no such path.
        """
        return of_types(self, types)

    def payoff_distribution(
        self, levels: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95), *, bins: int = 40
    ) -> PayoffDistribution:
        """Mean, quantiles and histogram of each party's payoff over paths, with standard errors."""
        return payoff_distribution(self, levels, bins)

    def compare(self, other: Trajectories) -> Comparison:
        """Compare with another run path by path: `other` minus this run.

        Raises
        ------
        InvalidGame
            Another seed, kernel, discount, horizon or number of paths, or a conditional sub-sample.
        WrongConcept
            `other` is no Trajectories.
        """
        return compare(self, other)

    def status_shares(self) -> StatusShares:
        """Share of paths in each status (in force, demand, ..) at the start of each period.

        Raises
        ------
        InvalidGame
            The paths were not kept.
        """
        return status_shares(self)

    def cumulative_payoffs(self, game: object) -> FloatArray:
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
        return cumulative_payoffs(self, game)

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

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset: first occurrence and last state per event, payoffs, and paths where kept."""
        return dataset(self)

    def save(self, path: str | PathLike[str], *, parameters: Mapping[str, object] | None = None) -> Path:
        """Write the paths to a file that `load_trajectories` reads back bit for bit.

        Parameters
        ----------
        path : str or path
            Ends in ``.nc`` (netCDF-3, nothing else is needed) or ``.zarr`` (needs zarr).
        parameters : mapping, optional
            Parameters of the model, kept in the provenance beside seed, version, kernel, discount
            factor and horizon: numbers, words, lists and mappings.

        Returns
        -------
        Path

        Raises
        ------
        InvalidGame
            Another ending, parameters that cannot be written, or arrays too large for the format.
        """
        return save(self, path, parameters)

    def __str__(self) -> str:
        return f"Trajectories: {self.paths:,} paths of {self.periods} periods\n{self.outcomes()}"
