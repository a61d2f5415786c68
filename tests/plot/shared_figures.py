"""One drawing of every public figure: how it is drawn, the numbers that it must show, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import matplotlib as mpl
import numpy as np
import shared_readings as reads
from shared_pies import given

import armsgame as ag
from armsgame.study.scenarios.enforcement import thresholds
from armsgame.study.scenarios.outlook import attendance, display_beliefs
from armsgame.treaty.cascades import cascade, exit_path
from armsgame.treaty.closed_forms import armsrace_paths
from armsgame.treaty.status import status_words

mpl.use("Agg")
P, N, T = ag.plot, ag.negotiation, ag.treaty
STAGE = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]], players=("US", "Russia"))
REPEATED = ag.RepeatedGame(STAGE)
LADDER = (T.ladder_yield,) * 2
GAME = ag.Treaty().replace(detection=0.3, false_alarm=0.05).game()
LONG = "a name that a careful analyst gave to a variant of the treaty, number"
TIMES = np.linspace(0, 1, 4)


@cache
def inf() -> Any:
    return ag.load_scenario("inf")


@cache
def run(paths: int = 60, periods: int = 12) -> Any:
    return ag.simulate(GAME, LADDER, discount=0.95, periods=periods, paths=paths, rng=3, keep=True)


@cache
def law() -> Any:
    return ag.withdrawal_law(GAME, LADDER, periods=12)


@cache
def duration() -> Any:
    return run().time_to_event(law=law(), period_days=91)


@cache
def causes(with_law: bool = True) -> Any:
    known = ag.survival.incidence_law(GAME, LADDER, periods=12, collapse="notice") if with_law else None
    return run().first_causes(law=known)


@cache
def sobol(count: int = 2) -> Any:
    names = {f"x{k}": (0.0, 1.0) for k in range(count)}
    return ag.sensitivity(_weighted, names, method=ag.studies.Saltelli(base=8, resamples=20), rng=1)


@cache
def other(method: Any, count: int = 2) -> Any:
    return ag.sensitivity(_weighted, {f"x{k}": (0.0, 1.0) for k in range(count)}, method=method, rng=1)


def _weighted(point: Any) -> Any:
    return sum((k + 1) * v for k, v in enumerate(point.values()))


@cache
def beliefs() -> Any:
    return display_beliefs(inf(), "agnostic")


@cache
def attended() -> Any:
    return attendance(inf(), "agnostic", paths=20, periods=6, rng=1)


@cache
def pie() -> Any:
    share = np.linspace(0, 1, 12)
    return given(np.stack([share, 1 - share], axis=1), (0.1, 0.1))


@cache
def terms() -> Any:
    space = N.Terms([N.deployment_ceiling((0.0, 0.5)), N.notice_length((91, 182))])
    return N.value_of_terms(ag.Treaty(), space, discount=0.95)


@cache
def match(count: int = 3) -> Any:
    field = {f"rule {k}": (ag.always_comply, ag.always_deploy, ag.mirror, ag.grim)[k % 4] for k in range(count)}
    return ag.populations.tournament(field, REPEATED, periods=9)


@cache
def regimes() -> Any:
    over = {"detection": [0.1, 0.5, 0.9], "discount": [0.5, 0.7, 0.9]}
    return ag.sweep(ag.Treaty(), over | {"false_alarm": [0.01, 0.1]}, ag.measures.regime, progress=False)


@cache
def rows() -> Any:
    return thresholds(inf(), regimes=[inf().regimes[0].name])


@cache
def compared(question: str) -> Any:
    return ag.compare(["new_start", "washington"], question)


@cache
def mapped() -> Any:
    return ag.studies.prior_map(ag.Treaty(demand=False), {"detection": [0.05, 0.3]}, TIMES, discount=0.95)


@cache
def recorded() -> Any:
    path, game = ag.studies.recorded_path(inf()), inf().bayesian_game("us_account")
    return ag.studies.record_beliefs(path, game, {p: T.pretext for p in game.players})


@cache
def treaties() -> Any:
    return [ag.load_scenario(name) for name in ("washington", "abm", "open_skies")]


@cache
def three_basins() -> Any:
    return ag.populations.basins(np.diag([3.0, 2, 1]), resolution=6)


@cache
def exit_course() -> Any:
    return exit_path.path(exits(), [0, 1, 1.2])


@cache
def crisis() -> Any:
    """A weak and a firm demander, which the addressee cannot tell apart."""
    asked = [ag.Move("B", "asked", {"yes": (a, 2 - a), "no": (-b, b - 1)}) for a, b in ((1, 1), (2, 0))]
    weak, firm = (
        ag.Move("A", name, {"go": m, "stay": (0, 2)}) for name, m in zip(("weak", "firm"), asked, strict=True)
    )
    game = ag.ExtensiveGame(["A", "B"], ag.Chance({"weak": (0.4, weak), "firm": (0.6, firm)}))
    return ag.trees.sequential_equilibria(game)[0]


@cache
def moves() -> Any:
    measure = ag.measures.first_moves_by_type.under(types={"content": {}, "wants_out": {"outside_option": 1.3}})
    grid = {"exit_cost_unprovoked": [0.5, 4.0]}
    return ag.sweep(ag.Treaty(demand=False), grid, measure, discount=0.95, progress=False)


@cache
def robust() -> Any:
    claim = ag.studies.Conclusion(ag.Treaty(), "threshold < 0.9", ag.measures.threshold, discount=0.95)
    return ag.studies.robustness(claim, {"detection": (0.0, 1.0), "false_alarm": (0.0, 0.5)}, points=16, rng=1)


@cache
def fit() -> Any:
    return ag.studies.calibrate(inf(), {"violate": (0.0, 0.2)}, particles=20, generations=1, rng=1)


@cache
def changed() -> Any:
    return ag.counterfactual(inf(), {"detection_after": 0.5}, perspectives=["us_account"], paths=50, periods=6, rng=1)


@cache
def types() -> Any:
    treaty = ag.Treaty(demand=False)
    game = treaty.with_types({"Russia": {"content": {}, "tempted": {"temptation": 2.5}}}, {"Russia": [0.8, 0.2]})
    return ag.bayesian_equilibria(game, discount=0.9, mixing="never")


@cache
def belief_path() -> Any:
    return ag.studies.beliefs({"in": 0.25, "out": 0.75}, [("2019-01-23", "no")], {"no": {"in": 0.9, "out": 0.3}})


@cache
def exits() -> Any:
    return cascade.ExitGame(["A", "B", "C"], alone=[0, 0.5, 1], weights=1, outside=[1, 0.2, -0.4])


@cache
def race() -> Any:
    return T.armsrace.richardson((0.6, 0.5), (1.0, 0.8), (0.3, 0.2))


@cache
def race_path() -> Any:
    return armsrace_paths.substitution_path(race(), [0, 10], (0.1, 0.1), cap=0.5)[0]


@cache
def graph() -> Any:
    return T.conflict_graph.GraphModel.from_table(
        ["CC", "CD", "DC", "DD"], {"US": ["DC", "CC", "DD", "CD"], "Russia": ["CD", "CC", "DD", "DC"]}
    )


@cache
def picture() -> Any:
    return ag.catalogue.load("debs_monteiro_2014").picture()


@cache
def branch() -> Any:
    return ag.one_shot.logit_branch(ag.StageGame.from_bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]]))


@cache
def response() -> Any:
    return ag.simulation.impulse_response(GAME, LADDER, shock="in_force, Russia", periods=6)


@cache
def payoff_sets() -> Any:
    return [ag.payoff_set(REPEATED, discount=d) for d in (0.4, 0.8)]


@cache
def verdict() -> Any:
    return ag.verify(REPEATED, (ag.always_comply, ag.grim), discount=0.8)


@cache
def threshold() -> Any:
    return ag.critical_discount(REPEATED, (ag.grim, ag.grim))


@cache
def trust() -> Any:
    return T.trust.threshold(1.5, 1, 0, -0.5, np.linspace(0, 0.3, 31), 0.005, 0.95)


def moved() -> Any:
    """Changes, in points, of the statuses that move by half a point."""
    change = 100 * response().grouped(status_words).difference
    return change[:, np.abs(change).max(axis=0) >= 0.5]


def flow() -> Any:
    return ag.populations.replicator(np.diag([3.0, 2, 1]), [0.5, 0.3, 0.2], time=1)


HUNT = ag.StageGame.from_bimatrix([[4, 0], [3, 2]], [[4, 3], [0, 2]])
OFFERS = N.AlternatingOffers((0.97, 0.97), rounds=4)
RATES = np.array([[0.4, 0.6, np.inf], [0.5, 0.7, 0.9]])
JERVIS = np.linspace(0, 2, 9), np.linspace(-1, 1, 9)
RECORD = {"B": ("2020-01-02", "2020-01-09", "2020-03-01")}


@dataclass(frozen=True)
class Figure:
    """How a figure is drawn, the numbers that its artists must hold, how it is drawn from named items, and how read."""

    draw: Callable[..., Any]
    truth: Callable[[], Any] = list
    many: Callable[[Sequence[str]], Any] | None = None
    panels: int = 0
    read: Callable[[list[Any]], None] | None = None


def named(names: Sequence[str], one: Any) -> dict[str, Any]:
    return dict.fromkeys(names, one)


FIGURES: dict[str, Figure] = {
    "catalogue_picture": Figure(
        lambda **o: P.catalogue_picture(picture(), **o),
        lambda: [y for _, y in picture().series.values()],
        lambda n: P.catalogue_picture(replace(picture(), series=named(n, next(iter(picture().series.values()))))),
    ),
    "agreement_map": Figure(
        lambda **o: P.agreement_map(terms(), x="ceiling", y="notice", **o),
        lambda: (terms().values - terms().disagreement).sum(axis=1)[terms().self_enforcing],
    ),
    "concession_curves": Figure(
        lambda **o: P.concession_curves([N.boulware()], rounds=5, **o),
        lambda: N.boulware().share(np.arange(5), 5),
        lambda n: P.concession_curves([replace(N.boulware(), name=name) for name in n]),
    ),
    "deadline_curve": Figure(
        lambda **o: P.deadline_curve(pie(), OFFERS, {"late": (N.boulware(),) * 2}, deadlines=(1, 2), sessions=20, **o),
        lambda: [1, 2],
        lambda n: P.deadline_curve(pie(), OFFERS, named(n, (N.boulware(),) * 2), deadlines=(1, 2), sessions=5),
    ),
    "offer_dance": Figure(
        lambda **o: P.offer_dance(pie(), OFFERS, N.boulware(), N.conceder(), **o), lambda: pie().disagreement
    ),
    "terms_frontier": Figure(
        lambda **o: P.terms_frontier(N.negotiate_terms(pie()), **o),
        lambda: [d.payoff for d in N.negotiate_terms(pie()).deals],
        lambda n: P.terms_frontier(
            N.negotiate_terms(pie(), rules=[ag.NashBargaining(weight=w) for w in np.linspace(0.1, 0.9, len(n))])
        ),
    ),
    "basins": Figure(
        lambda **o: P.basins(three_basins(), **o), read=lambda axes: reads.basins(axes[0], three_basins())
    ),
    "phase_portrait": Figure(lambda **o: P.phase_portrait(HUNT, **o), lambda: [2 / 3]),
    "simplex": Figure(
        lambda **o: P.simplex(np.diag([3.0, 2, 1]), [flow()], **o),
        lambda: flow().shares[0] @ [[0, 0], [1, 0], [0.5, np.sqrt(0.75)]],
    ),
    "match_payoffs": Figure(
        lambda **o: P.match_payoffs(match(), **o), lambda: match().scores, lambda n: P.match_payoffs(match(len(n)))
    ),
    "match_wins": Figure(
        lambda **o: P.match_wins(match(), **o),
        lambda: (match().payoffs[0] > match().payoffs[1]).sum(axis=1),
        lambda n: P.match_wins(match(len(n))),
    ),
    "payoff_matrix": Figure(
        lambda **o: P.payoff_matrix(match(), **o), lambda: match().payoffs[0], lambda n: P.payoff_matrix(match(len(n)))
    ),
    "tournament": Figure(
        lambda **o: P.tournament(match(), **o), lambda: match().scores, lambda n: P.tournament(match(len(n)))
    ),
    "hazard": Figure(
        lambda **o: P.hazard(duration(), **o),
        lambda: [duration().hazard, law().hazard],
        lambda n: P.hazard(named(n, duration())),
    ),
    "incidence": Figure(
        lambda **o: P.incidence(causes().incidence, **o),
        lambda: [causes().incidence.cumulative, causes().incidence.exact],
    ),
    "time_to_event": Figure(
        lambda **o: P.time_to_event(duration(), **o),
        lambda: [duration().survival, *duration().band(), law().survival],
        lambda n: P.time_to_event(named(n, duration())),
    ),
    "impulse_response": Figure(lambda **o: P.impulse_response(response(), **o), moved),
    "first_causes": Figure(
        lambda **o: P.first_causes(causes(), **o),
        lambda: [list(causes().shares.values()), list(causes().exact.values())],
        lambda n: P.first_causes(named(n, causes(False))),
    ),
    "outcomes": Figure(
        lambda **o: P.outcomes(run(), **o),
        lambda: list(run().outcomes().shares.values()),
        lambda n: P.outcomes(named(n, run())),
    ),
    "fan": Figure(
        lambda **o: P.fan(np.arange(60.0).reshape(6, 10) ** 2, **o),
        lambda: np.median(np.arange(60.0).reshape(6, 10) ** 2, axis=0),
    ),
    "payoff_distribution": Figure(
        lambda **o: P.payoff_distribution(run(), **o),
        lambda: run().payoff_distribution().mean,
        lambda n: P.payoff_distribution(named(n, run().payoff_distribution())),
    ),
    "sample_paths": Figure(lambda **o: P.sample_paths(run(), **o), lambda: [24]),
    "status_shares": Figure(lambda **o: P.status_shares(run(), **o), lambda: run().status_shares().shares[:, 0]),
    "survival": Figure(
        lambda **o: P.survival(run(), law(), **o),
        lambda: [run().survival(), law().survival],
        lambda n: P.survival(named(n, run()), named(n, law())),
    ),
    "deviation_gains": Figure(lambda **o: P.deviation_gains(verdict(), **o), lambda: [verdict().max_gain]),
    "holding_discounts": Figure(
        lambda **o: P.holding_discounts(threshold(), **o),
        lambda: threshold().intervals,
        lambda n: P.holding_discounts(named(n, threshold())),
    ),
    "holding_priors": Figure(
        lambda **o: P.holding_priors(types(), **o), lambda: [e.priors.regions[0].interval for e in types()]
    ),
    "best_replies": Figure(lambda **o: P.best_replies(HUNT, **o), lambda: [2 / 3]),
    "equilibrium_map": Figure(
        lambda **o: P.equilibrium_map(*JERVIS, **o), read=lambda axes: reads.equilibrium_map(axes[0], *JERVIS)
    ),
    "logit_branch": Figure(lambda **o: P.logit_branch(branch(), **o), lambda: [branch().profiles[0][1:, 0]]),
    "payoff_sets": Figure(
        lambda **o: P.payoff_sets(payoff_sets(), **o),
        lambda: payoff_sets()[1].outer,
        lambda n: P.payoff_sets(named(n, payoff_sets()[1])),
    ),
    "small_multiples": Figure(
        lambda **o: P.small_multiples(payoff_sets(), **o),
        lambda: payoff_sets()[1].outer,
        lambda n: P.small_multiples(named(n, payoff_sets()[1])),
        panels=2,
    ),
    "threshold_curves": Figure(
        lambda **o: P.threshold_curves(RATES, detection=[0.1, 0.5, 0.9], false_alarm=[0.01, 0.1], **o),
        lambda: RATES,
        lambda n: P.threshold_curves(named(n, RATES), detection=[0.1, 0.5, 0.9], false_alarm=[0.01, 0.1]),
    ),
    "states": Figure(
        lambda **o: P.states(GAME, LADDER, **o), read=lambda axes: reads.states(axes[0], GAME, LADDER, 52)
    ),
    "tree": Figure(lambda **o: P.tree(crisis(), **o), read=lambda axes: reads.tree(axes[0], crisis())),
    "elementary_effects": Figure(
        lambda **o: P.elementary_effects(other(ag.studies.Morris(8)), **o),
        lambda: [other(ag.studies.Morris(8)).mu_star, other(ag.studies.Morris(8)).mu_star_interval],
        lambda n: P.elementary_effects(other(ag.studies.Morris(8), max(len(n), 1))),
    ),
    "forest": Figure(
        lambda **o: P.forest(sobol(), **o),
        lambda: [sobol().total, sobol().first_interval],
        lambda n: P.forest(replace(sobol(len(n)), names=tuple(n))),
    ),
    "robustness_region": Figure(
        lambda **o: P.robustness_region(robust(), x="detection", y="false_alarm", **o),
        lambda: robust().design.points["detection"],
    ),
    "sobol_indices": Figure(
        lambda **o: P.sobol_indices(sobol(), **o),
        lambda: [sobol().first, sobol().total, sobol().first_interval, sobol().total_interval],
        lambda n: P.sobol_indices(replace(sobol(len(n)), names=tuple(n))),
    ),
    "tornado": Figure(
        lambda **o: P.tornado(other(ag.studies.OneAtATime()), **o),
        lambda: [other(ag.studies.OneAtATime()).low, other(ag.studies.OneAtATime()).high],
        lambda n: P.tornado(other(ag.studies.OneAtATime(), max(len(n), 1))),
    ),
    "attended": Figure(
        lambda **o: P.attended({"agnostic": attended()}, **o),
        lambda: [attended().difference, attended().sampled_curve],
        lambda n: P.attended(named(n, attended())),
    ),
    "declined": Figure(
        lambda **o: P.declined({"agnostic": beliefs()}, **o),
        lambda: [beliefs().posterior_pretext],
        lambda n: P.declined(named(n, beliefs())),
    ),
    "posteriors": Figure(
        lambda **o: P.posteriors({"agnostic": beliefs()}, {"agnostic": (0.95, 0.8)}, **o),
        lambda: [float(beliefs().found.posterior)],
        lambda n: P.posteriors(named(n, beliefs()), named(n, (0.95, 0.8))),
    ),
    "belief_fan": Figure(
        lambda **o: P.belief_fan({"": belief_path()}, "out", **o),
        lambda: belief_path().of("out"),
        lambda n: P.belief_fan(named(n, belief_path()), "out"),
    ),
    "snub_map": Figure(
        lambda **o: P.snub_map({"here": (0.37, 0.61)}, **o),
        lambda: [0.37, 0.61],
        lambda n: P.snub_map({name: (0.5, 0.9 * (k + 1) / (len(n) + 1)) for k, name in enumerate(n)}),
    ),
    "calibration": Figure(
        lambda **o: P.calibration(fit(), **o), lambda: [fit().mean["violate"], *fit().interval("violate")]
    ),
    "paired_differences": Figure(lambda **o: P.paired_differences(changed(), **o), lambda: [0]),
    "first_moves": Figure(
        lambda **o: P.first_moves(moves(), **o), lambda: [moves()[str(n)] for n in moves().data_vars if n != "error"]
    ),
    "prior_map": Figure(lambda **o: P.prior_map(mapped(), **o), lambda: mapped().code),
    "recorded_beliefs": Figure(lambda **o: P.recorded_beliefs(recorded(), **o), lambda: [recorded().beliefs[1]]),
    "regime_map": Figure(
        lambda **o: P.regime_map(regimes().isel(false_alarm=0), **o),
        many=lambda n: P.regime_map(
            regimes().isel(false_alarm=0),
            points=dict(
                zip(n, zip(np.linspace(0.1, 0.9, len(n)), np.linspace(0.5, 0.9, len(n)), strict=True), strict=True)
            ),
        ),
        read=lambda axes: reads.regime_cells(axes, [regimes().isel(false_alarm=0)], "detection", "discount"),
    ),
    "regime_maps": Figure(
        lambda **o: P.regime_maps(regimes(), by="false_alarm", **o),
        panels=2,
        read=lambda axes: reads.regime_cells(
            axes, [regimes().isel(false_alarm=k) for k in (0, 1)], "detection", "discount"
        ),
    ),
    "thresholds": Figure(
        lambda **o: P.thresholds(rows(), discount=0.95, **o),
        lambda: [ends for r in rows() for ends in r.threshold.intervals],
        lambda n: P.thresholds([replace(rows()[0], regime=name) for name in n]),
    ),
    "timeline": Figure(lambda **o: P.timeline(inf(), **o), read=lambda axes: reads.timeline(axes[0], inf())),
    "exits": Figure(lambda **o: P.exits(treaties(), **o), read=lambda axes: reads.exits(axes[0], treaties())),
    "treaty_incidence": Figure(
        lambda **o: P.treaty_incidence(compared("causes"), **o),
        lambda: [a.causes["agnostic"].cumulative.sum(axis=1)[-1] for a in compared("causes").answers],
        panels=2,
    ),
    "treaty_thresholds": Figure(
        lambda **o: P.treaty_thresholds(compared("thresholds"), **o),
        lambda: [
            a.per_year(low)
            for a in compared("thresholds").answers
            for r in a.rows
            for low, _ in r.threshold.intervals
            if r.strategy == "exit_on_alarm"
        ],
    ),
    "exit_dates": Figure(
        lambda **o: P.exit_dates(exit_course(), RECORD, start="2020-01-01", **o),
        read=lambda axes: reads.exit_dates(axes[0], exit_course(), date(2020, 1, 1), RECORD),
    ),
    "exit_levels": Figure(
        lambda **o: P.exit_levels(cascade.exit_levels(exits()), **o),
        lambda: [cascade.exit_levels(exits()).least, cascade.exit_levels(exits()).greatest],
    ),
    "conflict_graph": Figure(
        lambda **o: P.conflict_graph(graph(), **o),
        # a prisoner's dilemma: whoever complies improves by deploying; sequential sanctions uphold mutual compliance
        read=lambda axes: reads.conflict_graph(
            axes[0],
            {"US": [("CC", "DC"), ("CD", "DD")], "Russia": [("CC", "CD"), ("DC", "DD")]},
            ["CC", "DD"],
        ),
    ),
    "race_portrait": Figure(
        lambda **o: P.race_portrait(race(), {"path": race_path()}, **o),
        lambda: [race_path().first, race().equilibrium],
        lambda n: P.race_portrait(race(), named(n, race_path())),
    ),
    "trust_threshold": Figure(
        lambda **o: P.trust_threshold((2.0, 2.5), np.linspace(0, 0.3, 31), **o),
        lambda: trust().belief,
        lambda n: P.trust_threshold(list(np.linspace(1.6, 4, len(n))), np.linspace(0, 0.3, 31)),
    ),
}
