"""Results of sampling: paths, totals, their readings and files."""
