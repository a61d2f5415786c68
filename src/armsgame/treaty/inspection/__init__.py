"""Inspections: detection, inspections over time and over sites, material accountancy, timeliness."""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
