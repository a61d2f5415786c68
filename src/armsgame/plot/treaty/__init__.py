"""Figures of the treaty floor: conflict graphs, arms races, cascades."""
