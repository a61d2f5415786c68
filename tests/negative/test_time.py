"""Verbs keep to `budget_seconds`: when the time is over, they say what was reached, and hold it."""

from __future__ import annotations

import inspect
import itertools
import sys
from collections.abc import Callable, Iterator
from functools import partial
from math import inf
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import armsgame as ag
from armsgame import _deadline
from armsgame._values import same
from armsgame.errors import InvalidGame
from armsgame.negotiation import term_values

sys.path.insert(0, str(Path(__file__).parent))
import working_calls

# they answer with what they have, and say what they left out
SEARCHES = ("bayesian_equilibria", "outcomes", "explore")
TIMED = [
    n for n, (f, _) in working_calls.public().items()
    if "budget_seconds" in inspect.signature(f).parameters and n not in SEARCHES
]  # fmt: skip
# a bracket may be narrow enough before the last of what would narrow it
ENOUGH: dict[str, Callable[..., bool]] = {
    "payoff_sets.payoff_bracket": lambda found: found.details["converged"],
    "payoff_sets.outer_bound": lambda found: found.settled,
}
NOISY = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.alarm(0.9, 0.05))


@pytest.fixture
def clock(monkeypatch):
    """Time that stands still for so many looks and is over after them; what it returns counts the looks."""

    def wind(looks: float = inf) -> Iterator[int]:
        ticks = itertools.count()
        monkeypatch.setattr(_deadline, "monotonic", lambda: 0.0 if next(ticks) < looks else 1e9)
        return ticks

    return wind


def called(name: str) -> Callable[..., object]:
    """Return a working call of a verb that takes more arguments; nothing that it made before is kept."""
    pool: dict[str, object] = {}
    if name.startswith("negotiation."):
        working_calls.working_call("negotiation.value_of_terms", pool)
    function, given = working_calls.working_call(name, pool)
    term_values._valued.cache_clear()
    seeded = {"rng": 1} if "rng" in inspect.signature(function).parameters else {}
    return partial(function, **seeded | given)


def test_long_verbs_take_a_budget():
    assert {
        "nash", "payoff_set", "critical_discount", "markov_perfect", "verify", "simulate", "sweep", "sensitivity",
        "compare", "report", "populations.tournament", "one_shot.correlated_range", "trees.sequential_equilibria",
    } <= set(TIMED)  # fmt: skip


@pytest.mark.parametrize("name", TIMED)
def test_a_verb_without_time_says_so(name, clock):
    ask = called(name)
    clock(1)
    with pytest.raises(ag.NotSolved, match="budget of 3 seconds is spent"):
        ask(budget_seconds=3)


def alike(one: object, two: object) -> bool:
    return bool(one.equals(two)) if isinstance(one, pd.DataFrame) else same(one, two)


def asked(ask: Callable[..., object]) -> tuple[object, str]:
    """Return the answer, or what the error says."""
    term_values._valued.cache_clear()
    try:
        return ask(budget_seconds=3), ""
    except ag.NotSolved as late:
        return None, str(late)


def types_at(*rates: float) -> Callable[..., object]:
    """Return a sweep that searches for equilibria with private types at each rate."""
    asked = {"discount": 0.95, "progress": False}
    return partial(ag.sweep, ag.Treaty(demand=False), {"detection": rates}, ag.measures.bayesian_regime, **asked)


@pytest.mark.parametrize("name", [*TIMED, *SEARCHES, "types_at"])
def test_time_enough_changes_no_bit_and_time_that_ends_on_the_way_leaves_nothing_that_looks_whole(name, clock):
    ask = types_at(0.05, 0.5) if name == "types_at" else called(name)
    whole = ask()
    looked = clock()
    assert alike(asked(ask)[0], whole)
    looks = next(looked)
    for some in {looks // 2, looks - 1} - {0, 1} if name not in SEARCHES else ():
        clock(some)
        found, late = asked(ask)
        assert "budget of 3 seconds is spent" in late or alike(found, whole) or ENOUGH[name](found), (some, looks)


def test_no_verb_has_another_name_for_its_time():
    names = {n for f, _ in working_calls.public().values() for n in inspect.signature(f).parameters}
    assert not names & {"seconds", "timeout", "time_limit", "max_seconds"}


@pytest.mark.parametrize("looks", [1, 2, 4, 12, 40])
def test_a_search_that_runs_out_of_time_answers_with_what_it_has(looks, clock):
    inf = ag.load_scenario("inf")
    starts = ("exit_on_alarm", "stay_deployed")
    game = inf.bayesian_game("us_account")
    given = {n: dict.fromkeys(inf.parties, getattr(ag.treaty, n)) for n in starts}
    clock(looks)
    found = ag.bayesian_equilibria(game, discount=0.95, starts=given, budget_seconds=3)
    assert set(found.courses) == set(starts)
    if looks == 1:
        assert set(found.courses.values()) == {"not tried, as the budget was spent"}
    clock(looks)
    told = ag.outcomes(inf, "us_account", starts=given, periods=5, budget_seconds=3)
    assert len(told) == len(told.search.equilibria)
    if looks == 40:
        assert len(found) > 0


def test_an_exploration_finishes_the_position_that_it_began(clock):
    inf = ag.load_scenario("inf")
    still = ("false_alarm", "discount", "standing", "deadline_days", "audience_cost")
    asked = {"levels": dict.fromkeys(still, ()) | {"detection": (0.2, 0.9)}, "starts": ("exit_on_alarm",), "periods": 8}
    whole = ag.explore(inf, **asked)
    clock(2)
    part = ag.explore(inf, **asked, budget_seconds=3)
    assert part.missing == len(whole.cells) - len(part.cells) > 0
    for place, cell in part.cells.items():
        for account, answer in cell.items():
            assert answer.gain == whole.cells[place][account].gain
            assert len(answer.profiles) == len(whole.cells[place][account].profiles)


@pytest.mark.parametrize("bad", [0, -1, "1", float("nan"), True, [1]])
def test_a_budget_is_a_positive_number(bad):
    with pytest.raises(InvalidGame, match="budget_seconds is"):
        ag.nash(NOISY.stage, budget_seconds=bad)


def test_the_budget_of_one_call_is_not_that_of_the_next(clock):
    with pytest.raises(ag.NotSolved):
        ag.nash(NOISY.stage, budget_seconds=1e-9)
    clock(0)
    assert ag.nash(NOISY.stage)


def test_paths_played_in_time_are_those_of_the_whole_run(clock):
    asked = {"discount": 0.9, "periods": 3, "paths": 300_000, "rng": 4, "keep": False}
    whole = ag.simulate(NOISY, (ag.grim,) * 2, **asked)
    clock(4)
    with pytest.raises(ag.NotSolved, match=r"after [0-9,]+ of 300,000 paths; .result holds them") as late:
        ag.simulate(NOISY, (ag.grim,) * 2, **asked, budget_seconds=5)
    part = late.value.result
    assert 0 < part.paths < 300_000
    np.testing.assert_array_equal(part.payoffs, whole.payoffs[: part.paths])


def test_a_run_that_could_not_be_extended_in_time_holds_all_paths_so_far(clock):
    asked = {"discount": 0.9, "periods": 3, "rng": 4, "keep": False}
    run, whole = (ag.simulate(NOISY, (ag.grim,) * 2, paths=n, **asked) for n in (64, 300_064))
    for looks, most in ((1, 64), (4, 300_063)):
        clock(looks)
        with pytest.raises(ag.NotSolved, match=r"after [0-9,]+ of 300,064 paths; .result holds them") as late:
            ag.extend(run, paths=300_064, budget_seconds=5)
        part = late.value.result
        assert 64 <= part.paths <= most
        np.testing.assert_array_equal(part.payoffs, whole.payoffs[: part.paths])


def test_a_value_a_bound_and_a_branch_that_ran_out_of_time_hold_what_was_reached(clock):
    rng = np.random.default_rng(5)
    stages = [ag.StageGame(np.stack([table, -table])) for table in rng.normal(size=(4, 3, 3))]
    game = ag.StochasticGame(stages, [rng.dirichlet(np.ones(4), size=(3, 3)) for _ in stages])
    value = ag.markov.zero_sum_value(game, discount=0.9)
    # a look for the end, and one for each state of the first round
    clock(6)
    with pytest.raises(ag.NotSolved, match="wide after 2 rounds") as late:
        ag.markov.zero_sum_value(game, discount=0.9, budget_seconds=5)
    part = late.value.result
    assert (part.lower <= value.values + 1e-9).all()
    assert (value.values <= part.upper + 1e-9).all()
    assert part.bound > value.bound

    bound = ag.payoff_sets.outer_bound(NOISY, discount=0.8)
    clock(4)
    with pytest.raises(ag.NotSolved, match="is a bound") as late:
        ag.payoff_sets.outer_bound(NOISY, discount=0.8, budget_seconds=5)
    assert not late.value.result.settled
    assert (late.value.result.levels >= bound.levels - 1e-9).all()

    stage = ag.StageGame(rng.normal(size=(2, 3, 3)))
    whole = ag.one_shot.logit_branch(stage)
    clock(4)
    branch = ag.one_shot.logit_branch(stage, throw=False, budget_seconds=5)
    assert (branch.status.name, branch.equilibrium) == ("LATE", None)
    np.testing.assert_array_equal(branch.precisions, whole.precisions[: len(branch)])


def test_terms_without_an_answer_and_terms_without_time_are_told_apart(clock):
    asked = {"choose": {"detection": (0.2, 0.9)}, "discounts": (0.01, 0.9, 0.95)}
    whole = ag.studies.cost_front(ag.Treaty(), **asked)
    assert whole.designs[0] is None
    assert whole.designs[1] is not None
    looked = clock()
    ag.studies.cost_front(ag.Treaty(), **asked, budget_seconds=5)
    clock(next(looked) // 2)
    with pytest.raises(ag.NotSolved, match="of 3 discount factors") as late:
        ag.studies.cost_front(ag.Treaty(), **asked, budget_seconds=5)
    part = late.value.result.designs
    assert 0 < len(part) < 3
    assert part == whole.designs[: len(part)]


def test_points_of_a_sweep_that_were_reached_are_held(clock, tmp_path):
    design = {"detection": np.linspace(0.1, 0.9, 9)}
    asked = {"discount": 0.9, "block": 2, "progress": False}
    whole = ag.sweep(ag.Treaty(), design, measure, **asked)[measure.__name__].values
    clock(4)
    with pytest.raises(ag.NotSolved, match="of 9 points") as late:
        ag.sweep(ag.Treaty(), design, measure, **asked, budget_seconds=5)
    data = late.value.result
    reached = (data["error"] == "").values
    assert 0 < reached.sum() < 9
    np.testing.assert_array_equal(data[measure.__name__].values[reached], whole[reached])
    assert np.isnan(data[measure.__name__].values[~reached]).all()
    assert set(data["error"].values[~reached]) == {"not begun, as the time was spent"}
    # with a store the same call goes on
    clock(4)
    with pytest.raises(ag.NotSolved, match="blocks lie in"):
        ag.sweep(ag.Treaty(), design, measure, **asked, store=tmp_path / "kept", budget_seconds=5)
    again = ag.sweep(ag.Treaty(), design, measure, **asked, store=tmp_path / "kept")
    np.testing.assert_array_equal(again[measure.__name__].values, whole)


def measure(treaty: ag.Treaty, discount: float) -> float:
    return treaty.parameters[0].detection * discount


def test_a_bracket_that_ran_out_of_time_is_a_bracket_and_says_so():
    how = ag.methods.LinearPrograms(gap=1e-9)
    found = ag.payoff_set(NOISY, discount=0.8, method=how, throw=False, budget_seconds=1e-9)
    assert not found.details["converged"]
    with pytest.raises(ag.NotSolved, match="wide after") as late:
        ag.payoff_set(NOISY, discount=0.8, method=how, budget_seconds=1e-9)
    assert isinstance(late.value.result, ag.payoff_sets.PayoffSet)


def test_what_cannot_end_in_time_is_refused_before_it_starts(clock):
    clock()
    with pytest.raises(InvalidGame, match=r"some .* seconds; budget_seconds leaves 1"):
        ag.nash(ag.StageGame(np.random.default_rng(1).normal(size=(2, 100, 100))), budget_seconds=1)
