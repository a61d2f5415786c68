"""Extensive games: pieces, equilibria, refinements, quantal response.

- `verify_assessment`: Check behaviour and beliefs at every information set of a tree.
- `SequenceForm`: A tree of P players as realisation plans: a sequence is a line of own actions.
- `sequence_form`: Sequence form of a tree.
- `strategic_form`: Strategic form of a tree: every plan of action at all own information sets is one action.
- `Chance`: A move of chance.
- `InformationSet`: What one player knows when it moves.
- `Move`: A move of a player.
- `Outcome`: A terminal node with a label.
- `AgentBranch`: The principal branch of agent quantal response equilibria, from precision 0 on.
- `AgentResponse`: An agent quantal response equilibrium.
- `Assessment`: Behaviour at every information set with the beliefs that go with it.
- `AssessmentCertificate`: What behaviour and beliefs in a tree prove, checked at every information set.
- `AssessmentList`: Equilibria of a tree with what is known about the rest.
- `agent_branch`: Principal branch of agent quantal response, traced until it ends in a sequential equilibrium.
- `agent_qre`: Agent quantal response equilibrium of a tree on the principal branch.
- `InductionBatch`: One equilibrium by backward induction of every game of a batch.
- `backward_induction`: Pure sequential equilibria by backward induction, all of them where actions tie.
- `backward_induction_batch`: Backward induction of a whole batch at once, the first of tied actions taken.
- `divinity`: Equilibria of a signalling game whose outcome passes the criterion D1.
- `intuitive_criterion`: Equilibria of a signalling game that pass the intuitive criterion.
- `sequence_form_equilibrium`: One Nash equilibrium of a two-player tree, by its sequence form.
- `sequential_equilibria`: Find the sequential equilibria of a two-party tree in which every set plays one
  action or mixes two.
- `perfect_bayesian`: All pure perfect Bayesian equilibria of a signalling game.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
