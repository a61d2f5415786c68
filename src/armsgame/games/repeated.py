"""Repeated games: one stage game, played for ever, with a public signal."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from armsgame.errors import InvalidGame, WrongConcept
from armsgame.games.checks import as_fraction
from armsgame.games.dynamics import Dynamics
from armsgame.games.monitoring import Monitoring
from armsgame.games.private import PrivateMonitoring
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import StochasticGame

__all__ = ["RepeatedGame"]


@dataclass(frozen=True, slots=True)
class RepeatedGame:
    """A stage game repeated for ever under a public signal.

    Parameters
    ----------
    stage : StageGame
        Without batch axes.
    monitoring : Monitoring
        What the players see; perfect monitoring by default.
    """

    stage: StageGame
    monitoring: Monitoring = field(default_factory=Monitoring.perfect)

    def __post_init__(self) -> None:
        if isinstance(self.monitoring, PrivateMonitoring):
            raise WrongConcept("private signals make another game: PrivateGame(stage, monitoring), and verify_private.")
        if not isinstance(self.stage, StageGame) or not isinstance(self.monitoring, Monitoring):
            raise InvalidGame("RepeatedGame takes a StageGame and a Monitoring, in this order.")
        if self.stage.batch:
            raise InvalidGame(
                f"stage has batch axes {self.stage.batch}; allowed: one stage game. Index it: RepeatedGame(stage[0])."
            )
        self.monitoring.kernel(self.stage)  # raises where the kernel does not fit

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        return self.stage.players

    @property
    def signals(self) -> tuple[str, ...]:
        """Labels of the public signals; the first says "nothing seen"."""
        return self.monitoring.signals(self.stage)

    @property
    def imperfect(self) -> bool:
        """Whether conduct is seen only through a signal."""
        return self.monitoring.kind != "perfect"

    def as_stochastic(self) -> StochasticGame:
        """Return the same game as a StochasticGame of one state.

        Raises
        ------
        WrongConcept
            Alarms come with a lag: the conduct whose alarms are due is no public state.
        """
        if self.monitoring.lag > 1:
            raise WrongConcept(
                f"alarms of this game lag by {self.monitoring.lag} periods, and nobody sees which are due; a "
                "StochasticGame has public states. Use lag=1, or verify(game, profile), which handles the lag."
            )
        if not self.imperfect:
            law = np.ones((*self.stage.shape, 1))
            return StochasticGame([self.stage], [law], states=("one status",), observed="actions")
        kernel = self.monitoring.kernel(self.stage).reshape(*self.stage.shape, -1, 1)
        return StochasticGame([self.stage], states=("one status",), observed="state", signals=[kernel])

    def dynamics(self, *, exact: bool = False) -> Dynamics:
        """Rows and branches; with a detection lag, states are the conduct whose alarms are due."""
        stage, lag = self.stage, self.monitoring.lag
        kernel = self.monitoring.kernel(stage, exact=exact)
        count = len(kernel)
        payoffs = stage.payoffs.reshape(len(stage.players), -1)
        if exact:
            payoffs = np.array([[as_fraction(v) for v in row] for row in payoffs], dtype=object)
        # queue of the last lag - 1 profiles, oldest first: the alarm raised now is about the oldest
        queues = list(product(range(count), repeat=lag - 1))
        place = {queue: k for k, queue in enumerate(queues)}
        branch, prob, target, signal = [0], [], [], []
        for queue in queues:
            for profile in range(count):
                seen = queue[0] if queue else profile
                after = place[(*queue, profile)[1:]] if queue else 0
                for y in np.flatnonzero(kernel[seen] != 0):
                    prob.append(kernel[seen][y])
                    target.append(after)
                    signal.append(int(y))
                branch.append(len(prob))
        names = stage.profiles
        labels = tuple(
            "alarms due: " + "; ".join(" | ".join(names[p]) for p in q) if q else "one status" for q in queues
        )
        rows = np.arange(len(queues) + 1) * count
        moves = np.array([[any(a != 0 for a in i), all(a != 0 for a in i)] for i in np.ndindex(*stage.shape)])
        per_branch = np.repeat(np.tile(moves, (len(queues), 1)), np.diff(branch), axis=0)
        return Dynamics(
            states=labels,
            players=stage.players,
            actions=(stage.actions,) * len(queues),
            first=rows,
            payoffs=np.tile(payoffs, (1, len(queues))),
            branch=np.array(branch),
            prob=np.array(prob, dtype=object if exact else float),
            target=np.array(target),
            signal=np.array(signal),
            hidden=lag > 1,
            signals=kernel.shape[1],
            events={"deployed": per_branch[:, 0], "both_deployed": per_branch[:, 1]},
        )

    def __str__(self) -> str:
        return f"RepeatedGame under {self.monitoring}\n{self.stage}"
