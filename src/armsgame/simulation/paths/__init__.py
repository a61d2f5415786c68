"""Sampling of paths."""
