"""What must not change an answer (labels, splits, dead states, sides), and all pure equilibria by brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from numba import njit

import armsgame as ag
from armsgame._kernels import linear


def arrays(seed, states=2, shape=(2, 2), zero_sum=False):
    rng = np.random.default_rng(seed)
    pay = rng.normal(size=(states, 2, *shape))
    if zero_sum:
        pay[:, 1] = -pay[:, 0]
    return pay, rng.dirichlet(np.ones(states), size=(states, *shape))


def built(pay, law, names=None):
    stages = [ag.StageGame.from_bimatrix(*p, players=("row", "column")) for p in pay]
    return ag.StochasticGame(stages, list(law), states=names)


def split(pay, law):
    """State 0 twice, its chance shared between the two."""
    order = [0, *range(len(pay))]
    wide = law[order]
    head = wide[..., :1] * np.array([0.3, 0.7])
    return pay[order], np.concatenate([head, wide[..., 1:]], axis=-1)


def with_dead_state(pay, law):
    dead = np.concatenate([np.ones((1, *law.shape[1:-1], 1)), np.zeros((1, *law.shape[1:]))], axis=-1)
    # the new state stands last; nothing leads to it, and it leads to state 0
    wide = np.concatenate([law, np.zeros((*law.shape[:-1], 1))], axis=-1)
    return np.concatenate([pay, 2 * pay[:1]]), np.concatenate([wide, dead])


def swapped(pay, law):
    return np.swapaxes(pay[:, ::-1], 2, 3), np.swapaxes(law, 1, 2)


def by_hand(game, discount):
    """Values of every pure Markov equilibrium, profile by profile."""
    found = []
    shapes = [stage.shape for stage in game.stages]
    for rows in product(*(range(m) for m, _ in shapes)):
        for columns in product(*(range(n) for _, n in shapes)):
            certificate = ag.markov.verify_markov(game, [list(rows), list(columns)], discount=discount)
            if certificate.ok:
                found.append(tuple(np.round(certificate.values, 9).ravel()))
    return sorted(found)


def pure_values(solution):
    return sorted(tuple(np.round(e.values, 9).ravel()) for e in solution if e.profile.pure)


@pytest.mark.parametrize("seed", range(6))
def test_all_pure_equilibria_are_those_of_brute_force(seed):
    game = built(*arrays(seed, states=2, shape=(2, 3)))
    found = ag.markov_perfect(game, discount=0.8, method=ag.methods.PureEnumeration(), throw=False)
    assert found.complete_pure
    assert pure_values(found) == by_hand(game, 0.8)


def test_above_the_limit_named_starts_are_used_and_completeness_is_denied():
    pay, law = arrays(0, states=9, shape=(2, 2))  # 4 ** 9 = 262,144 pure profiles
    found = ag.markov_perfect(built(pay, law), discount=0.1, throw=False)
    assert not found.complete
    assert not found.complete_pure
    assert all(e.certificate.ok for e in found)
    refused = ag.markov_perfect(built(pay, law), discount=0.5, method=ag.methods.PureEnumeration(), throw=False)
    assert not refused
    assert any("exceed the limit" in note for note in refused.notes)


def test_several_priors_list_an_equilibrium_once():
    game = built(*arrays(3))
    priors = [
        *(ag.methods.LogTracing(k) for k in range(4)),
        *(ag.methods.LogTracing(k) for k in range(4)),
        ag.methods.LogitHomotopy(),
    ]
    found = ag.markov_perfect(game, discount=0.7, method=priors)
    points = [np.concatenate([own.ravel() for own in e.policies]) for e in found]
    apart = [np.abs(a - b).max() for k, a in enumerate(points) for b in points[:k]]
    assert min(apart, default=1.0) > 1e-7
    assert len(found) <= len(ag.markov_perfect(game, discount=0.7))


@pytest.mark.parametrize("seed", [1, 4])
def test_splits_dead_states_names_and_sides_do_not_change_pure_markov_values(seed):
    pay, law = arrays(seed)
    method = ag.methods.PureEnumeration()

    def solve(game):
        return ag.markov_perfect(game, discount=0.7, method=method, throw=False)

    plain = {tuple(v) for v in pure_values(solve(built(pay, law)))}
    assert plain == set(pure_values(solve(built(pay, law, names=("b", "a")))))
    halves = [e.values for e in solve(built(*split(pay, law))) if np.allclose(e.values[0], e.values[1], atol=1e-9)]
    assert plain == {tuple(np.round(v[1:], 9).ravel()) for v in halves}
    dead = solve(built(*with_dead_state(pay, law)))
    assert plain == {tuple(np.round(e.values[:-1], 9).ravel()) for e in dead}
    mirror = solve(built(*swapped(pay, law)))
    assert plain == {tuple(np.round(e.values[:, ::-1], 9).ravel()) for e in mirror}


def test_splits_dead_states_and_sides_do_not_change_payoff_sets():
    pay, law = arrays(11, states=2, shape=(3, 2))
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    lines = np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def supports(game, turn=False):
        sets = ag.payoff_set(game, discount=0.8).values()
        assert max(w.gap for w in sets) < 1e-6
        return np.array([[w.support(z[::-1] if turn else z) for z in lines] for w in sets])

    plain = supports(built(pay, law))
    assert np.isfinite(plain).all()
    assert np.allclose(supports(built(*split(pay, law))), plain[[0, 0, 1]], atol=1e-7)
    assert np.allclose(supports(built(*with_dead_state(pay, law)))[:2], plain, atol=1e-7)
    assert np.allclose(supports(built(*swapped(pay, law)), turn=True), plain, atol=1e-7)


def test_splits_dead_states_and_sides_do_not_change_zero_sum_values():
    pay, law = arrays(2, states=3, shape=(2, 3), zero_sum=True)
    plain = ag.markov.zero_sum_value(built(pay, law), discount=0.8).values
    halves = ag.markov.zero_sum_value(built(*split(pay, law)), discount=0.8).values
    assert halves == pytest.approx(plain[[0, 0, 1, 2]], abs=1e-8)
    dead = ag.markov.zero_sum_value(built(*with_dead_state(pay, law)), discount=0.8).values
    assert dead[:3] == pytest.approx(plain, abs=1e-8)
    assert ag.markov.zero_sum_value(built(*swapped(pay, law)), discount=0.8).values == pytest.approx(-plain, abs=1e-8)


@pytest.mark.parametrize(
    ("rows", "columns", "rank"), [(5, 5, 5), (6, 4, 4), (4, 7, 3), (20, 20, 11), (1, 1, 1), (3, 3, 0)]
)
def test_shortest_solutions_are_those_of_lapack(rows, columns, rank):
    rng = np.random.default_rng(rows + columns)
    matrix, right = rng.normal(size=(rows, rank)) @ rng.normal(size=(rank, columns)), rng.normal(size=rows)
    ours = linear.shortest(matrix, right, 1e-12)
    assert ours == pytest.approx(np.linalg.lstsq(matrix, right, rcond=1e-12)[0], abs=1e-10)


def test_what_the_shortest_solution_calls_is_compiled_once():
    # a number that begins as a literal would ask for a second version of what it is handed to
    njit(linear.shortest.py_func)(np.eye(2), np.ones(2), 1e-12)
    assert len(linear.reflect.signatures) == 1


def test_elimination_solves_and_tells_a_singular_matrix():
    rng = np.random.default_rng(0)
    matrix, right = rng.normal(size=(40, 40)), rng.normal(size=(40, 2))
    found, regular = linear.solve(matrix, right)
    assert regular
    assert np.allclose(matrix @ found, right, atol=1e-11)
    assert not linear.solve(np.zeros((2, 2)), right[:2])[1]


def test_laws_that_differ_by_rounding_only_are_no_choice():
    """A sum of drawn weights can miss one by the last bit; which action is taken then still moves nothing."""
    pay = np.array([[[3.0, 9.0], [0.0, 8.0]], [[-3.0, -4.0], [-1.0, -6.0]]])
    law = np.ones((1, 2, 2, 1))
    law[0, 0, 0] -= 2.0**-53
    game = built(pay[None], law)
    solution = ag.markov_perfect(game, discount=0.15)
    assert solution.complete
    assert pure_values(solution) == [(3.0, -3.0)]
    assert "whatever is done -> stays" in str(game)
