"""Hidden progress: the plan against enumeration by chains and simulation, ties, comparative statics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import armsgame as ag

PROGRESS = ag.catalogue.hidden_progress_after_bas_coe


def some_models(count: int, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    return [
        PROGRESS(
            progress=draw.uniform(0.02, 0.9), completion=draw.uniform(0.02, 0.9), news=draw.uniform(0.02, 0.9),
            cost_attack=draw.uniform(0.2, 2), loss=draw.uniform(0.5, 12), discount=draw.uniform(0.6, 0.98),
        )
        for _ in range(count)
    ]  # fmt: skip


def cost_of(model: Any, period: int | None, last: int = 3000) -> float:
    """Expected discounted cost of a plan, by running the programme's three states forward."""
    zero, one, total, weight = 1.0, 0.0, 0.0, 1.0
    for t in range(last):
        if t == period:
            return total + weight * (zero + one) * model.cost_attack
        bomb = one * model.completion
        stage = one - bomb + zero * model.progress
        zero *= 1 - model.progress
        total += weight * (bomb * model.loss + stage * model.news * model.cost_attack)
        one = stage * (1 - model.news)
        weight *= model.discount
    return total


def test_no_plan_is_cheaper() -> None:
    for model in some_models(60):
        found = model.equilibria()
        best = min([cost_of(model, t) for t in range(60)] + [cost_of(model, None)])
        for e in found:
            assert e.certificate.ok
            assert cost_of(model, e["attack_period"]) == pytest.approx(best, abs=1e-9)
            assert e["expected_cost"] == pytest.approx(best, abs=1e-9)


def test_other_periods_cost_more() -> None:
    model = PROGRESS()
    (found,) = model.equilibria()
    assert found["attack_period"] == 2
    for t in (0, 1, 3, 4, None):
        assert cost_of(model, t) > found["expected_cost"] + 1e-4


def test_the_probabilities_are_those_of_simulated_programmes() -> None:
    draw = np.random.default_rng(0)
    for model in (PROGRESS(), PROGRESS(news=0.6)):
        (found,) = model.equilibria()
        count, stage = 200_000, np.zeros(200_000, dtype=int)
        ends = np.full(count, "", dtype="<U24")
        for t in range(400):
            alive = ends == ""
            if not alive.any():
                break
            if t == found["attack_period"]:
                ends[alive & (stage == 1)] = "p_attack_in_time_blind"
                ends[alive & (stage == 0)] = "p_mistaken_attack"
                break
            done = alive & (stage == 1) & (draw.random(count) < model.completion)
            ends[done] = "p_surprise"
            stage[alive & (stage == 0) & (draw.random(count) < model.progress)] = 1
            ends[alive & ~done & (stage == 1) & (draw.random(count) < model.news)] = "p_attack_on_news"
        for name, p in found.outcomes.items():
            assert (ends == name).mean() == pytest.approx(p, abs=0.005), name
        assert sum(found.outcomes.values()) == pytest.approx(1)


def test_waiting_and_striking_hold_on_either_side_of_an_edge_and_both_at_it() -> None:
    low, high = 0.3, 0.6
    assert [PROGRESS(news=x).equilibria()[0].name for x in (low, high)] == ["blind strike", "wait for news"]
    for _ in range(60):
        middle = (low + high) / 2
        if PROGRESS(news=middle).equilibria()[0].name == "blind strike":
            low = middle
        else:
            high = middle
    assert high - low < 1e-9
    inside, outside = PROGRESS(news=low - 0.01), PROGRESS(news=high + 0.01)
    (strike,), (wait,) = inside.equilibria(), outside.equilibria()
    assert cost_of(outside, strike["attack_period"]) > cost_of(outside, None) + 1e-4
    assert cost_of(inside, None) > cost_of(inside, strike["attack_period"]) + 1e-6
    assert wait["attack_period"] is None


def test_both_plans_are_listed_where_they_cost_the_same() -> None:
    # certain progress, certain news: an attack is paid for now or at the end of this period
    model = PROGRESS(progress=1.0, news=1.0, discount=0.9, loss=0.5)
    assert [e["attack_period"] for e in model.equilibria()] == [0, None]


def test_statics() -> None:
    own = PROGRESS(loss=np.linspace(0.5, 12, 60)).regions
    assert (np.diff(own["expected_cost"]) >= -1e-12).all()
    period = np.where(np.isnan(own["attack_period"]), 1e3, own["attack_period"])
    assert (np.diff(period) <= 0).all()
    # where one waits for it, faster news is worth something; before a blind strike it only hastens the attack
    over = PROGRESS(news=np.linspace(0, 1, 60)).regions
    waits = np.isnan(over["attack_period"])
    assert waits.any()
    assert (np.diff(waits.astype(int)) >= 0).all()
    assert (np.diff(over["expected_cost"][waits]) < 0).all()
    assert (np.diff(PROGRESS(completion=np.linspace(0.01, 1, 60)).regions["expected_cost"]) >= -1e-12).all()


def test_news_that_always_comes_leaves_no_surprise() -> None:
    assert PROGRESS(news=1.0).regions["p_surprise"] == 0
    assert PROGRESS(news=0.6).regions["p_surprise"] == pytest.approx(2 / 17)


def test_a_programme_without_news_or_bomb_ends_in_neither() -> None:
    (found,) = PROGRESS(news=0.0, completion=0.0).equilibria()
    assert found.name == "wait for news"
    assert set(found.outcomes.values()) == {0.0}
    assert found["expected_cost"] == 0.0


def test_the_decision_problem_has_the_same_answer() -> None:
    model = PROGRESS()
    payoffs = np.asarray(model.game.payoffs).reshape(-1)
    assert int(payoffs.argmax()) == 2
    assert payoffs[-1] == pytest.approx(-cost_of(model, None))


def test_batches_and_ranges() -> None:
    grid = PROGRESS(news=np.array([0.3, 0.6])[:, None], loss=np.array([2.0, 4.0, 8.0])).regions
    assert {value.shape for value in grid.values()} == {(2, 3)}
    assert grid["attack_period"][0, 1] == 2
    assert np.isnan(grid["attack_period"][1, 1])
    single = PROGRESS(news=0.3, loss=8.0).regions
    assert all(grid[key][0, 2] == pytest.approx(value, nan_ok=True) for key, value in single.items())
    with pytest.raises(ag.errors.InvalidGame, match="progress above 0"):
        PROGRESS(progress=0.0)
    with pytest.raises(ag.errors.InvalidGame, match=r"discount is 1.0; allowed: \(0, 1\)"):
        PROGRESS(discount=1.0)
    with pytest.raises(ag.errors.InvalidGame, match=r"news is 1.5; allowed: \[0, 1\]"):
        PROGRESS(news=1.5)


def test_a_dossier_gives_news_and_patience() -> None:
    model = PROGRESS.from_scenario(ag.load_scenario("inf"), "agnostic")
    assert (model.news, model.discount) == (0.03, 0.95)
    assert "regime 'national technical means', per period" in model.explain()
