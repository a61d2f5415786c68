"""Jobs of paths played and gathered, with checkpoints on the way."""

from __future__ import annotations

import hashlib
import time
import warnings
from pathlib import Path

import numpy as np

from armsgame._deadline import TimeSpent, ask_time
from armsgame._provenance import Provenance
from armsgame._typing import FloatArray, IntArray
from armsgame.simulation.paths.checkpoint import read_checkpoint, write_checkpoint
from armsgame.simulation.paths.program import digest_of
from armsgame.simulation.paths.workers import Job, Part, resume, units
from armsgame.simulation.runs.trajectories import Trajectories

# seconds between two checkpoints
EVERY = 10.0


def weights_of(discount: float, periods: int) -> FloatArray:
    """Weights (1 - discount) discount**t of the periods."""
    return (1 - discount) * np.cumprod(np.concatenate([[1.0], np.full(periods - 1, discount)]))


def play(
    job: Job, provenance: Provenance, *, progress: bool = False, file: Path | None = None, source: object = None
) -> Trajectories:
    """Play a job and gather its paths."""
    players, periods, states, events = job.shape
    count = job.paths
    kept = job.kept()
    arrays: dict[str, np.ndarray] = {
        "seen": np.empty(count, np.uint64),
        "last": np.empty(count, np.uint64),
        "when": np.empty((count, events), np.int32),
        "gains": np.empty((count, players)),
    }
    packed = {"states": kept[0], "profiles": kept[1]}
    occupancy = np.zeros((periods, states if states > 1 else 0), np.int64)
    code = None if file is None else job_hash(job)
    done = 0
    old = None if file is None or code is None else read_checkpoint(file, code)
    # a unit begins where lanes do
    if old is not None and (len(old["last"]) == count or (len(old["last"]) < count and len(old["last"]) % 64 == 0)):
        done = len(old["last"])
        for name, array in (arrays | packed).items():
            array[:done] = old[name]
        occupancy += old["occupancy"]
    before = done

    def write() -> None:
        if file is not None and code is not None and done > before:
            held = {name: array[:done] for name, array in (arrays | packed).items()}
            write_checkpoint(file, code, held | {"occupancy": occupancy})

    def place(part: Part) -> Part:
        for name, array in arrays.items():
            array[before + part.begin : before + part.end] = getattr(part, name)
        return part

    saved = time.monotonic()
    stopped: BaseException | None = None
    try:
        if done < count:
            for part in units(resume(job, done), progress, place, [words[done:] for words in kept]):
                occupancy += part.occupancy
                done = before + part.end
                if time.monotonic() - saved > EVERY:
                    write()
                    saved = time.monotonic()
    except (KeyboardInterrupt, TimeSpent) as fault:
        stopped = fault
        if not done:
            raise
    write()
    if stopped is not None:
        provenance = provenance.plus(asked=count)
        arrays = {name: array[:done] for name, array in arrays.items()}
    if not occupancy.shape[1]:
        occupancy = np.full((periods, 1), done)
    found = _gathered(job, arrays, job.unpacked(kept[0]), job.unpacked(kept[1]), occupancy, provenance, source)
    if stopped is not None:
        told(stopped, done, count, found)
    return found


def _gathered(
    job: Job, arrays: dict[str, np.ndarray], states: IntArray, profiles: IntArray, occupancy: IntArray,
    provenance: Provenance, source: object,
) -> Trajectories:  # fmt: skip
    """Paths from the arrays that the kernels filled."""
    dyn, count = job.programs[0].segments[0].play.dynamics, len(arrays["gains"])
    last = arrays["last"]
    return Trajectories(
        players=dyn.players, periods=len(job.weights),
        first={name: arrays["when"][:, e] for e, name in enumerate(dyn.events)}, payoffs=arrays["gains"],
        last={n: ((last >> np.uint64(e)) & np.uint64(1)).astype(bool) for e, n in enumerate(dyn.events)},
        states=states[:count], profiles=profiles[:count], state_labels=dyn.states, provenance=provenance,
        occupancy=occupancy, source=source,
    )  # fmt: skip


def told(stopped: BaseException, done: int, count: int, found: object) -> None:
    """Warn that a run was interrupted; raise `NotSolved` with what there is where its time is over."""
    if isinstance(stopped, TimeSpent):
        ask_time(f"{done:,} of {count:,} paths; .result holds them", found)
    warnings.warn(f"interrupted: the first {done:,} of {count:,} paths are complete and returned.", stacklevel=5)


def job_hash(job: Job) -> str:
    """Fingerprint of a job, by which a checkpoint knows its own."""
    fixed = (job.offset, job.keep, job.block, int(job.key), np.asarray(job.first).tolist())
    code = hashlib.sha256(repr(fixed).encode() + job.weights.tobytes())
    for program in job.programs:
        code.update(digest_of(program).encode())
    if job.group is not None:  # with drawn games a checkpoint serves runs of its own number of paths alone
        code.update(job.group.tobytes())
    return code.hexdigest()
