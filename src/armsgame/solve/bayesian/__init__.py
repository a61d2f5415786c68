"""Equilibria of games in time with private types: search, sets of priors, ties and mixing."""
