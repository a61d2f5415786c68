"""Sampled paths read back from their files, bit for bit."""

from __future__ import annotations

import json
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._files import settled
from armsgame._provenance import Provenance
from armsgame.errors import InvalidGame
from armsgame.simulation.runs.files import FORMAT, HEADER, SHOWN, digest, kind_of
from armsgame.simulation.runs.trajectories import Trajectories

if TYPE_CHECKING:
    import xarray


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

    place, kind = kind_of(path)
    settled(place)
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
            f"{str(place)!r} cannot be read as {kind}: {str(fault) or type(fault).__name__}. "
            "It is damaged, cut short or of another kind."
        ) from fault
    if HEADER not in found.attrs:
        raise InvalidGame(f"{str(place)!r} was not written by Trajectories.save: it has no attribute {HEADER!r}.")
    try:
        header = json.loads(found.attrs[HEADER])
    except ValueError as fault:
        raise InvalidGame(f"{str(place)!r} is damaged: its attribute {HEADER!r} is no JSON ({fault}).") from fault
    if header.get("format") != FORMAT:
        raise InvalidGame(
            f"{str(place)!r} has format {header.get('format')!r}; allowed: {FORMAT}. "
            "Read it with the version of armsgame in its provenance."
        )
    try:
        # a damaged number may be none of the type it is cast to; the checksum refuses it
        with np.errstate(invalid="ignore", over="ignore"):
            return _rebuild(header, found, str(place))
    except (KeyError, TypeError, AttributeError) as fault:
        raise InvalidGame(f"{str(place)!r} is damaged: its header lacks or misstates {fault}.") from fault


def _rebuild(header: dict[str, Any], found: xarray.Dataset, place: str) -> Trajectories:
    arrays = {}
    for name, (kind, shape) in header["arrays"].items():
        shown = SHOWN.get(name, (name, ()))[0]
        if not np.prod(shape):
            arrays[name] = np.empty(shape, kind)
            continue
        if shown not in found:
            raise InvalidGame(f"{place!r} is damaged: the variable {shown!r} is missing.")
        array = found[shown].values
        if list(array.shape) != shape:
            raise InvalidGame(f"{place!r} is damaged: {shown!r} has shape {array.shape}; its header says {shape}.")
        if name == "first":
            # missing: never
            array = np.where(np.isnan(array.astype(float)), header["periods"], array)
        arrays[name] = np.ascontiguousarray(array.astype(kind))
    told = {name: value for name, value in header.items() if name != "sha256"}
    if digest(json.dumps(told, sort_keys=True), arrays) != header["sha256"]:
        raise InvalidGame(
            f"{place!r} is damaged or was changed: its header and arrays do not give the checksum in its header."
        )
    values: dict[str, Any] = {
        "players": tuple(header["players"]),
        "periods": int(header["periods"]),
        "state_labels": tuple(header["state_labels"]),
        "type_labels": tuple(map(tuple, header.get("type_labels", ()))),
        "provenance": Provenance.read(header["provenance"]),
    }
    for name, array in arrays.items():
        by_event = name in ("first", "last")
        values[name] = {e: array[:, k] for k, e in enumerate(header["events"])} if by_event else array
    return Trajectories(**values)
