"""Figures of simulated paths and of durations."""
