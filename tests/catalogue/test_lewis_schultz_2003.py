"""Crisis signalling: all roots against a brute-force scan, play simulated from the rules, limits, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import multivariate_normal

import armsgame as ag
from armsgame.catalogue.checking import check_tree

model = ag.catalogue.lewis_schultz_2003
HALF = multivariate_normal(cov=[[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]])
NAMES = tuple(model.parameters())


def reply(p: np.ndarray, m: ag.catalogue.Model) -> np.ndarray:
    """The published equations, term by term, with a library's bivariate normal."""
    cut = (m.S_A - (1 - p) * m.V_A) / p
    challenge = 1 - ndtr(cut - m.W_A) * ndtr(cut - m.a)
    joint = HALF.cdf(np.stack([np.full_like(cut, (m.W_A - m.a) / np.sqrt(2)), m.W_A - cut], axis=-1))
    firm = joint / challenge
    return ndtr((firm * m.W_B + (1 - firm) * m.V_B - m.C_B) / firm)


@pytest.mark.parametrize("seed", range(6))
def test_the_roots_are_those_of_a_brute_force_scan(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values = dict(zip(NAMES, draw.normal(size=7) * [0.4, 0.5, 0.4, 0.7, 0.7, 0.7, 0.5], strict=True))
    values |= {"V_A": values["V_A"] + 1, "W_B": values["W_B"] - 2, "V_B": values["V_B"] + 1}
    m = model(**values)
    p = np.linspace(1e-3, 1 - 1e-3, 4000)
    cut = (m.S_A - (1 - p) * m.V_A) / p
    # the library's bivariate normal has absolute digits only
    p = p[1 - ndtr(cut - m.W_A) * ndtr(cut - m.a) > 1e-4]
    gap = reply(p, m) - p
    at = np.flatnonzero(np.sign(gap[1:]) != np.sign(gap[:-1]))
    inside = [x for x in m.roots if p[0] < x < p[-1]]
    assert len(inside) == len(at)
    assert all(p[k] <= x <= p[k + 1] for x, k in zip(inside, at, strict=True))
    found = m.equilibria()
    assert len(found) % 2 == 1
    for e in found:
        assert sum(e.outcomes.values()) == pytest.approx(1, abs=1e-12)
        assert e.certificate.ok
        assert e.certificate.max_gain < 1e-5


@pytest.mark.parametrize("number", [0, 1, 2])
def test_play_by_the_rules_gives_the_stated_probabilities(number: int) -> None:
    m = model()
    e = m.equilibria()[number]
    p = e["p_resist"]
    own = np.random.default_rng(1).normal(size=(3, 400_000))
    war, back, target = m.W_A + own[0], m.a + own[1], own[2]
    last = np.maximum(war, back)
    # every type of A compares its expected payoffs, every type of B its own
    challenge = (1 - p) * m.V_A + p * last > m.S_A
    firm = (war > back)[challenge]
    assert challenge.mean() == pytest.approx(e["p_challenge"], abs=4e-3)
    assert firm.mean() == pytest.approx(e["p_fight"], abs=6e-3)
    resist = firm.mean() * (m.W_B + target) + (1 - firm.mean()) * m.V_B > m.C_B
    # the slope of B's reply multiplies the sampling error of P(firm)
    assert resist.mean() == pytest.approx(p, abs=4e-2)


def test_without_a_retreat_the_target_faces_a_certain_conflict() -> None:
    m = model(a=-60.0, W_B=0.3, C_B=-0.1)
    (e,) = m.equilibria()
    assert e["p_fight"] == pytest.approx(1, abs=1e-12)
    assert e["p_resist"] == pytest.approx(ndtr(0.4), abs=1e-12)


def test_three_equilibria_end_where_the_curve_turns() -> None:
    middle = model().picture().series["middle branch"][0]
    for turn, inside in ((middle.min(), 1), (middle.max(), -1)):
        assert len(model(W_B=turn + 0.003 * inside).roots) == 3
        assert len(model(W_B=turn - 0.003 * inside).roots) == 1
    # close to the turn the two that are about to merge are still told apart
    close = model(W_B=middle.max() - 1e-5).roots
    assert len(close) == 3
    assert min(np.diff(close)) < 0.01


def test_resistance_that_is_certain_to_the_last_digit_is_still_found() -> None:
    assert model(W_B=12.0).roots == (1.0,)
    assert model(W_B=-50.0, V_B=-50.0).roots == (0.0,)
    assert model(S_A=-30.0).equilibria()[0]["p_challenge"] == pytest.approx(1)


def test_no_challenge_is_an_equilibrium_only_where_a_concession_is_no_gain() -> None:
    assert [e.name for e in model(S_A=2.0, V_B=-1.0).equilibria()] == ["no challenge"]
    at = [e.name for e in model(S_A=1.0, V_B=0.0, W_B=-1.0).equilibria()]
    assert at == ["cut-off equilibrium", "no challenge"]
    for outside in ({"S_A": 1.0 - 1e-6, "V_B": 0.0}, {"S_A": 1.0, "V_B": 1e-6}):
        assert "no challenge" not in [e.name for e in model(**{"W_B": -1.0, **outside}).equilibria()]


def test_a_wrong_probability_of_resistance_is_refused() -> None:
    m = model()
    assert not m._certificate(m.roots[0] + 1e-4).ok


def test_the_tree_has_the_types_asked_for_and_holds_obvious_play() -> None:
    assert len(model().game(types=2).terminals) == 8 * 4
    # A's conflict is sure to be best, B's to be worst: challenge and concede
    m = model(W_A=9.0, W_B=-9.0)
    tree = m.game(types=2)
    best = {"challenge", "concede", "stand firm"}
    profile = {s.label: next(a for a in s.actions if a in best) for s in tree.sets}
    assert check_tree(tree, profile).certificate.ok
    wrong = {**profile, "shock 0": "resist"}
    assert not check_tree(tree, wrong).certificate.ok
    with pytest.raises(ag.errors.InvalidGame, match="types is 0"):
        m.game(types=0)


def test_likelihood_counts_outcomes_and_refuses_to_choose() -> None:
    one = model(W_A=-1.8, W_B=-2.45)
    (e,) = one.equilibria()
    counts = {"SQ": 3, "CD": 2, "SF": 1, "BD": 4}
    by_hand = sum(n * np.log(e[k]) for k, n in counts.items())
    assert one.log_likelihood(counts) == pytest.approx(by_hand, abs=1e-12)
    with pytest.raises(ag.errors.NotSolved, match="3 equilibria"):
        model().log_likelihood(counts)
    assert model().log_likelihood(counts, model().roots[1]) < 0
    with pytest.raises(ag.errors.InvalidGame, match="'XX'"):
        one.log_likelihood({"XX": 1})


def test_a_batch_lists_every_point_s_roots() -> None:
    found = model(W_B=np.array([[-2.9, -1.0], [-6.0, -2.85]])).regions
    assert found["count"].tolist() == [[3, 1], [1, 3]]
    assert found["p_resist"].shape == (2, 2, 3)
    assert found["p_resist"][1, 1] == pytest.approx(model(W_B=-2.85).roots)
    assert np.isnan(found["p_resist"][0, 1, 1:]).all()
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(W_B=np.array([-2.9, -1.0])).equilibria()
    with pytest.raises(ag.errors.InvalidGame, match="W_A is nan"):
        model(W_A=float("nan"))
