"""``armsgame sweep``: one measure over a grid of parameters, written as a labelled dataset."""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from armsgame._files import replacing
from armsgame._typing import FloatArray
from armsgame.cli.options import add_scenario, read_named, read_scenario
from armsgame.errors import ArmsgameError, ScenarioError, check_known

if TYPE_CHECKING:
    from armsgame.study.sweeps.measures import Measure

__all__ = ["add", "named_measure"]


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser."""
    sweep = verbs.add_parser("sweep", help="compute a measure over a grid of parameters")
    add_scenario(sweep)
    told = "N values of a parameter, such as detection=0:1:50; may be repeated"
    sweep.add_argument("--over", action="append", required=True, metavar="NAME=LOW:HIGH:N", help=told)
    sweep.add_argument("--measure", default="regime", metavar="NAME", help="a measure of armsgame (default regime)")
    sweep.add_argument("--store", metavar="DIR", help="folder of blocks: the same command goes on where it stopped")
    sweep.add_argument("--out", default="sweep.nc", metavar="FILE", help="netCDF file (default sweep.nc)")
    sweep.add_argument("--executor", choices=["threads", "processes"], help="work in parallel")
    sweep.set_defaults(action=_sweep)


def _sweep(given: argparse.Namespace) -> None:
    import armsgame as ag
    from armsgame.cli.options import writable

    allowed = "NAME=LOW:HIGH:N with numbers LOW, HIGH and N of at least 1"
    over = read_named("--over", given.over, _values, allowed, "ranges")
    measure, out = named_measure(given.measure), Path(given.out)
    writable(out.parent)
    if out.suffix != ".nc" or out.is_dir():
        raise ArmsgameError(f"--out is {given.out!r}; allowed: a file whose name ends in .nc.")
    scenario = read_scenario(given.scenario)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what they tell is printed below
        found = ag.sweep(scenario, over, measure, store=given.store, executor=given.executor)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as part:
            found.to_netcdf(part, engine="scipy")
    except OSError as fault:
        raise ArmsgameError(f"--out is {given.out!r}: {fault}. Choose another place with --out.") from None
    for name in found.data_vars:
        if name != "error":
            print(f"{name!s:<20s} {float(found[name].min()):g} .. {float(found[name].max()):g}")
    print(f"failed: {found.attrs['failed'] or 'no point'}")
    if found.attrs["flat"]:
        print(f"flat: every answer is the same along {found.attrs['flat']}")
    print(ag.cite(found))
    print(f"Written to {out}")


def _values(text: str) -> FloatArray:
    import numpy as np

    low, high, count = text.split(":")
    values = np.linspace(float(low), float(high), int(count))
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(text)
    return values


def named_measure(name: str) -> Measure:
    """Return a named measure with its default options."""
    from armsgame.study.sweeps import measures

    known = {n: getattr(measures, n) for n in measures.__all__ if n not in ("Measure", "Model")}
    check_known("--measure is {}", known, name, error=ScenarioError)
    found = known[name]
    return found if isinstance(found, measures.Measure) else found()
