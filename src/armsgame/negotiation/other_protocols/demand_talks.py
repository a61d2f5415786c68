"""Talks under a demand: deadlines, costs of backing down and levels of the treaty's game as data of a protocol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from armsgame._checks import check_discount
from armsgame._shown import Value
from armsgame._typing import BoolArray
from armsgame.dossiers.coercion import treaty_of
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.negotiation.alternating_protocol import OfferEquilibrium, alternating_offers
from armsgame.negotiation.menu import pick, zero_of
from armsgame.negotiation.protocols import AlternatingOffers, check_discounts, check_party
from armsgame.negotiation.term_values import TermValues
from armsgame.treaty.parts.demand_menu import DemandLevel, DemandMenu
from armsgame.treaty.treaty import Treaty

__all__ = ["DemandTalks", "DemandedDeal", "TalkLevel", "demand_talks"]


@dataclass(frozen=True, slots=True)
class TalkLevel(Value):
    """One level of a demand, as talks see it.

    Attributes
    ----------
    name : str
    rounds : int
        Decision periods before the deadline, one offer each.
    backing_down : float
        One-off cost of the demander that settles for less, in periods: its audience cost.
    yielding : float
        One-off cost of the addressee that meets the demand: its status cost.
    exit : float
        One-off cost of the demander's notice once the demand has run out.
    concession : float
        One-off worth to the demander of what is demanded.
    meets : tuple of (term, levels), or None
        What meets the demand: a level of each term that is named. None: every bundle that gives the demander at
        least the concession more than what it has while nothing is agreed.
    """

    name: str
    rounds: int
    backing_down: float
    yielding: float
    exit: float
    concession: float
    meets: tuple[tuple[str, tuple[Any, ...]], ...] | None = None


@dataclass(frozen=True, slots=True)
class DemandTalks(Value):
    """Protocol of talks under a demand: the demander names a level in public, then offers alternate until its deadline.

    The demander may offer only what meets its demand. If it accepts less it has backed down and pays for that; an
    addressee that agrees to what was demanded pays for yielding. At the deadline the demander gives notice.

    Attributes
    ----------
    parties : pair of str
    demander : 0 or 1
    levels : tuple of TalkLevel
    discounts : pair of float, per round
    """

    parties: tuple[str, str]
    demander: int
    levels: tuple[TalkLevel, ...]
    discounts: tuple[float, float]

    def level(self, name: str) -> TalkLevel:
        """Level of a name.

        Raises
        ------
        InvalidGame
            An unknown name.
        """
        for one in self.levels:
            if one.name == name:
                return one
        raise InvalidGame(f"the demand has no level {name!r}. {close_matches(name, [v.name for v in self.levels])}")

    def met(self, values: TermValues, name: str) -> BoolArray:
        """Whether each bundle [N] meets the demand of a level."""
        level = self.level(name)
        if level.meets is None:
            gain = values.values[:, self.demander] - values.disagreement[self.demander]
            return np.asarray(gain >= (1 - values.discount) * level.concession - zero_of(values.values))
        good = np.ones(len(values.bundles), bool)
        for term, wanted in level.meets:
            if term not in values.terms.names:
                raise InvalidGame(f"level {name!r} names the term {term!r}. {close_matches(term, values.terms.names)}")
            k = values.terms.names.index(term)
            good &= np.isin(
                values.bundles[:, k], [n for n, v in enumerate(values.terms.terms[k].levels) if v in wanted]
            )
        return good

    def on(self, values: TermValues, name: str) -> tuple[TermValues, AlternatingOffers]:
        """Write a level as a space with its one-off costs and a protocol, for equilibria, sessions and negotiators.

        Parameters
        ----------
        values : TermValues
        name : str, a level

        Returns
        -------
        TermValues
            Worth net of backing down or of yielding, and of the demander's exit: a one-off cost c is (1 - discount) c
            per period, as in the treaty's game.
        AlternatingOffers
            The demander first; it offers only what meets its demand.

        Raises
        ------
        InvalidGame
            An unknown level or term, or other parties.
        """
        if not isinstance(values, TermValues):
            invalid("values", type(values).__name__, "the result of value_of_terms")
        if values.parties != self.parties:
            invalid("values", values.parties, f"values of {self.parties}")
        level, met = self.level(name), self.met(values, name)
        per, i = 1 - values.discount, self.demander
        worth, away = values.values.copy(), values.walk_away.copy()
        worth[:, i] -= np.where(values.self_enforcing & ~met, per * level.backing_down, 0.0)
        worth[:, 1 - i] -= np.where(values.self_enforcing & met, per * level.yielding, 0.0)
        away[i] -= per * level.exit
        own = tuple(np.flatnonzero(met).tolist())
        offers = (own, None) if i == 0 else (None, own)
        protocol = AlternatingOffers(
            self.discounts, rounds=level.rounds, first=i, at_deadline="walk away", offers=offers
        )
        notes = (*values.assumptions, f"one-off costs of the demand {name!r} are spread over all periods")
        return replace(values, values=worth, walk_away=away, assumptions=notes), protocol

    def solve(self, values: TermValues) -> DemandedDeal:
        """Find the subgame-perfect equilibrium: talks under every level, and the level that the demander names.

        Raises
        ------
        InvalidGame
            As `on`, or no bundle is self-enforcing.
        """
        each = tuple(alternating_offers(*self.on(values, one.name))[0] for one in self.levels)
        pays = np.array([e.payoffs for e in each])
        best = pick(pays[:, self.demander], pays, zero_of(pays))
        met = tuple(
            e.agreement >= 0 and bool(self.met(values, v.name)[e.agreement])
            for e, v in zip(each, self.levels, strict=True)
        )
        return DemandedDeal(self, self.levels[best].name, each[best], each, met)

    def __str__(self) -> str:
        lines = [f"talks under a demand by {self.parties[self.demander]}; notice at the deadline"]
        for v in self.levels:
            what = "at least the concession" if v.meets is None else "; ".join(f"{t} in {w}" for t, w in v.meets)
            lines.append(
                f"  {v.name}: {v.rounds} rounds, backing down costs {v.backing_down:g}, yielding {v.yielding:g}, exit "
                f"{v.exit:g} periods; met by {what}"
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, eq=False)
class DemandedDeal(Value):
    """What a demand leads to.

    Attributes
    ----------
    talks : DemandTalks
    level : str, the level that the demander names: best for it, a tie to the larger sum, then the first
    deal : OfferEquilibrium of the talks under it, with its certificate
    by_level : tuple of OfferEquilibrium, in the order of the levels
    met : tuple of bool, does the agreement under each level meet the demand?
    """

    talks: DemandTalks
    level: str
    deal: OfferEquilibrium
    by_level: tuple[OfferEquilibrium, ...]
    met: tuple[bool, ...]

    def __str__(self) -> str:
        lines = [f"{self.talks.parties[self.talks.demander]} demands {self.level!r}"]
        for level, found, met in zip(self.talks.levels, self.by_level, self.met, strict=True):
            how = "the treaty ends" if found.round < 0 else "the demand is met" if met else "the demander backs down"
            lines.append(f"  {level.name}: {how}; {found}")
        return "\n".join(lines)


def demand_talks(
    treaty: Any,
    discounts: tuple[float, float] | None = None,
    *,
    demander: int | str = 0,
    meets: Mapping[str, Mapping[str, Sequence[Any]]] | None = None,
    discount: float | None = None,
) -> DemandTalks:
    """Read the protocol of talks under a demand off a treaty or a scenario.

    Parameters
    ----------
    treaty : Treaty, or Scenario
        Its deadline, audience, status and exit costs, and the levels of its `DemandMenu`, if it has one.
    discounts : pair of float, per round, of the first and the second party
        Default: `discount` for both, as a round is a period.
    demander : 0, 1 or a party's name
    meets : mapping {level: {term: levels that meet it}}, optional
        Of a treaty without a menu the level is called ``"demand"``. Default: what gives the demander the concession.
    discount : float, per period; default: the scenario's

    Returns
    -------
    DemandTalks

    Raises
    ------
    InvalidGame
        A treaty without demands or without a clause of exit, an unknown level, or no discount factor.

    Notes
    -----
    Deadlines become rounds, one offer in each decision period; the menu's levels become admissible offers. Costs of
    backing down are those of Fearon (1994). One-off costs are in periods of utility, as in the treaty's game.

    References
    ----------
    J. D. Fearon (1994), American Political Science Review 88, 577-592.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame import negotiation as neg
    >>> treaty = ag.Treaty().replace(detection=0.03, audience_cost=4.0)
    >>> talks = neg.demand_talks(treaty, demander="US", discount=0.95, meets={"demand": {"cost share": [0.0]}})
    >>> talks.levels[0].rounds, talks.levels[0].backing_down
    (1, 4.0)
    >>> space = neg.Terms([neg.inspection_quota((1, 2)), neg.cost_sharing((0.0, 0.5, 1.0), payer="US")])
    >>> found = talks.solve(neg.value_of_terms(treaty, space, discount=0.95))
    >>> found.met, found.deal.certificate.ok
    ((True,), True)
    """
    scenario = getattr(treaty, "question", None)
    own: Treaty = treaty_of("demand_talks", treaty)
    if not own.demand or not own.notice:
        have = (own.demand, own.notice)
        invalid("demand, notice", have, "a treaty with demands and a clause of exit", "Set both to True.")
    if discounts is None:
        delta = discount if discount is not None else None if scenario is None else scenario.discount
        if delta is None:
            invalid("discounts", None, "a pair of factors per round, or discount=, a factor per period")
        check_discount(delta)
        discounts = (float(delta), float(delta))
    i = own.parties.index(demander) if isinstance(demander, str) and demander in own.parties else demander
    i = check_party("demander", i)
    menu = next((part for part in own.parts if isinstance(part, DemandMenu)), None)
    levels = (DemandLevel("demand"),) if menu is None else menu.levels
    wanted = {} if meets is None else meets
    if not isinstance(wanted, Mapping) or not all(isinstance(v, Mapping) and v for v in wanted.values()):
        invalid("meets", meets, "a mapping {level: {term: levels that meet it}}")
    for name in wanted:
        if name not in [v.name for v in levels]:
            raise InvalidGame(f"meets names the level {name!r}. {close_matches(name, [v.name for v in levels])}")
    found = tuple(_level(own, v, i, wanted.get(v.name)) for v in levels)
    return DemandTalks(own.parties, i, found, check_discounts(discounts))


def _level(treaty: Treaty, level: DemandLevel, i: int, wanted: Mapping[str, Sequence[Any]] | None) -> TalkLevel:
    ours, theirs = treaty.parameters[i], treaty.parameters[1 - i]

    def cost(name: str, otherwise: float, party: int) -> float:
        pair = getattr(level, name)
        return otherwise if pair is None else float(pair[party])

    meets = None
    if wanted is not None:
        for term, several in wanted.items():
            if isinstance(several, str) or not isinstance(several, Iterable):
                invalid(f"meets[{level.name!r}][{term!r}]", several, "a sequence of levels of the term")
        meets = tuple((str(term), tuple(several)) for term, several in wanted.items())
    concession = level.concession
    return TalkLevel(
        level.name, level.periods(treaty), cost("audience_cost", ours.audience_cost, i),
        cost("status_cost", theirs.status_cost, 1 - i), cost("exit_cost", ours.exit_cost_grounds, i),
        float(concession[i] if isinstance(concession, tuple) else concession), meets,
    )  # fmt: skip
