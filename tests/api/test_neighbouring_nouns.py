"""Every public verb that needs a game: what it takes, and where it sends what it does not take."""

import inspect
import re
import sys

import numpy as np
import pytest

import armsgame as ag
from armsgame.errors import WrongConcept
from armsgame.games import coercion

STAGE = ag.StageGame.from_bimatrix([[2, 0], [3, 1]], [[2, 3], [0, 1]])
TRUST = ag.ExtensiveGame(
    ["one", "two"],
    ag.Move("one", "start", {"trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}),
)
REDUCED = ag.trees.strategic_form(TRUST)
PRIVATE = ag.PrivateGame(STAGE, ag.private_monitoring.PrivateMonitoring.alarms(STAGE, 0.9, 0.1))
NOUNS = {
    "stage": STAGE,
    "repeated": ag.RepeatedGame(STAGE),
    "states": ag.RepeatedGame(STAGE).as_stochastic(),
    "tree": TRUST,
    "private": PRIVATE,
    "private states": ag.private_monitoring.PrivateStochasticGame(
        ag.RepeatedGame(STAGE).as_stochastic(), PRIVATE.monitoring
    ),
    "treaty": ag.Treaty(),
    "scenario": ag.load_scenario("inf"),
}
# what no verb takes, and a word of the step that it is sent to
STRANGE = {
    "nothing": (None, "Build one"),
    "a name": ("inf", r"load_scenario\('inf'\)"),
    "a class": (ag.Treaty, r"Treaty\(\.\.\)"),
    "a sweep": (ag.sweep(ag.Treaty(), {"detection": [0.2]}, ag.measures.threshold, discount=0.9), "swept"),
    "a number": (0.5, "StageGame|ExtensiveGame"),
}
# arguments that pass the checks that may stand before the game is read
ARGUMENTS = {
    "profile": ((0, 0), (0, 0)),
    "strategies": [ag.grim, ag.mirror],
    "discount": 0.9,
    "periods": 3,
    "paths": 2,
    "player": 0,
    "precision": 1.0,
    "start": (1, 1),
    "time": 1.0,
    "steps": 2,
    "generations": 2,
    "population": 4,
    "mutation": 0.1,
    "target": (1.0, 1.0),
    "shock": 0,
    "direction": (1.0, 0.0),
    "distribution": np.full((2, 2), 0.25),
    "policies": (),
    "path": None,
    "punishments": (),
}
NOT_GAMES = {
    "from_nashpy",  # reads a game of another package
    "fit_agent_error",  # its game is a callable of the parameters
    "recorded_path",  # its game is optional beside a scenario
}
# their game has private types, which no other noun has
BY_TYPE = {"bayesian_equilibria", "critical_prior", "changed_move", "record_beliefs"}
ROOMS = (
    "bargaining", "markov", "one_shot", "payoff_sets", "populations", "private_monitoring", "simulation", "studies",
    "survival", "thresholds", "trees",
)  # fmt: skip
FIRST = {"game", "stage", "payoffs", "of"}


def _verbs():
    found = {}
    rooms = [ag, *(getattr(ag, room) for room in ROOMS)]
    for name, verb in ((name, getattr(room, name)) for room in rooms for name in room.__all__):
        if not inspect.isfunction(verb) or name in NOT_GAMES | BY_TYPE:
            continue
        names = list(inspect.signature(verb).parameters)
        place = "game" if "game" in names else names[0] if names else ""
        if place in FIRST:
            found[name] = (verb, place)
    return found


VERBS = _verbs()


class _Taken(Exception):
    """The verb has read its game."""


@pytest.fixture
def ask(monkeypatch):
    """Call a verb up to the point where it has read its game."""
    plain = coercion.game_of

    def reading(verb, given, *kinds):
        raise _Taken(plain(verb, given, *kinds))

    # only what stands in a module: asking a lazy package for a name it lacks would search every stub
    for module in list(sys.modules.values()):
        if vars(module).get("game_of") is plain:
            monkeypatch.setattr(module, "game_of", reading)

    def asked(name, noun):
        verb, place = VERBS[name]
        needed = {
            p.name: ARGUMENTS[p.name]
            for p in inspect.signature(verb).parameters.values()
            if p.default is p.empty and p.name != place
        }
        try:
            verb(**{place: noun}, **needed)
        except _Taken as taken:
            return taken.args[0]
        raise AssertionError(f"{name} does not read its game by game_of")

    return asked


def test_the_verbs_are_found():
    """A verb that needs a game and escapes this file would escape its tests."""
    assert len(VERBS) >= 55, sorted(VERBS)


@pytest.mark.parametrize("name", VERBS)
def test_what_is_no_game_is_told_the_step(name, ask):
    for noun, step in STRANGE.values():
        with pytest.raises(WrongConcept, match=step):
            ask(name, noun)


@pytest.mark.parametrize("name", VERBS)
def test_a_treaty_and_a_scenario_stand_for_their_game(name, ask):
    """Whoever takes a game in time with public signals takes both of them."""
    takes = []
    for noun in ("repeated", "states", "treaty", "scenario"):
        try:
            takes.append(type(ask(name, NOUNS[noun])).__name__)
        except WrongConcept:
            takes.append("")
    if name in ("feasible_set", "individually_rational_set"):
        assert takes == ["RepeatedGame", "", "RepeatedGame", "RepeatedGame"]
    elif takes[0] or takes[1]:
        wanted = "StochasticGame" if takes[1] else "RepeatedGame"
        assert takes[2:] == [wanted, wanted], takes
    else:
        assert takes == [""] * 4


# how a step of a message is taken
STEPS = {
    "RepeatedGame(stage).as_stochastic()": lambda x: ag.RepeatedGame(x).as_stochastic(),
    "RepeatedGame(stage)": ag.RepeatedGame,
    "PrivateGame(stage, Monitoring.private(kernel))": lambda _: PRIVATE,
    "strategic_form(game)": lambda _: REDUCED,
    "game.as_stochastic()": lambda x: x.as_stochastic(),
    "one_status().stage": lambda x: x.one_status().stage,
    "game.game.stages[0]": lambda x: x.game.stages[0],
    "game.stages[0]": lambda x: x.stages[0],
    "game.stage": lambda x: x.stage,
}


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("name", VERBS)
def test_the_step_works(name, noun, ask):
    """A hint never leads in a circle: what it names takes the noun, or makes what the verb takes."""
    told = _refusal(ask, name, NOUNS[noun])
    if told is None:
        return
    hint = told.partition(". ")[2]
    step = next((s for s in STEPS if s in hint), None)
    if step is not None and not hint.startswith("Use "):
        ask(name, STEPS[step](NOUNS[noun]))
        return
    verbs = [v for v in re.findall(r"(\w+)\(", hint) if v in VERBS and f"{v}(strategic_form" not in hint]
    assert verbs, f"no step in {told}"
    for verb in verbs:
        ask(verb, NOUNS[noun])


def _refusal(ask, name, noun):
    try:
        ask(name, noun)
    except WrongConcept as told:
        return str(told)
    return None


READ = {
    "report": lambda x: ag.report(x),
    "counterfactual": lambda x: ag.counterfactual(x, {"display_attended": True}),
    "predictive": lambda x: ag.studies.predictive(x, prior="agnostic", paths=2),
    "strategic_crisis": lambda x: ag.studies.strategic_crisis(x, "agnostic"),
    "scenario_beliefs": lambda x: ag.studies.scenario_beliefs(x, "agnostic", "US", {}),
    "compare": lambda x: ag.compare([x]),
    "exits_on_record": lambda x: ag.studies.exits_on_record([x]),
}


@pytest.mark.parametrize("verb", READ)
@pytest.mark.parametrize("noun", [None, STAGE, ag.Treaty(), 0.5], ids=["None", "stage", "treaty", "number"])
def test_verbs_about_dossiers_say_how_to_load_one(verb, noun):
    with pytest.raises(WrongConcept, match="load_scenario"):
        READ[verb](noun)


def test_studies_of_a_treaty_take_a_scenario_and_nothing_else():
    with pytest.raises(WrongConcept, match=r"load_scenario\('inf'\)"):
        ag.sweep("inf", {"detection": [0.2]}, ag.measures.threshold)
    with pytest.raises(WrongConcept, match="Treaty or a Scenario"):
        ag.studies.design_treaty(STAGE, choose={"detection": [0.2]}, discount=0.9)


@pytest.mark.parametrize("noun", [*NOUNS.values(), *(noun for noun, _ in STRANGE.values())], ids=[*NOUNS, *STRANGE])
def test_verbs_about_private_types_name_the_noun_they_take(noun):
    profile = {"US": ag.grim, "Russia": ag.grim}
    path = ag.studies.recorded_path(ag.load_scenario("inf"))
    for ask in (
        lambda: ag.bayesian_equilibria(noun, discount=0.9),
        lambda: ag.critical_prior(noun, profile, discount=0.9),
        lambda: ag.studies.record_beliefs(path, noun, profile),
        lambda: ag.bayesian.verify_types(noun, profile, discount=0.9),
        lambda: ag.bayesian.tie_range(noun, profile, discount=0.9),
    ):
        with pytest.raises(WrongConcept, match="BayesianGame"):
            ask()
