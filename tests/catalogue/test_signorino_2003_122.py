"""Strategic choice with a reply to either move: errors drawn from the rules, limits, and the logit tree."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

model = ag.catalogue.signorino_2003_122
PAYOFFS = ("u11", "u12", "u13", "u14", "u22", "u24")


def drawn(seed: int) -> dict[str, float]:
    return dict(zip(PAYOFFS, np.random.default_rng(seed).normal(size=6), strict=True))


@pytest.mark.parametrize("error", ["agent", "private"])
def test_errors_drawn_from_the_rules_give_the_stated_probabilities(error: str) -> None:
    m = model(error=error, u14=-2.0, u13=2.5)
    (e,) = m.equilibria()
    draw = np.random.default_rng(4)
    own, other = draw.normal(size=(4, 400_000)), draw.normal(size=(4, 400_000))
    # player 2's errors are on its payoffs of l and r, whatever the assumption
    left, right = ((u + other[2 * k + 1] > other[2 * k]).mean() for k, u in enumerate((m.u22, m.u24)))
    u = np.array([m.u11, m.u12, m.u13, m.u14])[:, None] + (own if error == "private" else 0.0)
    gain = (1 - right) * u[2] + right * u[3] - (1 - left) * u[0] - left * u[1]
    if error == "agent":
        gain = gain + own[1] - own[0]
    assert [left, right] == pytest.approx([e["p4"], e["p6"]], abs=4e-3)
    assert (gain > 0).mean() == pytest.approx(e["p2"], abs=4e-3)
    assert sum(e[k] for k in ("o11", "o12", "o13", "o14")) == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_the_logit_tree_of_the_general_solver_is_the_agent_error_model(seed: int) -> None:
    m = model(**drawn(seed), link="logit", sigma=0.5 + seed)
    (e,) = m.equilibria()
    assert e.certificate.ok
    law = ag.studies.agent_error_probabilities(m.game, 2**-0.5 / m.sigma)
    assert law == pytest.approx([e[k] for k in ("o11", "o12", "o13", "o14")], abs=1e-12)


@pytest.mark.parametrize("error", ["agent", "private"])
def test_errors_that_vanish_leave_backward_induction_and_huge_ones_a_coin(error: str) -> None:
    for seed in range(8):
        m = model(**drawn(seed), error=error)
        (small,) = m.replace(sigma=1e-4).equilibria()
        (large,) = m.replace(sigma=1e6).equilibria()
        assert small.certificate.ok
        assert large.certificate.ok
        reached = ag.backward_induction(m.game)[0].outcome_probabilities()
        assert [small[f"o{k}"] for k in (11, 12, 13, 14)] == pytest.approx(
            [reached.get(str(k), 0.0) for k in (11, 12, 13, 14)], abs=1e-6
        )
        assert [large[k] for k in ("p2", "p4", "p6")] == pytest.approx([0.5] * 3, abs=1e-5)


def test_renaming_the_moves_renames_the_probabilities() -> None:
    for error in ("agent", "private"):
        m = model(error=error)
        turned = m.replace(u11=m.u13, u12=m.u14, u13=m.u11, u14=m.u12, u22=m.u24, u24=m.u22)
        assert turned.regions["p2"] == pytest.approx(1 - m.regions["p2"], abs=1e-14)
        assert turned.regions["o11"] == pytest.approx(m.regions["o13"], abs=1e-14)


def test_only_differences_count_and_private_errors_decide_more_often() -> None:
    for seed in range(20):
        m = model(**drawn(seed))
        shifted = m.replace(**{k: getattr(m, k) + 5 for k in ("u11", "u12", "u13", "u14")})
        assert shifted.regions["p2"] == pytest.approx(m.regions["p2"], abs=1e-13)
        net = m.nets(m.regions)["p2"][0]
        assert (m.replace(error="private").regions["p2"] - m.regions["p2"]) * net > 0


def test_a_batch_is_the_single_points() -> None:
    x = np.linspace(-2, 2, 7)
    found = model(u14=x[:, None], u22=x, error="private").regions
    assert found["o14"].shape == (7, 7)
    assert found["o14"][2, 6] == model(u14=x[2], u22=x[6], error="private").regions["o14"]
    assert (np.diff(found["p2"], axis=0) > 0).all()


def test_bad_parameters_are_named() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="u22 is inf"):
        model(u22=np.inf)
    with pytest.raises(ag.errors.InvalidGame, match="link is 'cauchit'"):
        model(link="cauchit")
    with pytest.raises(ag.errors.WrongConcept, match="regions"):
        model(u22=np.zeros(3)).equilibria()
