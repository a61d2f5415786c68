"""Payoffs that self-enforcing agreements can promise."""
