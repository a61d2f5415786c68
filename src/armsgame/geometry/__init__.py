"""Convex sets of a few dimensions: signs, hulls, distances, half-spaces. Degenerate ones are ordinary."""
