"""``armsgame sweep``: the numbers of `sweep`, on disk, and faults without a traceback."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import armsgame as ag
from armsgame.cli.main import main

OVER = ["--over", "detection=0:1:5", "--over", "discount=0.5:0.9:3"]


def test_the_file_holds_the_numbers_of_the_function(tmp_path, capsys):
    out = tmp_path / "new" / "s.nc"
    command = ["sweep", "inf", *OVER, "--store", str(tmp_path / "store"), "--out", str(out)]
    for _ in range(2):
        assert main(command) == 0
        printed = capsys.readouterr().out
    over = {"detection": np.linspace(0, 1, 5), "discount": np.linspace(0.5, 0.9, 3)}
    known = ag.sweep(ag.load_scenario("inf"), over, ag.measures.regime, progress=False)
    with xr.open_dataset(out, engine="scipy") as found:
        for name in known.data_vars:
            np.testing.assert_array_equal(found[name], known[name])
    assert ag.cite(known).entries["fingerprint"] in printed
    assert [p.name for p in out.parent.iterdir()] == ["s.nc"]


def test_points_that_raise_are_told(tmp_path, capsys):
    out = tmp_path / "s.nc"
    assert main(["sweep", "inf", "--over", "detection=0:2:3", "--measure", "threshold", "--out", str(out)]) == 0
    assert "failed: 1 of 3 points" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["sweep", "imf", *OVER], "'inf'"),
        (["sweep", "inf", "--over", "detection=0:1"], "NAME=LOW:HIGH:N"),
        (["sweep", "inf", "--over", "detection=0:nan:4"], "NAME=LOW:HIGH:N"),
        (["sweep", "inf", "--over", "detection=0:1:0"], "NAME=LOW:HIGH:N"),
        (["sweep", "inf", *OVER, "--over", "detection=0:1:3"], "given twice"),
        (["sweep", "inf", "--over", "detektion=0:1:3"], "'detection'"),
        (["sweep", "inf", *OVER, "--measure", "regim"], "'regime'"),
        (["sweep", "inf", *OVER, "--out", "x.txt"], ".nc"),
    ],
    ids=["scenario", "form", "nan", "none", "twice", "name", "measure", "ending"],
)
def test_bad_input_is_named(arguments, match, capsys):
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert match in printed.err
    assert "Traceback" not in printed.err
