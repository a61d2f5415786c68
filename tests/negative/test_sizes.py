"""Nothing hangs or dies for its size: a call at any size answers within the budget, or is refused with numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import armsgame as ag
from armsgame import _budget, _cost
from armsgame.errors import InvalidGame
from armsgame.solve.bayesian import board

TABLE = Path(__file__).with_name("size_table.py")


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, object]]:
    done = subprocess.run([sys.executable, TABLE], capture_output=True, text=True, timeout=240, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {line["name"]: line for line in lines}


def test_every_call_at_a_hopeless_size_ends_with_an_answer_or_the_house_error(told):
    text = TABLE.read_text(encoding="utf-8")
    assert len(told) == text.count("lambda: ") > 20
    assert {name: line["text"] for name, line in told.items() if line["came"] not in ("house", "answer")} == {}
    assert sum(line["came"] == "house" for line in told.values()) > 20


def test_a_refusal_says_the_number_the_limit_and_the_alternative(told):
    for name in ("nash 200 x 200", "Exact 16 x 16", "simulate 1e20 paths", "Saltelli(2**30)"):
        text = str(told[name]["text"])
        assert "operations" in text
        assert "; allowed: at most " in text
        assert "Use " in text
    assert "10**20" in str(told["simulate 1e20 paths"]["text"])


def test_cost_takes_the_verb_or_its_name():
    assert ag.cost(ag.nash, actions=(5, 6)) == ag.cost("nash", actions=[5, 6])


@pytest.mark.parametrize(
    ("verb", "sizes", "word"),
    [("nsh", {}, "nash"), ("nash", {}, "actions"), ("nash", {"actions": (0, 2)}, "actions"), (3, {}, "cost model")],
)
def test_cost_refuses_what_it_cannot_reckon(verb, sizes, word):
    with pytest.raises(InvalidGame, match=word):
        ag.cost(verb, **sizes)


@pytest.mark.parametrize("verb", _cost._MODELS)
def test_a_cost_grows_with_every_size_and_small_games_fit(verb):
    names = _cost._MODELS[verb].sizes
    small = {n: (3, 3) if n == "actions" else 3 for n in names}
    least = ag.cost(verb, **small)
    assert least.fits
    huge = {n: (10**6, 10**6) if n == "actions" else 10**12 for n in names}
    assert not ag.cost(verb, **huge).fits
    for name in names:
        more = ag.cost(verb, **small | {name: huge[name]})
        assert (more.operations, more.bytes) >= (least.operations, least.bytes)


def test_a_game_with_observed_actions_holds_no_table_of_pairs_of_profiles():
    table = np.random.default_rng(2).normal(size=(2, 200, 200))
    game = ag.RepeatedGame(ag.StageGame(table))
    assert not game.imperfect
    assert ag.cost("payoff_set", actions=(200, 200)).fits


def test_numbers_beyond_floats_are_refused_too():
    found = ag.cost("simulate", paths=10**400, periods=10**400, kept=0)
    assert not found.fits
    assert "10**400" in str(found)


def test_an_allowance_holds_inside_its_block_only():
    game = ag.StageGame([[[1.0] * 160] * 160] * 2)
    with pytest.raises(InvalidGame, match="dominance"):
        ag.one_shot.dominance(game)
    with ag.cost("dominance", actions=(160, 160)).allowed():
        assert ag.cost("dominance", actions=(160, 160)).fits
        assert not ag.cost("dominance", actions=(161, 161)).fits
    assert not ag.cost("dominance", actions=(160, 160)).fits


def test_a_file_of_any_nesting_and_any_digits_is_told(tmp_path):
    hostile = {
        "deep": "schema = 2\nx = " + "[" * 20_000 + "]" * 20_000,
        "long": "schema = 2\nx = " + "9" * 5_000,
        "cut": "schema = ",
    }
    for name, text in hostile.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ag.ScenarioError, match=f"{name}.toml"):
            ag.read_scenario(path)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ag.ScenarioError, match="cannot be read"):
        ag.read_scenario(tmp_path / "bytes.toml")


def test_a_mark_of_byte_order_is_no_fault(tmp_path):
    ag.dossiers.write_scenario(ag.load_scenario("inf"), tmp_path / "inf.toml")
    marked = tmp_path / "marked.toml"
    marked.write_bytes(b"\xef\xbb\xbf" + (tmp_path / "inf.toml").read_bytes())
    assert ag.read_scenario(marked) == ag.read_scenario(tmp_path / "inf.toml")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ag.plot.concession_curves([ag.negotiation.boulware()], rounds=10**9), "rounds is 1000000000; allowed"),
        (lambda: _budget.Budget(10**9), "max_iter is 1000000000; allowed"),
    ],
    ids=["rounds of a figure", "rounds of a job"],
)  # fmt: skip
def test_counts_of_a_billion_are_refused_where_they_would_be_looped_over(call, words):
    with pytest.raises(InvalidGame, match=words):
        call()


def test_a_grid_of_one_belief_costs_nothing():
    payoffs = {"US": {"content": [[1, -0.5], [1.5, 0]]}, "Russia": {"content": [[1, 1.5], [-0.5, 0]]}}
    game = ag.BayesianGame.repeated(payoffs)
    comply = {"US": ag.always_comply, "Russia": ag.always_comply}
    assert ag.bayesian.best_reply_by_type(game, comply, "US", discount=0.9, grid=10**9)["content"].exact


def test_a_search_refuses_more_nodes_than_it_can_hold(monkeypatch):
    payoffs = {"US": {"content": [[1, -0.5], [1.5, 0]]}, "Russia": {"content": [[1, 1.5], [-0.5, 0]]}}
    asked = {"game": ag.BayesianGame.repeated(payoffs), "discount": 0.9}
    long = dict.fromkeys(payoffs, ag.suspend(50))
    nodes = ag.critical_prior(profile=long, **asked)
    monkeypatch.setattr(board, "_MOST", 51)
    assert ag.critical_prior(profile=long, **asked) == nodes
    monkeypatch.setattr(board, "_MOST", 50)
    with pytest.raises(InvalidGame, match="more than 50; allowed"):
        ag.critical_prior(profile=long, **asked)


CRISES = {
    "inspection": lambda n: ag.treaty.crises.inspection_profile(2.0, 2.0, 0.2, 1.0, 0.8, types=n),
    "escalation": lambda n: ag.treaty.crises.escalation_profile(1.0, (2.0, 2.0), (0.3, 0.3), types=n, steps=3),
    "chain store": lambda n: ag.treaty.crises.chain_store_profile(0.5, n, 0.3),
}


@pytest.mark.parametrize("kind", CRISES)
def test_profiles_of_crises_reckon_their_nodes(kind):
    assert CRISES[kind](2)
    with pytest.raises(InvalidGame, match="operations"):
        CRISES[kind](10**9)
