"""Offers, answers and beliefs of one or two rounds with private types, and the check of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._shown import Value
from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.negotiation.menu import zero_of
from armsgame.negotiation.offer_checks import OfferCertificate
from armsgame.negotiation.term_values import TermValues

__all__ = ["BeliefCertificate", "OfferAssessment", "OffersByType", "verify_assessment_of_offers"]


@dataclass(frozen=True, slots=True, eq=False)
class OffersByType(Value):
    """Gains by pair of types, and who offers when.

    Attributes
    ----------
    gains : array [I, J, N + 1, 2]
        Gains of the party that offers first and of the other, by their types; 0 where a pair would not keep the bundle.
        The last row is no offer.
    kept : bool array [I, J, N + 1], would the pair keep it?
    rows : int array [N], rows of the `TermValues` behind the offers
    prior : pair of arrays [I], [J]
    proposers : tuple of 0 or 1, who offers in each round: 0 is the party that offers first
    delays : array [2], discount factors per round of the first and the other
    """

    gains: FloatArray
    kept: BoolArray
    rows: IntArray
    prior: tuple[FloatArray, FloatArray]
    proposers: tuple[int, ...]
    delays: FloatArray

    @property
    def zero(self) -> float:
        """What counts as zero among gains."""
        return zero_of(self.gains.reshape(-1, 2))

    @property
    def none(self) -> int:
        """Place of no offer."""
        return len(self.rows)

    def turned(self) -> FloatArray:
        """Gains of round 2 [X, Y, N + 1, 2]: of the party that then offers, and of the other."""
        return self.gains if self.proposers[-1] == 0 else self.gains.transpose(1, 0, 2, 3)[..., ::-1]


@dataclass(frozen=True, slots=True)
class BeliefCertificate(OfferCertificate):
    """Largest gain of one other offer or answer at any information set, under the beliefs of the assessment.

    Attributes
    ----------
    ok, max_gain, tolerance : verdict
    where : str, party, type and round of the deviation, or the belief that breaks Bayes' rule
    checked : int, deviations looked at
    """

    @property
    def kind(self) -> str:
        """What is proved: ``"perfect Bayesian"``, or ``"none"``."""
        return "perfect Bayesian" if self.ok else "none"


@dataclass(frozen=True, slots=True, eq=False)
class OfferAssessment(Value):
    """A pure profile of one or two rounds of offers with beliefs at every information set.

    Offers are places 0 .. N - 1 of `OffersByType.rows`, and N for no offer. P is the party that offers first, R the
    other; X offers in the last round, Y answers there.

    Attributes
    ----------
    first : int array [I], offer of each type of P in the first of two rounds; of one round, in it
    accepts : bool array [N + 1, J], answers to it
    second : int array [N + 1, X], offers of the last round after each refused first one; no rows of one round
    replies : bool array [N + 1, N + 1, Y], answers to them
    about_first : array [N + 1, I], what R thinks of P after each first offer
    about_second : array [N + 1, J], what P thinks of R after each refusal
    about_last : array [N + 1, N + 1, X], what Y thinks of X after each last offer
    """

    first: IntArray
    accepts: BoolArray
    second: IntArray
    replies: BoolArray
    about_first: FloatArray
    about_second: FloatArray
    about_last: FloatArray

    def outcome(self, game: OffersByType, i: int, j: int) -> tuple[int, int]:
        """Round (from 0) and place of what a pair of types agrees on; -1 for nothing that it would keep."""
        a = int(self.first[i])
        if self.accepts[a, j]:
            return (0, a) if game.kept[i, j, a] else (-1, -1)
        if len(game.proposers) == 1:
            return -1, -1
        x, y = (i, j) if game.proposers[1] == 0 else (j, i)
        b = int(self.second[a, x])
        return (1, b) if self.replies[a, b, y] and game.kept[i, j, b] else (-1, -1)


def verify_assessment_of_offers(game: OffersByType, found: OfferAssessment) -> BeliefCertificate:
    """Check beliefs by Bayes' rule wherever it applies, and every offer and answer at every information set.

    Beliefs about independent types depend on nothing that their owner could not have known (Fudenberg and Tirole
    1991), so that one change at a time suffices.
    """
    return _Check(game, found).verdict()


class _Check:
    def __init__(self, game: OffersByType, found: OfferAssessment) -> None:
        self.game, self.found = game, found
        self.tolerance = 100 * game.zero
        self.worst, self.where, self.checked = 0.0, "none", 0
        self.fault = ""

    def verdict(self) -> BeliefCertificate:
        game, found = self.game, self.found
        p, q = game.prior
        two = len(game.proposers) == 2
        for a in range(game.none + 1):
            mine = found.first == a
            self._bayes(found.about_first[a], p, mine, f"after the first offer {a}")
            after = np.zeros((*game.gains.shape[:2], 2))
            if two:
                self._bayes(found.about_second[a], q, ~found.accepts[a], f"after the refusal of {a}")
                after = self._last(a) * game.delays
            self._answers(a, after)
        for i in range(len(p)):
            worth = [self._first_worth(i, a) for a in range(game.none + 1)]
            self._tell(max(worth) - worth[int(found.first[i])], f"type {i + 1} of P offers something else in round 1")
        if self.fault:
            return BeliefCertificate(False, np.inf, self.tolerance, self.fault, self.checked)
        return BeliefCertificate(
            bool(self.worst <= self.tolerance), self.worst, self.tolerance, self.where, self.checked
        )

    def _tell(self, gain: float, words: str) -> None:
        self.checked += 1
        if gain > self.worst:
            self.worst, self.where = float(gain), words

    def _bayes(self, belief: FloatArray, before: FloatArray, stay: BoolArray, words: str) -> None:
        if (belief < -1e-12).any() or abs(belief.sum() - 1) > 1e-9:
            self.fault = self.fault or f"the belief {words} is no probability"
        mass = before * stay
        if mass.sum() > 0 and np.abs(belief - mass / mass.sum()).max() > 1e-9:
            self.fault = self.fault or f"the belief {words} does not follow from Bayes' rule"

    def _ends(self, a: int) -> FloatArray:
        """Gains [I, J, 2] of the last round after the refusal of a."""
        game, found = self.game, self.found
        out = np.zeros((*game.gains.shape[:2], 2))
        for i, j in np.ndindex(*out.shape[:2]):
            x, y = (i, j) if game.proposers[1] == 0 else (j, i)
            b = int(found.second[a, x])
            if found.replies[a, b, y]:
                out[i, j] = game.gains[i, j, b]
        return out

    def _last(self, a: int) -> FloatArray:
        """Check the last round after the refusal of a; gains [I, J, 2] of it, undiscounted."""
        game, found = self.game, self.found
        pay = game.turned()
        about_x, about_y = found.about_first[a], found.about_second[a]
        if game.proposers[1] == 1:
            about_x, about_y = about_y, about_x
        for b in range(game.none + 1):
            self._bayes(found.about_last[a, b], about_x, found.second[a] == b, f"after {a} and then {b}")
            if b == game.none and found.replies[a, b].any():
                self.fault = self.fault or "what was not offered is accepted"
            gain = found.about_last[a, b] @ pay[:, :, b, 1]
            for y, g in enumerate(gain):
                wrong = -g if found.replies[a, b, y] else g
                if b < game.none:
                    self._tell(wrong, f"type {y + 1} of the party that answers {b} in round 2 answers otherwise")
        for x in range(pay.shape[0]):
            worth = (found.replies[a] * pay[x, :, :, 0].T) @ about_y
            self._tell(worth.max() - worth[found.second[a, x]], f"type {x + 1} offers something else in round 2")
        return self._ends(a)

    def _answers(self, a: int, after: FloatArray) -> None:
        game, found = self.game, self.found
        if a == game.none:
            if found.accepts[a].any():
                self.fault = self.fault or "what was not offered is accepted"
            return
        better = found.about_first[a] @ (game.gains[:, :, a, 1] - after[..., 1])
        for j, g in enumerate(better):
            self._tell(-g if found.accepts[a, j] else g, f"type {j + 1} of R answers {a} otherwise in round 1")

    def _first_worth(self, i: int, a: int) -> float:
        game, found = self.game, self.found
        own = game.gains[i, :, a, 0]
        later = self._ends(a)[i, :, 0] * game.delays[0] if len(game.proposers) == 2 else np.zeros(len(own))
        return float(game.prior[1] @ np.where(found.accepts[a], own, later))


def gains_by_pair(types: tuple[tuple[TermValues, ...], ...]) -> tuple[FloatArray, BoolArray, IntArray]:
    """Gains [I, J, N + 1, 2] of the first and the second party, what is kept, and the rows offered."""
    kept = np.array([[v.self_enforcing for v in row] for row in types])
    gains = np.array(
        [[np.where(v.self_enforcing[:, None], v.values - v.disagreement, 0.0) for v in row] for row in types]
    )
    live = np.flatnonzero(kept.any(axis=(0, 1)))
    shape = (*gains.shape[:2], 1)
    table = np.concatenate([gains[:, :, live], np.zeros((*shape, 2))], axis=2)
    return table, np.concatenate([kept[:, :, live], np.zeros(shape, bool)], axis=2), live
