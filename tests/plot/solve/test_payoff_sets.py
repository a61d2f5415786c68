"""Payoff-set figures show the sets, the bracket, the threats and the bargain that they are given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.bargaining.bargain import negotiate
from armsgame.solve.bargaining.rules import Utilitarian

mpl.use("Agg")
import matplotlib.pyplot as plt

from armsgame.plot.solve.payoff_sets import payoff_sets, small_multiples, threshold_curves

PD = ag.treaty.compliance(3, 2, 0, -1)
KITE = np.array([[0, 0], [8 / 3, 0], [2, 2], [0, 8 / 3]])


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def given(outer, inner=None, discount=0.9, gap=0.0):
    outer = np.asarray(outer, float).reshape(-1, 2)
    inner = outer if inner is None else np.asarray(inner, float).reshape(-1, 2)
    lows = outer.min(axis=0) if len(outer) else np.full(2, np.nan)
    return PayoffSet(outer, inner, gap, lows, PD.players, discount, "given", game=PD)


SETS = {
    "small": given(0.5 * KITE),
    "large": given(KITE),
    "bracketed": given(0.8 * KITE, 0.75 * KITE, gap=0.1),
    "segment": given([[0, 0], [0.5, 0.5]]),
    "point": given([[0, 0]]),
    "empty": given([]),
}


def words(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def test_sets_are_drawn_from_large_to_small_with_every_shape_named():
    _, ax = plt.subplots()
    assert payoff_sets(SETS, feasible=PD, ax=ax) is ax
    shown = words(ax)
    assert shown.index("large") < shown.index("bracketed") < shown.index("small")
    assert {"segment: a segment", "point: one point", "empty: empty", "feasible", "outer bound"} <= set(shown)
    assert "US" in ax.get_xlabel()
    assert "Russia" in ax.get_ylabel()


def test_the_bargain_and_the_threat_are_where_they_are():
    bargain = negotiate(SETS["large"], threat=(0.1, 0.3))
    ax = payoff_sets(SETS["large"], bargain=bargain)
    marks = {line.get_marker(): line.get_xydata() for line in ax.get_lines() if len(line.get_xdata())}
    assert marks["*"][0] == pytest.approx(bargain.payoff)
    assert marks["s"][0] == pytest.approx((0.1, 0.3))
    assert marks["v"][0] == pytest.approx((0, 0))
    assert "Nash bargaining" in words(ax)


def test_ties_are_shown_as_a_line():
    triangle = given([[0, 0], [1, 0], [0, 1]])
    ax = payoff_sets(triangle, bargain=negotiate(triangle, threat=(0, 0), rule=Utilitarian()))
    assert "ranked equal" in words(ax)


def test_a_failed_negotiation_shows_the_threat_alone():
    ax = payoff_sets(SETS["large"], bargain=negotiate(SETS["large"], threat=(5, 5)))
    assert "no agreement" in words(ax)
    assert not any("Nash" in w for w in words(ax))


def test_figures_are_functions_however_often_they_are_asked_for():
    for name in ("payoff_sets", "small_multiples", "threshold_curves", "timeline"):
        assert callable(getattr(ag.plot, name))
        assert callable(getattr(ag.plot, name))


def test_sequences_are_labelled_by_their_discount():
    ax = payoff_sets([given(KITE, discount=0.9), given(0.5 * KITE, discount=0.5)])
    assert {"discount 0.9", "discount 0.5"} <= set(words(ax))


def test_an_unbracketed_outer_bound_is_called_one():
    ax = payoff_sets({"bound": given(KITE, inner=[])})
    assert "bound: outer bound only" in words(ax)


def test_small_multiples_share_their_scales_and_say_empty():
    panels = small_multiples(SETS, feasible=PD, bargains={"large": negotiate(SETS["large"])})
    assert [p.get_title() for p in panels] == list(SETS)
    assert len({p.get_xlim() for p in panels}) == 1
    assert any(t.get_text() == "empty" for t in panels[-1].texts)


def test_small_multiples_take_axes():
    _, axs = plt.subplots(1, 2)
    used = small_multiples([SETS["large"], SETS["small"]], ax=axs)
    assert used[0] is axs[0]
    with pytest.raises(InvalidGame, match="ax"):
        small_multiples(SETS, ax=axs)


def test_threshold_curves_break_where_nothing_works():
    d, a = np.linspace(0.1, 1, 50), np.array([0.0, 0.2])
    table = ag.treaty.compliance.grim(3, 2, 0, d[None], a[:, None]).threshold
    ax = threshold_curves({"permanent": table}, detection=d, false_alarm=a, discount=0.9)
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == len(d)]
    assert len(lines) == 2
    assert np.isnan(lines[1].get_ydata()).sum() == np.isinf(table[1]).sum() > 0
    assert "no factor works left of it" in words(ax)
    assert "false alarm" in ax.get_xlabel() or "detection" in ax.get_xlabel()


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: payoff_sets([]), InvalidGame, "at least one PayoffSet"),
        (lambda: payoff_sets([KITE]), WrongConcept, "two players"),
        (lambda: payoff_sets(SETS, feasible=np.ones(3)), InvalidGame, "feasible"),
        (lambda: small_multiples(SETS, columns=0), InvalidGame, "columns"),
        (
            lambda: threshold_curves(np.ones((2, 3)), detection=[0.1, 0.2], false_alarm=[0, 0.1]),
            InvalidGame,
            "thresholds.shape",
        ),
        (
            lambda: threshold_curves(np.ones((7, 2)), detection=[0.1, 0.2], false_alarm=np.linspace(0, 0.5, 7)),
            InvalidGame,
            "false_alarm",
        ),
    ],
)
def test_bad_input_is_named(call, error, text):
    with pytest.raises(error, match=text):
        call()
