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

    def counted(stage, profiles, **options):
        asked.extend([tuple(own.tolist()) for own in one] for one in profiles)
        return [ag.verify(stage, one, **options) for one in profiles]

    for home in (bimatrix, all_equilibria):
        monkeypatch.setattr(home, "verify_profiles", counted)
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


def _hard(rng, kind: str) -> np.ndarray:
    """Random payoffs: smooth ones, integers with ties, and integers that are nearly tied."""
    if kind == "smooth":
        return rng.normal(size=(3, 2, 2, 2)) * 10.0 ** rng.integers(-200, 200, size=(3, 1, 1, 1))
    whole = rng.integers(-3, 4, size=(3, 2, 2, 2)).astype(float)
    return whole + (kind == "nearly tied") * rng.normal(size=whole.shape) * 10.0 ** -rng.integers(3, 10)


@pytest.mark.parametrize("kind", ["smooth", "tied", "nearly tied"])
def test_floats_find_what_rational_numbers_find_where_two_actions_each_are_decided_in_floats(kind, monkeypatch):
    from armsgame.solve.one_shot.several_players import all_equilibria

    rng, games = np.random.default_rng(11), []
    while len(games) < 60:
        stage = ag.StageGame(_hard(rng, kind))
        games.append((stage, all_equilibria._all_of_eight(stage), ag.nash(stage, throw=False)))
    monkeypatch.setattr(all_equilibria, "_all_of_eight", lambda _: None)
    for stage, quick, told in games:
        exact = ag.nash(stage, throw=False)
        assert (told.complete, told.notes, len(told)) == (exact.complete, exact.notes, len(exact))
        assert quick is None or (quick.complete and len(quick) % 2 == 1)
        for a, b in zip(told, exact, strict=True):
            np.testing.assert_allclose(np.stack(a.profile), np.stack(b.profile), rtol=0, atol=1e-7)
    decided = sum(quick is not None for _, quick, _ in games)
    assert {"smooth": decided == 60, "tied": decided < 20, "nearly tied": 10 < decided < 60}[kind]


def test_a_game_with_a_double_root_is_left_to_rational_numbers():
    # the quadratic of the first player's weight p is (1.25 - 2 p)^2, and all mix at its root
    gains = np.array([[[0.0625, -0.25], [-0.25, 1.0]], [[1.0, 1.0], [-1.0, 1.0]], [[1.0, 1.0], [-1.0, 1.0]]])
    from armsgame._kernels.three_players import MOST, two_by_two_by_two

    pay = np.zeros((3, 2, 2, 2))
    for i in range(3):
        np.moveaxis(pay[i], i, 0)[1] = gains[i]
    pay.flags.writeable = False
    assert two_by_two_by_two(pay, np.empty((MOST, 3, 2)))[0] == -1
    found = ag.nash(ag.StageGame(pay))
    assert any(np.allclose([law[1] for law in one.profile], [0.625, 0.2, 0.2]) for one in found)
