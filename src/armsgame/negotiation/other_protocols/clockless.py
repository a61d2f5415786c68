"""Protocols without a clock: simultaneous demands, an agenda of terms, a mediator's single text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from armsgame._checks import is_whole
from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.errors import invalid
from armsgame.negotiation.menu import signable, zero_of
from armsgame.negotiation.protocols import IssueByIssue, SimultaneousDemands, SingleText
from armsgame.negotiation.term_values import TermValues
from armsgame.negotiation.terms import Terms

__all__ = ["AgendaOutcome", "Demands", "TextOutcome", "agenda", "demand_game", "single_text", "whole_space"]


@dataclass(frozen=True, slots=True, eq=False)
class Demands(Value):
    """Pure equilibria of the demand game.

    Attributes
    ----------
    levels : pair of arrays, the gains that each party can demand, ascending, from 0
    compatible : bool array [L0, L1]
    equilibria : int array [K, 2], demands as indices into `levels`
    agreed : bool array [K], are they compatible?
    payoffs : array [K, 2], utility per period
    """

    values: TermValues
    levels: tuple[FloatArray, FloatArray]
    compatible: BoolArray
    equilibria: IntArray
    agreed: BoolArray
    payoffs: FloatArray

    def __str__(self) -> str:
        lines = [f"{len(self.equilibria)} pure equilibria of the demand game, {int(self.agreed.sum())} with agreement"]
        for pay, good in zip(self.payoffs.tolist(), self.agreed.tolist(), strict=True):
            shown = ", ".join(f"{p} {x:.6g}" for p, x in zip(self.values.parties, pay, strict=True))
            lines.append(f"  {shown}{'' if good else ' (incompatible demands)'}")
        return "\n".join(lines)


def demand_game(values: TermValues, protocol: SimultaneousDemands | None = None) -> Demands:
    """All pure Nash equilibria of simultaneous demands over bundles (Nash 1953).

    Each party demands a gain over the disagreement point, one of the gains that some
    self-enforcing bundle gives it, or 0. If a bundle gives both at least what they demand, each
    gets its demand; else both have the disagreement point.

    Parameters
    ----------
    values : TermValues
    protocol : SimultaneousDemands, optional; it has no parameters

    Raises
    ------
    InvalidGame
        No bundle is self-enforcing.

    Notes
    -----
    A compatible pair is an equilibrium where neither demand can be raised. An incompatible pair is
    one where each demand rules out every positive gain of the other: inefficient equilibria that
    refinements (Nash 1953; Binmore 1987) remove.
    """
    if not isinstance(values, TermValues):
        invalid("values", type(values).__name__, "the result of value_of_terms")
    if protocol is not None and not isinstance(protocol, SimultaneousDemands):
        invalid("protocol", protocol, "SimultaneousDemands()")
    gains = values.values[signable(values)] - values.disagreement
    slack = zero_of(np.vstack([gains, np.zeros(2)]))
    good = gains[(gains >= -slack).all(axis=1)]
    good = np.maximum(good, 0)
    levels = tuple(_distinct(np.append(0.0, good[:, i]), slack) for i in (0, 1))
    # the most the second party can have beside each demand of the first
    most = np.array([good[good[:, 0] >= x - slack, 1].max(initial=-np.inf) for x in levels[0]])
    least = np.where(np.arange(len(levels[0])) == 0, np.maximum(most, 0), most)  # demanding nothing is always possible
    compatible = levels[1][None, :] <= least[:, None] + slack
    top_second = np.where(compatible.any(axis=1), compatible.shape[1] - 1 - compatible[:, ::-1].argmax(axis=1), -1)
    top_first = np.where(compatible.any(axis=0), compatible.shape[0] - 1 - compatible[::-1].argmax(axis=0), -1)
    a, b = np.indices(compatible.shape)
    agree = compatible & (top_second[:, None] == b) & (top_first[None, :] == a)
    stuck = ~compatible & (top_second[:, None] <= 0) & (top_first[None, :] <= 0)
    found = np.argwhere(agree | stuck)
    agreed = agree[found[:, 0], found[:, 1]]
    pays = np.column_stack([levels[i][found[:, i]] for i in (0, 1)]) * agreed[:, None] + values.disagreement
    return Demands(values, (levels[0], levels[1]), compatible, found, agreed, pays)


@dataclass(frozen=True, slots=True, eq=False)
class AgendaOutcome(Value):
    """What an agenda leads to.

    Attributes
    ----------
    bundle : int, row of `TermValues` that is settled; signed only if it is self-enforcing
    signed : bool
    payoffs : array [2], utility per period
    steps : tuple of (term, proposer, level demanded, accepted)
    certificate_gain : float, largest gain of one other demand or answer anywhere in the tree
    """

    values: TermValues
    bundle: int
    signed: bool
    payoffs: FloatArray
    steps: tuple[tuple[str, str, object, bool], ...]
    certificate_gain: float

    def __str__(self) -> str:
        words = [
            f"{who} demands {name} {level}: {'accepted' if yes else 'refused'}" for name, who, level, yes in self.steps
        ]
        end = "signed" if self.signed else "not signed: it is not worth more than the disagreement point to both"
        pays = ", ".join(f"{p} {x:.6g}" for p, x in zip(self.values.parties, self.payoffs, strict=True))
        return "\n".join([*words, f"package {self.values.told(self.bundle)} ({end}): {pays}"])


def agenda(values: TermValues, protocol: IssueByIssue | None = None) -> AgendaOutcome:
    """Subgame-perfect equilibrium of settling terms one after another.

    On each item the proposer demands a level; if the other party refuses, the term stays as today.
    At the end the package is signed if it is in the zone of agreement (no party would rather have
    the disagreement point).

    Parameters
    ----------
    values : TermValues of a whole space (not a sample)
    protocol : IssueByIssue, optional

    Raises
    ------
    InvalidGame
        Values of a sample, or an agenda that does not fit the terms.

    Notes
    -----
    Backward induction over all 'prefixes' of settled levels. Ties: the party that answers accepts,
    the proposer demands the first of its best levels in the order of the other party's gain.
    """
    protocol, terms = IssueByIssue() if protocol is None else protocol, whole_space(values)
    if not isinstance(protocol, IssueByIssue):
        invalid("protocol", protocol, "IssueByIssue(order, proposers)")
    order, who = protocol.agenda(len(terms.shape))
    zone = values.zone
    gains = np.where(zone[:, None], values.values - values.disagreement, 0.0)
    slack = zero_of(np.vstack([gains, np.zeros(2)]))
    # axes in agenda order, so that the last axis is the item to settle
    here = np.arange(terms.size).reshape(terms.shape).transpose(order)
    picks: list[IntArray] = []
    worst = 0.0
    for k in reversed(range(len(order))):
        p, r, now = who[k], 1 - who[k], terms.today[order[k]]
        g = gains[here]  # [.., L, 2]
        stay = g[..., now, :]
        fine = g[..., r] >= stay[..., None, r] - slack
        mine = np.where(fine, g[..., p], -np.inf)
        best = mine.max(axis=-1, keepdims=True)
        theirs = np.where(mine >= best - slack, g[..., r], -np.inf)
        pick = theirs.argmax(axis=-1)
        picks.append(pick)
        chosen = np.take_along_axis(g[..., p], pick[..., None], axis=-1)[..., 0]
        worst = max(worst, float((np.where(fine, g[..., p], stay[..., None, p]).max(axis=-1) - chosen).max()))
        here = np.take_along_axis(here, pick[..., None], axis=-1)[..., 0]
    bundle = int(here)
    steps = []
    at: tuple[int, ...] = ()
    for k, pick in enumerate(reversed(picks)):
        term = terms.terms[order[k]]
        at = (*at, int(pick[at]))
        steps.append((term.name, values.parties[who[k]], term.levels[at[-1]], True))
    pays = values.values[bundle] if zone[bundle] else values.disagreement
    return AgendaOutcome(values, bundle, bool(zone[bundle]), pays.copy(), tuple(steps), worst)


@dataclass(frozen=True, slots=True, eq=False)
class TextOutcome(Value):
    """Exact law of a mediator's single text.

    Attributes
    ----------
    law : array [N], probability of each bundle as the last text
    agreement : float, probability that the last text is signed
    payoffs : array [2], expected utility per period
    settled : float, probability that no further move would stand
    """

    values: TermValues
    law: FloatArray
    agreement: float
    payoffs: FloatArray
    settled: float

    def __str__(self) -> str:
        top = np.argsort(-self.law, kind="stable")[:3]
        shown = "; ".join(f"{self.values.label(int(n))} ({self.law[n]:.3f})" for n in top if self.law[n] > 0)
        pays = ", ".join(f"{p} {x:.6g}" for p, x in zip(self.values.parties, self.payoffs, strict=True))
        return f"signed with probability {self.agreement:.4f}; {pays}\n  most likely texts: {shown}"


def single_text(values: TermValues, protocol: SingleText | None = None) -> TextOutcome:
    """Exact outcome of a mediator's single text, as the law of a finite Markov chain.

    In each round one term and one direction are drawn with equal probability and the text moves
    by one level if neither party loses by the move and one gains. A text outside the zone of
    agreement is worth the disagreement point to both.

    Parameters
    ----------
    values : TermValues of a whole space
    protocol : SingleText, optional

    Raises
    ------
    InvalidGame
        Values of a sample, or a start that is no bundle.
    """
    protocol, terms = SingleText() if protocol is None else protocol, whole_space(values)
    if not isinstance(protocol, SingleText):
        invalid("protocol", protocol, "SingleText(rounds, start)")
    start = terms.today if protocol.start is None else tuple(protocol.start)
    inside = len(start) == len(terms.shape) and all(is_whole(k) for k in start)
    if not inside or not all(0 <= k < n for k, n in zip(start, terms.shape, strict=True)):
        invalid("start", start, f"level indices below {terms.shape}")
    zone = values.zone
    worth = np.where(zone[:, None], values.values, values.disagreement)
    slack = zero_of(worth)
    moves = []
    for k, sign in product(range(len(terms.shape)), (1, -1)):
        step = sign * prod(terms.shape[k + 1 :])
        level = values.bundles[:, k] + sign
        ok = np.flatnonzero((level >= 0) & (level < terms.shape[k]))
        change = worth[ok + step] - worth[ok]
        good = (change >= -slack).all(axis=1) & (change > slack).any(axis=1)
        moves.append((ok[good], ok[good] + step))
    law = np.zeros(terms.size)
    law[int(np.ravel_multi_index(start, terms.shape))] = 1.0
    share = 1 / len(moves)
    for _ in range(protocol.rounds):
        flow = np.zeros_like(law)
        for source, target in moves:
            moved = share * law[source]
            flow[source] -= moved
            np.add.at(flow, target, moved)
        law = law + flow
    final = np.ones(terms.size, bool)
    for source, _ in moves:
        final[source] = False
    return TextOutcome(values, law, float(law[zone].sum()), law @ worth, float(law[final].sum()))


def whole_space(values: TermValues) -> Terms:
    """Return the terms whose whole space was valued, of which some bundle can be signed, or raise `InvalidGame`."""
    if not isinstance(values, TermValues):
        invalid("values", type(values).__name__, "the result of value_of_terms")
    signable(values)
    terms = values.terms
    if len(values.bundles) != terms.size:
        step = "Value it without sample=."
        invalid("values", f"{len(values.bundles)} of {terms.size} bundles", "the values of the whole space", step)
    return terms


def _distinct(values: FloatArray, slack: float) -> FloatArray:
    found = np.sort(values)
    return np.asarray(found[np.append(True, np.diff(found) > slack)])
