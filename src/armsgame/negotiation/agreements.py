"""Which bundle is agreed on: frontier, zone of agreement, bargaining solutions, logrolling, sensitivity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.geometry.plane import polygon
from armsgame.negotiation.term_values import TermValues, value_of_terms
from armsgame.negotiation.terms import Terms
from armsgame.solve.bargaining.rules import Egalitarian, KalaiSmorodinsky, NashBargaining, Region, Utilitarian
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import pandas

__all__ = ["Deal", "TermsBargain", "deal_sensitivity", "negotiate_terms", "pareto"]

BargainingRule: TypeAlias = NashBargaining | KalaiSmorodinsky | Egalitarian | Utilitarian
RULES = (NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Utilitarian())


@dataclass(frozen=True, slots=True, eq=False)
class Deal(Value):
    """What one bargaining rule selects.

    Attributes
    ----------
    rule : the rule applied
    bundle : int, the first of the bundles that the rule ranks highest; where several tie, no more than an example
    payoff : array [2]
    ties : int array, bundles that the rule ranks equal
    lottery_payoff : array [2], what the rule selects where parties may draw lots over bundles
    lottery : tuple of (probability, bundle), at most two bundles
    """

    rule: BargainingRule
    bundle: int
    payoff: FloatArray
    ties: IntArray
    lottery_payoff: FloatArray
    lottery: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class TermsBargain(Framed, Drawn, Value):
    """What would be agreed, and what each party gives up.

    Attributes
    ----------
    values : TermValues
    agreed : bool, is there a zone of agreement?
    frontier : int array, self-enforcing bundles that no other one in the zone dominates, by the first party's value
    deals : one `Deal` per rule
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
    note: str = ""

    def __getitem__(self, rule: str) -> Deal:
        for deal in self.deals:
            if str(deal.rule).lower().startswith(rule.lower()):
                return deal
        raise InvalidGame(f"rule {rule!r} is unknown. {close_matches(rule, [str(d.rule) for d in self.deals])}")

    def agreed_on(self, deal: Deal) -> str:
        """Describe a deal in words: a term whose levels differ among bundles that tie is undetermined."""
        return self.values.terms.told(self.values.bundles[deal.ties])

    def first_deal(self, heading: str) -> dict[str, object]:
        """Cells of a table: the self-enforcing share, the bundle of the first rule and what it is worth, if any."""
        deal = self.deals[0] if self.agreed else None
        cells: dict[str, object] = {"self_enforcing": self.values.share, heading: self.agreed_on(deal) if deal else ""}
        return cells | {f"value {p}": deal.payoff[i] if deal else np.nan for i, p in enumerate(self.values.parties)}

    def to_frame(self) -> pandas.DataFrame:
        """One row per rule: bundle, payoffs, what each party gives up against its ideal bundle."""
        rows = []
        for deal, lost in zip(self.deals, self.gives_up, strict=True):
            row: dict[str, object] = {"rule": str(deal.rule), "bundle": self.agreed_on(deal)}
            for i, party in enumerate(self.values.parties):
                row |= {f"value {party}": deal.payoff[i], f"gives up {party}": lost[i]}
            rows.append(row)
        return need_pandas().DataFrame(rows)

    def __str__(self) -> str:
        if not self.agreed:
            return f"No agreement. {self.note}"
        v = self.values
        lines = [f"{int(v.zone.sum()):,} bundles in the zone of agreement, {len(self.frontier):,} on the frontier"]
        for deal, lost in zip(self.deals, self.gives_up, strict=True):
            pays = ", ".join(
                f"{p} {x:.4f} (gives up {g:.4f})" for p, x, g in zip(v.parties, deal.payoff, lost, strict=True)
            )
            more = f"; {len(deal.ties)} bundles tie" if len(deal.ties) > 1 else ""
            lines.append(f"  {deal.rule}: {self.agreed_on(deal)}: {pays}{more}")
        gains = ", ".join(f"{name} {gain:.4f}" for name, gain in self.logrolling.items())
        lines.append(f"  joint gain over disagreement: {gains}")
        return "\n".join([*lines, *(f"  assumption: {a}" for a in v.assumptions)])


def negotiate_terms(values: TermValues, *, rules: Sequence[BargainingRule] = RULES) -> TermsBargain:
    """Select the bundle that each bargaining rule would agree on.

    Parameters
    ----------
    values : TermValues
        From `value_of_terms`; the disagreement point is in it.
    rules : sequence of NashBargaining, KalaiSmorodinsky, Egalitarian, Utilitarian
        The first one decides logrolling.

    Returns
    -------
    TermsBargain
        With ``agreed=False`` and the binding constraint in `note` where no self-enforcing bundle
        gives both parties at least the disagreement point and one of them more.

    Notes
    -----
    Only self-enforcing bundles can be agreed on. Bundles are indivisible: Nash maximises the
    weighted product of gains over bundles, Kalai-Smorodinsky the smaller gain relative to the most
    each party can gain, the egalitarian rule the smaller gain, the utilitarian rule the sum; ties
    go to the larger sum, then to the first bundle, and are listed: a term whose levels differ among
    them is undetermined, and printed as such. `Deal.lottery_payoff` is the
    rule on the convex hull, which lots over two bundles deliver.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.negotiation import usual_terms
    >>> space = Terms([usual_terms.inspection_quota((0, 1, 4)), usual_terms.deployment_ceiling((0.0, 0.25))])
    >>> found = negotiate_terms(value_of_terms(ag.Treaty().replace(detection=0.03), space, discount=0.95))
    >>> found.values.label(found["Nash"].bundle)
    'inspections 1, ceiling 0'
    """
    if not isinstance(values, TermValues):
        invalid("values", type(values).__name__, "the result of value_of_terms")
    if not rules:
        invalid("rules", rules, "at least one bargaining rule")
    for rule in rules:
        if not isinstance(rule, BargainingRule):
            invalid("rules", rule, "NashBargaining(), KalaiSmorodinsky(), Egalitarian() or Utilitarian()")
    at = np.flatnonzero(values.zone)
    if len(at) == 0:
        if not values.self_enforcing.any():
            note = f"No bundle is self-enforcing by {values.tried}; nearest, {values.nearest_failure()}."
        else:
            short = values.values[values.self_enforcing] - values.disagreement
            k = int(np.argmax(short.min(axis=1)))
            n = int(np.flatnonzero(values.self_enforcing)[k])
            who = values.parties[int(np.argmin(short[k]))]
            note = (
                f"The zone of agreement is empty: {int(values.self_enforcing.sum())} bundles are self-enforcing, none "
                f"gives both parties the disagreement point and one of them more; nearest, {values.label(n)}, where "
                f"{who} gets {short[k].min():.4g} relative to it."
            )
        empty = np.empty(0, int)
        return TermsBargain(values, False, empty, (), (-1, -1), np.empty((0, 2)), {}, note)
    payoffs = values.values[at]
    deals = tuple(_deal(rule, values, at) for rule in rules)
    ideal = tuple(int(at[np.lexsort((-payoffs[:, 1 - i], -payoffs[:, i]))[0]]) for i in (0, 1))
    best = np.array([values.values[ideal[i], i] for i in (0, 1)])
    front = at[pareto(payoffs)]
    front = front[np.argsort(values.values[front, 0], kind="stable")]
    lost = best - np.array([d.payoff for d in deals])
    return TermsBargain(values, True, front, deals, (ideal[0], ideal[1]), lost, _logrolling(values, rules[0]))


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
    live = ray > 1e-12 * max(1.0, float(gains.max()))
    return np.asarray((gains[:, live] / ray[live]).min(axis=1))


def _deal(rule: BargainingRule, values: TermValues, at: IntArray) -> Deal:
    payoffs = values.values[at]
    gains = np.maximum(payoffs - values.disagreement, 0)
    score = _scores(rule, gains)
    slack = 1e-10 * max(1e-300, float(np.abs(score).max()))
    tied = np.flatnonzero(score >= score.max() - slack)
    total = gains[tied].sum(axis=1)
    best = int(tied[np.argmax(total > total.max() - 1e-12 * (1 + total.max()))])
    payoff, _ = rule.choose(Region.of(polygon(payoffs), values.disagreement))
    return Deal(rule, int(at[best]), payoffs[best], at[tied], payoff, draw_lots(payoff, values.values, at))


def draw_lots(payoff: FloatArray, payoffs: FloatArray, at: IntArray) -> tuple[tuple[float, int], ...]:
    """Write a payoff of the Pareto frontier of the hull as a lottery over one or two bundles."""
    rows = payoffs[at]
    scale = 1 + float(np.abs(rows).max())
    near = np.abs(rows - payoff).max(axis=1)
    if near.min() <= 1e-9 * scale:
        return ((1.0, int(at[np.argmin(near)])),)
    corners = polygon(rows)
    line = Region.of(corners, corners.min(axis=0)).frontier()
    k = int(np.clip(np.searchsorted(line[:, 0], payoff[0]), 1, len(line) - 1))
    share = float((line[k, 0] - payoff[0]) / (line[k, 0] - line[k - 1, 0]))
    ends = [int(at[np.argmin(np.abs(rows - line[j]).max(axis=1))]) for j in (k - 1, k)]
    return ((share, ends[0]), (1 - share, ends[1]))


def _logrolling(values: TermValues, rule: BargainingRule) -> dict[str, float]:
    """Joint gains of whole packages, of one term after another, and of each term alone."""
    zone, gain = values.zone, (values.values - values.disagreement).sum(axis=1)
    now = np.array(values.terms.today)

    def settle(fixed: BoolArray, base: IntArray) -> int | None:
        at = np.flatnonzero(zone & (values.bundles[:, fixed] == base[fixed]).all(axis=1))
        return None if len(at) == 0 else _deal(rule, values, at).bundle

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


def deal_sensitivity(
    treaty: Treaty,
    terms: Terms,
    *,
    discount: float,
    over: Mapping[str, ArrayLike],
    rule: BargainingRule = RULES[0],
    **question: Any,
) -> pandas.DataFrame:
    """Compute the deal again while one assumption at a time varies.

    Parameters
    ----------
    treaty, terms, discount : as `value_of_terms`
    over : mapping from ``"discount"`` or a parameter of `Treaty.replace` to values
        For instance ``{"discount": (0.9, 0.95), "detection": (0.1, 0.5), "outside_option": (0, 0.5)}``.
    rule : a bargaining rule
    question : other arguments of `value_of_terms`

    Returns
    -------
    pandas.DataFrame
        One row per value: assumption, value, share of bundles that are self-enforcing, bundle
        agreed on (empty where none), payoffs (NaN where none).
    """
    rows = []
    for name, several in over.items():
        for level in np.atleast_1d(np.asarray(several, dtype=float)).tolist():
            own = treaty if name == "discount" else treaty.replace(**{name: level})
            delta = level if name == "discount" else discount
            found = negotiate_terms(value_of_terms(own, terms, discount=delta, **question), rules=(rule,))
            rows.append({"assumption": name, "value": level, **found.first_deal("bundle")})
    return need_pandas().DataFrame(rows)
