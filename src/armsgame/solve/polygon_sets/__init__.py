"""Payoff sets of two parties that see all actions, as polygons."""
