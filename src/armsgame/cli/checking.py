"""``armsgame check FILE``: what a file is, by its content, and whether it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from armsgame.errors import ArmsgameError, ScenarioError

__all__ = ["check"]

_NETCDF, _CHECKPOINT = b"CDF", b"armsgame checkpoint"


def check(files: Sequence[str]) -> int:
    """Print one line or more for each file; return the largest exit code (0: sound, 1: at fault, 2: unreadable)."""
    return max(_check(name) for name in files)


def _check(name: str) -> int:
    path = Path(name)
    try:
        if path.is_dir():
            store = (path / "zarr.json").exists()
            return _tell(name, *(_store(path) if store else _trajectories(path)))
        with path.open("rb") as file:
            head = file.read(64)
        if head.startswith(_NETCDF):
            return _tell(name, *_trajectories(path))
        if head.startswith(_CHECKPOINT):
            return _tell(name, *_checkpoint(path))
        if path.suffix == ".toml":
            return _tell(name, *_dossier(path))
    except ScenarioError as fault:
        return _tell(name, 1, f"a dossier with faults: {fault}")
    except ArmsgameError as fault:
        return _tell(name, 1, f"refused: {fault}")
    except OSError as fault:
        return _tell(name, 2, f"it cannot be read ({fault.strerror}). Check the path.")
    from armsgame.proofs.check import main

    return main([name])


def _tell(name: str, code: int, text: str) -> int:
    print(f"{name}: {text}")
    return code


def _store(path: Path) -> tuple[int, str]:
    from armsgame.study.sweeps.store import Store

    good, damaged, left = Store.checked(path)
    told = f"a store of a sweep: {good} of {good + damaged + left} blocks are whole, {left} are still to do"
    if damaged:
        return 1, f"{told}, {damaged} are damaged. The same sweep computes these again."
    return 0, f"{told}." if left else f"a store of a sweep: all {good} blocks are whole."


def _trajectories(path: Path) -> tuple[int, str]:
    from armsgame.simulation.runs.loading import load_trajectories

    run = load_trajectories(path)
    return 0, f"trajectories: {run.paths:,} paths of {run.periods:,} periods; the checksum holds."


def _checkpoint(path: Path) -> tuple[int, str]:
    from armsgame.simulation.paths.checkpoint import read_arrays

    read_arrays(path)
    return 0, "a checkpoint of a run: the checksum holds. The same call of simulate goes on from it."


def _dossier(path: Path) -> tuple[int, str]:
    from armsgame.cli.own import SOUND, validate

    told = validate(str(path))
    return (0 if SOUND in told.splitlines() else 1), told
