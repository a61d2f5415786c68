"""Figures of studies: assumptions, regimes, beliefs, crises."""
