"""What verbs answer with: certificates, solutions, payoff sets, assessments, branches."""
