from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from shared_pies import given

from armsgame.errors import InvalidGame
from armsgame.negotiation import AlternatingOffers, IssueByIssue, Term, Terms, alternating_offers, negotiated_agenda


def issues(payoffs, shape=(2, 3), **others):
    space = Terms([Term(f"t{k}", tuple(range(n)), parameter="notice_days") for k, n in enumerate(shape)])
    return replace(given(payoffs, **others), terms=space, bundles=space.bundles())


def by_hand(values, protocol, order, endogenous):
    """Backward induction in plain words over rounds and settled terms."""
    shape = values.terms.shape
    worth = np.where(values.zone[:, None], values.values - values.disagreement, 0.0).reshape(*shape, 2)

    def package(state):
        return worth[tuple(0 if k is None else k for k in state)]

    def play(t, state):
        if None not in state:
            return package(state)
        if t == protocol.rounds:
            return package(state)
        p = protocol.proposer(t)
        keep = np.array(protocol.discounts) if t < protocol.rounds - 1 else np.ones(2)
        left = [k for k in order if state[k] is None]
        choices = []
        for levels in product(*([None, *range(shape[k])] for k in left)):
            touched = [k for k, level in zip(left, levels, strict=True) if level is not None]
            if not touched or (not endogenous and touched != left[:1]):
                continue
            after = list(state)
            for k, level in zip(left, levels, strict=True):
                after[k] = state[k] if level is None else level
            later = play(t + 1, tuple(after))
            choices.append(later if None not in after else keep * later)
        out = keep * play(t + 1, state)
        good = [g for g in choices if g[1 - p] >= out[1 - p] - 1e-9 and g[p] >= out[p] - 1e-9]
        return max(good, key=lambda g: (round(g[p], 9), g.sum())) if good else out

    return play(0, (None,) * len(shape))


@pytest.mark.parametrize("endogenous", [False, True])
def test_the_recursion_is_that_of_plain_words(endogenous):
    rng = np.random.default_rng(7)
    for _ in range(12):
        values = issues(rng.integers(-2, 7, size=(6, 2)), disagreement=(0.5, 0.5))
        protocol = AlternatingOffers((0.9, 0.7), rounds=int(rng.integers(1, 5)), first=int(rng.integers(2)))
        order = tuple(int(k) for k in rng.permutation(2))
        found = negotiated_agenda(values, protocol, IssueByIssue(order=order), endogenous=endogenous)
        expected = by_hand(values, protocol, order, endogenous)
        np.testing.assert_allclose(found.payoffs - values.disagreement, expected, atol=1e-9)
        assert found.certificate_gain <= 1e-9


def test_one_term_is_alternating_offers_over_bundles():
    # today's level is no agreement, so that the deadline brings the disagreement point
    values = issues([(-1, 6), (2, 5), (4, 3), (6, 0)], shape=(4,))
    protocol = AlternatingOffers((0.9, 0.8), rounds=5)
    expected = alternating_offers(values, protocol)[0].payoffs
    for endogenous in (False, True):
        np.testing.assert_allclose(negotiated_agenda(values, protocol, endogenous=endogenous).payoffs, expected)


def test_the_order_of_issues_matters_and_a_package_saves_time():
    """Two issues of different weight (after Fershtman 1990); all of them at once cost no delay (Inderst 2000)."""
    steps = np.arange(5) / 4
    pay = [(3 * a + b, (1 - a) + 2 * (1 - b)) for a, b in product(steps, steps)]
    values = issues(pay, shape=(5, 5))
    protocol = AlternatingOffers((0.7, 0.7), rounds=6)
    one, two = (negotiated_agenda(values, protocol, IssueByIssue(order=o)) for o in ((0, 1), (1, 0)))
    assert one.round == two.round == 1
    assert not np.allclose(one.payoffs, two.payoffs)
    free = negotiated_agenda(values, protocol, endogenous=True)
    assert free.round == 0
    assert free.payoffs[0] >= max(one.payoffs[0], two.payoffs[0]) - 1e-12


def test_swapping_the_parties_swaps_the_outcome():
    rng = np.random.default_rng(3)
    pay = rng.random((6, 2))
    one = negotiated_agenda(issues(pay), AlternatingOffers((0.9, 0.6), rounds=4))
    two = negotiated_agenda(issues(pay[:, ::-1]), AlternatingOffers((0.6, 0.9), rounds=4, first=1))
    np.testing.assert_allclose(one.payoffs, two.payoffs[::-1], atol=1e-12)
    assert "round 1" in str(one)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda v: negotiated_agenda(v, AlternatingOffers((0.9, 0.9))), "deadline", id="endless"),
        pytest.param(
            lambda v: negotiated_agenda(v, AlternatingOffers((1, 1), rounds=2, breakdown=0.1)), "breakdown=0", id="risk"
        ),
        pytest.param(lambda v: negotiated_agenda(v, 3), "AlternatingOffers", id="protocol"),
        pytest.param(
            lambda v: negotiated_agenda(v, AlternatingOffers((1, 1), rounds=2), endogenous=1), "endogenous", id="flag"
        ),
        pytest.param(
            lambda v: negotiated_agenda(v, AlternatingOffers((1, 1), rounds=10**7)), "Drop levels or rounds", id="size"
        ),
        pytest.param(lambda _: IssueByIssue(order=3), "order", id="order"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(InvalidGame, match=words):
        call(issues(np.ones((6, 2))))
