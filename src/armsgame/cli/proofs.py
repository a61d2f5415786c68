"""Proof files of a report: one for each certificate of a strategy under a verification regime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from armsgame.proofs.write import Proof

if TYPE_CHECKING:
    from armsgame.study.scenarios.report import Report

__all__ = ["Named", "proofs", "told"]


@dataclass(frozen=True, slots=True)
class Named:
    """A proof, the file it is written to, and what it is about in words."""

    file: str
    about: str
    proof: Proof


def proofs(result: Report) -> list[Named]:
    """Prove every certificate of the thresholds' table, at the question's discount factor."""
    found = []
    for n, row in enumerate(result.rows, 1):
        about = f"{row.strategy}, {row.game}, {row.regime}"
        found.append(Named(f"proof-{n:02d}.agp", about, row.certificate.proof))
    return found


def told(found: Sequence[Named]) -> str:
    """Say in the report's text what is proved and in which file; what rests on floats says so."""
    lines = ["", "Proofs (check one with: armsgame check FILE, or python check.py FILE without this library)"]
    for one in found:
        lines.append(f"  {one.file if one.proof else 'no file':<14s} {one.about}: {one.proof}")
    return "\n".join(lines)
