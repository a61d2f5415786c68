"""Every public name under the name people type, and what a literal in the text refers to."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import armsgame

LITERAL = re.compile(r"^((?:ag|armsgame)\.)?([A-Za-z_][\w.]*)(\(.*\))?$", re.DOTALL)
MENTIONED = re.compile(r"``?([^`\n]+?)``?")


@dataclass(frozen=True)
class Public:
    """One public name, such as ``ag.thresholds.payoff_threshold``, with its object."""

    name: str
    value: Any

    @property
    def path(self) -> str:
        """The name with the package written out."""
        return "armsgame" + self.name[2:]

    @property
    def room(self) -> str:
        """The namespace that offers it."""
        return self.name.rpartition(".")[0]

    @property
    def page(self) -> str:
        """The page that documents it."""
        return f"reference/{self.name}"

    @cached_property
    def kind(self) -> str:
        """What it is: namespace, class, function or data."""
        if isinstance(self.value, ModuleType) or type(self.value).__name__ == "Compliance":
            return "namespace"
        if inspect.isclass(self.value):
            return "class"
        return "function" if inspect.isroutine(self.value) or hasattr(self.value, "__wrapped__") else "data"

    @property
    def text(self) -> str:
        """Its docstring; of data, the line that it says about itself."""
        if self.kind == "data":
            about = getattr(self.value, "about", "")
            return str(about)
        return inspect.cleandoc(self.value.__doc__ or "")

    @property
    def summary(self) -> str:
        """The first sentence of its text."""
        first = self.text.split("\n\n")[0].replace("\n", " ")
        return re.sub(r"``?([^`]+)``?", r"\1", first)


def listed(module: Any) -> list[str]:
    """Public names of a namespace: what it declares, and the submodules of a folder that declares none."""
    if not isinstance(module, ModuleType) or module.__name__ == "armsgame.catalogue":
        return [name for name in dir(module) if not name.startswith("_")]
    names = [*getattr(module, "__all__", ())]
    if not names and hasattr(module, "__path__"):
        names = [found.name for found in iter_modules(module.__path__) if not found.name.startswith("_")]
    return names


@cache
def public() -> dict[str, Public]:
    """All public names; a name of the top or of a namespace stands before what a namespace inside offers."""
    found: dict[str, Public] = {}

    def add(name: str, module: Any) -> None:
        found[name] = Public(name, module)
        inner = []
        for item in listed(module):
            value = getattr(module, item, None)
            if value is None:
                value = import_module(f"{module.__name__}.{item}")
            entry = Public(f"{name}.{item}", value)
            if entry.kind == "namespace":
                inner.append(entry)
            elif not item.startswith("__"):
                found[entry.name] = entry
        for entry in inner:
            if all(entry.value is not known.value for known in found.values()):
                add(entry.name, entry.value)

    add("ag", armsgame)
    return found


@cache
def canonical() -> dict[str, str]:
    """For each public name, the shortest name of the same object."""
    best: dict[int, str] = {}
    for name, entry in public().items():
        known = best.get(id(entry.value))
        if known is None or name.count(".") < known.count("."):
            best[id(entry.value)] = name
    return {name: name if entry.kind == "data" else best[id(entry.value)] for name, entry in public().items()}


@cache
def tails() -> dict[str, set[str]]:
    """Which public names, up to aliases, end in these words."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in public():
        parts = name.split(".")
        for at in range(1, len(parts)):
            found[".".join(parts[at:])].add(canonical()[name])
    return found


def member_of(name: str, member: str) -> bool:
    """Whether a public class has this member or field."""
    value = public()[name].value
    return inspect.isclass(value) and (hasattr(value, member) or member in getattr(value, "__dataclass_fields__", {}))


# words of the field and of Python that are names here too: they are links only where they stand with their namespace
PLAIN = {"comply", "deploy", "display", "index", "leave", "list", "load", "mirror", "regime", "survival", "threshold"}


def resolve(text: str, room: str = "") -> str:
    """Return the public name that a literal speaks of, "" where there is none.

    A name may be written in full, without ``ag.``, as a neighbour in the same namespace (`room`), or with a
    member of a class behind it.
    """
    match = LITERAL.match(text.strip())
    if match is None:
        return ""
    start, body, _ = match.groups()
    for name in [f"{room}.{body}"] * bool(room and not start) + [f"ag.{body}"]:
        if name in public() and (start or "." in body or body not in PLAIN or room):
            entry = public()[name]
            if entry.kind != "namespace" or start or "." in body:
                return canonical()[name]
    known = tails().get(body, set())
    # a single plain word, such as `path`, is too common for a link to a namespace within a namespace
    plain = body in PLAIN or (body.islower() and body.isalpha())
    if not start and len(known) == 1:
        (name,) = known
        if (public()[name].kind != "namespace" or "." in body) and (not plain or name.count(".") == 1):
            return name
    head, _, member = body.rpartition(".")
    owner = resolve(f"{start or ''}{head}", room) if head else ""
    return owner if owner and member_of(owner, member) else ""
