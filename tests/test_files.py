"""Files are written whole or not at all: faults, kills, links, leftovers, and two writers of one store."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame._files import locked, replacing, settled, write_text


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.name.startswith("."))


def test_a_file_takes_its_place_whole(tmp_path):
    place = tmp_path / "a.txt"
    write_text(place, "one\nüber\n")
    write_text(place, "two\n")
    assert place.read_bytes() == b"two\n"
    assert left(tmp_path) == []


@pytest.mark.parametrize("folder", [False, True])
def test_a_fault_while_writing_keeps_the_earlier_one(tmp_path, folder):
    place = tmp_path / "kept"
    if folder:
        place.mkdir()
        (place / "x").write_text("first")
    else:
        place.write_text("first")

    def fail() -> None:
        with replacing(place) as part:
            if folder:
                part.mkdir()
                (part / "x").write_text("half")
            else:
                part.write_text("half")
            raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert (place / "x" if folder else place).read_text() == "first"
    assert left(tmp_path) == []


def test_a_folder_takes_its_place_whole(tmp_path):
    place = tmp_path / "kept"
    for text in ("first", "second"):
        with replacing(place) as part:
            part.mkdir()
            (part / ".zgroup").write_text(text)
    assert (place / ".zgroup").read_text() == "second"
    assert left(tmp_path) == []


INTO = {
    "nfg": lambda p: ag.formats.write_nfg(ag.treaty.compliance(temptation=1.5), p),
    "dossier": lambda p: ag.dossiers.write_scenario(ag.load_scenario("inf"), p),
    "text": lambda p: write_text(p, "x"),
    "run": lambda p: a_run().save(p),
}


@pytest.mark.parametrize("kind", INTO)
def test_no_file_takes_the_place_of_a_folder(tmp_path, kind):
    held = tmp_path / "run.nc"
    held.mkdir()
    (held / "mine").write_text("kept")
    with pytest.raises(ag.ArmsgameError, match="is a folder"):
        INTO[kind](held)
    assert (held / "mine").read_text() == "kept"
    assert left(tmp_path) == []


def test_a_store_takes_the_place_of_a_store_only(tmp_path):
    held = tmp_path / "run.zarr"
    held.mkdir()
    (held / "mine").write_text("kept")
    with pytest.raises(ag.ArmsgameError, match="is a folder"):
        a_run().save(held)
    assert [p.name for p in held.iterdir()] == ["mine"]


@pytest.mark.parametrize("path", ["", "no/such/folder/x.nfg"])
def test_a_path_that_cannot_be_written_is_told(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ag.ArmsgameError, match=r"path .*; allowed: "):
        ag.formats.write_nfg(ag.treaty.compliance(temptation=1.5), path)
    assert list(tmp_path.iterdir()) == []


def a_run():
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5))
    return ag.simulate(game, (ag.grim,) * 2, discount=0.9, periods=3, paths=5, rng=1)


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_what_killed_writers_left_is_put_right(tmp_path):
    place, dead = tmp_path / "run[1].zarr", dead_process()
    old, part = (tmp_path / f".{place.name}.{dead}.abcdef01.{kind}.zarr" for kind in ("old", "part"))
    for one in (old, part):
        one.mkdir()
        (one / "x").write_text(one.name)
    mine = tmp_path / f".{place.name}.{os.getpid()}.abcdef02.part.zarr"
    mine.mkdir()
    assert settled(place) == place.resolve()
    # the folder that was moved aside is back, the half-written one is gone, that of a living process stays
    assert (place / "x").read_text() == old.name
    assert left(tmp_path) == [mine.name]


def test_links_are_followed_and_permissions_kept(tmp_path):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("first")
    real.chmod(0o600)
    link.symlink_to(real)
    write_text(link, "second")
    assert link.is_symlink()
    assert real.read_text() == "second"
    assert real.stat().st_mode & 0o777 == 0o600


def test_one_process_at_a_time(tmp_path):
    script = "import sys, armsgame._files as f\nwith f.locked(sys.argv[1]): print('held')"
    with locked(tmp_path / "store"):
        told = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "store")], capture_output=True, text=True, check=False
        )
    assert "is being written by another process" in told.stderr
    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "store")], capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "held"


WRITERS = """
import sys, itertools, numpy as np, armsgame as ag
from armsgame._files import write_text
place, kind = sys.argv[1:]
stage = ag.StageGame(np.arange(800.0).reshape(2, 20, 20))
scenario = ag.load_scenario("inf")
if kind == "run":
    game, leave = ag.Treaty().game(), (ag.treaty.exit_on_alarm,) * 2
    runs = [ag.simulate(game, leave, discount=0.95, periods=20, paths=n, rng=1) for n in (300, 500)]
print("ready", flush=True)
for k in itertools.count():
    if kind == "run":
        runs[k % 2].save(place)
    elif kind == "dossier":
        ag.formats.write_scenario(scenario, place)
    else:
        ag.formats.write_nfg(stage, place)
"""


@pytest.mark.parametrize(
    ("kind", "name"), [("run", "r.nc"), ("run", "r.zarr"), ("dossier", "d.toml"), ("game", "g.nfg")]
)
def test_kills_leave_whole_files(tmp_path, kind, name):
    place = tmp_path / name
    script = tmp_path / "writer.py"
    script.write_text(WRITERS)
    draw = np.random.default_rng(3)
    for _ in range(3):
        writer = subprocess.Popen([sys.executable, str(script), str(place), kind], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        while not place.exists() and writer.poll() is None:
            time.sleep(0.01)
        time.sleep(float(draw.uniform(0.01, 0.2)))
        writer.kill()
        writer.wait()
        writer.stdout.close()
        settled(place)
        if kind == "run":
            assert ag.formats.load_trajectories(place).paths in (300, 500)
        elif kind == "dossier":
            assert ag.read_scenario(place) == ag.load_scenario("inf")
        else:
            assert ag.formats.read_nfg(place).shape == (20, 20)
    assert left(tmp_path) == []


def test_changed_files_are_refused_or_hold_what_they_held(tmp_path):
    sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
    try:
        import files
    finally:
        sys.path.pop(0)
    for name in ("r.nc", "r.zarr"):
        came = files.changes(name, 60, 2, tmp_path)
        assert set(came) <= {"refused", "same", "not changed"}
        assert came["refused"] > 20
    came = files.kills("nfg", 5, 2, tmp_path)
    assert came == {"whole": 5}


def test_a_changed_header_is_refused_like_a_changed_array(tmp_path):
    import json

    import xarray as xr

    from armsgame.simulation.runs.files import HEADER

    place = tmp_path / "r.nc"
    run = ag.simulate(ag.Treaty().game(), (ag.treaty.exit_on_alarm,) * 2, discount=0.95, periods=20, paths=50, rng=1)
    run.save(place, parameters={"detection": 0.9})
    with place.open("rb") as file, xr.open_dataset(file, engine="scipy") as opened:
        found = opened.load()
    header = json.loads(found.attrs[HEADER])
    header["provenance"]["parameters"]["detection"] = 0.1
    found.attrs[HEADER] = json.dumps(header)
    found.to_netcdf(place, engine="scipy", format="NETCDF3_64BIT")
    with pytest.raises(ag.errors.InvalidGame, match="was changed"):
        ag.formats.load_trajectories(place)
