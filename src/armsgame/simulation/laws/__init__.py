"""Exact laws of play: stationary shares, exits, outcomes, responses to shocks."""
