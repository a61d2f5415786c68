"""Published models of the field as runnable games, each held to its propositions.

>>> import armsgame as ag
>>> model = ag.catalogue.debs_monteiro_2014(signal=0.5)
>>> [found.name for found in model.equilibria()]
['preventive war under doubt']
>>> model.provenance.value
'rederived'

`ag.catalogue.list()` names every model, `ag.catalogue.load(name)` takes a name or a file of the reader's
own, and ``ag.catalogue.<name>(**parameters)`` sets parameters. A model is one file of the folder `models`,
registered by standing there.
"""

from __future__ import annotations

from armsgame.catalogue.registry import find, index, load, names

__all__ = ["Model", "Parameter", "Picture", "Proposition", "Provenance", "index", "load", "parameter"]

_OF_MODEL = ("Proposition", "Model", "Parameter", "Picture", "Provenance", "parameter")


def list() -> tuple[str, ...]:
    """Names of all models, in alphabetical order."""
    return names()


def __getattr__(name: str) -> object:
    if name in _OF_MODEL:
        from armsgame.catalogue import model

        return getattr(model, name)
    if name in names():
        return find(name)
    raise AttributeError(f"module 'armsgame.catalogue' has no attribute {name!r}; models: {', '.join(names())}")


def __dir__() -> object:
    return sorted([*__all__, "list", *names()])
