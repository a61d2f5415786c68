"""Sampled paths as labelled data, and as files that give them back bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame.errors import InvalidGame, invalid

if TYPE_CHECKING:
    import xarray

    from armsgame.simulation.runs.trajectories import Trajectories

__all__ = ["dataset", "load_trajectories", "save"]

_FORMAT = 1
_HEADER = "armsgame_trajectories"
# name in the file and axes of the fields that a reader looks for; others keep their own names
_SHOWN: dict[str, tuple[str, tuple[str, ...]]] = {
    "first": ("first_period", ("path", "event")),
    "last": ("last_period", ("path", "event")),
    "payoffs": ("payoff", ("path", "party")),
    "states": ("state", ("path", "period")),
    "profiles": ("profile", ("path", "period")),
    "occupancy": ("occupancy", ("period", "status")),
}
# one variable of a netCDF-3 file has at most 2**32 - 4 bytes
_LARGEST = 2**32 - 4


def dataset(run: Trajectories) -> xarray.Dataset:
    """Labelled dataset of every array of a run that is not empty.

    The first period of an event that never happens is NaN, and its ``observed`` False.
    """
    import xarray as xr

    data = {}
    for name, array in _arrays(run).items():
        shown, axes = _SHOWN.get(name, (name, tuple(f"{name}_axis_{k}" for k in range(array.ndim))))
        if array.size and name == "first":
            happens = array < run.periods
            data[shown], data["observed"] = (axes, np.where(happens, array, np.nan)), (axes, happens)
        elif array.size:
            data[shown] = (axes, array)
    coords = {"event": list(run.first), "party": list(run.players), "state_label": list(run.state_labels)}
    if "occupancy" in data:
        coords["status"] = coords["state_label"]
    # a seed may have more bits than a file format holds
    attrs = {k: (v if isinstance(v, float) else str(v)) for k, v in run.provenance.items()}
    return xr.Dataset(data, coords, attrs)


def save(run: Trajectories, path: str | PathLike[str], parameters: Mapping[str, Any] | None = None) -> Path:
    """Write a run to a file; documented at `Trajectories.save`."""
    import xarray as xr

    place, kind = _kind(path)
    provenance = dict(run.provenance) | ({} if parameters is None else {"parameters": dict(parameters)})
    arrays = _arrays(run)
    header = {
        "format": _FORMAT,
        "provenance": provenance,
        "players": run.players,
        "periods": run.periods,
        "state_labels": run.state_labels,
        "events": list(run.first),
        "arrays": {n: [str(a.dtype), list(a.shape)] for n, a in arrays.items()},
        "sha256": _digest(arrays),
    }
    try:
        text = json.dumps(header, default=_plain, allow_nan=True)
    except TypeError as fault:
        raise InvalidGame(
            f"parameters cannot be written: {fault}. Allowed: numbers, words, lists and mappings."
        ) from fault
    shown = dataset(run)
    packed = {n: v.copy(data=_narrow(str(n), v.values)) for n, v in shown.data_vars.items()}
    out = xr.Dataset(packed, shown.coords, {**shown.attrs, _HEADER: text})
    if kind == "zarr":
        # format 2: labels have no place in the specification of format 3
        out.to_zarr(place, mode="w", consolidated=False, zarr_format=2)
    else:
        out.to_netcdf(place, engine="scipy", format="NETCDF3_64BIT")
    return place


def load_trajectories(path: str | PathLike[str]) -> Trajectories:
    """Read sampled paths that `Trajectories.save` wrote.

    Parameters
    ----------
    path : str or path
        Ends in ``.nc`` (netCDF) or ``.zarr``.

    Returns
    -------
    Trajectories
        Every array bit for bit as saved; the provenance with the parameters that were given to `save`.

    Raises
    ------
    InvalidGame
        No such file; not written by `save`; another format; damaged: the message names what is wrong.
    ImportError
        A ``.zarr`` store, and zarr is not installed.

    Examples
    --------
    >>> import tempfile, armsgame as ag
    >>> game, leave = ag.Treaty().game(), (ag.treaty.exit_on_alarm,) * 2
    >>> run = ag.simulate(game, leave, discount=0.95, periods=20, paths=100, rng=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     again = ag.formats.load_trajectories(run.save(folder + "/run.nc"))
    >>> bool((again.payoffs == run.payoffs).all()), again.provenance["seed"]
    (True, 1)
    """
    import xarray as xr

    place, kind = _kind(path)
    if not place.exists():
        raise InvalidGame(f"there is no file {str(place)!r}. Save a run there first: run.save({str(place)!r}).")
    try:
        if kind == "zarr":
            with xr.open_zarr(place, chunks=None, consolidated=False) as opened:
                found = opened.load()
        else:
            # from memory: the reader would else keep the file open behind the arrays
            with place.open("rb") as file, xr.open_dataset(file, engine="scipy") as opened:
                found = opened.load()
    except Exception as fault:
        raise InvalidGame(
            f"{str(place)!r} cannot be read as {kind}: {fault or type(fault).__name__}. "
            "It is damaged, cut short or of another kind."
        ) from fault
    if _HEADER not in found.attrs:
        raise InvalidGame(f"{str(place)!r} was not written by Trajectories.save: it has no attribute {_HEADER!r}.")
    try:
        header = json.loads(found.attrs[_HEADER])
    except ValueError as fault:
        raise InvalidGame(f"{str(place)!r} is damaged: its attribute {_HEADER!r} is no JSON ({fault}).") from fault
    if header.get("format") != _FORMAT:
        raise InvalidGame(
            f"{str(place)!r} has format {header.get('format')!r}; allowed: {_FORMAT}. "
            "Read it with the version of armsgame in its provenance."
        )
    try:
        return _rebuild(header, found, str(place))
    except (KeyError, TypeError, AttributeError) as fault:
        raise InvalidGame(f"{str(place)!r} is damaged: its header lacks or misstates {fault}.") from fault


def _rebuild(header: dict[str, Any], found: Any, place: str) -> Trajectories:
    arrays = {}
    for name, (kind, shape) in header["arrays"].items():
        shown = _SHOWN.get(name, (name, ()))[0]
        if not np.prod(shape):
            arrays[name] = np.empty(shape, kind)
            continue
        if shown not in found:
            raise InvalidGame(f"{place!r} is damaged: the variable {shown!r} is missing.")
        array = found[shown].values
        if list(array.shape) != shape:
            raise InvalidGame(f"{place!r} is damaged: {shown!r} has shape {array.shape}; its header says {shape}.")
        if name == "first":
            # missing: never; files of earlier versions hold the horizon itself
            array = np.where(np.isnan(array.astype(float)), header["periods"], array)
        arrays[name] = np.ascontiguousarray(array.astype(kind))
    if _digest(arrays) != header["sha256"]:
        raise InvalidGame(f"{place!r} is damaged or was changed: its arrays do not give the checksum of its header.")
    values: dict[str, Any] = {
        "players": tuple(header["players"]),
        "periods": int(header["periods"]),
        "state_labels": tuple(header["state_labels"]),
        "provenance": header["provenance"],
    }
    for name, array in arrays.items():
        by_event = name in ("first", "last")
        values[name] = {e: array[:, k] for k, e in enumerate(header["events"])} if by_event else array
    # bound late: trajectories save themselves through this module
    trajectories: Any = import_module("armsgame.simulation.runs.trajectories").Trajectories
    built: Trajectories = trajectories(**values)
    return built


def _arrays(run: Trajectories) -> dict[str, Any]:
    """Every field that is an array, and the mappings by event as one array [N, events]."""
    found: dict[str, Any] = {}
    for field in fields(run):
        value = getattr(run, field.name)
        if field.name in ("first", "last"):
            columns = [np.asarray(v) for v in value.values()]
            found[field.name] = np.stack(columns, axis=1) if columns else np.empty((run.paths, 0))
        elif isinstance(value, np.ndarray):
            found[field.name] = value
    return found


def _digest(arrays: Mapping[str, Any]) -> str:
    total = sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        # the byte order of the machine must not matter
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        total.update(f"{name} {little.dtype.str} {little.shape}".encode())
        total.update(little.tobytes())
    return total.hexdigest()


def _narrow(name: str, array: Any) -> Any:
    """Cast whole numbers to a type that netCDF-3 has; the header keeps the own type."""
    if array.dtype.kind in "iu" and array.dtype not in (np.int8, np.int16, np.int32):
        array = array.astype(np.int32) if array.size and abs(array).max() < 2**31 else array.astype(float)
    elif array.dtype == bool:
        array = array.astype(np.int8)
    if array.nbytes > _LARGEST:
        raise InvalidGame(f"{name} has {array.nbytes:.3g} bytes (limit {_LARGEST:.3g} in netCDF). Save fewer paths.")
    return array


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} is a {type(value).__name__}")


def _kind(path: str | PathLike[str]) -> tuple[Path, str]:
    place = Path(path)
    if place.suffix not in (".nc", ".zarr"):
        invalid("path", str(path), "a name that ends in .nc (netCDF) or .zarr")
    if place.suffix == ".zarr" and find_spec("zarr") is None:
        raise ImportError("a .zarr store needs zarr, which is not installed: pip install zarr, or save to a .nc file.")
    return place, "zarr" if place.suffix == ".zarr" else "netCDF"
