"""Nouns: pure, immutable data and the arithmetic that belongs to them."""
