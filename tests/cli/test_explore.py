"""``armsgame explore``: what it writes, and what bad options get."""

from __future__ import annotations

import pytest

from armsgame.cli.main import main

FEW = [f"--levels={name}=" for name in ("detection", "false_alarm", "discount", "standing", "deadline_days")]


def test_it_writes_one_page_and_says_where(tmp_path, capsys):
    out = tmp_path / "new" / "inf.html"
    more = ["--levels", "audience_cost=", "--levels", "prior=3", "--start", "exit_on_alarm"]
    assert main(["explore", "inf", "--out", str(out), *FEW, *more]) == 0
    told = capsys.readouterr().out
    assert "1 position, 3 accounts" in told
    assert f"Wrote {out}" in told
    assert "odds times 3" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "inf.txt"], ".html"),
        (["--out", "inf.html", "--levels", "detection"], "--levels 'detection'"),
        (["--out", "inf.html", "--levels", "detection=high"], "--levels 'detection=high'"),
        (["--out", "inf.html", "--levels", "detecton=0.5"], "detection"),
        (["--out", "inf.html", "--budget-seconds", "soon"], "--budget-seconds"),
        (["--out", "inf.html", "--budget-seconds", "-1"], "budget_seconds"),
        (["--out", "inf.html", "--start", "grimm"], "starts names 'grimm'"),
    ],
)
def test_bad_options_are_answered_with_what_is_allowed(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", "inf", *words]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
