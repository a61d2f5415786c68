"""Bargaining over a treaty's terms, where only self-enforcing bundles are worth more than no treaty."""
