"""Sentences and labels from (quantifier, family, evidence): no claim is wider than what was looked at.

A claim about *everything* ("no reversion holds") stands on an outer bound or a proof. Other evidence covers one family
of profiles, and the sentence then names it ("no reversion on any single alarm holds"). Report, page, legends and
captions take their words from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from armsgame._shown import Value

__all__ = [
    "ANYTHING",
    "BANDS",
    "CAPTION",
    "LEGEND",
    "REVERSION",
    "TRIED",
    "Claim",
    "Family",
    "deterrence",
    "effect",
    "holding",
    "patience",
    "unravelling",
]

PROOFS = frozenset({"outer bound", "proof"})


@dataclass(frozen=True, slots=True)
class Family(Value):
    """Profiles that a piece of evidence speaks about.

    Attributes
    ----------
    noun : str, one of them ("reversion on any single alarm")
    everything : bool, are these all profiles that there are?
    """

    noun: str
    everything: bool = False


REVERSION = Family("reversion on any single alarm")
TRIED = Family("profile that was tried")
ANYTHING = Family("profile of pure public strategies", everything=True)


@dataclass(frozen=True, slots=True)
class Claim(Value):
    """One claim.

    Attributes
    ----------
    quantifier : "some", "only" or "no"
    family : Family
    verb : str, such as "holds" or "deters"
    evidence : "certificate", "closed form", "tried", "outer bound" or "proof"
        The first three speak about their family alone.
    limit : str, a narrower part of the family ("permanent", "of 4 periods")

    Raises
    ------
    ValueError
        A claim that denies everything without an outer bound or a proof.
    """

    quantifier: str
    family: Family
    verb: str
    evidence: str
    limit: str = ""

    def __post_init__(self) -> None:
        if self.quantifier not in ("some", "only", "no"):
            raise ValueError(f"quantifier is {self.quantifier!r}; allowed: 'some', 'only' or 'no'.")
        if self.quantifier != "some" and self.family.everything and self.evidence not in PROOFS:
            raise ValueError(
                f"'{self}' is about every profile, and rests on {self.evidence!r}; allowed: an outer bound or a proof. "
                "Name the family that was looked at."
            )

    def __str__(self) -> str:
        if self.quantifier == "no":
            return f"no {self.family.noun} {self.verb}"
        noun = f"{self.limit} {self.family.noun}".strip()
        return f"only {noun} {self.verb}" if self.quantifier == "only" else f"{noun} {self.verb}"


_NOUN = REVERSION.noun
CAPTION = f"Shortest {_NOUN.replace('reversion', 'suspension')} that deters"
LEGEND = CAPTION.lower().replace(" that", "\nthat")
BANDS = {
    "none": str(Claim("no", REVERSION, "deters", "closed form")),
    "permanent": str(Claim("only", REVERSION, "deters", "closed form", "permanent")),
    "needless": "none needed",
}
"""Labels of a map of suspensions."""


def deterrence(periods: float, permanent: bool) -> str:
    """Say what reversion deters at one point.

    Parameters
    ----------
    periods : float
        Shortest suspension on any single alarm that deters; 0 where none is needed, infinite where no length does.
    permanent : bool, does the permanent one deter?
    """
    if periods == 0:
        return "complying is a best reply in one period; no reversion is needed"
    if periods != float("inf"):
        unit = "period" if periods == 1 else "periods"
        return f"{periods:g} {unit}: suspension on any single alarm deters, and no shorter one does"
    return BANDS["permanent"] if permanent else BANDS["none"]


def holding(names: Sequence[str], discount: float, evidence: str = "certificate") -> str:
    """Say which of the profiles tried hold at a discount factor."""
    if names:
        return f"certified at {discount:g}: {', '.join(names)}"
    return f"{Claim('no', TRIED, 'holds', evidence)} at {discount:g}"


def patience(name: str, intervals: Sequence[str]) -> str:
    """Say at which discount factors a profile holds; `intervals` are all of them, in words."""
    if not intervals:
        return f"{name} holds at no discount factor"
    return f"{name} holds at discount factors in {', '.join(intervals)}"


def unravelling(unravels: bool, profiles: int) -> str:
    """Say whether compliance before a foreseen end unravels, and what that rests on."""
    if unravels:
        told = "in pure public strategies compliance unravels to the first period"
        return f"{told} (one profile is left after it, by an outer bound)"
    if profiles > 1:
        # more than one profile inside an outer bound may still be one that can be enforced
        return f"it is not shown that compliance unravels (the outer bound leaves {profiles} profiles after it)"
    return "it is not shown that compliance unravels (what is left after it is not the one equilibrium of a period)"


def effect(differs: bool, change: float, dropped: float) -> str:
    """Say why a display that is attended changes nothing, where it does not; empty where it does."""
    if differs and change:
        return ""
    if differs:
        return "  no difference at the horizon, though there is one before it"
    if dropped == 0:
        return "  no effect: every demander of this account keeps its demand whatever the display shows"
    return "  no effect on withdrawal within the horizon"
