"""Sampled paths: what happened, how often, when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

    def __getitem__(self, name: str) -> float:
        return self.shares[name]

    def __str__(self) -> str:
        lines = [f"Share of {self.paths:,} paths (events may overlap)"]
        lines += [f"  {n:<24s} {s:.4f} +- {self.errors[n]:.4f}  {_MEANING[n]}" for n, s in self.shares.items()]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Trajectories:
    """Result of `simulate`.

    Attributes
    ----------
    first : mapping from event to int array [N]: period of its first occurrence, T if never
    payoffs : array [N, P], normalised and truncated at T periods
    last : mapping from event to bool array [N]: did it happen in the last period?
    states, profiles : int arrays [N, T], empty unless paths were kept
    provenance : mapping: seed, discount, horizon, package version
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
        both = self.last["both_deployed"]
        if "notice" in self.first:
            masks = {
                "complied throughout": ~(self.happened("deployed") | self.happened("notice")),
                "resolved dispute": self.happened("dispute_resolved"),
                "ultimatum complied with": self.happened("yielded"),
                "ultimatum expired": self.happened("expired"),
                "withdrawn and mirrored": self.happened("both_deployed_after_notice"),
                "arms race": both,
            }
        else:
            masks = {"complied throughout": ~self.happened("deployed"), "arms race": both}
        shares = {name: float(m.mean()) for name, m in masks.items()}
        errors = {n: float(np.sqrt(s * (1 - s) / self.paths)) for n, s in shares.items()}
        return Outcomes(shares, errors, self.paths)

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
