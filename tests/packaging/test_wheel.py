"""The built wheel holds every file that the package reads, and nothing beside the package.

``check_wheel.py`` installs it in an empty environment and asks it the quick start.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", made, ROOT)
    subprocess.run([str(part) for part in build], cwd=made, timeout=300, capture_output=True, check=True)
    (built,) = made.glob("armsgame-*.whl")
    return built


def test_every_file_of_the_package_is_shipped_and_nothing_else(wheel):
    names = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("armsgame-")}
    source = ROOT / "src"
    kept = {p.relative_to(source).as_posix() for p in (source / "armsgame").rglob("*") if p.is_file()}
    kept = {name for name in kept if "__pycache__" not in name}
    assert {"armsgame/py.typed", "armsgame/dossiers/data/inf.toml", "armsgame/treaty/parameters.toml"} <= kept
    assert names == kept


def test_the_unpacked_wheel_answers_without_the_source_tree(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import armsgame as ag; print(ag.__file__); game = ag.Treaty().game(); both = (ag.treaty.exit_on_alarm,) * 2\n"
        "print(round(ag.critical_discount(game, both).value, 5), len(ag.scenarios()))"
    )
    # kernels as plain Python: compiling them anew shows nothing about the wheel, and `check_wheel.py` does it
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, timeout=300, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    place, threshold, dossiers = done.stdout.split()
    assert Path(place).is_relative_to(tmp_path)
    assert threshold == "0.38879"
    assert int(dossiers) == len(list((ROOT / "src").glob("armsgame/dossiers/data/*.toml")))
