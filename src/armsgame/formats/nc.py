"""Labelled arrays as netCDF files, as xarray writes them, without the time that loading xarray and pandas takes."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np

__all__ = ["write_netcdf"]


def write_netcdf(
    path: str | PathLike[str],
    data: Mapping[str, tuple[Any, ...]],
    coords: Mapping[str, tuple[Any, ...]],
    attrs: Mapping[str, Any],
) -> None:
    """Write a netCDF-3 file (64-bit offsets) that xarray reads as the same dataset.

    Parameters
    ----------
    path : path of the file
    data, coords : mappings from name to (dimensions, array[, attributes])
        Dimensions are a name or a tuple of names; arrays hold floats, whole numbers of 32 bits, truth values or text.
        Coordinates bear the name of their one dimension.
    attrs : mapping, text and numbers about the whole
    """
    from scipy.io import netcdf_file

    with netcdf_file(path, "w", version=2) as out:
        for name, value in attrs.items():
            setattr(out, name, _told(value))
        for name, (dims, array, *more) in {**data, **coords}.items():
            names = (dims,) if isinstance(dims, str) else tuple(dims)
            stored, told = _stored(np.asarray(array))
            names += (f"string{stored.shape[-1]}",) * (stored.ndim - len(names))
            for dimension, size in zip(names, stored.shape, strict=True):
                if dimension not in out.dimensions:
                    out.createDimension(dimension, size)
            variable = out.createVariable(name, stored.dtype, names)
            for word, value in {**(more[0] if more else {}), **told}.items():
                setattr(variable, word, _told(value))
            variable[...] = stored


def _told(value: Any) -> Any:
    """Give an attribute as the format holds it; a float of Python's would be cut to 32 bits."""
    return value.encode() if isinstance(value, str) else np.atleast_1d(_stored(np.asarray(value))[0])


def _stored(array: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], dict[str, Any]]:
    """Give an array as the format holds it, and the attributes by which xarray reads it back."""
    if array.dtype.kind == "U":
        text = np.char.encode(array, "utf-8")
        # one more dimension, of single bytes
        return text.view("S1").reshape(*text.shape, text.dtype.itemsize), {"_Encoding": "utf-8"}
    if array.dtype.kind == "b":
        return array.astype(np.int8), {"dtype": "bool"}
    if array.dtype.kind == "i":
        return array.astype(np.int32), {}
    return array, {"_FillValue": np.nan}
