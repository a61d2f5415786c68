"""What a result that can prove itself offers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from armsgame._registry import prove

if TYPE_CHECKING:
    from armsgame.proofs.write import Proof

__all__ = ["Provable"]


class Provable:
    """A result whose claim can be written to a file that a stranger checks."""

    __slots__ = ()

    @property
    def proof(self) -> Proof:
        """The claim in rational numbers with its evidence, checked; or ``none (float only)`` and why.

        Returns
        -------
        armsgame.proofs.Proof
        """
        return prove(self)

    def save_proof(self, path: str | Path, **options: object) -> Path:
        """Write the proof file, and return its path.

        Parameters
        ----------
        path : str or Path
            By custom it ends in ``.agp``; ``armsgame check`` and ``python check.py`` read it.
        **options
            What to prove, where a result claims several things (`armsgame.proof`).

        Raises
        ------
        NotSolved
            No proof was found.
        """
        return prove(self, **options).save(path)
