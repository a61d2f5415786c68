"""Mechanisms that a treaty can be given, one file each: ``ag.Treaty(parts=(ag.treaty.parts.Sanctions(),))``."""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
