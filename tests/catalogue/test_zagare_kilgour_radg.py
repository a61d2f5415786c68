"""The rudimentary asymmetric deterrence game: threshold, both sides of it, all profiles by enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag

RADG = ag.catalogue.zagare_kilgour_radg


def some_orders(count: int) -> list[dict[str, float]]:
    draw = np.random.default_rng(3)
    found = []
    for _ in range(count):
        a, b = np.sort(draw.normal(0, 3, 3)), np.sort(draw.normal(0, 3, 4))
        names = ("a_DD", "a_SQ", "a_DC", "b_DDminus", "b_DC", "b_DDplus", "b_SQ")
        found.append(dict(zip(names, [*a, *b], strict=True)) | {"p_B": float(draw.uniform())})
    return found


@pytest.mark.parametrize("values", some_orders(25))
def test_the_propositions_are_all_pure_equilibria(values: dict[str, float]) -> None:
    model = RADG(**values)
    held = set()
    for start, hard, soft in product(("cooperate", "defect"), ("give way", "defect"), ("give way", "defect")):
        tried = ag.trees.verify_assessment(model.game, {"start": start, "hard": hard, "soft": soft})
        if tried.certificate.max_gain < 1e-9:
            held.add((start, hard, soft))
    listed = {("defect" if e["x"] else "cooperate", "defect", "give way") for e in model.equilibria()}
    assert held == listed
    assert all(e.certificate.kind == "sequential" for e in model.equilibria())


def test_both_propositions_at_the_threshold_and_one_beside_it() -> None:
    model = RADG()
    edge = model.regions["threshold"]
    assert [e.name for e in model.replace(p_B=edge).equilibria()] == ["deterrence", "attack"]
    assert [e.name for e in model.replace(p_B=edge + 1e-9).equilibria()] == ["deterrence"]
    assert [e.name for e in model.replace(p_B=edge - 1e-9).equilibria()] == ["attack"]


@pytest.mark.parametrize(("inside", "outside"), [(0.3, 0.27), (0.27, 0.3)])
def test_a_proposition_is_refused_just_outside_its_region(inside: float, outside: float) -> None:
    (found,) = RADG(p_B=inside).equilibria()
    checked = ag.trees.verify_assessment(RADG(p_B=outside).game, found.assessment.profile)
    assert checked.certificate.max_gain > 1e-3


def test_mixing_is_an_equilibrium_at_the_threshold_alone() -> None:
    edge = RADG().regions["threshold"]
    profile = {"start": {"cooperate": 0.4, "defect": 0.6}, "hard": "defect", "soft": "give way"}
    assert ag.trees.verify_assessment(RADG(p_B=edge).game, profile).certificate.kind == "sequential"
    assert ag.trees.verify_assessment(RADG(p_B=edge + 0.01).game, profile).certificate.max_gain > 1e-3


def test_the_threshold_does_not_change_with_the_scale_of_utility() -> None:
    for values in some_orders(20):
        scaled = {k: v if k == "p_B" else 3 * v + 2 for k, v in values.items()}
        assert RADG(**scaled).regions["threshold"] == pytest.approx(RADG(**values).regions["threshold"])


def test_the_threshold_rises_with_the_prize_and_falls_with_the_harm() -> None:
    assert (np.diff(RADG(a_DC=np.linspace(0.1, 9, 30)).regions["threshold"]) > 0).all()
    assert (np.diff(RADG(a_DD=-np.linspace(0.1, 9, 30)).regions["threshold"]) < 0).all()


def test_certain_types_and_batches() -> None:
    for p, name in ((0.0, "attack"), (1.0, "deterrence")):
        (found,) = RADG(p_B=p).equilibria()
        assert found.name == name
        assert found.certificate.kind == "sequential"
    grid = RADG(p_B=np.linspace(0, 1, 5)[:, None], a_DC=np.array([1.0, 2.0, 3.0])).regions
    assert {v.shape for v in grid.values()} == {(5, 3)}
    assert np.allclose(grid["status_quo"] + grid["p_DC"] + grid["p_DD"], 1)


def test_what_is_out_of_range_is_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="a_DD < a_SQ < a_DC"):
        RADG(a_SQ=3.0)
    with pytest.raises(ag.errors.InvalidGame, match="b_DDminus < b_DC < b_DDplus < b_SQ"):
        RADG(b_DC=-1.0)
    with pytest.raises(ag.errors.InvalidGame, match=r"p_B is 1.2; allowed: \[0, 1\]"):
        RADG(p_B=1.2)


def test_a_dossier_gives_the_chance_of_resolve_and_nothing_else() -> None:
    model = RADG.from_scenario(ag.load_scenario("inf"), "agnostic")
    assert model.p_B == 0.75
    text = model.explain()
    assert "[dossier 'inf', perspective 'agnostic': share of types of Russia other than 'content']" in text
    assert text.count("[assumption]") == 7
    swapped = RADG.from_scenario(ag.load_scenario("inf"), "us_account", roles=("Russia", "US"))
    assert swapped.p_B == 0.0
    assert "of US" in swapped.origins["p_B"]
    assert "p_B" not in swapped.replace(p_B=0.2).origins
