"""Which bundle is agreed on: frontier, zone of agreement, bargaining solutions, logrolling, sensitivity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.arithmetic.tolerance import ZERO
from armsgame.errors import InvalidGame, NotSolved, close_matches, invalid
from armsgame.geometry.plane import polygon
from armsgame.negotiation.menu import draw_lots, pick, zero_of
from armsgame.negotiation.term_values import TermValues
from armsgame.results.certificates import Certificate
from armsgame.results.provable import Provable
from armsgame.solve.bargaining.rules import Egalitarian, KalaiSmorodinsky, NashBargaining, Region, Utilitarian

if TYPE_CHECKING:
    import pandas

__all__ = ["Deal", "TermsBargain", "negotiate_terms", "pareto"]

BargainingRule: TypeAlias = NashBargaining | KalaiSmorodinsky | Egalitarian | Utilitarian
RULES = (NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Utilitarian())


@dataclass(frozen=True, slots=True, eq=False)
class Deal(Provable, Value):
    """What one bargaining rule selects.

    Attributes
    ----------
    rule : the rule applied
    bundle : int
        The first of the bundles that the rule ranks highest; where several tie, no more than an example, as `label`
        says. -1 where no single bundle gives both at least the threat, but lots over bundles do.
    payoff : array [2], of that bundle; without one the threat
    ties : int array, bundles that the rule ranks equal
    lottery_payoff : array [2], what the rule selects where parties may draw lots over bundles
    lottery : tuple of (probability, bundle), at most two bundles
    values : TermValues, the worth of all bundles
    threat : array [2]
    """

    rule: BargainingRule
    bundle: int
    payoff: FloatArray
    ties: IntArray
    lottery_payoff: FloatArray
    lottery: tuple[tuple[float, int], ...]
    values: TermValues = field(repr=False)
    threat: FloatArray = field(repr=False)

    @property
    def label(self) -> str:
        """What is agreed, in words: a term whose levels differ among bundles that tie is undetermined."""
        v = self.values
        if self.bundle >= 0:
            return v.terms.told(v.bundles[self.ties])
        return "no single bundle; by lots " + " or ".join(
            f"{v.label(n)} (probability {p:.3g})" for p, n in self.lottery
        )

    def __str__(self) -> str:
        pays = ", ".join(f"{p} {x:.4f}" for p, x in zip(self.values.parties, self.payoff, strict=True))
        return f"{self.rule}: {self.label}: {pays}{self.tied}"

    @property
    def tied(self) -> str:
        """How many bundles the rule ranks equal, in words; empty where there is one."""
        return f"; {len(self.ties)} bundles tie" if len(self.ties) > 1 else ""

    def proved(self) -> tuple[Certificate, tuple[str, ...]]:
        """Certificate of the bundle, and what its proof file says beside the claim.

        Raises
        ------
        NotSolved
            No single bundle is agreed on, or `TermValues.certificate` finds none.
        """
        if self.bundle < 0:
            lots = ", ".join(str(n) for _, n in self.lottery)
            raise NotSolved(
                f"no single bundle is agreed on; prove those of the lots: ag.proof(values, bundle=n), n {lots}"
            )
        certificate, notes = self.values.proved(self.bundle)
        return certificate, (f"agreed by {self.rule}", *notes)

    def explain(self) -> str:
        """Say what is agreed, what each party gains by it, and which assumptions it rests on."""
        v = self.values
        lines = [f"{self.rule}: {self.label}{self.tied}"]
        for party, x, d in zip(v.parties, self.payoff, self.threat, strict=True):
            lines.append(f"  {party}: {x:.6g}, {x - d:.6g} more than refusing gives ({d:.6g})")
        if self.bundle >= 0:
            name = v.classes[int(v.selected[self.bundle])]
            lines.append(f"  kept by {name}; closest deviation: {v.binding[self.bundle] or 'none'}")
        return "\n".join([*lines, *([] if v.ledger is None else [str(v.ledger)])])


@dataclass(frozen=True, slots=True, eq=False)
class TermsBargain(Provable, Framed, Drawn, Value):
    """What would be agreed, and what each party gives up.

    Attributes
    ----------
    values : TermValues
    agreed : bool, is there a zone of agreement, a single bundle that gives both at least the threat and one more?
    frontier : int array, self-enforcing bundles that no other one in the zone dominates, by the first party's value
    deals : one `Deal` per rule; where only lots give both a gain, with no bundle; none where nothing does
    threat : array [2], what refusing gives: the disagreement point, or walking away
    ideal : pair of int, the bundle of the zone that each party likes best
    gives_up : array [rules, 2], value of the own ideal bundle minus the value of the deal
    logrolling : mapping with ``"package"``, ``"issue by issue"`` and one entry per term:
        sum of gains over the disagreement point of the first rule's deal over whole packages, of
        settling one term after another, and of moving that term alone
    note : str, why there is no agreement
    """

    values: TermValues
    agreed: bool
    frontier: IntArray
    deals: tuple[Deal, ...]
    ideal: tuple[int, int]
    gives_up: FloatArray
    logrolling: Mapping[str, float]
    threat: FloatArray
    note: str = ""

    def __getitem__(self, rule: str) -> Deal:
        for deal in self.deals:
            if str(deal.rule).lower().startswith(rule.lower()):
                return deal
        if not self.deals:
            raise InvalidGame(f"nothing is agreed under any rule, {rule!r} neither: {self.note}")
        raise InvalidGame(f"rule {rule!r} is unknown. {close_matches(rule, [str(d.rule) for d in self.deals])}")

    def proved(self, rule: str | None = None) -> tuple[Certificate, tuple[str, ...]]:
        """Certificate of the deal of a rule, by default the first, and what its proof file says beside the claim.

        Raises
        ------
        InvalidGame
            The rule is unknown.
        NotSolved
            There is no deal, or no single bundle in it.
        """
        if not self.deals:
            raise NotSolved(f"no agreement: {self.note}")
        return (self.deals[0] if rule is None else self[rule]).proved()

    def first_deal(self, heading: str) -> dict[str, object]:
        """Cells of a table: the self-enforcing share, the bundle of the first rule and what it is worth, if any."""
        deal = self.deals[0] if self.agreed else None
        cells: dict[str, object] = {"self_enforcing": self.values.share, heading: deal.label if deal else ""}
        return cells | {f"value {p}": deal.payoff[i] if deal else np.nan for i, p in enumerate(self.values.parties)}

    def explain(self) -> str:
        """Say the deals in words, with the ledger of assumptions that they rest on."""
        ledger = self.values.ledger
        return "\n".join([str(self), *([] if ledger is None else ["", str(ledger)])])

    def to_frame(self) -> pandas.DataFrame:
        """One row per rule: bundle, payoffs, what each party gives up against its ideal bundle."""
        rows = []
        for deal, lost in zip(self.deals, self.gives_up, strict=True):
            row: dict[str, object] = {"rule": str(deal.rule), "bundle": deal.label}
            for i, party in enumerate(self.values.parties):
                row |= {f"value {party}": deal.payoff[i], f"gives up {party}": lost[i]}
            rows.append(row)
        return need_pandas().DataFrame(rows)

    def __str__(self) -> str:
        if not self.agreed:
            return f"No agreement. {self.note}"
        v = self.values
        zone = _zone(v, self.threat)
        lines = [f"{int(zone.sum()):,} bundles in the zone of agreement, {len(self.frontier):,} on the frontier"]
        for deal, lost in zip(self.deals, self.gives_up, strict=True):
            pays = ", ".join(
                f"{p} {x:.4f} (gives up {g:.4f})" for p, x, g in zip(v.parties, deal.payoff, lost, strict=True)
            )
            lines.append(f"  {deal.rule}: {deal.label}: {pays}{deal.tied}")
        gains = ", ".join(f"{name} {gain:.4f}" for name, gain in self.logrolling.items())
        lines.append(f"  joint gain over disagreement: {gains}")
        return "\n".join([*lines, *(f"  assumption: {a}" for a in v.assumptions)])


def negotiate_terms(
    values: TermValues, *, rules: Sequence[BargainingRule] = RULES, threat: str = "disagreement"
) -> TermsBargain:
    """Select the bundle that each bargaining rule would agree on.

    Parameters
    ----------
    values : TermValues
        From `value_of_terms`; the disagreement point is in it.
    rules : sequence of NashBargaining, KalaiSmorodinsky, Egalitarian, Utilitarian
        The first one decides logrolling.
    threat : "disagreement" or "walk away"
        What refusing gives. Where a risk of breakdown presses parties it is walking away, where impatience does it
        is the disagreement point (Binmore, Rubinstein and Wolinsky 1986).

    Returns
    -------
    TermsBargain
        With ``agreed=False`` and the binding constraint in `note` where no self-enforcing bundle
        gives both parties at least the threat and one of them more.

    Notes
    -----
    Only self-enforcing bundles can be agreed on; lots may be drawn over all of them, as in `alternating_offers`.
    Bundles are indivisible: Nash maximises the weighted product of gains over bundles, Kalai-Smorodinsky the smaller
    gain relative to the most each party can gain, the egalitarian rule the smaller gain, the utilitarian rule the sum;
    ties go to the larger sum, then to the first bundle, and are listed: a term whose levels differ among
    them is undetermined, and printed as such. `Deal.lottery_payoff` is the
    rule on the convex hull above the threat, which lots over two bundles deliver.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.negotiation import Terms, usual_terms, value_of_terms
    >>> space = Terms([usual_terms.inspection_quota((0, 1, 4)), usual_terms.deployment_ceiling((0.0, 0.25))])
    >>> found = negotiate_terms(value_of_terms(ag.Treaty().replace(detection=0.03), space, discount=0.95))
    >>> found.values.label(found["Nash"].bundle)
    'inspections 1, ceiling 0'
    """
    if not isinstance(values, TermValues):
        invalid("values", type(values).__name__, "the result of value_of_terms")
    if isinstance(rules, str) or not isinstance(rules, Sequence) or not rules:
        invalid("rules", rules, "a sequence of at least one bargaining rule")
    for rule in rules:
        if not isinstance(rule, BargainingRule):
            invalid("rules", rule, "NashBargaining(), KalaiSmorodinsky(), Egalitarian() or Utilitarian()")
    if threat not in ("disagreement", "walk away"):
        invalid("threat", threat, "'disagreement' or 'walk away'")
    point = values.disagreement if threat == "disagreement" else values.walk_away
    zone = _zone(values, point)
    at, all_rows = np.flatnonzero(zone), np.flatnonzero(values.self_enforcing)
    region = Region.of(polygon(values.values[all_rows]), point) if len(all_rows) else None
    gainful = region is not None and not region.empty and (region.ideal - point > zero_of(region.points)).any()
    note = "" if len(at) else _nothing(values, point)
    if region is None or not gainful:
        empty = np.empty(0, int)
        return TermsBargain(values, False, empty, (), (-1, -1), np.empty((0, 2)), {}, point, note)
    deals = tuple(_deal(rule, values, point, at, all_rows, region) for rule in rules)
    if len(at) == 0:
        empty, note = np.empty(0, int), f"{note} Lots over bundles would give both a gain."
        return TermsBargain(values, False, empty, deals, (-1, -1), np.empty((0, 2)), {}, point, note)
    payoffs = values.values[at]
    zero = zero_of(values.values[all_rows])
    ideal = tuple(int(at[pick(payoffs[:, i], payoffs, zero)]) for i in (0, 1))
    best = np.array([values.values[ideal[i], i] for i in (0, 1)])
    front = at[pareto(payoffs)]
    front = front[np.argsort(values.values[front, 0], kind="stable")]
    lost = best - np.array([d.payoff for d in deals])
    rolled = _logrolling(values, rules[0], point, zone)
    return TermsBargain(values, True, front, deals, (ideal[0], ideal[1]), lost, rolled, point)


def _zone(values: TermValues, threat: FloatArray) -> BoolArray:
    """Bundles that are self-enforcing and give nobody less than the threat and somebody more."""
    return values.zone if threat is values.disagreement else replace(values, disagreement=threat).zone


def _nothing(values: TermValues, threat: FloatArray) -> str:
    """Why there is no single bundle to agree on."""
    if not values.self_enforcing.any():
        return f"No bundle is self-enforcing by {values.tried}; nearest, {values.nearest_failure()}."
    rows = np.flatnonzero(values.self_enforcing)
    short = values.values[rows] - threat
    k = int(np.argmax(short.min(axis=1)))
    who = values.parties[int(np.argmin(short[k]))]
    return (
        f"The zone of agreement is empty: {len(rows)} bundles are self-enforcing, none gives both parties what "
        "refusing gives and one of them more; nearest, "
        f"{values.label(int(rows[k]))}, where {who} gets {short[k].min():.4g} relative to it."
    )


def pareto(payoffs: FloatArray) -> BoolArray:
    """Bool [N]: no other row [N, 2] is at least as good for both and better for one; equal rows stay."""
    order = np.lexsort((-payoffs[:, 1], -payoffs[:, 0]))
    keep = np.zeros(len(payoffs), bool)
    ceiling, level, tied = -np.inf, np.inf, -np.inf
    for n in order.tolist():
        first, second = payoffs[n]
        if first < level:
            ceiling, level, tied = max(ceiling, tied), first, second
        keep[n] = second > ceiling and second >= tied
    return keep


def _scores(rule: BargainingRule, gains: FloatArray) -> FloatArray:
    """Rank of rows [N, 2] of gains of at least 0, larger is better."""
    if isinstance(rule, NashBargaining):
        return np.asarray(np.prod(np.maximum(gains, 0) ** rule.weights(2), axis=1))
    if isinstance(rule, Utilitarian):
        return np.asarray(gains.sum(axis=1))
    ray = gains.max(axis=0) if isinstance(rule, KalaiSmorodinsky) else np.ones(2)
    live = ray > zero_of(np.vstack([gains, np.zeros(2)]))
    return np.asarray((gains[:, live] / ray[live]).min(axis=1))


def _choice(rule: BargainingRule, values: TermValues, threat: FloatArray, at: IntArray) -> tuple[int, IntArray]:
    """Bundle that a rule ranks highest among those of the zone, and those that it ranks equal."""
    gains = np.maximum(values.values[at] - threat, 0)
    score = _scores(rule, gains)
    slack = ZERO * float(np.abs(score).max())
    tied = np.flatnonzero(score >= score.max() - slack)
    best = int(tied[pick(np.zeros(len(tied)), gains[tied], zero_of(values.values[values.self_enforcing]))])
    return int(at[best]), at[tied]


def _deal(
    rule: BargainingRule, values: TermValues, threat: FloatArray, at: IntArray, every: IntArray, region: Region
) -> Deal:
    payoff, _ = rule.choose(region)
    lots = draw_lots(payoff, values.values, every)
    if len(at) == 0:
        return Deal(rule, -1, threat, at, payoff, lots, values, threat)
    best, tied = _choice(rule, values, threat, at)
    return Deal(rule, best, values.values[best], tied, payoff, lots, values, threat)


def _logrolling(values: TermValues, rule: BargainingRule, threat: FloatArray, zone: BoolArray) -> dict[str, float]:
    """Joint gains of whole packages, of one term after another, and of each term alone."""
    gain = (values.values - threat).sum(axis=1)
    now = np.array(values.terms.today)

    def settle(fixed: BoolArray, base: IntArray) -> int | None:
        at = np.flatnonzero(zone & (values.bundles[:, fixed] == base[fixed]).all(axis=1))
        return None if len(at) == 0 else _choice(rule, values, threat, at)[0]

    def worth(n: int | None) -> float:
        return 0.0 if n is None else float(gain[n])

    others = ~np.eye(len(now), dtype=bool)
    base, reached = now, 0.0
    for fixed in others:
        n = settle(fixed, base)
        if n is not None:
            base, reached = values.bundles[n], worth(n)
    out = {"package": worth(settle(np.zeros(len(now), bool), now)), "issue by issue": reached}
    return out | {t.name: worth(settle(fixed, now)) for t, fixed in zip(values.terms.terms, others, strict=True)}
