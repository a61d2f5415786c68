"""The command line: files, exit codes, no traceback, nothing half-written."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys

import matplotlib as mpl
import pytest
import xarray as xr

import armsgame as ag
from armsgame.cli.main import main

FILES = {
    "report.txt",
    "summary.json",
    "results.nc",
    "thresholds.png",
    "regime_map.png",
    "survival.png",
    "outcomes.png",
    "display.png",
    "attended.png",
    "timeline.png",
}


CHOSEN = ["--perspective", "agnostic", "--set", "detection=0.7", "--set", "outside_option.US=0.2"]
CHOSEN += ["--paths", "200", "--periods", "24", "--seed", "4"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the folder of one run, what it printed, and the backend before it."""
    out, printed, backend = tmp_path_factory.mktemp("run") / "new" / "folder", io.StringIO(), mpl.get_backend()
    with contextlib.redirect_stdout(printed):
        assert main(["run", "inf", *CHOSEN, "--out", str(out)]) == 0
    return out, printed.getvalue(), backend


def test_run_writes_the_report_its_figures_and_its_data(written, capsys):
    out, printed, backend = written
    proofs = sorted(p.name for p in out.iterdir() if p.suffix == ".agp")
    assert {p.name for p in out.iterdir()} == FILES | set(proofs)
    text = (out / "report.txt").read_text(encoding="utf-8")
    assert len(proofs) == len(json.loads((out / "summary.json").read_text())["thresholds"])
    assert all(f"{name} " in text and name in printed for name in proofs)
    assert main(["check", *(str(out / name) for name in proofs)]) == 0
    for line in capsys.readouterr().out.splitlines():
        assert line.split(": ", 1)[1] in text
    assert [p.name for p in out.parent.iterdir()] == ["folder"]
    summary = json.loads((out / "summary.json").read_text())
    assert summary["parameters"]["detection"] == {"value": 0.7, "source": "set by the user"}
    assert summary["parameters"]["outside_option"]["value"] == {"US": 0.2, "Russia": 0.0}
    assert list(summary["strategic"]) == ["agnostic"]
    assert summary["assumed"] == {}
    closed = ag.treaty.compliance.grim(1.5, 1, 0, *ag.treaty.compliance.per_party_alarm(0.7, 0.005)).threshold
    assert summary["thresholds"][0]["threshold"] == pytest.approx(closed, abs=1e-9)
    with xr.open_dataset(out / "results.nc", engine="scipy") as data:
        assert data.sizes["time"] == 25
    assert "Had the display been attended" in printed
    assert (out / "timeline.png").read_bytes().startswith(b"\x89PNG")
    assert mpl.get_backend() == backend


def of(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def as_command(tmp_path, *asked, path=()):
    """Run with processes beside it; returns the files."""
    text = "import sys; sys.argv[0] = 'armsgame'; from armsgame.cli.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", text, "run", "inf", *asked, "--out", str(tmp_path / "two")],
        env=os.environ | {"NUMBA_NUM_THREADS": "2", "PYTHONPATH": os.pathsep.join([*path, *sys.path])},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return of(tmp_path / "two")


def test_processes_beside_the_command_change_nothing(tmp_path):
    asked = ["--paths", "50", "--periods", "8"]
    assert main(["run", "inf", *asked, "--out", str(tmp_path / "one")]) == 0
    assert as_command(tmp_path, *asked) == of(tmp_path / "one")


def test_processes_that_are_killed_leave_their_work_to_the_command(tmp_path, written):
    # each ends at its first task
    (tmp_path / "sitecustomize.py").write_text("""
import sys
if "--multiprocessing-fork" in sys.argv:
    import armsgame.cli.beside as beside
    beside._load = lambda: __import__("os")._exit(1)
""")
    assert as_command(tmp_path, *CHOSEN, path=[str(tmp_path)]) == of(written[0])


def test_a_process_beside_that_drew_a_bar_leaves_nothing_behind(tmp_path):
    (tmp_path / "job.py").write_text("""
from armsgame.cli import beside

def bar():
    from tqdm import tqdm
    return tqdm([1], disable=True).total

if __name__ == "__main__":
    beside._load = bar
    with beside.beside(True) as pool:
        print(pool.submit(bar).result())
""")
    done = subprocess.run(
        [sys.executable, str(tmp_path / "job.py")],
        env=os.environ | {"NUMBA_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_a_command_that_ends_looks_for_no_cycles_among_what_it_made():
    # run last, as what is registered first
    told = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 10_000))"
    code = f"{told}\nfrom armsgame.cli.main import main\nmain(['completion', 'bash'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "True"


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["run", "imf"], "'inf'"),
        (["run", "missing.toml"], "cannot be read"),
        (["run", "inf", "--set", "detektion=0.5"], "'detection'"),
        (["run", "inf", "--set", "detection=1.5"], "0 <= detection <= 1"),
        (["run", "inf", "--set", "detection=high"], "NAME=NUMBER"),
        (["run", "inf", "--set", "discount=1"], "discount < 1"),
        (["run", "inf", "--perspective", "agnostik"], "agnostic"),
        (["run", "inf", "--paths", "many"], "--paths"),
        (["run", "inf", "--paths", "-3"], "paths"),
        (["run", "inf", "--seed", "x"], "--seed"),
        (["show", "nothing"], "Known: abm"),
    ],
)
def test_bad_input_exits_with_two_and_a_sentence(arguments, match, tmp_path, capsys):
    extra = ["--out", str(tmp_path / "out")] if arguments[0] == "run" else []
    assert main([*arguments, *extra]) == 2
    printed = capsys.readouterr()
    assert match in printed.err
    assert "Traceback" not in printed.err
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_refused_before_the_work(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert main(["run", "inf", "--out", str(tmp_path / "file" / "out")]) == 2
    assert "writable folder" in capsys.readouterr().err


def test_an_interrupted_run_leaves_nothing_behind(tmp_path, capsys, monkeypatch):
    from armsgame.cli import output

    def interrupt(_result):
        raise KeyboardInterrupt

    # the figures come last: text and data are already staged when the reader presses Ctrl-C
    monkeypatch.setitem(output._FIGURES, "timeline", interrupt)
    arguments = ["run", "inf", "--perspective", "russian_account", "--paths", "50", "--periods", "8"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_usage_errors_exit_with_two(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["fly"])
    assert caught.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_scenarios_and_show_print_the_dossier(capsys):
    assert main(["scenarios"]) == 0
    assert "inf" in capsys.readouterr().out
    assert main(["show", "inf"]) == 0
    text = capsys.readouterr().out
    for part in ("Claims, all contested", "reply:", "1988-07-01", "Sources", "Perspectives"):
        assert part in text
