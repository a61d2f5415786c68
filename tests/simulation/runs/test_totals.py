"""Counts in constant memory, longer runs, checkpoints and interruptions give the bits of one plain run."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.simulation.paths import checkpoint
from armsgame.simulation.paths import workers as engine

GAME = ag.Treaty().replace(detection=0.4, false_alarm=0.05).game()
LADDER = (ag.treaty.ladder_yield,) * 2
ASK = {"discount": 0.95, "periods": 40, "rng": 5, "error": 0.02}


def _run(paths=9000, **more):
    return ag.simulate(GAME, LADDER, paths=paths, **(ASK | more))


def _equal(a, b):
    assert np.array_equal(a.payoffs, b.payoffs)
    assert all(np.array_equal(a.first[e], b.first[e]) for e in a.first)
    assert np.array_equal(a.occupancy, b.occupancy)


@pytest.fixture
def small_units(monkeypatch):
    monkeypatch.setattr(engine, "_UNIT", 1024)


@pytest.mark.parametrize("kernel", ["product", "general"])
def test_totals_count_what_trajectories_hold(kernel):
    run, sums = _run(kernel=kernel, keep=True), _run(kernel=kernel, keep="totals")
    assert sums.paths == run.paths
    for event in run.first:
        counts = np.bincount(run.first[event], minlength=41)
        assert np.array_equal(sums.event_histogram(event), counts)
        assert np.array_equal(sums.survival(event), run.survival(event))
        assert str(sums.time_to_event(event)) == str(run.time_to_event(event))
    assert sums.outcomes() == run.outcomes()
    states = np.array([np.bincount(own, minlength=len(run.state_labels)) for own in run.states.T])
    assert np.array_equal(run.occupancy, states)
    assert np.array_equal(sums.occupancy, states)
    assert sums.payoffs == pytest.approx(run.payoffs.mean(axis=0), rel=1e-13)
    assert sums.payoff_errors == pytest.approx(run.payoffs.std(axis=0) / np.sqrt(run.paths), rel=1e-9)
    for i in range(2):
        edges = sums.payoff_edges[i]
        assert sums.payoff_counts[i].sum() == run.paths
        assert np.abs(np.cumsum(sums.payoff_counts[i]) - [(run.payoffs[:, i] < e).sum() for e in edges[1:]]).max() <= 2
    assert "Totals of 9,000 paths" in str(sums)
    with pytest.raises(InvalidGame, match="event"):
        sums.event_histogram("surrender")


@pytest.mark.usefixtures("small_units")
def test_sums_and_counts_do_not_depend_on_threads(monkeypatch):
    found = []
    for count in (1, 2, 3):
        monkeypatch.setenv("NUMBA_NUM_THREADS", str(count))
        found.append((_run(paths=20_000, keep="totals"), _run(paths=20_000)))
    for sums, run in found[1:]:
        assert np.array_equal(sums.payoff_sums, found[0][0].payoff_sums)
        assert np.array_equal(sums.patterns, found[0][0].patterns)
        _equal(run, found[0][1])


def test_units_of_any_size_and_real_threads_give_the_same_bits(monkeypatch):
    plain, sums = _run(), _run(keep="totals")
    monkeypatch.setenv("NUMBA_NUM_THREADS", "3")
    for size in (64, 700, 4096):
        monkeypatch.setattr(engine, "_UNIT", size)
        _equal(plain, _run())
        assert np.array_equal(sums.payoff_sums, _run(keep="totals").payoff_sums)


def test_an_extended_run_is_the_longer_run():
    short, long = _run(paths=1001, keep=True), _run(paths=2500, keep=True)
    more = ag.extend(short, paths=2500)
    _equal(more, long)
    assert np.array_equal(more.states, long.states)
    assert np.array_equal(more.profiles, long.profiles)
    assert ag.extend(more, paths=2500) is more
    with pytest.raises(InvalidGame, match="paths"):
        ag.extend(long, paths=10)
    with pytest.raises(WrongConcept, match="Totals"):
        ag.extend(_run(paths=10, keep="totals"), paths=20)


def _break_after(monkeypatch, parts):
    """Let the user press Ctrl-C once that many units are done."""
    plain = engine._ordered

    def interrupted(*given):
        for k, result in enumerate(plain(*given)):
            if k == parts:
                raise KeyboardInterrupt
            yield result

    monkeypatch.setattr(engine, "_ordered", interrupted)


@pytest.mark.usefixtures("small_units")
def test_an_interrupted_run_returns_its_finished_paths_and_says_so(monkeypatch):
    whole = _run()
    _break_after(monkeypatch, 3)
    with pytest.warns(UserWarning, match="interrupted"):
        part = _run()
    assert 0 < part.paths < 9000
    assert part.provenance["asked"] == 9000
    assert np.array_equal(part.payoffs, whole.payoffs[: part.paths])
    assert part.occupancy.sum(axis=1).tolist() == [part.paths] * 40
    _break_after(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        _run()


@pytest.mark.usefixtures("small_units")
@pytest.mark.parametrize("keep", [False, True, "totals"])
def test_a_checkpoint_is_gone_on_from_and_ends_as_one_run(monkeypatch, tmp_path, keep):
    file = tmp_path / "run.ckpt"
    whole = _run(keep=keep)
    with monkeypatch.context() as patch:
        _break_after(patch, 2)
        with pytest.warns(UserWarning, match="interrupted"):
            part = _run(keep=keep, checkpoint=file)
    assert part.paths < 9000
    played = []
    plain = engine._unit
    monkeypatch.setattr(engine, "_unit", lambda job, *span: played.append(span[1] - span[0]) or plain(job, *span))
    done = _run(keep=keep, checkpoint=file)
    assert sum(played) == 9000 - part.paths
    if keep == "totals":
        assert np.array_equal(done.payoff_sums, whole.payoff_sums)
        assert np.array_equal(done.patterns, whole.patterns)
    else:
        _equal(done, whole)
        assert np.array_equal(done.states, whole.states)
        assert np.array_equal(done.profiles, whole.profiles)
    played.clear()
    _run(keep=keep, checkpoint=file)
    assert not played


def test_a_foreign_or_damaged_checkpoint_is_refused(tmp_path):
    file = tmp_path / "run.ckpt"
    _run(paths=100, checkpoint=file)
    for other in ({"rng": 6}, {"periods": 41}, {"error": 0.0}, {"keep": True}, {"discount": 0.9}):
        with pytest.raises(InvalidGame, match="another question"):
            _run(paths=100, checkpoint=file, **other)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(InvalidGame, match="damaged"):
        _run(paths=100, checkpoint=file)
    file.write_bytes(bytes(data[:100]))
    with pytest.raises(InvalidGame, match="damaged"):
        _run(paths=100, checkpoint=file)
    assert checkpoint.read_checkpoint(tmp_path / "none", "x") is None


def test_progress_counts_the_whole_job(capsys):
    _run(paths=2000, progress=True)
    assert "2.00k/2.00k" in capsys.readouterr().err


def test_ordered_results_keep_their_order():
    class Pool:
        def submit(self, work, item):
            future = Future()
            future.set_result(work(item))
            return future

    assert list(engine._ordered(Pool(), lambda k: k * k, list(range(10)), 3)) == [k * k for k in range(10)]
