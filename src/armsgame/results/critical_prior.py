"""The priors at which a profile of a game with private types is an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_law
from armsgame._shown import Drawn, Framed, Table, Value
from armsgame._typing import FloatArray
from armsgame.arithmetic.tolerance import above, below
from armsgame.errors import WrongConcept

__all__ = ["CriticalPrior", "PriorRegion"]


@dataclass(frozen=True, slots=True, eq=False)
class PriorRegion(Value):
    """Priors about one party's type at which the *other* party has no profitable deviation.

    Attributes
    ----------
    party : str, whose type the prior is about
    observer : str, who holds it
    types : tuple of str
    halfspaces : array ``[R, K]``
        The region is {p >= 0, sum p = 1, halfspaces p <= 0}; rows that never bind are left out.
    binding : tuple of str
        For each row: the observer's type, node and action that would gain beyond it.
    vertices : array ``[V, K]``, corners of the region; none where no prior will do
    """

    party: str
    observer: str
    types: tuple[str, ...]
    halfspaces: FloatArray
    binding: tuple[str, ...]
    vertices: FloatArray

    @property
    def empty(self) -> bool:
        """Whether there is no such prior."""
        return len(self.vertices) == 0

    @property
    def whole(self) -> bool:
        """Whether every prior will do."""
        return len(self.halfspaces) == 0

    @property
    def interval(self) -> tuple[float, float]:
        """Least and greatest probability of the first type; for a party with two types this is the region.

        ``(inf, -inf)`` where no prior will do.
        """
        if self.empty:
            return float("inf"), float("-inf")
        own = self.vertices[:, 0]
        return float(own.min()), float(own.max())

    def contains(self, prior: object, *, slack: float = 0.0) -> bool:
        """Whether a prior lies in the region, up to `slack` in payoff per period."""
        law = check_law("prior", prior, len(self.types))
        return bool((self.halfspaces @ law <= slack).all())

    def __str__(self) -> str:
        about = f"prior of {self.observer} about {self.party}"
        if self.empty:
            return f"{about}: none"
        if self.whole:
            return f"{about}: any"
        if len(self.types) == 2:
            low, high = self.interval
            text = f"P({self.types[0]}) in [{above(low, 6)}, {below(high, 6)}]"
        else:
            ranges = (
                f"P({k}) in [{low:.6g}, {high:.6g}]"
                for k, low, high in zip(self.types, self.vertices.min(0), self.vertices.max(0), strict=True)
            )
            text = f"a polytope with {len(self.vertices)} corners, {', '.join(ranges)}"
        return "\n".join([f"{about}: {text}", *(f"  beyond it {row}" for row in self.binding)])


@dataclass(frozen=True, slots=True, eq=False)
class CriticalPrior(Framed, Drawn, Value):
    """The exact set of priors at which a profile is an equilibrium: a product of one region per party.

    Attributes
    ----------
    regions : tuple of PriorRegion, in the order of the parties whose types they are about
    discount : float
    """

    regions: tuple[PriorRegion, PriorRegion]
    discount: float

    def _table(self) -> Table:
        """One row for each corner of a region and type: its probability."""
        return [
            {"party": r.party, "held_by": r.observer, "corner": k, "type": t, "probability": float(p)}
            for r in self.regions
            for k, corner in enumerate(r.vertices)
            for t, p in zip(r.types, corner, strict=True)
        ]

    def about(self, party: str) -> PriorRegion:
        """Region of the priors about a party's type."""
        for region in self.regions:
            if region.party == party:
                return region
        raise WrongConcept(f"there is no party {party!r}; the parties are {[r.party for r in self.regions]}.")

    @property
    def interval(self) -> tuple[float, float]:
        """Probabilities of the first type at which the profile holds if both parties hold the same prior.

        Raises
        ------
        WrongConcept
            Some party has more than two types, or the parties' types differ.
        """
        own = [region for region in self.regions if len(region.types) > 1]
        if any(len(region.types) > 2 for region in own) or len({region.types for region in own}) > 1:
            raise WrongConcept("one interval needs two types with the same names on each side; read .regions.")
        if any(region.empty for region in self.regions):
            return float("inf"), float("-inf")
        low = max((region.interval[0] for region in own), default=0.0)
        high = min((region.interval[1] for region in own), default=1.0)
        return (low, high) if low <= high else (float("inf"), float("-inf"))

    @property
    def empty(self) -> bool:
        """Whether the profile is an equilibrium at no prior."""
        return any(region.empty for region in self.regions)

    def contains(self, prior: tuple[object, object], *, slack: float = 0.0) -> bool:
        """Whether a pair of priors, one about each party, lies in the set."""
        pairs = zip(self.regions, prior, strict=True)
        return all(not region.empty and region.contains(own, slack=slack) for region, own in pairs)

    def __str__(self) -> str:
        head = "Priors at which the profile is an equilibrium, for each observer:"
        return "\n".join([head, *map(str, self.regions)])


def corners_of(rows: FloatArray, kinds: int) -> FloatArray:
    """Corners [V, K] of {p >= 0, sum p = 1, rows p <= 0}."""
    if kinds == 1:
        return np.ones((0 if (rows > 0).any() else 1, 1))
    if kinds == 2:
        low, high = 0.0, 1.0
        for first, second in rows.tolist():
            if first > 0 and second > 0:
                return np.zeros((0, 2))
            if first > 0:
                high = min(high, second / (second - first))
            elif second > 0:
                low = max(low, second / (second - first))
        if low > high:
            return np.zeros((0, 2))
        ends = np.array([low, high] if low < high else [low])
        return np.column_stack([ends, 1 - ends])
    from armsgame.geometry.halfspaces import vertices

    # the last probability is one minus the others
    inner = kinds - 1
    axes = np.repeat(np.eye(inner), 2, axis=0) * np.tile([1.0, -1.0], inner)[:, None]
    box = np.tile([1.0, 0.0], inner)
    total = np.ones((1, inner))
    planes = np.concatenate([total, rows[:, :-1] - rows[:, -1:]])
    levels = np.concatenate([[1.0], -rows[:, -1]])
    length = np.linalg.norm(planes, axis=1)
    if (levels[length == 0] < 0).any():
        return np.zeros((0, kinds))
    planes, levels = planes[length > 0] / length[length > 0, None], levels[length > 0] / length[length > 0]
    found = vertices(np.concatenate([axes, planes]), np.concatenate([box, levels]))
    # plus 0.0 turns -0.0 into 0.0
    return (
        np.clip(np.column_stack([found, 1 - found.sum(axis=1)]), 0.0, 1.0) + 0.0 if len(found) else np.zeros((0, kinds))
    )
