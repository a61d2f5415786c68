"""Tournaments, evolution and learning in populations of strategies."""
