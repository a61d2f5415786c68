"""Independent checkers, one per kind of game; no solver is imported here."""
