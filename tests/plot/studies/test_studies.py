"""Figures of studies show the numbers they are given, and say where these come from."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept
from armsgame.study.scenarios.enforcement import compliance_map

mpl.use("Agg")
import matplotlib.pyplot as plt

INF = ag.load_scenario("inf")
OVER = {"detection": np.linspace(0.01, 1, 9), "discount": np.linspace(0.5, 0.99, 7)}


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def swept():
    return ag.sweep(INF, {**OVER, "false_alarm": [0.005, 0.05]}, ag.measures.regime, progress=False)


def codes(ax):
    return np.asarray(ax.collections[0].get_array()).reshape(7, 9)


def test_a_sweep_of_regimes_draws_the_map_of_the_report(swept):
    one = ag.plot.regime_map(swept.sel(false_alarm=0.005, drop=True))
    other = ag.plot.regime_map(compliance_map(INF, OVER["detection"], OVER["discount"]))
    assert (codes(one) == codes(other)).all()


def test_maps_with_contours_and_points_name_them(swept):
    least = ag.sweep(INF, {"detection": OVER["detection"]}, ag.measures.threshold, progress=False)["threshold"]
    plane = swept.sel(false_alarm=0.005, drop=True)
    ax = ag.plot.regime_map(plane, contours=least, levels=[0.5, 0.8], points={"here": (0.8, 0.95)})
    told = [t.get_text() for t in ax.get_legend().get_texts()]
    assert told[-2:] == ["threshold [discount factor]", "here"]


def test_small_multiples_have_one_panel_a_value(swept):
    panels = ag.plot.regime_maps(swept, by="false_alarm")
    assert [p.get_title() for p in panels] == ["false_alarm 0.005", "false_alarm 0.05"]
    assert (codes(panels[1]) != codes(panels[0])).any()
    axes = plt.subplots(1, 2)[1]
    assert ag.plot.regime_maps(swept, by="false_alarm", ax=axes)[0] is axes[0]


def test_points_that_raised_are_no_grey_corner():
    with pytest.warns(UserWarning, match="2 of 4 points"):
        found = ag.sweep(INF, {"detection": [0.5, 1.5], "discount": [0.8, 0.9]}, ag.measures.regime, progress=False)
    told = [t.get_text() for t in ag.plot.regime_map(found).get_legend().get_texts()]
    assert "no answer" in told
    assert not any(t.startswith("no reversion") for t in told)


def test_maps_of_other_things_are_refused(swept):
    with pytest.raises(InvalidGame, match=r"\.sel"):
        ag.plot.regime_map(swept)
    with pytest.raises(InvalidGame, match="regime"):
        ag.plot.regime_map(ag.sweep(INF, {"detection": OVER["detection"]}, ag.measures.threshold, progress=False))
    with pytest.raises(InvalidGame, match="dimensions"):
        ag.plot.regime_maps(swept, by="lag")


def test_bars_have_the_numbers_as_their_length():
    options = {"measure": ag.measures.regime, "output": "grim", "rng": 1}
    found = ag.sensitivity(INF, ["detection", "discount"], method=ag.studies.Saltelli(base=64), **options)
    ax = ag.plot.sobol_indices(found)
    order = np.argsort(found.total)
    widths = [b.get_width() for b in ax.patches]
    np.testing.assert_allclose(widths, [*found.first[order], *found.total[order]])
    tornado = ag.sensitivity(
        INF, ["detection", "temptation"], measure=ag.measures.threshold, method=ag.studies.OneAtATime()
    )
    ax = ag.plot.tornado(tornado)
    ends = {b.get_x() + b.get_width() for b in ax.patches}
    assert {float(v) for v in (*tornado.low, *tornado.high)} <= {float(e) for e in ends}
    assert [t.get_text() for t in ax.get_yticklabels()] == list(tornado.names)
    morris = ag.sensitivity(INF, ["detection", "discount"], method=ag.studies.Morris(trajectories=5), **options)
    assert ag.plot.elementary_effects(morris).get_ylabel().startswith("sigma")
    with pytest.raises(WrongConcept, match="Tornado"):
        ag.plot.tornado(found)


def test_an_end_without_a_number_is_said_not_drawn():
    over = {"detection": (0.0, 0.9)}
    found = ag.sensitivity(INF, over, measure=ag.measures.threshold, method=ag.studies.OneAtATime())
    texts = [t.get_text() for t in ag.plot.tornado(found).texts]
    assert any("low end" in t for t in texts)


def test_regions_show_every_point_and_the_box():
    claim = ag.studies.Conclusion(INF, "grim == 1", ag.measures.regime)
    found = ag.studies.robustness(claim, ["detection", "discount"], points=64, rng=1)
    ax = ag.plot.robustness_region(found, x="detection", y="discount")
    assert sum(len(line.get_xdata()) for line in ax.get_lines()) == 64
    assert ax.patches[0].get_x() == found.region.limits["detection"][0]
    with pytest.raises(InvalidGame, match="detection"):
        ag.plot.robustness_region(found, x="detektion", y="discount")


def test_distributions_of_pairs_and_particles():
    found = ag.counterfactual(INF, {"detection_after": 0.5}, perspectives=["us_account"], paths=200, periods=20, rng=1)
    ax = ag.plot.paired_differences(found, party="Russia")
    changed = float((found["us_account"].payoffs[:, 1] != 0).mean())
    assert ax.patches[0].get_data().values.sum() == pytest.approx(changed)
    with pytest.raises(InvalidGame, match="party"):
        ag.plot.paired_differences(found, party="France")
    seen = {"first_alarm": 10, "demands": 2}
    fit = ag.studies.calibrate(
        INF, {"violate": (0.0, 0.3)}, observed=seen, periods=40, particles=60, generations=2, rng=1
    )
    ax = ag.plot.calibration(fit)
    values, edges, _ = ax.patches[0].get_data()
    assert (values * np.diff(edges)).sum() == pytest.approx(1)


def test_saved_figures_carry_the_citation(tmp_path):
    from PIL import Image

    found = ag.sensitivity(INF, ["detection"], measure=ag.measures.regime, method=ag.studies.Saltelli(base=8), rng=1)
    ax = ag.plot.sobol_indices(found)
    with Image.open(ag.plot.save(ax, tmp_path / "a.png", found)) as image:
        assert image.info["Description"] == ag.cite(found)
    assert ag.cite(found).entries["fingerprint"] in ag.plot.save(ax, tmp_path / "a.svg", found).read_text()
    assert ag.plot.save(ax.figure, tmp_path / "a.pdf", found).read_bytes().startswith(b"%PDF")
    for path, results in (("a.bmp", [found]), ("b.png", [])):
        with pytest.raises(InvalidGame):
            ag.plot.save(ax, tmp_path / path, *results)
    with pytest.raises(ag.ArmsgameError, match="another folder"):
        ag.plot.save(ax, tmp_path / "none" / "a.png", found)
