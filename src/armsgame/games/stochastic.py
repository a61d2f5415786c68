"""Stochastic games, a stage game per public state, and repeated games, the case of one state.

Each can be turned into the other, so they stand in one module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product

import numpy as np

from armsgame._checks import check_choice, check_labels, check_rows, index_of, listed, reals
from armsgame._shown import Drawn, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame._values import Memory, frozen
from armsgame.arithmetic.mixtures import one_law
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.dynamics import Dynamics, branches_of, exactly
from armsgame.games.monitoring import Monitoring
from armsgame.games.private import PrivateMonitoring
from armsgame.games.stage import StageGame
from armsgame.strategies.meaning import deployments, violations

# lines of transitions, and of next states, that print shows per state
_SHOWN = 6
# rows and branches are asked for again and again, in floats and in rational numbers
_DYNAMICS: Memory[Dynamics] = Memory(2)


@dataclass(frozen=True, slots=True, init=False, eq=False, weakref_slot=True)
class StochasticGame(Drawn, Value):
    """A game whose stage depends on a public state.

    Parameters
    ----------
    stages : sequence of StageGame
        One per state, without batch axes, all with the same players.
    transitions : sequence of array_like, shape [A0, .., S']
        Law of the next state at every action profile, one array per state. With `signals` it may be
        None.
    states : sequence of str, optional
        Labels of the states.
    observed : {"actions", "state"}
        ``"actions"``: perfect monitoring. ``"state"``: only the next state (and signal) is public.
    signals : sequence of array_like, shape [A0, .., Y, S'], optional
        Joint law of a public signal and the next state, one array per state, so that an alarm can
        move the state. The number of signals is the same in every state.
    signal_labels : sequence of str, optional
        Labels of those signals; ``"y0"``, ``"y1"``, .. by default.
    initial : int or str
        First state.
    events : mapping from name to one bool array [profiles, S'] or [A0, .., S'] per state, optional
        Transitions worth counting in simulations (notice given, demand expired, ..).

    Raises
    ------
    InvalidGame
        With the state and the profile at fault.
    """

    stages: tuple[StageGame, ...]
    transitions: tuple[FloatArray, ...]
    states: tuple[str, ...]
    observed: str
    initial: int
    events: Mapping[str, tuple[BoolArray, ...]]
    signals: tuple[FloatArray, ...] | None
    signal_labels: tuple[str, ...]

    def __init__(
        self,
        stages: Sequence[StageGame],
        transitions: Sequence[ArrayLike] | None = None,
        *,
        states: Sequence[str] | None = None,
        observed: str = "actions",
        signals: Sequence[ArrayLike] | None = None,
        signal_labels: Sequence[str] | None = None,
        initial: int | str = 0,
        events: Mapping[str, Sequence[object]] | None = None,
    ) -> None:
        games = listed("stages", stages, "a sequence of StageGame, one per state")
        if not games or any(not isinstance(g, StageGame) or g.batch for g in games):
            raise InvalidGame("stages must be a non-empty sequence of StageGame without batch axes.")
        if len({g.players for g in games}) != 1:
            invalid("stages.players", [g.players for g in games], "the same players in every state")
        names = check_labels("states", states, len(games), "state ")
        check_choice("observed", observed, ("actions", "state"))
        joint = None if signals is None else _joint(signals, games, names)
        width = 0 if joint is None else joint[0].shape[-2]
        heard = check_labels("signal_labels", signal_labels, width, "y")
        if transitions is not None:
            transitions = listed("transitions", transitions, f"{len(games)} arrays, one per state")
            if len(transitions) != len(games):
                invalid("len(transitions)", len(transitions), f"{len(games)}, one array per state")
        if joint is not None:
            # a sum of probabilities may exceed one by a rounding
            summed = [np.minimum(kernel.sum(axis=-2), 1.0) for kernel in joint]
            if transitions is not None and not all(
                np.shape(a) == b.shape and np.allclose(a, b, rtol=0, atol=1e-9)
                for a, b in zip(transitions, summed, strict=True)
            ):
                raise InvalidGame("transitions are not the sum of signals over the signal; give one of the two.")
            transitions = summed
        if transitions is None:
            raise InvalidGame("transitions are missing; give transitions, or signals with the next state in them.")
        laws = []
        for name, game, law in zip(names, games, transitions, strict=True):
            array = reals(f"transitions[{name!r}]", law)
            if array.shape != (*game.shape, len(games)):
                invalid(f"transitions[{name!r}].shape", array.shape, f"{(*game.shape, len(games))}")
            array = check_rows(f"transitions[{name!r}]", array)
            array.setflags(write=False)
            laws.append(array)
        if events is not None and not isinstance(events, Mapping):
            invalid("events", events, "a mapping from event to one array of flags per state")
        marks = frozen({k: _flags(f"events[{k!r}]", v, games, names) for k, v in (events or {}).items()})
        start = index_of(initial, names, "initial state")
        settled = (games, tuple(laws), names, observed, start, marks, joint, heard)
        for name, value in zip(self.__dataclass_fields__, settled, strict=True):
            object.__setattr__(self, name, value)

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        return self.stages[0].players

    @property
    def imperfect(self) -> bool:
        """Whether conduct is seen only through the next state."""
        return self.observed == "state"

    def outcomes(self, state: int | str) -> tuple[tuple[str, ...], ...]:
        """Public outcomes of a state in the order that automata with a table per state read.

        Each is (actions where they are seen, signal where there is one, next state).
        """
        stage = self.stages[index_of(state, self.states, "state")]
        seen: list[tuple[str, ...]] = [()] if self.imperfect else list(stage.profiles)
        heard: list[tuple[str, ...]] = [(y,) for y in self.signal_labels] or [()]
        return tuple((*a, *y, s) for a in seen for y in heard for s in self.states)

    def starting(self, state: int | str) -> StochasticGame:
        """Return the same game with another first state."""
        return StochasticGame(
            self.stages,
            self.transitions,
            states=self.states,
            observed=self.observed,
            initial=state,
            events=self.events,
            signals=self.signals,
            signal_labels=None if self.signals is None else self.signal_labels,
        )

    def unreachable(self) -> tuple[str, ...]:
        """States that no sequence of actions reaches from the first one, in their order."""
        known = np.zeros(len(self.states), bool)
        known[self.initial] = True
        ahead = np.array([law.reshape(-1, len(self.states)).any(axis=0) for law in self.transitions])
        while True:
            more = known | ahead[known].any(axis=0)
            if (more == known).all():
                return tuple(name for name, seen in zip(self.states, known, strict=True) if not seen)
            known = more

    def as_repeated(self) -> RepeatedGame:
        """Return the same game as a RepeatedGame, where it has one state.

        Returns
        -------
        RepeatedGame
            With perfect monitoring where actions are observed and there is no signal.

        Raises
        ------
        WrongConcept
            The game has several states.
        """
        if len(self.states) != 1:
            raise WrongConcept(
                f"a RepeatedGame has one state, this game {len(self.states)}. Solve it as it is: payoff_set, "
                "markov_perfect and verify take stochastic games."
            )
        stage = self.stages[0]
        if self.signals is None:
            if not self.imperfect:
                return RepeatedGame(stage)
            return RepeatedGame(stage, Monitoring.public(np.ones((*stage.shape, 1)), ("nothing seen",)))
        kernel = self.signals[0][..., 0]
        if self.imperfect:
            return RepeatedGame(stage, Monitoring.public(kernel, self.signal_labels))
        # the profile is seen beside the signal: the pair is one signal of the repeated game
        seen = np.eye(len(stage.profiles)).reshape(*stage.shape, -1, 1) * kernel[..., None, :]
        labels = [f"{' | '.join(a)}, {y}" for a in stage.profiles for y in self.signal_labels]
        named = [np.flatnonzero(bits).tolist() for bits in violations(stage) for _ in self.signal_labels]
        about = dict(zip(labels, named, strict=True))
        return RepeatedGame(stage, Monitoring.public(seen.reshape(*stage.shape, -1), labels, about))

    def paying(self, rows: Sequence[FloatArray]) -> StochasticGame:
        """Return the same game with other payoffs [rows], in the order of `dynamics`, for each player."""
        ends = np.cumsum([len(s.profiles) for s in self.stages])[:-1]
        parts = zip(*(np.split(own, ends) for own in rows), strict=True)
        stages = tuple(
            StageGame([p.reshape(s.shape) for p in own], players=s.players, actions=s.actions)
            for s, own in zip(self.stages, parts, strict=True)
        )
        # all but the stages was checked when this game was made
        other = object.__new__(StochasticGame)
        for entry in fields(self):
            object.__setattr__(other, entry.name, stages if entry.name == "stages" else getattr(self, entry.name))
        if _DYNAMICS.holds(self, False):
            payoffs = np.array([own.astype(float) for own in rows])
            _DYNAMICS.of(other, False, lambda: replace(self.dynamics(), payoffs=payoffs))
        return other

    def dynamics(self, *, exact: bool = False) -> Dynamics:
        """Rows and branches of the game."""
        return _DYNAMICS.of(self, exact, lambda: self._dynamics(exact))

    def _dynamics(self, exact: bool) -> Dynamics:
        kernels = self.transitions if self.signals is None else self.signals
        width = 1 if self.signals is None else self.signals[0].shape[-2]
        flat = [law.reshape(-1, width * len(self.states)) for law in kernels]
        first = np.concatenate([[0], np.cumsum([len(law) for law in flat])])
        table = np.concatenate(flat)
        payoffs = np.concatenate([stage.payoffs.reshape(len(stage.players), -1) for stage in self.stages], axis=1)
        row, seen, branch, prob, payoffs = branches_of(table, payoffs, exact)
        target = seen % len(self.states)
        # a public outcome: the next state, before it the signal, before that the profile where it is seen
        place = row - np.repeat(first[:-1], [len(law) for law in flat])[row]
        outcome = seen if self.observed == "state" else place * table.shape[1] + seen
        outcomes = np.array([(1 if self.observed == "state" else len(law)) * table.shape[1] for law in flat])
        marks = {
            name: np.concatenate([m.reshape(-1, len(self.states)) for m in mask])[row, target]
            for name, mask in self.events.items()
        }
        return Dynamics(
            states=self.states,
            players=self.players,
            actions=tuple(g.actions for g in self.stages),
            first=first,
            payoffs=payoffs,
            branch=branch,
            prob=prob,
            target=target,
            signal=target,
            start=self.initial,
            signals=len(self.states),
            outcome=outcome,
            outcomes=outcomes,
            events=marks,
        )

    def explain(self) -> str:
        """Where play starts, what is seen, and what may be done in each state, in sentences."""
        lost = self.unreachable()
        lines = [
            f"{' and '.join(self.players)} move through {len(self.states)} public states, starting in "
            f"{self.states[self.initial]!r}; of each period only the {self.observed} is seen."
        ]
        for name, stage in zip(self.states, self.stages, strict=True):
            choices = "; ".join(f"{p} may {' or '.join(a)}" for p, a in zip(self.players, stage.actions, strict=True))
            lines.append(f"At {name!r} {choices}." + (" No play reaches this state." if name in lost else ""))
        return "\n".join(lines)

    def __str__(self) -> str:
        profiles = sum(len(stage.profiles) for stage in self.stages)
        lines = [
            f"StochasticGame of {', '.join(self.players)}: {len(self.states)} states, {profiles} action profiles; "
            f"{self.observed} observed; starts in {self.states[self.initial]!r}"
        ]
        lost = self.unreachable()
        for k, (name, stage, law) in enumerate(zip(self.states, self.stages, self.transitions, strict=True)):
            note = "  [no play reaches it]" if name in lost else ""
            lines.append(f"{name}{note}")
            for player, acts in zip(self.players, stage.actions, strict=True):
                lines.append(f"  {player}: {' / '.join(acts)}")
            flat = law.reshape(-1, len(self.states))
            if one_law(flat):
                lines.append(f"  whatever is done -> {self._ahead(flat[0], k)}")
                continue
            groups: dict[bytes, list[int]] = {}
            for row, after in enumerate(flat):
                groups.setdefault(after.tobytes(), []).append(row)
            for rows in sorted(groups.values(), key=len, reverse=True)[:_SHOWN]:
                first = " | ".join(stage.profiles[rows[0]])
                more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
                lines.append(f"  {first}{more} -> {self._ahead(flat[rows[0]], k)}")
            if len(groups) > _SHOWN:
                lines.append(f"  .. {len(groups) - _SHOWN} further laws of the next state in .transitions[{k}]")
        return "\n".join(lines)

    def _ahead(self, law: FloatArray, here: int) -> str:
        order = sorted(np.flatnonzero(law), key=lambda t: -law[t])
        words = ["stays" if t == here else self.states[t] for t in order]
        said = [w if law[t] == 1 else f"{w} {law[t]:.3g}" for w, t in zip(words, order, strict=True)]
        return "; ".join(said[:_SHOWN]) + ("; .." if len(said) > _SHOWN else "")


@dataclass(frozen=True, slots=True, weakref_slot=True)
class RepeatedGame(Value):
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
        if self.monitoring.kind != "perfect":
            self.monitoring.kernel(self.stage)  # raises where the kernel does not fit
        self.monitoring.meaning(self.stage)  # or labels do not

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the players."""
        return self.stage.players

    @property
    def signals(self) -> tuple[str, ...]:
        """Labels of the public signals; see `Monitoring` for what they say."""
        return self.monitoring.signals(self.stage)

    @property
    def imperfect(self) -> bool:
        """Whether some signal leaves open what was played; certain alarms about two actions each do not."""
        if self.monitoring.kind == "perfect":
            return self.monitoring.lag > 1
        law = self.monitoring.kernel(self.stage)
        return self.monitoring.lag > 1 or bool((np.count_nonzero(law, axis=0) > 1).any())

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
        if self.monitoring.kind == "perfect":
            law = np.ones((*self.stage.shape, 1))
            return StochasticGame([self.stage], [law], states=("one status",), observed="actions")
        kernel = self.monitoring.kernel(self.stage).reshape(*self.stage.shape, -1, 1)
        return StochasticGame(
            [self.stage], states=("one status",), observed="state", signals=[kernel], signal_labels=self.signals
        )

    def dynamics(self, *, exact: bool = False) -> Dynamics:
        """Rows and branches; with a detection lag, states are the conduct whose alarms are due."""
        return _DYNAMICS.of(self, exact, lambda: self._dynamics(exact))

    def _dynamics(self, exact: bool) -> Dynamics:
        stage, lag = self.stage, self.monitoring.lag
        kernel = self.monitoring.kernel(stage, exact=exact)
        count = len(kernel)
        flat = stage.payoffs.reshape(len(stage.players), -1)
        payoffs = exactly(flat) if exact else flat
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
        broken = deployments(stage)
        moves = np.stack([broken.any(axis=1), broken.all(axis=1)], axis=1)
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

    def explain(self) -> str:
        """Say what is repeated and what each party sees, in sentences."""
        seen = "what was done" if self.monitoring.kind == "perfect" else f"a signal: {', '.join(self.signals)}"
        late = "" if self.monitoring.lag == 1 else f", {self.monitoring.lag} periods later"
        return f"The same game is played in every period, and everybody then sees {seen}{late}.\n{self.stage.explain()}"

    def __str__(self) -> str:
        return f"RepeatedGame under {self.monitoring}\n{self.stage}"


def payoffs_of(game: StochasticGame) -> list[FloatArray]:
    """All payoffs of each party, in one row."""
    return [np.concatenate([s.payoffs[i].ravel() for s in game.stages]) for i in range(len(game.players))]


def _joint(
    signals: Sequence[ArrayLike], games: tuple[StageGame, ...], names: tuple[str, ...]
) -> tuple[FloatArray, ...]:
    """Check the joint kernels of signal and next state."""
    signals = listed("signals", signals, f"{len(games)} arrays, one per state")
    if len(signals) != len(games):
        invalid("len(signals)", len(signals), f"{len(games)}, one array per state")
    found: list[FloatArray] = []
    for name, game, kernel in zip(names, games, signals, strict=True):
        array = reals(f"signals[{name!r}]", kernel)
        if array.ndim != len(game.shape) + 2 or array.shape[:-2] != game.shape or array.shape[-1] != len(games):
            invalid(f"signals[{name!r}].shape", array.shape, f"{(*game.shape, 'Y', len(games))}")
        array = check_rows(f"signals[{name!r}]", array.reshape((*game.shape, -1))).reshape(array.shape)
        array.setflags(write=False)
        found.append(array)
    if len({a.shape[-2] for a in found}) != 1:
        invalid("signals.shape", [a.shape for a in found], "the same number of signals in every state")
    return tuple(found)


def _flags(field: str, masks: object, games: tuple[StageGame, ...], names: tuple[str, ...]) -> tuple[BoolArray, ...]:
    """Check the flags of an event, one array per state."""
    masks = listed(field, masks, f"{len(games)} arrays of flags, one per state")
    if len(masks) != len(games):
        invalid(f"len({field})", len(masks), f"{len(games)}, one array per state")
    found = []
    for name, game, mask in zip(names, games, masks, strict=True):
        where, shapes = f"{field}[{name!r}]", ((len(game.profiles), len(games)), (*game.shape, len(games)))
        flags = mask if isinstance(mask, np.ndarray) and mask.dtype == bool else reals(where, mask, "flags")
        if flags.shape not in shapes:
            invalid(f"{where}.shape", flags.shape, f"{shapes[0]} or {shapes[1]}")
        if not ((flags == 0) | (flags == 1)).all():
            invalid(where, mask, "True or False for each profile and next state")
        found.append(np.array(flags, bool))
    return tuple(found)
