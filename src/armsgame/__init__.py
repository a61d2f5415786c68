"""Arms-control treaties as repeated and stochastic games: equilibria with certificates, trajectories.

``import armsgame as ag`` loads numpy and nothing heavier; every public name is attached on first
use (SPEC 1).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_MODULES = {
    "catalogue": "catalogue",
    "errors": "errors",
    "measures": "study.sweeps.measure_names",
    "negotiation": "negotiation",
    "plot": "plot",
    "treaty": "treaty",
}
_HOMES = {
    "armsgame.errors": ("ArmsgameError", "InvalidGame", "NotSolved", "ScenarioError", "WrongConcept"),
    "armsgame.games.stage": ("StageGame",),
    "armsgame.games.monitoring": ("Monitoring",),
    "armsgame.strategies.automaton": ("Automaton",),
    "armsgame.strategies.named": (
        "Strategy",
        "always_comply",
        "always_deploy",
        "contrite",
        "generous",
        "grim",
        "mirror",
        "suspend",
        "win_stay_lose_shift",
    ),
    "armsgame.games.repeated": ("RepeatedGame",),
    "armsgame.games.stochastic": ("StochasticGame",),
    "armsgame.results.certificates": ("Certificate", "Threshold", "discount_factor"),
    "armsgame.checkers.in_time": ("verify",),
    "armsgame.formats.packages": ("from_nashpy", "to_gambit", "to_nashpy"),
    "armsgame.formats.nfg": ("read_nfg", "write_nfg"),
    "armsgame.results.assessment": ("Assessment", "AssessmentCertificate", "AssessmentList"),
    "armsgame.checkers.trees": ("verify_assessment",),
    "armsgame.games.extensive": ("ExtensiveGame",),
    "armsgame.games.tree_nodes": ("Chance", "InformationSet", "Move", "Outcome"),
    "armsgame.checkers.correlated": ("verify_correlated",),
    "armsgame.results.payoff_set": ("PayoffSet",),
    "armsgame.results.one_shot": ("Equilibrium", "Solution", "StageCertificate", "Status"),
    "armsgame.games.private": ("PrivateGame", "PrivateMonitoring"),
    "armsgame.results.agent_logit_branch": ("AgentBranch", "AgentResponse"),
    "armsgame.solve.trees.agent_logit": ("agent_branch", "agent_qre"),
    "armsgame.solve.trees.refinements": ("divinity", "intuitive_criterion"),
    "armsgame.solve.trees.sequential_equilibria": ("sequential_equilibria",),
    "armsgame.solve.trees.signalling": ("perfect_bayesian",),
    "armsgame.formats.efg": ("read_efg", "write_efg"),
    "armsgame.games.sequence_form": ("SequenceForm", "sequence_form", "strategic_form"),
    "armsgame.solve.trees.sequence_form": ("sequence_form_equilibrium",),
    "armsgame.solve.trees.backward_induction": ("InductionBatch", "backward_induction", "backward_induction_batch"),
    "armsgame.games.private_states": ("PrivateStochasticGame",),
    "armsgame.solve.bargaining.bargain": (
        "Egalitarian",
        "KalaiSmorodinsky",
        "NashBargaining",
        "Utilitarian",
        "negotiate",
        "rubinstein",
    ),
    "armsgame.solve.private_monitoring.belief_free": ("belief_free",),
    "armsgame.solve.payoff_sets.patience_limit": (
        "feasible_set",
        "individually_rational_set",
        "limit_payoff_set",
        "score",
    ),
    "armsgame.solve.private_monitoring.verify_private": ("verify_private",),
    "armsgame.solve.payoff_sets.bracket": ("outer_bound",),
    "armsgame.solve.thresholds.suspensions": (
        "best_forgiveness",
        "best_suspension",
        "best_symmetric",
        "suspension_threshold",
    ),
    "armsgame.solve.payoff_sets.renegotiation": ("renegotiation_proof", "renegotiation_proof_set"),
    "armsgame.solve.thresholds.targets": ("payoff_threshold", "required_detection"),
    "armsgame.solve.payoff_sets.transfers": ("transfer_critical_discount", "transfer_payoff_set"),
    "armsgame.solve.one_shot.correlated": ("correlated", "correlated_range"),
    "armsgame.solve.one_shot.dominance": ("dominance",),
    "armsgame.solve.one_shot.evolutionary_stability": ("evolutionarily_stable",),
    "armsgame.solve.one_shot.methods": (
        "AllLemkeHowson",
        "Exact",
        "LemkeHowson",
        "NashpyAdapter",
        "SupportEnumeration",
        "VertexEnumeration",
        "ZeroSum",
    ),
    "armsgame.results.markov_profile": ("MarkovProfile",),
    "armsgame.checkers.markov": ("verify_markov",),
    "armsgame.checkers.transfers": ("verify_transfers",),
    "armsgame.solve.markov.best_reply": ("best_reply",),
    "armsgame.solve.markov.markov_perfect": ("markov_perfect",),
    "armsgame.solve.markov.methods": ("BestResponseIteration", "LogTracing", "LogitHomotopy", "PureEnumeration"),
    "armsgame.solve.markov.zero_sum": ("HoffmanKarp", "Shapley", "zero_sum_value"),
    "armsgame.solve.one_shot.nash": ("nash",),
    "armsgame.solve.one_shot.nash_batch": ("NashBatch", "nash_batch"),
    "armsgame.solve.one_shot.logit": ("logit_branch", "logit_qre"),
    "armsgame.solve.one_shot.risk_dominance": ("risk_dominance",),
    "armsgame.solve.thresholds.critical_discount": ("critical_discount",),
    "armsgame.solve.payoff_sets.strategies": ("optimal_punishment", "policy_for", "strategy_for"),
    "armsgame.solve.payoff_sets.payoff_set": ("AbreuSannikov", "LinearPrograms", "payoff_set"),
    "armsgame.simulation.survival.kaplan_meier": ("time_to_event",),
    "armsgame.simulation.survival.competing_risks": ("aalen_johansen", "incidence_law"),
    "armsgame.simulation.runs.files": ("load_trajectories",),
    "armsgame.solve.payoff_sets.polygons": ("PolygonOperator",),
    "armsgame.simulation.laws.laws": ("expected_payoffs", "stationary", "withdrawal_law"),
    "armsgame.simulation.laws.impulse": ("ImpulseResponse", "impulse_response"),
    "armsgame.simulation.laws.outcomes": ("outcome_probabilities",),
    "armsgame.simulation.paths.simulate": ("extend", "simulate"),
    "armsgame.simulation.runs.totals": ("Totals",),
    "armsgame.simulation.runs.trajectories": ("Trajectories",),
    "armsgame.strategies.library": ("named_strategies",),
    "armsgame.populations.tournament": ("Tournament", "payoff_matrix", "tournament"),
    "armsgame.populations.flows": ("best_response_dynamics", "ecological", "logit_dynamics", "replicator"),
    "armsgame.populations.rest_points": ("rest_points",),
    "armsgame.populations.finite_sampled": ("moran", "pairwise_comparison"),
    "armsgame.populations.finite_exact": ("fixation_probability", "population_law"),
    "armsgame.populations.learning": ("fictitious_play", "stochastic_fictitious_play"),
    "armsgame.populations.invasion": ("basins", "invasion"),
    "armsgame.treaty.treaty": ("Treaty",),
    "armsgame.dossiers.dossier": ("Scenario",),
    "armsgame.study.scenarios.forecast": ("predictive",),
    "armsgame.study.scenarios.comparison": ("TreatyComparison", "compare"),
    "armsgame.study.scenarios.exit_record": ("ExitRecord", "exits_on_record"),
    "armsgame.study.scenarios.least_cost": ("cost_front", "design_treaty"),
    "armsgame.study.perceptions.belief_paths": (
        "BeliefPath",
        "beliefs",
        "informative_priors",
        "prior_fan",
        "prior_range",
        "scenario_beliefs",
    ),
    "armsgame.study.perceptions.embedded_crisis": ("EmbeddedCrisis", "strategic_crisis"),
    "armsgame.study.perceptions.choice_models": ("ChoiceFit", "agent_error_probabilities", "fit_agent_error"),
    "armsgame.study.perceptions.signalling_estimation": (
        "SignallingFit",
        "fit_signalling",
        "signalling_log_likelihood",
    ),
    "armsgame.simulation.paths.mixture": ("Branch", "mixture_law", "simulate_mixture"),
    "armsgame.study.perceptions.hypergames": ("Hypergame", "hypergame"),
    "armsgame.study.sweeps.designs": ("Design", "from_priors", "grid", "latin_hypercube", "sobol"),
    "armsgame.study.sweeps.sweep": ("sweep",),
    "armsgame.study.uncertainty.calibration": ("calibrate", "calibration_check"),
    "armsgame.study.citing": ("cite",),
    "armsgame.study.uncertainty.sensitivity": ("Morris", "OneAtATime", "Saltelli", "sensitivity"),
    "armsgame.study.latex": ("to_latex",),
    "armsgame.study.scenarios.counterfactual": ("counterfactual",),
    "armsgame.study.uncertainty.robustness": ("Conclusion", "robustness"),
    "armsgame.study.scenarios.report": ("Report", "report"),
    "armsgame.dossiers.loader": ("load_scenario", "read_scenario", "scenarios", "write_scenario"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_MODULES, *_HOME_OF]


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        home = import_module(_HOME_OF[name])
        value = getattr(home, name) if hasattr(home, name) else import_module(f"{home.__name__}.{name}")
    elif name in _MODULES:
        value = import_module(f"armsgame.{_MODULES[name]}")
    else:
        raise AttributeError(f"module 'armsgame' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
