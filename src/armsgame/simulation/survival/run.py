"""What estimates of durations and the readings of a run need to know of sampled paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from armsgame._typing import FloatArray, IntArray

__all__ = ["Paths"]


class Paths(Protocol):
    """Sampled paths: when each event first happened, and what was kept of the way there."""

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the parties."""

    @property
    def paths(self) -> int:
        """Number N of paths."""

    @property
    def periods(self) -> int:
        """Number T of periods."""

    @property
    def first(self) -> Mapping[str, IntArray]:
        """Per event, the period [N] of its first occurrence, T if never."""

    @property
    def last(self) -> Mapping[str, Any]:
        """Facts of the last period, [N] each."""

    @property
    def payoffs(self) -> FloatArray:
        """Discounted payoffs [N, P]."""

    @property
    def state_labels(self) -> tuple[str, ...]:
        """Labels of the states."""

    @property
    def states(self) -> IntArray | None:
        """States [N, T], where paths were kept."""

    @property
    def profiles(self) -> IntArray | None:
        """Action profiles [N, T], where paths were kept."""

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Seed, version and options that give the same paths again."""

    def happened(self, event: str) -> Any:
        """Whether an event happened on each path [N]."""
