"""Markov-perfect equilibria: one-state and one-shot cases, symmetries, certificates, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.markov import verify_markov
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.results.markov_profile import MarkovProfile
from armsgame.solve.markov.markov_perfect import markov_perfect
from armsgame.solve.markov.methods import LogitHomotopy, LogTracing, PureEnumeration

STAG = ag.StageGame.from_bimatrix([[4, 1], [3, 2]], [[4, 3], [1, 2]], actions=("comply", "deploy"))
PD = ag.treaty.compliance(temptation=3, reward=2, punishment=0, sucker=-1)


def random_game(seed, states=3, actions=2, order=None, swap=False):
    rng = np.random.default_rng(seed)
    pay = rng.normal(size=(states, 2, actions, actions))
    law = rng.dirichlet(np.ones(states), size=(states, actions, actions))
    if order is not None:
        pay, law = pay[order], law[order][..., order]
    if swap:
        pay, law = np.swapaxes(pay[:, ::-1], 2, 3), np.swapaxes(law, 1, 2)
    names = ("row", "column")
    stages = [ag.StageGame.from_bimatrix(p[0], p[1], players=names) for p in pay]
    return ag.StochasticGame(stages, list(law))


def notice(stage, periods):
    """Notice that runs down to nothing, whatever is done."""
    laws = [np.broadcast_to(np.eye(periods + 1)[min(s + 1, periods)], (2, 2, periods + 1)) for s in range(periods)]
    stages = [stage] * periods + [ag.StageGame.from_bimatrix([[0]], [[0]], players=stage.players)]
    return ag.StochasticGame(stages, [*laws, np.eye(periods + 1)[[[periods]]]])


@pytest.mark.parametrize("seed", range(4))
def test_one_state_has_the_equilibria_of_its_stage(seed):
    rng = np.random.default_rng(seed)
    stage = ag.StageGame.from_bimatrix(*rng.normal(size=(2, 3, 3)))
    ours = sorted(
        tuple(np.concatenate(e.policies, axis=1)[0]) for e in markov_perfect(ag.RepeatedGame(stage), discount=0.8)
    )
    theirs = sorted(tuple(np.concatenate(e.profile)) for e in ag.nash(stage))
    assert np.allclose(ours, theirs, atol=1e-9)


@pytest.mark.parametrize("method", [LogitHomotopy(), LogTracing(), LogTracing(3), LogitHomotopy(2)], ids=repr)
@pytest.mark.parametrize("seed", range(6))
def test_curves_end_in_certified_equilibria(seed, method):
    game = random_game(seed, actions=3)
    for one in markov_perfect(game, discount=0.9, method=method):
        assert one.certificate.ok
        assert one.certificate.max_gain <= 1e-8
        assert ag.verify(game, one.profile, discount=0.9).max_gain <= 1e-8


def test_curves_of_every_game_run_what_was_compiled_once():
    from armsgame._kernels.continuation import follow

    # one successor, several of every state, and one of each state
    for game in (ag.RepeatedGame(STAG).as_stochastic(), random_game(0), notice(PD, 2)):
        markov_perfect(game, discount=0.9, method=LogitHomotopy(), throw=False)
    assert len(follow.signatures) == 1


@pytest.mark.parametrize("seed", range(4))
def test_order_of_states_and_of_players_does_not_matter(seed):
    method = PureEnumeration()
    plain = markov_perfect(random_game(seed), discount=0.7, method=method, throw=False)
    turned = markov_perfect(random_game(seed, order=[2, 0, 1]), discount=0.7, method=method, throw=False)
    mirror = markov_perfect(random_game(seed, swap=True), discount=0.7, method=method, throw=False)
    assert plain.complete_pure
    first = sorted(tuple(e.values.ravel().round(9)) for e in plain)
    assert first == sorted(tuple(e.values[[1, 2, 0]].ravel().round(9)) for e in turned)
    assert first == sorted(tuple(e.values[:, ::-1].ravel().round(9)) for e in mirror)


def test_notice_unravels_in_a_dilemma_and_need_not_in_a_stag_hunt():
    dilemma = markov_perfect(notice(PD, 3), discount=0.9)
    assert dilemma.complete
    assert len(dilemma) == 1
    assert all(dilemma[0].profile.at(s, 0) == {"deploy": 1.0} for s in range(3))
    hunt = markov_perfect(notice(STAG, 2), discount=0.9)
    assert hunt.complete
    assert len(hunt) == 9  # three equilibria of the stage in each of two periods


def test_cap_drops_are_told():
    some = markov_perfect(notice(STAG, 2), discount=0.9, most=4)
    assert len(some) == 4
    assert not some.complete
    assert any("dropped" in note for note in some.notes)


def test_an_unreachable_state_changes_no_value():
    game = random_game(1)
    laws = [np.concatenate([law, np.zeros((2, 2, 1))], axis=-1) for law in game.transitions]
    wide = ag.StochasticGame([*game.stages, PD_LIKE], [*laws, np.broadcast_to([1.0, 0, 0, 0], (2, 2, 4))])
    assert wide.unreachable() == ("state 3",)
    first = {tuple(e.values.ravel().round(8)) for e in markov_perfect(game, discount=0.7)}
    assert first == {tuple(e.values[:3].ravel().round(8)) for e in markov_perfect(wide, discount=0.7)}


PD_LIKE = ag.StageGame.from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]])


def test_the_treaty_has_certified_equilibria():
    game = ag.Treaty().game()
    found = markov_perfect(game, discount=0.95)
    assert not found.complete
    assert max(float(e.certificate.max_gain) for e in found) <= 1e-8
    assert all(e.profile.at("withdrawn", 0) == {"deploy": 1.0} for e in found)
    assert ag.withdrawal_law(game, found[0].profile, periods=5).survival[0] == 1


def test_a_perturbed_equilibrium_is_refused():
    game = random_game(0)
    one = markov_perfect(game, discount=0.9, method=LogTracing())[0]
    moved = [0.99 * own + 0.01 / own.shape[1] for own in one.policies]
    assert not verify_markov(game, moved, discount=0.9).ok
    assert verify_markov(game, one.profile, discount=0.9).ok


def test_bad_input_is_named():
    game = random_game(0)
    with pytest.raises(InvalidGame, match="discount"):
        markov_perfect(game, discount=1)
    with pytest.raises(WrongConcept, match="PureEnumeration"):
        markov_perfect(game, discount=0.5, method="logit")
    with pytest.raises(WrongConcept, match="RepeatedGame"):
        markov_perfect(PD, discount=0.5)
    with pytest.raises(InvalidGame, match="positive probabilities"):
        markov_perfect(game, discount=0.5, method=LogTracing([np.eye(2)[[0, 0, 0]]] * 2))
    with pytest.raises(NotSolved, match="LogTracing"):
        markov_perfect(pennies(), discount=0.5, method=PureEnumeration())
    assert not markov_perfect(pennies(), discount=0.5, method=PureEnumeration(), throw=False)


def pennies():
    table = np.array([[1, -1], [-1, 1]])
    return ag.RepeatedGame(ag.StageGame.from_bimatrix(table, -table))


def test_policies_are_read_by_label_and_checked():
    game = notice(PD, 1)
    profile = MarkovProfile(game, [{"state 0": "comply", "state 1": 0}, ["deploy", [1.0]]])
    assert profile.at("state 0", "row" if "row" in game.players else 0) == {"comply": 1.0}
    with pytest.raises(InvalidGame, match="lacks"):
        MarkovProfile(game, [{"state 0": "comply"}, ["deploy", 0]])
    with pytest.raises(InvalidGame, match="sum to 1"):
        MarkovProfile(game, [[[0.5, 0.4], [1.0]], ["deploy", 0]])
