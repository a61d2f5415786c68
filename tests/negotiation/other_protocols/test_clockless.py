from dataclasses import replace

import numpy as np
import pytest
from shared_pies import given

from armsgame.errors import InvalidGame
from armsgame.negotiation import IssueByIssue, SingleText, Term, Terms, agenda, demand_game, single_text


def test_demands_are_the_pure_equilibria_of_the_bimatrix_game():
    rng = np.random.default_rng(5)
    for _ in range(20):
        values = given(rng.integers(-2, 7, size=(6, 2)))
        found = demand_game(values)
        first = np.where(found.compatible, found.levels[0][:, None], 0.0)
        second = np.where(found.compatible, found.levels[1][None, :], 0.0)
        pure = (first >= first.max(axis=0) - 1e-12) & (second >= second.max(axis=1, keepdims=True) - 1e-12)
        # a demand of 0 that cannot be met pays what a demand that fails pays: only undominated pairs are listed
        listed = set(map(tuple, found.equilibria.tolist()))
        assert listed <= set(map(tuple, np.argwhere(pure).tolist()))
        agreed = pure & found.compatible & (first > 0) & (second > 0)
        assert set(map(tuple, np.argwhere(agreed).tolist())) <= listed


def two_issues(payoffs, **others):
    space = Terms([Term("a", (0, 1), parameter="notice_days"), Term("b", (0, 1, 2), parameter="deadline_days")])
    return replace(given(payoffs, **others), terms=space, bundles=space.bundles())


def test_an_agenda_is_solved_as_its_tree():
    rng = np.random.default_rng(8)
    for _ in range(30):
        payoffs = rng.integers(0, 6, size=(6, 2)).astype(float)
        values = two_issues(payoffs, disagreement=(1, 1))
        worth = np.where(values.zone[:, None], payoffs, 1.0).reshape(2, 3, 2)

        def second(a, worth=worth):
            stay = worth[a, 0]
            good = [worth[a, b] for b in range(3) if worth[a, b][0] >= stay[0]]
            return max(good, key=lambda g: (g[1], g[0]))

        stay = second(0)
        good = [second(a) for a in (0, 1) if second(a)[1] >= stay[1]]
        expected = max(good, key=lambda g: (g[0], g[1]))
        np.testing.assert_allclose(agenda(values).payoffs, expected)


def test_agenda_order_and_proposers_are_checked():
    values = two_issues(np.ones((6, 2)))
    with pytest.raises(InvalidGame, match="order"):
        agenda(values, IssueByIssue(order=(0, 0)))
    with pytest.raises(InvalidGame, match="proposers"):
        agenda(values, IssueByIssue(proposers=(0,)))


def test_single_text_law_equals_its_transition_matrix():
    payoffs = np.array([(0, 0), (1, 1), (2, 2), (1, 0), (2, 1), (3, 3)], dtype=float)
    values = two_issues(payoffs)
    step = np.zeros((6, 6))
    for n in range(6):
        a, b = divmod(n, 3)
        for da, db in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            m = (a + da) * 3 + b + db
            inside = 0 <= a + da < 2 and 0 <= b + db < 3
            better = inside and (payoffs[m] >= payoffs[n]).all() and (payoffs[m] > payoffs[n]).any()
            step[n, m if better else n] += 0.25
    law = np.linalg.matrix_power(step, 12)[0]
    found = single_text(values, SingleText(12))
    np.testing.assert_allclose(found.law, law, atol=1e-14)
    assert found.law.sum() == pytest.approx(1)
    assert single_text(values, SingleText(500)).law[5] == pytest.approx(1)


@pytest.mark.parametrize("verb", [demand_game, agenda, single_text])
def test_nothing_self_enforcing_is_refused(verb):
    with pytest.raises(InvalidGame, match="no bundle is self-enforcing"):
        verb(given([(1, 1), (2, 2)], self_enforcing=[False, False]))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        pytest.param(lambda v: agenda(v, SingleText()), "IssueByIssue", id="agenda"),
        pytest.param(lambda v: demand_game(v, SingleText()), "SimultaneousDemands", id="demands"),
        pytest.param(lambda v: single_text(v, IssueByIssue()), "SingleText", id="text"),
        pytest.param(lambda v: single_text(v, SingleText(start=(0, 9))), "level indices", id="start"),
        pytest.param(lambda _: SingleText(start=3), "start", id="scalar"),
        pytest.param(lambda _: single_text(3), "value_of_terms", id="values"),
        pytest.param(lambda _: demand_game(3), "value_of_terms", id="no values"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(InvalidGame, match=words):
        call(two_issues(np.ones((6, 2))))
