"""Citations and LaTeX tables."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept

PD = ag.treaty.compliance(temptation=1.5, reward=1, punishment=0, sucker=-0.5)
GRIM = (ag.grim, ag.grim)


def results():
    inf, rep = ag.load_scenario("inf"), ag.Treaty().one_status()
    options = {"measure": ag.measures.regime, "output": "grim", "rng": 1}
    claim = ag.studies.Conclusion(inf, "grim == 1", ag.measures.regime)
    return {
        "sweep": ag.sweep(inf, {"detection": [0.1, 0.5]}, ag.measures.regime, progress=False),
        "sobol": ag.sensitivity(inf, ["detection"], method=ag.studies.Saltelli(base=8), **options),
        "morris": ag.sensitivity(inf, ["detection"], method=ag.studies.Morris(trajectories=3), **options),
        "tornado": ag.sensitivity(inf, ["detection"], method=ag.studies.OneAtATime(), **options),
        "robustness": ag.studies.robustness(claim, ["detection"], points=16, rng=1),
        "threshold": ag.critical_discount(rep, GRIM),
        "certificate": ag.verify(rep, GRIM, discount=0.9),
        "paths": ag.simulate(rep, GRIM, discount=0.9, periods=5, paths=200, rng=1),
        "equilibria": ag.nash(PD),
    }


def test_a_row_that_begins_with_a_bracket_or_a_star_is_no_option_of_the_row_before():
    labels = ["[2cm]", "*", "plain", "two\nlines\x1b"]
    game = ag.StageGame.from_bimatrix(np.eye(4), np.eye(4), players=("[a", "b"), actions=labels)
    lines = ag.studies.to_latex(game).splitlines()
    assert [line.split(" & ")[0] for line in lines[4:8]] == ["{}[2cm]", "{}*", "plain", "two lines"]
    assert lines[2].startswith("{}[a, b & [2cm] & * &")
    assert len(lines) == 10


def test_equal_results_have_equal_citations_and_others_do_not():
    one, two = results(), results()
    for name, result in one.items():
        assert ag.cite(result) == ag.cite(two[name]), name
        assert ag.__version__ in ag.cite(result)
    prints = [ag.cite(r).entries["fingerprint"] for r in one.values()]
    assert len(set(prints)) == len(prints)
    other = ag.simulate(ag.Treaty().one_status(), GRIM, discount=0.9, periods=5, paths=200, rng=2)
    assert ag.cite(other).entries["fingerprint"] != ag.cite(one["paths"]).entries["fingerprint"]
    assert ag.cite(other).entries["seed"] == "2"
    assert ag.__version__ in ag.cite(other).bibtex


def test_a_store_has_the_citation_of_the_run_without_one(tmp_path):
    inf, over = ag.load_scenario("inf"), {"detection": np.linspace(0, 1, 7)}
    kept = ag.sweep(inf, over, ag.measures.regime, store=tmp_path / "s", block=3, progress=False)
    assert ag.cite(kept) == ag.cite(ag.sweep(inf, over, ag.measures.regime, progress=False))


@pytest.mark.parametrize("thing", [3, {"a": 1}, np.zeros(2), "text"], ids=["number", "mapping", "array", "text"])
def test_only_results_can_be_cited_or_tabulated(thing):
    with pytest.raises(WrongConcept):
        ag.cite(thing)
    with pytest.raises(WrongConcept):
        ag.studies.to_latex(thing)


def test_a_payoff_table_shows_both_payoffs_and_escapes_labels():
    game = ag.StageGame(PD.payoffs, players=("A_1", "B & C"), actions=("comply", "50 %"))
    text = ag.studies.to_latex(game, caption="Costs in $")
    assert r"A\_1, B \& C & comply & 50 \% \\" in text
    assert r"comply & 1, 1 & $-$0.5, 1.5 \\" in text
    assert r"\caption{Costs in \$}" in text
    assert text.count("{") == text.count("}")


def test_thresholds_are_written_with_their_intervals():
    rep = ag.Treaty().one_status()
    blind = ag.Treaty().replace(detection=0.0).one_status()
    text = ag.studies.to_latex(
        {"seen": ag.critical_discount(rep, GRIM), "blind": ag.critical_discount(blind, GRIM)}, digits=2
    )
    assert r"seen & 0.39 & $[0.39, 1)$ \\" in text
    assert r"blind & $\infty$ & none \\" in text


def test_tabular_results_and_rows_of_thresholds_are_tables():
    made = results()
    for name in ("sobol", "morris", "tornado"):
        text = ag.studies.to_latex(made[name])
        assert text.splitlines()[4].startswith("detection & ")
    from armsgame.study.scenarios.enforcement import thresholds

    text = ag.studies.to_latex(thresholds(ag.load_scenario("inf")))
    assert "grim & one status & on-site inspection & 0.800 & $[0.389, 1)$ & perfect public" in text


def test_faults_of_tables_are_named():
    with pytest.raises(InvalidGame, match="digits"):
        ag.studies.to_latex(PD, digits=-1)
    with pytest.raises(WrongConcept, match="one game"):
        ag.studies.to_latex(ag.StageGame(np.stack([PD.payoffs, PD.payoffs])))
