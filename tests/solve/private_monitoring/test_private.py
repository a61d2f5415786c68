"""Private monitoring: what is proved, what is refuted, and that nothing else is called proved."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.private import PrivateGame, PrivateMonitoring
from armsgame.solve.private_monitoring.belief_free import belief_free
from armsgame.solve.private_monitoring.beliefs import _most
from armsgame.solve.private_monitoring.verify_private import verify_private

PD = ag.treaty.compliance(3, 2, 0, -1)


def both(strategy):
    return (strategy, strategy)


def law(p, q, r):
    """Public law of (good, bad) with good probability p, q, r for nobody, one, both deploying."""
    good = np.array([[p, q], [q, r]])
    return np.stack([good, 1 - good], axis=-1)


def almost_public(p, q, r, error):
    return PrivateGame(PD, PrivateMonitoring.near_public(law(p, q, r), error, ("good", "bad")))


def alarms(detection, false_alarm):
    return PrivateGame(PD, PrivateMonitoring.alarms(PD, detection, false_alarm))


def best_plan_gain(game, profile, discount, periods):
    """Gain of the best plan of player 0 over some periods, by enumeration of its own histories."""
    mine, other = game.lower(profile)
    kernel, g = game.monitoring.kernel, game.stage.payoffs[0]

    def step(rule, state, act, y):
        return int(rule.next[state, act, y] if rule.next.ndim == 3 else rule.next[state, y])

    pairs = [(q, m) for q in range(len(mine.states)) for m in range(len(other.states))]
    matrix, now = np.zeros((len(pairs),) * 2), np.zeros(len(pairs))
    for k, (q, m) in enumerate(pairs):
        for a in range(2):
            for b in range(2):
                w = mine.law()[q, a] * other.law()[m, b]
                now[k] += w * g[a, b]
                for y in range(2):
                    for z in range(2):
                        to = pairs.index((step(mine, q, a, y), step(other, m, b, z)))
                        matrix[k, to] += w * kernel[a, b, y, z]
    follow = np.linalg.solve(np.eye(len(pairs)) - discount * matrix, (1 - discount) * now)

    def best(q, belief, left):
        if left == 0:
            return sum(p * follow[pairs.index((q, m))] for m, p in enumerate(belief))
        options = []
        for a in range(2):
            total = sum(p * other.law()[m, b] * g[a, b] for m, p in enumerate(belief) for b in range(2))
            worth = (1 - discount) * total
            for y in range(2):
                joint = np.zeros(len(belief))
                for m, p in enumerate(belief):
                    for b in range(2):
                        for z in range(2):
                            joint[step(other, m, b, z)] += p * other.law()[m, b] * kernel[a, b, y, z]
                if joint.sum() > 0:
                    worth += discount * joint.sum() * best(step(mine, q, a, y), joint / joint.sum(), left - 1)
            options.append(worth)
        return max(options)

    start = np.eye(len(other.states))[other.initial]
    return best(mine.initial, start, periods) - follow[pairs.index((mine.initial, other.initial))]


@pytest.mark.parametrize("error", [0.1, 0.01, 1e-4])
def test_belief_free_interval_is_ely_and_valimakis(error):
    # high = 1 - e g / (1 - 2e), low = e l / (1 - 2e): indifference solved by hand
    gain, loss = 0.5, 0.4
    stage = ag.treaty.compliance(1 + gain, 1, 0, -loss)
    game = PrivateGame(stage, PrivateMonitoring.alarms(stage, 1 - error, error))
    found = belief_free(game, discount=0.95)
    assert found.high == pytest.approx([1 - error * gain / (1 - 2 * error)] * 2, abs=1e-9)
    assert found.low == pytest.approx([error * loss / (1 - 2 * error)] * 2, abs=1e-9)
    assert found.certificate.kind == "belief-free"
    assert found.certificate.values == pytest.approx(found.high, abs=1e-9)


def test_belief_free_limit_is_the_unit_square():
    stage = ag.treaty.compliance(1.5, 1, 0, -0.5)
    game = PrivateGame(stage, PrivateMonitoring.alarms(stage, 1 - 1e-9, 1e-9))
    found = belief_free(game, discount=0.9999)
    assert found.low == pytest.approx([0, 0], abs=1e-8)
    assert found.high == pytest.approx([1, 1], abs=1e-8)


def test_belief_free_needs_patience_and_information():
    assert not belief_free(alarms(0.95, 0.05), discount=0.1).exists
    assert not belief_free(alarms(0.5, 0.5), discount=0.95).exists


def test_perturbed_belief_free_rules_are_refused():
    game = alarms(0.95, 0.05)
    found = belief_free(game, discount=0.9)
    rule = found.profile[0]
    tilted = rule.law().copy()
    tilted[1:] = 0.9 * tilted[1:] + 0.1 * np.array([0.0, 1.0])
    other = ag.Automaton(tilted, rule.next, states=rule.states, actions=rule.actions)
    assert not verify_private(game, (other, found.profile[1]), discount=0.9, depth=3).certified


@pytest.mark.parametrize(("signal", "discount"), [((0.9, 0.2, 0.1), 0.8), ((0.95, 0.3, 0.3), 0.6)])
def test_one_period_memory_survives_small_private_errors(signal, discount):
    # Mailath and Morris (2002): a strict public equilibrium of bounded recall stays one
    assert ag.verify(ag.RepeatedGame(PD, ag.Monitoring.public(law(*signal))), both(ag.mirror), discount=discount).ok
    game = almost_public(*signal, 1e-3)
    found = verify_private(game, both(ag.mirror), discount=discount)
    assert found.kind == "sequential"
    assert found.certified
    assert best_plan_gain(game, both(ag.mirror), discount, 5) <= found.tolerance
    wrong = [b["comply"]["retaliate"][1] for b in found.beliefs]
    assert max(wrong) < 0.02


def test_large_private_errors_break_what_small_ones_leave_intact():
    game = almost_public(0.95, 0.3, 0.3, 0.2)
    found = verify_private(game, both(ag.mirror), discount=0.6, depth=4)
    assert not found.certified
    if found.kind == "none":
        assert best_plan_gain(game, both(ag.mirror), 0.6, 5) > 0


def test_pure_grim_fails_with_independent_private_alarms():
    # after a first alarm the other most likely still complies, so nobody wants to start (Sekiguchi 1997)
    game = alarms(0.95, 0.05)
    found = verify_private(game, both(ag.grim), discount=0.9, depth=4)
    assert found.kind == "none"
    assert found.gain > 0.1
    assert "punish" in found.where
    gain = best_plan_gain(game, both(ag.grim), 0.9, 5)
    assert 0 < gain <= found.epsilon + 1e-12


def test_one_gain_by_hand():
    # always comply: deploying once gains (1 - d) (T - R)
    found = verify_private(alarms(0.9, 0.1), both(ag.always_comply), discount=0.9, depth=2)
    assert found.kind == "none"
    assert found.gain == pytest.approx(0.1 * (3 - 2), abs=1e-12)


@pytest.mark.parametrize("strategy", [ag.grim, ag.mirror, ag.suspend(2), ag.win_stay_lose_shift], ids=str)
def test_epsilon_bounds_the_gain_of_enumerated_plans(strategy):
    game = almost_public(0.9, 0.5, 0.2, 0.05)
    found = verify_private(game, both(strategy), discount=0.6, depth=3)
    assert best_plan_gain(game, both(strategy), 0.6, 4) <= found.epsilon + 1e-12


def test_a_longer_listing_gives_a_tighter_bound():
    game = almost_public(0.95, 0.5, 0.2, 1e-3)
    short, long = (verify_private(game, both(ag.grim), discount=0.6, depth=d) for d in (2, 5))
    assert short.kind == long.kind == "epsilon"
    assert long.epsilon < short.epsilon
    assert "not proved" in str(long)


def test_two_period_memory_is_proved_with_boxes_of_beliefs():
    # deploy if one of the last two signals was bad: bounded recall, three states
    table = [[0, 1], [2, 1], [0, 1]]
    names = ("clean", "bad now", "bad before")
    rule = ag.Automaton(["comply", "deploy", "deploy"], table, states=names, actions=("comply", "deploy"))
    signal = law(0.95, 0.3, 0.3)
    assert ag.verify(ag.RepeatedGame(PD, ag.Monitoring.public(signal)), both(rule), discount=0.8).ok
    game = almost_public(0.95, 0.3, 0.3, 1e-3)
    found = verify_private(game, both(rule), discount=0.8, depth=3)
    assert found.kind == "sequential"
    assert best_plan_gain(game, both(rule), 0.8, 4) <= found.tolerance


@pytest.mark.parametrize("strategy", [ag.grim, ag.mirror, ag.suspend(2), ag.suspend(1)], ids=str)
def test_belief_bounds_hold_every_belief_of_sampled_histories(strategy):
    game = almost_public(0.9, 0.5, 0.2, 0.05)
    found = verify_private(game, both(strategy), discount=0.6, depth=1)
    mine, other = game.lower(both(strategy))
    rng = np.random.default_rng(7)
    for _ in range(200):
        q, belief = mine.initial, np.eye(len(other.states))[other.initial]
        for _ in range(rng.integers(1, 9)):
            act, y = rng.integers(2), rng.integers(2)
            after = np.zeros(len(belief))
            for m, p in enumerate(belief):
                for b in range(2):
                    for z in range(2):
                        after[other.next[m, z]] += p * other.law()[m, b] * game.monitoring.kernel[act, b, y, z]
            q, belief = int(mine.next[q, y]), after / after.sum()
        bounds = found.beliefs[0][mine.states[q]]
        for name, p in zip(other.states, belief, strict=True):
            assert bounds[name][0] - 1e-12 <= p <= bounds[name][1] + 1e-12


def test_without_full_support_nothing_is_proved_by_beliefs():
    public = PrivateMonitoring.near_public(law(0.9, 0.2, 0.1), 0.0)
    assert not public.full_support
    found = verify_private(PrivateGame(PD, public), both(ag.mirror), discount=0.8, depth=4)
    assert found.kind == "epsilon"


def test_perfect_correlation_has_the_values_of_public_monitoring():
    signal = law(0.9, 0.2, 0.1)
    for strategy in (ag.mirror, ag.grim, ag.suspend(2)):
        private = verify_private(
            PrivateGame(PD, PrivateMonitoring.near_public(signal, 0.0)), both(strategy), discount=0.8, depth=2
        )
        public = ag.verify(ag.RepeatedGame(PD, ag.Monitoring.public(signal)), both(strategy), discount=0.8)
        assert private.values == pytest.approx(public.values, abs=1e-10)


def test_swapping_the_players_swaps_the_certificate():
    kernel = PrivateMonitoring.alarms(PD, 0.9, 0.2).kernel
    swapped = PrivateMonitoring(kernel.transpose(1, 0, 3, 2))
    one = verify_private(PrivateGame(PD, PrivateMonitoring(kernel)), (ag.grim, ag.mirror), discount=0.7, depth=3)
    two = verify_private(PrivateGame(PD, swapped), (ag.mirror, ag.grim), discount=0.7, depth=3)
    assert one.values == pytest.approx(two.values[::-1])
    assert (one.kind, one.gain, one.epsilon) == (two.kind, pytest.approx(two.gain), pytest.approx(two.epsilon))


def test_stage_equilibrium_for_ever_is_an_equilibrium_of_any_monitoring():
    for monitoring in (PrivateMonitoring.alarms(PD, 0.5, 0.5), PrivateMonitoring.alarms(PD, 1.0, 0.0)):
        assert verify_private(PrivateGame(PD, monitoring), both(ag.always_deploy), discount=0.9).certified


def test_rules_may_read_their_own_action():
    table = np.array([[[0, 1], [1, 1]], [[1, 1], [1, 1]]])
    rule = ag.Automaton(["comply", "deploy"], table, actions=("comply", "deploy"))
    found = verify_private(alarms(0.95, 0.05), (rule, rule), discount=0.9, depth=3)
    assert found.values == pytest.approx(
        verify_private(alarms(0.95, 0.05), both(ag.grim), discount=0.9, depth=3).values
    )


def test_monitoring_is_equal_by_content():
    assert PrivateMonitoring.alarms(PD, 0.9, 0.1) == PrivateMonitoring.alarms(PD, 0.9, 0.1)
    assert hash(PrivateMonitoring.alarms(PD, 0.9, 0.1)) == hash(PrivateMonitoring.alarms(PD, 0.9, 0.1))
    assert PrivateMonitoring.alarms(PD, 0.9, 0.1) != PrivateMonitoring.alarms(PD, 0.8, 0.1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: PrivateMonitoring(np.ones((2, 2, 2))), InvalidGame, "at least two players"),
        (lambda: PrivateMonitoring(np.ones((2, 2, 2, 2))), InvalidGame, "sum to 1"),
        (lambda: PrivateMonitoring(np.full((2, 2, 2, 2), -0.25)), InvalidGame, "between 0 and 1"),
        (lambda: PrivateMonitoring(np.full((2, 2, 2, 2), 0.25), [["a", "a"], ["a", "b"]]), InvalidGame, "different"),
        (lambda: PrivateMonitoring.alarms(PD, 1.2, 0.1), InvalidGame, "detection is 1.2"),
        (lambda: PrivateMonitoring.near_public(law(0.9, 0.5, 0.2), -1), InvalidGame, "error is -1"),
        (
            lambda: PrivateGame(PD, PrivateMonitoring(np.full((3, 2, 2, 2), 0.25))),
            InvalidGame,
            "monitoring.kernel.shape",
        ),
        (lambda: PrivateGame(PD, ag.Monitoring.perfect()), InvalidGame, "in this order"),
        (
            lambda: verify_private(ag.RepeatedGame(PD), both(ag.grim), discount=0.9),
            WrongConcept,
            "verify_private takes a PrivateGame",
        ),
        (lambda: verify_private(alarms(0.9, 0.1), (ag.grim,), discount=0.9), InvalidGame, "profile"),
        (lambda: verify_private(alarms(0.9, 0.1), both("grim"), discount=0.9), InvalidGame, r"profile\[0\]"),
        (lambda: verify_private(alarms(0.9, 0.1), both(ag.grim), discount=0.9, depth=0), InvalidGame, "depth"),
        (lambda: verify_private(alarms(0.9, 0.1), both(ag.grim), discount=-0.1), InvalidGame, "discount"),
        (
            lambda: verify_private(alarms(0.9, 0.1), both(ag.Automaton([[1, 0]], [[0, 0, 0]])), discount=0.9),
            InvalidGame,
            "2 signals",
        ),
        (lambda: belief_free(ag.RepeatedGame(PD), discount=0.9), WrongConcept, "belief_free takes a PrivateGame"),
    ],
)
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_public_verifier_names_the_private_one():
    game = ag.PrivateGame(ag.treaty.compliance(), ag.Monitoring.private(np.full((2, 2, 2, 2), 0.25)))
    with pytest.raises(ag.errors.WrongConcept, match="verify_private"):
        ag.verify(game, (ag.grim, ag.grim), discount=0.9)


def test_the_worst_belief_of_a_box_solves_its_linear_program():
    rng = np.random.default_rng(2)
    for _ in range(40):
        inside = rng.dirichlet(np.ones(4))
        low, high = inside * rng.random(4), inside + (1 - inside) * rng.random(4)
        weights = rng.integers(-3, 4, 4).astype(float)
        belief = _most(weights, low, high)
        assert belief.sum() == pytest.approx(1, abs=1e-12)
        assert (low <= belief + 1e-12).all()
        assert (belief <= high + 1e-12).all()
        best = linprog(-weights, A_eq=np.ones((1, 4)), b_eq=[1], bounds=list(zip(low, high, strict=True)))
        assert weights @ belief == pytest.approx(-best.fun, abs=1e-9)
