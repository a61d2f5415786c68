"""Certificates of propositions, by checkers that do not use the proposition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.checkers.trees import verify_assessment
from armsgame.games.extensive import ExtensiveGame
from armsgame.results.assessment import Assessment
from armsgame.results.certificates import Evidence
from armsgame.treaty.crises.tremble_limits import limit_beliefs

Roles: TypeAlias = dict[str, tuple[FloatArray, Callable[[FloatArray], FloatArray], Callable[[FloatArray], ArrayLike]]]
"""Label -> types on a grid, payoffs of every action by type, and what is played."""


def shares(count: int, *exact: float) -> tuple[float, ...]:
    """Equal steps from 0 to 1, and the given numbers instead of steps within 1e-9 of them."""
    steps = (x for x in np.linspace(0, 1, count).tolist() if all(abs(x - y) > 1e-9 for y in exact))
    return tuple(sorted({*steps, *map(float, exact)}))


def check_tree(game: ExtensiveGame, profile: Any) -> Assessment:
    """Verify behaviour at every information set, with beliefs as limits of uniform trembles."""
    beliefs: Any = limit_beliefs(game, profile)
    return verify_assessment(game, profile, beliefs)


@dataclass(frozen=True, slots=True)
class GridCertificate(Evidence):
    """What types of a continuum gain by leaving their cut-off strategy, on a grid of types.

    Attributes
    ----------
    ok : bool
        Whether no gain exceeds the tolerance.
    max_gain : float
        In payoff units.
    where : str
        The role and the type that gains it.
    types : int
        Number of types checked in all roles.
    tolerance : float
    proves : str
        What holds where no gain exceeds the tolerance.
    """

    ok: bool
    max_gain: float
    where: str
    types: int
    tolerance: float
    proves: str = "best replies on a grid of types"

    @property
    def kind(self) -> str:
        """What is proved."""
        return self.proves if self.ok else "none"

    def __str__(self) -> str:
        return f"{self.kind} ({self.types} types; largest gain {self.max_gain:.1e} at {self.where})"


def check_types(roles: Roles, *, tolerance: float = 1e-9) -> GridCertificate:
    """Check that every type on a grid plays a best action.

    Parameters
    ----------
    roles : mapping from a label to (types [n], payoffs, played)
        ``payoffs(types)`` [n, A] gives every action's payoff against the others' strategies, derived from
        the game's rules and not from the proposition; ``played(types)`` [n] the index of the action that the
        strategy prescribes.
    tolerance : float
        Gain in payoff units that counts as rounding.
    """
    worst, where, count = 0.0, "no type", 0
    for label, (types, payoffs, played) in roles.items():
        table, choice = payoffs(types), np.asarray(played(types), dtype=np.int64)
        gain = table.max(axis=1) - table[np.arange(len(types)), choice]
        count += len(types)
        k = int(gain.argmax())
        if gain[k] > worst:
            worst, where = float(gain[k]), f"{label}, type {types[k]:.6g}"
    return GridCertificate(worst <= tolerance, worst, where, count, tolerance)


def normal_cells(count: int) -> FloatArray:
    """Means of `count` equally likely cells of the standard normal distribution."""
    from scipy.special import ndtri

    edge = ndtri(np.linspace(0, 1, count + 1))
    with np.errstate(over="ignore"):
        density = np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi)
    found: FloatArray = count * (density[:-1] - density[1:])
    return found


@cache
def legendre(count: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss and Legendre on [-1, 1]."""
    from scipy.special import roots_legendre

    nodes, weights = roots_legendre(count)
    nodes.flags.writeable = weights.flags.writeable = False
    return nodes, weights
