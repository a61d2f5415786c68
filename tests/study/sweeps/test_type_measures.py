"""Measures with private types: closed forms, certificates at every cell, swapped parties, refusals."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, ScenarioError

SHORT = ag.Treaty(demand=False)
LABELS = ag.measures.BAYESIAN_REGIMES


def test_trust_thresholds_are_the_closed_form():
    rates = [0.04, 0.05, 0.06, 0.08, 0.09, 0.1, 0.3]
    found = ag.sweep(ag.Treaty(), {"detection": rates}, ag.measures.trust_threshold, discount=0.95, progress=False)
    wanted = [0.922804, 0.764634, 0.658168, 0.520588, 0.472694, np.inf, np.inf]
    for party in ("US", "Russia"):
        np.testing.assert_allclose(found[f"belief {party}"], wanted, atol=1e-6)


def test_a_sweep_of_temptations_is_one_treaty_after_the_other():
    """Where no types are named the tempted gain one more than their own treaty's temptation."""
    gains, base = [1.05, 1.5, 1.9], ag.Treaty().replace(detection=0.09)
    found = ag.sweep(base, {"temptation": gains}, ag.measures.trust_threshold, discount=0.95, progress=False)
    alone = [ag.measures.trust_threshold(base.replace(temptation=t), discount=0.95) for t in gains]
    named = [
        ag.measures.trust_threshold.under(types={"content": {}, "tempted": {"temptation": t + 1}})(
            base.replace(temptation=t), discount=0.95
        )
        for t in gains
    ]
    for party in ("US", "Russia"):
        np.testing.assert_allclose(found[f"belief {party}"], [float(a[f"belief {party}"]) for a in alone], rtol=1e-12)
        np.testing.assert_allclose(found[f"belief {party}"], [float(a[f"belief {party}"]) for a in named], rtol=1e-12)


def test_unequal_rates_have_no_closed_form_and_say_so():
    with pytest.raises(InvalidGame, match="same rate for both parties"):
        ag.measures.trust_threshold(ag.Treaty().replace(detection={"US": 0.1}), discount=0.95, false_alarm=0.01)


def test_separating_play_appears_where_trust_is_enough():
    for belief, there in ((0.7, 0), (0.8, 1)):
        measure = ag.measures.bayesian_regime.under(prior={p: [belief, 1 - belief] for p in SHORT.parties})
        found = measure(SHORT, discount=0.95, detection=0.05)
        assert found["some comply, exit later"] == there
        assert found["none complies, no exit"] == 1
        assert found["regime"] == LABELS.index("some comply, exit later" if there else "none complies, no exit")


def test_swapping_the_parties_changes_no_regime():
    grid = {"detection.US": [0.03, 0.4], "detection.Russia": [0.03, 0.4]}
    one = ag.sweep(SHORT, grid, ag.measures.bayesian_regime, discount=0.95, progress=False)
    two = ag.sweep(SHORT.swapped, grid, ag.measures.bayesian_regime, discount=0.95, progress=False)
    for label in LABELS:
        # the same labelled parties, in the other order
        np.testing.assert_array_equal(one[label], two[label])


def test_scaled_payoffs_change_no_regime():
    scaled = SHORT.replace(temptation=3.0, reward=2.0, punishment=0.0, sucker=-1.0)
    types = {"content": {}, "tempted": {"temptation": 2.5}}
    larger = {"content": {}, "tempted": {"temptation": 5.0}}
    for detection in (0.05, 0.3):
        small = ag.measures.bayesian_regime.under(types=types)(SHORT, discount=0.95, detection=detection)
        large = ag.measures.bayesian_regime.under(types=larger)(scaled, discount=0.95, detection=detection)
        assert [small[k] for k in LABELS] == [large[k] for k in LABELS]


def test_conduct_answers_the_parameters_of_a_dossier():
    inf = ag.load_scenario("inf")
    measure = ag.measures.bayesian_regime.under("us_account")
    found = ag.sweep(inf, {"detection": [0.03, 0.8]}, measure, progress=False)
    assert found["all comply, exit later"].values.tolist() == [0, 1]
    assert (found["profiles"] >= 1).all()
    assert (found["least_gain"] == 0).all()


def test_the_range_covers_the_law_of_each_certified_profile():
    inf = ag.load_scenario("inf")
    low = ag.measures.withdrawn_range.under("russian_account")(inf, deadline_days=60)
    # the US gives notice at once in every certified profile
    assert low["least"] == low["greatest"] == 1
    wide = ag.measures.withdrawn_range.under("us_account", event="notice")(inf, deadline_days=60)
    game = inf.bayesian_game("us_account")
    ends = [
        ag.withdrawal_law(game, one.profile, periods=inf.question.periods, event="notice").cdf[-1]
        for one in ag.bayesian_equilibria(game, discount=inf.question.discount, mixing="never")
    ]
    assert wide["least"] == pytest.approx(min(ends), abs=1e-12)
    assert wide["greatest"] == pytest.approx(max(ends), abs=1e-12)


def test_a_party_that_wants_out_deploys_to_be_caught_where_exit_is_dear():
    types = {"content": {}, "wants_out": {"outside_option": 1.3}}
    measure = ag.measures.first_moves_by_type.under(types=types)
    found = ag.sweep(
        SHORT.replace(detection=0.8), {"exit_cost_unprovoked": [0.5, 4.0]}, measure, discount=0.95, progress=False
    )
    moves = [ag.measures.FIRST_MOVES[int(k)] for k in found["Russia wants_out"]]
    assert moves == ["give notice", "deploy"]


def test_a_point_out_of_range_is_recorded_and_the_others_answer():
    grid = {"detection": [0.05, 1.5]}
    with pytest.warns(UserWarning, match="failed at"):
        found = ag.sweep(SHORT, grid, ag.measures.bayesian_regime, discount=0.95, progress=False)
    assert np.isfinite(found["regime"].values[0])
    assert np.isnan(found["regime"].values[1])


def test_measures_can_be_sent_and_are_values():
    measure = ag.measures.bayesian_regime.under("us_account")
    assert pickle.loads(pickle.dumps(measure)) == measure
    assert measure != ag.measures.bayesian_regime


def test_what_does_not_fit_is_refused():
    inf = ag.load_scenario("inf")
    for act, error, match in (
        (lambda: ag.measures.bayesian_regime.under("us_account")(SHORT, discount=0.9), InvalidGame, "perspective"),
        (lambda: ag.measures.bayesian_regime.under("nobody")(inf), ScenarioError, "nobody"),
        (lambda: ag.measures.bayesian_regime.under(prior=[[1, 0]] * 2)(inf), InvalidGame, "prior"),
        (lambda: ag.measures.withdrawn_range.under(event="rain")(SHORT, discount=0.9), InvalidGame, "rain"),
        (lambda: ag.measures.path_regime(SHORT.game(), None), ag.errors.WrongConcept, "BayesianGame"),
    ):
        with pytest.raises(error, match=match):
            act()
