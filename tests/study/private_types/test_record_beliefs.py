"""Beliefs of both sides along the record, against Bayes' rule by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import armsgame as ag
from armsgame.dossiers.dates import When

INF = ag.load_scenario("inf")
PLAN = {
    p: {"content": ag.treaty.exit_on_alarm, "tempted": ag.treaty.deploy, "wants_out": ag.treaty.leave}
    for p in INF.parties
}


def played(game, plan=PLAN):
    return {p: {k: plan[p][k] for k in kinds} for p, kinds in zip(game.players, game.types, strict=True)}


def quiet(until="2003-06-01"):
    """The record without any act, closed early."""
    terms = replace(INF.terms, ended=When(until))
    return replace(INF, events=(), terms=terms, facts=(), disputes=())


def test_quiet_periods_move_beliefs_as_bayes_rule_says():
    game = INF.bayesian_game("us_account")
    path = ag.studies.recorded_path(quiet())
    found = ag.studies.record_beliefs(path, game, played(game))
    party = INF.treaty(regime=INF.asked_regime).parameters[1]
    ratio = (1 - party.detection) / (1 - party.false_alarm)
    odds = 9 * ratio ** np.arange(len(path) + 1)
    assert found.of("Russia", "tempted") == pytest.approx(odds / (1 + odds), abs=1e-12)
    assert found.of("US", "content") == pytest.approx(1)
    assert found.lies_on_path
    assert found.violation_belief("Russia", 0) == pytest.approx(0.9)
    assert found.violation_belief("US", 3) == 0


def test_an_alarm_moves_beliefs_by_detection_over_false_alarm():
    charge = next(e for e in INF.events if e.move == "allege_violation")
    early = replace(charge, announced=When("2001-06-02"))
    scenario = replace(quiet(), events=(early,))
    game = INF.bayesian_game("us_account")
    found = ag.studies.record_beliefs(ag.studies.recorded_path(scenario), game, played(game))
    party = INF.treaty(regime=INF.asked_regime).parameters[1]
    odds = 9 * party.detection / party.false_alarm
    assert found.of("Russia", "tempted")[1] == pytest.approx(odds / (1 + odds), abs=1e-12)
    # after the alarm a content party gives notice at once; the record shows that it did not
    assert not found.on_path[1]
    assert "no type of US that is left would" in found.off[0]


def test_an_act_that_only_one_type_takes_excludes_the_others():
    game = INF.bayesian_game("agnostic")
    found = ag.studies.record_beliefs(ag.studies.recorded_path(quiet()), game, played(game))
    assert found.of("US", "wants_out")[0] == 0.25
    assert (found.of("US", "wants_out")[1:] == 0).all()
    assert found.of("US", "content")[1] + found.of("US", "tempted")[1] == pytest.approx(1)


def test_what_no_type_would_do_leaves_beliefs_as_they_were_and_is_told():
    game = INF.bayesian_game("agnostic")
    found = ag.studies.record_beliefs(ag.studies.recorded_path(INF), game, played(game))
    assert not found.lies_on_path
    assert len(found.off) == (~found.on_path).sum()
    place = int(np.argmin(found.on_path))
    assert "no type of US that is left would" in found.off[0]
    assert found.beliefs[0][place + 1] == pytest.approx(found.beliefs[0][place])
    text = str(found)
    assert "leaves the path" in text
    assert "ranks no account" in text
    assert "likelihood" not in text
    assert list(found.to_frame().columns[:3]) == ["begins", "state", "acts"]


def test_swapping_the_parties_in_record_and_account_swaps_the_beliefs():
    a, b = INF.parties
    swap = {a: b, b: a}
    events = tuple(
        replace(e, actor=swap.get(e.actor, e.actor), target=swap.get(e.target, e.target)) for e in INF.events
    )
    accounts = {n: replace(p, types={a: p.types[b], b: p.types[a]}) for n, p in INF.perspectives.items()}
    other = replace(INF, events=events, perspectives=accounts)
    for name in INF.perspectives:
        games = [s.bayesian_game(name) for s in (INF, other)]
        ours, theirs = (
            ag.studies.record_beliefs(ag.studies.recorded_path(s), g, played(g))
            for s, g in zip((INF, other), games, strict=True)
        )
        assert (ours.on_path == theirs.on_path).all()
        for i in (0, 1):
            assert ours.types[i] == theirs.types[1 - i]
            assert ours.beliefs[i] == pytest.approx(theirs.beliefs[1 - i], abs=1e-12)
        assert ours.conduct == pytest.approx(theirs.conduct[:, ::-1], abs=1e-12)


def test_a_certain_prior_never_moves():
    game = INF.bayesian_game("russian_account")
    found = ag.studies.record_beliefs(ag.studies.recorded_path(INF), game, played(game))
    assert (found.beliefs[0] == 1).all()
    assert (found.beliefs[1] == 1).all()


def test_bad_input_is_refused():
    path, game = ag.studies.recorded_path(INF), INF.bayesian_game("agnostic")
    with pytest.raises(ag.errors.WrongConcept, match="needs a BayesianGame"):
        ag.studies.record_beliefs(path, game.game, played(game))
    with pytest.raises(ag.InvalidGame, match="no strategy"):
        ag.studies.record_beliefs(path, game, {"US": ag.treaty.deploy})
    longer = INF.replace(notice_days=365).bayesian_game("agnostic")
    with pytest.raises(ag.errors.WrongConcept, match="not those of the path"):
        ag.studies.record_beliefs(path, longer, played(longer))
    found = ag.studies.record_beliefs(path, game, played(game))
    with pytest.raises(ag.InvalidGame, match="is unknown"):
        found.of("US", "nobody")
