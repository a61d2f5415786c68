"""Play that depends on the state alone."""
