"""Games of three to five players: all equilibria where that is proved."""
