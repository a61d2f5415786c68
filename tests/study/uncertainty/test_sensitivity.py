"""Sensitivity indices against functions whose indices are known, and against SALib."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.study.uncertainty import sensitivity_estimators as estimators

CUBE = dict.fromkeys("abc", (-np.pi, np.pi))
WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])


def ishigami(x):
    return np.sin(x["a"]) + 7 * np.sin(x["b"]) ** 2 + 0.1 * x["c"] ** 4 * np.sin(x["a"])


def g_function(x):
    table = np.column_stack(list(x.values()))
    return ((np.abs(4 * table - 2) + WEIGHTS) / (1 + WEIGHTS)).prod(axis=1)


def linear(x):
    return 2 * x["a"] - 3 * x["b"] + 0 * x["c"]


def known_ishigami(a=7.0, b=0.1):
    """Ishigami and Homma (1990): variances from the moments of sin and of a uniform variable."""
    first = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    second = a**2 / 8
    mixed = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = first + second + mixed
    return np.array([first, second, 0]) / whole, np.array([first + mixed, second, mixed]) / whole


def known_g():
    """Saltelli and Sobol' (1995): V_i = 1 / (3 (1 + a_i)^2)."""
    own = 1 / (3 * (1 + WEIGHTS) ** 2)
    whole = np.prod(1 + own) - 1
    total = [own[i] * np.prod(1 + np.delete(own, i)) for i in range(len(own))]
    return own / whole, np.array(total) / whole


@pytest.mark.parametrize(
    ("function", "over", "known"),
    [(ishigami, CUBE, known_ishigami()), (g_function, dict.fromkeys("abcde", (0.0, 1.0)), known_g())],
    ids=["ishigami", "g"],
)
def test_indices_are_the_known_ones(function, over, known):
    found = ag.sensitivity(function, over, method=ag.studies.Saltelli(base=2**13), rng=5)
    np.testing.assert_allclose(found.first, known[0], atol=0.015)
    np.testing.assert_allclose(found.total, known[1], atol=0.015)
    for interval, truth in ((found.first_interval, known[0]), (found.total_interval, known[1])):
        assert (interval[:, 0] < truth + 1e-3).all()
        assert (truth < interval[:, 1] + 1e-3).all()


def test_bootstrap_intervals_cover_about_as_often_as_they_say():
    truth = known_ishigami()
    hits = []
    for seed in range(60):
        found = ag.sensitivity(ishigami, CUBE, method=ag.studies.Saltelli(base=256, level=0.9, resamples=200), rng=seed)
        for interval, known in ((found.first_interval, truth[0]), (found.total_interval, truth[1])):
            hits.append((interval[:, 0] <= known) & (known <= interval[:, 1]))
    # quasi-random points vary less than the bootstrap assumes, so intervals may be too wide, never too narrow
    assert np.mean(hits) > 0.85


def test_indices_of_the_same_points_are_those_of_salib():
    from SALib.analyze import sobol as peer

    rng = np.random.default_rng(3)
    unit = estimators.saltelli_points(3, 512, rng)
    values = ishigami({n: np.pi * (2 * unit[:, :, k].ravel() - 1) for k, n in enumerate("abc")}).reshape(5, 512)
    first, total, _ = estimators.sobol_estimates(values)
    problem = ag.sensitivity(ishigami, CUBE, method=ag.studies.Saltelli(base=8), rng=1).problem
    order = values[[0, 2, 3, 4, 1]].T.ravel()
    theirs = peer.analyze(problem, order, calc_second_order=False, print_to_console=False, seed=1)
    np.testing.assert_allclose(first[0], theirs["S1"], atol=1e-3)
    np.testing.assert_allclose(total[0], theirs["ST"], atol=1e-3)


def test_salib_problems_go_in_and_out():
    problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1], [-1, 2]]}
    found = ag.sensitivity(lambda x: x["a"] + x["b"], problem, method=ag.studies.Saltelli(base=64), rng=1)
    assert found.problem == problem
    again = ag.sensitivity(lambda x: x["a"] + x["b"], found.problem, method=ag.studies.Saltelli(base=64), rng=1)
    assert (again.first == found.first).all()
    with pytest.raises(InvalidGame, match="uniform"):
        ag.sensitivity(linear, {**problem, "dists": ["norm", "unif"]}, rng=1)


def test_effects_of_a_linear_function_are_its_slopes_times_the_ranges():
    over = {"a": (0.0, 2.0), "b": (1.0, 4.0), "c": (0.0, 1.0)}
    found = ag.sensitivity(linear, over, method=ag.studies.Morris(trajectories=9, levels=6), rng=2)
    np.testing.assert_allclose(found.mu, (4, -9, 0), atol=1e-12)
    np.testing.assert_allclose(found.mu_star, (4, 9, 0), atol=1e-12)
    np.testing.assert_allclose(found.sigma, 0, atol=1e-12)


def test_effects_of_the_same_trajectories_are_those_of_salib():
    from SALib.analyze import morris as peer

    points, order = estimators.morris_points(3, 25, 4, np.random.default_rng(8))
    assert points.min() >= 0
    assert points.max() <= 1
    table = points.reshape(-1, 3)
    values = table[:, 0] * table[:, 1] + np.exp(table[:, 2])
    ours = estimators.elementary_effects(values.reshape(25, 4), points, order)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    theirs = peer.analyze(problem, table, values, num_levels=4, print_to_console=False, seed=1)
    np.testing.assert_allclose(ours.mean(axis=0), theirs["mu"], atol=1e-9)
    np.testing.assert_allclose(np.abs(ours).mean(axis=0), theirs["mu_star"], atol=1e-9)
    np.testing.assert_allclose(ours.std(axis=0, ddof=1), theirs["sigma"], atol=1e-9)


def test_tornado_keeps_the_other_values_and_sorts_by_swing():
    treaty = ag.Treaty().replace(detection={"US": 0.5})
    over = {"false_alarm": (0.0, 0.1), "detection.Russia": (0.2, 0.9), "reward": (0.9, 1.4)}
    found = ag.sensitivity(treaty, over, measure=ag.measures.threshold, method=ag.studies.OneAtATime(), discount=0.9)
    swings = np.abs(found.high - found.low)
    assert (np.diff(swings) <= 0).all()
    for name, low, high in zip(found.names, found.low, found.high, strict=True):
        for value, seen in zip(over[name], (low, high), strict=True):
            assert seen == ag.measures.threshold(treaty, discount=0.9, **{name: value})["threshold"]
    assert found.base == ag.measures.threshold(treaty, discount=0.9)["threshold"]
    assert set(found.to_frame().index) == set(over)


def test_a_tornado_shows_where_nothing_exists():
    over = {"detection": (0.0, 0.9)}
    found = ag.sensitivity(
        ag.Treaty(), over, measure=ag.measures.threshold, method=ag.studies.OneAtATime(), discount=0.9
    )
    assert np.isinf(found.low[0])
    assert "inf" in str(found)


def test_swapping_the_parties_swaps_their_indices():
    treaty = ag.Treaty().replace(detection={"US": 0.3})
    over = {"temptation.US": (1.1, 2.0), "temptation.Russia": (1.1, 2.0)}
    turned = {"temptation.Russia": (1.1, 2.0), "temptation.US": (1.1, 2.0)}
    options = {"measure": ag.measures.regime, "output": "grim", "discount": 0.7, "rng": 3}
    one = ag.sensitivity(treaty, over, **options)
    other = ag.sensitivity(treaty.swapped, over, **options)
    third = ag.sensitivity(ag.Treaty().replace(detection={"Russia": 0.3}), turned, **options)
    assert (one.first == other.first).all()
    assert (one.total == third.total).all()


def test_indices_ignore_scale_and_shift_and_the_names_take_their_ranges():
    names = ["detection", "false_alarm", "discount"]
    options = {"measure": ag.measures.regime, "output": "grim", "method": ag.studies.Saltelli(base=128), "rng": 7}
    found = ag.sensitivity(ag.load_scenario("inf"), names, **options)
    assert found.ranges["detection"] == ag.treaty.parameters["detection"].sweep
    assert "interval" in str(found)
    plain = ag.sensitivity(ishigami, CUBE, method=ag.studies.Saltelli(base=128), rng=1)
    moved = ag.sensitivity(lambda x: 40 - 3 * ishigami(x), CUBE, method=ag.studies.Saltelli(base=128), rng=1)
    np.testing.assert_allclose(moved.first, plain.first, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(moved.total_interval, plain.total_interval, rtol=1e-9)


def test_a_constant_has_no_indices():
    found = ag.sensitivity(lambda x: 0 * x["a"] + 0.1, {"a": (0, 1)}, rng=1)
    assert np.isnan(found.first).all()
    assert "undefined" in str(found)


@pytest.mark.parametrize(
    ("over", "options", "kind", "match"),
    [
        (["detection", "reward"], {}, InvalidGame, "'reward'"),
        ({"detection": (0.9, 0.1)}, {}, InvalidGame, "low < high"),
        ({"detection": (0.1, np.nan)}, {}, InvalidGame, "low < high"),
        ([], {}, InvalidGame, "at least one"),
        ({"detektion": (0, 1)}, {}, InvalidGame, "detection"),
        (["detection"], {"output": "treshold"}, InvalidGame, "threshold"),
        ({"detection": (0.0, 0.9)}, {}, NotSolved, "not a finite number at"),
        (["detection"], {"method": "sobol"}, WrongConcept, "Saltelli"),
        ({"detection": (0.5, 1.5)}, {}, NotSolved, "probability"),
    ],
    ids=["no range", "order", "nan", "none", "name", "output", "infinite", "method", "raises"],
)
def test_faults_are_named(over, options, kind, match):
    with pytest.raises(kind, match=match):
        ag.sensitivity(ag.Treaty(), over, measure=ag.measures.threshold, discount=0.9, rng=1, **options)


def test_methods_refuse_what_they_cannot_use():
    for make in (
        lambda: ag.studies.Saltelli(base=100),
        lambda: ag.studies.Morris(levels=5),
        lambda: ag.studies.Saltelli(level=1.0),
    ):
        with pytest.raises(InvalidGame, match="allowed"):
            make()


def both(treaty, discount):
    rate = treaty.parameters[0].detection
    return {"rate": rate, "late": discount if rate > 0.5 else np.nan}


@pytest.mark.parametrize("method", [ag.studies.Saltelli(16), ag.studies.Morris(4), ag.studies.OneAtATime()])
def test_the_first_output_of_a_callable_that_returns_a_mapping_is_asked_for(method):
    found = ag.sensitivity(
        ag.Treaty(), {"detection": (0.1, 0.9), "temptation": (1.2, 2)}, measure=both, discount=0.9, method=method
    )
    assert found.output == found.provenance["output"] == "rate"
    assert str(found).splitlines()[0].find("rate") >= 0


def test_what_does_not_exist_is_said_in_words():
    over = {"detection": (0.1, 0.9)}
    told = str(
        ag.sensitivity(ag.Treaty(), over, measure=both, output="late", discount=0.9, method=ag.studies.OneAtATime())
    )
    assert "no answer .. 0.9" in told
    told = str(ag.sensitivity(ag.Treaty(), over, measure=lambda *_: 1.0, discount=0.9, method=ag.studies.Saltelli(16)))
    assert "undefined" in told
    assert "nan" not in told


def test_a_tornado_cites_every_parameter_and_the_points_of_all():
    over = ["temptation", "detection", "sucker"]
    ask = {"measure": ag.measures.threshold, "method": ag.studies.OneAtATime()}
    found = ag.sensitivity(ag.Treaty(), over, discount=0.9, **ask)
    assert found.provenance["parameters"] == "temptation, detection, sucker"
    less = ag.sensitivity(ag.Treaty(), over[::2], discount=0.9, **ask)
    assert less.provenance["points"] != found.provenance["points"]


def test_a_base_point_that_counts_twice_is_one_that_is_there_twice():
    rng = np.random.default_rng(5)
    values = rng.normal(3, 1, (2 + 2, 40)) + 2 * rng.random(40)
    counts = rng.multinomial(40, np.full(40, 1 / 40), size=6)
    first, total, variance = estimators.sobol_estimates(values, counts.astype(float))
    for k, row in enumerate(counts):
        a, b, *mixed = np.repeat(values, row, axis=1)
        assert variance[k] == pytest.approx(np.var([a, b]), rel=1e-12)
        # Saltelli et al. (2010) with outputs from the mean of the whole sample, and Jansen (1999)
        middle = values[:2].mean()
        for i, turned in enumerate(mixed):
            assert first[k, i] == pytest.approx(np.mean((b - middle) * (turned - a)) / np.var([a, b]), rel=1e-12)
            assert total[k, i] == pytest.approx(np.mean((a - turned) ** 2) / 2 / np.var([a, b]), rel=1e-12)
