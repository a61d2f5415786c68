"""Three players: all equilibria where two have two actions, proved; supports that hold a continuum are named."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

import armsgame as ag


@pytest.mark.parametrize("shape", [(2, 2, 2), (4, 2, 2), (2, 3, 2)])
def test_a_generic_game_has_an_odd_number_of_equilibria_and_all_are_found(shape):
    # Wilson (1971): the number is finite and odd for almost all games
    rng = np.random.default_rng(sum(shape))
    for _ in range(15):
        found = ag.nash(ag.StageGame(rng.normal(size=(3, *shape))))
        assert found.complete
        assert len(found) % 2 == 1
        assert all(one.certificate.ok for one in found)


def test_the_order_of_players_changes_nothing():
    rng = np.random.default_rng(3)
    pay = rng.integers(-9, 10, size=(3, 3, 2, 2)).astype(float)
    whole = ag.nash(ag.StageGame(pay))
    known = sorted(np.round(np.concatenate(one.profile), 9).tolist() for one in whole)
    for order in permutations(range(3)):
        turned = ag.nash(ag.StageGame([np.transpose(pay[p], order) for p in order]))
        back = np.argsort(order)
        again = sorted(np.round(np.concatenate([one.profile[k] for k in back]), 9).tolist() for one in turned)
        assert turned.complete == whole.complete
        np.testing.assert_allclose(again, known, atol=1e-8)


def test_mixtures_of_everybody_are_those_of_the_quadratic():
    # each wants to differ from the next one: by symmetry all mix evenly, and nothing else is an equilibrium
    pay = np.zeros((3, 2, 2, 2))
    for cell in np.ndindex(2, 2, 2):
        for i in range(3):
            pay[(i, *cell)] = cell[i] != cell[(i + 1) % 3]
    found = ag.nash(ag.StageGame(pay))
    middle = [one for one in found if all((p > 0).all() for p in one.profile)]
    assert len(middle) == 1
    np.testing.assert_allclose(np.concatenate(middle[0].profile), 0.5)


def test_a_continuum_is_named_and_not_called_complete():
    # the third player moves nobody's payoff, its own neither
    two = np.array([[[2.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, 2.0]]])
    pay = np.zeros((3, 2, 2, 2))
    pay[:2] = two[..., None]
    found = ag.nash(ag.StageGame(pay, players=["A", "B", "C"]))
    assert not found.complete
    assert any("B plays 'comply' or 'deploy', C plays 'comply' or 'deploy'" in note for note in found.notes)


def test_dominance_leaves_one_equilibrium():
    pay = np.zeros((3, 8, 2, 2))
    for cell in np.ndindex(8, 2, 2):
        pay[(slice(None), *cell)] = [-cell[0], -cell[1], -cell[2]]
    found = ag.nash(ag.StageGame(pay))
    assert found.complete
    assert [one.profile[0].argmax() for one in found] == [0]


def test_the_checker_is_asked_once_about_each_equilibrium(monkeypatch):
    from armsgame.solve.one_shot import bimatrix
    from armsgame.solve.one_shot.several_players import all_equilibria

    asked = []

    def counted(stage, profile, **options):
        asked.append([tuple(own.tolist()) for own in profile])
        return ag.verify(stage, profile, **options)

    for home in (bimatrix, all_equilibria):
        monkeypatch.setattr(home, "verify_stage", counted)
    found = ag.nash(ag.StageGame(np.random.default_rng(7).normal(size=(3, 3, 2, 2))))
    listed = [[tuple(own.tolist()) for own in one.profile] for one in found]
    assert len(found) == 5
    # what a pure player would clearly leave is not asked about
    assert sorted(asked) == sorted(listed)


@pytest.mark.parametrize("scale", [1e-310, 1e-300, 1.0, 1e307])
def test_units_and_constants_of_payoffs_change_no_equilibrium_in_which_one_is_pure(scale):
    pay = np.random.default_rng(3).integers(0, 8, size=(3, 2, 3, 2)).astype(float)
    plain, other = (ag.nash(ag.StageGame(own), throw=False) for own in (pay, scale * (pay - 3.0)))
    assert len(plain) == len(other) > 0
    for a, b in zip(plain, other, strict=True):
        for own, same in zip(a.profile, b.profile, strict=True):
            assert np.allclose(own, same, atol=1e-9)
