"""What estimates of durations and the readings of a run need to know of sampled paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field
from typing import Any, ClassVar, Protocol

from armsgame._provenance import Provenance
from armsgame._typing import BoolArray, FloatArray, IntArray


class Paths(Protocol):
    """Sampled paths: when each event first happened, and what was kept of the way there."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

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
    def last(self) -> Mapping[str, BoolArray]:
        """Per event, whether it happened in the last period [N]."""

    @property
    def payoffs(self) -> FloatArray:
        """Discounted payoffs [N, P]."""

    @property
    def state_labels(self) -> tuple[str, ...]:
        """Labels of the states."""

    @property
    def states(self) -> IntArray:
        """States [N, T]; [N, 0] unless paths were kept."""

    @property
    def profiles(self) -> IntArray:
        """Action profiles [N, T]; [N, 0] unless paths were kept."""

    @property
    def occupancy(self) -> IntArray:
        """Paths in each state at the start of each period [T, S]; empty where they were not counted."""

    @property
    def types(self) -> IntArray:
        """Type of each party [N, P]; empty where none were drawn."""

    @property
    def type_labels(self) -> tuple[tuple[str, ...], ...]:
        """Labels of the types of each party; empty where none were drawn."""

    @property
    def provenance(self) -> Provenance:
        """Seed, version and options that give the same paths again."""

    def happened(self, event: str) -> BoolArray:
        """Whether an event happened on each path [N]."""

    def event_histogram(self, event: str) -> IntArray:
        """Paths by the period in which an event first happens [T + 1]; the last entry counts never."""
