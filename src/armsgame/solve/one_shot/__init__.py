"""Games of one simultaneous move."""
