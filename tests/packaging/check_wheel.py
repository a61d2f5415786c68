"""Install the built wheel in an empty environment and ask it the quick start of the README.

Run by ``.ci/run``; it takes about a minute, most of it the installation of the dependencies. Run by hand:
``python tests/packaging/check_wheel.py``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
CODE = (
    "import armsgame as ag; game = ag.Treaty().game(); both = (ag.treaty.exit_on_alarm,) * 2\n"
    "print(round(ag.critical_discount(game, both).value, 5))\n"
    "print(ag.simulate(game, both, discount=0.95, periods=20, paths=500, rng=1).paths)"
)


def run(*command: str | Path, cwd: Path, timeout: float) -> str:
    """Return what a command prints, without this environment's paths around it."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, timeout=timeout, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def faults(folder: Path) -> list[str]:
    """Say what of the quick start does not hold in an environment with nothing but the wheel and its dependencies."""
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", ROOT)
    run(*build, cwd=folder, timeout=300)
    (wheel,) = (folder / "dist").glob("armsgame-*.whl")
    venv = folder / "venv"
    run(sys.executable, "-m", "venv", venv, cwd=folder, timeout=300)
    run(venv / SCRIPTS / "python", "-m", "pip", "install", wheel, cwd=folder, timeout=1200)

    wrong = []
    quick = ("--paths", "500", "--periods", "40", "--out", folder / "out")
    report = run(venv / SCRIPTS / "armsgame", "run", "inf", *quick, cwd=folder, timeout=900)
    if "unravels" not in report:
        wrong.append(f"the report of the founding case lacks its conclusion:\n{report}")
    if (figures := len(list((folder / "out").glob("*.png")))) != 7:
        wrong.append(f"the founding case drew {figures} figures; expected 7")
    printed = run(venv / SCRIPTS / "python", "-c", CODE, cwd=folder, timeout=600)
    if printed.split() != ["0.38879", "500"]:
        wrong.append(f"the threshold and the paths are printed as {printed!r}; expected 0.38879 and 500")
    return wrong


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = faults(Path(made))
    print("\n".join(found) or "the wheel answers the quick start in an empty environment")
    sys.exit(bool(found))
