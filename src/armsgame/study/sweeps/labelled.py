"""Results of a study as labelled datasets with units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from armsgame._typing import FloatArray
from armsgame.study.sweeps.designs import Design

if TYPE_CHECKING:
    import xarray

__all__ = ["labelled"]

# answers that differ by less, relative to the largest or in units of the output, differ by rounding
_ROUNDING, _FLOOR = 1e-12, 1e-14


def labelled(
    design: Design,
    outputs: Mapping[str, FloatArray],
    errors: Mapping[int, str],
    units: Mapping[str, str],
    notes: Mapping[str, object],
) -> xarray.Dataset:
    """Dataset over the axes of a grid or over points."""
    import xarray as xr

    from armsgame.treaty.parameter_table import parameters

    shape = tuple(map(len, design.axes.values())) or (design.size,)
    dims = tuple(design.axes) or ("point",)
    data: dict[str, object] = {n: (dims, v.reshape(shape), {"units": units[n]}) for n, v in outputs.items()}
    if errors:
        texts = np.full(design.size, "", dtype=object)
        for place, text in errors.items():
            texts[place] = text
        data["error"] = (dims, texts.reshape(shape).astype(str))

    def unit(name: str) -> dict[str, str]:
        known = parameters.get(name.partition(".")[0])
        return {"units": known.unit} if known else {}

    lines = design.axes or design.points
    coords = {n: ((n,) if design.axes else dims, v, unit(n)) for n, v in lines.items()}
    flat = ", ".join(_flat(design, outputs))
    first = f"; first at point {min(errors)}: {errors[min(errors)]}" if errors else ""
    told = {"failed": f"{len(errors)} of {design.size} points{first}" if errors else "", "flat": flat}
    return xr.Dataset(data, coords, {**notes, **told})


def _flat(design: Design, outputs: Mapping[str, FloatArray]) -> list[str]:
    """Parameters that vary without moving any output; off a grid, where none can be held fixed, all or none."""
    if not design.axes:
        return [n for n, v in design.points.items() if np.ptp(v)] if all(map(_same, outputs.values())) else []
    tables = [v.reshape(tuple(map(len, design.axes.values()))) for v in outputs.values()]
    varying = [(k, name) for k, (name, line) in enumerate(design.axes.items()) if np.ptp(line)]
    return [name for k, name in varying if all(_same(np.moveaxis(t, k, 0)) for t in tables)]


def _same(table: FloatArray) -> bool:
    """Whether all rows of a table are the same but for rounding."""
    size = np.abs(table[np.isfinite(table)]).max(initial=0.0)
    return np.allclose(table, table[:1], rtol=0.0, atol=max(_ROUNDING * size, _FLOOR), equal_nan=True)
