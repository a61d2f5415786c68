"""A study on disk: blocks in a zarr folder, each with a checksum, so that a killed run can go on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

import numpy as np

from armsgame._files import locked, replacing, settled, write_text
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, invalid
from armsgame.study.sweeps.designs import Design
from armsgame.study.sweeps.labelled import labelled

if TYPE_CHECKING:
    import xarray

__all__ = ["Store"]

_FORMAT = "armsgame sweep 2"
_OPEN = -1
Notes: TypeAlias = Mapping[str, object]


@dataclass(slots=True)
class Store:
    """Blocks of one study.

    Attributes
    ----------
    path : Path
    block : int, points per block, as the store was made
    units : mapping from output to unit
    notes : mapping, provenance
    sums : int array [B], checksum of each block, -1 where it is still to do
    recomputed : int, blocks found damaged when the store was opened
    """

    path: Path
    block: int
    units: Mapping[str, str]
    notes: Notes
    sums: IntArray
    recomputed: int = 0

    @classmethod
    def open(
        cls, path: str | PathLike[str], design: Design, units: Mapping[str, str], block: int, notes: Notes
    ) -> Store:
        """Open a store or make one.

        Raises
        ------
        InvalidGame
            The folder holds something else, another study, or cannot be written.
        """
        if find_spec("zarr") is None:
            raise InvalidGame(
                "store= needs the package zarr; allowed: pip install armsgame[study]. Or leave store= out."
            )
        where = settled(path)
        if where.exists() and (not where.is_dir() or any(where.iterdir())):
            return cls._existing(where, design, units, notes)
        store = cls(where, block, units, notes, np.full(-(-design.size // block), _OPEN, np.int64))
        store._create(design)
        return store

    @staticmethod
    def held(path: str | PathLike[str]) -> AbstractContextManager[object]:
        """Keep other processes out of a store; InvalidGame where one is at work in it."""
        where = Path(path)
        if not where.name:
            invalid("store", str(path), "the name of a folder")
        try:
            where.parent.mkdir(parents=True, exist_ok=True)
            return locked(where)
        except OSError as fault:
            raise _unwritable(where, fault, 0, 0) from fault

    @classmethod
    def checked(cls, path: Path) -> tuple[int, int, int]:
        """Count the blocks that are whole, damaged and still to do; nothing is written.

        Raises
        ------
        InvalidGame
            The folder cannot be read, or holds no sweep.
        """
        found = _read(path)
        if found.attrs.get("format") != _FORMAT:
            raise InvalidGame(f"store {path} is no sweep of armsgame; allowed: a folder that sweep made.")
        names = [str(n) for n in found.data_vars if n != "checksum" and not str(n).startswith("parameter ")]
        block = int(found.attrs["block"])
        store = cls(path, block, dict.fromkeys(names, ""), {}, np.full(found.sizes["block"], _OPEN, np.int64))
        damaged = store._accept(found.sizes["point"])
        whole = int((store.sums != _OPEN).sum())
        return whole, damaged, len(store.sums) - whole - damaged

    def told(self) -> str:
        """Say how much of the study lies in the store, and how to go on."""
        done = int((self.sums != _OPEN).sum())
        return f"{done} of {len(self.sums)} blocks lie in {self.path}; run the same call again to go on with it"

    def _create(self, design: Design) -> None:
        import xarray as xr

        size, count = design.size, len(self.sums)
        data: dict[str, object] = {n: (("point",), np.full(size, np.nan), {"units": u}) for n, u in self.units.items()}
        data["checksum"] = (("block",), self.sums)
        data |= {f"parameter {n}": (("point",), v) for n, v in design.points.items()}
        attrs = {"format": _FORMAT, "block": self.block, "study": json.dumps(dict(self.notes), sort_keys=True)}
        chunks = {n: {"chunks": (self.block,)} for n in data if n != "checksum"} | {"checksum": {"chunks": (1,)}}
        try:
            # what is not written yet stays NaN and open: only the frame is stored here
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as part:
                frame = xr.Dataset(data, attrs=attrs)
                frame.to_zarr(part, mode="w", encoding=chunks, consolidated=False, zarr_format=3)
                self._faults.unlink(missing_ok=True)
        except OSError as fault:
            raise _unwritable(self.path, fault, 0, count) from fault

    @classmethod
    def _existing(cls, where: Path, design: Design, units: Mapping[str, str], notes: Notes) -> Store:
        found = _read(where)
        if found.attrs.get("format") != _FORMAT:
            raise InvalidGame(f"store {where} is no sweep of armsgame; allowed: a new folder, or one that sweep made.")
        was, now = json.loads(found.attrs["study"]), json.loads(json.dumps(dict(notes), sort_keys=True))
        other = [k for k in sorted({*was, *now}) if repr(was.get(k)) != repr(now.get(k))]
        if other:
            told = "; ".join(f"{k} was {_short(was.get(k))}, is {_short(now.get(k))}" for k in other[:3])
            raise InvalidGame(
                f"store {where} holds another study ({told}); allowed: the same study, to go on with it. Choose "
                "another folder."
            )
        store = cls(where, int(found.attrs["block"]), units, notes, np.full(found.sizes["block"], _OPEN, np.int64))
        store._trust(design)
        return store

    def _trust(self, design: Design) -> None:
        """Accept the blocks whose checksum fits what is on disk, and forget the faults of the others."""
        self.recomputed = self._accept(design.size)
        self._drop_errors()

    def _accept(self, size: int) -> int:
        """Take over the checksums that fit what is on disk; returns how many do not."""
        told: dict[int, dict[int, str]] = {}
        for k, place, text in _lines(self._faults):
            told.setdefault(k, {})[place] = text
        damaged = 0
        for k in range(len(self.sums)):
            start, stop = self._range(k, size)
            try:
                with _read(self.path) as found:
                    kept = int(found["checksum"][k])
                    if kept == _OPEN:
                        continue
                    values = {n: found[n][start:stop].values for n in self.units}
                if _sum(k, values, told.get(k, {})) == kept:
                    self.sums[k] = kept
                    continue
            except (OSError, ValueError, RuntimeError, KeyError):
                pass
            damaged += 1
        return damaged

    @property
    def _faults(self) -> Path:
        """Faults by point, beside the folder: zarr takes every file in it for data."""
        return self.path.with_name(self.path.name + ".errors.jsonl")

    def _range(self, k: int, size: int) -> tuple[int, int]:
        return k * self.block, min(size, (k + 1) * self.block)

    def missing(self) -> list[int]:
        """Blocks still to compute."""
        return [int(k) for k in np.flatnonzero(self.sums == _OPEN)]

    def write(self, k: int, values: Mapping[str, FloatArray], faults: Mapping[int, str]) -> None:
        """Write a finished block: faults and values first, its checksum last.

        Raises
        ------
        InvalidGame
            The disk is full or read-only; what was written before stays.
        """
        import xarray as xr

        start = k * self.block
        stop = start + len(next(iter(values.values())))
        try:
            if faults:
                with (self._faults).open("a", encoding="utf-8") as file:
                    for n, text in faults.items():
                        file.write(json.dumps([k, start + n, text]) + "\n")
            block = xr.Dataset({n: (("point",), v) for n, v in values.items()})
            block.to_zarr(self.path, region={"point": slice(start, stop)}, consolidated=False)
            total = _sum(k, values, {start + n: text for n, text in faults.items()})
            mark = xr.Dataset({"checksum": (("block",), np.array([total], np.int64))})
            mark.to_zarr(self.path, region={"block": slice(k, k + 1)}, consolidated=False)
        except OSError as fault:
            raise _unwritable(self.path, fault, int((self.sums != _OPEN).sum()), len(self.sums)) from fault
        self.sums[k] = total

    def _drop_errors(self) -> None:
        """Forget recorded faults of blocks that will be computed again."""
        if self._faults.exists():
            kept = [line for line in _lines(self._faults) if self.sums[line[0]] != _OPEN]
            write_text(self._faults, "".join(json.dumps(line) + "\n" for line in kept))

    def dataset(self, design: Design) -> xarray.Dataset:
        """Labelled result, read from disk."""
        with _read(self.path) as found:
            outputs = {n: found[n].values for n in self.units}
        errors = {place: text for _, place, text in _lines(self._faults)}
        notes = {**self.notes, "store": str(self.path), "recomputed_blocks": self.recomputed}
        return labelled(design, outputs, errors, self.units, notes)


def _read(path: Path) -> xarray.Dataset:
    import xarray as xr

    try:
        found: xarray.Dataset = xr.open_zarr(path, consolidated=False, chunks=None)
    except (OSError, ValueError, RuntimeError, KeyError) as fault:
        raise InvalidGame(
            f"store {path} cannot be read ({fault}); allowed: a new folder, or one that sweep made."
        ) from fault
    return found


def _sum(k: int, values: Mapping[str, FloatArray], faults: Mapping[int, str]) -> int:
    """Checksum of a block: its place, the faults of its points and its numbers."""
    total = crc32(json.dumps([k, sorted(faults.items())]).encode())
    for name in sorted(values):
        total = crc32(np.ascontiguousarray(values[name], dtype=np.float64).tobytes(), crc32(name.encode(), total))
    return total


def _lines(path: Path) -> Iterator[tuple[int, int, str]]:
    for text in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        # a line that a kill cut off is left out; its block has no checksum
        with suppress(ValueError):
            block, place, fault = json.loads(text)
            yield block, place, fault


def _short(value: object) -> str:
    return f"{value!r}" if len(repr(value)) <= 60 else f"{value!r:.57}..."


def _unwritable(path: Path, fault: OSError, done: int, total: int) -> InvalidGame:
    return InvalidGame(
        f"store {path} cannot be written ({fault}); {done} of {total} blocks are kept. Free space or choose another "
        "folder, then run the same call again."
    )
