"""Games in time in which each party has a private type, and the nodes that a profile by type makes."""
