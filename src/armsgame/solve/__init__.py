"""Verbs that solve a game: thresholds and enforceable payoffs."""
