"""``armsgame ask``: each question against the verb that answers it, in text, JSON and CSV, and what bad options get."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest

import armsgame as ag
from armsgame.cli.answers import QUESTIONS
from armsgame.cli.main import main

PAYOFFS = ["--payoffs", "temptation=1.5", "reward=1", "punishment=0", "sucker=-0.5"]
RATES = ["--detection", "0.8", "--false-alarm", "0.005"]


def asked(capsys, *words):
    assert main(["ask", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys, *words):
    assert main(["ask", *words]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_an_example_in_its_help(capsys, name):
    with pytest.raises(SystemExit) as end:
        main(["ask", name, "--help"])
    assert end.value.code == 0
    assert f"armsgame ask {name} {QUESTIONS[name].example}" in " ".join(capsys.readouterr().out.split())


def test_thresholds_are_those_of_the_verb(capsys):
    rows = asked(capsys, "threshold", "inf", "--strategy", "grim")["rows"]
    inf = ag.load_scenario("inf")
    for row, regime in zip(rows, inf.regimes, strict=True):
        game = inf.treaty(regime=regime.name).one_status()
        found = ag.critical_discount(game, (ag.grim, ag.grim))
        assert (row["holds from"], row["to"]) == found.intervals[0]
        assert row["from, per year"] == pytest.approx(row["holds from"] ** (365.25 / 91))
        assert row["holds at 0.95"] == (found.intervals[0][0] <= 0.95)


def test_a_strategy_that_never_holds_has_an_empty_row(capsys):
    (row,) = asked(capsys, "threshold", *PAYOFFS, *RATES, "--strategy", "always_comply")["rows"]
    assert row["holds from"] is None
    assert row["holds at 0.95"] is False


def test_survival_is_that_of_the_exact_law_in_years(capsys):
    rows = asked(capsys, "survive", "inf", "--years", "10")["rows"]
    game = ag.load_scenario("inf").treaty(regime="on-site inspection").game()
    law = ag.withdrawal_law(game, (ag.treaty.exit_on_alarm,) * 2, periods=40)
    assert rows[0]["P(in force after 10 years)"] == pytest.approx(float(law.survival[40]))
    assert rows[0]["mean years to withdrawal"] == pytest.approx(law.mean * 91 / 365.25)
    assert [r["equilibrium"] for r in rows] == [True, False]


def test_verdicts_are_those_of_verify(capsys):
    (row,) = asked(capsys, "verify", *PAYOFFS, *RATES, "--strategy", "grim", "--strategy", "always_deploy")["rows"]
    game = ag.Treaty(parties=("A", "B")).replace(detection=0.8, false_alarm=0.005).one_status()
    found = ag.verify(game, (ag.grim, ag.always_deploy), discount=0.95)
    assert row["equilibrium"] is found.ok is False
    assert row["largest gain"] == pytest.approx(float(found.max_gain))


def test_comparison_sensitivity_tournament_and_deal_answer(capsys):
    rows = asked(capsys, "compare", "inf", "abm", "--about", "thresholds")["rows"]
    assert {r["treaty"] for r in rows} == {"inf", "abm"}
    rows = asked(capsys, "sensitivity", "inf", "--over", "temptation", "--over", "detection")["rows"]
    assert [r["parameter"] for r in rows] == ["temptation", "detection"]
    rows = asked(capsys, "tournament", *PAYOFFS, *RATES, "--strategy", "grim", "--strategy", "bully")["rows"]
    assert sorted(r["rank"] for r in rows) == [1, 2]
    rows = asked(capsys, "deal", "inf")["rows"]
    assert all("inspections" in r["terms"] for r in rows)


def test_csv_and_text_hold_the_same_rows(capsys):
    question = ["tournament", *PAYOFFS, *RATES, "--strategy", "grim", "--strategy", "mirror"]
    rows = asked(capsys, *question)["rows"]
    assert main(["ask", *question, "--csv"]) == 0
    read = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["strategy"] for r in read] == [r["strategy"] for r in rows]
    assert [float(r["mean payoff"]) for r in read] == [r["mean payoff"] for r in rows]
    assert main(["ask", *question]) == 0
    assert all(r["strategy"] in capsys.readouterr().out for r in rows[:1])


@pytest.mark.parametrize("question", [["survive", "inf"], ["threshold", *PAYOFFS, *RATES], ["deal", "inf"]])
def test_figures_are_written(capsys, tmp_path, question):
    path = tmp_path / "answer.png"
    assert main(["ask", *question, "--figure", str(path)]) == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (["threshold"], "give either a scenario or --payoffs"),
        (["threshold", "inf", *PAYOFFS], "give either"),
        (["threshold", "inf", "--detection", "0.5"], "--set"),
        (["threshold", "--payoffs", "gain=3"], "gain"),
        (["threshold", "--payoffs", "reward"], "NAME=NUMBER"),
        (["threshold", *PAYOFFS, "--discount", "high"], "--discount"),
        (["threshold", "nowhere"], "nowhere"),
        (["threshold", "inf", "--strategy", "grimm"], "Did you mean 'grim'"),
        (["survive", "inf", "--years", "-3"], "above 0"),
        (["survive", "inf", "--years", "0.1"], "less than one period"),
        (["survive", "inf", "--strategy", "grim"], "never leaves"),
        (["verify", "inf", "--strategy", "grim", "--strategy", "exit_on_alarm"], "different games"),
        (["verify", "inf", *(["--strategy", "grim"] * 3)], "3 times"),
        (["tournament", "inf", "--strategy", "grim"], "at least two"),
        (["deal", "inf", "--term", "everything"], "--term"),
        (["verify", "inf", "--strategy", "grim", "--figure", "x.jpg"], "--figure"),
    ],
)
def test_bad_options_name_what_is_allowed(capsys, words, match):
    assert match in refused(capsys, *words)


def test_a_reader_that_has_seen_enough_causes_no_traceback():
    line = f"{sys.executable} -m armsgame.cli.main moves | head -n 1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_shells_get_a_completion_script(capsys, shell):
    assert main(["completion", shell]) == 0
    assert "threshold" in capsys.readouterr().out
