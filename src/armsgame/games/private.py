"""Private monitoring: each party sees its own signal, and nobody knows what the others saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_labels, check_probability, check_rows, reals
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.errors import InvalidGame, invalid
from armsgame.games.dynamics import Dynamics, branches_of
from armsgame.games.stage import StageGame
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.meaning import conduct_of, deployments, meaning


@dataclass(frozen=True, slots=True, init=False, eq=False)
class PrivateMonitoring(Value):
    """Joint law of all private signals; correlation between them lives here.

    Parameters
    ----------
    kernel : array_like, shape [A0, .., A(P-1), Y0, .., Y(P-1)]
        At every action profile the joint probabilities sum to one.
    signals : sequence of sequences of str, optional
        Labels of each player's signals, read as those of `Monitoring.public` are: by default the first one
        means "nothing seen" and they name nobody.

    Raises
    ------
    InvalidGame
        Shape, probabilities or labels that do not fit.
    """

    kernel: FloatArray
    labels: tuple[tuple[str, ...], ...]

    def __init__(self, kernel: ArrayLike, signals: Sequence[Sequence[str]] | None = None) -> None:
        array = reals("kernel", kernel)
        if array.ndim < 4 or array.ndim % 2 or array.size == 0:
            invalid("kernel.shape", array.shape, "[A0, .., A(P-1), Y0, .., Y(P-1)] for at least two players")
        count = array.ndim // 2
        array = check_rows("kernel", array.reshape((*array.shape[:count], -1))).reshape(array.shape)
        sizes: tuple[int, ...] = array.shape[count:]
        given = [None] * count if signals is None else list(signals)
        if len(given) != count:
            invalid("signals", signals, f"labels of each of {count} players' signals")
        names = tuple(
            check_labels(f"signals[{i}]", own, n, "y") for i, (own, n) in enumerate(zip(given, sizes, strict=True))
        )
        array.setflags(write=False)
        object.__setattr__(self, "kernel", array)
        object.__setattr__(self, "labels", names)

    @classmethod
    def alarms(cls, stage: StageGame, detection: float, false_alarm: float) -> PrivateMonitoring:
        """Each of two parties has its own independent alarm about the other.

        Parameters
        ----------
        stage : StageGame of two players
        detection, false_alarm : float
            P(alarm | the other takes any action but its first), P(alarm | it takes its first).

        Examples
        --------
        >>> pd = StageGame.from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]])
        >>> PrivateMonitoring.alarms(pd, 0.9, 0.1).kernel[0, 1].round(2).tolist()
        [[0.09, 0.01], [0.81, 0.09]]
        """
        check_probability("detection", detection)
        check_probability("false_alarm", false_alarm)
        if len(stage.players) != 2:
            invalid("stage.players", stage.players, "two players")
        for actions, party in zip(stage.actions, stage.players, strict=True):
            conduct_of(actions, party)
        rates = [[false_alarm if a == 0 else detection for a in range(n)] for n in stage.shape]
        laws = [np.array([[1 - p, p] for p in own]) for own in rates]
        # player 0's signal is about player 1's action and the reverse
        kernel = np.einsum("by,az->abyz", laws[1], laws[0])
        return cls(kernel, (("quiet", "alarm"),) * 2)

    @classmethod
    def near_public(cls, kernel: ArrayLike, error: float, signals: Sequence[str] | None = None) -> PrivateMonitoring:
        """Each of two parties misreads a public signal with a small probability, independently.

        Parameters
        ----------
        kernel : array_like [A0, A1, Y], law of the public signal
        error : float
            P(reading a signal as another one, each equally likely); 0 makes the signal public.
        signals : sequence of str, optional

        References
        ----------
        Mailath and Morris (2002): almost-public monitoring.
        """
        check_probability("error", error)
        law = reals("kernel", kernel)
        if law.ndim != 3 or law.shape[-1] < 2:
            invalid("kernel.shape", law.shape, "[A0, A1, Y] with at least two signals")
        law = check_rows("kernel", law)
        size = law.shape[-1]
        read = (1 - error) * np.eye(size) + error * (1 - np.eye(size)) / (size - 1)
        names = None if signals is None else (tuple(signals),) * 2
        return cls(np.einsum("abs,sy,sz->abyz", law, read, read), names)

    @property
    def full_support(self) -> bool:
        """Whether every combination of signals is possible at every action profile."""
        return bool((self.kernel > 0).all())

    def __str__(self) -> str:
        sizes = " x ".join(str(len(own)) for own in self.labels)
        return f"private monitoring, {sizes} signals" + ("" if self.full_support else ", not of full support")


@dataclass(frozen=True, slots=True)
class PrivateGame(Value):
    """A stage game repeated for ever in which signals are private.

    Parameters
    ----------
    stage : StageGame
        Expected payoffs per period, without batch axes.
    monitoring : PrivateMonitoring
    """

    stage: StageGame
    monitoring: PrivateMonitoring

    def __post_init__(self) -> None:
        if not isinstance(self.stage, StageGame) or not isinstance(self.monitoring, PrivateMonitoring):
            raise InvalidGame("PrivateGame takes a StageGame and a PrivateMonitoring, in this order.")
        if self.stage.batch:
            raise InvalidGame(f"stage has batch axes {self.stage.batch}; allowed: one stage game. Index it.")
        count = len(self.stage.players)
        if self.monitoring.kernel.shape[:count] != self.stage.shape or self.monitoring.kernel.ndim != 2 * count:
            invalid(
                "monitoring.kernel.shape", self.monitoring.kernel.shape, f"{self.stage.shape} and one axis per signal"
            )

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        return self.stage.players

    def lower(self, profile: Sequence[object]) -> tuple[Automaton, ...]:
        """Turn a profile (automata or named strategies) into automata that read own signals.

        Raises
        ------
        InvalidGame
            A strategy whose actions or signals do not fit the player's.
        """
        if isinstance(profile, (str, Automaton)) or len(profile) != len(self.players):
            raise InvalidGame(f"profile is {profile!r}; allowed: one strategy for each of {self.players}.")
        found = []
        for i, strategy in enumerate(profile):
            if not hasattr(strategy, "on"):
                raise InvalidGame(f"profile[{i}] is {strategy!r}; allowed: an Automaton or a named strategy.")
            rule = strategy.on(self.seen_by(i), i)
            law, sizes = rule.law(), (self.stage.shape[i], len(self.monitoring.labels[i]))
            wanted = (len(rule.states), *sizes)
            if law.shape[1] != sizes[0] or rule.next.shape not in (wanted, (wanted[0], wanted[2])):
                raise InvalidGame(
                    f"profile[{i}] has outputs {law.shape} and next {rule.next.shape}; {self.players[i]} has "
                    f"{sizes[0]} actions and {sizes[1]} signals: next must be {wanted} [Q, A, Y] or [Q, Y]."
                )
            found.append(rule)
        return tuple(found)

    def seen_by(self, player: int) -> _Seen:
        """Return what the rule of a player may read."""
        return _Seen(self.stage, self.players, self.monitoring.labels[player])

    def dynamics(self, *, exact: bool = False) -> Dynamics:
        """Rows and branches: an outcome is one signal for each player."""
        stage, kernel = self.stage, self.monitoring.kernel
        count = len(self.players)
        law = kernel.reshape(len(stage.profiles), -1)
        row, seen, branch, prob, payoffs = branches_of(law, stage.payoffs.reshape(count, -1), exact)
        broken = deployments(stage)[row]
        return Dynamics(
            states=("one status",),
            players=self.players,
            actions=(stage.actions,),
            first=np.array([0, len(law)]),
            payoffs=payoffs,
            branch=branch,
            prob=prob,
            target=np.zeros(len(prob), np.int64),
            signal=np.array(np.unravel_index(seen, kernel.shape[count:])),
            signals=kernel.shape[count:],
            events={"deployed": np.any(broken, axis=1), "both_deployed": np.all(broken, axis=1)},
        )

    def explain(self) -> str:
        """Say what is repeated and what each party sees, in sentences."""
        seen = [f"{p} sees {' or '.join(s)}." for p, s in zip(self.players, self.monitoring.labels, strict=True)]
        told = "The same game is played in every period, and each party then sees a signal of its own:"
        return "\n".join([f"{told} {' '.join(seen)}", self.stage.explain()])

    def __str__(self) -> str:
        return f"PrivateGame under {self.monitoring}\n{self.stage}"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one player's rule may read: its own signals, by their labels."""

    stage: StageGame
    players: tuple[str, ...]
    signals: tuple[str, ...]

    @property
    def monitoring(self) -> _Seen:
        return self

    def meaning(self, stage: StageGame) -> tuple[BoolArray, BoolArray | None]:
        """Which signals are alarms, and whom each names."""
        return meaning(self.signals, stage)
