"""Beliefs, and games that differ by party."""
