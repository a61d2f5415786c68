"""Sampled paths as labelled data, and as files that give them back bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._files import replacing
from armsgame.errors import InvalidGame, invalid
from armsgame.simulation.survival.run import Paths

if TYPE_CHECKING:
    import xarray


FORMAT = 2
HEADER = "armsgame_trajectories"
# name in the file and axes of the fields that a reader looks for; others keep their own names
SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "first": ("first_period", ("path", "event")),
    "last": ("last_period", ("path", "event")),
    "payoffs": ("payoff", ("path", "party")),
    "states": ("state", ("path", "period")),
    "profiles": ("profile", ("path", "period")),
    "occupancy": ("occupancy", ("period", "status")),
    "types": ("type", ("path", "party")),
}
# one variable of a netCDF-3 file has at most 2**32 - 4 bytes
_LARGEST = 2**32 - 4


def dataset(run: Paths) -> xarray.Dataset:
    """Labelled dataset: first occurrence and last state per event, payoffs, and paths where kept."""
    import xarray as xr

    data = {}
    for name, array in _arrays(run).items():
        shown, axes = SHOWN.get(name, (name, tuple(f"{name}_axis_{k}" for k in range(array.ndim))))
        if array.size and name == "first":
            happens = array < run.periods
            data[shown], data["observed"] = (axes, np.where(happens, array, np.nan)), (axes, happens)
        elif array.size:
            data[shown] = (axes, array)
    coords = {"event": list(run.first), "party": list(run.players), "state_label": list(run.state_labels)}
    if "occupancy" in data:
        coords["status"] = coords["state_label"]
    # a seed may have more bits than a file format holds
    attrs: dict[str, Any] = {k: (v if isinstance(v, float) else str(v)) for k, v in run.provenance.items()}
    attrs |= {f"types of {p}": ", ".join(own) for p, own in zip(run.players, run.type_labels, strict=False)}
    return xr.Dataset(data, coords, attrs)


def save(run: Paths, path: str | PathLike[str], *, parameters: Mapping[str, object] | None = None) -> Path:
    """Write the paths to a file that `load_trajectories` reads back bit for bit.

    Parameters
    ----------
    path : str or path
        Ends in ``.nc`` (netCDF-3, nothing else is needed) or ``.zarr`` (needs zarr).
    parameters : mapping, optional
        Parameters of the model, kept in the provenance beside seed, version, kernel, discount
        factor and horizon: numbers, words, lists and mappings.

    Returns
    -------
    Path

    Raises
    ------
    InvalidGame
        Another ending, parameters that cannot be written, or arrays too large for the format.
    """
    import xarray as xr

    place, kind = kind_of(path)
    provenance = dict(run.provenance) | ({} if parameters is None else {"parameters": dict(parameters)})
    arrays = _arrays(run)
    header = {
        "format": FORMAT,
        "provenance": provenance,
        "players": run.players,
        "periods": run.periods,
        "state_labels": run.state_labels,
        "type_labels": run.type_labels,
        "events": list(run.first),
        "arrays": {n: [str(a.dtype), list(a.shape)] for n, a in arrays.items()},
    }
    try:
        header["sha256"] = digest(json.dumps(header, default=_plain, sort_keys=True), arrays)
        text = json.dumps(header, default=_plain, allow_nan=True)
    except TypeError as fault:
        raise InvalidGame(
            f"parameters cannot be written: {fault}. Allowed: numbers, words, lists and mappings."
        ) from fault
    shown = dataset(run)
    packed = {n: v.copy(data=_narrow(str(n), v.values)) for n, v in shown.data_vars.items()}
    out = xr.Dataset(packed, shown.coords, {**shown.attrs, HEADER: text})
    with replacing(place) as part:
        if kind == "zarr":
            # format 2: labels have no place in the specification of format 3
            out.to_zarr(part, mode="w", consolidated=False, zarr_format=2)
        else:
            out.to_netcdf(part, engine="scipy", format="NETCDF3_64BIT")
    return place


def _arrays(run: Paths) -> dict[str, np.ndarray]:
    """Every field that is an array, and the mappings by event as one array [N, events]."""
    found = {}
    for field in fields(run):
        value = getattr(run, field.name)
        if field.name in ("first", "last"):
            columns = [np.asarray(v) for v in value.values()]
            found[field.name] = np.stack(columns, axis=1) if columns else np.empty((run.paths, 0))
        elif isinstance(value, np.ndarray):
            found[field.name] = value
    return found


def digest(header: str, arrays: Mapping[str, object]) -> str:
    """Checksum of a header and of named arrays: their types, shapes and bytes."""
    total = sha256(header.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        # the byte order of the machine must not matter
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        total.update(f"{name} {little.dtype.str} {little.shape}".encode())
        total.update(little.tobytes())
    return total.hexdigest()


def _narrow(name: str, array: np.ndarray) -> np.ndarray:
    """Cast whole numbers to a type that netCDF-3 has; the header keeps the own type."""
    if array.dtype.kind in "iu" and array.dtype not in (np.int8, np.int16, np.int32):
        array = array.astype(np.int32) if array.size and abs(array).max() < 2**31 else array.astype(float)
    elif array.dtype == bool:
        array = array.astype(np.int8)
    if array.nbytes > _LARGEST:
        raise InvalidGame(f"{name} has {array.nbytes:.3g} bytes (limit {_LARGEST:.3g} in netCDF). Save fewer paths.")
    return array


def _plain(value: object) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} is a {type(value).__name__}")


def kind_of(path: str | PathLike[str]) -> tuple[Path, str]:
    """Return the place of a file and what its ending says, ``"zarr"`` or ``"netCDF"``."""
    place = Path(path)
    if place.suffix not in (".nc", ".zarr"):
        invalid("path", str(path), "a name that ends in .nc (netCDF) or .zarr")
    if place.suffix == ".zarr" and find_spec("zarr") is None:
        raise ImportError("a .zarr store needs zarr, which is not installed: pip install zarr, or save to a .nc file.")
    return place, "zarr" if place.suffix == ".zarr" else "netCDF"
