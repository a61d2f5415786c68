"""Results: an answer, its evidence, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import exp, inf, isfinite, nan
from typing import TYPE_CHECKING, Protocol

import numpy as np

from armsgame._checks import as_fraction
from armsgame._shown import Drawn, Framed, Table, Value
from armsgame._typing import FloatArray, NumberArray, Real
from armsgame.arithmetic.roots import Root, compare
from armsgame.arithmetic.tolerance import interval_text, patience
from armsgame.errors import invalid
from armsgame.results.provable import Provable

if TYPE_CHECKING:
    from armsgame.games.coercion import PublicGame
    from armsgame.games.stochastic import StochasticGame
    from armsgame.results.markov_profile import MarkovProfile

__all__ = [
    "Certificate",
    "Deviation",
    "Evidence",
    "MarkovCertificate",
    "NextStep",
    "Threshold",
    "TransferCertificate",
    "discount_factor",
]


class Judged(Protocol):
    """What every certificate states, whatever kind of play it judges."""

    @property
    def ok(self) -> bool:
        """Whether nothing gains more than the tolerance."""

    @property
    def kind(self) -> str:
        """What is proved."""

    @property
    def max_gain(self) -> Real:
        """Largest gain of a deviation."""

    @property
    def where(self) -> object:
        """Where it occurs."""

    @property
    def tolerance(self) -> float:
        """What counts as zero."""


class Certified(Judged, Protocol):
    """What certificates of a profile state besides."""

    @property
    def exact(self) -> bool:
        """Whether gains are rational numbers."""


class Evidence(Framed, Value):
    """Base of all certificates: true where the claim holds, and `explain` says what speaks against it."""

    __slots__ = ()

    def __bool__(self: Judged) -> bool:
        return bool(self.ok)

    def explain(self: Judged) -> str:
        """Say in sentences whether the claim holds, and what the best deviation brings."""
        gain, place = float(self.max_gain), self.where
        unit = " a period" if hasattr(self, "discount") else ""
        what = place.told(f"{gain:.4g}{unit}") if isinstance(place, Deviation) else f"{gain:.4g} is gained at {place}."
        if not self.ok:
            return f"Why not: {what}\nA gain of up to {self.tolerance:.2g} would count as none."
        if gain > self.tolerance:
            return f"Yes: {self.kind}. Off the claim, though: {what}"
        return f"Yes: {self.kind}. No deviation that was checked gains more than {self.tolerance:.2g}."

    def _table(self: Judged) -> Table:
        """One row, so that the tables of several certificates can be put under each other."""
        row: dict[str, object] = {"ok": bool(self.ok), "kind": self.kind, "max_gain": float(self.max_gain)}
        row |= {name: float(getattr(self, name)) for name in ("tolerance", "discount") if hasattr(self, name)}
        place, source = self.where, getattr(self, "_source", None)
        if isinstance(place, Deviation):
            row |= {"player": place.player, "state": place.state, "action": place.action}
        else:
            row["where"] = str(place)
        worth = getattr(self, "values", getattr(self, "payoffs", ()))
        if source is not None and np.ndim(worth) == 1 and len(worth) == len(source[0].players):
            row |= {f"value {p}": float(v) for p, v in zip(source[0].players, worth, strict=True)}
        return [row]

    def _judged(self: Certified, words: Mapping[str, str], counted: str = "") -> str:
        """Verdict by kind in words, how it was checked, and the largest gain."""
        how = "exact" if self.exact else f"tolerance {self.tolerance:.1e}"
        told = words.get(self.kind, f"epsilon-equilibrium (tolerance {self.tolerance:g})")
        at = f" at discount {patience(self.discount)}" if hasattr(self, "discount") else ""
        return f"{told}{at} ({counted}{how}); largest gain: {self.where}"


class NextStep(Enum):
    """How a search ended; the text of each member is the user's next step."""

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, slots=True)
class Deviation(Value):
    """One player's other action at one pair of game state and automaton states; no action ("") where all lose."""

    player: str
    state: str
    action: str
    gain: Real

    def told(self, gain: str) -> str:
        """Return the deviation and what it brings as a sentence."""
        return f"{self.player} gains {gain} by playing {self.action!r} at {self.state!r}."

    def __str__(self) -> str:
        if not self.action:
            return "none"
        return f"{self.player} plays {self.action!r} at {self.state!r}: gain {float(self.gain):.6g}"


@dataclass(frozen=True, slots=True)
class Certificate(Provable, Drawn, Evidence):
    """Evidence that a profile is an equilibrium, or where it fails.

    Attributes
    ----------
    ok : bool
        Whether no deviation gains more than `tolerance`, on or off the path.
    kind : str
        ``"subgame perfect"``, ``"perfect public"``, ``"epsilon"`` (only within an economic
        tolerance the caller gave), ``"Nash"`` (holds on the path only) or ``"none"``.
    max_gain : float or Fraction
        Largest normalised gain of a one-period deviation (with a detection lag: of any plan).
    where : Deviation
        Where it occurs; its action is empty, and it prints as "none", where every deviation loses.
    nash_gain : float or Fraction or None
        Largest gain of any plan from the start; computed where the profile is not perfect.
    tolerance : float
        What counts as zero: an error bound of the linear systems, or the caller's tolerance.
    values : tuple
        Normalised value of each player at the start.
    """

    ok: bool
    kind: str
    max_gain: Real
    where: Deviation
    exact: bool
    tolerance: float
    discount: Real
    values: tuple[Real, ...]
    pairs: int
    nash_gain: Real | None = None
    _source: tuple[PublicGame, Sequence[object]] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        words = {
            "subgame perfect": "subgame-perfect equilibrium",
            "perfect public": "perfect public equilibrium",
            "Nash": "Nash equilibrium, not subgame perfect",
            "none": "not an equilibrium",
        }
        return self._judged(words, f"{self.pairs} pairs checked, ")


@dataclass(frozen=True, slots=True)
class Threshold(Provable, Framed, Drawn, Value):
    """Set of discount factors at which a profile is an equilibrium.

    Attributes
    ----------
    value : float
        Least discount factor from which on the profile is always one; inf where none exists.
    intervals : tuple of (low, high)
        The whole set; a point has low == high, an upper interval ends at 1.0 (not included). Ends are
        rounded inwards: `verify` accepts each of them.
    binding : Deviation or None
        The deviation that binds at `value`, or nearest to binding where the set is empty; None where none ever gains.
    concept : str
        ``"perfect"`` or ``"nash"``.
    ends : tuple of (low, high) or None
        Where asked for, the same set without rounding: each end is a Fraction or a `Root`.
    """

    value: float
    intervals: tuple[tuple[float, float], ...]
    binding: Deviation | None
    concept: str = "perfect"
    ends: tuple[tuple[Root | Real, Root | Real], ...] | None = None
    _source: tuple[PublicGame, Sequence[object]] | None = field(default=None, repr=False, compare=False)

    @property
    def exists(self) -> bool:
        """Whether there is a threshold: the set contains an interval that reaches 1."""
        return isfinite(self.value)

    def holds(self, discount: Real) -> bool:
        """Whether the profile is an equilibrium at `discount`; decided by `ends` where there are any."""
        if self.ends is not None:
            exact = discount if isinstance(discount, Root) else as_fraction(discount)
            return exact < 1 and any(compare(a, exact) <= 0 <= compare(b, exact) for a, b in self.ends)
        return discount < 1 and any(low <= discount <= high for low, high in self.intervals)

    def _table(self) -> Table:
        """One row for each interval; one with NaN where the profile is an equilibrium at no discount factor."""
        found = self.intervals or ((nan, nan),)
        more = {"concept": self.concept, "binding": str(self.binding or "none")}
        return [{"low": low, "high": high, **more} for low, high in found]

    def __str__(self) -> str:
        text = ", ".join(interval_text(*ends) for ends in self.intervals) or "no discount factor"
        tail = (
            f"; binding: {self.binding.player} plays {self.binding.action!r} at {self.binding.state!r}"
            if self.binding
            else ""
        )
        return f"{self.concept} at {text}{tail}"


def discount_factor(rate_per_year: float, period_days: float, survival: float = 1.0) -> float:
    """Discount factor per period from impatience, period length and survival.

    Parameters
    ----------
    rate_per_year : float
        Continuous rate, at least 0, per year.
    period_days : float
        Days per period, positive.
    survival : float
        Probability per period that the relation goes on.

    Examples
    --------
    >>> round(discount_factor(0.08 + 0.125, 91), 4)
    0.9502
    """
    if not rate_per_year >= 0 or rate_per_year == inf:
        invalid("rate_per_year", rate_per_year, "a finite rate of at least 0")
    if not period_days > 0 or period_days == inf:
        invalid("period_days", period_days, "a positive number of days")
    if not 0 <= survival <= 1:
        invalid("survival", survival, "a probability between 0 and 1")
    return exp(-rate_per_year * period_days / 365.25) * survival


@dataclass(frozen=True, slots=True, eq=False)
class MarkovCertificate(Provable, Evidence):
    """Evidence that a Markov profile is perfect, or where it fails.

    Attributes
    ----------
    ok : bool
        Whether no action of any player gains more than `tolerance` in any state.
    kind : str
        ``"Markov perfect"``, ``"epsilon"`` (only within an economic tolerance the caller gave) or
        ``"none"``.
    max_gain : float or Fraction
        Largest regret: best one-period action against the policy's value, per period; at least 0.
    where : Deviation
        Player, state and action of the largest regret.
    regrets, values : arrays ``[S, P]``
        Per state and player, in utility per period.
    tolerance : float
        What counts as zero: a bound on rounding, or the caller's tolerance.
    """

    ok: bool
    kind: str
    max_gain: Real
    where: Deviation
    exact: bool
    tolerance: float
    discount: Real
    regrets: NumberArray
    values: NumberArray
    _source: tuple[StochasticGame, MarkovProfile] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        words = {"Markov perfect": "Markov-perfect equilibrium", "none": "not a Markov-perfect equilibrium"}
        return self._judged(words)


@dataclass(frozen=True, slots=True)
class TransferCertificate(Evidence):
    """Evidence that a plan and its punishments are enforced by transfers, or where they are not.

    Attributes
    ----------
    ok : bool
        Whether no state and phase lacks liquidity by more than `tolerance`.
    shortfall : float
        Largest sum of what the parties would get by deviating, less the joint payoff of going on.
    where : (phase, state); the phase is ``"path"`` or the player punished
    joint : array [S], joint payoff of the plan
    threats : array [P, S], best-reply payoff of each player against its own punishment
    tolerance : float
    """

    ok: bool
    shortfall: float
    where: tuple[str, str]
    joint: FloatArray
    threats: FloatArray
    tolerance: float

    @property
    def kind(self) -> str:
        """What is proved: ``"enforced with transfers"``, or ``"none"``."""
        return "enforced with transfers" if self.ok else "none"

    @property
    def max_gain(self) -> float:
        """The shortfall: what the parties together gain by deviating, beyond what liquidity can pay."""
        return self.shortfall

    def __str__(self) -> str:
        verdict = "enforced with transfers" if self.ok else "not enforced with transfers"
        phase = "on the path" if self.where[0] == "path" else f"while {self.where[0]} is punished"
        return f"{verdict}; least liquidity {-self.shortfall:.6g} {phase} at {self.where[1]!r}"
