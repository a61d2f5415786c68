"""Which named profiles a search on a treaty's game begins at."""

import armsgame as ag
from armsgame.treaty.parts.suspension import Suspension
from armsgame.treaty.type_starts import starts_on


def test_symmetric_and_asymmetric_policies_are_named():
    names = starts_on(ag.Treaty().game(observed="moves"))
    assert {"exit_on_alarm", "ladder_yield", "ladder_display", "strikes(2)", "pretext", "stay_deployed"} <= set(names)
    waits = names["US waits, Russia leaves"]
    leaves = names["Russia waits, US leaves"]
    assert (waits["US"], waits["Russia"]) == (leaves["Russia"], leaves["US"])
    assert waits["US"] != waits["Russia"]


def test_ladders_of_suspension_need_the_part():
    with_it = starts_on(ag.Treaty(demand=False, parts=(Suspension(),)).game(observed="moves"))
    without = starts_on(ag.Treaty(demand=False).game(observed="moves"))
    assert "suspend on alarm" in with_it
    assert "suspend on alarm" not in without
    assert "ladder_yield" not in without


def test_other_games_have_none():
    stage = ag.StageGame.from_bimatrix([[1, -1], [2, 0]], [[1, 2], [-1, 0]])
    assert starts_on(ag.RepeatedGame(stage)) == {}
    states = ag.StochasticGame([stage], [[[[1.0]] * 2] * 2])
    assert starts_on(states) == {}
