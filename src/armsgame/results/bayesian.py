"""What is known about a profile by type: certificates of perfect Bayesian play, and bounds on best replies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from armsgame._checks import as_law, need_pandas
from armsgame._typing import IntArray, NumberArray, Real
from armsgame.arithmetic.tolerance import patience
from armsgame.results.certificates import Deviation, Evidence
from armsgame.results.provable import Provable

if TYPE_CHECKING:
    import pandas

    from armsgame.games.bayesian.game import BayesianGame
    from armsgame.games.bayesian.nodes import TypeNodes

__all__ = ["BayesianCertificate", "ReplyBound", "Tie", "TypeDeviation"]


@dataclass(frozen=True, slots=True)
class TypeDeviation(Deviation):
    """Another action of one type at one node, and the belief about the other party at which it gains most.

    Attributes
    ----------
    player, type : str
    state : str, the node in words; `node` is its number
    action : str
    gain : float or Fraction, normalised
    belief : mapping type of the other party -> probability
    """

    type: str
    node: int
    belief: Mapping[str, Real]

    def told(self, gain: str) -> str:
        """Return the deviation and what it brings as a sentence."""
        who = f"{self.player} of type {self.type!r}"
        return f"{who} gains {gain} by playing {self.action!r} at {self.state!r}{self._held}."

    @property
    def _held(self) -> str:
        if len(self.belief) < 2:
            return ""
        return " if it holds the other to be " + ", ".join(f"{k} {float(p):.4g}" for k, p in self.belief.items())

    def __str__(self) -> str:
        held = self._held
        if not self.action:
            return "none"
        return f"{self.player} ({self.type}) plays {self.action!r} at {self.state!r}{held}: gain {float(self.gain):.6g}"


@dataclass(frozen=True, slots=True)
class Tie(Deviation):
    """An action that a type does not take and that brings exactly as much, whatever it may believe."""

    type: str
    node: int

    def __str__(self) -> str:
        return f"{self.player} ({self.type}) could as well play {self.action!r} at {self.state!r}"


@dataclass(frozen=True, slots=True, eq=False)
class BayesianCertificate(Provable, Evidence):
    """Evidence that a profile by type is a perfect Bayesian equilibrium, or where it fails.

    Attributes
    ----------
    ok : bool
        Whether no type gains more than `tolerance` by one action at any node and any belief within the bounds.
    kind : str
        ``"perfect Bayesian"``; ``"epsilon"`` (only within an economic tolerance the caller gave); ``"unsettled"``
        (refused by the bounds on beliefs alone: no belief that was listed gains); ``"none"``.
    max_gain : float or Fraction
        Largest normalised gain.
    where : TypeDeviation
        Where it occurs, and at which belief.
    loose : bool
        Whether the refusal rests on beliefs within the bounds of which none was found to be reached.
    exact : bool
    tolerance : float
        What counts as zero.
    discount : float or Fraction
    values : array [K0, K1, 2]
        Value of each party at the start for each pair of types.
    bounds : tuple of arrays [N, K, K]
        Per observer, at every node, the greatest odds between types of the other party; ``inf`` where nothing bounds
        them.
    tied : int array [ties, 4]: party, type, node, action
    pairs : int, number of nodes that were checked
    """

    ok: bool
    kind: str
    max_gain: Real
    where: TypeDeviation
    loose: bool
    exact: bool
    tolerance: float
    discount: Real
    values: NumberArray
    bounds: tuple[NumberArray, NumberArray]
    tied: IntArray
    pairs: int
    _nodes: TypeNodes = field(repr=False, compare=False)
    _source: tuple[BayesianGame, object] | None = field(default=None, repr=False, compare=False)

    @property
    def game(self) -> BayesianGame:
        """The game that was checked."""
        return self._nodes.lowered.game

    @property
    def ties(self) -> tuple[Tie, ...]:
        """Actions outside the profile that bring exactly as much as what is prescribed, at every belief."""
        game, dyn = self.game, self._nodes.lowered.dynamics
        return tuple(
            Tie(
                game.players[i],
                self._nodes.label(x),
                dyn.actions[int(self._nodes.state[x])][i][a],
                0.0,
                game.types[i][k],
                x,
            )
            for i, k, x, a in self.tied.tolist()
        )

    @property
    def by_type(self) -> dict[str, dict[str, Real]]:
        """Value at the start of each type of each party, over what it holds about the other."""
        game = self.game
        laws = [as_law(own) if self.exact else own for own in game.prior]
        first = [sum(p * v for p, v in zip(laws[1], row, strict=True)) for row in self.values[:, :, 0]]
        second = [sum(p * v for p, v in zip(laws[0], row, strict=True)) for row in self.values[:, :, 1].T]
        return {
            party: {k: v if self.exact else float(v) for k, v in zip(kinds, own, strict=True)}
            for party, kinds, own in zip(game.players, game.types, (first, second), strict=True)
        }

    def explain(self) -> str:
        """Say in sentences whether the claim holds, what the best deviation brings, and what a refusal rests on."""
        lines = [Evidence.explain(self)]
        if self.loose:
            lines.append("No listed history leads to a belief at which anything gains: neither proved nor refuted.")
        if len(self.tied):
            lines.append(f"{len(self.tied)} actions outside the profile bring as much; outcomes may hang on them.")
        return "\n".join(lines)

    def to_frame(self) -> pandas.DataFrame:
        """Table of the values at the start: one row for each pair of types."""
        game = self.game
        columns = [*game.players, *(f"value of {p}" for p in game.players)]
        rows = [
            [k, m, *map(float, self.values[a, b])]
            for a, k in enumerate(game.types[0])
            for b, m in enumerate(game.types[1])
        ]
        return need_pandas().DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        words = {
            "perfect Bayesian": "perfect Bayesian equilibrium",
            "unsettled": "not certified: refused only at beliefs that no listed history produces",
            "none": "not a perfect Bayesian equilibrium",
        }
        lines = [self._judged(words, f"{self.pairs} nodes checked, ")]
        lines.append(f"prior: {self.game.told(self.game.prior)}")
        if self.game.observer is not None:
            lines.append(f"outcomes are weighed by an observer's prior: {self.game.told(self.game.observer)}")
        if len(self.tied):
            lines.append(f"ties: {len(self.tied)} actions outside the profile bring as much")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, eq=False)
class ReplyBound(Evidence):
    """Upper bounds on what each type can gain by any plan, against a profile by type.

    Attributes
    ----------
    root : mapping party -> type -> gain
        At the start, at the prior: at most this much is gained by any plan. A Nash equilibrium has none.
    perfect : mapping party -> type -> gain
        The most over all nodes and all vertices of the beliefs that histories can produce.
    anywhere : mapping party -> type -> gain
        The most over all nodes and all beliefs of the grid; no history need produce them.
    places : mapping party -> type -> (node in words, belief)
        Where `perfect` occurs.
    grid : int, parts into which an edge of the simplex of beliefs is cut
    tolerance : float
        What counts as zero.
    discount : float
    """

    root: Mapping[str, Mapping[str, float]]
    perfect: Mapping[str, Mapping[str, float]]
    anywhere: Mapping[str, Mapping[str, float]]
    places: Mapping[str, Mapping[str, tuple[str, tuple[float, ...]]]]
    grid: int
    tolerance: float
    discount: float

    @property
    def ok(self) -> bool:
        """Whether no type gains at the start: the profile is a Bayesian Nash equilibrium."""
        return self._most(self.root)[2] <= self.tolerance

    @property
    def kind(self) -> str:
        """What the bounds prove: ``"perfect Bayesian"``, ``"Bayesian Nash"`` or ``"epsilon"``."""
        if self._most(self.perfect)[2] <= self.tolerance:
            return "perfect Bayesian"
        return "Bayesian Nash" if self.ok else "epsilon"

    @property
    def max_gain(self) -> float:
        """The most that any type can gain by any plan at the start."""
        return self._most(self.root)[2]

    @property
    def where(self) -> str:
        """Who gains most at the start."""
        party, kind, _ = self._most(self.root)
        return f"the start, by {party} of type {kind!r}"

    @staticmethod
    def _most(gains: Mapping[str, Mapping[str, float]]) -> tuple[str, str, float]:
        return max(((p, k, g) for p, own in gains.items() for k, g in own.items()), key=lambda each: each[2])

    def to_frame(self) -> pandas.DataFrame:
        """Table of the bounds: one row for each type."""
        rows = [
            [p, k, g, self.perfect[p][k], self.anywhere[p][k], self.places[p][k][0]]
            for p, own in self.root.items()
            for k, g in own.items()
        ]
        columns = ["party", "type", "at the start", "wherever histories lead", "at any belief", "where"]
        return need_pandas().DataFrame(rows, columns=columns)

    def __str__(self) -> str:
        told = {
            "perfect Bayesian": "perfect Bayesian equilibrium",
            "Bayesian Nash": "Bayesian Nash equilibrium; not shown to be perfect",
            "epsilon": "not shown to be an equilibrium",
        }[self.kind]
        start, ahead = self._most(self.root), self._most(self.perfect)
        return (
            f"{told} at discount {patience(self.discount)}; no plan gains more than {start[2]:.6g} at the start "
            f"({start[0]}, {start[1]}) or {ahead[2]:.6g} wherever histories lead ({ahead[0]}, {ahead[1]})"
        )
