"""Values of chains at discount factors near one, against rational numbers."""

from __future__ import annotations

from fractions import Fraction
from math import fsum

import numpy as np
import pytest

import armsgame as ag
from armsgame.arithmetic.discounted import chain_values, per_period
from armsgame.checkers.transfers import verify_transfers
from armsgame.games.deviation_gains import plans_of
from armsgame.games.product import product_of

NEAR = (0.999999, 1 - 1e-9, 1 - 1e-13)


def rational(system, right):
    """Solve by elimination over the rationals."""
    rows = [[*line, r] for line, r in zip(system, right, strict=True)]
    size = len(rows)
    for k in range(size):
        for i in range(size):
            if i != k and rows[i][k]:
                share = rows[i][k] / rows[k][k]
                rows[i] = [a - share * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def true_values(law, pay, delta):
    """Normalised values of one party; laws are multiples of a power of two, so that rows sum to one exactly."""
    d, size = Fraction(delta), len(law)
    system = [[int(i == j) - d * Fraction(law[i][j]) for j in range(size)] for i in range(size)]
    return rational(system, [(1 - d) * Fraction(v) for v in pay])


def drawn(rng, size, kind):
    """Laws [n, n]: everything leads everywhere, rare moves, or two states that are never left."""
    if kind == "dense":
        return rng.multinomial(2**20, np.ones(size) / size, size=size) / 2.0**20
    law = np.zeros((size, size))
    for s in range(size):
        one, two = rng.choice(size, 2, replace=False)
        law[s, one] = 2.0 ** -float(rng.integers(2, 36))
        law[s, two] = 1 - law[s, one]
    if kind == "classes":
        law[:2] = np.eye(size)[:2]
    return law


def decision(rng, size, kind):
    """One party has two actions in every state; the other watches."""
    laws = np.stack([drawn(rng, size, kind), drawn(rng, size, "rare")], axis=1)
    pay = rng.integers(-5, 6, (2, size, 2)).astype(float)
    stages = [ag.StageGame(pay[:, s, :, None]) for s in range(size)]
    return ag.StochasticGame(stages, list(laws[:, :, None])), laws, pay


def off(found, want):
    return max(abs(float(Fraction(float(a)) - b)) for a, b in zip(found, want, strict=True))


@pytest.mark.parametrize("kind", ["dense", "rare", "classes"])
@pytest.mark.parametrize("delta", NEAR)
def test_every_verdict_and_every_printed_value_keeps_its_digits(kind, delta):
    rng = np.random.default_rng(7)
    for size in (2, 3, 5, 8):
        game, laws, pay = decision(rng, size, kind)
        want = [true_values(laws[:, 0], pay[i, :, 0], delta) for i in range(2)]
        profile = ag.markov.MarkovProfile(game, [np.tile([1.0, 0.0], (size, 1)), np.ones((size, 1))])
        start = [own[0] for own in want]
        assert off(ag.expected_payoffs(game, profile, discount=delta), start) < 1e-13
        certificate = ag.verify(game, profile, discount=delta)
        assert off(certificate.values, start) < 1e-13
        markov = ag.markov.verify_markov(game, profile, discount=delta)
        for i in range(2):
            assert off(markov.values[:, i], want[i]) < 1e-13
        d = Fraction(delta)
        gains = [
            (1 - d) * Fraction(pay[0, s, 1])
            + d * sum(Fraction(p) * v for p, v in zip(laws[s, 1], want[0], strict=True))
            - want[0][s]
            for s in range(size)
        ]
        assert float(markov.max_gain) == pytest.approx(float(max(*gains, 0)), rel=1e-9, abs=1e-14)
        assert markov.ok == (max(gains) <= 0)
        labels = [(stage.actions[0][0], stage.actions[1][0]) for stage in game.stages]
        joint = verify_transfers(game, labels, [labels, labels], discount=delta).joint
        assert off(joint, [a + b for a, b in zip(*want, strict=True)]) < 1e-13


@pytest.mark.parametrize("delta", NEAR)
def test_a_patient_decider_has_a_markov_perfect_plan(delta):
    for seed in range(12):
        game, laws, pay = decision(np.random.default_rng(seed), 4, ("dense", "rare", "classes")[seed % 3])
        for method in (ag.methods.PureEnumeration(), ag.methods.BestResponseIteration()):
            best = ag.markov_perfect(game, discount=delta, method=method)[0]
            plan = [int(own.argmax()) for own in best.policies[0]]
            assert all(own.max() == 1 for own in best.policies[0])
            law, now = (np.array([table[s, a] for s, a in enumerate(plan)]) for table in (laws, pay[0]))
            want = true_values(law, now, delta)
            assert off(best.values[:, 0], want) < 1e-13
            for s in range(4):
                other = (1 - Fraction(delta)) * Fraction(pay[0, s, 1 - plan[s]])
                other += Fraction(delta) * sum(Fraction(p) * v for p, v in zip(laws[s, 1 - plan[s]], want, strict=True))
                # up to what counts as zero of the range of payoffs, 10
                assert other - want[s] <= 1e-9 * (1 - Fraction(delta))


def test_batches_of_chains_agree_with_single_ones_on_either_side_of_the_change_of_method():
    rng = np.random.default_rng(3)
    laws = np.array([drawn(rng, 6, kind) for kind in ("dense", "rare", "classes")])
    pay = rng.normal(size=(3, 6, 2)) + 100
    for delta in (0.5, 0.999, 0.9990001, 1 - 1e-12):
        found = per_period(laws, pay, delta)
        for law, own, values in zip(laws, pay, found, strict=True):
            assert per_period(law, own, delta) == pytest.approx(values, abs=1e-12)
            for i in range(2):
                assert off(values[:, i], true_values(law, own[:, i], delta)) < 1e-10


def test_chains_that_are_left_at_rates_of_their_own():
    # state 0 is left at 2**-40 a period and pays 1, state 1 goes to 0 or out
    tiny = 2.0**-40
    found = chain_values(np.array([[1 - tiny, 0.0], [0.5, 0.0]]), np.array([tiny, 0.5]), np.array([[1.0], [3.0]]))
    assert found[:, 0].tolist() == pytest.approx([2.0**40, 2.0**39 + 3], rel=1e-15)


def test_hundreds_of_states_in_a_ring_have_the_closed_form():
    size, delta = 300, 1 - 1e-9
    pay = np.random.default_rng(5).integers(0, 9, size).astype(float)
    stages = [ag.StageGame(np.full((2, 1, 1), v)) for v in pay]
    game = ag.StochasticGame(stages, [np.eye(size)[[[(s + 1) % size]]] for s in range(size)])
    want = fsum(v * delta**t for t, v in enumerate(pay)) / fsum(delta**t for t in range(size))
    certificate = ag.verify(game, ([1.0], [1.0]), discount=delta)
    assert certificate.values == pytest.approx((want, want), rel=1e-14)


@pytest.mark.parametrize("delta", [0.99, 0.9995, 1 - 1e-7])
def test_transposed_equations_are_those_of_the_values(delta):
    game, _, _ = decision(np.random.default_rng(11), 6, "rare")
    profile = ag.markov.MarkovProfile(game, [np.tile([0.5, 0.5], (6, 1)), np.ones((6, 1))])
    plan = plans_of(product_of(game, profile))[0]
    rows, cols, probs = plan.data.entries
    step = np.zeros((plan.size, plan.size))
    np.add.at(step, (plan.data.pair[rows], cols), plan.data.weight[rows] * probs)
    system = np.eye(plan.size) - delta * step
    system[:, 0] = 1.0
    right = np.random.default_rng(1).normal(size=(plan.size, 3))
    found = plan.values(delta).transposed(right)
    assert system.T @ found == pytest.approx(right, abs=1e-8 * np.abs(found).max())


def test_signals_whose_sum_exceeds_one_by_a_rounding_are_taken():
    laws = (np.random.default_rng(k).dirichlet(np.ones(4)) for k in range(200))
    law = next(own for own in laws if own.sum() > 1)
    stage = ag.StageGame(np.zeros((2, 1, 1)))
    game = ag.StochasticGame([stage], signals=[law.reshape(1, 1, -1, 1)], observed="state")
    assert game.transitions[0].tolist() == [[[1.0]]]
