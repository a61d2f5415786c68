"""Figures of tournaments and of population dynamics."""
