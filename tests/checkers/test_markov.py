"""Markov profiles as data, and the checker of Markov-perfect play: closed forms, refusals, exact numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import armsgame as ag


def dilemma(temptation=3, reward=2, punishment=0, sucker=-1):
    return ag.treaty.compliance(temptation=temptation, reward=reward, punishment=punishment, sucker=sucker)


def two_states():
    """Mutual compliance keeps the good state; anything else leads to the bad one, which lasts."""
    good, bad = dilemma(), dilemma(temptation=1, reward=-1, sucker=-2)
    law = np.zeros((2, 2, 2))
    law[0, 0, 0], law[0, 1, 1], law[1, 0, 1], law[1, 1, 1] = 1, 1, 1, 1
    stay = np.zeros((2, 2, 2))
    stay[..., 1] = 1
    return ag.StochasticGame([good, bad], [law, stay], states=["good", "bad"])


COMPLY_IN_GOOD = [{"good": "comply", "bad": "deploy"}] * 2


@pytest.mark.parametrize("discount", [Fraction(1, 4), Fraction(1, 3), Fraction(1, 2)], ids=str)
def test_compliance_in_the_good_state_needs_patience_of_one_third(discount):
    # complying is worth 2 for ever, deploying 3 once and 0 after: 2 >= 3 (1 - d)
    found = ag.markov.verify_markov(two_states(), COMPLY_IN_GOOD, discount=discount, exact=True)
    assert found.ok == (discount >= Fraction(1, 3))
    assert found.max_gain == max(3 * (1 - discount) - 2, 0)
    assert found.values[0, 0] == 2
    assert found.values[1, 1] == 0


@pytest.mark.parametrize("discount", [0.0, 0.2, 0.9], ids=str)
def test_floats_and_fractions_agree(discount):
    profile = [[[0.25, 0.75], [0.5, 0.5]], ["comply", "deploy"]]
    plain = ag.markov.verify_markov(two_states(), profile, discount=discount)
    exact = ag.markov.verify_markov(two_states(), profile, discount=discount, exact=True)
    assert np.allclose(plain.values, exact.values.astype(float), atol=1e-14)
    assert np.allclose(plain.regrets, exact.regrets.astype(float), atol=1e-14)
    assert plain.where.state == exact.where.state


def test_a_perturbed_profile_is_refused_and_a_tolerance_is_named():
    moved = [[[0.999, 0.001], [0.0, 1.0]], ["comply", "deploy"]]
    game = two_states()
    assert ag.markov.verify_markov(game, COMPLY_IN_GOOD, discount=0.5).kind == "Markov perfect"
    found = ag.markov.verify_markov(game, moved, discount=0.5)
    assert found.kind == "none"
    assert not found.ok
    assert 0 < found.max_gain < 1e-3
    near = ag.markov.verify_markov(game, moved, discount=0.5, tolerance=1e-3)
    assert near.kind == "epsilon"
    assert "epsilon" in str(near)


def test_regret_counts_in_states_that_no_play_reaches():
    found = ag.markov.verify_markov(two_states(), [["comply", "comply"], ["comply", "deploy"]], discount=0.9)
    assert not found.ok
    assert found.where.state == "bad"


def test_a_profile_is_data_and_a_sequence_of_automata():
    game = two_states()
    profile = ag.markov.MarkovProfile(game, COMPLY_IN_GOOD)
    same = ag.markov.MarkovProfile(game, [[[1, 0], [0, 1]], [0, 1]])
    assert profile == same
    assert hash(profile) == hash(same)
    assert profile != ag.markov.MarkovProfile(game, [["comply", "comply"]] * 2)
    assert profile.pure
    assert len(profile) == 2
    assert profile.at("good", 0) == {"comply": 1.0}
    assert "deploy" in str(profile).splitlines()[2]
    assert ag.verify(game, profile, discount=0.5).ok
    assert not ag.markov.MarkovProfile(game, [[[0.5, 0.5], [0, 1]], [0, 1]]).pure


def test_swapping_the_players_swaps_values_and_regrets():
    rng = np.random.default_rng(5)
    pay, law = rng.normal(size=(2, 2, 2, 3)), rng.dirichlet(np.ones(2), size=(2, 2, 3))
    one = ag.StochasticGame([ag.StageGame.from_bimatrix(*p) for p in pay], list(law))
    two = ag.StochasticGame([ag.StageGame.from_bimatrix(p[1].T, p[0].T) for p in pay], list(np.swapaxes(law, 1, 2)))
    x, y = rng.dirichlet(np.ones(2), size=2), rng.dirichlet(np.ones(3), size=2)
    first = ag.markov.verify_markov(one, [x, y], discount=0.8)
    second = ag.markov.verify_markov(two, [y, x], discount=0.8)
    assert np.allclose(first.values, second.values[:, ::-1])
    assert np.allclose(first.regrets, second.regrets[:, ::-1])


def test_the_largest_gain_is_named_with_its_player_state_and_action():
    rng = np.random.default_rng(3)
    pay, law = rng.normal(size=(2, 2, 2, 3)), rng.dirichlet(np.ones(2), size=(2, 2, 3))
    game = ag.StochasticGame([ag.StageGame.from_bimatrix(*p) for p in pay], list(law))
    chosen = set()
    for _ in range(6):
        rows = [rng.dirichlet(np.ones(n), size=2) for n in (2, 3)]
        found = ag.markov.verify_markov(game, rows, discount=0.6)
        mean = np.einsum("sa,sb,sabt->st", *rows, law)
        flow = np.einsum("sa,sb,siab->si", *rows, pay)
        value = np.linalg.solve(np.eye(2) - 0.6 * mean, 0.4 * flow)
        one = 0.4 * pay + 0.6 * np.einsum("sabt,ti->siab", law, value)
        gains = [np.einsum("sb,sab->sa", rows[1], one[:, 0]) - value[:, :1],
                 np.einsum("sa,sab->sb", rows[0], one[:, 1]) - value[:, 1:]]  # fmt: skip
        who = int(gains[1].max() > gains[0].max())
        at, action = np.unravel_index(gains[who].argmax(), gains[who].shape)
        assert found.max_gain == pytest.approx(gains[who].max())
        assert type(found.max_gain) is float
        stage = game.stages[at]
        said = (found.where.player, found.where.state, found.where.action)
        assert said == (stage.players[who], game.states[at], stage.actions[who][action])
        chosen.add(said)
    assert len(chosen) >= 3


def test_what_counts_as_zero_shrinks_with_patience_and_a_tolerance_is_met_with_equality():
    found = ag.markov.verify_markov(two_states(), COMPLY_IN_GOOD, discount=0.5)
    # payoffs range from -2 to 3
    assert found.tolerance == pytest.approx(0.5 * 5e-11, rel=0.01, abs=0)
    quarter = Fraction(1, 4)
    exact = ag.markov.verify_markov(two_states(), COMPLY_IN_GOOD, discount=quarter, exact=True, tolerance=quarter)
    assert exact.kind == "epsilon"
    assert exact.max_gain == quarter
    assert isinstance(exact.max_gain, Fraction)
    less = ag.markov.verify_markov(two_states(), COMPLY_IN_GOOD, discount=quarter, exact=True, tolerance=0.24)
    assert (less.ok, less.kind) == (False, "none")


def test_patience_of_one_and_negative_tolerances_are_refused():
    for wrong in ({"discount": 1.0}, {"discount": 0.5, "tolerance": -1.0}, {"discount": 0.5, "tolerance": np.inf}):
        with pytest.raises(ag.InvalidGame, match=list(wrong)[-1]):
            ag.markov.verify_markov(two_states(), COMPLY_IN_GOOD, **wrong)


@pytest.mark.parametrize("gains", [0, 1])
def test_a_gain_of_one_party_is_enough_to_refuse(gains):
    """One complies, the other deploys: only the one that complies gains by its deviation, 1 a period."""
    game = ag.RepeatedGame(dilemma())
    profile = [["comply"], ["deploy"]] if gains == 0 else [["deploy"], ["comply"]]
    for given in (None, 0.4):
        found = ag.markov.verify_markov(game, profile, discount=0.5, tolerance=given)
        assert (found.ok, found.kind) == (False, "none")
        assert found.max_gain == pytest.approx(0.5)
        assert found.where.player == game.players[gains]
        assert found.where.action == "deploy"
        assert found.regrets[0, 1 - gains] <= 0
    assert ag.markov.verify_markov(game, profile, discount=0.5, tolerance=0.5).kind == "epsilon"
