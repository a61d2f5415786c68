"""Results of logit quantal response: one equilibrium, and the principal branch."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._shown import Drawn, Framed, Table, Value
from armsgame._typing import FloatArray
from armsgame.games.stage import StageGame
from armsgame.results.certificates import NextStep
from armsgame.results.one_shot import Equilibrium

__all__ = ["BranchStatus", "LogitBranch", "QuantalResponse"]


class BranchStatus(NextStep):
    """How a branch ended; the text is the user's next step."""

    NASH = "The branch ends in the certified equilibrium; nothing is left to do."
    PRECISION = "max_precision was reached before the regret vanished; raise max_precision, or ask nash(stage)."
    STALLED = "The curve could not be followed further; ask nash(stage), which does not need the branch."
    LATE = "The time of the call was over; raise budget_seconds, or ask nash(stage)."


@dataclass(frozen=True, slots=True, eq=False)
class QuantalResponse(Framed, Value):
    """A logit quantal response equilibrium.

    Attributes
    ----------
    profile : tuple of arrays
        One ``[A_i]`` of probabilities per player.
    payoffs : array [P]
        Expected payoffs.
    precision : float
        In 1/utility: choice probabilities are proportional to exp(precision x expected payoff).
    residual : float
        Largest |probability - logit response|, computed afresh from the raw payoffs.
    max_gain : float
        What a player who maximised would gain; a QRE is not a Nash equilibrium.
    turns, crossings : int
        Turning points and bifurcations of the principal branch before this point.
    """

    profile: tuple[FloatArray, ...]
    payoffs: FloatArray
    precision: float
    residual: float
    max_gain: float
    turns: int
    crossings: int
    stage: StageGame

    def _table(self) -> Table:
        """One row for each player and action."""
        return [
            {"player": name, "action": action, "probability": float(p)}
            for name, labels, own in zip(self.stage.players, self.stage.actions, self.profile, strict=True)
            for action, p in zip(labels, own, strict=True)
        ]

    def __str__(self) -> str:
        lines = [f"logit equilibrium at precision {self.precision:g} (residual {self.residual:.1e})"]
        for name, labels, own in zip(self.stage.players, self.stage.actions, self.profile, strict=True):
            lines.append(f"  {name}: " + ", ".join(f"{a} {p:.6f}" for a, p in zip(labels, own, strict=True)))
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, eq=False)
class LogitBranch(Drawn, Value):
    """The principal branch of logit equilibria, from precision 0 on.

    Attributes
    ----------
    precisions : array [K]
        In 1/utility; falls between two turning points.
    profiles : tuple of arrays [K, A_i]
        Probabilities of each player along the branch.
    status : BranchStatus
        NASH only where `equilibrium` is certified.
    equilibrium : Equilibrium or None
        The Nash equilibrium in which the branch ends.
    regret : float
        Largest gain from a deviation, over the deviator's payoff range: of the equilibrium, or of
        the last point where there is none.
    distance : float
        Largest difference of probability between the last point and the equilibrium; nan if none.
    arc_length : float
        Length of the curve in log-probabilities and precision x payoff range.
    turns, crossings : tuple of int
        Positions after which the precision reverses, and between which and the next point a
        bifurcation lies (other branches leave there: typical of symmetric games).
    notes : tuple of str
    """

    precisions: FloatArray
    profiles: tuple[FloatArray, ...]
    status: BranchStatus
    equilibrium: Equilibrium | None
    regret: float
    distance: float
    arc_length: float
    turns: tuple[int, ...]
    crossings: tuple[int, ...]
    notes: tuple[str, ...]
    stage: StageGame

    def __len__(self) -> int:
        return len(self.precisions)

    def __str__(self) -> str:
        head = f"logit branch of {len(self)} points to precision {self.precisions[-1]:g}, regret {self.regret:.1e}"
        lines = [head, f"  {self.status.value}"]
        if self.equilibrium is not None:
            lines.append(f"  {self.equilibrium}")
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])
