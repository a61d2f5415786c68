"""Arms-control treaties as repeated and stochastic games: equilibria with certificates, trajectories.

``import armsgame as ag`` loads numpy and nothing heavier; every public name is attached on first
use. Nouns, named strategies, the verbs of daily use and the errors are here; everything else is in
the namespaces, one per topic, and each namespace's docstring is its index.
"""

from armsgame._lazy import attach

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = attach(__name__)
__all__ += ["__version__"]
