"""The unilateral deterrence game: classes of equilibria, their edges, invariance, enumeration of pure profiles."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import armsgame as ag

UDG = ag.catalogue.zagare_kilgour_udg
UTILITIES = tuple(name for name in UDG.parameters() if not name.startswith("p_"))


def some_models(count: int, seed: int = 5) -> list[Any]:
    draw = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        c, d = np.sort(draw.normal(0, 3, 5)), draw.normal(0, 3, 5)
        values = dict(zip(UTILITIES, [*c, *d], strict=True))
        values |= {"p_Ch": draw.uniform(0.02, 0.98), "p_Def": draw.uniform(0.02, 0.98)}
        try:
            found.append(UDG(**values))
        except ag.errors.InvalidGame:
            continue
    return found


def names(model: Any) -> list[str]:
    return [e.name for e in model.equilibria()]


def test_some_class_always_exists_and_every_one_is_sequential() -> None:
    for model in some_models(50):
        found = model.equilibria()
        assert found
        assert all(e.certificate.kind == "sequential" for e in found), str(model)


def test_the_pure_classes_are_all_pure_equilibria_under_trembles() -> None:
    from armsgame.treaty.crises.tremble_limits import limit_beliefs

    for model in some_models(6, seed=7):
        held = set()
        for hard, soft, resist in product((0.0, 1.0), repeat=3):
            profile = {
                "hard": "demand" if hard else "accept",
                "soft": "demand" if soft else "accept",
                "hard, asked": "defy",
                "soft, asked": "defy" if resist else "concede",
                "hard, defied": "fight",
                "soft, defied": "back down",
            }
            beliefs: Any = limit_beliefs(model.game, profile)
            if ag.trees.verify_assessment(model.game, profile, beliefs).certificate.kind == "sequential":
                held.add((hard, soft, resist))
        own = model.regions
        listed = {
            (e["demand_hard"], e["demand_soft"], e["resist_soft"])
            for e in model.equilibria(beliefs="any")
            # the belief p_Ch of uniform trembles must support what nobody's demand tests
            if not (e.name == "certain_deterrence" and model.p_Ch < own["d_n"])
            and not (e.name == "steadfast_deterrence" and model.p_Ch > own["d_n"])
        }
        assert held == {play for play in listed if set(play) <= {0.0, 1.0}}


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("certain_deterrence", (0.6, 0.68), (0.6, 0.65)),
        ("separating", (0.3, 0.65), (0.3, 0.68)),
        ("separating", (0.3, 0.51), (0.3, 0.49)),
        ("bluff", (0.2, 0.49), (0.2, 0.51)),
        ("bluff", (0.49, 0.3), (0.51, 0.3)),
        ("attack", (0.51, 0.3), (0.49, 0.3)),
        ("attack", (0.7, 0.49), (0.7, 0.51)),
    ],
)
def test_a_class_holds_inside_its_region_and_is_refused_outside(
    name: str, inside: tuple[float, float], outside: tuple[float, float]
) -> None:
    within, beyond = (UDG(p_Ch=p, p_Def=q) for p, q in (inside, outside))
    (found,) = (e for e in within.equilibria() if e.name == name)
    assert found.certificate.kind == "sequential"
    assert name not in names(beyond)
    if name == "certain_deterrence":
        beliefs = {f"{d}, asked": [0.9, 0.1] for d in ("hard", "soft")}
        checked = ag.trees.verify_assessment(beyond.game, found.assessment.profile, beliefs)
    else:
        checked = ag.trees.verify_assessment(beyond.game, found.assessment.profile)
    assert checked.certificate.kind not in ("sequential", "perfect Bayesian")
    assert checked.certificate.max_gain > 1e-4


def test_steadfast_deterrence_needs_a_belief_of_at_most_d_n() -> None:
    model = UDG(p_Ch=0.2, p_Def=0.3)
    (found,) = (e for e in model.equilibria() if e.name == "steadfast_deterrence")
    for r, gains in ((0.49, False), (0.51, True)):
        held = {label: [r, 1 - r] for label in ("hard, asked", "soft, asked")}
        held |= {label: [0.3, 0.7] for label in ("hard, defied", "soft, defied")}
        gain = ag.trees.verify_assessment(model.game, found.assessment.profile, held).certificate.max_gain
        assert (gain > 1e-3) == gains


def test_both_neighbours_at_the_thresholds() -> None:
    own = UDG().regions
    assert set(names(UDG(p_Ch=0.7, p_Def=own["c_s"]))) == {"separating", "attack"}
    assert set(names(UDG(p_Ch=0.7, p_Def=own["c_t"]))) == {"certain_deterrence", "separating"}
    assert {"bluff", "attack"} <= set(names(UDG(p_Ch=own["d_n"], p_Def=0.3)))
    for p, q in ((0.7, own["c_s"]), (0.7, own["c_t"]), (own["d_n"], 0.3)):
        assert all(e.certificate.kind == "sequential" for e in UDG(p_Ch=p, p_Def=q).equilibria())


def test_the_status_quo_is_lost_where_the_defender_s_credibility_falls_through_the_upper_threshold() -> None:
    for model in some_models(20, seed=9):
        edge = model.regions["c_t"]
        if not 0.01 < edge < 0.99:
            continue
        above, below = model.replace(p_Def=edge + 1e-6).equilibria(), model.replace(p_Def=edge - 1e-6).equilibria()
        (kept,) = (e for e in above if e.name == "certain_deterrence")
        (lost,) = (e for e in below if e.name == "separating")
        assert kept.outcomes["SQ"] == pytest.approx(1)
        assert lost.outcomes["SQ"] == pytest.approx(1 - model.p_Ch)


def test_thresholds_do_not_change_with_the_scale_of_utility() -> None:
    for model in some_models(20, seed=11):
        changed = {
            name: (2 if name[0] == "c" else 5) * getattr(model, name) + (1 if name[0] == "c" else -4)
            for name in UTILITIES
        }
        for key in ("c_t", "c_s", "d_n"):
            assert model.replace(**changed).regions[key] == pytest.approx(model.regions[key])
        assert model.regions["c_s"] < model.regions["c_t"]


def test_a_bluff_keeps_the_defender_and_the_soft_challenger_indifferent() -> None:
    model = UDG(p_Ch=0.2, p_Def=0.3)
    (bluff,) = (e for e in model.equilibria() if e.name == "bluff")
    fights = 0.2 / (0.2 + 0.8 * bluff["demand_soft"])
    defied = 0.3 + 0.7 * bluff["resist_soft"]
    assert fights * model.d_DDminus + (1 - fights) * model.d_CD == pytest.approx(model.d_DC)
    assert defied * model.c_CD + (1 - defied) * model.c_DC == pytest.approx(model.c_SQ)


def test_a_map_of_regions_covers_the_square() -> None:
    p = np.linspace(0.005, 0.995, 200)
    own = UDG(p_Ch=p[None], p_Def=p[:, None]).regions
    classes = ("certain_deterrence", "separating", "bluff", "attack")
    assert own["bluff"].shape == (200, 200)
    assert np.logical_or.reduce([own[name] for name in classes]).all()


def test_what_is_out_of_range_is_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="c_DDminus < c_CD < c_DDplus < c_SQ < c_DC"):
        UDG(c_DDplus=0.5)
    with pytest.raises(ag.errors.InvalidGame, match="d_DC < d_CD"):
        UDG(d_CD=-3.0)
    with pytest.raises(ag.errors.InvalidGame, match=r"p_Ch is 1.0; allowed: \(0, 1\)"):
        UDG(p_Ch=1.0)
    with pytest.raises(ag.errors.InvalidGame, match="'published' or 'any'"):
        UDG().equilibria(beliefs="mine")
    with pytest.raises(ag.errors.WrongConcept, match="shape"):
        UDG(p_Ch=[0.2, 0.3]).equilibria()


def test_a_dossier_gives_both_credibilities() -> None:
    scenario = ag.load_scenario("inf")
    model = UDG.from_scenario(scenario, "agnostic")
    assert (model.p_Ch, model.p_Def) == (0.75, 0.75)
    # an account that is certain of a party leaves the game's doubt out
    with pytest.raises(ag.errors.InvalidGame, match="p_Ch"):
        UDG.from_scenario(scenario, "us_account")
    assert UDG.from_scenario(scenario, "us_account", p_Ch=0.1).p_Def == 0.9
    with pytest.raises(ag.errors.InvalidGame, match="two different parties"):
        UDG.from_scenario(scenario, "agnostic", roles=("US", "US"))
    with pytest.raises(ag.errors.InvalidGame, match="party 'France'"):
        UDG.from_scenario(scenario, "agnostic", roles=("US", "France"))
