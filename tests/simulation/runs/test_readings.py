"""Sub-samples, payoff distributions, comparisons, and files of sampled paths."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

import armsgame as ag
from armsgame.arithmetic.shares import digits, wilson
from armsgame.simulation.runs.readings import status_of

ASK = {"discount": 0.95, "periods": 30, "rng": 2}
LADDER = (ag.treaty.ladder_yield,) * 2


@pytest.fixture(scope="module")
def game():
    return ag.Treaty().replace(detection=0.3, false_alarm=0.04).game()


@pytest.fixture(scope="module")
def run(game):
    return ag.simulate(game, LADDER, paths=2000, error=0.01, keep=True, **ASK)


def test_the_histogram_of_an_event_counts_every_path_once(run):
    counts = run.event_histogram("withdrawn")
    assert counts.shape == (31,)
    assert counts.sum() == run.paths
    assert counts[-1] == (~run.happened("withdrawn")).sum()
    assert 1 - np.cumsum(counts)[:-1] / run.paths == pytest.approx(run.survival()[1:])


def test_conditional_paths_are_those_with_the_event_and_say_so(run):
    late = run.given("expired", before=20).given("notice")
    assert (late.first["expired"] < 20).all()
    assert late.happened("notice").all()
    assert late.paths == ((run.first["expired"] < 20) & run.happened("notice")).sum()
    note = late.provenance["given"]
    assert "expired within 20 periods" in note
    early = int((run.first["expired"] < 20).sum())
    assert note.endswith(f"paths); notice within 30 periods ({late.paths} of {early} paths)")
    rest = run.given("expired", before=20, happens=False)
    assert rest.paths + run.given("expired", before=20).paths == run.paths
    assert rest.states.shape == (rest.paths, 30)
    assert "given" not in run.provenance


def test_conditioning_on_nothing_is_refused(run):
    quiet = ag.Treaty().replace(false_alarm=0.0).game()
    calm = ag.simulate(quiet, (ag.treaty.comply,) * 2, paths=10, **ASK)
    with pytest.raises(ag.errors.InvalidGame, match="nothing is left"):
        calm.given("deployed")
    assert run.given("expired", before=30).paths == run.given("expired").paths
    for before in (0, 31, 2.5, True):
        with pytest.raises(ag.errors.InvalidGame, match="before"):
            run.given("notice", before=before)
    with pytest.raises(ag.errors.InvalidGame, match="Did you mean"):
        run.given("notise")


def test_the_law_of_all_paths_is_not_put_beside_a_part_of_them(run, game):
    part = run.given("expired")
    with pytest.raises(ag.errors.InvalidGame, match="expired within 30 periods"):
        part.time_to_event(law=ag.withdrawal_law(game, LADDER, periods=30, error=0.01))
    with pytest.raises(ag.errors.InvalidGame, match="Leave law= out"):
        part.first_causes(law=ag.survival.incidence_law(game, LADDER, periods=30, collapse="notice", error=0.01))
    assert part.first_causes().paths == part.paths


def test_payoff_distribution_has_mean_quantiles_and_calibrated_errors(run, game):
    found = run.payoff_distribution()
    assert found.levels.tolist() == [0.05, 0.25, 0.5, 0.75, 0.95]
    assert found.mean == pytest.approx(run.payoffs.mean(axis=0))
    assert found.deviation**2 == pytest.approx(((run.payoffs - found.mean) ** 2).sum(axis=0) / 1999)
    assert found.mean_error * 2000**0.5 == pytest.approx(found.deviation)
    assert found.quantiles == pytest.approx(np.quantile(run.payoffs, found.levels, axis=0))
    assert found.counts.sum(axis=1).tolist() == [run.paths] * 2
    exact = ag.expected_payoffs(game, LADDER, discount=0.95, periods=30, error=0.01)
    assert (np.abs(found.mean - exact) < 4.5 * found.mean_error).all()
    assert found.to_frame().shape == (2, 8)
    assert "quantiles" in str(found)
    # the median of a standard normal sample of n has standard error sqrt(pi / 2 n)
    normal = np.random.default_rng(0).normal(size=(4000, 2))
    errors = dataclasses.replace(run, payoffs=normal).payoff_distribution((0.5,)).quantile_errors
    assert errors == pytest.approx(np.full((1, 2), np.sqrt(np.pi / 8000)), rel=0.25)


@pytest.mark.parametrize(
    "bad",
    [{"levels": (0.0,)}, {"levels": (1.0,)}, {"levels": (0.5, 1.2)}, {"levels": [[0.5]]}, {"bins": 0}],
    ids=["level 0", "level 1", "one level above 1", "levels in a table", "no bins"],
)
def test_bad_distributions_are_named(run, bad):
    with pytest.raises(ag.errors.InvalidGame, match=next(iter(bad))):
        run.payoff_distribution(**bad)


def test_one_path_has_no_standard_error(game):
    one = ag.simulate(game, LADDER, paths=1, **ASK)
    assert np.isnan(one.payoff_distribution().mean_error).all()
    assert np.isnan(one.compare(one).payoff_error).all()
    assert one.time_to_event("notice").paths == 1


def test_a_run_compared_with_itself_has_no_flips_and_pairing_narrows_the_error(run, game):
    same = run.compare(run)
    assert (same.payoff == same.payoff_error).all()
    assert (same.payoff == 0).all()
    assert set(same.flips.values()) == {0.0}
    calmer = ag.Treaty().replace(detection=0.3, false_alarm=0.03).game()
    other = ag.simulate(calmer, LADDER, paths=2000, error=0.01, **ASK)
    found = run.compare(other)
    assert (found.payoff_error < found.unpaired_error).all()
    spreads = [np.square(r.payoffs - r.payoffs.mean(axis=0)).sum(axis=0) / 1999 for r in (run, other)]
    np.testing.assert_allclose(found.unpaired_error, np.sqrt(sum(spreads) / 2000), rtol=1e-9)
    for event in run.first:
        change = found.change[event]
        assert change == pytest.approx(other.happened(event).mean() - run.happened(event).mean())
        assert found.flips[event] == pytest.approx((other.happened(event) != run.happened(event)).mean())
        paired = (other.happened(event).astype(float) - run.happened(event)).std() / np.sqrt(2000)
        assert found.change_errors[event] == pytest.approx(paired)
    for outcome in ("complied throughout", "arms race"):
        assert found.change[outcome] == pytest.approx(other.outcomes()[outcome] - run.outcomes()[outcome])
    exact = [ag.expected_payoffs(g, LADDER, discount=0.95, periods=30, error=0.01) for g in (game, calmer)]
    assert (np.abs(found.payoff - (exact[1] - exact[0])) < 4.5 * found.payoff_error).all()
    back = other.compare(run)
    assert back.payoff == pytest.approx(-found.payoff)
    assert dict(back.gained) == dict(found.lost)
    assert found.to_frame().loc["notice", "flips"] == found.flips["notice"]
    assert "flips" in str(found)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"rng": 3}, "seed"),
        ({"paths": 1999}, "paths"),
        ({"periods": 29}, "periods"),
        ({"discount": 0.9}, "discount"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_runs_whose_paths_do_not_match_are_not_compared(run, game, change, match):
    ask = {**ASK, "paths": 2000, "error": 0.01} | change
    with pytest.raises(ag.errors.InvalidGame, match=match):
        run.compare(ag.simulate(game, LADDER, **ask))


def test_sub_samples_and_other_things_are_not_compared(run):
    other = dataclasses.replace(run, provenance={**run.provenance, "kernel": "general"})
    with pytest.raises(ag.errors.InvalidGame, match="kernel"):
        run.compare(other)
    with pytest.raises(ag.errors.InvalidGame, match="given"):
        run.given("notice").compare(run.given("notice"))
    with pytest.raises(ag.errors.WrongConcept, match="compare"):
        run.compare(run.outcomes())


def test_statuses_add_up_and_match_the_kept_states(run):
    found = run.status_shares()
    assert found.statuses == ("in_force", "demand", "expired", "notice", "withdrawn")
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(30))
    gone = run.state_labels.index("withdrawn")
    assert found.shares[:, 4] == pytest.approx((run.states == gone).mean(axis=0))
    assert found.errors.max() <= 0.5 / np.sqrt(run.paths)
    assert "withdrawn" in str(found)
    assert found.to_xarray()["share"].sel(status="in_force", period=0) == 1


def test_conditions_of_parts_split_no_status():
    climate = ag.treaty.parts.Climate(law=((0.5, 0.5), (0.5, 0.5)))
    treaty = ag.Treaty(parts=(climate, ag.treaty.parts.Withdrawal(rescindable=True))).replace(false_alarm=0.2)
    found = ag.simulate(treaty.game(), LADDER, paths=50, keep=True, **ASK).status_shares()
    assert found.statuses == ("in_force", "demand", "expired", "notice", "withdrawn")
    assert found.shares[-1, 3:].sum() > 0
    # a game of one's own may name its states as it likes
    assert [status_of(s) for s in ("(0, 1)", "calm", "low (a)")] == ["(0, 1)", "calm", "low"]


def test_cumulative_payoffs_end_in_the_payoffs_of_the_run(run, game):
    total = run.cumulative_payoffs(game)
    assert total[:, -1] == pytest.approx(run.payoffs)
    other = ag.Treaty().replace(temptation=1.7).game()
    with pytest.raises(ag.errors.InvalidGame, match="game"):
        run.cumulative_payoffs(other)
    with pytest.raises(ag.errors.InvalidGame, match=r"game\.states"):
        run.cumulative_payoffs(ag.RepeatedGame(ag.treaty.compliance(temptation=1.5)))
    loose = ag.simulate(game, LADDER, paths=10, **ASK).given("yielded", happens=False)
    for call in (loose.status_shares, lambda: loose.cumulative_payoffs(game)):
        with pytest.raises(ag.errors.InvalidGame, match="keep=True"):
            call()


def _equal(one, two):
    for field in (f for f in dataclasses.fields(one) if f.compare):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if field.name in ("first", "last"):
            assert list(a) == list(b)
            assert all(a[e].dtype == b[e].dtype and np.array_equal(a[e], b[e]) for e in a)
        elif isinstance(a, np.ndarray):
            assert a.dtype == b.dtype
            assert a.shape == b.shape
            assert a.tobytes() == b.tobytes()
        else:
            assert a == b


def test_an_array_that_the_format_cannot_hold_is_refused_before_a_file_is_there(run, tmp_path, monkeypatch):
    from armsgame.simulation.runs import files

    # 2,000 paths of two payoffs of 8 bytes
    monkeypatch.setattr(files, "_LARGEST", run.payoffs.nbytes - 1)
    with pytest.raises(ag.errors.InvalidGame, match="Save fewer paths"):
        run.save(tmp_path / "run.nc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keep", [False, True], ids=["events only", "kept paths"])
def test_a_saved_run_comes_back_bit_for_bit(game, tmp_path, keep):
    run = ag.simulate(game, LADDER, paths=300, error=0.01, keep=keep, **ASK)
    path = run.save(tmp_path / "run.nc")
    again = ag.formats.load_trajectories(path)
    _equal(run, again)
    assert str(again) == str(run)
    assert np.array_equal(again.time_to_event().survival, run.time_to_event().survival)
    # arrays of our own: the file may be replaced
    replace(again, payoffs=np.zeros_like(again.payoffs)).save(path)
    assert (ag.formats.load_trajectories(path).payoffs == 0).all()
    _equal(run, again)


def test_signed_zeros_nan_and_large_seeds_survive(run, tmp_path):
    payoffs = run.payoffs.copy()
    payoffs[0] = [-0.0, np.nan]
    odd = dataclasses.replace(run, payoffs=payoffs, provenance={**run.provenance, "seed": 2**127 + 1})
    again = ag.formats.load_trajectories(odd.save(tmp_path / "odd.nc"))
    assert again.payoffs.tobytes() == payoffs.tobytes()
    assert again.provenance["seed"] == 2**127 + 1


def test_the_file_carries_provenance_and_parameters_and_is_read_by_others(run, tmp_path):
    path = run.save(tmp_path / "run.nc", parameters={"detection": 0.3, "parties": ("US", "Russia"), "n": np.int64(3)})
    kept = ag.formats.load_trajectories(path).provenance
    assert kept["parameters"] == {"detection": 0.3, "parties": ("US", "Russia"), "n": 3}
    assert {k: kept[k] for k in run.provenance} == dict(run.provenance)
    assert {"seed", "discount", "periods", "kernel", "armsgame"} <= set(kept)
    with xr.open_dataset(path, engine="scipy") as plain:
        assert plain["payoff"].sel(party="Russia").values == pytest.approx(run.payoffs[:, 1])
        first, happens = (plain[name].sel(event="notice").values for name in ("first_period", "observed"))
        assert happens.tolist() == run.happened("notice").tolist()
        assert np.isnan(first[~run.happened("notice")]).all()
        assert first[run.happened("notice")].tolist() == run.first["notice"][run.happened("notice")].tolist()
        assert plain.sizes["period"] == 30
    with pytest.raises(ag.errors.InvalidGame, match="parameters"):
        run.save(tmp_path / "bad.nc", parameters={"game": object()})
    assert not (tmp_path / "bad.nc").exists()


def test_damaged_and_foreign_files_are_refused_by_what_is_wrong(run, tmp_path):
    whole = run.save(tmp_path / "run.nc").read_bytes()

    def refused(content, match):
        path = tmp_path / "broken.nc"
        path.write_bytes(content)
        with pytest.raises(ag.errors.InvalidGame, match=match):
            ag.formats.load_trajectories(path)

    refused(b"", "cannot be read")
    refused(b"not netCDF at all", "cannot be read")
    refused(whole[: len(whole) // 2], "cannot be read|checksum")
    at = whole.rindex(run.payoffs[7].astype(">f8").tobytes())
    refused(whole[:at] + b"\x00\x01" + whole[at + 2 :], "checksum")
    xr.Dataset({"x": ("n", np.ones(3))}).to_netcdf(tmp_path / "foreign.nc", engine="scipy")
    with pytest.raises(ag.errors.InvalidGame, match="not written by"):
        ag.formats.load_trajectories(tmp_path / "foreign.nc")
    with xr.open_dataset(tmp_path / "run.nc", engine="scipy") as opened:
        opened = opened.load()
    header = opened.attrs["armsgame_trajectories"]
    for attribute, drop, match in (
        (header, ["payoff"], "'payoff' is missing"),
        (header.replace('"format": 2', '"format": 9'), [], "format 9"),
        (header[:40], [], "no JSON"),
        (header.replace('"players"', '"payers"'), [], "was changed"),
        (header.replace('"arrays"', '"arroys"'), [], "'arrays'"),
    ):
        opened.drop_vars(drop).assign_attrs(armsgame_trajectories=attribute).to_netcdf(
            tmp_path / "edited.nc", engine="scipy"
        )
        with pytest.raises(ag.errors.InvalidGame, match=match):
            ag.formats.load_trajectories(tmp_path / "edited.nc")


def test_paths_and_endings_are_checked(run, tmp_path, monkeypatch):
    with pytest.raises(ag.errors.InvalidGame, match="there is no file"):
        ag.formats.load_trajectories(tmp_path / "none.nc")
    with pytest.raises(ag.errors.InvalidGame, match="ends in"):
        run.save(tmp_path / "run.csv")
    monkeypatch.setattr("armsgame.simulation.runs.files.find_spec", lambda _: None)
    with pytest.raises(ImportError, match="pip install zarr"):
        run.save(tmp_path / "run.zarr")


def test_tables_say_what_is_missing(run, monkeypatch):
    frame = run.to_frame()
    assert frame.loc[5, "payoff_US"] == run.payoffs[5, 0]
    assert ((frame["first_withdrawn"] >= 0) == run.happened("withdrawn")).all()
    data = run.to_xarray()
    assert {"first_period", "last_period", "payoff", "state", "profile"} <= set(data)
    assert data.sizes["state_label"] == len(run.state_labels)
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        run.to_frame()


def test_what_never_happens_is_missing_in_every_export(run):
    frame, data = run.to_frame(), run.to_xarray()
    for event in run.first:
        happens = run.happened(event)
        assert frame[f"observed_{event}"].tolist() == happens.tolist()
        assert frame[f"first_{event}"].isna().tolist() == (~happens).tolist()
        assert frame[f"first_{event}"][happens].tolist() == run.first[event][happens].tolist()
        assert np.isnan(data["first_period"].sel(event=event).values).tolist() == (~happens).tolist()
        assert data["observed"].sel(event=event).values.tolist() == happens.tolist()
    paths = ag.populations.moran([[1, 1], [1, 1]], [30, 30], steps=40, paths=5, rng=1).to_xarray()
    assert np.isnan(paths["fixed"].values).tolist() == (~paths["observed"].values).tolist()


def test_shares_of_none_or_all_have_a_width_and_stand_beside_their_law():
    assert [float(x) for x in wilson(0.0, 20)] == [0.0, pytest.approx(0.161125, abs=1e-6)]
    # 10 of 30: Wilson's limits from the two roots of (p - 1/3)**2 = 1.96**2 p (1 - p) / 30
    low, high = wilson(1 / 3, 30)
    for p in (float(low), float(high)):
        assert (p - 1 / 3) ** 2 == pytest.approx(1.959964**2 * p * (1 - p) / 30, rel=1e-5)
    assert np.isnan(wilson(np.nan, 0)).all()
    assert (digits(1e-7), digits(1 - 1e-7)) == ("1.0e-07", "1 - 1.0e-07")
    game, pair = ag.Treaty().replace(false_alarm=1e-6).game(), (ag.treaty.ladder_yield,) * 2
    few = ag.simulate(game, pair, discount=0.95, periods=5, paths=20, rng=1)
    law = ag.outcome_probabilities(game, pair, periods=5)
    assert "1.0000 [0.8389, 1.0000]" in str(few.outcomes())
    assert "+- 0.0000" not in str(few.outcomes())
    beside = few.outcomes(law=law)
    assert beside.exact == law.shares
    assert str(beside).count("exact") == len(law.shares)
    for name, (low, high) in beside.intervals.items():
        assert low <= law[name] <= high
    assert law.intervals == {n: (p, p) for n, p in law.shares.items()}
    with pytest.raises(ag.errors.InvalidGame, match="law"):
        few.outcomes(law=few.outcomes())
    assert "+- 0.0000" not in str(few.status_shares()) + str(few.compare(few).flips)
