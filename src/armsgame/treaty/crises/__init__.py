"""Crisis and verification games as trees with named parameters, and the cut-off behaviour of continuous types."""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
