"""Designs, measures, sweeps and their stores."""
