"""Questions to one dossier, and comparisons of several."""
