"""A working call of every public function: by hand, from the example in its docstring, or from its type hints."""

from __future__ import annotations

import contextlib
import doctest
import inspect
import io
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any
from unittest import mock
from zlib import crc32

import scipy.stats

import armsgame as ag
from armsgame import _deadline

sys.path.append(str(Path(__file__).parent))
import bad_inputs

Call = tuple[Callable[..., Any], dict[str, Any]]


@cache
def public() -> dict[str, tuple[Callable[..., Any], ModuleType]]:
    """Every function that `armsgame` and its namespaces list, once, by the name that is typed, and where it is."""
    found: dict[str, tuple[Callable[..., Any], ModuleType]] = {}
    rooms: list[tuple[str, ModuleType]] = [("", ag)]
    for prefix, room in rooms:
        for name in getattr(room, "__all__", ()):
            one = getattr(room, name)
            if inspect.ismodule(one):
                rooms.append((f"{prefix}{name}.", one))
            elif inspect.isfunction(one) and all(one is not known for known, _ in found.values()):
                found[prefix + name] = (one, room)
    return found


def from_docstring(name: str, pool: dict[str, object] | None = None) -> Call | None:
    """Return the last call of a function in its own examples; what it answered goes into the pool by its type."""
    function, room = public()[name]
    short = name.rpartition(".")[2]
    calls: list[inspect.BoundArguments] = []
    signature = inspect.signature(function)

    def record(*given: Any, **options: Any) -> Any:
        answer = function(*given, **options)
        calls.append(signature.bind(*given, **options))
        if pool is not None:
            for value in (answer, *calls[-1].arguments.values()):
                pool.setdefault(type(value).__name__, value)
        return answer

    names = dict(vars(sys.modules[function.__module__])) | {short: record, function.__name__: record, "ag": ag}
    example = doctest.DocTestParser().get_doctest(function.__doc__ or "", names, name, None, 0)
    places = [room] if getattr(ag, short, None) is not function else [room, ag]
    try:
        for place in places:
            setattr(place, short, record)
        with contextlib.redirect_stdout(io.StringIO()):
            doctest.DocTestRunner(verbose=False).run(example, out=lambda _: None, clear_globs=False)
        if pool is not None:
            for value in names.values():
                pool.setdefault(type(value).__name__, value)
    finally:
        for place in places:
            setattr(place, short, function)
    if not calls:
        return None
    given = dict(calls[-1].arguments)
    loose = next((p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD), "")
    given |= given.pop(loose, {})
    fixed = any(p.kind is p.VAR_POSITIONAL and p.name in given for p in signature.parameters.values())
    return None if fixed else (function, given)


def from_hints(function: Callable[..., Any], pool: Mapping[str, object]) -> Call | None:
    """Return a call whose arguments without default are values of the types that are hinted, or None."""
    given = {}
    for p in inspect.signature(function).parameters.values():
        if p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        hint = str(p.annotation)
        if p.name in COMMON:
            given[p.name] = COMMON[p.name]
        elif hint in pool:
            given[p.name] = pool[hint]
        elif (inner := re.fullmatch(r"(?:Sequence|Iterable)\[(\w+)\]", hint)) and inner[1] in pool:
            given[p.name] = [pool[inner[1]]] * 2
        elif (inner := re.fullmatch(r"Mapping\[str, (\w+)\]", hint)) and inner[1] in pool:
            given[p.name] = {"one": pool[inner[1]]}
        elif first := next((part for part in re.split(r"\W+", hint) if part in pool), ""):
            given[p.name] = pool[first]
        else:
            return None
    return function, given


COMMON: Mapping[str, object] = {
    "discount": 0.9, "periods": 5, "name": "inf", "party": 0, "player": 0, "rng": 1, "event": "withdrawn",
}  # fmt: skip


def by_hand() -> dict[Callable[..., Any], dict[str, Any]]:
    """The calls of the table, by verb."""
    return {verb: given for verb, given in bad_inputs.calls().values() if inspect.isfunction(verb)}


def _noticed() -> tuple[Any, Any]:
    inf = ag.load_scenario("inf")
    return inf.bayesian_game("us_account"), dict.fromkeys(("US", "Russia"), ag.treaty.pretext)


def _branches() -> list[object]:
    game, leave = ag.Treaty(), (ag.treaty.exit_on_alarm,) * 2
    return [ag.simulation.Branch("calm", 0.25, game, leave), ag.simulation.Branch("loud", 0.75, game, leave)]


def _types() -> dict[str, Any]:
    game, profile = _noticed()
    return {"game": game, "profile": profile, "discount": 0.95}


def _sitting(pool: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "values": pool["TermValues"], "protocol": ag.negotiation.AlternatingOffers((0.9, 0.9), rounds=5),
        "first": ag.negotiation.boulware(), "second": ag.negotiation.conceder(),
    }  # fmt: skip


def _effects(method: object) -> dict[str, Any]:
    ranges = {"detection": (0.1, 0.9), "temptation": (1.1, 2.0)}
    return {
        "found": ag.sensitivity(ag.Treaty(), ranges, measure=ag.measures.threshold, method=method, rng=1, discount=0.9)
    }


def _recorded() -> dict[str, Any]:
    game, profile = _noticed()
    return {"path": ag.studies.recorded_path(ag.load_scenario("inf")), "game": game, "profile": profile}


def _signals() -> ag.trees.AssessmentList:
    def pay(kind: str, sent: str, _: str) -> tuple[float, float]:
        return float(kind == sent), 0.0

    return ag.trees.perfect_bayesian(ag.ExtensiveGame.signalling({"a": 0.9, "b": 0.1}, ["a", "b"], ["in", "out"], pay))


def _first_moves() -> Any:
    treaty, kinds = ag.Treaty(notice_days=91).replace(detection=0.8), {"content": {}, "out": {"outside_option": 1.3}}
    measure = ag.measures.first_moves_by_type.under(types=kinds)
    return ag.sweep(treaty, {"exit_cost_unprovoked": (0.5, 4.0)}, measure, discount=0.95, progress=False)


def _policy() -> dict[str, Any]:
    law = [[[0.9, 0.1], [0.4, 0.6]], [[0.4, 0.6], [0.2, 0.8]]]
    game = ag.StochasticGame([bad_inputs.STAGE] * 2, [law, law], states=("calm", "tense"))
    sets = ag.payoff_set(game, discount=0.8)
    return {"sets": sets, "state": "calm", "payoff": sets["calm"].inner.mean(axis=0)}


def _run() -> ag.simulation.Trajectories:
    return ag.simulate(ag.Treaty(), (ag.treaty.exit_on_alarm,) * 2, discount=0.9, periods=5, paths=9, rng=1, keep=True)


INF = {"scenario": ag.load_scenario("inf"), "perspective": "agnostic"}
TRAPS = {"win_probability": 0.5, "audience_cost": 0.2, "cost_max_sender": 0.5, "cost_max_target": 0.5}

# what neither an example nor a hint gives; the pool holds what the examples made, by the name of its type
EXTRA: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "read_scenario": lambda _: {"path": Path(ag.__file__).parent / "dossiers" / "data" / "inf.toml"},
    "report": lambda _: {"scenario": INF["scenario"], "perspective": "agnostic", "paths": 20, "periods": 3},
    "studies.from_priors": lambda _: {"priors": {"detection": scipy.stats.beta(2, 5)}, "count": 4, "rng": 1},
    "studies.calibration_check": lambda _: {
        "model": INF["scenario"], "over": ["detection"], "replicates": 2, "particles": 20, "generations": 1, "rng": 1,
        "periods": 10},
    "bayesian_equilibria": lambda _: {"game": _noticed()[0], "discount": 0.95},
    "extend": lambda _: {"trajectories": _run(), "paths": 12},
    "critical_prior": lambda _: _types(),
    "bayesian.verify_types": lambda _: _types(),
    "bayesian.bound_types": lambda _: _types() | {"grid": 1},
    "bayesian.tie_range": lambda _: _types() | {"profile": ag.bayesian_equilibria(
        _noticed()[0], discount=0.95)[0], "periods": 5},
    "catalogue.parameter": lambda _: {"default": 0.5, "meaning": "a share"},
    "formats.load_trajectories": lambda _: {"path": _run().save(Path(mkdtemp()) / "run.nc")},
    "formats.from_nashpy": lambda _: {"game": ag.formats.to_nashpy(bad_inputs.STAGE)},
    "measures.path_regime": lambda _: dict(zip(("game", "profile"), _noticed(), strict=True)),
    "negotiation.deals_by_account": lambda pool: {
        "scenario": INF["scenario"], "terms": pool["Terms"], "discount": 0.95},
    "negotiation.account_frame": lambda pool: {"deals": ag.negotiation.deals_by_account(
        ag.load_scenario("inf"), pool["Terms"], discount=0.95)},
    "negotiation.verify_offers": lambda pool: {"found": pool["OfferEquilibrium"]},
    "negotiation.type_beliefs": lambda pool: {
        **{k: v for k, v in _sitting(pool).items() if k in ("values", "protocol")},
        "types": [ag.negotiation.boulware(), ag.negotiation.conceder()], "offers": [2, 3], "party": 0},
    "negotiation.negotiated_agenda": lambda pool: {
        k: v for k, v in _sitting(pool).items() if k in ("values", "protocol")},
    "negotiation.refusal_seeking_demand": lambda pool: {"types": [pool["TermValues"]] * 2, "prior": (0.5, 0.5)},
    "negotiation.under_demand": lambda _: {"treaty": ag.Treaty(), "discounts": (0.9, 0.9)},
    "negotiation.under_notice": lambda _: {"treaty": ag.Treaty(), "discounts": (0.9, 0.9)},
    "negotiation.exploitability": _sitting,
    "negotiation.negotiate_sessions": lambda pool: _sitting(pool) | {"sessions": 5, "rng": 1},
    "negotiation.terms_tournament": lambda pool: {
        "treaties": [pool["TermValues"]], "protocol": _sitting(pool)["protocol"],
        "negotiators": [ag.negotiation.boulware(), ag.negotiation.conceder()], "sessions": 3},
    "payoff_sets.state_bracket": lambda _: {
        "game": ag.treaty.inspection.dresher_game(2, 1, discount=0.5), "discount": 0.5, "max_iter": 2, "throw": False},
    "populations.moran": lambda _: dict(bad_inputs.READY["moran"][1]),
    "payoff_sets.optimal_punishment": lambda _: {
        "payoff_set": ag.payoff_set(bad_inputs.GAME, discount=0.7), "player": 0},
    "plot.catalogue_picture": lambda _: {
        "picture": ag.catalogue.load("baliga_sjostrom_2012").picture()},
    "trees.intuitive_criterion": lambda _: {"equilibria": _signals()},
    "payoff_sets.policy_for": lambda _: _policy(),
    "plot.survival": lambda _: {"runs": _run()},
    "plot.first_moves": lambda _: {"found": _first_moves()},
    "plot.conflict_graph": lambda _: {"model": ag.treaty.conflict_graph.GraphModel.from_table(
        ["CC", "CD", "DC", "DD"], {"A": ["DC", "CC", "DD", "CD"], "B": ["CD", "CC", "DD", "DC"]})},
    "trees.divinity": lambda _: {"equilibria": _signals()},
    "plot.agreement_map": lambda pool: {"values": pool["TermValues"], "x": "inspections", "y": "ceiling"},
    "plot.concession_curves": lambda _: {"negotiators": [ag.negotiation.boulware()], "rounds": 4},
    "plot.deadline_curve": lambda pool: {
        **{k: v for k, v in _sitting(pool).items() if k in ("values", "protocol")}, "sessions": 5, "deadlines": (1, 2),
        "pairs": {"both": (ag.negotiation.boulware(), ag.negotiation.conceder())}},
    "plot.offer_dance": _sitting,
    "plot.basins": lambda _: {"result": ag.populations.basins(bad_inputs.np.eye(3), resolution=3)},
    "plot.phase_portrait": lambda _: {"payoffs": bad_inputs.HAWK},
    "plot.simplex": lambda _: {"payoffs": bad_inputs.np.eye(3)},
    "plot.first_causes": lambda _: {"found": _run().first_causes()},
    "plot.fan": lambda _: {"values": bad_inputs.np.eye(4)},
    "plot.sample_paths": lambda _: {"run": _run()},
    "plot.holding_priors": lambda _: {"found": ag.critical_prior(**_types())},
    "plot.threshold_curves": lambda _: {
        "thresholds": bad_inputs.np.full((2, 3), 0.5), "detection": (0.1, 0.5, 0.9), "false_alarm": (0.01, 0.1)},
    "plot.elementary_effects": lambda _: _effects(ag.studies.Morris(trajectories=3)),
    "plot.tornado": lambda _: _effects(ag.studies.OneAtATime()),
    "plot.robustness_region": lambda _: {"found": ag.studies.robustness(ag.studies.Conclusion(
        ag.load_scenario("inf"), "grim == 1", ag.measures.regime), ["detection", "discount"], points=8, rng=1),
        "x": "detection", "y": "discount"},
    "plot.attended": lambda _: {"results": {"one": ag.studies.attendance(**INF, paths=20, periods=5, rng=1)}},
    "plot.declined": lambda _: {"beliefs": {"one": ag.studies.display_beliefs(**INF)}},
    "plot.posteriors": lambda _: {
        "beliefs": {"one": ag.studies.display_beliefs(**INF)}, "pass_rates": {"one": (0.9, 0.2)}},
    "plot.belief_fan": lambda pool: {"paths": {"one": pool["BeliefPath"]}, "kind": "wants out"},
    "plot.snub_map": lambda _: {"readings": {"one": (0.9, 0.2)}},
    "plot.recorded_beliefs": lambda _: {"found": ag.studies.record_beliefs(**_recorded())},
    "plot.regime_maps": lambda _: {"found": ag.sweep(ag.Treaty(), {"detection": (0.1, 0.9), "discount": (
        0.5, 0.9), "false_alarm": (0.01, 0.1)}, ag.measures.regime, progress=False), "by": "false_alarm"},
    "plot.thresholds": lambda _: {"rows": ag.report(**INF, paths=20, periods=5).rows},
    "plot.treaty_incidence": lambda _: {"comparison": ag.compare(["new_start"], "causes")},
    "plot.treaty_thresholds": lambda _: {"comparison": ag.compare(["washington"], "thresholds")},
    "plot.exit_dates": lambda pool: {"path": pool["ExitPath"], "start": "2025-06-27"},
    "simulation.mixture_incidence": lambda _: {"branches": _branches(), "periods": 5},
    "simulation.mixture_law": lambda _: {"branches": _branches(), "periods": 5},
    "simulation.simulate_mixture": lambda _: {
        "branches": _branches(), "discount": 0.9, "periods": 5, "paths": 9, "rng": 1},
    "studies.changed_move": lambda _: _recorded() | {"periods": 5},
    "studies.record_beliefs": lambda _: _recorded(),
    "studies.compliance_map": lambda _: {
        "scenario": INF["scenario"], "detection": (0.2, 0.9), "discount": (0.5, 0.9)},
    "studies.cost_front": lambda _: {
        "treaty": ag.Treaty(), "choose": {"detection": (0.2, 0.9)}, "discounts": (0.5, 0.9)},
    "studies.anticipated_end": lambda _: {"scenario": INF["scenario"]},
    "studies.attendance": lambda _: INF | {"paths": 20, "periods": 5, "rng": 1},
    "studies.display_beliefs": lambda _: INF,
    "studies.outlook": lambda _: INF | {"paths": 20, "periods": 5, "rng": 1},
    "treaty.crises.chain_store_profile": lambda _: {"indifference": 0.5, "stages": 2, "prior": 0.3},
    "treaty.crises.escalation_profile": lambda _: {
        "prize": 1.0, "war_cost_max": (2.0, 2.0), "audience_cost": (0.3, 0.3), "types": 2, "steps": 3},
    "treaty.crises.inspection_profile": lambda _: {
        "gain_max": 2.0, "penalty": 2.0, "cost": 0.2, "damage": 1.0, "detection": 0.8, "types": 3},
    "treaty.crises.public_threat_profile": lambda _: TRAPS | {"types": 3},
    "treaty.parts.parameter": lambda _: {"default": 0.5, "meaning": "a share", "unit": "per period"},
}  # fmt: skip

# they need packages that no group of this project installs
ELSEWHERE = {
    "formats.to_gambit", "negotiation.from_negmas", "negotiation.negmas_session", "negotiation.to_negmas",
}  # fmt: skip


def working_call(name: str, pool: dict[str, object]) -> Call | None:
    """Return a call that answers, or None; the pool grows by what it makes."""
    function, _ = public()[name]
    table = by_hand()
    if function in table:
        return function, table[function]
    if name in EXTRA:
        return function, EXTRA[name](pool)
    return from_docstring(name, pool) or from_hints(function, pool)


def loops(call: Call) -> set[str]:
    """Return where the time of a call is asked, beside what reckons its need before it starts."""
    function, given = call
    found = set()

    def looked() -> float:
        caller: Any = sys._getframe(1)
        while caller.f_globals["__name__"] == _deadline.__name__:
            caller = caller.f_back
        found.add(f"{caller.f_globals['__name__']}.{caller.f_code.co_name}")
        return 0.0

    with mock.patch.object(_deadline, "monotonic", looked), _deadline.deadline(1):
        found.clear()
        with contextlib.suppress(ag.ArmsgameError):
            function(**given)
    return {place for place in found if not place.startswith("armsgame._cost.")}


def parameters(name: str) -> list[str]:
    """Return the parameters that a caller may name."""
    listed = inspect.signature(public()[name][0]).parameters.values()
    return [p.name for p in listed if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]


def counts(name: str, field: str) -> bool:
    """Whether a parameter is a whole number by its hint."""
    return str(inspect.signature(public()[name][0]).parameters[field].annotation) in ("int", "int | None")


def in_order() -> list[str]:
    """Names of all functions, last those that use what examples of others made."""
    names = [name for name in public() if name not in ELSEWHERE]
    return sorted(names, key=lambda n: n in EXTRA or n.startswith("plot."))


def some(name: str, each: int = 1) -> list[tuple[str, str]]:
    """Some bad inputs for each argument of a function, others for each, and a billion where it is a count."""
    kinds, found = list(bad_inputs.BAD), []
    for field in parameters(name):
        first = crc32(f"{name} {field}".encode())
        found += [(field, kinds[(first + 7 * k) % len(kinds)]) for k in range(each)]
    return found + [(f, BILLION) for f in parameters(name) if counts(name, f)]


def tried(call: Call, field: str, bad: str) -> tuple[str, str]:
    """Put one bad input in the place of an argument: "house", "unclear", "taken", "answer", or the raw error's name."""
    function, given = call
    value = 10**9 if bad == BILLION else bad_inputs.BAD[bad]
    # what is legal and long is no fault: it ends with its time
    timed = {"budget_seconds": 2.0} if "budget_seconds" in inspect.signature(function).parameters else {}
    try:
        function(**{**timed, **given, field: value})
    except ag.ArmsgameError as fault:
        return "house" if str(fault).strip() else "unclear", str(fault)[:400]
    except ImportError as fault:
        return "house", str(fault)[:400]
    except Exception as fault:
        return type(fault).__name__, str(fault)[:400]
    hint = str(inspect.signature(function).parameters[field].annotation)
    return ("taken" if bad in NO_NUMBER and hint in NUMBERS else "answer"), hint


BILLION = "a billion"
NUMBERS = {"float", "int", "ArrayLike", "Real", "float | None", "int | None", "Sequence[float]"}
NO_NUMBER = {
    "text", "letters", "bytes", "object", "function", "class", "imaginary", "complex array", "array of text", "cycle",
    "texts of numbers", "nan", "list with nan", "ragged", "set", "masked", "mapping",
}  # fmt: skip
