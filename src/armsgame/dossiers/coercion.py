"""What a verb about dossiers or treaties is given becomes one, or the caller is told the step that works."""

from __future__ import annotations

from typing import NoReturn

from armsgame.dossiers.dossier import Scenario
from armsgame.errors import WrongConcept
from armsgame.games.coercion import described
from armsgame.treaty.treaty import Treaty

__all__ = ["scenario_of", "treaty_of"]


def scenario_of(verb: str, given: object) -> Scenario:
    """Return the dossier that a verb reads, or raise `WrongConcept` with the step that works."""
    return given if isinstance(given, Scenario) else _refuse(f"{verb} takes a Scenario", given)


def treaty_of(verb: str, given: object) -> Treaty:
    """Return the treaty that a verb reads, of a dossier that of its default question, or raise `WrongConcept`."""
    if isinstance(given, Scenario):
        return given.treaty(regime=given.asked_regime)
    return given if isinstance(given, Treaty) else _refuse(f"{verb} takes a Treaty or a Scenario", given)


def _refuse(wanted: str, given: object) -> NoReturn:
    step = f"load_scenario({given!r})" if isinstance(given, str) else "load_scenario(name)"
    raise WrongConcept(f"{wanted}, not {described(given)}. Load one: {step}, or read_scenario(path).")
