"""Which payoff is agreed on."""
