"""Models by name: one file each, found by being there."""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any

from armsgame._registry import room
from armsgame.errors import InvalidGame, close_matches

if TYPE_CHECKING:
    from armsgame.catalogue.model import Model


@cache
def names() -> tuple[str, ...]:
    """Names of the models that ship with the library, in alphabetical order."""
    return tuple(sorted(m.name for m in iter_modules([str(Path(__file__).parent / "models")])))


@cache
def find(name: str) -> type[Model]:
    """Class of a model that ships with the library."""
    if name not in names():
        raise InvalidGame(f"model {name!r} is unknown. {close_matches(name, names())}")
    (found,) = _models(room(f"armsgame.catalogue.models.{name}"))
    return found


def load(name: str | Path, **parameters: Any) -> Model:
    """Model by its name, or from a file of the reader's own.

    Parameters
    ----------
    name : str or path
        A name of `list()`, or the path of a Python file that defines one subclass of `Model`.
    **parameters
        Values of parameters; the others keep their defaults.

    Returns
    -------
    Model

    Raises
    ------
    InvalidGame
        An unknown name, a file without a model, an unknown parameter, a value out of its range.

    Examples
    --------
    >>> load("debs_monteiro_2014").citation[:28]
    'A. Debs and N. P. Monteiro ('
    """
    kind = _own(Path(name)) if str(name).endswith(".py") else find(str(name))
    unknown = sorted(set(parameters) - set(kind.parameters()))
    if unknown:
        hint = close_matches(unknown[0], kind.parameters())
        raise InvalidGame(f"{kind.name} has no parameter {unknown[0]!r}. {hint}")
    return kind(**parameters)


def index() -> dict[str, tuple[str, ...]]:
    """Question -> names of the models that answer it."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names():
        question = find(name).question
        found[question] = (*found.get(question, ()), name)
    return found


def _own(path: Path) -> type[Model]:
    if not path.is_file():
        raise InvalidGame(f"file {str(path)!r} does not exist; allowed: a Python file that defines one Model.")
    loader = SourceFileLoader(path.stem, str(path))
    module = ModuleType(path.stem)
    module.__file__ = str(path)
    # dataclasses look their own module up
    sys.modules.setdefault(path.stem, module)
    loader.exec_module(module)
    found = _models(module)
    if len(found) != 1:
        raise InvalidGame(f"{str(path)!r} defines {len(found)} models; allowed: one subclass of ag.catalogue.Model.")
    return found[0]


def _models(module: ModuleType) -> list[type[Model]]:
    from armsgame.catalogue.model import Model

    own = (x for x in vars(module).values() if isinstance(x, type) and issubclass(x, Model))
    return [x for x in own if x.__module__ == module.__name__ and not x.__name__.startswith("_")]
