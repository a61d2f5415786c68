"""The built wheel, with nothing beside it, does what the README promises."""

from __future__ import annotations

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


def test_wheel_in_an_empty_environment_answers_the_quick_start(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, ROOT)
    _run(*build, cwd=tmp_path, timeout=300)
    (wheel,) = dist.glob("armsgame-*.whl")

    names = zipfile.ZipFile(wheel).namelist()
    for shipped in (
        "armsgame/py.typed",
        "armsgame/__init__.pyi",
        "armsgame/dossiers/data/inf.toml",
        "armsgame/treaty/parameters.toml",
    ):
        assert shipped in names
    stray = [n for n in names if not n.startswith(("armsgame/", "armsgame-"))]
    assert stray == []

    venv = tmp_path / "venv"
    _run(sys.executable, "-m", "venv", venv, cwd=tmp_path, timeout=300)
    _run(venv / SCRIPTS / "python", "-m", "pip", "install", wheel, cwd=tmp_path, timeout=1200)
    armsgame = venv / SCRIPTS / ("armsgame.exe" if os.name == "nt" else "armsgame")
    quick = ("--paths", "500", "--periods", "40", "--out", tmp_path / "out")
    assert "unravels" in _run(armsgame, "run", "inf", *quick, cwd=tmp_path, timeout=900)
    assert len(list((tmp_path / "out").glob("*.png"))) == 7
    code = (
        "import armsgame as ag; game = ag.Treaty().game(); both = (ag.treaty.exit_on_alarm,) * 2\n"
        "print(round(ag.critical_discount(game, both).value, 5))\n"
        "print(ag.simulate(game, both, discount=0.95, periods=20, paths=500, rng=1).paths)"
    )
    printed = _run(venv / SCRIPTS / "python", "-c", code, cwd=tmp_path, timeout=600)
    assert printed.split() == ["0.38879", "500"]
