"""Arms-control treaties as repeated and stochastic games: equilibria with certificates, trajectories.

``import armsgame as ag`` loads numpy and nothing heavier; every public name is attached on first
use (SPEC 1).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_MODULES = ("catalogue", "errors", "negotiation", "plot", "treaty")
_HOMES = {
    "armsgame.errors": ("ArmsgameError", "InvalidGame", "NotSolved", "ScenarioError", "WrongConcept"),
    "armsgame.games.stage": ("StageGame",),
    "armsgame.games.monitoring": ("Monitoring",),
    "armsgame.games.automaton": ("Automaton",),
    "armsgame.games.strategies": (
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
    "armsgame.games.result": ("Certificate", "Threshold", "discount_factor"),
    "armsgame.games.verify": ("verify",),
    "armsgame.games.interop": ("from_nashpy", "to_gambit", "to_nashpy"),
    "armsgame.games.nfg": ("read_nfg", "write_nfg"),
    "armsgame.games.assessment": ("Assessment", "AssessmentCertificate", "AssessmentList"),
    "armsgame.games.verify_tree": ("verify_assessment",),
    "armsgame.games.extensive": ("ExtensiveGame",),
    "armsgame.games.pieces": ("Chance", "InformationSet", "Move", "Outcome"),
    "armsgame.games.obedience": ("verify_correlated",),
    "armsgame.games.payoffs": ("PayoffSet",),
    "armsgame.games.solution": ("Equilibrium", "Solution", "StageCertificate", "Status"),
    "armsgame.games.private": ("PrivateGame", "PrivateMonitoring"),
    "armsgame.games.agent_quantal": ("AgentBranch", "AgentResponse"),
    "armsgame.solve.agent_quantal": ("agent_branch", "agent_qre"),
    "armsgame.solve.refinements": ("divinity", "intuitive_criterion"),
    "armsgame.solve.sequential_equilibria": ("sequential_equilibria",),
    "armsgame.solve.signalling": ("perfect_bayesian",),
    "armsgame.games.efg": ("read_efg", "write_efg"),
    "armsgame.games.sequence_form": ("SequenceForm", "sequence_form", "strategic_form"),
    "armsgame.solve.sequences": ("sequence_form_equilibrium",),
    "armsgame.solve.backward": ("InductionBatch", "backward_induction", "backward_induction_batch"),
    "armsgame.games.private_states": ("PrivateStochasticGame",),
    "armsgame.solve.bargain": (
        "Egalitarian",
        "KalaiSmorodinsky",
        "NashBargaining",
        "Utilitarian",
        "negotiate",
        "rubinstein",
    ),
    "armsgame.solve.belief_free": ("belief_free",),
    "armsgame.solve.limits": ("feasible_set", "individually_rational_set", "limit_payoff_set", "score"),
    "armsgame.solve.private": ("verify_private",),
    "armsgame.solve.public": ("outer_bound",),
    "armsgame.solve.public_strategies": (
        "best_forgiveness",
        "best_suspension",
        "best_symmetric",
        "suspension_threshold",
    ),
    "armsgame.solve.renegotiation": ("renegotiation_proof", "renegotiation_proof_set"),
    "armsgame.solve.targets": ("payoff_threshold", "required_detection"),
    "armsgame.solve.transfers": ("transfer_critical_discount", "transfer_payoff_set"),
    "armsgame.solve.correlated": ("correlated", "correlated_range"),
    "armsgame.solve.dominance": ("dominance",),
    "armsgame.solve.evolution": ("evolutionarily_stable",),
    "armsgame.solve.methods": (
        "AllLemkeHowson",
        "Exact",
        "LemkeHowson",
        "NashpyAdapter",
        "SupportEnumeration",
        "VertexEnumeration",
        "ZeroSum",
    ),
    "armsgame.games.markov": ("MarkovProfile",),
    "armsgame.games.verify_markov": ("verify_markov",),
    "armsgame.games.verify_transfers": ("verify_transfers",),
    "armsgame.solve.best_reply": ("best_reply",),
    "armsgame.solve.markov": ("markov_perfect",),
    "armsgame.solve.markov_methods": ("BestResponseIteration", "LogTracing", "LogitHomotopy", "PureEnumeration"),
    "armsgame.solve.zero_sum": ("HoffmanKarp", "Shapley", "zero_sum_value"),
    "armsgame.solve.nash": ("nash",),
    "armsgame.solve.nash_batch": ("NashBatch", "nash_batch"),
    "armsgame.solve.quantal": ("logit_branch", "logit_qre"),
    "armsgame.solve.risk": ("risk_dominance",),
    "armsgame.solve.discount": ("critical_discount",),
    "armsgame.solve.extract": ("optimal_punishment", "strategy_for"),
    "armsgame.solve.payoff_set": ("AbreuSannikov", "LinearPrograms", "payoff_set"),
    "armsgame.simulation.duration": ("time_to_event",),
    "armsgame.simulation.incidence": ("aalen_johansen", "incidence_law"),
    "armsgame.simulation.saving": ("load_trajectories",),
    "armsgame.solve.stochastic_set": ("PolygonOperator", "policy_for"),
    "armsgame.simulation.exact": ("expected_payoffs", "stationary", "withdrawal_law"),
    "armsgame.simulation.impulse": ("ImpulseResponse", "impulse_response"),
    "armsgame.simulation.outcome_law": ("outcome_probabilities",),
    "armsgame.simulation.paths": ("extend", "simulate"),
    "armsgame.simulation.totals": ("Totals",),
    "armsgame.simulation.trajectories": ("Trajectories",),
    "armsgame.games.strategy_table": ("named_strategies",),
    "armsgame.simulation.round_robin": ("Tournament", "payoff_matrix", "tournament"),
    "armsgame.simulation.flows": ("best_response_dynamics", "ecological", "logit_dynamics", "replicator"),
    "armsgame.simulation.rest": ("rest_points",),
    "armsgame.simulation.finite_population": ("moran", "pairwise_comparison"),
    "armsgame.simulation.fixation": ("fixation_probability", "population_law"),
    "armsgame.simulation.learning": ("fictitious_play", "stochastic_fictitious_play"),
    "armsgame.simulation.invading": ("basins", "invasion"),
    "armsgame.treaty.treaty": ("Treaty",),
    "armsgame.dossiers.dossier": ("Scenario",),
    "armsgame.study.forecast": ("predictive",),
    "armsgame.study.comparison": ("TreatyComparison", "compare"),
    "armsgame.study.exit_record": ("ExitRecord", "exits_on_record"),
    "armsgame.study.design": ("cost_front", "design_treaty"),
    "armsgame.study.belief_paths": (
        "BeliefPath",
        "beliefs",
        "informative_priors",
        "prior_fan",
        "prior_range",
        "scenario_beliefs",
    ),
    "armsgame.study.bridge": ("EmbeddedCrisis", "strategic_crisis"),
    "armsgame.study.choice_models": ("ChoiceFit", "agent_error_probabilities", "fit_agent_error"),
    "armsgame.study.signalling_estimation": ("SignallingFit", "fit_signalling", "signalling_log_likelihood"),
    "armsgame.simulation.mixture": ("Branch", "mixture_law", "simulate_mixture"),
    "armsgame.study.hypergames": ("Hypergame", "hypergame"),
    # a module, public under its own name
    "armsgame.study": ("measures",),
    "armsgame.study.designs": ("Design", "from_priors", "grid", "latin_hypercube", "sobol"),
    "armsgame.study.sweeps": ("sweep",),
    "armsgame.study.calibration": ("calibrate", "calibration_check"),
    "armsgame.study.citing": ("cite",),
    "armsgame.study.indices": ("Morris", "OneAtATime", "Saltelli", "sensitivity"),
    "armsgame.study.latex": ("to_latex",),
    "armsgame.study.paired": ("counterfactual",),
    "armsgame.study.robust": ("Conclusion", "robustness"),
    "armsgame.study.report": ("Report", "report"),
    "armsgame.dossiers.loader": ("load_scenario", "read_scenario", "scenarios", "write_scenario"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["__version__", *_MODULES, *_HOME_OF]


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        home = import_module(_HOME_OF[name])
        value = getattr(home, name) if hasattr(home, name) else import_module(f"{home.__name__}.{name}")
    elif name in _MODULES:
        value = import_module(f"armsgame.{name}")
    else:
        raise AttributeError(f"module 'armsgame' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
