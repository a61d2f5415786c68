"""Offers where both parties have private types: all pure perfect Bayesian outcomes of one or two rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_law
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame, invalid
from armsgame.negotiation.menu import pick
from armsgame.negotiation.private_types.assessments import (
    BeliefCertificate,
    OfferAssessment,
    OffersByType,
    gains_by_pair,
    verify_assessment_of_offers,
)
from armsgame.negotiation.private_types.continuations import all_one, all_two, assessed
from armsgame.negotiation.private_types.type_values import TypeValues
from armsgame.negotiation.protocols import check_discounts, check_party
from armsgame.negotiation.term_values import TermValues

__all__ = ["TwoSidedEquilibrium", "TwoSidedOffers", "two_sided_offers"]

_LIMIT = 400_000


@dataclass(frozen=True, slots=True, eq=False)
class TwoSidedEquilibrium(Value):
    """One perfect Bayesian equilibrium.

    Attributes
    ----------
    agreement : int array [I, J, 2]
        Round (from 0) and bundle of each pair of types of the first and the second party, -1 where nothing is agreed
        that the pair would keep.
    chance : array [rounds], probability of an agreement in each round
    gains : pair of arrays, expected discounted gain of each type of the first and of the second party
    assessment : OfferAssessment, what everybody offers, answers and believes
    certificate : BeliefCertificate
    """

    agreement: np.typing.NDArray[np.int64]
    chance: FloatArray
    gains: tuple[FloatArray, FloatArray]
    assessment: OfferAssessment
    certificate: BeliefCertificate


@dataclass(frozen=True, slots=True, eq=False)
class TwoSidedOffers(Value):
    """Pure perfect Bayesian equilibria of offers with private types on both sides, one for each outcome.

    Attributes
    ----------
    equilibria : tuple of TwoSidedEquilibrium, the largest expected sum of gains first; empty where there is none
    game : OffersByType
    values : tuple of tuples of TermValues, by the types of the first and the second party
    complete : bool, is every outcome of a pure equilibrium listed? Else `reason` says why.
    reason : str
    """

    equilibria: tuple[TwoSidedEquilibrium, ...]
    game: OffersByType
    values: tuple[tuple[TermValues, ...], ...]
    complete: bool
    reason: str = ""

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, k: int) -> TwoSidedEquilibrium:
        return self.equilibria[k]

    def __str__(self) -> str:
        known = self.values[0][0]
        lines = [f"{len(self)} pure perfect Bayesian outcomes{f'; {self.reason}' if self.reason else ''}"]
        for k, one in enumerate(self.equilibria[:5]):
            gains = "; ".join(
                f"{party} {', '.join(f'{g:.4g}' for g in own)}"
                for party, own in zip(known.parties, one.gains, strict=True)
            )
            lines.append(
                f"  {k}: agreement {', '.join(f'{c:.4g}' for c in one.chance)} by round; gains by type: {gains}"
            )
            for i, j in np.ndindex(*one.agreement.shape[:2]):
                t, n = one.agreement[i, j].tolist()
                what = "nothing" if t < 0 else f"{known.label(n)} in round {t + 1}"
                lines.append(f"    types {i + 1} and {j + 1}: {what}")
        return "\n".join(lines)


def two_sided_offers(
    types: Sequence[Sequence[TermValues]] | TypeValues,
    prior: Sequence[Sequence[float]] | None = None,
    *,
    proposers: Sequence[int] = (0, 1),
    discounts: tuple[float, float] = (0.95, 0.95),
) -> TwoSidedOffers:
    """Find all outcomes of pure perfect Bayesian equilibria of one or two rounds of offers, with types on both sides.

    Parameters
    ----------
    types : TypeValues, or TermValues by the type of the first party (rows) and of the second (columns)
        Values of the same bundles. A bundle counts only for the pairs that would keep it.
    prior : pair of laws over the types of the first and of the second party, as the other one holds them
        Default: that of the TypeValues.
    proposers : sequence of 0 or 1, who offers in the first and in the second round; one entry for one round
    discounts : pair of float, per round, of the first and the second party

    Returns
    -------
    TwoSidedOffers
        Each with its certificate. None is an answer too: an equilibrium may need a party that mixes.

    Raises
    ------
    InvalidGame
        Types over different bundles, priors that do not fit, more than two types of a party in two rounds (or in one
        round in which what is offered tells what it is worth), or too many bundles.

    Notes
    -----
    In each round one party offers a bundle or nothing and the other accepts or refuses; a refused last offer leaves the
    disagreement point. Beliefs follow Bayes' rule wherever it applies; off the path they are any belief over the
    other's types, the same for all types of a party (Fudenberg and Tirole 1991). Every continuation of every first
    offer is enumerated. Each condition is linear in one belief, so that beliefs off the path are intervals and
    nothing is put on a grid. One round with many types is solved where what a bundle gives the party that
    answers depends on its own type alone: it accepts what gives it no less, and each type of the other offers its best,
    ties to the larger sum. On a fine grid of prices that is the linear equilibrium of Chatterjee and Samuelson (1983)
    in which one side names the price.

    References
    ----------
    K. Chatterjee and W. Samuelson (1983), Operations Research 31, 835-851.
    D. Fudenberg and J. Tirole (1991), Journal of Economic Theory 53, 236-260.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame import negotiation as neg
    >>> space = neg.Terms([neg.inspection_quota((1, 4)), neg.cost_sharing((0.0, 1.0), payer="US", cost=0.2)])
    >>> def worth(us, russia):
    ...     treaty = ag.Treaty().replace(detection=0.03, outside_option={"US": us, "Russia": russia})
    ...     return neg.value_of_terms(treaty, space, discount=0.95)
    >>> types = [[worth(us, russia) for russia in (0.0, 0.6)] for us in (0.0, 0.6)]
    >>> found = neg.two_sided_offers(types, [(0.5, 0.5), (0.5, 0.5)])
    >>> found.complete, len(found) > 0, all(one.certificate.ok for one in found.equilibria)
    (True, True, True)
    """
    table = _checked(types.pairs if isinstance(types, TypeValues) else types)
    laws = _laws(types.prior if isinstance(types, TypeValues) and prior is None else prior, table)
    turns = _turns(proposers)
    delays = np.array(check_discounts(discounts))
    gains, kept, rows = gains_by_pair(table)
    if len(rows) == 0:
        raise InvalidGame(
            f"no bundle is self-enforcing with any types; nearest, {table[0][0].nearest_failure()}. "
            "Add levels that are seen better or cost less."
        )
    p = turns[0]
    if p == 1:
        gains, kept = gains.transpose(1, 0, 2, 3)[..., ::-1], kept.transpose(1, 0, 2)
        laws, delays = laws[::-1], delays[::-1]
    game = OffersByType(gains, kept, rows, laws, tuple(abs(t - p) for t in turns), delays)
    complete, reason = True, ""
    if len(turns) == 1 and not _signals(game):
        found: list[OfferAssessment] = [_one_round(game)]
        complete, reason = False, "one equilibrium by the rule of ties; others differ where somebody is indifferent"
    else:
        _fits(game)
        found = list(all_one(game) if len(turns) == 1 else all_two(game))
    each = [_told(game, one, p) for one in found]
    each.sort(
        key=lambda one: -float(sum(law @ g for law, g in zip(laws if p == 0 else laws[::-1], one.gains, strict=True)))
    )
    if not each:
        reason = "no pure equilibrium; some party has to mix"
    return TwoSidedOffers(tuple(each), game, table, complete, reason)


def _checked(types: object) -> tuple[tuple[TermValues, ...], ...]:
    allowed = "TermValues by the types of the first party (rows) and of the second (columns)"
    if isinstance(types, (str, TermValues)) or not isinstance(types, Sequence) or not types:
        invalid("types", types, allowed)
    if any(isinstance(row, (str, TermValues)) or not isinstance(row, Sequence) for row in types):
        invalid("types", types, allowed)
    table = tuple(tuple(row) for row in types)
    if (
        len({len(row) for row in table}) != 1
        or not table[0]
        or not all(isinstance(v, TermValues) for r in table for v in r)
    ):
        invalid("types", types, allowed)
    if any(not np.array_equal(v.bundles, table[0][0].bundles) for row in table for v in row):
        raise InvalidGame("the types are valued over different bundles; allowed: value_of_terms with the same terms.")
    return table


def _laws(prior: object, table: tuple[tuple[TermValues, ...], ...]) -> tuple[FloatArray, FloatArray]:
    if isinstance(prior, str) or not isinstance(prior, Sequence) or len(prior) != 2:
        invalid("prior", prior, "a pair of laws, one over the types of each party")
    laws = tuple(
        check_law(f"prior of {party}", law, size)
        for party, law, size in zip(table[0][0].parties, prior, (len(table), len(table[0])), strict=True)
    )
    if any((law == 0).any() for law in laws):
        invalid("prior", prior, "probabilities above 0", "Leave out a type that nobody expects.")
    return laws[0], laws[1]


def _turns(proposers: object) -> tuple[int, ...]:
    if isinstance(proposers, str) or not isinstance(proposers, Sequence) or len(proposers) not in (1, 2):
        invalid("proposers", proposers, "one or two entries, each 0 or 1: who offers in each round")
    return tuple(check_party("proposers", p) for p in proposers)


def _signals(game: OffersByType) -> bool:
    """Whether what an offer gives the party that answers depends on the type of the one that makes it."""
    return bool(np.ptp(game.gains[..., 1], axis=0).max() > game.zero)


def _fits(game: OffersByType) -> None:
    sizes, offers = tuple(map(len, game.prior)), game.none + 1
    if max(sizes) > 2:
        invalid("types", sizes, "at most two types of each party, or one round in which offers tell nothing of worth")
    work = offers**3 * 12
    if work > _LIMIT:
        most = int((_LIMIT / 12) ** (1 / 3)) - 1
        invalid("types", f"{game.none} bundles that can be signed", f"at most {most}", "Drop levels.")


def _one_round(game: OffersByType) -> OfferAssessment:
    """One round in which the answer depends on the own type alone."""
    offers, (p, q) = game.none + 1, game.prior
    yes = -game.zero <= game.gains[0, :, :, 1].T
    yes[game.none] = False
    pays = np.einsum("j,ijnk->ink", q, game.gains * yes.T[None, :, :, None])
    # no offer stands last, so that it is made only where nothing else is as good
    first = np.array([pick(own[:, 0], own, game.zero) for own in pays])
    about = np.tile(p, (offers, 1))
    for a in np.unique(first):
        about[a] = p * (first == a) / p[first == a].sum()
    return assessed(game, first, yes, about)


def _told(game: OffersByType, one: OfferAssessment, p: int) -> TwoSidedEquilibrium:
    law_p, law_r = game.prior
    agreement = np.full((len(law_p), len(law_r), 2), -1)
    chance = np.zeros(len(game.proposers))
    gains = np.zeros((len(law_p), len(law_r), 2))
    for i, j in np.ndindex(len(law_p), len(law_r)):
        t, n = one.outcome(game, i, j)
        if t >= 0:
            agreement[i, j] = t, game.rows[n]
            chance[t] += law_p[i] * law_r[j]
            gains[i, j] = game.delays**t * game.gains[i, j, n]
    own = (gains[..., 0] @ law_r, law_p @ gains[..., 1])
    certificate = verify_assessment_of_offers(game, one)
    if p == 1:
        agreement, own = agreement.transpose(1, 0, 2), own[::-1]
    return TwoSidedEquilibrium(agreement, chance, (own[0], own[1]), one, certificate)
