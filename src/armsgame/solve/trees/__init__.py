"""Extensive games."""
