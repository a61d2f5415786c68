"""Play in which each party sees its own signals only."""
