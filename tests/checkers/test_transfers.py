"""Enforcement with transfers, by hand: what all gain together from deviating against what they have together."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.transfers import verify_transfers
from armsgame.errors import InvalidGame, WrongConcept

STAGE = ag.treaty.compliance(5, 3, 1, 0)
GAME = ag.StochasticGame([STAGE], [np.ones((2, 2, 1))])
COMPLY, DEPLOY = ("comply", "comply"), ("deploy", "deploy")


@pytest.mark.parametrize("d", [0.0, 0.3, 0.45, 0.55, 0.6, 0.9])
def test_mutual_compliance_needs_half_the_weight_on_the_future(d):
    found = verify_transfers(GAME, [COMPLY], [[DEPLOY], [DEPLOY]], discount=d)
    # a deviation pays 5 now and 1 ever after, for each of two; complying pays both 6
    path = 2 * ((1 - d) * 5 + d * 1) - 6
    # in a punishment all play the stage equilibrium, and go back to 6 together
    punish = 2 * 1 - ((1 - d) * 2 + d * 6)
    assert found.shortfall == pytest.approx(max(path, punish), abs=1e-12)
    assert found.ok is (d >= 0.5)
    assert found.where == (("path", GAME.states[0]) if path >= punish else (STAGE.players[0], GAME.states[0]))
    np.testing.assert_allclose(found.joint, [6])
    np.testing.assert_allclose(found.threats, [[1], [1]])


def test_a_punishment_that_its_victim_answers_is_worth_the_best_answer():
    d = 0.8
    # held to complying while the other deploys, a party deploys too and has 1; unanswered it would have 0
    soft = verify_transfers(GAME, [COMPLY], [[("comply", "deploy")], [("deploy", "comply")]], discount=d)
    np.testing.assert_allclose(soft.threats, [[1], [1]])
    # while it punishes, the first can gain 1 from deploying, the second nothing: 1 against 0, and 5 against 5
    off = ((1 - d) * 1 + d * 1) + ((1 - d) * 5 + d * 1)
    assert soft.shortfall == pytest.approx(max(2 * ((1 - d) * 5 + d) - 6, off - ((1 - d) * 5 + d * 6)), abs=1e-12)


def test_states_count_with_what_follows_them():
    """The better state is left after deployment by anyone, and never again reached."""
    d = 0.75
    poor = ag.treaty.compliance(2.5, 1.5, 0.5, 0)
    law = np.zeros((2, 2, 2))
    law[..., 1] = 1
    law[0, 0] = [1, 0]
    stay = np.zeros((2, 2, 2))
    stay[..., 1] = 1
    game = ag.StochasticGame([STAGE, poor], [law, stay], states=["rich", "poor"])
    found = verify_transfers(game, [COMPLY, COMPLY], [[DEPLOY, DEPLOY]] * 2, discount=d)
    np.testing.assert_allclose(found.joint, [6, 3])
    # held to deployment: 1 now and 1/2 ever after
    np.testing.assert_allclose(found.threats, [[(1 - d) * 1 + d * 0.5, 0.5]] * 2)
    gaps = {
        "rich": 2 * ((1 - d) * 5 + d * 0.5) - 6,
        "poor": 2 * ((1 - d) * 2.5 + d * 0.5) - 3,
    }
    # in a punishment in the rich state complying alone would lose 1 now, and leads to the poor state all the same
    punish = {
        "rich": 2 * ((1 - d) * 1 + d * 0.5) - ((1 - d) * 2 + d * 3),
        "poor": 2 * ((1 - d) * 0.5 + d * 0.5) - ((1 - d) * 1 + d * 3),
    }
    assert found.shortfall == pytest.approx(max(*gaps.values(), *punish.values()), abs=1e-12)
    assert found.where == ("path", max(gaps, key=gaps.get))


def test_what_is_no_plan_is_named():
    with pytest.raises(InvalidGame, match=r"len\(path\)"):
        verify_transfers(GAME, [COMPLY, COMPLY], [[DEPLOY], [DEPLOY]], discount=0.5)
    with pytest.raises(InvalidGame, match=r"len\(punishments\[1\]\)"):
        verify_transfers(GAME, [COMPLY], [[DEPLOY], []], discount=0.5)
    with pytest.raises(InvalidGame, match="punishments"):
        verify_transfers(GAME, [COMPLY], [[DEPLOY]], discount=0.5)
    noisy = ag.RepeatedGame(STAGE, ag.Monitoring.alarm(0.9, 0.1))
    with pytest.raises(WrongConcept, match="observed"):
        verify_transfers(noisy, [COMPLY], [[DEPLOY], [DEPLOY]], discount=0.5)
    hidden = ag.StochasticGame([STAGE], [np.ones((2, 2, 1))], observed="state")
    with pytest.raises(WrongConcept, match="observed"):
        verify_transfers(hidden, [COMPLY], [[DEPLOY], [DEPLOY]], discount=0.5)


def test_what_counts_as_zero_is_twice_the_sum_over_the_parties():
    """At patience 1/2 - x both together gain 8x by deploying: 2 (5 (1 - d) + d) - 6."""
    zero = 2 * (1e-11 * 5 + 4 * 2.0**-52 * 5) / 2
    for share in (0.5, 1.9, 2.1, 2.9):
        found = verify_transfers(GAME, [COMPLY], [[DEPLOY], [DEPLOY]], discount=0.5 - share * zero / 8)
        assert found.shortfall == pytest.approx(share * zero, rel=1e-3)
        assert found.ok is (share < 2)
    # where all pay nothing nothing counts as zero but itself
    idle = ag.StochasticGame([ag.treaty.compliance(0, 0, 0, 0)], [np.ones((2, 2, 1))])
    assert verify_transfers(idle, [COMPLY], [[DEPLOY], [DEPLOY]], discount=0.5).ok


def test_of_places_that_fall_short_alike_the_first_is_named():
    twin = ag.StochasticGame([STAGE, STAGE], [np.eye(2)[[0, 0, 0, 0]].reshape(2, 2, 2)] * 2, states=["one", "two"])
    found = verify_transfers(twin, [COMPLY] * 2, [[COMPLY] * 2] * 2, discount=0.3)
    # held to complying, the one that deploys has 5 for ever, whatever is played
    assert found.shortfall == pytest.approx(2 * 5 - 6, abs=1e-12)
    assert found.where == ("path", "one")


def random_states(rng, count):
    stages = [ag.StageGame(rng.integers(-3, 4, (2, 2, 2)).astype(float)) for _ in range(count)]
    return ag.StochasticGame(stages, [rng.dirichlet(np.ones(count), (2, 2)) for _ in range(count)])


def test_threats_are_the_best_of_all_plans_against_a_punishment():
    """Every plan of the one who is punished, valued by its own linear system."""
    rng, d = np.random.default_rng(8), 0.8
    for _ in range(25):
        game = random_states(rng, 3)
        labels = [stage.actions for stage in game.stages]
        choice = rng.integers(0, 2, (3, 3, 2))
        plans = [[tuple(labels[s][i][k] for i, k in enumerate(choice[p, s])) for s in range(3)] for p in range(3)]
        found = verify_transfers(game, plans[0], plans[1:], discount=d)
        for i in (0, 1):
            values = []
            for own in np.ndindex(2, 2, 2):
                acts = choice[1 + i].copy()
                acts[:, i] = own
                law = np.array([game.transitions[s][tuple(a)] for s, a in enumerate(acts)])
                now = np.array([game.stages[s].payoffs[(i, *a)] for s, a in enumerate(acts)])
                values.append(np.linalg.solve(np.eye(3) - d * law, (1 - d) * now))
            np.testing.assert_allclose(found.threats[i], np.max(values, axis=0), atol=1e-12)


def test_a_threat_counts_what_is_small_in_a_period_and_lasts():
    """Deploying brings 5e-13 a period more, which is far more than counts as zero for the very patient."""
    small, d = 5e-13, 1 - 1e-6
    own = np.array([[0.0, 0.0], [small, small]])
    game = ag.StochasticGame([ag.StageGame([own, [[0, 1], [0, 1]]])], [np.ones((2, 2, 1))])
    first = tuple(labels[0] for labels in game.stages[0].actions)
    found = verify_transfers(game, [first], [[first], [first]], discount=d)
    assert found.threats[0, 0] == pytest.approx(small, rel=1e-3)
    assert not found.ok
