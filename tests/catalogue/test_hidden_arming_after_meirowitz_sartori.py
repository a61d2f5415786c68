"""Hidden arming: the mixed equilibrium on the tree, its edges, observable arms, comparative statics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import armsgame as ag

HIDDEN = ag.catalogue.hidden_arming_after_meirowitz_sartori


def some_models(count: int, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    found: list[Any] = []
    while len(found) < count:
        win, c1, c2 = draw.uniform(0.05, 0.95), draw.uniform(0.01, 0.5), draw.uniform(0.01, 0.5)
        swing = draw.uniform(0, win)
        if win + c2 > 1 or swing < 0.02:
            continue
        cost = swing * draw.uniform(0.05, 0.95)
        found.append(HIDDEN(win_unarmed=win, swing=swing, cost_1=c1, cost_2=c2, arming_cost=cost))
    return found


def gains(model: Any, arm: float, law: dict[float, float]) -> tuple[float, float]:
    """Largest gain of player 2 and of player 1 against every demand on a fine grid, from the rules."""
    w, t, c1, c2, k = model.win_unarmed, model.swing, model.cost_1, model.cost_2, model.arming_cost

    def after(x: Any, armed: int) -> tuple[Any, Any]:
        win = w - t * armed
        fights = 1 - win - c2 > 1 - x + 1e-12
        return np.where(fights, win - c1, x), np.where(fights, 1 - win - c2, 1 - x) - k * armed

    two = [sum(p * float(after(x, armed)[1]) for x, p in law.items()) for armed in (0, 1)]
    grid = np.concatenate([np.linspace(0, 1, 2001), list(law)])
    one = arm * after(grid, 1)[0] + (1 - arm) * after(grid, 0)[0]
    played = sum(p * float(arm * after(x, 1)[0] + (1 - arm) * after(x, 0)[0]) for x, p in law.items())
    return max(two) - arm * two[1] - (1 - arm) * two[0], float(one.max() - played)


def law(model: Any) -> dict[float, float]:
    own = model.regions
    return {own["demand_soft"]: 1 - own["tough"], own["demand_tough"]: own["tough"]}


def test_the_equilibrium_holds_on_the_tree_and_against_any_demand() -> None:
    for model in some_models(5):
        (found,) = model.equilibria()
        assert found.certificate.kind == "sequential"
        assert found["p_war"] == pytest.approx(model.regions["p_war"])
    for model in some_models(100, seed=2):
        assert max(gains(model, model.regions["arm"], law(model))) < 1e-9


def test_any_other_mixture_is_refused() -> None:
    model = HIDDEN()
    own = model.regions
    for step in (-0.02, 0.02):
        assert gains(model, own["arm"] + step, law(model))[1] > 1e-3
        tough = own["tough"] + step
        other = {own["demand_soft"]: 1 - tough, own["demand_tough"]: tough}
        assert gains(model, own["arm"], other)[0] > 1e-3
    (found,) = model.equilibria()
    profile: dict[str, Any] = {
        s.label: dict(zip(s.actions, p.tolist(), strict=True))
        for s, p in zip(model.game.sets, found.assessment.profile, strict=True)
    }
    profile["start"] = {"arm": 0.62, "do not arm": 0.38}
    assert ag.trees.verify_assessment(model.game, profile).certificate.max_gain > 1e-3


def test_no_pure_play_is_an_equilibrium() -> None:
    for model in some_models(30, seed=3):
        own = model.regions
        for arm in (0.0, 1.0):
            for x in (own["demand_soft"], own["demand_tough"]):
                assert max(gains(model, arm, {x: 1.0})) > 1e-6


def test_where_arms_cost_more_than_they_change_nobody_arms() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="arming_cost < swing"):
        HIDDEN(arming_cost=0.31)
    # just outside the range, the play of the inside is refused: not arming is better
    edge = HIDDEN(arming_cost=0.3 - 1e-9)

    class Outside:
        win_unarmed, swing, cost_1, cost_2, arming_cost = 0.6, 0.3, 0.1, 0.1, 0.32

    assert gains(Outside, edge.regions["arm"], law(edge))[0] > 1e-3


def test_arms_that_are_seen_leave_no_war() -> None:
    from armsgame.games.tree_nodes import Move

    for model in some_models(6, seed=4):
        w, t, c1, c2, k = model.win_unarmed, model.swing, model.cost_1, model.cost_2, model.arming_cost
        demands = (model.regions["demand_soft"], model.regions["demand_tough"], 0.0, 1.0)

        def seen(armed: int, w: Any = w, t: Any = t, c1: Any = c1, c2: Any = c2, k: Any = k, xs: Any = demands) -> Move:
            win = w - t * armed
            war = (win - c1, 1 - win - c2 - k * armed)
            replies = {
                f"{x:.9f}": Move("2", f"{armed}, {x:.9f}", {"accept": (x, 1 - x - k * armed), "fight": war}) for x in xs
            }
            return Move("1", f"sees {armed}", replies)

        game = ag.ExtensiveGame(("1", "2"), Move("2", "start", {"arm": seen(1), "not": seen(0)}))
        profile: dict[str, str] = {"start": "arm"}
        for armed in (0, 1):
            best = model.regions["demand_soft" if armed else "demand_tough"]
            profile[f"sees {armed}"] = f"{best:.9f}"
            for x in demands:
                profile[f"{armed}, {x:.9f}"] = "accept" if x <= best else "fight"
        assert ag.trees.verify_assessment(game, profile).certificate.kind == "sequential"


def test_comparative_statics() -> None:
    for model in some_models(20, seed=5):
        cost = np.linspace(0.05, 0.95, 20) * model.swing
        own = model.replace(arming_cost=cost).regions
        assert (np.diff(own["p_war"]) > 0).all()
        assert np.ptp(own["arm"]) < 1e-12
        war = np.linspace(0.01, 0.9, 20)
        assert (np.diff(model.replace(cost_1=war).regions["p_war"]) < 0).all()
        assert (np.diff(model.replace(cost_1=war).regions["arm"]) < 0).all()


def test_batches_and_ranges() -> None:
    grid = HIDDEN(arming_cost=np.array([0.05, 0.1])[:, None], cost_1=np.array([0.1, 0.2, 0.3])).regions
    assert {value.shape for value in grid.values()} == {(2, 3)}
    with pytest.raises(ag.errors.InvalidGame, match="swing <= win_unarmed"):
        HIDDEN(swing=0.7)
    with pytest.raises(ag.errors.InvalidGame, match="win_unarmed \\+ cost_2 of at most 1"):
        HIDDEN(cost_2=0.5)
    with pytest.raises(ag.errors.InvalidGame, match=r"cost_1 is 0; allowed: \(0, inf\)"):
        HIDDEN(cost_1=0)
    (edge,) = HIDDEN(swing=0.6, arming_cost=0.2, cost_2=0.4).equilibria()
    assert edge.certificate.kind == "sequential"
