"""Strategic choice by three players in a row: errors drawn from the rules, limits, and the logit tree."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.signorino_2003_123
PAYOFFS = ("u11", "u13", "u15", "u16", "u23", "u25", "u26", "u36")
ENDS = ("o1", "o3", "o5", "o6")


def drawn(seed: int) -> dict[str, float]:
    return dict(zip(PAYOFFS, np.random.default_rng(seed).normal(size=8), strict=True))


@pytest.mark.parametrize("error", ["agent", "private"])
def test_errors_drawn_from_the_rules_give_the_stated_probabilities(error: str) -> None:
    m = model(error=error, u13=2.0, u26=-2.0, u15=1.5)
    (e,) = m.equilibria()
    one, two, three = np.random.default_rng(5).normal(size=(3, 4, 400_000))
    last = (m.u36 + three[1] > three[0]).mean()
    keep = error == "private"
    second = (1 - last) * (m.u25 + keep * two[1]) + last * (m.u26 + keep * two[2]) + (not keep) * two[3]
    on = (second > m.u23 + two[0]).mean()
    ahead = (1 - last) * (m.u15 + keep * one[1]) + last * (m.u16 + keep * one[2])
    first = (1 - on) * (m.u13 + keep * one[3]) + on * ahead + (not keep) * one[3]
    assert last == pytest.approx(e["p6"], abs=4e-3)
    assert on == pytest.approx(e["p4"], abs=4e-3)
    assert (first > m.u11 + one[0]).mean() == pytest.approx(e["p2"], abs=4e-3)
    assert sum(e[k] for k in ENDS) == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_the_logit_tree_of_the_general_solver_is_the_agent_error_model(seed: int) -> None:
    m = model(**drawn(seed), link="logit", sigma=0.5 + seed)
    (e,) = m.equilibria()
    assert e.certificate.ok
    assert ag.studies.agent_error_probabilities(m.game, 2**-0.5 / m.sigma) == pytest.approx(
        [e[k] for k in ENDS], abs=1e-12
    )


@pytest.mark.parametrize("error", ["agent", "private"])
def test_errors_that_vanish_leave_backward_induction_and_huge_ones_a_coin(error: str) -> None:
    for seed in range(8):
        m = model(**drawn(seed), error=error)
        (small,) = m.replace(sigma=1e-4).equilibria()
        (large,) = m.replace(sigma=1e6).equilibria()
        assert small.certificate.ok
        assert large.certificate.ok
        reached = ag.backward_induction(m.game)[0].outcome_probabilities()
        assert [small[k] for k in ENDS] == pytest.approx([reached.get(k[1:], 0.0) for k in ENDS], abs=1e-6)
        assert [large[k] for k in ("p2", "p4", "p6")] == pytest.approx([0.5] * 3, abs=1e-5)


def test_a_first_player_for_whom_nothing_later_differs_plays_the_shorter_game() -> None:
    # 1's payoff does not depend on 3, and 3 is certain: 1 and 2 face the game of two players
    m = model(u15=-1.5, u16=-1.5, u36=60.0, u23=0.0, u26=0.5)
    short = ag.catalogue.signorino_2003_12(u11=0.0, u13=1.0, u14=-1.5, u24=0.5)
    for error in ("agent", "private"):
        own, other = m.replace(error=error).regions, short.replace(error=error).regions
        assert own["p4"] == pytest.approx(other["p4"], abs=1e-12)
        assert own["p2"] == pytest.approx(other["p2"], abs=1e-12)


def test_only_differences_count() -> None:
    for seed in range(10):
        m = model(**drawn(seed), error="private")
        shifted = m.replace(**{k: getattr(m, k) - 2 for k in ("u11", "u13", "u15", "u16")})
        shifted = shifted.replace(**{k: getattr(m, k) + 7 for k in ("u23", "u25", "u26")})
        assert [shifted.regions[k] for k in ENDS] == pytest.approx([m.regions[k] for k in ENDS], abs=1e-13)


def test_private_errors_decide_more_often_where_something_is_at_stake() -> None:
    for seed in range(20):
        m = model(**drawn(seed))
        net = m.nets(m.regions)["p4"][0]
        assert (m.replace(error="private").regions["p4"] - m.regions["p4"]) * net > 0


def test_a_batch_is_the_single_points() -> None:
    x = np.linspace(-2, 2, 5)
    found = model(u16=x[:, None], u36=x).regions
    assert found["o6"].shape == (5, 5)
    assert found["o6"][4, 1] == model(u16=x[4], u36=x[1]).regions["o6"]
    assert (np.diff(found["p2"], axis=0) > 0).all()


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="sigma is -1"):
        model(sigma=-1)
    with pytest.raises(ag.errors.InvalidGame, match="'u37' is no parameter"):
        model().replace(u37=1)
