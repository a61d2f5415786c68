"""Figures: every function takes ``ax=`` and returns the axes it drew on.

A party and its account have one colour in all figures. Inks follow the background. What cannot be drawn is refused, or
said in the figure. Axes whose figure has no layout get a constrained one, so that nothing is cut off.

- `catalogue_picture`: Draw the figure of a model of the catalogue.
- `agreement_map`: Draw the best joint gain over two terms, the other terms being free; blank where nothing is
  self-enforcing.
- `concession_curves`: Draw what time-dependent negotiators ask for, as a share of their best gain, against the
  round.
- `deadline_curve`: Draw the share of negotiations that fail against the number of rounds to the deadline.
- `offer_dance`: Draw both parties' offers in the order in which they are made, and where they end.
- `terms_frontier`: Draw the utilities of all bundles, the frontier and the points that bargaining rules select.
- `basins`: Basins of attraction over the simplex of three types.
- `phase_portrait`: Replicator flow of two populations with two types each.
- `simplex`: Replicator flow of three types, with rest points filled where they are stable.
- `match_payoffs`: Boxes of the payoffs of each strategy over its matches, from the best score down.
- `match_wins`: Count matches in which each strategy earned more than, as much as, and less than its opponent, by
  score.
- `payoff_matrix`: Payoff per period of every strategy (row) against every other (column), ordered by rank.
- `tournament`: Scores from the best down, with ranks; bars of 95 % intervals where matches were sampled.
- `hazard`: Hazard per period with two standard errors, and that of the exact law where it is attached.
- `incidence`: Cumulative incidence by cause with two standard errors, and the exact law where it is attached.
- `time_to_event`: Kaplan-Meier curves with pointwise confidence bands, and the exact law where it is attached.
- `impulse_response`: Draw the change of probability of each status, in percentage points, against periods after
  the shock.
- `first_causes`: Share of each first cause among the collapses, with Wilson's 95 % intervals and the exact
  shares.
- `outcomes`: Share of paths in which each outcome occurs, with Wilson's 95 % intervals.
- `fan`: Fan chart: median and central bands of a quantity over time.
- `payoff_distribution`: Histograms of payoffs over paths, with their means.
- `sample_paths`: First paths of a run, coloured by status.
- `status_shares`: Share of paths in each status over time, stacked.
- `survival`: Share of paths without the event after each period, with the exact law laid over it.
- `save`: Write a figure with the citation of its results in the file's metadata.
- `holding_priors`: Priors about a party's type at which profiles are equilibria: intervals for two types,
  regions for three.
- `deviation_gains`: Gain of the best action that is not prescribed, by party, at the pairs of state and plan where it
  is largest.
- `holding_discounts`: Discount factors at which profiles are equilibria, one row each.
- `best_replies`: Best-reply correspondences of a 2x2 game, with every equilibrium where they meet.
- `equilibrium_map`: Map number and kind of the equilibria of every symmetric arms race over temptation and
  sucker's payoff.
- `logit_branch`: Probabilities along a logit branch, with the equilibrium in which it ends.
- `payoff_sets`: Draw equilibrium payoff sets of two players, nested over patience or over detection.
- `small_multiples`: Draw one panel a payoff set, on the same scales.
- `threshold_curves`: Draw the least discount factor against detection, one curve for each false-alarm rate.
- `states`: Draw the statuses as boxes and the moves between them as arrows, the first status on the left.
- `tree`: Draw a tree from left to right, with an equilibrium on its branches.
- `elementary_effects`: Mean size of elementary effects against their spread (Morris 1991).
- `forest`: One row a parameter: the estimate as a mark on its interval, the largest on top.
- `robustness_region`: Points at which a conclusion holds and fails, over two of its assumptions, with the
  region found.
- `sobol_indices`: First-order and total Sobol indices as bars with intervals, the largest total on top.
- `tornado`: One bar a parameter, from its low to its high end, the widest on top.
- `attended`: Change of the probability of withdrawal had the display been attended, over time.
- `declined`: Belief that the demander wants out, before and after it declined a display.
- `posteriors`: Belief that the displaying party violates, before a display and after a pass or a fail.
- `belief_fan`: Belief in one type after each event, as a band over a batch of priors.
- `snub_map`: Value of a display over (prior of violation, P(pass | violating)), with readings as points of it.
- `calibration`: Posterior of one parameter as a weighted histogram with its mean and 90 % interval.
- `paired_differences`: Distribution over paths of the change of a party's payoff, by perspective.
- `first_moves`: What each type does first, along one parameter: such as who deploys to be caught as exit
  becomes dear.
- `prior_map`: Map of certified play over a parameter and the probability of a type.
- `recorded_beliefs`: Beliefs of both sides along the record if a profile is played, with the recorded public
  acts marked.
- `regime_map`: Map what enforces compliance over two parameters.
- `regime_maps`: Regime maps as small multiples over a third parameter, on the same scales.
- `thresholds`: Discount factors at which each strategy is an equilibrium, by verification regime.
- `timeline`: Draw the events in order, a column for each actor; rows are events, not equal spans of time.
- `exits`: Lives of treaties on one time axis, with the notice that was given and how each ended.
- `treaty_incidence`: Competing first causes of a notice over ten years, one panel a treaty; what is left on top
  is survival.
- `treaty_thresholds`: Discount factors per year at which policies of the whole treaty hold, by treaty and
  verification regime.
- `exit_dates`: Dates of a model path, one row a party, with the recorded ones below them.
- `exit_levels`: Threats between which a party's exit depends on what the others do.
- `conflict_graph`: Draw a graph model: states, improving moves, and the states stable for every decision maker.
- `race_portrait`: Draw directions of change, the lines where one stock rests, the rest point, and paths.
- `trust_threshold`: Trust threshold against detection: the belief from which types part, as far as each tempted
  type deploys.
"""

from armsgame._lazy import attach


def _finish(drawn: object) -> None:
    from armsgame.plot.theme import literal

    literal(drawn)


__getattr__, __dir__, __all__ = attach(__name__, _finish)

DRAWERS = {
    "Assessment": "tree",
    "Basins": "basins",
    "BayesianEquilibria": "holding_priors",
    "Calibration": "calibration",
    "Certificate": "deviation_gains",
    "Counterfactual": "paired_differences",
    "CriticalPrior": "holding_priors",
    "Effects": "elementary_effects",
    "ExitLevels": "exit_levels",
    "ExitPath": "exit_dates",
    "ExtensiveGame": "tree",
    "FirstCauses": "first_causes",
    "GraphModel": "conflict_graph",
    "ImpulseResponse": "impulse_response",
    "Incidence": "incidence",
    "LogitBranch": "logit_branch",
    "PayoffDistribution": "payoff_distribution",
    "PayoffSet": "payoff_sets",
    "Picture": "catalogue_picture",
    "PriorMap": "prior_map",
    "RecordBeliefs": "recorded_beliefs",
    "Richardson": "race_portrait",
    "Robustness": "robustness_region",
    "Scenario": "timeline",
    "ScenarioOutcomes": "outcomes",
    "SobolIndices": "sobol_indices",
    "StageGame": "best_replies",
    "StochasticGame": "states",
    "TermValues": "agreement_map",
    "TermsBargain": "terms_frontier",
    "Threshold": "holding_discounts",
    "TimeToEvent": "time_to_event",
    "Tornado": "tornado",
    "Tournament": "tournament",
    "Trajectories": "sample_paths",
    "TreatyComparison": "treaty_thresholds",
}
"""The figure that the method `plot` of each type draws."""
