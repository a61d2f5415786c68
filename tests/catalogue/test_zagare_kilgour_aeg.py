"""The asymmetric escalation game: complete information, all pure equilibria, refusals of the others."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import armsgame as ag
from armsgame.treaty.crises.tremble_limits import limit_beliefs

AEG = ag.catalogue.zagare_kilgour_aeg
TYPES = ("HH", "HS", "SH", "SS")


def behaviour(start: Any, met: Any, reply: Any) -> dict[str, str]:
    profile = dict(zip(TYPES, reply, strict=True))
    for c, first, then in zip("HS", start, met, strict=True):
        profile |= {c: first, f"{c}, met in kind": then, f"{c}, escalated upon": "E" if c == "H" else "D"}
    return profile | {f"{d}, escalated upon": "E" if d[1] == "H" else "D" for d in TYPES}


def of(p: float, *shares: float) -> Any:
    return AEG(p_Ch=p, **{f"p_{d}": x for d, x in zip(TYPES, shares, strict=True)})


@pytest.mark.parametrize(
    ("shares", "names"),
    [
        ((0.3, 0.25, 0.25, 0.25, 0.25), {"deterrence", "limited response"}),
        ((0.8, 0.1, 0.1, 0.2, 0.6), {"attack"}),
        ((0.9, 0.5, 0.3, 0.1, 0.1), {"deterrence"}),
        ((0.5, 0.05, 0.6, 0.05, 0.3), {"no response"}),
    ],
)
def test_every_listed_profile_is_sequential(shares: tuple[float, ...], names: set[str]) -> None:
    found = of(*shares).equilibria()
    assert {e.name for e in found} == names
    assert all(e.certificate.kind == "sequential" for e in found)


def test_a_sample_of_the_profiles_that_are_not_listed_is_refused() -> None:
    model = of(0.3, 0.25, 0.25, 0.25, 0.25)
    listed = {
        (*e["challenge"].values(), *e["escalate_after_DD_choice"].values(), *e["respond"].values())
        for e in model.equilibria()
    }
    every = list(product("CD", "CD", "DE", "DE", "CDE", "CDE", "CDE", "CDE"))
    assert len(every) == 1296
    assert listed < set(every)
    game = model.game
    picked = np.random.default_rng(1).choice(len(every), 30, replace=False)
    # and the profiles that differ from a listed one at one set
    near = [p for p in every if any(sum(a != b for a, b in zip(p, q, strict=True)) == 1 for q in listed)]
    for play in {*near, *(every[k] for k in picked)} - listed:
        profile = behaviour(play[:2], play[2:4], play[4:])
        beliefs: Any = limit_beliefs(game, profile)
        assert ag.trees.verify_assessment(game, profile, beliefs).certificate.max_gain > 1e-9, play


@pytest.mark.parametrize(("c", "d"), list(product("HS", TYPES)))
def test_complete_information_is_what_certain_types_play(c: str, d: str) -> None:
    model = of(float(c == "H"), *(float(kind == d) for kind in TYPES))
    assert {tuple(e.outcomes) for e in model.equilibria()} == {(model.regions["outcome"][f"{c}|{d}"],)}


def test_the_outcomes_of_complete_information() -> None:
    assert AEG().regions["outcome"] == {
        **{"H|HH": "SQ", "H|HS": "DC", "H|SH": "DC", "H|SS": "DC"},
        **{f"S|{d}": "SQ" for d in TYPES},
    }


def test_deterrence_is_refused_just_outside_its_region() -> None:
    # of a defender's types, the tactically soft concede and the others reply in kind or escalate
    shares = {"inside": None, "outside": None}
    previous = None
    for p in np.linspace(0.5, 0.0, 21):
        model = of(0.9, p, 0.8 - p, 0.1, 0.1)
        found = [e for e in model.equilibria() if e.name == "deterrence"]
        if not found:
            shares = {"inside": previous, "outside": model}
            break
        previous = found[0]
    assert shares["outside"] is not None
    kept, outside = shares["inside"], shares["outside"]
    beliefs: Any = limit_beliefs(outside.game, kept.assessment.profile)
    assert ag.trees.verify_assessment(outside.game, kept.assessment.profile, beliefs).certificate.max_gain > 1e-3


def test_random_orders_give_certified_profiles() -> None:
    draw = np.random.default_rng(2)
    names = list(AEG.parameters())
    for _ in range(6):
        c, d = np.sort(draw.normal(0, 4, 7)), np.sort(draw.normal(0, 4, 8))
        values = dict(zip(names[:15], [*c, *d], strict=True))
        shares = draw.dirichlet(np.ones(4))
        model = AEG(**values, p_Ch=draw.uniform(), **{f"p_{k}": s for k, s in zip(TYPES, shares, strict=True)})
        assert all(e.certificate.kind == "sequential" for e in model.equilibria())


def test_what_is_out_of_range_is_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="c_EEplus < c_DD"):
        AEG(c_DD=-5.5)
    with pytest.raises(ag.errors.InvalidGame, match="p_HH \\+ p_HS \\+ p_SH \\+ p_SS = 1"):
        AEG(p_HH=0.5)
    with pytest.raises(ag.errors.WrongConcept, match="shape"):
        AEG(p_Ch=[0.1, 0.2])
    with pytest.raises(ag.errors.WrongConcept, match="no number of a dossier"):
        AEG.from_scenario(ag.load_scenario("inf"), "agnostic")
