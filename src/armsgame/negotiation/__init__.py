"""Bargaining over a treaty's terms, where only self-enforcing bundles are worth more than no treaty.

- `TermsBargain`: What would be agreed, and what each party gives up.
- `deal_sensitivity`: Compute the deal again while one assumption at a time varies.
- `negotiate_terms`: Select the bundle that each bargaining rule would agree on.
- `OfferEquilibrium`: Offers and acceptance rules of every round, and what follows from them.
- `alternating_offers`: Solve alternating offers over bundles of terms.
- `verify_offers`: Check the offers themselves, and that nobody gains by one other offer or one other answer in any
  round.
- `from_negmas`: Read outcomes and two utility functions of NegMAS as a negotiable space.
- `negmas_session`: Put two negotiators at a table of NegMAS, where its own negotiators may sit as well.
- `to_negmas`: Write what can be signed as outcomes of NegMAS, with a utility function per party.
- `status_quo`: Worth of going on with a treaty from a public state, for ``value_of_terms(..., disagreement=)``.
- `offers_as_tree`: Write an equilibrium of a finite protocol as an assessment of its whole game tree.
- `AccountDeals`: What one account implies about deals.
- `account_frame`: One row per account and combination of types: weight, share self-enforcing, Nash deal,
  payoffs.
- `deals_by_account`: Value and negotiate terms under every perspective of a dossier.
- `agenda`: Subgame-perfect equilibrium of settling terms one after another.
- `demand_game`: All pure Nash equilibria of simultaneous demands over bundles (Nash 1953).
- `single_text`: Exact outcome of a mediator's single text, as the law of a finite Markov chain.
- `Ledger`: Assumptions behind the worth of bundles.
- `NegotiatedAgenda`: What bargaining issue by issue leads to.
- `negotiated_agenda`: Solve alternating offers on one term at a time for their subgame-perfect equilibrium.
- `OneStatus`: Select among reactions to an alarm in the one-status game (conduct alone, one alarm per party),
  with exit.
- `Negotiator`: A rule of offers and answers.
- `averaged_tit_for_tat`: Concedes in the proportion of the other's last `window` steps (Faratin, Sierra and Jennings
  1998).
- `relative_tit_for_tat`: Concedes in the proportion of the other's last step (Faratin, Sierra and Jennings 1998).
- `boulware`: Concedes late (Faratin, Sierra and Jennings 1998).
- `conceder`: Concedes early.
- `equilibrium_negotiator`: Follow a subgame-perfect equilibrium of the protocol.
- `hardliner`: Asks for its best bundle until the end and accepts nothing less.
- `linear`: Concedes in equal steps.
- `pretext_seeker`: Demands what is worst for the other party, so as to be refused, and accepts nothing.
- `random_negotiator`: Offers any self-enforcing bundle; accepts above a random share of its best gain.
- `reciprocal`: Concedes as much as the other one has.
- `sincere`: Offers the Nash bundle at once and accepts whatever gives it as much.
- `type_beliefs`: Posterior over what kind of negotiator a party is, after each of its offers.
- `TwoSidedEquilibrium`: One perfect Bayesian equilibrium.
- `TwoSidedOffers`: Pure perfect Bayesian equilibria of offers with private types on both sides, one for each outcome.
- `two_sided_offers`: Find all outcomes of pure perfect Bayesian equilibria of one or two rounds of offers, with types
  on both sides.
- `TypeValues`: Worth of every bundle by pair of types.
- `values_by_type`: Value every bundle in the treaty's game with private types.
- `DemandedDeal`: What a demand leads to.
- `DemandTalks`: Protocol of talks under a demand: the demander names a level in public, then offers alternate until
  its deadline.
- `TalkLevel`: One level of a demand, as talks see it.
- `demand_talks`: Read the protocol of talks under a demand off a treaty or a scenario.
- `Screening`: Perfect Bayesian equilibrium of screening offers.
- `refusal_seeking_demand`: Bundle that a pretext seeker demands: least likely to be accepted, then worst for
  the party that answers.
- `screening`: Solve offers of an uninformed party to one whose type is private.
- `AlternatingOffers`: One party offers a bundle, the other accepts, refuses or walks away; then the roles
  change.
- `IssueByIssue`: Terms are settled one after another, each by a demand that the other party may refuse.
- `SimultaneousDemands`: Both name the utility they demand; they get it if one bundle gives both at least that
  (Nash 1953).
- `SingleText`: A mediator circulates one text and moves one term by one level at a time, at random.
- `TakeItOrLeaveIt`: One demand by one party, and no further round.
- `under_demand`: Talks while a demand is pending: one offer per decision period, the demander first, and its exit at
  the expiry.
- `under_notice`: Renegotiation while notice runs: one offer per period of notice, and no treaty once it has run
  out.
- `Sessions`: What happened in a batch of negotiations.
- `exploitability`: How much each party could gain by replying to the other in the best way.
- `negotiate_sessions`: Play negotiations between two negotiators, or two populations of them.
- `terms_tournament`: Let every negotiator meet every other one, in both roles, over several treaties.
- `PayoffSets`: Select from the bracketed set of all public equilibria of the treaty's whole game: the largest sum of
  values.
- `suspension`: Suspension of a number of periods.
- `Policies`: Select among profiles of policies on the treaty's whole game: the certified one with the largest
  sum of values.
- `TermValues`: Worth of every bundle of a negotiable space.
- `value_of_terms`: Value every bundle of terms by the equilibrium that its treaty supports.
- `Term`: One negotiable term: named levels, and what each level does to a treaty.
- `Terms`: The negotiable space: every combination of one level per term is a bundle.
- `cost_sharing`: Share of a common verification cost (utility per period) that `payer` bears; the other party
  bears the rest.
- `deployment_ceiling`: Permitted share of a full deployment, 0 for a ban.
- `display_access`: How much a display of the disputed system shows, from a static look (0) to full access (1).
- `inspection_quota`: On-site visits per period, at one party's sites or at both.
- `linkage`: Share of another issue's cooperation that is made to stand and fall with the treaty.
- `notice_length`: Days of notice before withdrawal takes effect: `Treaty.notice_days`.
- `sanctions_relief`: Share of sanctions lifted while both comply.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
