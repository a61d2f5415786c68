"""Games in time with private types: what a type changes, and who holds which prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray
from armsgame._values import Memory, frozen
from armsgame.errors import WrongConcept, invalid
from armsgame.games.bayesian.reading import (
    Laws,
    LawsLike,
    Payoffs,
    by_party,
    first_types,
    laws_of,
    paying,
    payoffs_of_types,
    place_of,
    stages_of,
    turned_game,
    turned_rule,
)
from armsgame.games.coercion import Modelled, PublicGame, public_game
from armsgame.games.dynamics import Dynamics
from armsgame.games.monitoring import Monitoring
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame

__all__ = ["BayesianGame"]

# the label of the one type of a party about which nothing is private
_KNOWN = "known"
# sets of types are bits of one word, and polytopes of beliefs grow fast with the number of types
_MOST_TYPES = 12
# games of known types that are kept for one game
_ALONE: Memory[PublicGame] = Memory(64)


@dataclass(frozen=True, slots=True, init=False, eq=False, weakref_slot=True)
class BayesianGame(Value):
    """A game in time between two parties, each with a private type that is drawn once and stays.

    A type changes payoffs and nothing else: those of its own party (private values), and, where they are given by
    the other party's type, those of the other party too. Types of the two parties are drawn independently.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame, or what stands for one
        States, actions, transitions and signals.
    payoffs : mapping {party: {type: payoffs}}
        Payoffs per period of that party, if it has that type. An array over action profiles ``[A0, A1]`` where the
        game has one state; else one such array for each state, as a sequence or a mapping by label, or one row
        ``[rows]`` in the order of ``game.dynamics()``. None stands for the payoffs of `game`. A mapping whose keys
        are the other party's types has such an entry for each of them. A party that is not named has one type,
        ``"known"``, with the payoffs of `game`.
    prior : mapping {party: {type: probability}}, or one row per party
        Law of a party's type *as the other party holds it*. A party with one type needs no entry.
    commitments : mapping {party: {type: strategy}}, optional
        Types that play a fixed strategy. They are not tested for deviations.
    observer : like `prior`, optional
        Law of the types with which an outside observer weighs outcomes, where it differs from what the parties hold.

    Attributes
    ----------
    game : RepeatedGame or StochasticGame, with the payoffs of the first type of each party
    types : tuple of tuple of str, the labels of each party's types
    payoffs : tuple of arrays ``[types, rows]``, or ``[types, types of the other, rows]`` where those matter
    prior : tuple of arrays ``[types]``; ``prior[i]`` is what the other party holds about party i
    commitments : mapping (party, type) -> strategy
    observer : tuple of arrays ``[types]``, or None

    Raises
    ------
    InvalidGame
        Payoffs that do not fit the actions, priors that are no probabilities, unknown parties or types.
    WrongConcept
        More than two parties, or alarms that come with a lag.

    References
    ----------
    Harsanyi (1967); Aumann and Maschler (1995) for types in repeated games; Jackson and Kalai (1997).

    Examples
    --------
    >>> import armsgame as ag
    >>> trusting = {"US": {"content": [[1, -0.5], [1.5, 0]], "tempted": [[1, -0.5], [2.5, 0]]}}
    >>> trusting["Russia"] = {"content": [[1, 1.5], [-0.5, 0]]}
    >>> game = ag.BayesianGame.repeated(trusting, prior={"US": {"content": 0.8, "tempted": 0.2}})
    >>> print(game)
    BayesianGame of US (content 0.8, tempted 0.2) and Russia (content): 1 state, 4 action profiles
    """

    game: PublicGame
    types: tuple[tuple[str, ...], ...]
    payoffs: Laws
    prior: Laws
    commitments: Mapping[tuple[str, str], object]
    observer: Laws | None

    def __init__(
        self,
        game: PublicGame | Modelled,
        payoffs: Mapping[str, Mapping[str, Payoffs]],
        prior: LawsLike = None,
        *,
        commitments: Mapping[str, Mapping[str, object]] | None = None,
        observer: LawsLike = None,
    ) -> None:
        base = public_game("BayesianGame", game)
        if len(base.players) != 2:
            raise WrongConcept(f"a BayesianGame has two parties; this game has {len(base.players)}: {base.players}.")
        if isinstance(base, RepeatedGame) and base.monitoring.lag > 1:
            raise WrongConcept(
                f"alarms of this game lag by {base.monitoring.lag} periods, so that beliefs about types would rest on "
                "conduct whose alarms are still due. Use lag=1."
            )
        given, fixed = by_party("payoffs", payoffs, base.players), by_party("commitments", commitments, base.players)
        kinds, written = [], []
        for party in base.players:
            own = {str(k): v for k, v in given.get(party, {}).items()}
            own |= {str(k): None for k in fixed.get(party, {}) if str(k) not in own}
            own = own or {_KNOWN: None}
            if len(own) > _MOST_TYPES:
                invalid(
                    f"len(payoffs[{party!r}])", len(own), f"at most {_MOST_TYPES} types", "Merge types that pay alike."
                )
            kinds.append(tuple(own))
            written.append(own)
        labels = tuple(kinds)
        rows = [
            payoffs_of_types(f"payoffs[{party!r}]", own, base, i, labels[1 - i])
            for i, (party, own) in enumerate(zip(base.players, written, strict=True))
        ]
        object.__setattr__(self, "game", paying(base, tuple(own.reshape(-1, own.shape[-1])[0] for own in rows)))
        object.__setattr__(self, "types", labels)
        object.__setattr__(self, "payoffs", tuple(rows))
        object.__setattr__(self, "prior", laws_of("prior", prior, base.players, labels))
        object.__setattr__(
            self, "commitments", frozen({(p, str(k)): v for p, own in fixed.items() for k, v in own.items()})
        )
        outside = None if observer is None else laws_of("observer", observer, base.players, labels)
        object.__setattr__(self, "observer", outside)

    @classmethod
    def repeated(
        cls,
        payoffs: Mapping[str, Mapping[str, ArrayLike]],
        monitoring: Monitoring | None = None,
        prior: LawsLike = None,
        *,
        actions: Any = None,
        commitments: Mapping[str, Mapping[str, object]] | None = None,
        observer: LawsLike = None,
    ) -> BayesianGame:
        """Repeat a stage game for ever whose payoffs depend on private types.

        Parameters
        ----------
        payoffs : mapping {party: {type: array [A0, A1]}}
            Two parties in the order of the actions' axes, each with at least one type. Where payoffs depend on the
            other party's type too: {party: {type: {type of the other: array [A0, A1]}}}.
        monitoring : Monitoring, optional
            What both parties see; perfect monitoring by default.
        prior, commitments, observer : as in `BayesianGame`
        actions : optional, as in `StageGame`
        """
        first = first_types(payoffs)
        stage = StageGame([first[p] for p in payoffs], players=tuple(payoffs), actions=actions)
        base = RepeatedGame(stage) if monitoring is None else RepeatedGame(stage, monitoring)
        return cls(base, payoffs, prior, commitments=commitments, observer=observer)

    @classmethod
    def stochastic(
        cls,
        payoffs: Mapping[str, Mapping[str, Sequence[ArrayLike]]],
        transitions: Sequence[ArrayLike] | None = None,
        prior: LawsLike = None,
        *,
        actions: Sequence[Any] | None = None,
        commitments: Mapping[str, Mapping[str, object]] | None = None,
        observer: LawsLike = None,
        **options: Any,
    ) -> BayesianGame:
        """Build a game in public states whose payoffs depend on private types.

        Parameters
        ----------
        payoffs : mapping {party: {type: [array [A0, A1] for each state]}}
        transitions : as in `StochasticGame`
        prior, commitments, observer : as in `BayesianGame`
        actions : sequence, optional
            Per state what `StageGame` takes.
        options : states, observed, signals, signal_labels, initial, events of `StochasticGame`
        """
        first = first_types(payoffs)
        named = [None] * len(next(iter(first.values()))) if actions is None else list(actions)
        stages = [
            StageGame([first[p][s] for p in payoffs], players=tuple(payoffs), actions=own)
            for s, own in enumerate(named)
        ]
        base = StochasticGame(stages, transitions, **options)
        return cls(base, payoffs, prior, commitments=commitments, observer=observer)

    @property
    def players(self) -> tuple[str, ...]:
        """Labels of the parties."""
        return self.game.players

    @property
    def imperfect(self) -> bool:
        """Whether conduct is seen only through signals or states."""
        return self.game.imperfect

    @property
    def outside(self) -> Laws:
        """Law of each party's type with which outcomes are weighed: the observer's, or what the parties hold."""
        return self.prior if self.observer is None else self.observer

    @property
    def tested(self) -> tuple[BoolArray, ...]:
        """Per party, which types are tested for deviations: those of positive prior without a commitment."""
        return tuple(
            np.array([p > 0 and (party, k) not in self.commitments for k, p in zip(own, law, strict=True)])
            for party, own, law in zip(self.players, self.types, self.prior, strict=True)
        )

    def dynamics(self, *, exact: bool = False) -> Dynamics:
        """Rows and branches of the game, with the payoffs of the first types."""
        return self.game.dynamics(exact=exact)

    def one_type(self, first: int | str = 0, second: int | str = 0) -> PublicGame:
        """Return the game in which both types are known.

        Parameters
        ----------
        first, second : int or str
            Type of the first and of the second party.
        """
        places = [place_of(k, own, p) for k, own, p in zip((first, second), self.types, self.players, strict=True)]
        rows = (own[k] for own, k in zip(self.payoffs, places, strict=True))
        paid = tuple(r if r.ndim == 1 else r[m] for r, m in zip(rows, places[::-1], strict=True))
        return _ALONE.of(self, tuple(places), lambda: paying(self.game, paid))

    def with_prior(self, prior: LawsLike, *, observer: LawsLike = None) -> BayesianGame:
        """Return the same game with another prior (and observer)."""
        return BayesianGame(
            self.game,
            self._written(self.payoffs),
            prior,
            commitments=_nested(self.commitments),
            observer=observer,
        )

    @property
    def swapped(self) -> BayesianGame:
        """The same game with the parties in the other order."""

        def turned(rows: Laws | None) -> Laws | None:
            return None if rows is None else rows[::-1]

        ends = np.cumsum([len(s.profiles) for s in stages_of(self.game)])[:-1]
        shapes = [s.shape for s in stages_of(self.game)]
        payoffs = tuple(
            np.concatenate(
                [
                    p.reshape(*rows.shape[:-1], *w).swapaxes(-1, -2).reshape(*rows.shape[:-1], -1)
                    for p, w in zip(np.split(rows, ends, axis=-1), shapes, strict=True)
                ],
                axis=-1,
            )
            for rows in self.payoffs
        )
        return BayesianGame(
            turned_game(self.game),
            self._written(payoffs),
            turned(self.prior),
            commitments=_nested({own: turned_rule(rule, self.game) for own, rule in self.commitments.items()}),
            observer=turned(self.observer),
        )

    @property
    def interdependent(self) -> bool:
        """Whether some payoffs depend on the other party's type."""
        return any(own.ndim == 3 for own in self.payoffs)

    def _written(self, payoffs: Laws) -> dict[str, dict[str, Any]]:
        """Payoffs in the form that the constructor reads."""
        return {
            party: {
                k: row if row.ndim == 1 else dict(zip(self.types[1 - i], row, strict=True))
                for k, row in zip(self.types[i], payoffs[i], strict=True)
            }
            for i, party in enumerate(self.players)
        }

    def size(self) -> dict[str, int]:
        """Count what a profile by type will be checked on: states, outcomes, types, and pairs of types."""
        dyn = self.game.dynamics()
        return {
            "states": len(dyn.states),
            "rows": len(dyn.branch) - 1,
            "branches": len(dyn.prob),
            "types": sum(map(len, self.types)),
            "pairs of types": len(self.types[0]) * len(self.types[1]),
        }

    def explain(self) -> str:
        """Who has which types, who holds which prior, and what is played, in sentences."""
        lines = []
        for i, (party, own) in enumerate(zip(self.players, self.types, strict=True)):
            other = self.players[1 - i]
            if len(own) == 1:
                lines.append(f"{party} has no private type.")
                continue
            laws = ", ".join(f"{k!r} with probability {p:g}" for k, p in zip(own, self.prior[i], strict=True))
            lines.append(f"{party} has a private type; {other} holds it to be {laws}.")
        lines += [
            f"Payoffs of {p} depend on the type of {q}."
            for p, q, own in zip(self.players, self.players[::-1], self.payoffs, strict=True)
            if own.ndim == 3
        ]
        lines += [f"{p} of type {k!r} is committed to {v}." for (p, k), v in self.commitments.items()]
        if self.observer is not None:
            lines.append(f"An outside observer weighs outcomes by another prior: {self.told(self.observer)}.")
        return "\n".join([*lines, self.game.explain()])

    def told(self, laws: Laws) -> str:
        """Words for a law of the types of each party."""
        texts = []
        for party, own, law in zip(self.players, self.types, laws, strict=True):
            known = own[0] if len(own) == 1 else ", ".join(f"{k} {p:g}" for k, p in zip(own, law, strict=True))
            texts.append(f"{party} ({known})")
        return " and ".join(texts)

    def __str__(self) -> str:
        dyn = self.game.dynamics()
        count = len(dyn.states)
        text = f"BayesianGame of {self.told(self.prior)}: {count} state{'s' * (count > 1)}, "
        text += f"{len(dyn.branch) - 1} action profiles"
        if self.commitments:
            text += "\ncommitted: " + ", ".join(f"{k} of {p} plays {v}" for (p, k), v in self.commitments.items())
        if self.observer is not None:
            text += f"\noutcomes are weighed by an observer's prior: {self.told(self.observer)}"
        return text


def _nested(commitments: Mapping[tuple[str, str], object]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for (party, kind), strategy in commitments.items():
        found.setdefault(party, {})[kind] = strategy
    return found
