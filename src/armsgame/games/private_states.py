"""Private signals in a game with public states: the status is seen by all, conduct by each in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import listed
from armsgame._shown import Value
from armsgame.errors import InvalidGame, invalid
from armsgame.games.dynamics import Dynamics, branches_of
from armsgame.games.private import PrivateMonitoring
from armsgame.games.stochastic import StochasticGame
from armsgame.strategies.meaning import deployments


@dataclass(frozen=True, slots=True)
class PrivateStochasticGame(Value):
    """A stochastic game in which parties see the state, and of each other's actions own signals alone.

    At an action profile the signals and the next state are drawn independently of each other.

    Parameters
    ----------
    game : StochasticGame
        Without a public signal; the same numbers of actions in every state.
    monitoring : PrivateMonitoring, or one per state

    Notes
    -----
    An automaton reads its own signal with a table ``[Q, Y]`` (or ``[Q, A, Y]`` where it also reads its
    own action), or, to read the state as well, with a mapping from state label to ``[Q, Z]``: Z counts the pairs
    (own signal, next state), the signal varying slowest.

    Raises
    ------
    InvalidGame
        Shapes that do not fit.
    """

    game: StochasticGame
    monitoring: PrivateMonitoring | Sequence[PrivateMonitoring]

    def __post_init__(self) -> None:
        if not isinstance(self.game, StochasticGame) or self.game.signals is not None:
            raise InvalidGame("PrivateStochasticGame takes a StochasticGame without signals, and PrivateMonitoring.")
        shape = self.game.stages[0].shape
        if any(stage.shape != shape for stage in self.game.stages):
            invalid("game.stages", [s.shape for s in self.game.stages], "the same numbers of actions in every state")
        found = self.signals
        if len(found) != len(self.game.states):
            invalid("len(monitoring)", len(found), f"1 or {len(self.game.states)}, one for each state")
        for law in found:
            if not isinstance(law, PrivateMonitoring):
                invalid("monitoring", law, "a PrivateMonitoring, or one for each state")
            kernel = law.kernel
            if kernel.shape[: len(shape)] != shape or kernel.ndim != 2 * len(shape) or law.labels != found[0].labels:
                invalid("monitoring", kernel.shape, f"{shape} and the same signals of each party in every state")

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        return self.game.players

    @property
    def signals(self) -> tuple[PrivateMonitoring, ...]:
        """Monitoring in each state."""
        if isinstance(self.monitoring, PrivateMonitoring):
            return (self.monitoring,) * len(self.game.states)
        return listed("monitoring", self.monitoring, "a PrivateMonitoring, or one for each state")

    def dynamics(self, *, exact: bool = False) -> Dynamics:
        """Rows and branches: an outcome is one signal for each player, and the next state."""
        names, players = self.game.states, len(self.players)
        profiles = len(self.game.stages[0].profiles)
        joint = np.concatenate(
            [
                np.einsum("ry,rs->rys", m.kernel.reshape(profiles, -1), law.reshape(profiles, -1))
                for m, law in zip(self.signals, self.game.transitions, strict=True)
            ]
        )
        table = joint.reshape(len(joint), -1)
        payoffs = np.concatenate([s.payoffs.reshape(players, -1) for s in self.game.stages], axis=1)
        row, seen, branch, prob, payoffs = branches_of(table, payoffs, exact)
        target = seen % len(names)
        sizes = self.signals[0].kernel.shape[players:]
        signal = np.array(np.unravel_index(seen // len(names), sizes))
        acts = np.concatenate([deployments(stage) for stage in self.game.stages])[row]
        events = {"deployed": np.any(acts, axis=1), "both_deployed": np.all(acts, axis=1)}
        for name, mask in self.game.events.items():
            events[name] = np.concatenate([m.reshape(-1, len(names)) for m in mask])[row, target]
        return Dynamics(
            states=names,
            players=self.players,
            actions=tuple(stage.actions for stage in self.game.stages),
            first=np.arange(len(names) + 1) * profiles,
            payoffs=payoffs,
            branch=branch,
            prob=prob,
            target=target,
            signal=signal,
            start=self.game.initial,
            signals=sizes,
            outcome=signal * len(names) + target,
            outcomes=np.array([[size * len(names)] * len(names) for size in sizes]),
            events=events,
        )

    def explain(self) -> str:
        """Where play starts, what is seen by all and by one, in sentences."""
        return f"The state is public; of conduct each party sees a signal of its own.\n{self.game.explain()}"

    def __str__(self) -> str:
        return f"PrivateStochasticGame under {self.signals[0]}\n{self.game}"
