"""Chains against exact rationals that share no code with the library, and against product formulas."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest

import armsgame as ag
from armsgame._kernels.markov_chains import Chain, closed_classes, floats, from_logs, logs, reached, scaled, sums, times

# a few roundings per state; the bound that is stated grows with the cube of the states
CLOSE = 2e-14
one = ag.StageGame.from_bimatrix([[0.0]], [[0.0]], actions=["wait"])


def exact(number):
    """The rational number that a pair of value and power stands for."""
    return Fraction(float(number.value)) * Fraction(2) ** (512 * int(number.power))


def solved(rows, right):
    """Solution of a rational system, by Gauss and Jordan."""
    table = [[*row, b] for row, b in zip(rows, right, strict=True)]
    size = len(table)
    for i in range(size):
        top = next(k for k in range(i, size) if table[k][i])
        table[i], table[top] = table[top], table[i]
        table[i] = [x / table[i][i] for x in table[i]]
        for k in range(size):
            if k != i and table[k][i]:
                times_ = table[k][i]
                table[k] = [a - times_ * b for a, b in zip(table[k], table[i], strict=True)]
    return [row[size] for row in table]


def drawn(rng, kind):
    """Rates between states and out of them: from 1 to 1e-300, with periods, ways that end, and leaks."""
    size = int(rng.integers(1, 9))
    rates = np.where(rng.random((size, size)) < rng.random(), rng.random((size, size)), 0.0)
    leave = rng.random(size) * 10.0 ** rng.integers(-12, 1, size)
    if kind == "rare":
        rates, leave = rates * 10.0 ** rng.integers(-300, 1, rates.shape), leave * 10.0 ** rng.integers(-280, 1, size)
    if kind == "decomposable":
        block = np.arange(size) % 3
        rates *= np.where(block[:, None] == block, 1.0, 1e-17)
        leave *= 1e-20
    if kind == "periodic":
        rates = np.roll(np.eye(size), 1, axis=1) + 0.0
        leave *= 1e-9
    if kind == "reducible":
        rates = np.triu(rates)
    np.fill_diagonal(rates, 0.0)
    return rates, leave


@pytest.mark.parametrize("kind", ["rare", "decomposable", "periodic", "reducible"])
def test_visits_and_values_are_those_of_rational_elimination_entry_by_entry(kind):
    rng = np.random.default_rng([7, len(kind)])
    for _ in range(25):
        rates, leave = drawn(rng, kind)
        size = len(leave)
        tail, head = np.nonzero(rates)
        chain = Chain(size, tail, head, scaled(rates[tail, head]), scaled(leave))
        start, reward = rng.random(size) * (rng.random(size) < 0.5), rng.random(size)
        rows = [[-Fraction(x) for x in row] for row in rates.tolist()]
        for x in range(size):
            rows[x][x] = sum(map(Fraction, rates[x].tolist())) + Fraction(leave[x])
        for found, system, right in (
            (chain.values(scaled(reward)), rows, reward),
            (chain.visits(scaled(start)), zip(*rows, strict=True), start),
        ):
            for x, want in enumerate(solved(list(system), [Fraction(b) for b in right.tolist()])):
                got = exact(found.at(x))
                assert got == want == 0 or abs(got / want - 1) < CLOSE


@pytest.mark.parametrize("power", [0, 17, 150])
def test_the_stationary_law_is_rational_elimination_entry_by_entry(power):
    rng = np.random.default_rng(power)
    for _ in range(25):
        size = int(rng.integers(2, 8))
        rates = rng.random((size, size)) * 10.0 ** -rng.integers(0, power + 1, (size, size))
        # a cycle keeps the chain in one piece
        rates *= (rng.random((size, size)) < 0.5) | np.roll(np.eye(size, dtype=bool), 1, axis=1)
        np.fill_diagonal(rates, 0.0)
        tail, head = np.nonzero(rates)
        law = Chain(size, tail, head, scaled(rates[tail, head])).law()
        system = [[-Fraction(x) for x in column] for column in rates.T.tolist()]
        for x in range(size):
            system[x][x] = sum(map(Fraction, rates[x].tolist()))
        system[-1] = [Fraction(1)] * size
        want = solved(system, [Fraction(0)] * (size - 1) + [Fraction(1)])
        for got, w in zip(law.tolist(), want, strict=True):
            assert got == pytest.approx(float(w), rel=CLOSE, abs=0)


def test_a_long_chain_of_rare_steps_neither_vanishes_nor_overflows():
    # forwards 1e-9, backwards 1 - 1e-9: the mean time from the first of n states is a sum of products
    up, size = 1e-9, 120
    tail = np.r_[np.arange(size - 1), np.arange(1, size)]
    head = np.r_[np.arange(1, size), np.arange(size - 1)]
    rates = np.r_[np.full(size - 1, up), np.full(size - 1, 1.0)]
    leave = np.zeros(size)
    leave[-1] = up
    chain = Chain(size, tail, head, scaled(rates), scaled(leave))
    p = Fraction(up)
    step, want = 1 / p, Fraction(0)
    for _ in range(size):
        want += step
        step = 1 / p + step / p
    got = exact(chain.values(scaled(np.ones(size))).at(0))
    assert abs(got / want - 1) < 1e-13
    assert floats(chain.values(scaled(np.ones(size))))[0] == np.inf
    # net flow of one a visit: v[k] p - v[k + 1] = 1, and v[n - 1] p = 1
    want = Fraction(0)
    visits = chain.visits(scaled(np.eye(size)[0]))
    for x in reversed(range(size)):
        want = (1 + want) / p
        assert abs(exact(visits.at(x)) / want - 1) < 1e-13


def test_reachability_and_classes_come_from_links_alone():
    tail, head = np.array([0, 1, 2, 3, 3]), np.array([1, 0, 3, 2, 0])
    assert reached(5, tail, head, 2).tolist() == [True, True, True, True, False]
    label, closed = closed_classes(5, tail, head)
    assert sorted(np.flatnonzero(np.isin(label, closed)).tolist()) == [0, 1, 4]


def test_a_chain_that_cannot_be_left_is_refused():
    with pytest.raises(ag.errors.NotSolved, match="lead nowhere"):
        Chain(2, np.array([0]), np.array([1]), scaled([1.0]), scaled([0.5, 0.0]))


def test_scaled_numbers_keep_what_floats_lose():
    small = scaled(np.array([1e-200, 5e-324, 0.0]))
    product = times(small, small, small)
    assert floats(product).tolist() == [0.0, 0.0, 0.0]
    assert (product.value > 0).tolist() == [True, True, False]
    assert logs(product)[:2] == pytest.approx(3 * np.log([1e-200, 5e-324]))
    back = from_logs(np.array([-2000.0, 1500.0, -np.inf]))
    assert logs(back).tolist() == pytest.approx([-2000.0, 1500.0, -np.inf])
    whole = sums(times(small, small), np.array([1, 1, 0]), 3)
    assert logs(whole).tolist() == pytest.approx([-np.inf, 2 * np.log(1e-200), -np.inf])


WAIT = ([1.0],) * 2


def path(*rows, names=None):
    """A game of one action whose states follow each other with given probabilities."""
    size = len(rows)
    return ag.StochasticGame(
        [one] * size, [np.array([[row]], dtype=float) for row in rows], states=names or [f"s{k}" for k in range(size)]
    )


@pytest.mark.parametrize("h", [0.3, 1e-4, 1e-8, 1e-11, 1e-17, 1e-200, 1e-307])
def test_a_treaty_that_surely_ends_has_a_finite_mean_at_every_hazard(h):
    law = ag.withdrawal_law(path([1 - h, h], [0, 1]), WAIT, periods=5, event="s1")
    assert law.mean * h == pytest.approx(1, rel=1e-14)
    assert (law.ever, law.never) == (1.0, 0.0)
    assert law.cdf[1] == h
    assert law.hazard == pytest.approx(np.full(5, h), rel=1e-14)
    assert law.log_mean == pytest.approx(-np.log(h), rel=1e-14, abs=1e-12)
    assert law.survival + law.cdf == pytest.approx(np.ones(6))


@pytest.mark.parametrize("h", [1e-12, 1e-160])
def test_rare_steps_in_a_row_add_up(h):
    law = ag.withdrawal_law(path([1 - h, h, 0], [0, 1 - h, h], [0, 0, 1]), WAIT, periods=3, event="s2")
    assert law.mean * h == pytest.approx(2, rel=1e-14)
    assert law.ever == 1


def test_a_mean_beyond_the_largest_float_comes_as_a_logarithm():
    # both must slip at once, with 1e-200 each, and the event needs both
    stage = ag.StageGame.from_bimatrix(np.zeros((2, 2)), np.zeros((2, 2)), actions=["hold", "slip"])
    move = np.zeros((2, 2, 2))
    move[..., 0], move[1, 1] = 1.0, [0.0, 1.0]
    game = ag.StochasticGame([stage, stage], [move, np.full((2, 2, 2), [0.0, 1.0])], states=["in", "out"])
    law = ag.withdrawal_law(game, ([1.0, 1e-200],) * 2, periods=2, event="out")
    assert (law.mean, law.ever, law.never) == (np.inf, 1.0, 0.0)
    assert law.log_mean == pytest.approx(400 * np.log(10), rel=1e-14)
    assert "exp(921.03" in str(law)
    assert ag.stationary(game, ([1.0, 1e-200],) * 2).states == {"in": 0.0, "out": 1.0}


def test_a_leak_below_the_rounding_of_one_makes_the_mean_infinite_and_is_told():
    law = ag.withdrawal_law(path([1 - 1e-5, 1e-5, 1e-22], [0, 1, 0], [0, 0, 1]), WAIT, periods=2, event="s1")
    assert law.mean == law.log_mean == np.inf
    assert law.never == pytest.approx(1e-17, rel=1e-14)


def test_an_event_that_cannot_happen_never_does():
    law = ag.withdrawal_law(path([1, 0], [0, 1]), WAIT, periods=2, event="s1")
    assert (law.ever, law.never, law.mean) == (0.0, 1.0, np.inf)
    assert law.cdf.tolist() == [0, 0, 0]


def test_the_hazard_is_told_long_after_survival_is_below_the_smallest_float():
    law = ag.withdrawal_law(path([0.1, 0.9], [0, 1]), WAIT, periods=500, event="s1")
    assert law.survival[-1] == 0
    assert law.hazard == pytest.approx(np.full(500, 0.9), rel=1e-12)
    assert np.isnan(ag.withdrawal_law(path([0, 1], [0, 1]), WAIT, periods=3, event="s1").hazard[1:]).all()


def test_long_run_shares_of_nearly_separate_states_are_those_of_their_rare_moves():
    law = ag.stationary(path([1.0, 1e-17], [2e-17, 1.0]), WAIT)
    assert law.states == pytest.approx({"s0": 2 / 3, "s1": 1 / 3}, rel=1e-14)
    # two traps at 1e-200 and 3e-200
    law = ag.stationary(path([1.0, 1e-200, 3e-200], [0, 1, 0], [0, 0, 1]), WAIT)
    assert law.states == pytest.approx({"s0": 0.0, "s1": 0.25, "s2": 0.75}, rel=1e-14)


def test_every_state_has_a_frequency_whatever_the_profile():
    law = ag.stationary(path([0, 1, 0], [0, 1, 0], [0, 0, 1], names=["on", "for ever", "never"]), WAIT)
    assert law.states == {"on": 0.0, "for ever": 1.0, "never": 0.0}
    assert set(law.frequencies) == set(law.states)


def test_discounted_payoffs_are_rational_ones_at_great_patience():
    delta, h = 1 - 2.0**-40, 2.0**-45
    stages = [ag.StageGame.from_bimatrix([[x]], [[0.0]], actions=["wait"]) for x in (0.0, 1.0)]
    game = ag.StochasticGame(stages, [np.array([[[1 - h, h]]]), np.array([[[0.0, 1.0]]])], states=["in", "out"])
    found = ag.expected_payoffs(game, WAIT, discount=delta)
    d, p = Fraction(delta), Fraction(h)
    assert found[0] == pytest.approx(float(d * p / (1 - d * (1 - p))), rel=1e-14)


def test_mixed_laws_add_up_where_one_branch_may_never_end():
    from armsgame.simulation.paths.mixture import Branch, mixture_law

    sure, leaky = path([0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]), path([0.4, 0.3, 0.3], [0, 1, 0], [0, 0, 1])
    law = mixture_law([Branch(n, 0.5, g, WAIT) for n, g in (("a", sure), ("b", leaky))], periods=30, event="s1")
    assert law.ever == pytest.approx(0.75)
    assert law.never == pytest.approx(0.25)
    assert law.log_mean == np.inf
    assert law.hazard[:-1] == pytest.approx(law.pmf[:-1] / law.survival[:-2])
    assert law.survival + law.cdf == pytest.approx(np.ones(31))


def birth_death(payoffs, size, mutation, w, fitness):
    """Long-run law of two types from up and down moves, in 60 digits."""
    with mpmath.workdps(60):
        a = [[mpmath.mpf(x) for x in row] for row in payoffs]
        mu, n, moves = mpmath.mpf(mutation), size, []
        for i in range(n + 1):
            first = (a[0][0] * (i - 1) + a[0][1] * (n - i)) / (n - 1)
            second = (a[1][0] * i + a[1][1] * (n - i - 1)) / (n - 1)
            if fitness == "pairwise":
                copies = 1 / (1 + mpmath.exp(-w * (first - second)))
                into = [mpmath.mpf(i) * copies, mpmath.mpf(n - 1) - i * copies]
                back = [mpmath.mpf(n - 1) - (n - i) * (1 - copies), (n - i) * (1 - copies)]
            else:
                f = [mpmath.exp(w * first) * i, mpmath.exp(w * second) * (n - i)]
                into = back = f
            born = (into[0] * (1 - mu) + into[1] * mu) / sum(into)
            lost = (back[1] * (1 - mu) + back[0] * mu) / sum(back)
            moves.append((mpmath.mpf(n - i) / n * born, mpmath.mpf(i) / n * lost))
        law = [mpmath.mpf(1)]
        for (up, _), (_, down) in pairwise(moves):
            law.append(law[-1] * up / down)
        return [x / sum(law) for x in law]


@pytest.mark.parametrize(
    ("process", "selection", "mutation", "size"),
    [("pairwise", 5.0, 1e-3, 50), ("pairwise", 40.0, 1e-12, 60), ("exponential", 3.0, 1e-6, 80)],
)
def test_a_population_of_two_types_follows_the_product_formula_entry_by_entry(process, selection, mutation, size):
    payoffs = [[2, 0], [0, 1]]
    how = {"process": "pairwise"} if process == "pairwise" else {"process": "moran", "fitness": "exponential"}
    law = ag.populations.population_law(payoffs, size, mutation=mutation, selection=selection, **how)
    want = birth_death(payoffs, size, mutation, selection, process)
    order = law.counts[:, 0]
    for i, got in zip(order.tolist(), law.probabilities.tolist(), strict=True):
        if want[i] > 1e-300:
            assert got == pytest.approx(float(want[i]), rel=1e-10, abs=0)
    if selection == 5.0:
        assert law.shares[0] == pytest.approx(0.998999, abs=1e-5)


def test_three_types_take_over_with_the_probabilities_of_rationals():
    # neutral: each type's share of the start, whatever the process
    for process in ("moran", "pairwise"):
        found = ag.populations.fixation_probability(np.ones((3, 3)), [5, 3, 1], process=process)
        assert found.probabilities == pytest.approx([5 / 9, 3 / 9, 1 / 9], rel=1e-12)
    # a type that loses every comparison at enormous selection leaves the others their symmetry
    pay = [[0, 0, 0], [1, 1, 1], [1, 1, 1]]
    found = ag.populations.fixation_probability(pay, [1, 10, 10], process="pairwise", selection=1000.0)
    assert found.probabilities == pytest.approx([0, 0.5, 0.5], rel=1e-12)
    assert found.residual < 1e-12


@pytest.mark.parametrize("last", [1e-74, 1e-78, 1e-80, 1e-84])
def test_a_share_near_the_smallest_float_is_kept_whatever_state_goes_last(last):
    """The largest power can belong to a small number: shares are taken against the sum, not against a power."""
    tail, head = np.array([0, 2, 0, 1]), np.array([2, 0, 1, 0])
    found = Chain(3, tail, head, scaled(np.array([last, 1.0, 1e-300, 0.125]))).law()
    np.testing.assert_allclose(found, [1.0, 1e-300 / 0.125, last], rtol=1e-14)
