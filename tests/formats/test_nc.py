"""What is written without xarray is read by it as what it would have written itself."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import xarray as xr

import armsgame as ag
from armsgame.formats.nc import write_netcdf
from armsgame.study.scenarios.report_data import labelled

RUN = """
import sys
from armsgame.cli.main import main
main(["run", "inf", "--paths", "10", "--periods", "5", "--perspective", "us_account"])
print(sorted({"xarray", "pandas", "dask", "distributed", "matplotlib.pyplot"} & set(sys.modules)))
"""


def compared(parts, tmp_path):
    write_netcdf(tmp_path / "ours.nc", *parts)
    whole = xr.Dataset(*parts)
    whole.to_netcdf(tmp_path / "theirs.nc", engine="scipy")
    ours, theirs = (xr.load_dataset(tmp_path / name, engine="scipy") for name in ("ours.nc", "theirs.nc"))
    xr.testing.assert_identical(ours, theirs)
    for name in theirs.variables:
        left, right = ours[name], theirs[name]
        assert left.dtype == right.dtype
        assert left.values.tobytes() == right.values.tobytes() or left.dtype == object
        assert left.encoding.keys() == right.encoding.keys()


def test_floats_whole_numbers_truth_values_and_text_come_back(tmp_path):
    data = {
        "x": (("row", "time"), np.array([[0.1, np.nan, -0.0], [1 / 3, np.inf, 1e-320]]), {"units": "periods"}),
        "ok": ("row", np.array([True, False])),
        "name": (("row", "time"), np.array([["", "naïve", "a"], ["mörser", "b", "longest of all"]])),
    }
    coords = {"time": ("time", np.arange(3), {"units": "periods"}), "row": ("row", np.array(["one", "two, or more"]))}
    compared((data, coords, {"told": "Größe", "share": 1 / 3, "count": 7}), tmp_path)


def test_the_file_of_a_report_is_that_of_its_dataset(tmp_path):
    found = ag.report(ag.load_scenario("inf"), perspective="us_account", paths=20, periods=6, assumed=True)
    compared(labelled(found), tmp_path)
    xr.testing.assert_identical(found.regimes, found.to_xarray()["shortest_suspension"])


def test_the_main_job_loads_no_package_that_it_does_not_need(tmp_path):
    told = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"
