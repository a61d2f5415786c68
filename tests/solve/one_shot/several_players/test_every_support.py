"""Mixed equilibria of several players on every support: all of them, or the support that is open."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations, permutations, product

import numpy as np
import pytest
from scipy.optimize import root

import armsgame as ag
from armsgame.arithmetic.mixtures import alike
from armsgame.checkers.one_shot import verify_stage
from armsgame.solve.one_shot.several_players import all_equilibria, every_support
from armsgame.solve.one_shot.several_players.every_support import mixed_everywhere
from armsgame.solve.one_shot.several_players.three_players import closed_form


def supports(shape, least=2):
    own = [list(chain.from_iterable(combinations(range(n), k) for k in range(least, n + 1))) for n in shape]
    return list(product(*own))


def scaled(stage):
    return np.stack([(t - t.min()) / np.ptp(t) for t in stage.payoffs])


def searched(stage, least=2):
    return mixed_everywhere(stage, scaled(stage), supports(stage.shape, least))


@pytest.mark.parametrize("shape", [(2, 2, 2), (2, 4, 2), (6, 2, 2)])
def test_it_finds_what_the_quadratic_equations_have(shape):
    rng = np.random.default_rng([5, *shape])
    some = 0
    for _ in range(12):
        stage = ag.StageGame(rng.normal(size=(3, *shape)))
        known = closed_form(stage)
        found = searched(stage)
        assert not known.undecided
        assert not found.open
        held = [one for one in found.profiles if verify_stage(stage, one).ok]
        assert len(held) == len(found.profiles) == len(known.profiles)
        assert all(any(alike(one, other, 1e-9) for other in known.profiles) for one in held)
        some += len(held)
    assert some > 0


@pytest.mark.parametrize("shape", [(3, 3, 3), (3, 3, 2), (4, 3, 2), (2, 2, 2, 2), (3, 2, 2, 2), (2, 2, 2, 2, 2)])
def test_generic_games_have_an_odd_number_of_equilibria(shape):
    # Wilson (1971): a missed or a false one would make the number even
    rng = np.random.default_rng([1, *shape])
    for _ in range(4):
        found = ag.nash(ag.StageGame(rng.normal(size=(len(shape), *shape))))
        assert found.complete
        assert len(found) % 2 == 1
        assert all(one.certificate.ok for one in found)


def test_no_start_of_a_root_finder_leads_to_another_one():
    rng = np.random.default_rng(11)
    stage = ag.StageGame(rng.normal(size=(3, 3, 3, 3)))
    known = [one.profile for one in ag.nash(stage)]
    hits = 0
    for own in supports(stage.shape, 1):
        free = [len(s) - 1 for s in own]
        ends = np.cumsum([0, *free])
        if not ends[-1]:
            continue

        def profile(z, own=own, ends=ends):
            mixes = []
            for k, s in enumerate(own):
                law = np.zeros(3)
                law[list(s[1:])] = z[ends[k] : ends[k + 1]]
                law[s[0]] = 1 - law.sum()
                mixes.append(law)
            return mixes

        def gaps(z, own=own):
            x, y, w = profile(z)
            worth = [
                np.einsum("abc,b,c->a", stage.payoffs[0], y, w),
                np.einsum("abc,a,c->b", stage.payoffs[1], x, w),
                np.einsum("abc,a,b->c", stage.payoffs[2], x, y),
            ]
            return np.concatenate([v[list(s[1:])] - v[s[0]] for v, s in zip(worth, own, strict=True)])

        for _ in range(3):
            start = np.concatenate([rng.dirichlet(np.ones(len(s)))[1:] for s in own])
            end = root(gaps, start)
            mixes = profile(end.x)
            if end.success and min(law.min() for law in mixes) > -1e-12 and verify_stage(stage, mixes).ok:
                hits += 1
                assert any(alike(mixes, other, 1e-6) for other in known)
    assert hits > 0


def test_parties_and_units_do_not_matter():
    rng = np.random.default_rng(17)
    pay = rng.normal(size=(3, 3, 3, 2))
    base = ag.nash(ag.StageGame(pay))
    known = sorted(np.round(np.concatenate(one.profile), 8).tolist() for one in base)
    unit, shift = np.array([1e-6, 3.0, 1e5]), np.array([7.0, -2.0, 1e3])
    moved = ag.nash(ag.StageGame(pay * unit[:, None, None, None] + shift[:, None, None, None]))
    assert sorted(np.round(np.concatenate(one.profile), 8).tolist() for one in moved) == known
    for order in permutations(range(3)):
        turned = ag.nash(ag.StageGame([np.transpose(pay[p], order) for p in order]))
        back = np.argsort(order)
        again = sorted(np.round(np.concatenate([one.profile[k] for k in back]), 8).tolist() for one in turned)
        assert turned.complete
        assert again == known


def cycle(n):
    """Player i wants to name the number of player i + 1; the last one wants to miss that of the first."""
    pay = np.zeros((3, n, n, n))
    for cell in np.ndindex(n, n, n):
        pay[(slice(None), *cell)] = [cell[0] == cell[1], cell[1] == cell[2], cell[2] != cell[0]]
    return ag.StageGame(pay)


def test_a_cycle_of_matching_and_missing_has_one_equilibrium_at_two_actions():
    found = ag.nash(cycle(2))
    assert found.complete
    assert [one.pure for one in found] == [False]
    np.testing.assert_allclose(np.concatenate(found[0].profile), 0.5, atol=1e-12)


def test_an_action_listed_twice_makes_a_continuum_that_is_named():
    rng = np.random.default_rng(2)
    pay = rng.normal(size=(3, 2, 2, 2))
    while len(mixed := [one for one in ag.nash(ag.StageGame(pay)) if min(map(len, one.supports)) == 2]) == 0:
        pay = rng.normal(size=(3, 2, 2, 2))
    twice = np.concatenate([pay, pay[:, :1]], axis=1)
    found = ag.nash(ag.StageGame(twice, players=["A", "B", "C"]))
    assert mixed
    assert not found.complete
    assert any("A plays" in note and "not proved to be finite" in note for note in found.notes)


def test_an_equilibrium_at_a_bound_is_decided_in_rational_numbers():
    # all but the first player are indifferent only where A is even; at q = 1/2, r = 1/3 A's third action ties exactly
    q, r = Fraction(1, 2), Fraction(1, 3)
    pay = np.zeros((3, 3, 2, 2))
    for a, b, c in np.ndindex(3, 2, 2):
        # the second action of A pays b - q, the third c - r: both vanish at (q, r), and the sum of them too
        pay[0, a, b, c] = [0.0, 6 * (b - q), 6 * (c - r)][a]
        pay[1, a, b, c] = b * [-1.0, 1.0, 0.0][a]
        pay[2, a, b, c] = c * [-1.0, 1.0, 0.0][a]
    stage = ag.StageGame(pay)
    found = mixed_everywhere(stage, scaled(stage), [((0, 1), (0, 1), (0, 1))])
    # A's indifference fixes q only, and r may be anything that makes the third action no better: a continuum
    assert found.open == [((0, 1), (0, 1), (0, 1))]
    pay[0, 1] += np.array([[0.0, 1.0], [-1.0, 0.0]]) * 6
    own = ((0, 1), (0, 1), (0, 1))
    kept = every_support._stands(stage, own, [np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([2 / 3, 1 / 3])])
    assert kept is True
    beyond = every_support._stands(stage, own, [np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([0.5, 0.5])])
    assert beyond is False  # the third action pays 1 there
    edge = every_support._stands(stage, own, [np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([1.0, 0.0])])
    assert edge is False  # belongs to a smaller support
    other = every_support._stands(stage, own, [np.array([0.5, 0.5]), np.array([0.4, 0.6]), np.array([0.7, 0.3])])
    assert other is None  # does not solve the equations


@pytest.mark.parametrize(
    ("gains", "expected"),
    [
        ((-1.0, -1.0), (0, 1)),  # nobody minds: the whole segment
        ((1.0, 1.0), None),  # somebody leaves everywhere
        ((2.0, -1.0), (Fraction(2, 3), 1)),
        ((-1.0, 3.0), (0, Fraction(1, 4))),
    ],
)
def test_one_player_who_mixes_alone_may_do_so_on_a_segment(gains, expected):
    pay = np.zeros((3, 2, 2, 2))
    # the second player's other action gains this much at either action of the first, who is indifferent
    pay[1, 0, 1, :], pay[1, 1, 1, :] = gains
    pay[2, :, :, 1] = -1.0
    low, high = every_support._segment(ag.StageGame(pay), ((0, 1), (0,), (0,)))
    if expected is None:
        assert low > high
    else:
        assert (low, high) == expected


def test_a_segment_that_is_a_point_is_an_equilibrium():
    pay = np.zeros((4, 2, 2, 2, 2))
    for a, b, c, d in np.ndindex(2, 2, 2, 2):
        pay[1, a, b, c, d] = b * (1 - 2 * a)  # stays while the first player's second action has at least 1/2
        pay[2, a, b, c, d] = c * (2 * a - 1)  # and at most 1/2
        pay[3, a, b, c, d] = -d
        pay[0, a, b, c, d] = -b - c if a else 0.0
    stage = ag.StageGame(pay)
    own = ((0, 1), (0,), (0,), (0,))
    assert every_support._segment(stage, own) == (Fraction(1, 2), Fraction(1, 2))
    found = mixed_everywhere(stage, np.stack([_unit(t) for t in stage.payoffs]), [own])
    assert not found.open
    np.testing.assert_allclose(found.profiles[0][0], 0.5)


def _unit(table):
    return (table - table.min()) / max(np.ptp(table), 1e-300)


def test_without_boxes_nothing_is_called_complete(monkeypatch):
    stage = ag.StageGame(np.random.default_rng(3).normal(size=(3, 3, 3, 3)))
    whole = ag.nash(stage)
    monkeypatch.setattr(every_support, "_BOXES", 2)
    short = ag.nash(stage)
    assert whole.complete
    assert not short.complete
    assert any("not proved to be finite" in note for note in short.notes)
    monkeypatch.setattr(every_support, "_BOXES", 200_000)
    monkeypatch.setattr(every_support, "_ALL_BOXES", 0)
    assert not ag.nash(stage).complete


def test_what_has_too_many_supports_is_refused_with_their_cost():
    stage = ag.StageGame(np.random.default_rng(3).normal(size=(3, 10, 10, 10)))
    with pytest.raises(ag.InvalidGame, match=r"10 x 10 x 10.*logit_qre"):
        ag.nash(stage)


def test_a_solution_that_the_checker_refuses_is_told_and_denies_completeness(monkeypatch):
    stage = ag.StageGame(np.random.default_rng(2).normal(size=(3, 3, 3, 3)))
    wrong = tuple(np.array([0.2, 0.3, 0.5]) for _ in range(3))
    assert ag.nash(stage).complete
    monkeypatch.setattr(all_equilibria, "mixed_everywhere", lambda *_: every_support.Searched([wrong], []))
    found = ag.nash(stage, throw=False)
    assert not found.complete
    assert any("refuses 1 solutions" in note for note in found.notes)
