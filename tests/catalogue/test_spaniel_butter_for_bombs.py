"""Butter for bombs: stationary play against one-shot departures at every offer, regions and their edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import armsgame as ag

BUTTER = ag.catalogue.spaniel_butter_for_bombs
NAMES = ("power", "power_if_armed", "cost_rising", "cost_declining", "build_cost", "discount")
# one point in each region
REGIONS = {
    "threat": (0.3, 0.9, 0.1, 0.1, 0.5, 0.9),
    "too costly": (0.3, 0.35, 0.1, 0.1, 2.0, 0.9),
    "butter for bombs": (0.3, 0.45, 0.15, 0.15, 0.4, 0.8),
    "builds": (0.4, 0.5, 0.1, 0.1, 0.05, 0.9),
    "threat with premium": (0.2, 0.7, 0.1, 0.35, 0.3, 0.8),
}


def at(values: Any) -> Any:
    return BUTTER(**dict(zip(NAMES, values, strict=True)))


def some_models(count: int, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    found: list[Any] = []
    while len(found) < count:
        p, q = np.sort(draw.uniform(0.02, 0.98, 2))
        c_r = p * draw.uniform(0.05, 1)
        found.append(at((p, q, c_r, draw.uniform(0.02, 0.6), draw.uniform(0.02, 1.5), draw.uniform(0.3, 0.95))))
    return found


def one_shot_gain(model: Any, offer: float, builds: bool) -> float:
    """Largest gain of D from one other offer, with R and D replying at best and play going on as before.

    R's values and D's are those of offering `offer` for ever (or of R's building after it at once), and an R who is
    indifferent accepts the offer itself or more, and builds after less.
    """
    p, q, c_r, c_d, k, d = (getattr(model, name) for name in NAMES)
    armed, war_r, war_d = q - c_r, p - c_r, 1 - p - c_d
    value_r = (1 - d) * (offer - k) + d * armed if builds else offer
    value_d = (1 - d) * (1 - offer) + d * (1 - armed) if builds else 1 - offer
    x = np.concatenate([np.linspace(0, 1, 2001), [offer]])
    gone = (1 - d) * (1 - x) + d * (1 - armed)
    fights = war_d >= gone - 1e-12
    worth = np.stack(
        [
            (1 - d) * x + d * value_r,
            np.where(fights, war_r - (1 - d) * k, (1 - d) * (x - k) + d * armed),
            np.full_like(x, war_r),
        ]
    )
    best = worth.max(axis=0)
    rank = np.where((x >= offer - 1e-12) & (not builds), 1, 0)
    order = np.where(rank, np.array([[0], [1], [2]]), np.array([[1], [0], [2]]))
    reply = np.where(worth >= best - 1e-10, order, 9).argmin(axis=0)
    d_worth = np.stack([(1 - d) * (1 - x) + d * value_d, np.where(fights, war_d, gone), np.full_like(x, war_d)])[
        reply, np.arange(len(x))
    ]
    assert abs(worth[reply, np.arange(len(x))][-1] - value_r) < 1e-9
    assert abs(d_worth[-1] - value_d) < 1e-9
    return float(d_worth.max() - value_d)


@pytest.mark.parametrize("name", REGIONS)
def test_each_region_is_certified_on_its_tree(name: str) -> None:
    model = at(REGIONS[name])
    (found,) = model.equilibria()
    assert found.name == model.regions["region"] == name
    assert found.certificate.kind == "sequential"
    assert found["value_D"] == pytest.approx(model.regions["value_D"])


def test_no_offer_is_better_once_over_random_parameters() -> None:
    seen = set()
    for model in some_models(300):
        own = model.regions
        seen.add(own["region"])
        assert one_shot_gain(model, own["offer"], own["region"] == "builds") < 1e-9, model
    assert seen == set(REGIONS)


def candidates(model: Any) -> set[str]:
    """Plays among D's offers that no single offer improves upon."""
    own, low = model.regions, model.power - model.cost_rising
    found = set()
    if own["offer_butter"] <= low:
        return {"too costly"} if one_shot_gain(model, low, False) < 1e-9 else set()
    premium = own["preventive_from"] > low
    for name, offer in (
        ("threat with premium" if premium else "threat", own["offer_threat"]),
        ("butter for bombs", own["offer_butter"]),
        ("builds", own["offer_build"]),
    ):
        if not 0 <= offer <= 1 or (name == "builds" and offer > own["preventive_from"]):
            continue
        try:
            gain = one_shot_gain(model, offer, name == "builds")
        except AssertionError:
            continue  # R does not reply as this play says
        if gain < 1e-9:
            found.add(name)
    return found


def test_the_stationary_equilibria_are_all_that_one_shot_departures_leave() -> None:
    models = some_models(300, seed=9)
    held = [candidates(model) for model in models]
    assert all(model.regions["region"] in found for model, found in zip(models, held, strict=True))
    # R builds since it expects to be offered little again, although concessions would be better for D
    several = [k for k, found in enumerate(held) if len(found) > 1]
    assert {frozenset(held[k]) for k in several} == {frozenset({"butter for bombs", "builds"})}
    for k in [*several[:2], *range(2)]:
        assert {e.name for e in models[k].equilibria(stationary="all")} == held[k]
        assert {e.name for e in models[k].equilibria()} == {models[k].regions["region"]}


@pytest.mark.parametrize(
    ("start", "parameter", "low", "high"),
    [
        ("butter for bombs", "build_cost", 0.05, 0.95),
        ("threat with premium", "power_if_armed", 0.3, 0.95),
        ("builds", "power_if_armed", 0.45, 0.95),
        ("threat", "cost_declining", 0.05, 0.8),
    ],
)
def test_play_of_one_region_is_refused_beyond_its_edge(start: str, parameter: str, low: float, high: float) -> None:
    model, grid = at(REGIONS[start]), np.linspace(low, high, 400)
    names = model.replace(**{parameter: grid}).regions["region"]
    edges = np.flatnonzero(names[1:] != names[:-1])
    assert len(edges)
    for k in edges.tolist():
        for own, beside, side in ((k, k + 1, 1), (k + 1, k, -1)):
            inside, outside = (model.replace(**{parameter: float(x)}) for x in (grid[own], grid[beside] + side * 1e-3))
            assert names[own] in candidates(inside)
            # concessions do not end an expectation of building, and names apart the two threats are one play
            if (names[own], names[beside]) != ("builds", "butter for bombs"):
                assert names[own] not in candidates(outside)


def test_r_is_indifferent_at_every_offer_where_concessions_buy_restraint() -> None:
    model = BUTTER()
    assert model.regions["region"] == "butter for bombs"
    x_star, d = model.regions["offer_butter"], model.discount
    for x in np.linspace(0, min(1, model.regions["preventive_from"]) - 1e-9, 50):
        build = (1 - d) * (x - model.build_cost) + d * (model.power_if_armed - model.cost_rising)
        assert (1 - d) * x + d * x_star == pytest.approx(build)


def test_both_offers_where_the_deterrer_is_indifferent() -> None:
    # with no share left for a builder, concessions beat building iff k >= delta (p' - c_R)
    model = at((0.3, 0.45, 0.15, 0.3, 0.3, 0.8))
    low, high = 0.01, 0.6
    pick = [model.replace(build_cost=x).regions["region"] for x in (low, high)]
    assert pick[0] != pick[1]
    for _ in range(60):
        middle = (low + high) / 2
        if model.replace(build_cost=middle).regions["region"] == pick[0]:
            low = middle
        else:
            high = middle
    tie = model.replace(build_cost=high).equilibria()
    assert {e.name for e in tie} == set(pick)
    with pytest.raises(ag.errors.InvalidGame, match="'best' or 'all'"):
        model.equilibria(stationary="some")
    assert all(e.certificate.kind == "sequential" for e in tie)


def test_without_a_premium_concessions_beat_building_where_it_is_dear() -> None:
    tried = 0
    for model in some_models(300, seed=4):
        own = model.regions
        inside = own["offer_butter"] > model.power - model.cost_rising and own["offer_build"] == 0
        if not inside or own["region"] not in ("butter for bombs", "builds"):
            continue
        tried += 1
        dear = model.build_cost >= model.discount * (model.power_if_armed - model.cost_rising)
        assert (own["region"] == "butter for bombs") == dear
    assert tried > 5


def test_the_concession_falls_with_the_cost_and_rises_with_patience_and_power() -> None:
    for model in some_models(20, seed=6):
        grid = np.linspace(0.05, 1.5, 30)
        assert (np.diff(model.replace(build_cost=grid).regions["offer_butter"]) < 0).all()
        assert (np.diff(model.replace(discount=np.linspace(0.2, 0.95, 30)).regions["offer_butter"]) > 0).all()
        power = np.linspace(model.power + 0.001, 0.999, 30)
        assert (np.diff(model.replace(power_if_armed=power).regions["offer_butter"]) > 0).all()


def test_a_threat_needs_no_premium_where_the_shift_outweighs_the_costs_of_war() -> None:
    for model in some_models(200, seed=7):
        low = model.power - model.cost_rising
        shift = model.discount * (model.power_if_armed - model.power)
        needs = model.cost_declining + model.cost_rising
        assert (model.regions["preventive_from"] <= low + 1e-12) == (shift >= needs - 1e-12)


def test_batches_and_ranges() -> None:
    cost = np.linspace(0.01, 1.5, 200)
    own = BUTTER(build_cost=cost[None], power_if_armed=np.linspace(0.31, 0.99, 200)[:, None]).regions
    assert {value.shape for value in own.values()} == {(200, 200)}
    single = BUTTER(build_cost=cost[50], power_if_armed=np.linspace(0.31, 0.99, 200)[120]).regions
    assert own["region"][120, 50] == single["region"]
    assert own["offer"][120, 50] == pytest.approx(single["offer"])
    with pytest.raises(ag.errors.InvalidGame, match="power < power_if_armed"):
        BUTTER(power_if_armed=0.2)
    with pytest.raises(ag.errors.InvalidGame, match="power of at least cost_rising"):
        BUTTER(cost_rising=0.4)
    with pytest.raises(ag.errors.InvalidGame, match=r"discount is 1.0; allowed: \(0, 1\)"):
        BUTTER(discount=1.0)
