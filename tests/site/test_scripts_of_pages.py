"""Scripts that pages tell the reader to save run as they stand, and each first task fits on a screen."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
SCREEN = 45


def first_tasks() -> list[str]:
    """Names of the pages that the index calls the first tasks."""
    text = (DOCS / "how-to" / "index.md").read_text(encoding="utf-8")
    block = text.partition("## Twelve first tasks")[2].partition("## ")[0]
    return re.findall(r"^([a-z-]+)$", block, re.MULTILINE)


def test_there_are_twelve_first_tasks() -> None:
    assert len(first_tasks()) == 12


@pytest.mark.parametrize("name", first_tasks())
def test_a_first_task_fits_on_a_screen_and_is_run(name: str) -> None:
    text = (DOCS / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= SCREEN
    assert ">>> import armsgame as ag" in text or "__main__" in text


def test_the_measure_on_two_processes_runs(tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "own-measure.md").read_text(encoding="utf-8")
    script = tmp_path / "ten_years.py"
    script.write_text(re.findall(r"```py\n(.*?)```", text, re.DOTALL)[0], encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=300)
    rows = ast.literal_eval(done.stdout.strip())
    assert len(rows) == 3
    assert all(0 < share < 1 for row in rows for share in row)
    assert all(rare > often for rare, often in rows)


def test_the_lines_for_a_cluster_run_on_a_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page names a scheduler; here it stands for one on this machine."""
    import numpy as np
    from dask.distributed import Client, LocalCluster

    import armsgame as ag

    text = (DOCS / "how-to" / "run-on-a-cluster.md").read_text(encoding="utf-8")
    lines = re.findall(r"```py\n(.*?)```", text, re.DOTALL)[0]
    monkeypatch.chdir(tmp_path)
    over = {"detection": np.linspace(0.1, 0.9, 3), "discount": [0.9]}
    with LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster:
        assert lines.count('"scheduler.example:8786"') == 1
        told = {"inf": ag.Treaty(), "design": over, "measure": ag.measures.regime, "ag": ag, "here": cluster}
        exec(lines.replace('"scheduler.example:8786"', "here"), told)
        assert isinstance(told["client"], Client)
        told["client"].close()
    assert told["found"]["grim"].shape == (3, 1)
    assert (tmp_path / "study.zarr").exists()
