"""Strategic choice: one player, then another. Errors drawn from the rules, limits, and the logit tree."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.signorino_2003_12
PAYOFFS = ("u11", "u13", "u14", "u24")


def drawn(seed: int) -> dict[str, float]:
    return dict(zip(PAYOFFS, np.random.default_rng(seed).normal(size=4), strict=True))


@pytest.mark.parametrize("error", ["agent", "private"])
def test_errors_drawn_from_the_rules_give_the_stated_probabilities(error: str) -> None:
    m = model(error=error, u14=-2.5)
    (e,) = m.equilibria()
    e1, e2, e3, e4, o3, o4 = np.random.default_rng(3).normal(size=(6, 400_000))
    reply = (m.u24 + o4 > o3).mean()
    if error == "agent":
        # one error for each of player 1's own moves
        right = (1 - reply) * m.u13 + reply * m.u14 + e2
    else:
        # one error for each of player 1's own payoffs, known before it moves
        right = (1 - reply) * (m.u13 + e3) + reply * (m.u14 + e4)
    assert reply == pytest.approx(e["p4"], abs=4e-3)
    assert (right > m.u11 + e1).mean() == pytest.approx(e["p2"], abs=4e-3)
    assert e["outcome_1"] + e["outcome_3"] + e["outcome_4"] == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_the_logit_tree_of_the_general_solver_is_the_agent_error_model(seed: int) -> None:
    m = model(**drawn(seed), link="logit", sigma=0.5 + seed)
    law = ag.studies.agent_error_probabilities(m.game, 2**-0.5 / m.sigma)
    (e,) = m.equilibria()
    assert e.certificate.ok
    assert law == pytest.approx([e["outcome_1"], e["outcome_3"], e["outcome_4"]], abs=1e-12)


@pytest.mark.parametrize("link", ["probit", "logit"])
@pytest.mark.parametrize("error", ["agent", "private"])
def test_errors_that_vanish_leave_backward_induction_and_huge_ones_a_coin(error: str, link: str) -> None:
    for seed in range(8):
        m = model(**drawn(seed), error=error, link=link)
        (small,) = m.replace(sigma=1e-4).equilibria()
        (large,) = m.replace(sigma=1e6).equilibria()
        assert small.certificate.ok
        assert large.certificate.ok
        play = ag.backward_induction(m.game)
        reached = play[0].outcome_probabilities()
        assert {"1": small["outcome_1"], "3": small["outcome_3"], "4": small["outcome_4"]} == pytest.approx(
            {k: reached.get(k, 0.0) for k in "134"}, abs=1e-6
        )
        assert [large["p2"], large["p4"]] == pytest.approx([0.5, 0.5], abs=1e-5)


def test_only_differences_of_payoffs_count() -> None:
    m = model(error="private")
    shifted = m.replace(u11=m.u11 + 3, u13=m.u13 + 3, u14=m.u14 + 3)
    assert shifted.regions["p2"] == pytest.approx(m.regions["p2"], abs=1e-14)


def test_the_two_errors_differ_wherever_something_is_at_stake() -> None:
    for seed in range(20):
        agent = model(**drawn(seed))
        net = agent.nets(agent.regions)["p2"][0]
        gap = agent.replace(error="private").regions["p2"] - agent.regions["p2"]
        # private errors are averaged over the reply, so that a gain decides more often
        assert gap * net > 0
    p4 = model(u24=0.0).regions["p4"]
    none = model(u24=0.0, u13=1.0, u14=-1.0, u11=0.0)
    assert p4 == 0.5
    assert none.regions["p2"] == none.replace(error="private").regions["p2"] == 0.5


def test_probabilities_rise_with_the_payoffs_they_should() -> None:
    x = np.linspace(-3, 3, 41)
    for error in ("agent", "private"):
        assert (np.diff(model(u11=x, error=error).regions["p2"]) < 0).all()
        assert (np.diff(model(u13=x, error=error).regions["p2"]) > 0).all()
        assert (np.diff(model(u24=x, error=error).regions["p4"]) > 0).all()
    table = model(u11=x[:, None], u24=x[None, :]).regions
    assert table["p2"].shape == table["outcome_4"].shape == (41, 41)
    assert table["p2"][3, 5] == model(u11=x[3], u24=x[5]).regions["p2"]


def test_a_probability_that_is_off_is_refused() -> None:
    from armsgame.catalogue.choice_errors import errors_certificate

    m = model()
    off = {**m.regions, "p2": m.regions["p2"] + 1e-6}
    assert not errors_certificate(off, m.nets(m.regions), error="agent", link="probit", sigma=1.0).ok


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="sigma is 0"):
        model(sigma=0)
    with pytest.raises(ag.errors.InvalidGame, match="error is 'nobody'; allowed: 'agent' or 'private'"):
        model(error="nobody")
    with pytest.raises(ag.errors.InvalidGame, match="broadcast"):
        model(u11=np.zeros(2), u13=np.zeros(3))
