"""Least patience and least detection for a target, both ends certified."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.solve.payoff_sets.bracket import payoff_bracket
from armsgame.solve.payoff_sets.outer_bound import outer_bound
from armsgame.solve.thresholds.targets import _search, payoff_threshold, required_detection

STAGE = ag.treaty.compliance(3, 2, 0, -1)


def noisy(p: float, q: float, r: float) -> ag.RepeatedGame:
    good = np.array([[p, q], [q, r]])
    return ag.RepeatedGame(STAGE, ag.Monitoring.public(np.stack([good, 1 - good], axis=-1)))


@pytest.mark.parametrize(("signal", "best", "least"), [((0.9, 0.5, 0.2), 1.75, 10 / 17), ((0.8, 0.3, 0.1), 1.6, 5 / 9)])
def test_least_patience_for_mutual_compliance_is_the_published_one(signal, best, least):
    played = payoff_threshold(noisy(*signal), tolerance=1e-4)
    assert played.low < least <= played.high + 1e-9
    assert played.high - played.low <= 1e-4
    reached = payoff_threshold(noisy(*signal), (best - 1e-6, best - 1e-6), tolerance=1e-4)
    assert reached.low < least <= reached.high + 1e-9
    assert reached.high - reached.low <= 2e-4


@pytest.mark.parametrize(("players", "least"), [(2, 1 / 2), (3, 2 / 3)])
def test_bertrand_collusion_needs_one_minus_one_over_n(players, least):
    # share the monopoly profit 1, or undercut and take it; undercutting back yields nothing
    index = np.indices((2,) * players)
    cheap = index.sum(axis=0)
    pay = np.where(cheap == 0, 1 / players, np.where(index == 1, (cheap == 1) * 0.999999, 0.0))
    found = payoff_threshold(ag.RepeatedGame(ag.StageGame(pay)), (1 / players,) * players, tolerance=1e-3)
    assert found.low - 1e-3 < least < found.high + 1e-5


def test_perfect_monitoring_agrees_with_grim_and_with_cournot():
    pd = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    found = payoff_threshold(pd, (3, 3))
    grim = ag.critical_discount(pd, (ag.grim, ag.grim)).value
    assert found.low < grim <= found.high + 1e-9
    # linear demand, two firms: half the monopoly output against the Nash output, reversion: 9/17
    monopoly, nash = 1 / 4, 1 / 3
    best = (1 - monopoly) / 2
    q = np.array([monopoly, nash, best])
    profit = q[:, None] * (1 - q[:, None] - q[None])
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix(profit, profit.T))
    found = payoff_threshold(game, (1 / 8, 1 / 8), tolerance=1e-3)
    # more outputs to punish with can only make it easier
    assert found.high <= 9 / 17 + 1e-3


def test_ends_are_certified_by_the_sets_themselves():
    game = ag.RepeatedGame(STAGE, ag.Monitoring.detection(0.6, 0.1))
    found = payoff_threshold(game, tolerance=1e-3)
    assert ("comply", "comply") not in outer_bound(game, discount=found.low, directions=64).profiles
    above = payoff_bracket(game, discount=found.high + 1e-3)
    made = [g.profile for g in above.details["inner_generators"]]
    assert ("comply", "comply") in made
    assert "outer bound" in str(found)


def test_a_batch_of_detection_rates_is_monotone():
    games = [ag.RepeatedGame(STAGE, ag.Monitoring.detection(p, 0.05)) for p in (0.4, 0.6, 0.9)]
    found = payoff_threshold(games, tolerance=1e-3)
    assert isinstance(found, tuple)
    assert found[0].high > found[0].low >= found[1].high > found[1].low >= found[2].high


def test_what_no_patience_and_no_detection_supports():
    never = payoff_threshold(noisy(0.9, 0.5, 0.2), (1.9, 1.9))
    assert not never.exists
    assert never.low == 1.0
    assert "limit" in never.evidence[0]
    assert "no discount" in str(never)
    static = payoff_threshold(noisy(0.9, 0.5, 0.2), ("deploy", "deploy"))
    assert static.low == static.high == 0
    hasty = required_detection(STAGE, discount=0.1)
    assert not hasty.exists
    assert hasty.low == 1.0


def test_required_detection_inverts_the_threshold():
    found = required_detection(STAGE, discount=0.6, false_alarm=0.05, tolerance=1e-3)
    assert found.quantity == "detection"
    assert found.high - found.low <= 1e-3
    for rate, holds in ((found.low - 5e-3, False), (found.high + 5e-3, True)):
        game = ag.RepeatedGame(STAGE, ag.Monitoring.detection(rate, 0.05))
        assert (payoff_threshold(game, tolerance=1e-3).high <= 0.6) == holds
    same = required_detection(
        lambda p: ag.RepeatedGame(STAGE, ag.Monitoring.detection(p, 0.05)),
        discount=0.6,
        false_alarm=0.05,
        tolerance=1e-3,
    )
    assert same.high == pytest.approx(found.high, abs=2e-3)
    more = required_detection(STAGE, discount=0.9, false_alarm=0.05, tolerance=1e-3)
    assert more.high < found.low


def test_bad_input_is_named():
    game = noisy(0.9, 0.5, 0.2)
    for target in (("comply",), ("comply", 2.0), (np.nan, 1.0), (None, None)):
        with pytest.raises(InvalidGame, match="target"):
            payoff_threshold(game, target)
    with pytest.raises(InvalidGame, match="comply"):
        payoff_threshold(game, ("comply", "comly"))
    with pytest.raises(InvalidGame, match="tolerance"):
        payoff_threshold(game, tolerance=0)
    with pytest.raises(InvalidGame, match="max_iter"):
        payoff_threshold(game, max_iter=0)
    with pytest.raises(WrongConcept, match="RepeatedGame"):
        payoff_threshold(STAGE)
    with pytest.raises(InvalidGame, match="make_game"):
        required_detection(3, discount=0.9)
    with pytest.raises(InvalidGame, match="false_alarm"):
        required_detection(STAGE, discount=0.9, false_alarm=2)
    with pytest.raises(InvalidGame, match="discount"):
        required_detection(STAGE, discount=1.0)


def test_critical_discount_takes_a_payoff_or_an_action_profile_as_its_target():
    game = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    for target in ((3, 3), ("comply", "comply")):
        found = ag.critical_discount(game, target)
        assert found == payoff_threshold(game, target)
        assert found.exists
    both = ag.critical_discount([game, game], (3, 3))
    assert len(both) == 2


def test_a_search_ends_where_no_float_is_left_between_its_ends():
    tried = []

    def verdict(x):
        tried.append(x)
        return "in" if x >= 0.3 else "out"

    low, high, sure = _search(verdict, 0.0, 1.0, 1e-300)
    assert sure
    assert low < 0.3 <= high == np.nextafter(low, 1)
    assert len(tried) < 70
    # values that stay open part the two ends, and both are searched for
    tried.clear()
    low, high, _ = _search(lambda x: verdict(x) if not 0.2 < x < 0.4 else "open", 0.0, 1.0, 1e-300)
    assert low == pytest.approx(0.2, abs=1e-12)
    assert high == pytest.approx(0.4, abs=1e-12)


def test_three_parties_have_a_threshold_with_a_value():
    pay = np.zeros((3, 2, 2, 2))
    for acts in np.ndindex(2, 2, 2):
        for i in range(3):
            pay[(i, *acts)] = sum(a == 0 for a in acts) - 1.5 * (acts[i] == 0)
    found = ag.thresholds.payoff_threshold(ag.RepeatedGame(ag.StageGame(pay)))
    assert 0 < found.low <= found.high == found.value < 1
