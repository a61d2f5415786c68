"""Kill writers at random moments, and change saved files at random places: nothing damaged may be read.

``python benchmarks/files.py --kills 100 --changes 2500 --seed 1`` kills each writer and changes each kind of file
that carries a digest so often. A kill may leave the earlier content or the later one; a changed file may be refused
by an error of the library, or hold what it held. tests/test_files.py runs a small share.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import armsgame as ag
from armsgame._files import settled

LEAVE = (ag.treaty.exit_on_alarm,) * 2
GAME = ag.Treaty().game()
STAGES = [ag.StageGame(np.full((2, 20, 20), float(k))) for k in (1, 2)]
INF = ag.load_scenario("inf")


def run(paths: int, seed: int = 1) -> ag.simulation.Trajectories:
    return ag.simulate(GAME, LEAVE, discount=0.95, periods=20, paths=paths, rng=seed)


def proofs() -> list[Any]:
    stage = ag.treaty.compliance(temptation=1.5)
    game = ag.RepeatedGame(stage)
    return [ag.proof(ag.verify(game, (ag.grim,) * 2, discount=d, exact=True)) for d in (0.8, 0.9)]


def writers() -> dict[str, tuple[str, Callable[[Path, int], object], Callable[[Path], object]]]:
    """Per writer: a name of a file, what writes one of two contents, and what reads it and tells them apart."""
    runs, shown = [run(300), run(500)], proofs()
    trees = [
        ag.ExtensiveGame(["A", "B"], ag.Move("A", "start", {f"a{k}": (k, 0) for k in range(n)})) for n in (200, 300)
    ]

    def digest(path: Path) -> object:
        found = ag.formats.load_trajectories(path)
        return (found.paths, float(found.payoffs.sum()))

    return {
        "run.nc": ("r.nc", lambda p, k: runs[k].save(p), digest),
        "run.zarr": ("r.zarr", lambda p, k: runs[k].save(p), digest),
        "dossier": ("d.toml", lambda p, _: ag.dossiers.write_scenario(INF, p), lambda p: ag.read_scenario(p).id),
        "nfg": (
            "g.nfg",
            lambda p, k: ag.formats.write_nfg(STAGES[k], p),
            lambda p: ag.formats.read_nfg(p).payoffs.sum(),
        ),
        "efg": ("t.efg", lambda p, k: ag.formats.write_efg(trees[k], p), lambda p: len(str(ag.formats.read_efg(p)))),
        "proof": ("p.agp", lambda p, k: shown[k].save(p), lambda p: p.read_text(encoding="utf-8")),
    }


def kills(name: str, count: int, seed: int, folder: Path) -> Counter[str]:
    """Kill one writer `count` times; count what is read afterwards."""
    file, write, read = writers()[name]
    place, draw, came = folder / file, random.Random(seed), Counter[str]()
    whole = []
    for k in (0, 1):
        write(place, k)
        whole.append(read(place))
    for _ in range(count):
        process = os.fork()
        if process == 0:
            try:
                for k in itertools.count():
                    write(place, k % 2)
            finally:
                os._exit(1)
        time.sleep(draw.uniform(0.0, 0.08))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        settled(place)
        try:
            came["whole" if read(place) in whole else "other content"] += 1
        except Exception as fault:
            came[f"damaged: {type(fault).__name__}: {str(fault)[:80]}"] += 1
    came["left behind"] += sum(p.name.startswith(".") for p in folder.iterdir())
    return +came


def changed(data: bytes, draw: random.Random) -> bytes:
    """Change a file at one place: bits, a byte, a cut, a run of bytes doubled, dropped, blanked or moved."""
    at = draw.randrange(len(data))
    end = min(len(data), at + draw.choice((1, 4, 16, 256)))
    piece = data[at:end]
    ways = (
        lambda: data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :],
        lambda: data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :],
        lambda: data[:at],
        lambda: data[:end] + piece + data[end:],
        lambda: data[:at] + data[end:],
        lambda: data[:at] + bytes(len(piece)) + data[end:],
        lambda: data[:at] + piece[::-1] + data[end:],
        lambda: data + draw.randbytes(9),
    )
    return draw.choice(ways)()


def saved(folder: Path) -> dict[str, tuple[Path, Callable[[Path], object]]]:
    """Per kind of file that carries a digest: one of it, and its reader."""

    def read(path: Path) -> object:
        found = ag.formats.load_trajectories(path)
        return found.provenance, found.payoffs.tobytes(), {n: v.values.tobytes() for n, v in found.to_xarray().items()}

    files = {}
    one = run(40)
    for file in ("r.nc", "r.zarr"):
        one.save(folder / file, parameters={"detection": 0.9})
        files[file] = (folder / file, read)
    return files


def changes(name: str, count: int, seed: int, folder: Path) -> Counter[str]:
    """Change one kind of file `count` times; count what reading makes of it."""
    place, read = saved(folder)[name]
    draw, came = random.Random(seed), Counter[str]()
    before = read(place)
    parts = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    weights = [p.stat().st_size for p in parts]
    for _ in range(count):
        (part,) = draw.choices(parts, weights)
        data = part.read_bytes()
        new = changed(data, draw)
        if new == data:
            came["not changed"] += 1
            continue
        part.write_bytes(new)
        try:
            came["same" if read(place) == before else "OTHER CONTENT"] += 1
        except ag.ArmsgameError:
            came["refused"] += 1
        except Exception as fault:
            came[f"raw {type(fault).__name__}: {str(fault)[:80]}"] += 1
        part.write_bytes(data)
    return came


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--changes", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as made:
        for name in writers():
            folder = Path(made) / name
            folder.mkdir()
            print(
                f"{asked.kills} kills of the writer of {name}: {dict(kills(name, asked.kills, asked.seed, folder))}",
                flush=True,
            )
            shutil.rmtree(folder)
        folder = Path(made) / "saved"
        folder.mkdir()
        for name in ("r.nc", "r.zarr"):
            print(
                f"{asked.changes} changes of {name}: {dict(changes(name, asked.changes, asked.seed, folder))}",
                flush=True,
            )


if __name__ == "__main__":
    main()
