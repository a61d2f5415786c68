"""Nouns and results say what they are in a few lines, are read-only values, and keep what they promise."""

from __future__ import annotations

import copy
import inspect
import pickle
import pydoc
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from html import unescape
from typing import Any

import numpy as np
import pytest

import armsgame as ag
from armsgame._shown import Drawn, Shown, Value
from armsgame._values import ReadOnlyDict, spelled
from armsgame.negotiation.alternating_protocol import alternating_offers
from armsgame.negotiation.menu import Menu
from armsgame.results.logit_branch import BranchStatus
from armsgame.simulation.paths.mixture import Branch
from armsgame.treaty.cascades import cascade, exit_path
from armsgame.treaty.closed_forms import armsrace_paths

T, N = ag.treaty, ag.negotiation
STAGE = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
PENNIES = ag.StageGame.from_bimatrix([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
CHICKEN = ag.StageGame.from_bimatrix([[6, 2], [7, 0]], [[6, 7], [2, 0]])
REPEATED = ag.RepeatedGame(STAGE)
NOISY = ag.RepeatedGame(STAGE, ag.Monitoring.detection(0.9, 0.05))
PRIVATE = ag.private_monitoring.PrivateMonitoring.alarms(STAGE, 0.9, 0.1)
STATES = ag.StochasticGame(
    [STAGE, STAGE],
    [np.array([[[1.0, 0], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]]), np.tile([0.0, 1.0], (2, 2, 1))],
    states=("peace", "over"),
    observed="state",
    events={"withdrawn": [np.tile([False, True], (4, 1)), np.zeros((4, 2), bool)]},
)
CRISIS = ag.ExtensiveGame(
    ["A", "B"],
    ag.Chance(
        {
            "weak": (
                0.4,
                ag.Move("A", "weak", {"go": ag.Move("B", "asked", {"yes": (1, 1), "no": (-1, 0)}), "stay": (0, 2)}),
            ),
            "firm": (
                0.6,
                ag.Move("A", "firm", {"go": ag.Move("B", "asked", {"yes": (2, 0), "no": (1, -1)}), "stay": (0, 2)}),
            ),
        }
    ),
)
PLAIN = ag.ExtensiveGame(
    ["A", "B"],
    ag.Move(
        "A",
        "start",
        {"go": ag.Move("B", "then", {"yes": ag.trees.Outcome("war", (1, 2)), "no": (0, 0)}), "stay": (0.5, 1)},
    ),
)
SILENT = ag.StochasticGame([STAGE, STAGE], [np.full((2, 2, 2), 0.5)] * 2, states=("calm", "tense"))
GRAPH = ag.treaty.conflict_graph.GraphModel.from_table(
    ["CC", "CD", "DC", "DD"], {"A": ["DC", "CC", "DD", "CD"], "B": ["CD", "CC", "DD", "DC"]}
)
EXITS = cascade.ExitGame(["A", "B", "C"], alone=[0, 0.5, 1], weights=1, outside=[1, 0.2, -0.4])


@cache
def inf() -> Any:
    return ag.load_scenario("inf")


@cache
def typed() -> Any:
    payoffs = {"A": {"content": STAGE.payoffs[0], "tempted": STAGE.payoffs[0] + [[0, 0], [1, 0]]}}
    fixed = {"B": {"stubborn": ag.always_deploy}}
    types = {"A": payoffs["A"], "B": {"content": STAGE.payoffs[1]}}
    prior = {"A": {"content": 0.5, "tempted": 0.5}, "B": {"content": 0.75, "stubborn": 0.25}}
    base = ag.RepeatedGame(ag.StageGame(STAGE.payoffs, players=("A", "B"), actions=STAGE.actions))
    return ag.BayesianGame(base, types, prior, commitments=fixed, observer=[[0.5, 0.5], [1, 0]]), (ag.grim, ag.grim)


@cache
def by_type() -> Any:
    treaty = ag.Treaty(demand=False)
    types = {"Russia": {"content": {}, "tempted": {"temptation": 2.5}}}
    game = treaty.with_types(types, {"Russia": [0.8, 0.2]})
    found = ag.bayesian_equilibria(game, discount=0.9, mixing="never")
    ties = ag.bayesian.tie_range(game, found[0], discount=0.9, periods=5)
    near = ag.bayesian.NearEquilibrium(typed()[1], ag.bayesian.bound_types(*typed(), discount=0.8), "grim")
    return found, found[0], found[0].priors, found[0].priors.regions[0], ties, near


@cache
def model() -> Any:
    return ag.catalogue.load("debs_monteiro_2014")


@cache
def run() -> Any:
    game, policy = ag.Treaty(demand=False).game(), ag.treaty.exit_on_alarm
    return ag.simulate(game, (policy, policy), discount=0.9, periods=9, paths=30, rng=1, keep=True)


@cache
def two_sided() -> Any:
    found = N.two_sided_offers([[worth(), worth(0.5)]], [(1.0,), (0.5, 0.5)])
    return found, found[0], found.game, found[0].assessment, found[0].certificate


@cache
def worth(outside: float = 0.0) -> Any:
    space = N.Terms([N.inspection_quota((0, 1, 4), cost=0.05)])
    treaty = ag.Treaty().replace(detection=0.03, outside_option={"Russia": outside})
    return N.value_of_terms(treaty, space, discount=0.95)


@cache
def race() -> Any:
    return ag.treaty.armsrace.richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))


@cache
def claim() -> Any:
    return ag.studies.Conclusion(ag.Treaty(), "threshold < 0.9", ag.measures.threshold, discount=0.95)


@cache
def fitted() -> Any:
    def crisis(war: float) -> ag.ExtensiveGame:
        return ag.ExtensiveGame(
            ["A"],
            ag.Move("A", "start", {"wait": ag.trees.Outcome("peace", (0,)), "go": ag.trees.Outcome("war", (war,))}),
        )

    return ag.studies.fit_agent_error(crisis, {"peace": 60, "war": 40}, {"war": 0.0}, precision=1.0)


OFFERS = N.AlternatingOffers((0.9, 0.9), rounds=2)
SIGNALS = ["SQ"] * 300 + ["CD"] * 270 + ["SF"] * 280 + ["BD"] * 150
PAYOFFS = {"V_A": 1, "C_B": -0.5, "V_B": 1, "W_A": {"constant": 1}, "W_B": {"constant": 1}, "a": {"constant": 1}}
BOX = dict.fromkeys("ab", (0.0, 1.0))
EXAMPLES: Mapping[str, Callable[[], Any]] = {
    "games": lambda: (STAGE, REPEATED, NOISY, STATES, CRISIS, PLAIN, ag.PrivateGame(STAGE, PRIVATE)),
    "private types": lambda: (
        typed()[0],
        ag.verify(*typed(), discount=0.8),
        ag.bayesian.bound_types(*typed(), discount=0.8),
    ),
    "equilibria by type": by_type,
    "private states": lambda: ag.private_monitoring.PrivateStochasticGame(SILENT, PRIVATE),
    "monitoring": lambda: (NOISY.monitoring, PRIVATE),
    "pieces of a tree": lambda: (ag.Chance({"a": (1.0, (1, 2))}), ag.Move("A", "start", {"go": (1, 2)}), CRISIS.sets),
    "cost": lambda: ag.cost("nash", actions=(3, 3)),
    "outcome": lambda: ag.trees.Outcome("war", (0.0, 1.0)),
    "sequence form": lambda: ag.trees.sequence_form(PLAIN),
    "strategies": lambda: (ag.grim, ag.suspend(3), ag.generous(0.3), ag.grim.on(REPEATED, 0)),
    "strategy of the table": lambda: next(iter(ag.strategies.named_strategies().values())),
    "policies": lambda: (T.exit_on_alarm, T.ladder_yield, T.pretext),
    "treaty": lambda: ag.Treaty(),
    "parts": lambda: (
        T.parts.Climate(),
        T.parts.Deployment(),
        T.parts.Linkage(),
        T.parts.Sanctions(),
        T.parts.Suspension(),
        T.parts.DemandMenu((T.parts.DemandLevel("modest"), T.parts.DemandLevel("maximal", status_cost=20))),
        T.strikes(2),
        T.SUSPENSION_LADDERS["suspend on alarm"],
        T.trust.threshold(1.5, 1, 0, -0.5, 0.06, 0.005, 0.95),
        T.parts.ThirdParty(),
        T.parts.Ultimatum(),
        T.parts.Verification(),
        T.parts.Withdrawal(),
    ),
    "parameter": lambda: next(iter(T.parameters.dictionary().values())),
    "scenario": inf,
    "catalogue": lambda: (model(), next(iter(model().parameters().values())), model().equilibria(), model().picture()),
    "nash": lambda: ag.nash(STAGE),
    "nash in batches": lambda: ag.nash_batch(ag.StageGame(np.stack([STAGE.payoffs, CHICKEN.payoffs]))),
    "correlated": lambda: (ag.correlated(CHICKEN), ag.one_shot.correlated_range(CHICKEN)),
    "obedience": lambda: ag.one_shot.verify_correlated(CHICKEN, [[0.5, 0.25], [0.25, 0]]),
    "logit": lambda: (ag.logit_qre(CHICKEN, precision=0.5), ag.one_shot.logit_branch(STAGE)),
    "dominance": lambda: (ag.one_shot.dominance(STAGE), ag.one_shot.risk_dominance(CHICKEN)),
    "stability": lambda: ag.one_shot.evolutionarily_stable(CHICKEN),
    "methods": lambda: (
        ag.methods.AllLemkeHowson(),
        ag.methods.Exact(),
        ag.methods.LemkeHowson(),
        ag.methods.NashpyAdapter("support_enumeration"),
        ag.methods.SupportEnumeration(),
        ag.methods.VertexEnumeration(),
        ag.methods.ZeroSum(),
        ag.methods.BestResponseIteration(),
        ag.methods.LogTracing(),
        ag.methods.LogitHomotopy(),
        ag.methods.PureEnumeration(),
        ag.methods.HoffmanKarp(),
        ag.methods.Shapley(),
        ag.methods.AbreuSannikov(),
        ag.methods.LinearPrograms(),
        ag.methods.PolygonOperator(),
        ag.studies.Morris(),
        ag.studies.OneAtATime(),
        ag.studies.Saltelli(),
    ),
    "verdicts": lambda: (
        ag.verify(REPEATED, (ag.grim, ag.grim), discount=0.8),
        ag.verify(REPEATED, (ag.always_comply,) * 2, discount=0.8),
        ag.verify(STAGE, [[1, 0], [1, 0]]),
    ),
    "threshold": lambda: ag.critical_discount(REPEATED, (ag.grim, ag.grim)),
    "other thresholds": lambda: (
        ag.thresholds.payoff_threshold(REPEATED),
        ag.thresholds.best_suspension(NOISY, discount=0.9),
    ),
    "payoff set": lambda: ag.payoff_set(REPEATED, discount=0.5),
    "outer bound": lambda: ag.payoff_sets.outer_bound(NOISY, discount=0.5),
    "strategy for a payoff": lambda: ag.strategy_for(ag.payoff_set(REPEATED, discount=0.8), (3, 3)),
    "renegotiation": lambda: ag.payoff_sets.renegotiation_proof(REPEATED, (ag.grim, ag.grim), discount=0.8),
    "bargain": lambda: (ag.negotiate(ag.payoff_set(REPEATED, discount=0.8)), ag.rubinstein((0.9, 0.8))),
    "bargaining rules": lambda: (
        ag.NashBargaining(),
        ag.bargaining.Egalitarian(),
        ag.bargaining.KalaiSmorodinsky(),
        ag.bargaining.Utilitarian(),
    ),
    "private check": lambda: ag.private_monitoring.verify_private(
        ag.PrivateGame(STAGE, PRIVATE), (ag.always_deploy,) * 2, discount=0.5, depth=2
    ),
    "Markov": lambda: ag.markov_perfect(STATES, discount=0.5),
    "best reply": lambda: ag.best_reply(
        STATES, ag.markov.MarkovProfile(STATES, [["deploy", "deploy"]] * 2), 0, discount=0.5
    ),
    "zero sum": lambda: ag.markov.zero_sum_value(ag.RepeatedGame(PENNIES), discount=0.5),
    "transfers": lambda: ag.payoff_sets.verify_transfers(
        SILENT, (("comply", "comply"),) * 2, [(("deploy", "deploy"),) * 2] * 2, discount=0.9
    ),
    "trees": lambda: (
        ag.backward_induction(PLAIN),
        ag.trees.backward_induction_batch(PLAIN),
        ag.trees.perfect_bayesian(CRISIS),
    ),
    "agent logit": lambda: (ag.trees.agent_qre(PLAIN, precision=1.0), ag.trees.agent_branch(PLAIN)),
    "paths": lambda: run(),
    "totals": lambda: ag.simulate(REPEATED, (ag.grim,) * 2, discount=0.9, periods=9, paths=30, rng=1, keep="totals"),
    "readings": lambda: (run().payoff_distribution(), run().compare(run()), run().status_shares(), run().outcomes()),
    "survival": lambda: (
        run().time_to_event("withdrawn"),
        ag.survival.log_rank(run().time_to_event("withdrawn"), run().time_to_event("withdrawn")),
        run().first_causes(),
        run().cumulative_incidence(["withdrawn"]),
    ),
    "laws": lambda: (
        ag.stationary(STATES, (ag.markov.MarkovProfile(STATES, [["deploy", "deploy"]] * 2))),
        ag.withdrawal_law(STATES, ag.markov.MarkovProfile(STATES, [["deploy", "deploy"]] * 2), periods=5),
        ag.outcome_probabilities(ag.Treaty(demand=False).game(), (T.exit_on_alarm, T.exit_on_alarm), periods=5),
        ag.survival.incidence_law(ag.Treaty(demand=False).game(), (T.exit_on_alarm, T.exit_on_alarm), periods=5),
    ),
    "response": lambda: ag.simulation.impulse_response(
        STATES, ag.markov.MarkovProfile(STATES, [["comply", "comply"]] * 2), shock="over", periods=4
    ),
    "branch": lambda: Branch("only", 1.0, STATES, (ag.grim, ag.grim)),
    "populations": lambda: (
        ag.populations.tournament([ag.mirror, ag.always_deploy], REPEATED, periods=20),
        ag.populations.replicator([[1, 1], [0.5, 0.5]], [0.1, 0.9], time=2),
        ag.populations.fixation_probability([[1.1, 1.1], [1, 1]], [1, 9]),
        ag.populations.population_law([[1, 1], [1, 1]], 10, mutation=0.1),
        ag.populations.moran([[1.1, 1.1], [1, 1]], [1, 9], steps=100, paths=4, rng=1),
        ag.populations.rest_points([[-1, 4], [0, 2]]),
        ag.populations.invasion([[3, 0], [5, 1]]),
        ag.populations.basins([[4, 0], [3, 2]], resolution=10),
        ag.populations.fictitious_play(([[1, -1], [-1, 1]], [[-1, 1], [1, -1]]), periods=100, every=10),
    ),
    "terms": worth,
    "negotiators": lambda: N.boulware(),
    "protocols": lambda: (OFFERS, N.IssueByIssue(), N.SimultaneousDemands(), N.SingleText(), N.TakeItOrLeaveIt()),
    "selections": lambda: (N.OneStatus(), N.Policies(((T.exit_on_alarm, T.exit_on_alarm),)), N.PayoffSets()),
    "ledger": lambda: (worth().ledger, N.suspension(2), N.negotiated_agenda(worth(), OFFERS)),
    "offers": lambda: (Menu.of(worth(), OFFERS, False), alternating_offers(worth(), OFFERS)),
    "bargain over terms": lambda: N.negotiate_terms(worth()),
    "sessions": lambda: N.negotiate_sessions(worth(), OFFERS, N.boulware(), N.boulware(), sessions=20, rng=1),
    "screening": lambda: N.screening([worth(), worth(0.5)], (0.5, 0.5), rounds=1),
    "two-sided offers": lambda: two_sided(),
    "worth by type": lambda: N.values_by_type(
        ag.Treaty(demand=False).replace(detection=0.3),
        N.Terms([N.inspection_quota((0, 1))]),
        discount=0.95,
        types={"Russia": {"content": {}, "tempted": {"temptation": 2.5}}},
        prior={"Russia": [0.5, 0.5]},
    ),
    "demand talks": lambda: (
        N.demand_talks(ag.Treaty(), discount=0.95),
        N.demand_talks(ag.Treaty(), discount=0.95).levels[0],
        N.demand_talks(ag.Treaty(), discount=0.95).solve(worth()),
    ),
    "other protocols": lambda: (N.demand_game(worth()), N.agenda(worth()), N.single_text(worth())),
    "deals by account": lambda: N.deals_by_account(inf(), N.Terms([N.inspection_quota((0, 1))]), discount=0.95),
    "beliefs": lambda: (
        ag.studies.beliefs({"in": 0.25, "out": 0.75}, [("2019-01-23", "no")], {"no": {"in": 0.9, "out": 0.3}}),
        ag.studies.prior_range(
            {"in": 0.5, "out": 0.5}, [("2019-01-23", "no")], {"no": {"in": 0.9, "out": 0.3}}, kind="in", at_least=0.5
        ),
        ag.studies.informative_priors(0.9, 0.05),
    ),
    "fits": lambda: (fitted(), ag.studies.fit_signalling(SIGNALS, PAYOFFS)),
    "crisis of a dossier": lambda: ag.studies.strategic_crisis(inf(), "us_account"),
    "hypergame": lambda: ag.studies.hypergame(
        {"US": T.compliance(temptation=0.8), "Russia": T.compliance(temptation=1.5)}
    ),
    "treaties compared": lambda: ag.compare(["inf", "abm"], "notice"),
    "explorer": lambda: explored(),
    "private types on record": lambda: on_record(),
    "exits on record": lambda: ag.studies.exits_on_record(["washington", "inf"]),
    "report": lambda: ag.report(inf(), perspective="us_account", paths=50, periods=8, rng=1),
    "counterfactual": lambda: ag.counterfactual(
        inf(), {"display_attended": True}, perspectives=["agnostic"], paths=50, periods=4, rng=1
    ),
    "least cost": lambda: ag.studies.design_treaty(ag.Treaty(), choose={"detection": [0.0, 0.5, 1.0]}, discount=0.95),
    "designs": lambda: ag.studies.grid({"detection": [0.1, 0.2]}),
    "measures": lambda: (ag.measures.threshold, ag.measures.survival()),
    "regimes": lambda: ag.measures.markov_regime(ag.Treaty(), discount=np.array([0.3, 0.95])),
    "robustness": lambda: (claim(), ag.studies.robustness(claim(), {"detection": (0.0, 1.0)}, points=64, rng=1)),
    "sensitivity": lambda: [
        ag.sensitivity(_sum, BOX, method=how, rng=1)
        for how in (ag.studies.Saltelli(64), ag.studies.Morris(8), ag.studies.OneAtATime())
    ],
    "cascade": lambda: (
        EXITS,
        cascade.equilibria(EXITS),
        cascade.exit_levels(EXITS),
        cascade.selection(cascade.ExitGame(["A", "B"], alone=0, weights=1, outside=0)),
        cascade.verify(EXITS, [False, False, True]),
        exit_path.path(EXITS, [0, 1, 1.2]),
        exit_path.verify_path(EXITS, exit_path.path(EXITS, [0, 1, 1.2])),
    ),
    "arms race": lambda: (
        race(),
        T.armsrace.multiplier(1.0, 0.1, 0.8),
        armsrace_paths.substitution_path(race(), [0, 100], (0.1, 0.1), cap=0.5),
    ),
    "studies of private types": lambda: (
        ag.measures.bayesian_regime,
        ag.measures.Types(prior=[[0.5, 0.5]] * 2),
        (mapped := ag.studies.prior_map(ag.Treaty(demand=False), {"detection": [0.3]}, discount=0.95)),
        mapped.profiles[0],
        (replies := ag.bayesian.best_reply_by_type(*typed(), "A", discount=0.8)),
        *replies.replies.values(),
        ag.studies.changed_move(
            ag.studies.recorded_path(ag.load_scenario("inf")),
            ag.load_scenario("inf").bayesian_game("us_account"),
            {"US": T.pretext, "Russia": T.pretext},
            periods=4,
        ),
    ),
    "displays": lambda: (
        T.verification.display(0.7, 0.9, 0.8),
        T.verification.costly_offer(1.0, 0.3, 1.5),
        T.verification.reassurance(0.8, 0.4, 1.6, 0.8),
        T.verification.transparency_window(1.5, 1, 0, 0.6, 2.0, 0.2),
    ),
    "linkage": lambda: (
        T.linkage.threshold([[5, 3, 1], [2, 1.8, 0]]),
        T.linkage.effect([[2, 1, 0], [1.5, 1, 0]], discount=0.4),
    ),
    "reciprocity": lambda: (
        _forms("reciprocity").mirror(5, 3, 1, 0),
        _forms("reciprocity").required_trust(0.5, 1, 0, -0.5),
    ),
    "reputation": lambda: (
        T.reputation.chain_store(0.5, 3, 0.1),
        T.reputation.shared_trust(0.8, alarms=[3, 0], quiet=[7, 3], detection=0.3, false_alarm=0.05, required=0.9),
    ),
    "spatial": lambda: T.spatial.contest([0, 0.4, 1], [1, 1, 1.5], [1, 0.5, 0.6]),
    "third parties": lambda: (
        T.third_party.host_consent(1.0, 3, 0.5),
        T.third_party.private_hosts(1.5, 2),
        T.third_party.host_competition(1.0, [0.5, 0.2, 0.4]),
    ),
    "ultimatum": lambda: (
        T.ultimatum.take_it_or_leave_it(0.5, 0.1, 0.0, 0.4),
        T.ultimatum.public_threat(0.4, 0.2, 1.5, 1.2),
        T.ultimatum.escalation(1.0, (2.0, 2.0), (1.0, 1.0)),
        T.ultimatum.deadline(0.8, 1.0, 1.5, 0.02, 60),
        T.ultimatum.attrition(1.0, 0.1),
        T.ultimatum.power_shift(0.4, 0.7, 0.9, 0.1, 0.1),
    ),
    "withdrawal": lambda: (
        T.withdrawal.notice(STAGE, [0, 1]),
        T.withdrawal.optimal_exit(0.5, 0.9),
        T.withdrawal.escape_clause(0.6, 0.6, 0.9),
        T.withdrawal.survival(0.05, 10),
    ),
    "conflict graph": lambda: (GRAPH, GRAPH.stability(), GRAPH.paths("CC")),
    "crises": lambda: (
        T.crises.inspection_cut_off(2.0, 3.0, 0.2, 2.0, 0.8),
        T.crises.ultimatum_outcome(
            0.5, 0.1, [0.0, 0.3], [0.5, 0.6, 0.8], prior=[0.2, 0.8], status_quo=0.5, audience_cost=[0.05, 0.2]
        ),
    ),
    "inspection": lambda: (
        T.inspection.one_shot(1, 3, 0.2, 2, 0.8),
        T.inspection.statistical(2.0, 0.5, 0.4, 0.2, 2.0),
        T.inspection.site_sampling(100, 5, 20),
        T.inspection.material_accountancy([[1, -0.3], [-0.3, 1]], diversion=[3, 0], false_alarm=0.05),
        T.inspection.dresher(5, 2),
        T.inspection.leadership(5, 2, penalty=1, caught_loss=0.5),
        T.inspection.site_allocation(gain=[1, 2], penalty=4, damage=[2, 6], detection=0.9, budget=1),
        T.timeliness.single_inspection(3),
    ),
}


def explored() -> tuple[Shown, ...]:
    axes = ("detection", "false_alarm", "discount", "prior", "standing", "deadline_days", "audience_cost")
    levels: dict[str, tuple[object, ...]] = dict.fromkeys(axes, ())
    found = ag.explore(ag.load_scenario("inf"), levels=levels, starts=("stay_deployed",), periods=8)
    cell, shared = next(iter(found.cells.values())), next(iter(found.shared.values()))
    return found, found.axes[0], shared, *cell.values()


def on_record() -> tuple[Shown, ...]:
    inf = ag.load_scenario("inf")
    hollow = dict.fromkeys(inf.parties, T.stay_deployed)
    path = ag.studies.recorded_path(inf)
    told = ag.studies.record_beliefs(path, inf.bayesian_game("us_account"), hollow)
    return path, told, ag.outcomes(inf, "us_account", periods=8, starts={"hollow": hollow}, paths=64, rng=1)


def _sum(point: Mapping[str, Any]) -> Any:
    return point["a"] + 2 * point["b"]


def _forms(name: str) -> Any:
    from importlib import import_module

    return import_module(f"armsgame.treaty.closed_forms.{name}")


def _inside(thing: Any, seen: set[int]) -> Iterator[Shown]:
    """Yield an example and every noun and result in its fields."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Shown):
        yield thing
    parts: Any = ()
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = [getattr(thing, f.name) for f in fields(thing)]
    elif isinstance(thing, Mapping):
        parts = thing.values()
    elif isinstance(thing, (tuple, list)):
        parts = thing[:24]
    for part in parts:
        yield from _inside(part, seen)


@cache
def made(name: str) -> tuple[Shown, ...]:
    """The example, and one object of each further type inside it."""
    found: dict[type, Shown] = {}
    for one in _inside(EXAMPLES[name](), set()):
        found.setdefault(type(one), one)
    return tuple(found.values())


def _exported() -> set[type]:
    """Classes of the public namespaces that are no errors and no enumerations."""
    rooms: list[Any] = [ag, ag.treaty, ag.negotiation, ag.catalogue, ag.measures]
    rooms += [v for v in (getattr(ag.treaty, n) for n in ag.treaty.__all__) if inspect.ismodule(v)]
    named = {getattr(room, n) for room in rooms for n in room.__all__ if inspect.isclass(getattr(room, n))}
    return {cls for cls in named if not issubclass(cls, (Exception, Enum))}


@cache
def _made_types() -> frozenset[type]:
    return frozenset(cls for name in EXAMPLES for one in made(name) for cls in type(one).__mro__)


def test_every_exported_class_has_an_example() -> None:
    missing = sorted(f"{cls.__module__}.{cls.__name__}" for cls in _exported() - _made_types())
    assert missing == []


def test_every_exported_class_shows_itself() -> None:
    assert [cls.__name__ for cls in _exported() if not issubclass(cls, Shown)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_repr_is_short_and_its_words_stand_in_the_table(name: str) -> None:
    for one in made(name):
        text = repr(one)
        lines = text.splitlines()
        assert len(lines) <= 6, text
        assert max(map(len, lines)) <= 160, text
        assert "array(" not in text
        assert "object at 0x" not in text
        html = one._repr_html_()
        assert html.count("<table") >= 1
        assert html.count("<table") == html.count("</table>")
        assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", unescape(html)))


@pytest.mark.parametrize("name", EXAMPLES)
def test_pickles_and_copies_are_equal(name: str) -> None:
    for one in made(name):
        for other in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
            assert type(other) is type(one)
            assert repr(other) == repr(one)
            if isinstance(one, Value):
                assert other == one
                assert hash(other) == hash(one)
                assert _writable(other) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_leaves_are_read_only(name: str) -> None:
    for one in made(name):
        assert _writable(one) == [], type(one)
        if is_dataclass(one) and fields(one):
            with pytest.raises(AttributeError):
                setattr(one, fields(one)[0].name, None)


def _writable(one: Any, place: str = "") -> list[str]:
    """Places in an object where an array, a list or a dictionary can be written to."""
    if isinstance(one, np.ndarray):
        return [place] if one.flags.writeable else []
    if isinstance(one, (list, set)) or (isinstance(one, dict) and not isinstance(one, ReadOnlyDict)):
        return [place]
    if isinstance(one, dict):
        return [w for k, v in one.items() for w in _writable(v, f"{place}[{k!r}]")]
    if isinstance(one, tuple):
        return [w for k, v in enumerate(one[:8]) for w in _writable(v, f"{place}[{k}]")]
    if isinstance(one, Shown) and is_dataclass(one):
        return [w for f in fields(one) for w in _writable(getattr(one, f.name), f"{place}.{f.name}")]
    return []


@pytest.mark.parametrize("name", EXAMPLES)
def test_tables_and_explanations_are_there_where_promised(name: str) -> None:
    for one in made(name):
        if hasattr(one, "to_frame"):
            assert len(one.to_frame().columns) >= 1
        if hasattr(one, "to_xarray"):
            assert one.to_xarray().sizes
        explain = getattr(one, "explain", None)
        if explain is not None and not inspect.signature(explain).parameters:
            assert explain().rstrip()[-1] in ".:%" or "\n" in explain()


# what verbs of the root namespace answer with that is no table: nouns to play with, reports, costs, arrays of batches
NO_TABLES = {"AlternatingOffers", "Cost", "PublicStrategy", "Report", "Scenario", "Strategy"}


def test_answers_of_the_daily_verbs_are_tables() -> None:
    verbs = [f for f in (getattr(ag, n) for n in ag.__all__) if inspect.isfunction(f)]
    known = {cls.__name__: cls for cls in _made_types() if issubclass(cls, Shown)}
    told = {w for f in verbs for w in re.findall(r"\w+", str(inspect.signature(f).return_annotation))}
    answers = {name: known[name] for name in told & set(known)}
    assert len(answers) > 25
    assert sorted(n for n, cls in answers.items() if not hasattr(cls, "to_frame")) == sorted(NO_TABLES)


def test_tables_hold_the_numbers() -> None:
    grim = ag.critical_discount(REPEATED, (ag.grim, ag.grim))
    assert grim.to_frame()[["low", "high"]].to_numpy().tolist() == [list(ends) for ends in grim.intervals]
    row = ag.verify(REPEATED, (ag.always_comply, ag.grim), discount=0.8).to_frame().iloc[0]
    assert not row["ok"]
    assert (row["player"], row["action"]) == ("column", "deploy")
    assert row[["value row", "value column"]].tolist() == pytest.approx([3, 3])
    game, profile = ag.Treaty(demand=False).game(), (ag.treaty.exit_on_alarm,) * 2
    law = ag.withdrawal_law(game, profile, periods=4)
    assert law.to_frame()["survival"].tolist() == law.survival.tolist()
    assert law.to_frame()["pmf"].sum() == pytest.approx(1 - law.survival[-1])
    rest = ag.stationary(game, profile)
    assert dict(rest.to_frame().to_numpy().tolist()) == dict(rest.states)
    odds = ag.outcome_probabilities(REPEATED, (ag.grim, ag.grim), periods=3, error=0.1)
    assert dict(odds.to_frame()[["outcome", "exact"]].to_numpy().tolist()) == dict(odds.shares)


def test_what_is_prescribed_is_no_deviation() -> None:
    safe = ag.verify(REPEATED, (ag.grim, ag.grim), discount=0.9)
    assert (str(safe.where), safe.where.action) == ("none", "")
    tie = ag.verify(REPEATED, (ag.grim, ag.grim), discount=0.5, exact=True)
    assert str(tie.where) == "row plays 'deploy' at 'comply': gain 0"
    assert str(ag.nash(STAGE)[0].certificate).endswith("largest gain: none")
    assert str(ag.markov_perfect(STATES, discount=0.5)[0].certificate).endswith("largest gain: none")
    assert "largest gain: none" in str(ag.backward_induction(PLAIN)[0])
    assert ag.critical_discount(REPEATED, (ag.always_deploy,) * 2).binding is None


def test_every_type_with_a_picture_has_its_drawer() -> None:
    drawn = {cls.__name__ for cls in _made_types() if issubclass(cls, Drawn) and cls is not Drawn}
    assert drawn <= set(ag.plot.DRAWERS)
    assert all(callable(getattr(ag.plot, figure)) for figure in ag.plot.DRAWERS.values())


# objects that a picture needs more of than an example has, and what the drawer asks for
PICTURES: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "Basins": (lambda: ag.populations.basins(np.diag([3.0, 2, 1]), resolution=6), {}),
    "Calibration": (
        lambda: ag.studies.calibrate(inf(), {"violate": (0.0, 0.2)}, particles=20, generations=1, rng=1),
        {},
    ),
    "ExitPath": (lambda: exit_path.path(EXITS, [0, 1, 1.2]), {"start": "2020-01-01"}),
    "Robustness": (
        lambda: ag.studies.robustness(claim(), {"detection": (0.0, 1.0), "false_alarm": (0.0, 0.5)}, points=32, rng=1),
        {"x": "detection", "y": "false_alarm"},
    ),
    "TermValues": (
        lambda: N.value_of_terms(
            ag.Treaty(), N.Terms([N.deployment_ceiling((0.0, 0.5)), N.notice_length((91, 182))]), discount=0.95
        ),
        {"x": "ceiling", "y": "notice"},
    ),
    "TreatyComparison": (lambda: ag.compare(["inf", "abm"], "thresholds"), {}),
}


def _pictured(kind: str) -> tuple[Any, dict[str, Any]]:
    """Return an object of a type with a picture, and further arguments of its drawer."""
    if kind in PICTURES:
        return PICTURES[kind][0](), PICTURES[kind][1]
    return next(one for name in EXAMPLES for one in made(name) if type(one).__name__ == kind), {}


@pytest.mark.parametrize("kind", ag.plot.DRAWERS)
def test_plot_draws_on_the_axes_it_is_given(kind: str) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    one, options = _pictured(kind)
    assert isinstance(one, Drawn)
    figure, ax = plt.subplots()
    assert one.plot(ax=ax, **options) is ax
    assert ax.has_data() or ax.patches or ax.texts
    plt.close(figure)


def test_refutations_say_who_gains_what_and_where() -> None:
    told = ag.verify(REPEATED, (ag.always_comply, ag.grim), discount=0.8).explain()
    assert re.search(r"Why not: .* gains [0-9.]+ a period by playing 'deploy' at ", told)
    assert not ag.verify(REPEATED, (ag.always_comply, ag.grim), discount=0.8)
    assert ag.verify(REPEATED, (ag.grim, ag.grim), discount=0.8)


@pytest.mark.parametrize(
    "one", [ag.grim, ag.treaty.exit_on_alarm, ag.treaty.pretext, ag.measures.threshold, ag.suspend(2)]
)
def test_help_describes_the_object_and_not_its_class(one: Any) -> None:
    shown = pydoc.render_doc(one, renderer=pydoc.plaintext)
    assert one.about
    assert " ".join(one.about.split()) in " ".join(shown.split())
    assert type(one).__doc__ != one.__doc__


def test_arrays_of_the_caller_stay_writable() -> None:
    own = np.array([1.0, 2.0])
    kept = ag.trees.Outcome("war", own)
    own[0] = 5
    assert np.asarray(kept.payoffs)[0] == 1


def test_arrays_that_were_broadcast_are_taken_in_silence() -> None:
    race = ag.treaty.armsrace.richardson((np.ones(2), 1), (2, 2), (1, 1))
    assert _writable(race) == []


def test_what_plays_differently_is_not_equal() -> None:
    assert ag.suspend(2) != ag.suspend(3)
    assert ag.nash(STAGE) != ag.nash(CHICKEN)
    assert ag.payoff_set(REPEATED, discount=0.5) != ag.payoff_set(REPEATED, discount=0.8)


def test_read_only_mappings_refuse_changes_and_hash_by_content() -> None:
    first, second = ReadOnlyDict(a=np.array([1.0])), ReadOnlyDict(a=np.array([1.0]))
    assert hash(first) == hash(second)
    with pytest.raises(TypeError, match="read-only"):
        first["a"] = 2
    with pytest.raises(TypeError, match="read-only"):
        first.update(b=1)


def test_records_of_a_treaty_are_spelled_in_full() -> None:
    first, second = spelled(ag.Treaty()), spelled(ag.Treaty().replace(temptation={"Russia": 1.5000001}))
    assert first != second
    assert spelled(ag.Treaty()) == first


def test_next_steps_print_their_text() -> None:
    assert str(BranchStatus.NASH) == f"NASH: {BranchStatus.NASH.value}"
