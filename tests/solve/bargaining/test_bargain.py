"""Bargaining rules on hand-made payoff sets, and alternating offers, against published values and axioms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.stage import StageGame
from armsgame.geometry.hulls import distance
from armsgame.geometry.plane import polygon
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.bargaining.bargain import (
    Egalitarian,
    KalaiSmorodinsky,
    NashBargaining,
    Utilitarian,
    negotiate,
    rubinstein,
)

RULES = (NashBargaining(), NashBargaining(0.3), KalaiSmorodinsky(), Egalitarian(), Utilitarian())
KITE = [[0, 0], [3, 0], [2, 2], [0, 3]]


def payoffs(outer, inner=None, game=None):
    outer = np.asarray(outer, float)
    inner = outer if inner is None else np.asarray(inner, float)
    names = tuple(f"party {i}" for i in range(outer.shape[1]))
    lows = outer.min(axis=0) if len(outer) else np.full(outer.shape[1], np.nan)
    return PayoffSet(outer, inner, 0.0, lows, names, 0.9, "given by hand", game=game)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (NashBargaining(), (2, 2)),
        (NashBargaining(1.0), (3, 0)),
        (NashBargaining(0.0), (0, 3)),
        (KalaiSmorodinsky(), (2, 2)),
        (Egalitarian(), (2, 2)),
        (Utilitarian(), (2, 2)),
    ],
)
def test_rules_on_a_kite(rule, expected):
    found = negotiate(payoffs(KITE), threat=(0, 0), rule=rule)
    assert found.payoff == pytest.approx(expected, abs=1e-12)
    assert found.residual < 1e-9


def test_split_of_a_transferable_surplus():
    assert NashBargaining(0.5).split(1, (0.2, 0.1)).shares == pytest.approx((0.55, 0.45), abs=1e-12)
    first, second = NashBargaining(0.25).split(np.array([1.0, 2.0]), (0.2, 0.4)).shares
    assert first == pytest.approx([0.3, 0.55])
    assert first + second == pytest.approx([1, 2])


def test_kalai_smorodinsky_and_nash_differ_where_the_frontier_has_a_kink():
    # Kalai and Smorodinsky's objection to Nash: truncating what one party can get must cost it
    roof = payoffs([[0, 0], [1, 0], [1, 0.7], [0, 1]])
    nash = negotiate(roof, threat=(0, 0))
    assert nash.payoff == pytest.approx((1, 0.7), abs=1e-12)
    fair = negotiate(roof, threat=(0, 0), rule=KalaiSmorodinsky()).payoff
    # crossing of y = x and y = 1 - 0.3 x
    assert fair == pytest.approx((1 / 1.3, 1 / 1.3), abs=1e-12)


def test_nash_on_a_line_divides_by_weight():
    line = payoffs([[0, 1], [1, 0]])
    for weight in (0.2, 0.5, 0.9):
        found = negotiate(line, threat=(0.1, 0.3), rule=NashBargaining(weight))
        expected = NashBargaining(weight).split(1, (0.1, 0.3)).shares
        assert found.payoff == pytest.approx(expected, abs=1e-12)


@st.composite
def instances(draw):
    number = st.integers(0, 40)
    points = np.array(draw(st.lists(st.tuples(number, number), min_size=3, max_size=9)), float)
    hull = polygon(points)
    threat = np.array(draw(st.tuples(st.integers(-5, 20), st.integers(-5, 20))), float)
    mixture = points.mean(axis=0)
    assume((mixture > threat + 0.5).all())
    return hull, threat


@pytest.mark.parametrize("rule", [NashBargaining(), NashBargaining(0.3), KalaiSmorodinsky()], ids=str)
@given(instances(), st.floats(0.2, 5), st.floats(0.2, 5), st.floats(-10, 10))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_units_and_origins_of_payoffs_do_not_matter_to_nash_and_kalai_smorodinsky(rule, case, a, b, shift):
    hull, threat = case
    scale = np.array([a, b])
    base = negotiate(payoffs(hull), threat=threat, rule=rule).payoff
    moved = negotiate(payoffs(hull * scale + shift), threat=threat * scale + shift, rule=rule).payoff
    assert moved == pytest.approx(base * scale + shift, abs=1e-6)


@pytest.mark.parametrize("rule", [NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Utilitarian()], ids=str)
@given(instances())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_swapping_the_parties_swaps_the_bargain_and_it_is_efficient_and_certified(rule, case):
    hull, threat = case
    found = negotiate(payoffs(hull), threat=threat, rule=rule)
    mirrored = negotiate(payoffs(hull[:, ::-1]), threat=threat[::-1], rule=rule)
    assert mirrored.payoff[::-1] == pytest.approx(found.payoff, abs=1e-7)
    assert found.residual < 1e-8
    assert (found.gains >= -1e-9).all()
    assert distance(found.payoff[None], hull)[0] < 1e-7
    # no extreme point is better for both by more than rounding
    assert not (hull > found.payoff + 1e-7).all(axis=1).any()
    mean = sum(p * np.array(v) for p, v in found.lottery)
    assert mean == pytest.approx(found.payoff, abs=1e-8)


@given(instances())
@settings(max_examples=30, deadline=None, derandomize=True)
def test_a_symmetric_problem_has_a_symmetric_bargain(case):
    hull, threat = case
    both = polygon(np.vstack([hull, hull[:, ::-1]]))
    level = np.full(2, threat.min())
    for rule in (NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Utilitarian()):
        found = negotiate(payoffs(both), threat=level, rule=rule).payoff
        assert found[0] == pytest.approx(found[1], abs=1e-7)


def test_nash_does_not_change_when_unchosen_payoffs_disappear():
    full = negotiate(payoffs(KITE), threat=(0, 0)).payoff
    less = negotiate(payoffs([[0, 0], [2, 2], [0, 3]]), threat=(0, 0)).payoff
    assert less == pytest.approx(full)


@pytest.mark.parametrize("rule", [NashBargaining(), KalaiSmorodinsky(), Egalitarian(), Utilitarian()], ids=str)
def test_three_parties_on_a_simplex_gain_equally(rule):
    simplex = payoffs([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    found = negotiate(simplex, threat=(0.1, 0, 0.2), rule=rule)
    assert found.gains == pytest.approx([0.7 / 3] * 3, abs=1e-6)
    assert found.residual < 1e-8
    assert (len(found.ties) > 1) == isinstance(rule, Utilitarian)


def test_three_parties_with_weights_gain_by_weight():
    simplex = payoffs([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    found = negotiate(simplex, threat=(0, 0, 0), rule=NashBargaining((0.2, 0.3, 0.5)))
    assert found.payoff == pytest.approx([0.2, 0.3, 0.5], abs=1e-6)


def test_three_parties_egalitarian_goes_on_after_one_is_stuck():
    box = payoffs([[x, y, z] for x in (0, 1) for y in (0, 2) for z in (0, 3)])
    assert negotiate(box, threat=(0, 0, 0), rule=Egalitarian()).payoff == pytest.approx([1, 2, 3], abs=1e-6)


def test_utilitarian_tells_its_ties():
    found = negotiate(payoffs([[0, 0], [1, 0], [0, 1]]), threat=(0, 0), rule=Utilitarian())
    assert found.ties.tolist() == [[0, 1], [1, 0]]
    assert "equal" in found.note
    assert found.payoff == pytest.approx((0.5, 0.5))


def test_point_and_segment_are_ordinary():
    point = negotiate(payoffs([[1, 1]]), threat=(0, 0))
    assert point.agreed
    assert point.payoff.tolist() == [1, 1]
    rising = negotiate(payoffs([[1, 1], [2, 3]]), threat=(0, 0), rule=Egalitarian())
    assert rising.payoff.tolist() == [2, 3]
    assert "not efficient" in rising.note
    flat = negotiate(payoffs([[1, 1], [2, 1]]), threat=(1.5, 1), rule=KalaiSmorodinsky())
    assert flat.payoff.tolist() == [2, 1]
    assert "Nothing to gain for party 1" in flat.note
    assert flat.residual < 1e-9


@pytest.mark.parametrize("threat", [(1, 1), (2, 0), (5, 5)])
def test_no_gain_over_the_threat_is_said(threat):
    found = negotiate(payoffs([[1, 1]]), threat=threat)
    assert not found.agreed
    assert found.payoff.tolist() == list(threat)
    assert "No payoff" in str(found)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_lottery_delivers_the_payoff_in_any_unit(rule, scale):
    points = scale * np.array([[0.0, 0], [3, 0.5], [2.9, 1.4], [2, 2], [0.3, 2.6], [0, 2.7]])
    found = negotiate(payoffs(points), threat=(0.1 * scale, 0.2 * scale), rule=rule)
    mean = sum(p * np.array(v) for p, v in found.lottery)
    assert mean == pytest.approx(found.payoff, abs=1e-9 * scale)
    assert found.residual < 1e-9


def test_the_bracket_effect_is_the_difference_between_inner_and_outer():
    found = negotiate(payoffs([[0, 0], [2.2, 0], [0, 2.2]], inner=[[0, 0], [2, 0], [0, 2]]), threat=(0, 0))
    assert found.on == "inner"
    assert found.payoff == pytest.approx((1, 1))
    assert found.other == pytest.approx((1.1, 1.1))
    assert found.bracket == pytest.approx(0.1)


def test_threats_come_from_the_game_the_set_or_the_caller():
    pd = StageGame.from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
    one = payoffs([[0.5, 0.5], [2, 2], [0.5, 2.5]], game=pd)
    assert negotiate(one).threat.tolist() == [0, 0]
    assert negotiate(one, threat="threats").threat.tolist() == [0.5, 0.5]
    assert negotiate(one, threat=("comply", "deploy")).threat.tolist() == [-1, 3]
    assert negotiate(one, threat=[0.1, 0.2]).threat.tolist() == [0.1, 0.2]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: negotiate(payoffs(np.empty((0, 2))), threat=(0, 0)), "payoff_set.inner is empty"),
        (lambda: negotiate(payoffs(KITE, inner=np.empty((0, 2))), threat=(0, 0)), "inner=False"),
        (lambda: negotiate(payoffs(np.empty((0, 2))), threat="threats"), "threats"),
        (lambda: negotiate(payoffs(KITE)), "knows its game"),
        (lambda: negotiate(payoffs(KITE), threat="maxmin"), "threat is 'maxmin'"),
        (lambda: negotiate(payoffs(KITE), threat=(0, np.nan)), "threat is"),
        (lambda: negotiate(payoffs(KITE), threat=(0, 0, 0)), r"\(0, 0, 0\)"),
        (lambda: negotiate(payoffs(KITE), threat=(0, 0), rule="nash"), "rule"),
        (lambda: negotiate(payoffs(KITE), threat=(0, 0), rule=NashBargaining((0.2, 0.2, 0.6))), "2 weights"),
        (lambda: NashBargaining(1.5), "weight is 1.5"),
        (lambda: NashBargaining((0.5, 0.6)), "sum to 1"),
        (lambda: NashBargaining().split(1, (0.7, 0.5)), "disagreement"),
        (lambda: NashBargaining().split(np.nan, (0.7, 0.5)), "finite"),
        (lambda: rubinstein((1.0, 0.5)), r"discounts\[0\]"),
        (lambda: rubinstein((0.5, -0.1)), r"discounts\[1\]"),
        (lambda: rubinstein(0.9), "pair"),
        (lambda: rubinstein((0.9, 0.9), outside=(0.6, 0.6)), "at most 1"),
        (lambda: rubinstein((0.9, 0.9), outside=(-0.1, 0)), r"outside\[0\]"),
        (lambda: rubinstein((np.full(2, 0.9), np.full(3, 0.9))), "broadcast"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(InvalidGame, match=words):
        call()


def test_negotiate_needs_a_payoff_set():
    with pytest.raises(WrongConcept, match="PayoffSet"):
        negotiate([[0, 0]], threat=(0, 0))


@pytest.mark.parametrize(
    ("discounts", "outside", "share", "binding"),
    [
        ((0.9, 0.9), (0, 0), 0.1 / 0.19, False),
        ((0.9, 0.9), (0, 0.3), 0.1 / 0.19, False),
        ((0.9, 0.9), (0, 0.6), 0.4, True),
        ((0.0, 0.0), (0, 0), 1.0, False),
        ((0.9, 0.0), (0, 0), 1.0, False),
    ],
)
def test_alternating_offers(discounts, outside, share, binding):
    found = rubinstein(discounts, outside)
    assert found.shares[0] == pytest.approx(share, abs=1e-12)
    assert sum(found.shares) == pytest.approx(1)
    assert found.binding is binding


@given(st.floats(0, 0.99), st.floats(0, 0.99), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_alternating_offers_are_the_fixed_point_of_their_recursion(d1, d2, w1, w2):
    assume(w1 + w2 <= 1)
    first = rubinstein((d1, d2), (w1, w2)).shares
    second = rubinstein((d2, d1), (w2, w1)).shares
    # each proposer leaves the responder exactly what refusing would give it
    assert first[1] == pytest.approx(max(w2, d2 * second[0]), abs=1e-9)
    assert second[1] == pytest.approx(max(w1, d1 * first[0]), abs=1e-9)


def test_alternating_offers_tend_to_the_nash_solution_with_short_rounds():
    # Binmore, Rubinstein and Wolinsky (1986): weights are inverse to the rates of impatience
    step = 1e-6
    found = rubinstein((np.exp(-1 * step), np.exp(-3 * step))).shares[0]
    assert found == pytest.approx(0.75, abs=1e-5)


def test_alternating_offers_broadcast():
    found = rubinstein((np.linspace(0, 0.9, 4)[:, None], np.linspace(0, 0.9, 3)), (0.1, 0.2))
    assert found.shares[0].shape == found.binding.shape == (4, 3)
