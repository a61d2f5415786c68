"""Protocols other than alternating offers over whole bundles."""
