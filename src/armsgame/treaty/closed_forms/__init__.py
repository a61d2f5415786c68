"""Formulas on arrays, one file per mechanism."""
