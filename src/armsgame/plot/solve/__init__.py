"""Figures of what solvers find."""
