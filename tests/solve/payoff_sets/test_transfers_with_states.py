"""Transfers on stochastic games: the one-state case, brute force, an independent check, properties."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.transfers import verify_transfers
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.solve.payoff_sets import transfers

PD = ag.treaty.compliance(5, 3, 1, 0)


def drawn(seed, players=2):
    """Two states; the last player has no choice in the second one."""
    rng = np.random.default_rng(seed)
    shapes = [(2,) * players, (*(2,) * (players - 1), 1)]
    stages = [ag.StageGame(rng.integers(-4, 5, size=(players, *shape)).astype(float)) for shape in shapes]
    return ag.StochasticGame(stages, [rng.dirichlet([1, 1], size=shape) for shape in shapes])


def direct(game, delta):
    """Largest joint payoffs and least threats over all plans and punishments that the check accepts."""
    plans = list(product(*(stage.profiles for stage in game.stages)))
    joint, threats = np.full(2, -np.inf), np.full((2, 2), np.inf)
    for path, one, two in product(plans, repeat=3):
        found = verify_transfers(game, path, (one, two), discount=delta)
        if found.ok:
            joint, threats = np.maximum(joint, found.joint), np.minimum(threats, found.threats)
    return joint, threats


@pytest.mark.parametrize("discount", [0.0, 0.3, 0.5, 0.8])
def test_one_state_is_the_repeated_game(discount):
    (one,) = ag.payoff_sets.transfer_payoff_set(
        ag.StochasticGame([PD], [np.ones((2, 2, 1))]), discount=discount
    ).values()
    repeated = ag.payoff_sets.transfer_payoff_set(ag.RepeatedGame(PD), discount=discount)
    assert np.allclose(one.outer, repeated.outer)
    assert one.details["admissible"] == repeated.details["admissible"]


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_no_plan_that_passes_the_check_does_better(seed):
    game = drawn(seed)
    found = ag.payoff_sets.transfer_payoff_set(game, discount=0.6)
    joint, threats = direct(game, 0.6)
    for s, one in enumerate(found.values()):
        assert one.empty == (not np.isfinite(joint[s]))
        if not one.empty:
            assert one.details["joint"] == pytest.approx(joint[s], abs=1e-9)
            assert one.threats == pytest.approx(threats[:, s], abs=1e-9)
            assert one.details["certificate"].ok


def test_a_plan_without_liquidity_is_refused_by_the_check():
    game = drawn(4)
    found = list(ag.payoff_sets.transfer_payoff_set(game, discount=0.6).values())
    path = [w.details["profile"] for w in found]
    kept = [[w.details["punishments"][i] for w in found] for i in (0, 1)]
    assert verify_transfers(game, path, kept, discount=0.6).ok
    greedy = [stage.profiles[int(np.argmin(stage.payoffs.sum(axis=0)))] for stage in game.stages]
    refused = verify_transfers(game, greedy, kept, discount=0.6)
    assert not refused.ok
    assert "not enforced" in str(refused)


def test_transfers_contain_what_is_enforced_without_them():
    game = drawn(5)
    without = ag.payoff_set(game, discount=0.7)
    paid = ag.payoff_sets.transfer_payoff_set(game, discount=0.7)
    for label, one in without.items():
        assert all(paid[label].contains(v, tolerance=1e-8) for v in one.inner)


def test_swapping_the_parties_and_renaming_states_mirror_the_sets():
    game = drawn(8)
    stages = [ag.StageGame(np.stack([s.payoffs[1].T, s.payoffs[0].T])) for s in game.stages][::-1]
    laws = [np.swapaxes(p, 0, 1)[..., ::-1] for p in game.transitions][::-1]
    one = list(ag.payoff_sets.transfer_payoff_set(game, discount=0.6).values())
    two = list(ag.payoff_sets.transfer_payoff_set(ag.StochasticGame(stages, laws), discount=0.6).values())[::-1]
    for a, b in zip(one, two, strict=True):
        assert a.threats == pytest.approx(b.threats[::-1], abs=1e-9)
        assert a.support((1, 1)) == pytest.approx(b.support((1, 1)), abs=1e-9)


def test_states_without_equilibrium_leave_none_where_play_can_come_to_them():
    pennies = ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    laws = [np.tile(np.eye(3)[t], (2, 2, 1)) for t in (1, 1, 2)]
    plain = ag.StageGame(PD.payoffs)
    game = ag.StochasticGame([plain, ag.StageGame(pennies.payoffs), plain], laws)
    found = ag.payoff_sets.transfer_payoff_set(game, discount=0.7)
    assert [w.empty for w in found.values()] == [True, True, False]


def test_the_threshold_of_one_state_is_that_of_the_repeated_game():
    game = ag.StochasticGame([PD], [np.ones((2, 2, 1))])
    assert ag.thresholds.transfer_critical_discount(game, ("comply", "comply")).value == pytest.approx(0.5, abs=1e-8)
    assert ag.thresholds.transfer_critical_discount(game, (1.0, 1.0)).value == 0
    assert not ag.thresholds.transfer_critical_discount(game, (5, 5)).exists


def test_three_players_and_bad_input():
    three = ag.payoff_sets.transfer_payoff_set(drawn(1, players=3), discount=0.9)
    assert all(w.outer.shape in ((0, 3), (1, 3), (4, 3)) for w in three.values())
    hidden = ag.StochasticGame([PD], [np.ones((2, 2, 1))], observed="state")
    with pytest.raises(WrongConcept, match="payoff_set"):
        ag.payoff_sets.transfer_payoff_set(hidden, discount=0.5)
    game = ag.StochasticGame([PD], [np.ones((2, 2, 1))])
    with pytest.raises(InvalidGame, match="exact"):
        ag.payoff_sets.transfer_payoff_set(drawn(1), discount=0.5, exact=True)
    (one,) = ag.payoff_sets.transfer_payoff_set(game, discount=0.5, exact=True).values()
    assert (
        one.details["joint"]
        == ag.payoff_sets.transfer_payoff_set(ag.RepeatedGame(PD), discount=0.5, exact=True).details["joint"]
    )
    with pytest.raises(InvalidGame, match="target"):
        ag.thresholds.transfer_critical_discount(game, ("comply",))
    with pytest.raises(WrongConcept, match="actions are observed"):
        verify_transfers(hidden, [("comply", "comply")], [], discount=0.5)


def test_plans_that_go_round_in_a_circle_are_an_error(monkeypatch):
    stage = ag.treaty.compliance()
    law = np.full((2, 2, 2), 0.5)
    game = ag.StochasticGame([stage, stage], [law, law])
    assert transfers.transfer_payoff_set(game, discount=0.6)
    monkeypatch.setattr(transfers, "_CHANGES", 0)
    with pytest.raises(NotSolved, match="scale the payoffs"):
        transfers.transfer_payoff_set(game, discount=0.6)
