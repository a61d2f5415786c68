"""Labels are data, charges go both ways, and beliefs are swept over priors for every perspective."""

from __future__ import annotations

from dataclasses import asdict, fields

import numpy as np
import pytest

import armsgame as ag

T = ag.treaty
INF = ag.load_scenario("inf")
NAMES = [("US", "Russia"), ("Russia", "US"), ("A", "B")]


@pytest.mark.parametrize("names", NAMES, ids="-".join)
def test_a_threshold_does_not_depend_on_who_is_called_what(names):
    game = ag.RepeatedGame(T.compliance(1.5, 1, 0, -0.5, players=names), ag.Monitoring.detection(0.8, 0.02))
    assert float(ag.critical_discount(game, (ag.grim, ag.grim)).value) == pytest.approx(
        T.compliance.grim(1.5, 1, 0, *T.compliance.per_party_alarm(0.8, 0.02)).threshold, abs=1e-9
    )


def test_unequal_sides_swap_with_their_numbers():
    rng = np.random.default_rng(0)
    for _ in range(10):
        cost, slope = rng.uniform(0.5, 3, (2, 2))
        one = T.ultimatum.escalation(1.0, cost, slope)
        other = T.ultimatum.escalation(1.0, cost[::-1], slope[::-1])
        assert (one.breakdown, one.quit_at_once) == (pytest.approx(other.breakdown), other.quit_at_once[::-1])
        reaction, fatigue, grievance = rng.uniform(0.1, 1, (3, 2))
        race = T.armsrace.richardson(reaction, fatigue, grievance)
        turned = T.armsrace.richardson(reaction[::-1], fatigue[::-1], grievance[::-1])
        assert race.equilibrium == pytest.approx(turned.equilibrium[::-1])
        assert race.eigenvalues == pytest.approx(turned.eigenvalues)
        path, back = race.path([0, 1, 5], (0.1, 0.4)), turned.path([0, 1, 5], (0.4, 0.1))
        assert path.first == pytest.approx(back.second)


def test_the_stage_and_its_notice_are_the_same_from_either_side():
    for numbers in ((5, 3, 1, 0), (3, 4, 2, 0)):
        stage = T.compliance(*numbers)
        turned = ag.StageGame.from_bimatrix(
            stage.payoffs[1].T, stage.payoffs[0].T, players=stage.players[::-1], actions=("comply", "deploy")
        )
        assert np.array_equal(turned.payoffs, stage.payoffs)
        assert T.withdrawal.notice(turned, 4) == T.withdrawal.notice(stage, 4)


def test_a_charge_has_the_same_fields_whoever_makes_it_and_none_for_who_is_right():
    by = {party: [c for c in INF.claims if c.claimant == party] for party in INF.parties}
    assert all(by.values())
    assert len({type(c) for c in INF.claims}) == 1
    for claim in INF.claims:
        assert claim.claimant in INF.actors
        assert claim.respondent in INF.parties
        filled = {name for name, value in asdict(claim).items() if value}
        # further documents and notes are open to both sides alike
        assert filled >= {f.name for f in fields(claim)} - {"also", "reply_also", "note"}
    decided = {"true", "truth", "verdict", "valid", "proven", "correct", "weight", "credence", "probability"}
    assert not decided & {f.name for f in fields(INF.claims[0])}


@pytest.mark.parametrize("name", list(INF.perspectives))
def test_what_a_declined_display_says_is_swept_over_every_prior(name):
    account = INF.perspectives[name]
    prior = np.linspace(0, 1, 201)
    shown = T.verification.display(prior, account.pass_compliant, account.pass_violating)
    assert (np.diff(shown.posterior) >= 0).all()
    assert (shown.posterior[0], shown.posterior[-1]) == (0, 1)
    # a band of priors in the middle at most has anything to learn
    assert not shown.attends[0]
    assert not shown.attends[-1]
    assert shown.attends.any() == (account.pass_compliant != account.pass_violating)
    refused = T.verification.pretext_posterior(prior, 0.1, 0.7)
    assert (np.diff(refused) >= 0).all()
    assert np.ptp(refused) == 1


def test_equal_behaviour_of_the_types_makes_refusal_no_evidence_at_any_prior():
    prior = np.linspace(0.01, 0.99, 99)
    assert T.verification.pretext_posterior(prior, 0.3, 0.3, 4) == pytest.approx(prior)
    assert T.verification.display(prior, 0.9, 0.9).posterior == pytest.approx(prior)
    assert not T.verification.display(prior, 0.9, 0.9).attends.any()
