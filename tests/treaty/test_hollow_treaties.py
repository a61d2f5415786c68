"""A treaty that nobody keeps: what it costs to hide, what it is worth to be a party, and when it is left."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag

HOLLOW = (ag.treaty.stay_deployed, ag.treaty.stay_deployed)


@pytest.mark.parametrize("observed", ["state", "moves"])
@pytest.mark.parametrize("seed", range(12))
def test_a_hollow_treaty_is_kept_exactly_where_standing_covers_concealment_for_both(seed, observed):
    rng = np.random.default_rng(seed)
    # hiding dearer than complying alone (P - S = .5) would be another reason to deviate
    costs, worth = rng.uniform(0, 0.4, 2), rng.uniform(0, 0.4, 2)
    if seed % 3 == 0:
        worth[0] = costs[0]
    named = [dict(zip(("US", "Russia"), map(float, v), strict=True)) for v in (costs, worth)]
    treaty = ag.Treaty(notice_days=float(rng.choice([0, 91, 182]))).replace(
        detection=float(rng.uniform(0.1, 0.9)), concealment_cost=named[0], standing=named[1]
    )
    discount = float(rng.uniform(0.8, 0.99))
    kept = bool((worth >= costs).all())
    found = ag.verify(treaty.game(observed), HOLLOW, discount=discount)
    assert found.values == pytest.approx(worth - costs, abs=1e-12)
    # a Nash equilibrium with demands, a perfect one without them: see the next test
    assert (found.kind != "none") is kept
    assert ag.verify(treaty.replace(demand=False).game(observed), HOLLOW, discount=discount).ok is kept


@pytest.mark.parametrize("days", [0, 182])
def test_leaving_at_the_expiry_is_no_credible_threat_of_a_party_that_values_the_hollow_treaty(days):
    """It backs down unless d^(1 + K) (standing - concealment) <= (1 - d) audience_cost, K periods of notice."""
    d, audience = 0.95, 1.5
    treaty = ag.Treaty(notice_days=days).replace(audience_cost=audience, status_cost=50, concealment_cost=0.02)
    border = (1 - d) * audience / d ** (1 + treaty.notice_periods)
    for shift, holds in ((-1e-6, True), (1e-6, False)):
        found = ag.verify(treaty.replace(standing=0.02 + border + shift).game(), HOLLOW, discount=d)
        assert found.ok is holds
    assert found.where.state.startswith("expired(")
    assert found.where.action == "deploy, back_down"
    assert found.kind == "Nash"


def test_hiding_dearer_than_complying_alone_ends_a_hollow_treaty_too():
    game = ag.Treaty().replace(concealment_cost=0.6, standing=0.7).game()
    found = ag.verify(game, HOLLOW, discount=0.95)
    assert not found.ok
    assert found.where.action.startswith("comply")


def test_both_are_paid_in_every_period_before_withdrawal_and_in_none_after_it():
    treaty = ag.Treaty()
    _, arrays = treaty.basis()
    at = 0
    for status in treaty.statuses():
        for own in treaty.moves(status, 0):
            for _ in treaty.moves(status, 1):
                bound = float(status.kind != "withdrawn")
                assert arrays["standing"][0, at] == bound
                assert arrays["concealment_cost"][0, at] == -bound * (own[0] == "deploy")
                at += 1


def test_payoffs_are_linear_in_both():
    games = [
        ag.Treaty().replace(concealment_cost=c, standing=s).game() for c, s in ((0, 0), (0.2, 0), (0, 0.3), (0.4, 0.9))
    ]
    for plain, hidden, worth, both in zip(*(g.stages for g in games), strict=True):
        wanted = plain.payoffs + 2 * (hidden.payoffs - plain.payoffs) + 3 * (worth.payoffs - plain.payoffs)
        np.testing.assert_allclose(both.payoffs, wanted, atol=1e-14)


def test_utility_scaled_and_shifted_leaves_the_certificate_as_it_is():
    # utility 3 u + 1
    treaty = ag.Treaty().replace(concealment_cost=0.1, standing={"US": 0.2, "Russia": 0.15})
    mapped = treaty.replace(
        temptation=5.5, reward=4, punishment=1, sucker=-0.5, audience_cost=12, status_cost=6, exit_cost_unprovoked=6,
        concealment_cost=0.3, standing={"US": 0.6, "Russia": 0.45},
    )  # fmt: skip
    one, other = (ag.verify(t.game(), HOLLOW, discount=0.95) for t in (treaty, mapped))
    assert other.values == pytest.approx([3 * v + 1 for v in one.values], abs=1e-12)
    assert (one.ok, one.kind) == (other.ok, other.kind)


def test_the_game_of_conduct_alone_hides_at_the_same_cost():
    treaty = ag.Treaty(demand=False, notice=False).replace(concealment_cost={"US": 0.1, "Russia": 0.3}, standing=0.2)
    grim = ag.verify(treaty.one_status(), (ag.grim, ag.grim), discount=0.9)
    states = ag.verify(treaty.game(), (ag.treaty.exit_on_alarm,) * 2, discount=0.9)
    # standing is paid whatever is done, and the game of conduct leaves it out
    assert states.values == pytest.approx([v + 0.2 for v in grim.values], abs=1e-12)
    assert states.max_gain == pytest.approx(grim.max_gain, abs=1e-12)


def test_deployment_in_the_open_hides_nothing():
    part = ag.treaty.parts.Deployment(overt=True)
    game = ag.Treaty(demand=False, notice=False, parts=(part,)).replace(concealment_cost=0.2).game()
    acts, pay = game.stages[0].actions[0], game.stages[0].payoffs[0]
    assert pay[acts.index("deploy, silent"), 0] == pytest.approx(1.5 - 0.2)
    assert pay[acts.index("deploy, silent, overt"), 0] == pytest.approx(1.5)


def test_the_threshold_of_patience_answers_the_cost_of_hiding():
    base = ag.Treaty(demand=False, notice=False).replace(detection=0.3)
    rows = []
    for cost in (0.0, 0.1, 0.2):
        treaty = base.replace(concealment_cost=cost)
        swept = ag.sweep(base, {"concealment_cost": [cost]}, ag.measures.threshold, discount=0.9)
        found = ag.critical_discount(treaty.one_status(), (ag.grim, ag.grim)).value
        assert float(swept.to_array().item()) == pytest.approx(found, abs=1e-9)
        rows.append(found)
    assert rows[0] > rows[1] > rows[2]
