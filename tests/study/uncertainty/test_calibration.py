"""Calibration: the law of the policy model, a posterior that is known, recovery and ranks."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import armsgame as ag
from armsgame.errors import InvalidGame, ScenarioError
from armsgame.games.product import chain
from armsgame.study.uncertainty.history_model import Histories, dated_summaries
from armsgame.study.uncertainty.smc_abc import smc_abc

INF = ag.load_scenario("inf")


def waits(points, rng):
    return {n: rng.geometric(points["p"]).astype(float) for n in ("first", "second")}


@pytest.fixture(scope="module")
def history():
    return Histories(INF.treaty(), 60)


def test_the_law_is_that_of_the_treaty_game_under_the_same_policies(history):
    rng = np.random.default_rng(2)
    names = ("violate.US", "violate.Russia", "demand", "leave", "yield.US", "detection", "false_alarm.Russia")
    points = {n: rng.random(3) for n in names}
    laws = history.laws(points)
    np.testing.assert_allclose(laws.sum(axis=2), 1, atol=1e-12)
    rates = history.rates({n: v[:1] for n, v in points.items()})
    parties = ("US", "Russia")
    own = {n: {p: float(r[n][0]) for p, r in zip(parties, rates, strict=True)} for n in ("detection", "false_alarm")}
    game = INF.treaty().replace(**own).game()
    profile = tuple(_policy(game, i, {n: float(v[0]) for n, v in rates[i].items()}) for i in (0, 1))
    product, matrix, _, _ = chain(game, profile)
    reached = product.pairs[:, 0]
    np.testing.assert_allclose(matrix.toarray(), laws[0][np.ix_(reached, reached)], atol=1e-12)
    assert len(reached) > 15


def _policy(game, i, rates):
    """The rates as a one-state automaton, written from the labels alone."""
    v = rates["violate"]
    outputs = {}
    for label, stage in zip(game.states, game.stages, strict=True):
        row = np.zeros((1, stage.shape[i]))
        me, other = game.players[i], game.players[1 - i]
        flag = label.rpartition(", ")[2] if ", " in label else ""
        for a, act in enumerate(stage.actions[i]):
            conduct, _, move = act.partition(", ")
            share = v if conduct == "deploy" else 1 - v
            if label.startswith(("notice", "withdrawn")):
                share, move = float(conduct == "deploy"), "certain"
            asked = label.startswith("in_force") and flag in (other, "both")
            table = {"certain": 1.0, "silent": 1 - rates["demand"] if asked else 1.0}
            table["demand"] = rates["demand"] if asked else 0.0
            if label.startswith(f"demand({me}"):
                table = {"ignore": 1.0}
            elif label.startswith("demand"):
                table = {"deny": 1 - rates["yield"]}
            elif label.startswith(f"expired({me}"):
                table = {"back_down": 1 - rates["leave"], "notice": rates["leave"]}
            elif label.startswith("expired"):
                table = {"deny": 1.0}
            row[0, a] = share * table.get(move, 0.0)
            if label.startswith("demand") and move == "yield":
                row[0, a] = rates["yield"]
        outputs[label] = row
    count = len(game.states)
    return ag.Automaton(outputs, np.zeros((1, count, count), int))


def test_summaries_of_paths_have_the_exact_survival_of_notice(history):
    size = 4000
    points = {"violate": np.full(size, 0.1), "detection": np.full(size, 0.6), "leave": np.full(size, 0.7)}
    made = history(points, np.random.default_rng(1))
    law = history.laws({n: v[:1] for n, v in points.items()})[0]
    gone = [k for k, s in enumerate(INF.treaty().statuses()) if s.kind in ("notice", "withdrawn")]
    now, alive = np.eye(len(law))[0], []
    for _ in range(60):
        now = now @ law
        alive.append(1 - now[gone].sum())
    for t in (5, 20, 59):
        share = (made["notice"] > t).mean()
        assert abs(share - alive[t]) < 4.5 * np.sqrt(alive[t] * (1 - alive[t]) / size) + 1e-9
    assert (made["first_alarm"] <= made["first_demand"]).all()
    assert (made["demands"][made["first_demand"] == 60] == 0).all()


def test_a_known_posterior_is_found():
    # geometric waits of 3 and 5 periods under a uniform prior: beta(3, 7)
    found = ag.studies.calibrate(waits, {"p": (0.001, 1.0)}, observed={"first": 3, "second": 5}, particles=3000,
                         generations=12, quantile=0.4, least_acceptance=1e-3, rng=3)  # fmt: skip
    exact = scipy.stats.beta(3, 7)
    assert found.distances.max() == 0
    assert found.mean["p"] == pytest.approx(exact.mean(), abs=0.015)
    low, high = found.interval("p", 0.9)
    assert low == pytest.approx(exact.ppf(0.05), abs=0.025)
    assert high == pytest.approx(exact.ppf(0.95), abs=0.025)


def test_a_prior_enters_the_posterior():
    prior = scipy.stats.beta(4, 2)
    found = ag.studies.calibrate(waits, {"p": prior}, observed={"first": 3, "second": 5}, particles=1000,
                         generations=16, least_acceptance=5e-4, rng=3)  # fmt: skip
    assert found.distances.max() == 0
    assert found.mean["p"] == pytest.approx(scipy.stats.beta(6, 8).mean(), abs=0.02)


def test_known_parameters_are_recovered_and_their_ranks_are_uniform():
    found = ag.studies.calibration_check(
        waits, {"p": (0.02, 0.98)}, summaries=("first", "second"), replicates=120, particles=150, generations=8, rng=4
    )
    assert found.p_values["p"] > 0.01
    assert found.correlation["p"] > 0.7
    assert 0.8 < found.coverage["p"] <= 1


def test_ranks_show_a_wrong_simulator():
    from scipy.stats import kstest

    ranks = []
    for k in range(40):
        rng = np.random.default_rng(k)
        truth = rng.uniform(0.02, 0.98)
        # histories of half the rate: what a calibration with the wrong model would be given
        seen = {n: float(rng.geometric(truth / 2)) for n in ("first", "second")}
        found = ag.studies.calibrate(waits, {"p": (0.02, 0.98)}, observed=seen, particles=100, generations=6, rng=k)
        ranks.append(found.weights @ (found.particles["p"] < truth))
    assert kstest(ranks, "uniform").pvalue < 0.001


def test_rates_of_the_policy_model_are_recovered_from_its_histories():
    over = {"violate": (0.0, 0.3), "demand": (0.0, 1.0)}
    found = ag.studies.calibration_check(INF, over, replicates=12, periods=40, particles=60, generations=3,
                                 summaries=("first_alarm", "first_demand", "demands"), rng=2)  # fmt: skip
    assert found.correlation["violate"] > 0.4
    assert all(0.5 < c <= 1 for c in found.coverage.values())


def test_a_dossier_gives_its_own_dated_history():
    seen, periods = dated_summaries(INF)
    # quarters of 91 days from 1 June 1988: mid-May 2013, 4 December 2018, 1 February 2019, 2 August 2019
    assert seen == {"first_alarm": 100.0, "first_demand": 122.0, "notice": 123.0, "demands": 1.0}
    assert periods == 126
    found = ag.studies.calibrate(
        INF, {"violate": (0.0, 0.2), "detection": (0.0, 1.0)}, particles=100, generations=2, rng=1
    )
    again = ag.studies.calibrate(
        INF, {"violate": (0.0, 0.2), "detection": (0.0, 1.0)}, particles=100, generations=2, rng=1
    )
    assert (found.weights == again.weights).all()
    assert found.observed == seen
    assert len(found.tolerances) == len(found.acceptance)
    assert found.effective <= 100 + 1e-9
    assert set(found.to_frame().index) == {"violate", "detection"}
    assert found.to_xarray().sizes == {"particle": 100}


def test_dates_are_read_on_the_calendar_of_the_treaty():
    over = {"violate": (0.0, 0.2)}
    options = {"particles": 40, "generations": 1, "rng": 1}
    dated = ag.studies.calibrate(INF, over, observed={"notice": "2019-02-01"}, **options)
    assert dated.observed == {"notice": 123.0}
    never = ag.studies.calibrate(INF, over, observed={"notice": 500}, periods=60, **options)
    assert never.observed == {"notice": 60.0}


@pytest.mark.parametrize(
    ("over", "options", "kind", "match"),
    [
        ({"violates": (0, 1)}, {}, InvalidGame, "violate"),
        ({"violate.France": (0, 1)}, {}, InvalidGame, "France"),
        ({"violate": (0, 2)}, {}, InvalidGame, r"0\.\.1"),
        ({"violate": (0, 1)}, {"observed": {"notices": 3}}, InvalidGame, "notice"),
        ({"violate": (0, 1)}, {"observed": {"notice": "soon"}}, ScenarioError, "date"),
        ({"violate": (0, 1)}, {"observed": {"notice": float("nan")}}, ScenarioError, "periods"),
        ({"violate": (0, 1)}, {"observed": {}}, InvalidGame, "at least one"),
        ({"violate": (0, 1)}, {"particles": 3}, InvalidGame, "particles"),
        ({"violate": (0, 1)}, {"quantile": 1.0}, InvalidGame, "quantile"),
    ],
    ids=["name", "party", "range", "summary", "date", "nan", "none", "particles", "quantile"],
)
def test_faults_are_named(over, options, kind, match):
    with pytest.raises(kind, match=match):
        ag.studies.calibrate(INF, over, rng=1, **options)


def test_simulators_must_give_finite_summaries_of_the_right_names():
    for simulator, match in ((lambda p, _: {"a": p["p"] * np.nan}, "NaN"), (lambda p, _: {"b": p["p"]}, "'a'")):
        with pytest.raises(InvalidGame, match=match):
            ag.studies.calibrate(simulator, {"p": (0, 1)}, observed={"a": 1}, rng=1)


def echo(points, _rng):
    return {"own": points["p"], "twice": 2 * points["p"]}


def test_what_is_told_of_a_posterior_follows_from_its_particles():
    found = ag.studies.calibrate(echo, {"p": (1.0, 5.0)}, observed={"own": 2.0, "twice": 4.0}, particles=200,
                                 generations=4, rng=2)  # fmt: skip
    p, w = found.particles["p"], found.weights
    assert w.sum() == pytest.approx(1, abs=1e-12)
    assert found.mean["p"] == pytest.approx(sum(a * b for a, b in zip(p, w, strict=True)), abs=1e-12)
    assert found.effective == pytest.approx(1 / sum(b * b for b in w), abs=1e-9)
    # a uniform law on an interval of length 4 has standard deviation 4 / sqrt(12)
    spread = np.sqrt(sum(b * (a - found.mean["p"]) ** 2 for a, b in zip(p, w, strict=True)))
    assert found.informed["p"] == pytest.approx(1 - spread / (4 / np.sqrt(12)), abs=1e-6)
    np.testing.assert_array_equal(found.simulated["twice"], 2 * p)
    # both summaries are off by the same share of their spread under the prior, so their root mean square is that too;
    # the spread is 1.4826 median absolute deviations, of which the law has one of 1, up to sampling
    ratio = found.distances / (np.abs(p - 2) / 1.4826)
    assert np.ptp(ratio) < 1e-9
    assert ratio[0] == pytest.approx(1, abs=0.1)
    assert found.distances.max() <= found.tolerances[-1]
    assert list(found.tolerances) == sorted(found.tolerances, reverse=True)


def test_weighted_quantiles_and_intervals_by_hand():
    from dataclasses import replace

    found = ag.studies.calibrate(echo, {"p": (1.0, 5.0)}, observed={"own": 2.0}, particles=20, generations=1, rng=2)
    few = replace(
        found, particles={"p": np.array([30.0, 10.0, 20.0])}, weights=np.array([0.5, 0.25, 0.25]),
        distances=np.array([0.1, 0.5, 0.2]), simulated={"own": np.array([3.0, 1.0, 2.0])}, informed={"p": 0.25},
    )  # fmt: skip
    # in order 10, 20, 30 stand in the middle of their weights, at 1/8, 3/8 and 3/4; beyond the ends nothing is told
    assert few.quantile("p", [0.125, 0.25, 0.375, 0.5625, 0.75, 1.0, 0.0]).tolist() == [10, 15, 20, 25, 30, 30, 10]
    assert few.interval("p", 0.5) == (15.0, 30.0)
    assert few.interval("p") == few.interval("p", 0.9) == (10.0, 30.0)
    assert few.effective == pytest.approx(1 / (0.25 + 2 * 0.0625))
    assert few.mean == {"p": 22.5}
    assert few.to_frame().loc["p"].tolist() == [22.5, 10.0, 30.0, 0.25]
    assert "mean 22.5, 90 % in 10 .. 30; narrower than the prior by 25 %" in str(few)
    assert "observed 2, particles 1.1 .. 2.9" in str(few)
    # half a spread off is still a match
    assert "matched loosely" not in str(few)
    assert "matched loosely" in str(replace(few, distances=np.array([0.1, 0.51, 0.2])))
    assert set(few.to_xarray()) == {"p", "simulated own", "weight", "distance"}


def test_ranks_coverage_and_correlation_are_those_of_the_truths():
    """A simulator without noise: every truth lies in its interval, and posterior means follow it."""
    found = ag.studies.calibration_check(
        echo, {"p": (1.0, 5.0)}, summaries=("own",), replicates=6, particles=40, generations=4, rng=1
    )
    assert found.coverage == {"p": 1.0}
    assert found.correlation["p"] > 0.98
    assert found.p_values["p"] == pytest.approx(scipy.stats.kstest(found.ranks["p"], "uniform").pvalue)
    assert ((found.ranks["p"] > 0) & (found.ranks["p"] < 1)).all()
    one = ag.studies.calibration_check(
        echo, {"p": (1.0, 5.0)}, summaries=("own",), replicates=1, particles=20, generations=1, rng=1
    )
    # one truth has no correlation
    assert np.isnan(one.correlation["p"])


def test_particles_that_meet_the_record_exactly_end_the_search():
    """What is seen is whether a uniform parameter lies above one half: it did, and no more is learnt."""
    cloud = smc_abc(
        lambda units, _: (units > 0.5).astype(float), np.ones(1), 1,
        particles=400, generations=5, quantile=0.4, least=0.01, rng=np.random.default_rng(3),
    )  # fmt: skip
    assert cloud.ended == "the observed summaries are met exactly"
    assert len(cloud.tolerances) == 2
    assert (cloud.units > 0.5).all()
    # uniform above one half: mean 3/4 and standard deviation 1/sqrt 48, which 400 particles give within 4 errors
    assert cloud.weights @ cloud.units[:, 0] == pytest.approx(0.75, abs=4 / np.sqrt(48 * 200))
