"""One way to write files: whole or not at all, with the earlier one kept until the new one is on disk.

What is written goes to a part beside its place (a hidden name with the process in it), is flushed to disk and then
takes the place in one step. Parts that killed processes left behind are removed by the next writer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copymode, rmtree
from typing import TYPE_CHECKING
from uuid import uuid4

from armsgame.errors import ArmsgameError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["NotWritten", "locked", "replacing", "settled", "write_text"]

_PART, _OLD = "part", "old"
# what lies at the top of a store that the library wrote
_STORES = ("zarr.json", ".zgroup", ".zmetadata")


class NotWritten(ArmsgameError, OSError):
    """A path that cannot be written; what was there stands as it was."""


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a path to write a file or folder to, which takes the place of `path` when the block ends without a fault.

    Parameters
    ----------
    path : path of a file or folder in a folder that exists; a link is followed, permissions are kept

    Raises
    ------
    NotWritten
        The operating system refused, or a folder that is no store of the library would be lost; the earlier file
        stands as it was, and the part is gone.
    """
    if not os.fspath(path):
        raise NotWritten("path is ''; allowed: the name of a file.")
    try:
        place = settled(path)
        with _replacing(place) as part:
            yield part
    except NotWritten:
        raise
    except OSError as fault:
        raise NotWritten(f"path {os.fspath(path)!r} cannot be written ({fault}); allowed: another path.") from fault


@contextmanager
def _replacing(place: Path) -> Iterator[Path]:
    part = _beside(place, _PART)
    try:
        yield part
        if place.is_dir() and not (part.is_dir() and _replaceable(place)):
            raise NotWritten(f"path {str(place)!r} is a folder; allowed: the name of a file. It was not touched.")
        _flush(part)
        if place.exists():
            copymode(place, part)
        if place.is_dir() and not place.is_symlink():
            old = _beside(place, _OLD)
            place.rename(old)
            part.rename(place)
            _remove(old)
        else:
            os.replace(part, place)
        _flush_entry(place.parent)
    finally:
        _remove(part)


def _replaceable(folder: Path) -> bool:
    """Whether a folder is empty or a store, so that a new store may take its place."""
    return any((folder / name).exists() for name in _STORES) or not any(folder.iterdir())


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write text as UTF-8, whole or not at all."""
    with replacing(path) as part:
        part.write_bytes(text.encode("utf-8"))


def settled(path: str | os.PathLike[str]) -> Path:
    """Return the place itself, after what killed writers left beside it is put right.

    A folder that was moved aside, and not yet followed by the new one, is moved back; parts are removed.
    """
    place = Path(os.path.realpath(path))
    for left in sorted(place.parent.glob(f".{_escaped(place.name)}.*")) if place.parent.is_dir() else ():
        owner, _, kind = left.name.removeprefix(f".{place.name}.").partition(".")
        if not owner.isdigit() or _alive(int(owner)):
            continue
        kind = kind.partition(".")[2].partition(".")[0]
        if kind == _OLD and not place.exists():
            left.rename(place)
        elif kind in (_OLD, _PART):
            _remove(left)
    return place


def locked(path: str | os.PathLike[str]) -> AbstractContextManager[object]:
    """Keep other processes out of `path` inside the block.

    Raises
    ------
    ArmsgameError
        Another process holds it.
    """
    from filelock import FileLock, Timeout  # for shared stores only

    place = Path(path)
    lock = FileLock(place.with_name(f".{place.name}.lock"), timeout=0)
    try:
        return lock.acquire()
    except Timeout:
        raise ArmsgameError(
            f"{str(place)!r} is being written by another process. Wait for its end, or choose another place."
        ) from None


def _beside(place: Path, kind: str) -> Path:
    # the suffix stays: writers choose the format by it
    return place.with_name(f".{place.name}.{os.getpid()}.{uuid4().hex[:8]}.{kind}{place.suffix}")


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    if os.name != "posix":
        # no harmless way to ask: what is left stays
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _flush(part: Path) -> None:
    for one in [p for p in part.rglob("*") if p.is_file()] if part.is_dir() else [part]:
        with one.open("rb+") as file:
            os.fsync(file.fileno())


def _flush_entry(folder: Path) -> None:
    # folders cannot be opened everywhere
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
