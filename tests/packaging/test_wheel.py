"""The built wheel, with nothing beside it, does what the README promises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def _run(*command: str | Path, cwd: Path, timeout: float) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        timeout=timeout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_wheel_in_an_empty_environment_runs_the_inf_dossier(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, ROOT)
    _run(*build, cwd=tmp_path, timeout=300)
    (wheel,) = dist.glob("armsgame-*.whl")

    names = zipfile.ZipFile(wheel).namelist()
    for shipped in ("armsgame/py.typed", "armsgame/__init__.pyi", "armsgame/scenarios/data/inf.toml"):
        assert shipped in names
    stray = [n for n in names if not n.startswith(("armsgame/", "armsgame-"))]
    assert stray == []

    venv = tmp_path / "venv"
    _run(sys.executable, "-m", "venv", venv, cwd=tmp_path, timeout=300)
    _run(venv / SCRIPTS / "python", "-m", "pip", "install", wheel, cwd=tmp_path, timeout=1200)

    out = tmp_path / "out"
    question = ("run", "inf", "--paths", "2000", "--periods", "60", "--out", out)
    printed = _run(venv / SCRIPTS / "armsgame", *question, cwd=tmp_path, timeout=600)
    assert printed.strip()
    assert (out / "report.txt").read_text(encoding="utf-8").strip()
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert list(out.glob("*.png"))
