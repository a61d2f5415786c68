"""Payoffs that parties reach as they become patient without limit."""
