import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
import zarr

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.study.sweeps.measures import Model

GRID = {"detection": np.linspace(0, 1, 9), "discount": np.linspace(0.5, 0.99, 7)}


def plain(treaty, discount):
    return treaty.parameters[1].detection + discount


def noisy(treaty, discount, rng):
    return rng.random() + 0 * discount * treaty.period_days


def fragile(treaty, discount):
    if treaty.parameters[0].detection > 0.9:
        raise ValueError("too good to be true")
    return discount


def same(a, b):
    return a.drop_attrs().identical(b.drop_attrs())


@pytest.mark.parametrize("measure", [ag.measures.regime, plain, noisy], ids=["whole", "plain", "noisy"])
def test_numbers_do_not_depend_on_executor_or_block(measure):
    base = ag.sweep(ag.Treaty(), GRID, measure, rng=3, progress=False)
    with ThreadPoolExecutor(2) as pool:
        for executor, block in ((None, 5), ("threads", 1), (pool, 13)):
            found = ag.sweep(ag.Treaty(), GRID, measure, rng=3, executor=executor, block=block, progress=False)
            assert same(found, base), (executor, block)


def test_processes_and_dask_give_the_same_bits():
    from dask.distributed import Client, LocalCluster

    base = ag.sweep(ag.Treaty(), GRID, ag.measures.regime, progress=False)
    found = ag.sweep(ag.Treaty(), GRID, ag.measures.regime, executor="processes", block=20, progress=False)
    assert same(found, base)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "processes": True}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        found = ag.sweep(ag.Treaty(), GRID, ag.measures.regime, executor=client, block=20, progress=False)
    assert same(found, base)


def test_regimes_are_those_of_the_verifier():
    points = {"detection": (0.03, 0.1, 0.5, 1.0), "discount": (0.3, 0.6, 0.95)}
    found = ag.sweep(ag.Treaty().replace(false_alarm=0.02), points, ag.measures.regime, progress=False)
    for d in points["detection"]:
        game = ag.Treaty().replace(detection=d, false_alarm=0.02).one_status()
        for delta in points["discount"]:
            here = found.sel(detection=d, discount=delta)
            grim = ag.verify(game, (ag.grim, ag.grim), discount=delta).ok
            lengths = [n for n in range(1, 30) if ag.verify(game, (ag.suspend(n),) * 2, discount=delta).ok]
            assert bool(here["grim"]) == grim
            assert np.isnan(here["suspension"]) == (not lengths)
            if lengths:
                assert here["suspension"] == lengths[0]
            assert here["regime"] == (2 if lengths else 1 if grim else 0)


def test_mirror_is_nash_under_perfect_observation_where_the_map_says_so():
    treaty = ag.Treaty().replace(detection=1.0, false_alarm=0.0, temptation=1.8, sucker=-0.2)
    deltas = (0.4, 0.6, 0.7, 0.9)
    found = ag.sweep(treaty, {"discount": deltas}, ag.measures.regime, progress=False)
    game = treaty.one_status()
    for delta in deltas:
        known = ag.verify(game, (ag.mirror, ag.mirror), discount=delta).kind
        assert bool(found["mirror"].sel(discount=delta)) == (known in ("Nash", "perfect public", "subgame perfect"))


def test_thresholds_and_cheapest_detection_agree_with_each_other_and_the_closed_form():
    treaty = ag.Treaty()
    found = ag.sweep(treaty, {"detection": (0.03, 0.8)}, ag.measures.threshold, discount=0.95, progress=False)
    np.testing.assert_allclose(found["threshold"], (0.96175, 0.38879), atol=5e-6)
    least = ag.sweep(treaty, {"discount": (0.95,)}, ag.measures.cheapest_detection, progress=False)
    assert float(least["detection"][0]) == pytest.approx(0.03646, abs=5e-6)


def test_mapped_measures_give_known_values():
    area = ag.measures.payoff_set_area()(ag.Treaty(), discount=0.95, detection=0.03)
    assert area == {"inner": 0.0, "outer": 0.0}
    law = ag.measures.survival()(ag.load_scenario("inf"), detection=0.8)
    assert 0 < law["survival"] < 0.6
    shown = ag.measures.display_posterior(0.5)(ag.Treaty(), discount=0.9)
    assert shown["posterior US"] == pytest.approx(0.8 / 1.75)
    deal = ag.measures.negotiated_point()(ag.Treaty(), discount=0.95)
    assert deal["first"] == pytest.approx(deal["second"], abs=1e-3)


def test_faults_are_recorded_and_the_rest_is_computed():
    with pytest.warns(UserWarning, match="7 of 63 points; first at point 56: ValueError: too good"):
        found = ag.sweep(ag.Treaty(), GRID, fragile, progress=False)
    assert found.attrs["failed"].startswith("7 of 63 points")
    assert (found["error"].sel(detection=1.0) == "ValueError: too good to be true").all()
    assert np.isnan(found["fragile"].sel(detection=1.0)).all()
    assert not np.isnan(found["fragile"].sel(detection=0.0)).any()
    with pytest.warns(UserWarning, match=r"1 of 2 points; .* detection is 1\.5"):
        outside = ag.sweep(ag.Treaty(), {"detection": (0.5, 1.5)}, ag.measures.threshold, discount=0.9, progress=False)
    assert "1 of 2 points" in outside.attrs["failed"]
    assert float(outside["threshold"][0]) > 0


def test_designs_fill_their_ranges():
    ranges = {"detection": (0.1, 0.4), "discount": (0.8, 0.99)}
    cube = ag.studies.latin_hypercube(ranges, 50, rng=1)
    for name, (low, high) in ranges.items():
        cells = np.floor((cube.points[name] - low) / (high - low) * 50).astype(int)
        assert sorted(cells) == list(range(50))
    even = ag.studies.sobol(ranges, 64, rng=1)
    assert even.size == 64
    drawn = ag.studies.from_priors({"detection": scipy.stats.beta(2, 5)}, 400, rng=1)
    assert scipy.stats.kstest(drawn.points["detection"], scipy.stats.beta(2, 5).cdf).pvalue > 0.9
    found = ag.sweep(ag.Treaty(), cube, ag.measures.regime, progress=False)
    assert found["regime"].dims == ("point",)
    assert found["detection"].attrs["units"]


def test_party_parameters_reach_one_party():
    found = ag.sweep(ag.Treaty(), {"detection.US": (0.03,)}, ag.measures.threshold, discount=0.9, progress=False)
    both = ag.Treaty().replace(detection={"US": 0.03})
    direct = ag.critical_discount(both.one_status(), (ag.grim, ag.grim)).value
    assert float(found["threshold"][0]) == pytest.approx(direct, abs=1e-9)


def test_a_store_goes_on_where_it_stopped_with_the_same_bits(tmp_path):
    whole = ag.sweep(ag.Treaty(), GRID, noisy, rng=3, progress=False)
    kept = ag.sweep(ag.Treaty(), GRID, noisy, rng=3, store=tmp_path / "s", block=10, progress=False)
    assert same(kept, whole)
    again = ag.sweep(ag.Treaty(), GRID, noisy, rng=3, store=tmp_path / "s", block=99, progress=False)
    assert same(again, whole)


def test_a_killed_run_resumes_and_ends_with_the_same_bits(tmp_path):
    sys.path.insert(0, str(Path(__file__).parent))
    try:
        from killed_sweep import study
    finally:
        sys.path.pop(0)
    store = tmp_path / "s"
    script = Path(__file__).with_name("killed_sweep.py")
    wait = random.Random(4)
    killed = 0
    for _ in range(3):
        command = [sys.executable, str(script), str(store)]
        run = subprocess.Popen(command, env={**os.environ, "PYTHONWARNINGS": "ignore"})
        limit = time.monotonic() + 30
        while not store.exists() and run.poll() is None and time.monotonic() < limit:
            time.sleep(0.02)
        time.sleep(wait.uniform(0.05, 0.35))
        if run.poll() is None:
            run.send_signal(signal.SIGKILL)
            killed += 1
        run.wait()
    assert killed
    found = study(store)
    fresh = study(tmp_path / "fresh")
    assert same(found, fresh)
    assert not np.isnan(found["slow"]).any()


def test_a_store_of_another_study_is_refused(tmp_path):
    ag.sweep(ag.Treaty(), GRID, plain, store=tmp_path / "s", progress=False)
    others = ({"measure": fragile}, {"design": {**GRID, "discount": (0.5,)}}, {"model": ag.Treaty(notice_days=91)})
    for changes in others:
        asked = {"model": ag.Treaty(), "design": GRID, "measure": plain, **changes}
        with pytest.raises(InvalidGame, match="holds another study"):
            ag.sweep(**asked, store=tmp_path / "s", progress=False)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "note.txt").write_text("mine")
    with pytest.raises(InvalidGame, match=r"cannot be read|no sweep"):
        ag.sweep(ag.Treaty(), GRID, plain, store=tmp_path / "other", progress=False)


def test_a_damaged_block_is_computed_again(tmp_path):
    whole = ag.sweep(ag.Treaty(), GRID, plain, store=tmp_path / "s", block=10, progress=False)
    zarr.open_group(tmp_path / "s", mode="r+")["plain"][12] = 7.0
    found = ag.sweep(ag.Treaty(), GRID, plain, store=tmp_path / "s", block=10, progress=False)
    assert same(found, whole)
    assert found.attrs["recomputed_blocks"] == 1


def test_faults_survive_in_the_store(tmp_path):
    for _ in range(2):
        with pytest.warns(UserWarning, match="7 of 63"):
            again = ag.sweep(ag.Treaty(), GRID, fragile, store=tmp_path / "s", block=10, progress=False)
    assert again.attrs["failed"].startswith("7 of 63")
    lines = (tmp_path / "s.errors.jsonl").read_text().splitlines()
    assert len({json.loads(line)[1] for line in lines}) == 7


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InvalidGame, match=r"cannot be written|cannot be read"):
        ag.sweep(ag.Treaty(), GRID, plain, store=tmp_path / "file" / "s", progress=False)


@pytest.mark.parametrize(
    ("design", "measure", "options", "words"),
    [
        pytest.param({"detecting": (0.1,)}, plain, {"discount": 0.9}, "Did you mean 'detection'", id="name"),
        pytest.param({"detection.France": (0.1,)}, plain, {"discount": 0.9}, "France", id="party"),
        pytest.param({"detection": (0.1,)}, plain, {}, "discount", id="no-discount"),
        pytest.param({"detection": (0.1, np.nan)}, plain, {"discount": 0.9}, "nan", id="nan"),
        pytest.param({}, plain, {"discount": 0.9}, "at least one parameter", id="empty"),
        pytest.param([0.1], plain, {"discount": 0.9}, "a mapping", id="list"),
        pytest.param({"detection": (0.1,)}, "regime", {"discount": 0.9}, "measure", id="measure"),
        pytest.param({"detection": (0.1,)}, plain, {"discount": 0.9, "executor": "gpu"}, "executor", id="executor"),
        pytest.param({"detection": (0.1,)}, plain, {"discount": 0.9, "block": 0}, "block", id="block"),
        pytest.param(
            {"detection": (0.1,)},
            lambda _, d: d,
            {"discount": 0.9, "executor": "processes"},
            "cannot be sent",
            id="lambda",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_runs(design, measure, options, words):
    with pytest.raises(InvalidGame, match=words):
        ag.sweep(ag.Treaty(), design, measure, progress=False, **options)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: ag.studies.sobol({"detection": (0, 1)}, 100), id="sobol"),
        pytest.param(lambda: ag.studies.latin_hypercube({"detection": (1, 0)}, 10), id="range"),
        pytest.param(lambda: ag.studies.latin_hypercube({"detection": (0, 1)}, 0), id="count"),
        pytest.param(lambda: ag.studies.from_priors({"detection": 0.5}, 10), id="prior"),
        pytest.param(lambda: ag.measures.survival("peace"), id="policy"),
        pytest.param(lambda: ag.measures.survival("Posture"), id="class-of-policies"),
        pytest.param(lambda: ag.measures.display_posterior(1.5), id="posterior"),
    ],
)
def test_bad_designs_and_measures_are_refused(build):
    with pytest.raises(InvalidGame):
        build()


PARTY = {
    "temptation": (1.2, 2.0), "reward": (1.0, 1.2), "punishment": (0.0, 0.2), "sucker": (-0.5, 0.3),
    "outside_option": (0.0, 1.2), "audience_cost": (0.0, 4.0), "status_cost": (0.0, 2.0),
    "exit_cost_unprovoked": (0.0, 2.0), "exit_cost_grounds": (0.0, 1.0), "verification_cost": (0.0, 0.1),
    "transparency_cost": (0.0, 1.0), "detection": (0.05, 0.9), "false_alarm": (0.001, 0.1),
    "pass_compliant": (0.5, 0.95), "pass_violating": (0.2, 0.8),
}  # fmt: skip
TERMS = {
    "period_days": (91, 182.5), "notice_days": (30, 3650), "deadline_days": (30, 200), "compliance_rate": (0.01, 0.1),
    "renegotiation": (0.0, 0.2), "demand": (0, 1), "notice": (0, 1), "discount": (0.5, 0.95),
}  # fmt: skip
NAMED = [ag.measures.regime, ag.measures.threshold, ag.measures.cheapest_detection, ag.measures.display_posterior(0.4)]


@pytest.mark.parametrize("measure", NAMED, ids=lambda m: m.name)
def test_a_named_measure_reads_what_it_says_and_nothing_else(measure):
    rng = np.random.default_rng(1)
    for name, ends in (PARTY | TERMS).items():
        moved = False
        for _ in range(40):
            base = ag.Treaty().replace(
                **{n: rng.uniform(*PARTY[n]) for n in PARTY if n not in ("detection", "punishment")}, detection=0.5
            )
            if rng.random() < 0.3:
                base = base.replace(detection=1.0, false_alarm=0.0)
            delta = rng.uniform(0.3, 0.97)
            points = {"discount": np.full(2, delta), name: np.array(ends, dtype=float)}
            found = measure.block(Model.of(base, delta), points)
            moved |= any(not np.array_equal(v[:1], v[1:], equal_nan=True) for v in found.values())
        assert moved == (name in measure.reads), name
        if name not in measure.reads:
            for asked in (name, f"{name}.US") if name in PARTY else (name,):
                with pytest.raises(InvalidGame, match=rf"does not read '{asked}'.*It reads .*Leave"):
                    ag.sweep(ag.Treaty(), {asked: ends}, measure, discount=0.9, progress=False)
            if name != "discount":
                with pytest.raises(InvalidGame, match="does not read"):
                    measure(ag.Treaty(), discount=0.9, **{name: ends[1]})


@pytest.mark.parametrize("policy", ["exit_on_alarm", "ladder_yield"])
def test_the_survival_of_a_policy_is_refused_over_what_its_play_never_meets(policy):
    measure = ag.measures.survival(policy)
    for name in ("transparency_cost", "pass_violating", "renegotiation"):
        with pytest.raises(InvalidGame, match="one-period deviation"):
            ag.sweep(ag.Treaty(), {name: (PARTY | TERMS)[name]}, measure, discount=0.9, progress=False)
    # 100 and 150 days are two periods of notice alike, 100 and 400 are not
    with pytest.raises(InvalidGame, match="notice_days"):
        ag.sweep(ag.Treaty(), {"notice_days": (100, 150)}, measure, discount=0.9, progress=False)
    found = ag.sweep(ag.Treaty(), {"notice_days": (100, 400)}, measure, discount=0.9, progress=False)
    assert float(found["survival"][0]) < float(found["survival"][1])


def test_a_parameter_that_play_meets_at_one_other_value_alone_is_not_refused():
    # 85 and 180 days of notice are 1 and 2 periods of 91 days, and one period of 200 days or more
    over = {"period_days": (200, 91, 300, 310, 320), "notice_days": (85, 180)}
    found = ag.sweep(ag.Treaty(), over, ag.measures.survival("exit_on_alarm"), discount=0.9, progress=False)
    moved = np.ptp(found["survival"].values, axis=1) > 0
    assert moved.tolist() == [False, True, False, False, False]
    # nothing is refused on a sample of many other values, but it is told afterwards
    many = {"false_alarm": np.linspace(0.01, 0.3, 17), "renegotiation": (0.1, 0.2)}
    with pytest.warns(UserWarning, match="the same along renegotiation"):
        ag.sweep(ag.Treaty(), many, ag.measures.survival("exit_on_alarm"), discount=0.9, progress=False)


def both_ways(treaty, discount):
    return {"five": 5.0, "rate": treaty.parameters[1].detection * discount}


def odd(treaty, discount):
    if treaty.parameters[0].detection < 0.3:
        raise ValueError("too low")
    return {"a": 1.0} if treaty.parameters[0].detection < 0.8 else {"b": discount}


def test_a_callable_may_return_a_mapping(tmp_path):
    over = {"detection": (0.1, 0.5, 0.9)}
    found = ag.sweep(ag.Treaty(), over, both_ways, discount=0.9, progress=False)
    assert found["five"].values.tolist() == [5, 5, 5]
    np.testing.assert_allclose(found["rate"], 0.9 * np.array(over["detection"]))
    assert found.attrs["failed"] == ""
    assert "error" not in found
    for options in ({"executor": "threads", "block": 1}, {"store": tmp_path / "s", "block": 2}):
        again = ag.sweep(ag.Treaty(), over, both_ways, discount=0.9, progress=False, **options)
        assert same(again, found)
    told = ag.sensitivity(
        ag.Treaty(),
        {"detection": (0.1, 0.5)},
        measure=both_ways,
        output="rate",
        discount=0.9,
        method=ag.studies.OneAtATime(),
    )
    np.testing.assert_allclose(told.high - told.low, 0.36)
    claim = ag.studies.Conclusion(ag.Treaty(), "rate >= 0.27", both_ways, discount=0.9)
    assert 0.4 < ag.studies.robustness(claim, {"detection": (0.1, 0.5)}, points=64, rng=1).share < 0.6
    with pytest.raises(InvalidGame, match="five, rate"):
        ag.studies.robustness(
            ag.studies.Conclusion(ag.Treaty(), "rat >= 1", both_ways, discount=0.9), {"detection": (0, 1)}, points=8
        )


def test_a_point_with_other_outputs_is_a_fault_of_that_point():
    with pytest.warns(UserWarning, match="2 of 3 points; first at point 0: ValueError: too low") as told:
        found = ag.sweep(ag.Treaty(), {"detection": (0.1, 0.5, 0.9)}, odd, discount=0.9, progress=False)
    # a warning names the line that asked
    assert told[0].filename == __file__
    assert found["a"].isnull().values.tolist() == [True, False, True]
    assert "returned ['b'], expected ['a']" in str(found["error"].values[2])


@pytest.mark.parametrize("returned", [{}, {"detection": 1.0}, {"error": 1.0}], ids=["none", "parameter", "reserved"])
def test_outputs_that_cannot_be_labelled_are_refused(returned):
    with pytest.raises(InvalidGame, match="at least one output"):
        ag.sweep(ag.Treaty(), {"detection": (0.1, 0.5)}, lambda *_: returned, discount=0.9, progress=False)


def test_a_measure_that_fails_everywhere_is_an_error(tmp_path):
    calls = []

    def broken(treaty, discount):
        calls.append(discount)
        raise KeyError(treaty.parties[0])

    for store in (None, tmp_path / "s", tmp_path / "s"):
        with pytest.raises(ag.errors.NotSolved, match=r"every point: 3 of 3 points; first at point 0: KeyError"):
            ag.sweep(ag.Treaty(), {"detection": (0.1, 0.5, 0.7)}, broken, discount=0.9, store=store, progress=False)
    assert len(calls) <= 9
    with pytest.raises(ag.errors.NotSolved, match="3 of 3"):
        ag.sweep(ag.Treaty(), {"detection": (1.1, 1.5, 1.7)}, ag.measures.regime, discount=0.9, progress=False)
    claim = ag.studies.Conclusion(ag.Treaty(), "broken > 0", broken, discount=0.9)
    with pytest.raises(ag.errors.NotSolved, match="every point"):
        ag.studies.robustness(claim, {"detection": (0, 1)}, points=8)


def test_answers_that_are_all_the_same_are_told():
    with pytest.warns(UserWarning, match="the same along notice_days"):
        found = ag.sweep(
            ag.Treaty(), {"notice_days": (30, 300), "detection": (0.1, 0.5)}, both_ways, discount=0.9, progress=False
        )
    assert found.attrs["flat"] == "notice_days"


@pytest.mark.parametrize("design", [{"reward": (1.0, 1.3, 1.7)}, ag.studies.sobol({"reward": (1.0, 1.4)}, 4, rng=1)])
def test_answers_that_differ_by_rounding_alone_are_told_to_be_the_same(design):
    # no one-period deviation from this policy gains: what is left of the gain is 1e-17
    with pytest.warns(UserWarning, match="the same along reward"):
        ag.sweep(ag.Treaty(), design, ag.measures.survival("exit_on_alarm"), discount=0.9, progress=False)


def test_a_small_answer_that_moves_is_not_flat():
    def small(treaty, _):
        return 1e-9 * treaty.parameters[0].detection

    found = ag.sweep(ag.Treaty(), {"detection": (0.1, 0.1001)}, small, discount=0.9, progress=False)
    assert found.attrs["flat"] == ""


def test_outputs_are_named_by_the_parties_of_the_model():
    found = ag.sweep(ag.load_scenario("jcpoa"), {"pass_violating": (0.2,)}, ag.measures.display_posterior(0.5))
    assert {"posterior US", "posterior Iran"} <= set(found.data_vars)
    assert found.attrs["failed"] == ""


def test_one_parameter_may_not_be_set_twice():
    with pytest.raises(InvalidGame, match="overwrite"):
        ag.sweep(ag.Treaty(), {"detection.US": (0.1,), "detection": (0.5,)}, plain, discount=0.9, progress=False)
