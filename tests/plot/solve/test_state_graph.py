"""The status graph and impulse responses as figures."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import armsgame as ag

mpl.use("Agg")
import matplotlib.pyplot as plt

GAME = ag.Treaty().game()
YIELD = (ag.treaty.ladder_yield,) * 2


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def words(ax):
    return [t.get_text() for t in ax.texts]


def test_flags_are_collapsed_and_moves_carry_their_shares():
    _, ax = plt.subplots()
    assert ag.plot.states(GAME, YIELD, ax=ax) is ax
    boxes = {"in_force", "demand(US, 1)", "expired(Russia)", "notice(2)", "notice(1)", "withdrawn"}
    assert boxes < set(words(ax))
    law = ag.withdrawal_law(GAME, YIELD, periods=52)
    # time after withdrawal: what survival does not cover
    assert f"{(1 - law.survival[:52]).sum():.3g} visits" in words(ax)


def test_without_a_profile_every_possible_move_is_drawn_without_numbers():
    ax = ag.plot.states(GAME)
    assert set(words(ax)) == {
        "in_force",
        *(f"{s}({p}{k})" for p in ("US", "Russia") for s, k in (("demand", ", 1"), ("expired", ""))),
        "notice(2)",
        "notice(1)",
        "withdrawn",
    }


def test_boxes_do_not_overlap_and_lead_from_left_to_right():
    treaty = ag.Treaty(period_days=30.4, parts=(ag.treaty.parts.Withdrawal(rescindable=True),))
    ax = ag.plot.states(treaty.game())
    spots = {t.get_text(): np.array(t.get_position()) for t in ax.texts}
    assert len({tuple(v) for v in spots.values()}) == len(spots)
    names = ("in_force", "demand(US, 2)", "demand(US, 1)", "expired(US)", "notice(6)", "withdrawn")
    order = [spots[k][0] for k in names]
    assert order == sorted(order)


def test_other_games_are_drawn_by_their_own_labels_up_to_a_limit():
    stage = ag.StageGame.from_bimatrix([[1.0]], [[1.0]])
    ring = ag.StochasticGame([stage] * 3, np.roll(np.eye(3), 1, axis=1)[:, None, None, :], states=("a", "b, none", "c"))
    assert set(words(ag.plot.states(ring))) == {"a", "b, none", "c"}
    many = ag.StochasticGame([stage] * 41, np.eye(41)[:, None, None, :])
    with pytest.raises(ag.errors.InvalidGame, match="at most 40"):
        ag.plot.states(many)


def test_an_impulse_response_draws_the_statuses_that_move():
    found = ag.simulation.impulse_response(GAME, YIELD, shock="in_force, Russia", periods=12)
    ax = ag.plot.impulse_response(found)
    lines = {line.get_label(): line for line in ax.get_lines() if not line.get_label().startswith("_")}
    gone = found.difference[:, found.states.index("withdrawn")]
    assert lines["withdrawn"].get_ydata() == pytest.approx(100 * gone)
    assert "demand(Russia, 1)" not in lines
