"""Sets of discount factors: in floats and exact ones, isolated points, close roots, both concepts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import armsgame as ag
from armsgame.arithmetic.roots import Root, compare, roots_between, sign_at, simplest_between
from armsgame.games.deviation_gains import plans_of
from armsgame.games.product import product_of
from armsgame.solve.thresholds import critical_discount, gain_series

DEPLOY = [0.0, 1.0]
COMPLY = [1.0, 0.0]


def repeated(own, other, monitoring=None):
    stage = ag.StageGame.from_bimatrix(own, other)
    return ag.RepeatedGame(stage) if monitoring is None else ag.RepeatedGame(stage, monitoring)


def pd(t, r, p, s):
    return repeated([[r, s], [t, p]], [[r, t], [s, p]])


def accepted(game, profile, discount, concept, *, exact=False):
    kind = ag.verify(game, profile, discount=discount, exact=exact).kind
    return kind in ("subgame perfect", "perfect public") or (concept == "nash" and kind == "Nash")


@pytest.mark.parametrize("near", [0.0, 0.28583690987, 0.50021459227, 0.71459227468, 0.999, 0.9999])
@pytest.mark.parametrize("off", [1e-6, -1e-6, 3e-7, 1e-9])
def test_the_threshold_of_grim_is_met_to_rounding_wherever_it_lies(near, off):
    # (T - R) / (T - P) with T = 5, P = 1
    wanted = max(near + off, 0.0)
    game = pd(5, 5 - 4 * wanted, 1, 0)
    found = ag.critical_discount(game, (ag.grim,) * 2).value
    assert found == pytest.approx(wanted, abs=1e-12)
    assert ag.verify(game, (ag.grim,) * 2, discount=found).ok


def test_nash_holds_wherever_perfect_play_does_isolated_points_included():
    rule = ag.Automaton.memory_one(1, 1 / 3, 1, 1 / 3, initial=0.5)
    game = pd(3, 2, 0, -1)
    perfect = ag.critical_discount(game, (rule, rule)).intervals
    nash = ag.critical_discount(game, (rule, rule), concept="nash").intervals
    assert perfect
    for low, high in perfect:
        assert low == high == pytest.approx(0.5, abs=1e-12)
        assert any(a <= low and high <= b for a, b in nash)
    exact = ag.critical_discount(game, (rule, rule), exact=True)
    assert exact.ends == ((Fraction(1, 2), Fraction(1, 2)),)


def test_exact_ends_are_fractions_or_roots_that_the_verifier_decides():
    game = pd(3, 2, 1, 0)
    profile = (ag.suspend(3),) * 2
    found = ag.critical_discount(game, profile, exact=True)
    ((end, top),) = found.ends
    # d + d^2 + d^3 = 1
    assert end.polynomial == (-1, 1, 1, 1)
    assert top == 1
    assert ag.verify(game, profile, discount=end, exact=True).max_gain == 0
    assert ag.verify(game, profile, discount=end, exact=True).ok
    low, high = end.bracket
    assert not ag.verify(game, profile, discount=low, exact=True).ok
    assert ag.verify(game, profile, discount=high, exact=True).ok
    assert found.holds(end)
    assert not found.holds(low)
    assert found.intervals[0][0] >= end
    mirror = ag.critical_discount(pd(3, 2, 0, -1), (ag.mirror,) * 2, exact=True)
    assert mirror.ends == ((Fraction(1, 3), Fraction(1, 3)),)
    assert ag.critical_discount(pd(5, 3, 1, 0), (ag.mirror,) * 2, concept="nash", exact=True).ends == (
        (Fraction(2, 3), 1),
    )


@st.composite
def plays(draw):
    """Draw integer payoffs, perfect or noisy public monitoring, and two automata of up to three states."""
    values = np.array(draw(st.lists(st.integers(-3, 3), min_size=8, max_size=8)), dtype=float).reshape(2, 2, 2)
    if draw(st.booleans()):
        values[1] = values[0].T
    noise = draw(st.one_of(st.none(), st.lists(st.integers(0, 10), min_size=4, max_size=4)))
    monitoring = None
    if noise is not None:
        good = np.array(noise).reshape(2, 2) / 10
        monitoring = ag.Monitoring.public(np.stack([good, 1 - good], axis=-1))
    signals = 4 if noise is None else 2
    pair = []
    for _ in range(2):
        size = draw(st.integers(1, 3))
        laws = draw(st.lists(st.sampled_from([COMPLY, DEPLOY, [0.25, 0.75]]), min_size=size, max_size=size))
        moves = draw(st.lists(st.integers(0, size - 1), min_size=size * signals, max_size=size * signals))
        pair.append(ag.Automaton(laws, np.array(moves).reshape(size, signals)))
    return repeated(values[0], values[1], monitoring), tuple(pair)


@given(plays(), st.sampled_from(["perfect", "nash"]), st.fractions(0, Fraction(99, 100), max_denominator=100))
@settings(max_examples=15, deadline=None)
def test_float_sets_are_the_exact_ones_and_the_verifier_agrees(play, concept, at):
    game, profile = play
    rough = ag.critical_discount(game, profile, concept=concept)
    sharp = ag.critical_discount(game, profile, concept=concept, exact=True)
    assert np.allclose(rough.intervals, sharp.intervals, rtol=0, atol=1e-9)
    assert len(rough.intervals) == len(sharp.ends)
    for low, high in rough.intervals:
        assert all(accepted(game, profile, d, concept) for d in (low, high) if d < 1)
    for low, high in sharp.ends:
        assert all(accepted(game, profile, d, concept, exact=True) for d in (low, high) if d < 1)
        beside = (low.bracket[0] if isinstance(low, Root) else low) - Fraction(1, 10**9)
        assert beside < 0 or not accepted(game, profile, beside, concept, exact=True)
    assert sharp.holds(at) == rough.holds(float(at)) == accepted(game, profile, at, concept, exact=True)


@pytest.mark.parametrize("apart", [Fraction(1, 10), Fraction(1, 1000), Fraction(1, 2**13), Fraction(1, 2**15)])
def test_a_pair_of_roots_closer_than_any_grid_is_found(apart):
    # prices chosen so that the gain per period is (d - 1/2)^2 - apart^2; it is read from floats that are exact
    middle = Fraction(1, 2)
    game, profile = single_decision(float(middle**2 - apart**2), -1.0, 1.0)
    ((low, high),) = ag.critical_discount(game, profile).intervals
    assert low == pytest.approx(float(middle - apart), abs=1e-9)
    assert high == pytest.approx(float(middle + apart), abs=1e-9)
    ends = ag.critical_discount(game, profile, exact=True).ends
    assert [(float(a), float(b)) for a, b in ends] == [(float(middle - apart), float(middle + apart))]
    # what the verifier says inside and outside
    assert ag.verify(game, profile, discount=middle, exact=True).ok
    assert not ag.verify(game, profile, discount=middle + 2 * apart, exact=True).ok


def single_decision(now, first, second):
    """Return a game in which one party may gain `now`, then `first` and `second`, then nothing, by one deviation."""
    idle = [[[0.0], [0.0]], [[0.0], [0.0]]]
    stages = [
        ag.StageGame([[[0.0], [now]], idle[1]]),
        ag.StageGame([[[first], [first]], idle[1]]),
        ag.StageGame([[[second], [second]], idle[1]]),
        ag.StageGame(idle),
    ]
    laws = [np.zeros((2, 1, 4)) for _ in range(4)]
    laws[0][0, 0, 3] = laws[0][1, 0, 1] = 1
    laws[1][:, 0, 2] = laws[2][:, 0, 3] = laws[3][:, 0, 3] = 1
    game = ag.StochasticGame(stages, laws)
    still = np.zeros((1, 4, 4), int)
    rules = tuple(ag.Automaton({s: [[1.0] + [0.0] * k] for s in game.states}, still) for k in (1, 0))
    return game, rules


def test_a_gain_that_touches_zero_leaves_one_point_in_floats_and_exactly():
    game, profile = single_decision(0.25, -1.0, 1.0)
    ((low, high),) = ag.critical_discount(game, profile).intervals
    assert low == high == pytest.approx(0.5, abs=1e-7)
    assert ag.verify(game, profile, discount=low).ok
    assert ag.critical_discount(game, profile, exact=True).ends == ((Fraction(1, 2), Fraction(1, 2)),)


@pytest.mark.parametrize(("scale", "shift"), [(1e-8, 0), (1e8, 0), (1, 1e7), (1, -1e7)])
def test_positive_affine_payoffs_leave_the_whole_set(scale, shift):
    own = np.array([[2.0, -1], [3, 0]])
    game = repeated(scale * own + shift, own.T)
    for strategy, concept in ((ag.grim, "perfect"), (ag.mirror, "perfect"), (ag.mirror, "nash")):
        base = ag.critical_discount(repeated(own, own.T), (strategy,) * 2, concept=concept).intervals
        found = ag.critical_discount(game, (strategy,) * 2, concept=concept).intervals
        assert np.allclose(found, base, rtol=0, atol=1e-7)
        assert len(found) == len(base)


@given(st.lists(st.fractions(-1, 2, max_denominator=40), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_roots_of_products_of_linear_factors_are_found_as_fractions(zeros):
    poly = [1]
    for zero in zeros:
        poly = [
            (poly[k - 1] * zero.denominator if k else 0) - (poly[k] * zero.numerator if k < len(poly) else 0)
            for k in range(len(poly) + 1)
        ]
    assert roots_between(poly, Fraction(0), Fraction(1)) == sorted({z for z in zeros if 0 < z < 1})


def test_roots_are_exact_numbers():
    (half,) = roots_between([-1, 0, 2], Fraction(0), Fraction(1))
    (other,) = roots_between([-1, 0, 1, 0, 2], Fraction(0), Fraction(1))
    assert half * half == Fraction(1, 2)
    assert compare(half, other) == 0
    assert (1 - half) / (1 + half) == 3 - 4 * half
    assert Fraction(7, 10) < half < Fraction(71, 100)
    assert float(half) == 0.5**0.5
    (close,) = roots_between([-(2**60) + 1, 0, 2**61], Fraction(0), Fraction(1))
    assert close < half
    assert simplest_between(Fraction(1, 3), Fraction(1, 2)) == Fraction(2, 5)
    assert sign_at([1, -3], Fraction(1, 3)) == 0


def test_a_product_too_large_for_exact_ends_is_refused_in_words():
    game = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    with pytest.raises(ag.errors.NotSolved, match="80 pairs"):
        ag.critical_discount(game, (ag.suspend(90),) * 2, exact=True)


@pytest.mark.parametrize("concept", ["perfect", "nash"])
def test_exact_ends_that_would_take_hours_are_refused_with_the_form_that_works(concept):
    """Sixteen digits in each rate and 56 pairs make integers of 350,000 bits; floats take a second or two."""
    stage = ag.treaty.compliance(temptation=2, reward=1, punishment=0, sucker=-1)
    game = ag.RepeatedGame(stage, ag.Monitoring.detection(0.8195012487426026, 0.053129483372417255, lag=2))
    with pytest.raises(ag.errors.NotSolved, match=r"bits for \d+ pairs of states; give rates .* exact=False"):
        ag.critical_discount(game, (ag.strategies.named_strategies()["ripoff"],) * 2, concept=concept, exact=True)


@pytest.mark.parametrize("rate", [1e-4, 3e-5, 7.3e-6, 1.1e-6, 3.7e-7])
@pytest.mark.parametrize("tempt", [0.6, 1.7])
def test_a_threshold_near_one_with_two_recurrent_classes_is_met_to_rounding(rate, tempt):
    # a breach moves play from 2 for ever to 1 for ever at a rare rate: tempt (1 - d) = d rate (2 - 1)
    good = ag.StageGame(np.array([[[2.0], [2.0 + tempt]], [[0.0], [0.0]]]))
    poor = ag.StageGame(np.array([[[1.0], [0.0]], [[0.0], [0.0]]]))
    stay = np.array([[[1.0, 0.0]], [[1.0 - rate, rate]]])
    game = ag.StochasticGame([good, poor], [stay, np.tile([0.0, 1.0], (2, 1, 1))])
    still = np.zeros((1, 2, 2), int)
    rules = tuple(ag.Automaton({s: [[1.0] + [0.0] * k] for s in game.states}, still) for k in (1, 0))
    leave = Fraction(1) - Fraction(1.0 - rate)
    wanted = 1 - leave / (Fraction(2.0 + tempt) - 2 + leave)
    found = ag.critical_discount(game, rules).value
    # the nearest float, or a neighbour of it that the decider accepts
    assert abs(Fraction(found) - wanted) <= Fraction(1, 2**52)


@pytest.mark.parametrize("seed", range(4))
def test_gains_of_the_series_keep_their_digits_where_two_classes_recur(seed):
    rng, rare = np.random.default_rng(seed), 2.0**-20
    stages = [ag.StageGame(np.array([rng.integers(-8, 9, (2, 1)) / 8, np.zeros((2, 1))])) for _ in range(4)]
    laws = []
    for s in range(4):
        own = np.zeros((2, 1, 4))
        for a in range(2):
            own[a, 0, [s, s ^ 1]] = np.array([1, -1]) * rng.integers(7, 57) / 64 + [0, 1]
        # a breach may end in the other class, from which play does not return
        own[1, 0] = own[1, 0] * (1 - rare) + rare * np.eye(4)[2 + s % 2]
        laws.append(own)
    game = ag.StochasticGame(stages, laws)
    still = np.zeros((1, 4, 4), int)
    rules = tuple(ag.Automaton({s: [[1.0] + [0.0] * k] for s in game.states}, still) for k in (1, 0))
    plan, exact = plans_of(product_of(game, rules))[0], plans_of(product_of(game, rules, exact=True), exact=True)[0]
    deltas = 1 - 2.0 ** -np.array([23.0, 22.0, 21.0])
    gains, _ = gain_series.gains_at(plan, plan.data.weight, deltas)
    for row, delta in zip(gains, deltas.tolist(), strict=True):
        wanted = exact.gains(exact.values(Fraction(delta)), Fraction(delta))
        # the discount factor itself is known no better: one unit in its last place
        assert np.abs(row - wanted.astype(float)).max() <= 2.0**-53 / (1 - delta)


@pytest.mark.parametrize("regime", ["on-site inspection", "national technical means"])
@pytest.mark.parametrize(
    "policy", ["comply_until_proven", "ladder_yield", "ladder_display", "stay_deployed", "exit_on_alarm"]
)
def test_the_sample_nearest_to_an_equilibrium_is_that_of_the_decider_at_all_samples(regime, policy):
    game = ag.load_scenario("inf").replace(temptation=3.0).treaty(regime=regime).game()
    product = product_of(game, (getattr(ag.treaty, policy),) * 2)
    question = critical_discount._Question(product, "perfect")
    assert question._nearest() == min(critical_discount._samples(), key=question.worst)


@pytest.mark.parametrize("seed", range(6))
def test_so_it_is_on_games_without_structure(seed):
    rng = np.random.default_rng(seed)
    game = repeated(*rng.integers(-5, 6, (2, 2, 2)), ag.Monitoring.detection(*rng.random(2)))
    size = int(rng.integers(1, 5))
    law = rng.random(size)
    rule = ag.Automaton(np.stack([law, 1 - law], axis=1), rng.integers(0, size, (size, 4)), signals=game)
    question = critical_discount._Question(product_of(game, (rule, ag.grim)), "perfect")
    assert question._nearest() == min(critical_discount._samples(), key=question.worst)
