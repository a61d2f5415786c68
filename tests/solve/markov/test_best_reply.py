"""Best replies against known plans, and against the verifier."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

PD = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))


@pytest.mark.parametrize(("discount", "gains"), [(0.4, True), (0.6, False)])
def test_deploying_is_the_best_reply_to_grim_below_its_threshold_only(discount, gains):
    found = ag.best_reply(PD, (ag.grim, ag.grim), 0, discount=discount)
    assert (found.gain > 1e-9) == gains
    # always comply 3, or deploy at once: 5 now and 1 for ever
    assert found.value == pytest.approx(max(3, (1 - discount) * 5 + discount), abs=1e-9)


def test_the_reply_is_worth_what_it_says():
    game = ag.Treaty().replace(detection=0.03).game()
    profile = (ag.treaty.exit_on_alarm, ag.treaty.exit_on_alarm)
    found = ag.best_reply(game, profile, "US", discount=0.95)
    played = ag.verify(game, (found.strategy, profile[1]), discount=0.95)
    assert played.values[0] == pytest.approx(found.value, abs=1e-9)
    assert found.gain > 0


def test_an_equilibrium_leaves_no_gain_to_either_party():
    game = ag.Treaty().game()
    profile = (ag.treaty.ladder_yield, ag.treaty.ladder_yield)
    for party in ("US", "Russia"):
        assert ag.best_reply(game, profile, party, discount=0.95).gain == pytest.approx(0, abs=1e-9)


def test_one_state_games_turn_into_repeated_ones_and_back():
    game = ag.RepeatedGame(ag.treaty.compliance(), ag.Monitoring.detection(0.8, 0.005))
    assert game.as_stochastic().stages[0] == game.stage
    perfect = PD.as_stochastic()
    assert perfect.as_repeated() == PD
    with pytest.raises(ag.errors.WrongConcept):
        ag.Treaty().game().as_repeated()
    law = np.zeros((1, 1, 2))
    law[..., 0] = 1
    stay = ag.StageGame.from_bimatrix([[0]], [[0]])
    assert ag.StochasticGame([stay, stay], [law, law]).unreachable() == ("state 1",)
