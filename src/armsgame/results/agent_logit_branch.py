"""Results of agent quantal response in trees: one equilibrium, and the principal branch."""

from __future__ import annotations

from dataclasses import dataclass

from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.games.extensive import ExtensiveGame
from armsgame.results.assessment import Assessment
from armsgame.results.certificates import NextStep

__all__ = ["AgentBranch", "AgentBranchStatus", "AgentResponse"]


class AgentBranchStatus(NextStep):
    """How a branch ended; the text is the user's next step."""

    SEQUENTIAL = "The branch ends in the certified sequential equilibrium; nothing is left to do."
    PRECISION = "max_precision was reached before the end was certified; raise max_precision, or read .equilibrium."
    STALLED = "The curve could not be followed further; the error of agent_branch names the other verbs."
    LATE = "The time of the call was over; raise budget_seconds, or read .equilibrium."


@dataclass(frozen=True, slots=True, eq=False)
class AgentResponse(Value):
    """An agent quantal response equilibrium.

    Attributes
    ----------
    assessment : Assessment
        Behaviour, beliefs by Bayes' rule (every node is reached), payoffs. Its certificate is
        that of an epsilon-sequential equilibrium, with epsilon the largest gain that a player who
        maximised would have at an information set.
    precision : float
        In 1/utility: choice probabilities are proportional to exp(precision x expected payoff).
    residual : float
        Largest distance of a probability to the logit response, computed afresh from the raw payoffs.
    turns, crossings : int
        Turning points and bifurcations of the principal branch before this point.
    """

    assessment: Assessment
    precision: float
    residual: float
    turns: int
    crossings: int

    def at(self, label: str, player: int | str | None = None) -> dict[str, float]:
        """Probability of each action at an information set."""
        return self.assessment.at(label, player)

    def outcome_probabilities(self) -> dict[str, float]:
        """Probability of each outcome."""
        return self.assessment.outcome_probabilities()

    def __str__(self) -> str:
        head = f"agent quantal response at precision {self.precision:g} (residual {self.residual:.1e})"
        return f"{head}\n{self.assessment}"


@dataclass(frozen=True, slots=True, eq=False)
class AgentBranch(Value):
    """The principal branch of agent quantal response equilibria, from precision 0 on.

    Attributes
    ----------
    precisions : array [K]
        In 1/utility; falls between two turning points.
    profiles : tuple of arrays [K, A_h]
    status : AgentBranchStatus
        SEQUENTIAL only where `equilibrium` is certified.
    equilibrium : Assessment or None
        What the branch ends in, with its certificate.
    distance : float
        Largest difference of probability between the last point and the equilibrium; nan if none.
    turns, crossings : tuple of int
    game : ExtensiveGame
    """

    precisions: FloatArray
    profiles: tuple[FloatArray, ...]
    status: AgentBranchStatus
    equilibrium: Assessment | None
    distance: float
    turns: tuple[int, ...]
    crossings: tuple[int, ...]
    game: ExtensiveGame

    def __len__(self) -> int:
        return len(self.precisions)

    def __str__(self) -> str:
        lines = [f"agent branch of {len(self)} points to precision {self.precisions[-1]:g}", self.status.value]
        return "\n".join([*lines, *([] if self.equilibrium is None else [str(self.equilibrium)])])
