"""Verbs over many games: sweeps, counterfactuals, mixtures over perspectives."""
