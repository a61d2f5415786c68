"""Attack on unknown weapons: the regime on either side, uniqueness, monotone values, refusals."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import armsgame as ag

JTZ = ag.catalogue.jelnov_tauman_zeckhauser_2017


def some_models(count: int, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        (r1, w1), (r2, w2) = np.sort(draw.uniform(0.02, 0.98, (2, 2)), axis=1)
        found.append(JTZ(precision=draw.uniform(0.505, 0.995), w1=w1, r1=r1, w2=w2, r2=r2))
    return found


def own_gains(model: Any, build: float, alarm: float, clear: float) -> float:
    """Largest gain of either player, from the rules of the game."""
    a = model.precision
    hit, mistake = a * alarm + (1 - a) * clear, (1 - a) * alarm + a * clear
    one = (1 - hit, (1 - mistake) * model.w1 + mistake * model.r1)
    gain = max(one) - build * one[0] - (1 - build) * one[1]
    for told, attack in ((a, alarm), (1 - a, clear)):
        bomb, none = build * told, (1 - build) * (1 - told)
        worth = (bomb * model.w2 + none * model.r2, none)
        gain = max(gain, max(worth) - attack * worth[0] - (1 - attack) * worth[1])
    return float(gain)


def test_every_proposition_is_sequential_and_a_best_reply_by_the_rules() -> None:
    for model in some_models(60):
        for e in model.equilibria():
            assert e.certificate.kind == "sequential"
            assert own_gains(model, e["build"], e["attack_after_alarm"], e["attack_after_clear"]) < 1e-12


def test_there_is_no_other_equilibrium() -> None:
    # the tree's normal form has two against four strategies: all Nash equilibria by enumeration
    for model in some_models(15, seed=4):
        a, rows = model.precision, []
        for build in (True, False):
            row = []
            for alarm, clear in product((1, 0), repeat=2):
                told = a if build else 1 - a
                p = told * alarm + (1 - told) * clear
                none = (p * model.r1 + (1 - p) * model.w1, 1 - p + p * model.r2)
                row.append((1 - p, p * model.w2) if build else none)
            rows.append(row)
        table = np.array(rows)
        found = ag.nash(ag.StageGame.from_bimatrix(table[..., 0], table[..., 1]))
        assert len(found) == 1
        build = float(found[0].profile[0][0])
        assert build == pytest.approx(model.equilibria()[0]["build"], abs=1e-9)


def test_the_regime_changes_at_the_threshold_where_both_hold() -> None:
    model = JTZ()
    edge = model.regions["precision_threshold"]
    assert edge == pytest.approx((1 - 0.2) / 1.4)
    found = model.replace(precision=edge).equilibria()
    assert [e.name for e in found] == ["strike on alarm only", "strike on alarm, sometimes without"]
    assert all(e.certificate.kind == "sequential" for e in found)
    for step, name in ((1e-9, "strike on alarm only"), (-1e-9, "strike on alarm, sometimes without")):
        assert [e.name for e in model.replace(precision=edge + step).equilibria()] == [name]


@pytest.mark.parametrize("side", [1, -1])
def test_a_regime_s_play_is_refused_on_the_other_side(side: int) -> None:
    model = JTZ()
    edge = model.regions["precision_threshold"]
    (kept,) = model.replace(precision=edge + side * 0.001).equilibria()
    outside = model.replace(precision=edge - side * 0.01)
    assert ag.trees.verify_assessment(outside.game, kept.assessment.profile).certificate.max_gain > 1e-3
    # and the formula of the regime asks for a probability beyond 0 and 1 there
    s, a = outside.w1 - outside.r1, outside.precision
    asked = (1 - outside.w1) / (a - (1 - a) * s) if side > 0 else ((1 - a) * (1 + s) - outside.w1) / (1 - a - a * s)
    assert not 0 <= asked <= 1


def test_values_rise_with_precision_in_both_regimes_and_building_turns() -> None:
    for model in some_models(40, seed=8):
        edge = model.regions["precision_threshold"]
        for low, high, sign in ((0.5, min(edge, 1) - 1e-6, 1), (max(edge, 0.5), 0.999, -1)):
            if high - low < 0.01:
                continue
            own = model.replace(precision=np.linspace(low, high, 40)).regions
            assert (np.diff(own["value1"]) >= -1e-12).all()
            assert (np.diff(own["value2"]) >= -1e-12).all()
            assert (sign * np.diff(own["build"]) >= 0).all()


def test_a_perfect_signal_leaves_no_bomb_and_no_attack() -> None:
    own = JTZ(precision=1 - 1e-9).regions
    assert own["build"] == pytest.approx(0, abs=1e-7)
    assert own["p_attack"] == pytest.approx(0, abs=1e-7)


def test_an_empty_signal_still_gives_a_certified_equilibrium() -> None:
    for w1, r1 in ((0.6, 0.2), (0.9, 0.5)):
        (found,) = JTZ(precision=0.5, w1=w1, r1=r1).equilibria()
        assert found.certificate.kind == "sequential"


def test_batches_agree_with_single_points() -> None:
    precision = np.array([0.55, 0.7, 0.9])
    grid = JTZ(precision=precision[:, None], w1=np.array([0.5, 0.6])).regions
    for i, a in enumerate(precision.tolist()):
        for j, w in enumerate((0.5, 0.6)):
            own = JTZ(precision=a, w1=w).regions
            assert all(grid[key].shape == (3, 2) for key in grid)
            assert all(grid[key][i, j] == pytest.approx(value) for key, value in own.items())


def test_what_is_out_of_range_is_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="r1 < w1"):
        JTZ(r1=0.7)
    with pytest.raises(ag.errors.InvalidGame, match="r2 < w2"):
        JTZ(r2=0.6)
    with pytest.raises(ag.errors.InvalidGame, match=r"precision is 1.0; allowed: \[0.5, 1\)"):
        JTZ(precision=1.0)


def test_a_dossier_s_display_is_the_signal() -> None:
    model = JTZ.from_scenario(ag.load_scenario("inf"), "us_account")
    assert model.precision == pytest.approx((0.95 + 1 - 0.9) / 2)
    assert "a display passes a compliant party (0.95) and fails a violating one (0.1)" in model.explain()
    with pytest.raises(ag.errors.ScenarioError, match="perspective 'mine'"):
        JTZ.from_scenario(ag.load_scenario("inf"), "mine")
    with pytest.raises(ag.errors.InvalidGame, match="no parameter"):
        JTZ.from_scenario(ag.load_scenario("inf"), "agnostic", alpha=0.6)
