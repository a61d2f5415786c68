"""Sampled paths: what happened, how often, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame, close_matches

if TYPE_CHECKING:
    import xarray

__all__ = ["Outcomes", "Trajectories"]

_MEANING = {
    "complied throughout": "nobody deployed and no notice was given",
    "resolved dispute": "some demand ended with the treaty in force",
    "ultimatum complied with": "some demand ended because the addressee yielded",
    "ultimatum expired": "some demand ran out",
    "withdrawn and mirrored": "notice was given and both parties deployed after it",
    "arms race": "both parties deploy in the last period",
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Share of paths in which each event occurs, with its standard error. Events may overlap."""

    shares: Mapping[str, float]
    errors: Mapping[str, float]
    paths: int

    @classmethod
    def of(cls, counts: Mapping[str, int], paths: int) -> Outcomes:
        """Shares of counts among `paths`."""
        shares = {name: count / paths for name, count in counts.items()}
        return cls(shares, {n: float(np.sqrt(s * (1 - s) / paths)) for n, s in shares.items()}, paths)

    def __getitem__(self, name: str) -> float:
        return self.shares[name]

    def __str__(self) -> str:
        what = f"Share of {self.paths:,} paths" if self.paths else "Probability"
        lines = [f"{what} (events may overlap)"]
        lines += [f"  {n:<24s} {s:.4f} +- {self.errors[n]:.4f}  {_MEANING[n]}" for n, s in self.shares.items()]
        return "\n".join(lines)


def outcome_masks(happened: Mapping[str, Any], both_last: Any) -> dict[str, Any]:
    """Which cases each outcome covers, from the events that happened and from the last period."""
    if "notice" not in happened:
        return {"complied throughout": ~happened["deployed"], "arms race": both_last}
    return {
        "complied throughout": ~(happened["deployed"] | happened["notice"]),
        "resolved dispute": happened["dispute_resolved"],
        "ultimatum complied with": happened["yielded"],
        "ultimatum expired": happened["expired"],
        "withdrawn and mirrored": happened["both_deployed_after_notice"],
        "arms race": both_last,
    }


@dataclass(frozen=True, slots=True)
class Trajectories:
    """Result of `simulate`.

    Attributes
    ----------
    first : mapping from event to int array [N]: period of its first occurrence, T if never
    payoffs : array [N, P], normalised and truncated at T periods
    last : mapping from event to bool array [N]: did it happen in the last period?
    states, profiles : int arrays [N, T], empty unless paths were kept
    provenance : mapping: seed, discount, horizon, kernel, package version
    occupancy : int array [T, S]: paths in each state at the start of each period
    source : the question, which `extend` asks for more paths; None where it is not known
    """

    players: tuple[str, ...]
    periods: int
    first: Mapping[str, Any]
    payoffs: FloatArray
    last: Mapping[str, Any]
    states: Any
    profiles: Any
    state_labels: tuple[str, ...]
    provenance: Mapping[str, Any]
    occupancy: Any = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    source: Any = field(default=None, repr=False, compare=False)

    @property
    def paths(self) -> int:
        """Number of paths N."""
        return len(self.payoffs)

    def happened(self, event: str) -> Any:
        """Bool array [N]: true where the event happens within the horizon."""
        if event not in self.first:
            raise InvalidGame(f"event {event!r} is unknown. {close_matches(event, self.first)}")
        return self.first[event] < self.periods

    def outcomes(self) -> Outcomes:
        """Shares of outcomes with standard errors; a game without a status has only the first and last."""
        masks = outcome_masks({event: self.happened(event) for event in self.first}, self.last["both_deployed"])
        return Outcomes.of({name: int(mask.sum()) for name, mask in masks.items()}, self.paths)

    def survival(self, event: str = "withdrawn") -> FloatArray:
        """Share of paths without the event after t periods, [T + 1]."""
        self.happened(event)
        counts = np.bincount(self.first[event], minlength=self.periods + 1)
        return 1 - np.concatenate([[0], np.cumsum(counts[: self.periods])]) / self.paths

    def to_xarray(self) -> xarray.Dataset:
        """Labelled dataset: first occurrence per event, payoffs, and paths where kept."""
        import xarray as xr

        data: dict[str, Any] = {
            "first_period": (("path", "event"), np.stack(list(self.first.values()), axis=1).astype(np.int32)),
            "payoff": (("path", "party"), self.payoffs),
        }
        coords: dict[str, Any] = {"event": list(self.first), "party": list(self.players)}
        if self.states.shape[1]:
            data["state"] = (("path", "period"), self.states)
            data["profile"] = (("path", "period"), self.profiles)
        # a seed may have more bits than a file format holds
        attrs = {k: (v if isinstance(v, float) else str(v)) for k, v in self.provenance.items()}
        return xr.Dataset(data, coords, attrs)

    def __str__(self) -> str:
        return f"Trajectories: {self.paths:,} paths of {self.periods} periods\n{self.outcomes()}"
