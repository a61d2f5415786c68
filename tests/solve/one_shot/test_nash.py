"""nash: methods agree, symmetries hold, nothing wrong passes, faults are named."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from bimatrix_games import GAMES, SEVENTY_FIVE
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import armsgame as ag
from armsgame.results.one_shot import Status
from armsgame.solve.one_shot.methods import (
    AllLemkeHowson,
    Exact,
    LemkeHowson,
    NashpyAdapter,
    SupportEnumeration,
    VertexEnumeration,
    ZeroSum,
)
from armsgame.solve.one_shot.nash import nash

bimatrix = ag.StageGame.from_bimatrix
STAG_HUNT = bimatrix([[4, 1], [3, 2]], [[4, 3], [1, 2]])
PENNIES = bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
EVERY = [
    None,
    SupportEnumeration(),
    VertexEnumeration(),
    Exact(),
    LemkeHowson(0),
    AllLemkeHowson(),
    NashpyAdapter("support_enumeration"),
    NashpyAdapter("vertex_enumeration"),
    NashpyAdapter("lemke_howson_enumeration"),
    NashpyAdapter("lemke_howson"),
]


def points(solution, swap=False):
    """Profiles as a set of rounded tuples."""
    out = set()
    for one in solution:
        own = [tuple(float(round(float(p), 8)) + 0.0 for p in mix) for mix in one.profile]
        out.add(tuple(reversed(own)) if swap else tuple(own))
    return out


def whole(low, high):
    return arrays(np.int64, (2, 3, 3), elements=st.integers(low, high)).map(lambda a: a.astype(float))


@pytest.mark.parametrize("method", EVERY, ids=str)
@pytest.mark.parametrize("game", GAMES[:9], ids=lambda g: g.name)
def test_every_method_returns_verified_equilibria_only(game, method):
    solution = nash(game.stage, method=method, throw=False)
    for one in solution:
        assert one.certificate.ok
        assert ag.verify(game.stage, one.profile).ok
        np.testing.assert_allclose([float(v) for v in one.payoffs], [float(v) for v in one.certificate.payoffs])
    if solution.complete:
        assert points(solution) == points(nash(game.stage))
        assert solution.status is Status.COMPLETE


@pytest.mark.parametrize("method", [SupportEnumeration(), VertexEnumeration(), Exact()], ids=str)
def test_methods_agree_on_random_games(method):
    for seed in range(8):
        rng = np.random.default_rng(seed)
        m, n = rng.integers(1, 6, size=2)
        stage = ag.StageGame(rng.normal(size=(2, m, n)), players=("row", "column"))
        solution = nash(stage, method=method)
        assert solution.complete
        assert points(solution) == points(nash(stage))
        assert len(solution) % 2 == 1


@given(whole(-3, 3), st.permutations(range(3)), st.permutations(range(3)))
@settings(max_examples=40, deadline=None)
def test_permuting_actions_and_players_permutes_equilibria(payoffs, rows, columns):
    base = nash(ag.StageGame(payoffs))
    moved = nash(ag.StageGame(payoffs[:, rows][:, :, columns]))
    expected = {(tuple(np.array(x)[rows]), tuple(np.array(y)[columns])) for x, y in points(base)}
    assert points(moved) == expected
    swapped = nash(bimatrix(payoffs[1].T, payoffs[0].T))
    assert points(swapped, swap=True) == points(base)
    assert base.complete
    assert moved.complete


@given(whole(-4, 4), st.sampled_from([0.25, 3.0, 1024.0]), st.integers(-50, 50))
@settings(max_examples=40, deadline=None)
def test_positive_affine_payoffs_leave_equilibria(payoffs, factor, shift):
    other = payoffs.copy()
    other[0] = payoffs[0] * factor + shift
    # a constant per column of the row player's payoffs is strategically empty too
    other[1] = payoffs[1] + np.arange(3.0)[:, None]
    assert points(nash(ag.StageGame(other))) == points(nash(ag.StageGame(payoffs)))


@given(whole(-4, 4))
@settings(max_examples=40, deadline=None)
def test_a_strictly_dominated_action_is_never_used(payoffs):
    wider = np.zeros((2, 4, 3))
    wider[:, :3] = payoffs
    wider[0, 3] = payoffs[0].min(axis=0) - 1
    wider[1, 3] = payoffs[1].max() + np.arange(3)
    solution = nash(ag.StageGame(wider))
    assert {(x[:3], y) for x, y in points(solution)} == points(nash(ag.StageGame(payoffs)))
    assert all(x[3] == 0 for x, _ in points(solution))


@given(whole(-4, 4))
@settings(max_examples=30, deadline=None)
def test_duplicating_an_action_makes_a_continuum_that_is_described(payoffs):
    twice = np.concatenate([payoffs, payoffs[:, :1]], axis=1)
    base, solution = nash(ag.StageGame(payoffs)), nash(ag.StageGame(twice))
    assert solution.complete
    merged = {((x[0] + x[3], *x[1:3]), y) for x, y in points(solution)}
    assert {(tuple(np.round(x, 7)), tuple(np.round(y, 7))) for x, y in merged} >= {
        (tuple(np.round(x, 7)), tuple(np.round(y, 7))) for x, y in points(base)
    }
    if any(x[0] > 0 for x, _ in points(base)):
        assert any(len(rows) > 1 for rows, _ in solution.components)


@given(whole(-2, 2), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_random_points_of_every_component_are_equilibria(payoffs, seed):
    stage = ag.StageGame(payoffs)
    solution = nash(stage)
    rng = np.random.default_rng(seed)
    for rows, columns in solution.components:
        x = rng.dirichlet(np.ones(len(rows))) @ np.array([solution[i].profile[0] for i in rows])
        y = rng.dirichlet(np.ones(len(columns))) @ np.array([solution[j].profile[1] for j in columns])
        assert ag.verify(stage, (x, y)).ok


def test_zero_game_is_one_component():
    solution = nash(bimatrix(np.zeros((3, 3)), np.zeros((3, 3))))
    assert len(solution) == 9
    assert len(solution.components) == 1
    assert solution.complete


@pytest.mark.parametrize("scale", [1e300, 1e-300])
@pytest.mark.parametrize("method", EVERY[:6], ids=str)
def test_extreme_payoffs_are_solved(scale, method):
    stage = bimatrix(STAG_HUNT.payoffs[0] * scale, STAG_HUNT.payoffs[1] * scale)
    solution = nash(stage, method=method)
    if solution.complete:
        assert points(solution) == points(nash(STAG_HUNT))


def test_mixed_magnitudes_are_decided_exactly():
    solution = nash(bimatrix([[1e300, -1e-300], [1e-300, 1]], [[1, 2], [3, -1e300]]))
    assert solution.complete
    assert len(solution) == 1


def test_one_action_per_player_and_ties_of_a_single_row():
    assert len(nash(bimatrix([[1.0]], [[2.0]]))) == 1
    assert len(nash(bimatrix([[1.0, 2.0, 2.0]], [[2.0, 3.0, 3.0]]))) == 2


def test_exact_mode_returns_fractions():
    (one,) = nash(bimatrix([[0.3, 0.1], [0.0, 0.2]], [[0, 1], [1, 0]]), method=Exact())
    assert one.profile[1][0] == Fraction(1, 4)
    assert isinstance(one.payoffs[0], Fraction)


@pytest.mark.parametrize("n", [50, 120])
def test_lemke_howson_solves_large_games(n):
    stage = ag.StageGame(np.random.default_rng(n).normal(size=(2, n, n)))
    solution = nash(stage, method=LemkeHowson(n - 1))
    assert solution[0].certificate.ok
    assert not solution.complete
    assert solution.status is Status.PARTIAL


def test_lemke_howson_with_ties_terminates():
    rng = np.random.default_rng(4)
    for _ in range(30):
        m, n = rng.integers(1, 8, size=2)
        stage = ag.StageGame(rng.integers(0, 2, size=(2, m, n)).astype(float), players=("a", "b"))
        for label in range(m + n):
            assert nash(stage, method=LemkeHowson(label))[0].certificate.ok


def test_a_game_too_large_to_enumerate_is_partial_with_notes():
    rng = np.random.default_rng(2)
    A = rng.integers(-1, 2, size=(40, 40)).astype(float)
    solution = nash(bimatrix(A, -A), throw=False)
    assert not solution.complete
    assert "too large" in solution.notes[0]
    assert all(one.certificate.ok for one in solution)


def test_too_many_vertices_are_told_not_awaited():
    solution = nash(ag.StageGame(np.random.default_rng(20).normal(size=(2, 20, 20))))
    assert solution.status is Status.PARTIAL
    assert solution.components == ()
    assert all(one.certificate.ok for one in solution)


def test_nash_subsets_beyond_the_limit_are_left_out(monkeypatch):
    from armsgame.solve.one_shot import bimatrix as methods

    monkeypatch.setattr(methods, "maximal_subsets", lambda _: None)
    solution = nash(bimatrix([[0, 0], [0, 0]], [[0, 0], [0, 0]]))
    assert solution.complete
    assert solution.components == ()
    assert "20,000" in solution.notes[0]


def test_zero_sum_value_matches_the_minimax_and_refuses_other_games():
    A = np.random.default_rng(1).normal(size=(5, 7))
    (one,) = nash(bimatrix(A, -A), method=ZeroSum())
    assert one.payoffs[0] == pytest.approx(nash(bimatrix(A, -A))[0].payoffs[0], abs=1e-9)
    with pytest.raises(ag.WrongConcept, match="constant sum"):
        nash(STAG_HUNT, method=ZeroSum())
    assert nash(bimatrix([[1, 3], [2, 0]], [[4, 2], [3, 5]]), method=ZeroSum())


def test_perturbed_equilibria_are_refused():
    for one in nash(SEVENTY_FIVE)[:20]:
        x = one.profile[0].copy()
        away, to = int(np.argmax(x)), int(np.argmin(x))
        x[away] -= 1e-3
        x[to] += 1e-3
        assert not ag.verify(SEVENTY_FIVE, (x, one.profile[1])).ok


def max_cut():
    edges = {(0, 1): 2, (0, 2): -1, (1, 2): 2}
    payoffs = np.zeros((3, 2, 2, 2))
    for cell in np.ndindex(2, 2, 2):
        for (i, j), weight in edges.items():
            if cell[i] != cell[j]:
                payoffs[(i, *cell)] += weight
                payoffs[(j, *cell)] += weight
    return ag.StageGame(payoffs)


def test_three_player_max_cut_has_two_pure_and_one_mixed_equilibrium():
    solution = nash(max_cut())
    assert [one.pure for one in solution] == [True, True, False]
    assert all(np.allclose(own, 0.5) for own in solution[2].profile)
    assert solution.complete


def test_nine_equilibria_of_mckelvey_and_mclennan_at_2x2x2():
    # each player's payoff depends on the others so that nine regular equilibria exist (McKelvey and McLennan 1997)
    payoffs = np.zeros((3, 2, 2, 2))
    payoffs[:, 0, 0, 0] = [9, 8, 12]
    payoffs[:, 1, 1, 0] = [9, 8, 2]
    payoffs[:, 0, 1, 1] = [3, 4, 6]
    payoffs[:, 1, 0, 1] = [3, 4, 4]
    solution = nash(ag.StageGame(payoffs))
    assert len(solution) == 9
    assert solution.complete
    assert sum(one.pure for one in solution) == 4


def test_pure_equilibria_of_many_players_are_all_found():
    # everybody chooses the same action
    for players in (3, 4, 5):
        payoffs = np.zeros((players, *(2,) * players))
        payoffs[(slice(None), *(0,) * players)] = 1
        payoffs[(slice(None), *(1,) * players)] = 1
        solution = nash(ag.StageGame(payoffs), method=SupportEnumeration(starts=1))
        found = {tuple(own[0] for own in one.supports) for one in solution if one.pure}
        assert {(0,) * players, (1,) * players} <= found


def test_solution_prints_as_a_table_and_becomes_a_frame():
    solution = nash(STAG_HUNT)
    text = str(solution)
    assert "3 equilibria, complete" in text
    assert "comply 0.5, deploy 0.5" in text
    assert "<table>" in solution._repr_html_()
    frame = solution.to_frame()
    assert list(frame["row: comply"]) == pytest.approx([1.0, 0.0, 0.5])
    assert list(frame["payoff of column"]) == pytest.approx([4.0, 2.0, 2.5])
    assert solution[1:] == solution.equilibria[1:]
    assert solution[0] == nash(STAG_HUNT)[0]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: nash(ag.treaty.compliance(temptation=[1.2, 1.5])), ag.WrongConcept, "nash_batch"),
        (lambda: nash(max_cut(), method=LemkeHowson(0)), ag.WrongConcept, "two players"),
        (lambda: nash(max_cut(), method=Exact()), ag.WrongConcept, "Exact is a method for two"),
        (lambda: nash(max_cut(), method=NashpyAdapter()), ag.WrongConcept, "this game has 3"),
        (lambda: nash(STAG_HUNT, method="lemke_howson"), ag.WrongConcept, "method object"),
        (lambda: nash(ag.RepeatedGame(STAG_HUNT)), ag.WrongConcept, "StageGame"),
        (lambda: nash(STAG_HUNT, method=LemkeHowson(4)), ag.InvalidGame, "label is 4"),
        (lambda: LemkeHowson(-1), ag.InvalidGame, "label"),
        (lambda: NashpyAdapter("magic"), ag.InvalidGame, "method"),
        (lambda: SupportEnumeration(starts=0), ag.InvalidGame, "starts"),
        (lambda: nash(ag.StageGame([[[1, 2], [3]], [[1, 2], [3, 4]]])), ag.InvalidGame, "rectangular"),
        (lambda: nash(bimatrix(np.zeros((0, 2)), np.zeros((0, 2)))), ag.InvalidGame, "at least one action"),
        (lambda: nash(bimatrix([[np.nan, 1]], [[1, 2]])), ag.InvalidGame, "finite"),
    ],
)
def test_bad_input_is_named(make, error, text):
    with pytest.raises(error, match=text):
        make()


def test_failure_is_an_error_or_a_status(monkeypatch):
    from armsgame.solve.one_shot import bimatrix as methods

    monkeypatch.setattr(methods, "_path", lambda *_: (None, 7))
    with pytest.raises(ag.NotSolved, match=r"Exact\(\)"):
        nash(STAG_HUNT, method=LemkeHowson(0))
    answer = nash(STAG_HUNT, method=LemkeHowson(0), throw=False)
    assert answer.status is Status.UNSOLVED
    assert len(answer) == 0
    assert "0 equilibria" in str(answer)
