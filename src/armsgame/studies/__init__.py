"""Questions over many games: sweeps, uncertainty, scenarios compared, beliefs.

- `Axis`: One assumption that moves in an exploration.
- `AccountAnswer`: What one account implies at one position of the sliders.
- `ProfileAnswer`: One certified profile, for every level of the prior.
- `SharedAnswer`: What holds for all accounts at one position of the sliders.
- `Exploration`: Exact answers about a scenario over a grid of assumptions; `save` writes the page.
- `to_latex`: Write a payoff table, a table of thresholds, or a tabular result as LaTeX (package booktabs).
- `BeliefPath`: Posterior beliefs after each event of a history.
- `InformativePriors`: Priors of violation between which seeing a display can change the receiver's decision.
- `PriorRange`: Priors of one type for which a conclusion holds: low <= prior <= high; NaN where for none.
- `beliefs`: Update beliefs about a type by Bayes' rule, event by event.
- `informative_priors`: Find where a snub says something: the priors at which a sincere receiver gains by
  attending.
- `prior_fan`: Priors that give one type the probabilities `values` ``[*B]`` and keep the others in proportion.
- `prior_range`: Priors of a type for which the belief in it ends at `at_least` or more.
- `scenario_beliefs`: Beliefs about one party's type along the dated moves of a dossier, under one perspective.
- `ChoiceFit`: Maximum-likelihood fit of a tree with agent error.
- `agent_error_probabilities`: Probability of every terminal node when each move is chosen with logit error,
  last moves first.
- `fit_agent_error`: Estimate parameters of a crisis tree from how crises ended.
- `EmbeddedCrisis`: Equilibrium of a crisis whose ends are worth what the treaty's game makes of them.
- `strategic_crisis`: Let the types of a perspective choose demands, offers, snubs and notice strategically.
- `Hypergame`: Perceived games side by side, and what happens when each party plays its part of its own.
- `View`: The game as one party perceives it.
- `hypergame`: Solve each party's perceived game, and play what the parties take from them.
- `SignallingFit`: Fit of the crisis signalling game.
- `fit_signalling`: Estimate the seven payoffs of the crisis signalling game.
- `signalling_log_likelihood`: Logarithm of the likelihood of observed outcomes at given coefficients.
- `ChangedMove`: What a profile implies after a recorded move, and after another one in its place.
- `changed_move`: Ask what a profile by type implies had one recorded move been another one: by default, the
  display attended.
- `ProfileOutcomes`: What one certified profile implies.
- `ScenarioOutcomes`: Outcomes of one account over the set of certified profiles; a sequence of
  `ProfileOutcomes`.
- `RecordBeliefs`: Beliefs along the recorded acts, if both sides play a profile by type.
- `record_beliefs`: Follow a profile by type along the recorded acts.
- `LeftOut`: An act of the record that is no step of the path, and why.
- `RecordedPath`: The public record as states and public signals of a treaty's game.
- `recorded_path`: Map the dated public acts of a dossier to a path of its game with public moves.
- `Act`: An act of the record that the game has a move for.
- `Step`: One period of the path.
- `TreatyAnswers`: The main answers about one treaty; what the question does not ask for is empty.
- `TreatyComparison`: Treaties side by side; ``print`` shows the tables of the question, ``to_frame`` gives one.
- `compare`: Put the main answers about several treaties side by side.
- `Counterfactual`: What a change would have changed, under each account.
- `PairedDifference`: Changed minus unchanged under one perspective; path n has the same draws on both sides.
- `counterfactual`: Change one thing and leave every draw as it was, under each perspective.
- `Ending`: The first exit or expiry of the record.
- `ending`: Read how a treaty ended from the moves ``withdraw_notice`` and those of `ENDS`.
- `anticipated_end`: Solve the end of the first regime as foreseen: a finite chain of games before the second.
- `compliance_map`: Shortest suspension that enforces compliance, over detection and patience.
- `flip_share`: Share of a dossier's box in which grim on any alarm holds before the end of inspection and not
  after.
- `ExitRecord`: Every exit of the dossiers, in order of time; a sequence of `RecordedExit`.
- `RecordedExit`: One row: an act by which a party left, suspended or let end what bound it.
- `exits_on_record`: List every exit, suspension, expiry and return of measures that dossiers record.
- `predictive`: Play a dossier forward: every path draws the parties' types, then verification follows its
  dates.
- `cost_front`: Trace the least cost of enforcement over discount factors.
- `design_treaty`: Find the least-cost terms under which a policy is an equilibrium of the treaty's game.
- `attendance`: Compare "the display was declined" with "it was attended" under one perspective.
- `display_beliefs`: Beliefs before and after the dossier's display under one perspective, from closed forms
  only.
- `outlook`: Exact law and sampled paths of the treaty under one perspective and the question's regime.
- `Report`: Everything the main job computes; ``print`` shows it, ``summary`` gives plain numbers.
- `Design`: Points of a study.
- `from_priors`: Latin hypercube through the quantile functions of priors.
- `grid`: Every combination of the values of each parameter.
- `latin_hypercube`: Latin hypercube of `count` points in ranges (McKay, Beckman and Conover 1979;
  scipy.stats.qmc).
- `sobol`: Scrambled Sobol points in ranges; `count` is a power of two (Sobol' 1967; scipy.stats.qmc).
- `HeldProfile`: A certified profile at one value of the parameter, and the probabilities at which it holds.
- `PriorMap`: Which kinds of certified play exist over one parameter and the probability of a type.
- `prior_map`: Map which certified play exists over one parameter and the probability of a type.
- `sweep`: Compute a measure at every point of a design.
- `Calibration`: Particles that stand for the parameters consistent with a history.
- `RankCheck`: Simulation-based check of a calibration: truths drawn from the prior, each recovered from its own
  history.
- `calibrate`: Find the parameters that are consistent with a dated history.
- `calibration_check`: Recover parameters that are known: draw them from the prior, simulate a history,
  calibrate to it.
- `Histories`: Sampled histories of a treaty under many values of its rates at once.
- `Conclusion`: A statement about an output of a model, such as ``"grim == 1 and suspension <= 4"``.
- `Robustness`: How much of a box of assumptions supports a conclusion.
- `robustness`: Ask under which assumptions a stated conclusion holds.
- `Effects`: Elementary effects: change of the output when a parameter crosses its range, sampled over the box.
- `Morris`: Elementary effects from (d + 1) x `trajectories` evaluations (Morris 1991).
- `OneAtATime`: Each parameter at both ends of its range, the others at the model's own values (2 d + 1
  evaluations).
- `Saltelli`: Sobol indices from (d + 2) x `base` evaluations (Saltelli et al. 2010; Jansen 1999).
- `SobolIndices`: Shares of the variance of an output over a box.
- `Tornado`: The output with one parameter at an end of its range, widest swing first.
- `sensitivity`: Measure how far each assumption moves an answer.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
