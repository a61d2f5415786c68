"""Refused inspections: uniqueness by the normal form, names on either side of their edges, refusals."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import armsgame as ag

REFUSED = ag.catalogue.refused_inspection_after_jtz_2018


def some_models(count: int, seed: int = 1) -> list[Any]:
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        (r_d, w_d), (w_p, r_p), (r2, w2) = np.sort(draw.uniform(0.02, 0.98, (3, 2)), axis=1)
        values = {"w_D": w_d, "r_D": r_d, "w_P": w_p, "r_P": r_p, "w2": w2, "r2": r2}
        found.append(REFUSED(precision=draw.uniform(0.52, 0.98), gamma=draw.uniform(0.05, 0.95), **values))
    return found


def gains(model: Any, d: dict[str, float], p: dict[str, float], alarm: float, clear: float) -> float:
    """Largest gain of a type or of player 2, from the rules of the game."""
    a, g = model.precision, model.gamma
    hit, mistake = a * alarm + (1 - a) * clear, (1 - a) * alarm + a * clear
    worst = 0.0
    for play, w, r in ((d, model.w_D, model.r_D), (p, model.w_P, model.r_P)):
        worth = {"open": w, "build": 1 - hit, "bluff": w + (r - w) * mistake}
        worst = max(worst, max(worth.values()) - sum(play.get(m, 0) * x for m, x in worth.items()))
    bombs = (1 - g) * d.get("build", 0) + g * p.get("build", 0)
    bluffs = (1 - g) * d.get("bluff", 0) + g * p.get("bluff", 0)
    for told, attack in ((a, alarm), (1 - a, clear)):
        worth2 = (bombs * told * model.w2 + bluffs * (1 - told) * model.r2, bluffs * (1 - told))
        worst = max(worst, max(worth2) - attack * worth2[0] - (1 - attack) * worth2[1])
    return worst


def test_exactly_one_equilibrium_and_it_is_a_best_reply_by_the_rules() -> None:
    for model in some_models(80):
        (found,) = model.equilibria()
        assert found.certificate.kind == "sequential"
        d = {"open": found["D_open"], "build": found["D_build"]}
        p = {"build": found["P_build"], "bluff": found["P_bluff"]}
        assert gains(model, d, p, found["attack_b"], found["attack_n"]) < 1e-12


def test_no_equilibrium_on_a_grid_of_play_lies_elsewhere() -> None:
    # player 2 attacks exactly on alarm or mixes at one signal; scan its aggression, with best replies of both types
    for model in some_models(20, seed=6):
        (found,) = model.equilibria()
        a, g = model.precision, model.gamma
        theta = (1 - model.r2) / model.w2
        alarm_odds, clear_odds = theta * (1 - a) / a, theta * a / (1 - a)
        held = []
        for t in np.linspace(0.002, 1.998, 999):
            alarm, clear = min(t, 1.0), max(t - 1, 0.0)
            hit, mistake = a * alarm + (1 - a) * clear, (1 - a) * alarm + a * clear
            moves = []
            for w, r in ((model.w_D, model.r_D), (model.w_P, model.r_P)):
                worth = {"open": w, "build": 1 - hit, "bluff": w + (r - w) * mistake}
                moves.append(max(worth, key=worth.__getitem__))
            bombs = (1 - g) * (moves[0] == "build") + g * (moves[1] == "build")
            bluffs = (1 - g) * (moves[0] == "bluff") + g * (moves[1] == "bluff")
            # how much player 2 wants to attack now: +1 more than t, -1 less
            low = alarm_odds if t < 1 else clear_odds
            held.append(np.sign(bombs - low * bluffs))
        # it wants more below the equilibrium and less above it
        t_star = found["attack_b"] + found["attack_n"]
        grid = np.linspace(0.002, 1.998, 999)
        assert all(h >= 0 for h, t in zip(held, grid, strict=True) if t < t_star - 1e-9)
        assert all(h <= 0 for h, t in zip(held, grid, strict=True) if t > t_star + 1e-9)


@pytest.mark.parametrize("name", ["provocateur mixes", "deterrer mixes", "types apart"])
def test_a_name_ends_where_its_play_is_refused(name: str) -> None:
    inside, outside = None, None
    for model in some_models(400, seed=3):
        if not model.regions["t_P"] < model.regions["t_D"]:
            continue  # only then does the play change with the share of provocateurs
        (found,) = model.equilibria()
        if found.name != name:
            continue
        for gamma in np.linspace(0.05, 0.95, 10):
            other = model.replace(gamma=float(gamma))
            (beside,) = other.equilibria()
            if beside.name != name:
                inside, outside = found, other
        if outside is not None:
            break
    assert inside is not None
    assert outside is not None
    checked = ag.trees.verify_assessment(outside.game, inside.assessment.profile)
    assert checked.certificate.max_gain > 1e-4


def test_both_names_where_the_provocateur_s_share_reaches_zero() -> None:
    # at the share of provocateurs at which bluffing by all of them just balances the deterrers' bombs
    model = next(m for m in some_models(400, seed=3) if m.regions["t_P"] < 1 < m.regions["t_D"])
    odds = (1 - model.r2) / model.w2 * (1 - model.precision) / model.precision
    edge = model.replace(gamma=1 / (1 + odds))
    assert {"provocateur mixes", "types apart"} <= {e.name for e in edge.equilibria()}
    assert all(e.certificate.kind == "sequential" for e in edge.equilibria())


def test_pure_play_of_the_types_is_tried_in_full() -> None:
    model = REFUSED()
    held = []
    for d, p, alarm, clear in product(("open", "build", "bluff"), ("open", "build", "bluff"), (0, 1), (0, 1)):
        if gains(model, {d: 1.0}, {p: 1.0}, alarm, clear) < 1e-9 and not (d == p == "open"):
            held.append((d, p, alarm, clear))
    pure = [e for e in model.equilibria() if e.name == "types apart"]
    assert len(held) == len(pure)


def test_a_clear_signal_may_be_followed_by_an_attack_on_nothing() -> None:
    model = REFUSED(precision=0.7, gamma=0.6, w_D=0.7, r_D=0.3, w_P=0.1, r_P=0.4, r2=0.4)
    (found,) = model.equilibria()
    assert found["attack_n"] == pytest.approx(0.215686, abs=1e-6)
    assert found["refuse-nobomb-attack"] > 0
    assert 0 < found["refusals_without_a_bomb"] < 1


def test_batches_and_ranges() -> None:
    own = REFUSED(precision=np.linspace(0.55, 0.95, 4)[:, None], w_D=np.array([0.5, 0.6])).regions
    assert own["t_D"].shape == own["t_P"].shape == (4, 2)
    assert own["t_D"][1, 1] == pytest.approx(REFUSED(precision=0.55 + 0.4 / 3, w_D=0.6).regions["t_D"])
    for wrong, words in (({"r_D": 0.7}, "r_D < w_D"), ({"w_P": 0.6}, "w_P < r_P"), ({"r2": 0.6}, "r2 < w2")):
        with pytest.raises(ag.errors.InvalidGame, match=words):
            REFUSED(**wrong)
    with pytest.raises(ag.errors.InvalidGame, match=r"precision is 0.5; allowed: \(0.5, 1\)"):
        REFUSED(precision=0.5)


def test_a_dossier_gives_the_signal_and_the_share_that_wants_out() -> None:
    model = REFUSED.from_scenario(ag.load_scenario("inf"), "agnostic", roles=("Russia", "US"))
    assert (model.precision, model.gamma) == (0.575, 0.25)
    assert "share of types 'wants_out' of Russia" in model.explain()
