"""Games in time with private types: what a type changes, and who holds which prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from armsgame._checks import check_labels, check_law, index_of
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame._values import frozen
from armsgame.errors import InvalidGame, WrongConcept, close_matches, invalid
from armsgame.games.coercion import PublicGame, public_game
from armsgame.games.dynamics import Dynamics
from armsgame.games.monitoring import Monitoring
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame, payoffs_of

__all__ = ["BayesianGame"]

# the label of the one type of a party about which nothing is private
_KNOWN = "known"
# sets of types are bits of one word, and polytopes of beliefs grow fast with the number of types
_MOST_TYPES = 12

Laws = tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True, init=False, eq=False)
class BayesianGame(Value):
    """A game in time between two parties, each with a private type that is drawn once and stays.

    A type changes the payoffs of its own party and nothing else (private values). Types of the two parties are
    drawn independently.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame, or what stands for one
        States, actions, transitions and signals.
    payoffs : mapping {party: {type: payoffs}}
        Payoffs per period of that party, if it has that type. An array over action profiles ``[A0, A1]`` where the
        game has one state; else one such array for each state, as a sequence or a mapping by label, or one row
        ``[rows]`` in the order of ``game.dynamics()``. None stands for the payoffs of `game`. A party that is not
        named has one type, ``"known"``, with the payoffs of `game`.
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
    payoffs : tuple of arrays ``[types, rows]``
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
    commitments: Mapping[tuple[str, str], Any]
    observer: Laws | None

    def __init__(
        self,
        game: Any,
        payoffs: Mapping[str, Mapping[str, Any]],
        prior: Any = None,
        *,
        commitments: Mapping[str, Mapping[str, Any]] | None = None,
        observer: Any = None,
    ) -> None:
        base = public_game("BayesianGame", game)
        if len(base.players) != 2:
            raise WrongConcept(f"a BayesianGame has two parties; this game has {len(base.players)}: {base.players}.")
        if isinstance(base, RepeatedGame) and base.monitoring.lag > 1:
            raise WrongConcept(
                f"alarms of this game lag by {base.monitoring.lag} periods, so that beliefs about types would rest on "
                "conduct whose alarms are still due. Use lag=1."
            )
        given, fixed = _by_party("payoffs", payoffs, base.players), _by_party("commitments", commitments, base.players)
        kinds, rows = [], []
        for i, party in enumerate(base.players):
            own = {str(k): v for k, v in given.get(party, {}).items()}
            own |= {str(k): None for k in fixed.get(party, {}) if str(k) not in own}
            own = own or {_KNOWN: None}
            if len(own) > _MOST_TYPES:
                invalid(
                    f"len(payoffs[{party!r}])", len(own), f"at most {_MOST_TYPES} types", "Merge types that pay alike."
                )
            kinds.append(tuple(own))
            rows.append(np.stack([_rows(f"payoffs[{party!r}][{k!r}]", v, base, i) for k, v in own.items()]))
        labels = tuple(kinds)
        object.__setattr__(self, "game", _paying(base, tuple(own[0] for own in rows)))
        object.__setattr__(self, "types", labels)
        object.__setattr__(self, "payoffs", tuple(rows))
        object.__setattr__(self, "prior", _laws("prior", prior, base.players, labels))
        object.__setattr__(
            self, "commitments", frozen({(p, str(k)): v for p, own in fixed.items() for k, v in own.items()})
        )
        outside = None if observer is None else _laws("observer", observer, base.players, labels)
        object.__setattr__(self, "observer", outside)

    @classmethod
    def repeated(
        cls,
        payoffs: Mapping[str, Mapping[str, ArrayLike]],
        monitoring: Monitoring | None = None,
        prior: Any = None,
        *,
        actions: Any = None,
        commitments: Mapping[str, Mapping[str, Any]] | None = None,
        observer: Any = None,
    ) -> BayesianGame:
        """Repeat a stage game for ever whose payoffs depend on private types.

        Parameters
        ----------
        payoffs : mapping {party: {type: array [A0, A1]}}
            Two parties in the order of the actions' axes, each with at least one type.
        monitoring : Monitoring, optional
            What both parties see; perfect monitoring by default.
        prior, commitments, observer : as in `BayesianGame`
        actions : optional, as in `StageGame`
        """
        first = _first_types(payoffs)
        stage = StageGame([first[p] for p in payoffs], players=tuple(payoffs), actions=actions)
        base = RepeatedGame(stage) if monitoring is None else RepeatedGame(stage, monitoring)
        return cls(base, payoffs, prior, commitments=commitments, observer=observer)

    @classmethod
    def stochastic(
        cls,
        payoffs: Mapping[str, Mapping[str, Sequence[ArrayLike]]],
        transitions: Sequence[ArrayLike] | None = None,
        prior: Any = None,
        *,
        actions: Sequence[Any] | None = None,
        commitments: Mapping[str, Mapping[str, Any]] | None = None,
        observer: Any = None,
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
        first = _first_types(payoffs)
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
        places = [_place(k, own, p) for k, own, p in zip((first, second), self.types, self.players, strict=True)]
        return _paying(self.game, tuple(own[k] for own, k in zip(self.payoffs, places, strict=True)))

    def with_prior(self, prior: Any, *, observer: Any = None) -> BayesianGame:
        """Return the same game with another prior (and observer)."""
        return BayesianGame(
            self.game,
            {
                p: dict(zip(t, rows, strict=True))
                for p, t, rows in zip(self.players, self.types, self.payoffs, strict=True)
            },
            prior,
            commitments=_nested(self.commitments),
            observer=observer,
        )

    @property
    def swapped(self) -> BayesianGame:
        """The same game with the parties in the other order."""

        def turned(rows: Laws | None) -> Laws | None:
            return None if rows is None else rows[::-1]

        ends = np.cumsum([len(s.profiles) for s in _stages(self.game)])[:-1]
        shapes = [s.shape for s in _stages(self.game)]
        payoffs = {
            party: {
                k: np.concatenate([p.reshape(w).T.ravel() for p, w in zip(np.split(row, ends), shapes, strict=True)])
                for k, row in zip(kinds, rows, strict=True)
            }
            for party, kinds, rows in zip(self.players, self.types, self.payoffs, strict=True)
        }
        return BayesianGame(
            _swapped(self.game),
            payoffs,
            turned(self.prior),
            commitments=_nested(self.commitments),
            observer=turned(self.observer),
        )

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


def _nested(commitments: Mapping[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (party, kind), strategy in commitments.items():
        found.setdefault(party, {})[kind] = strategy
    return found


def _by_party(field: str, given: Any, players: tuple[str, ...]) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or any(not isinstance(own, Mapping) for own in given.values()):
        invalid(field, given, f"a mapping {{party: {{type: ..}}}} with parties {players}")
    for party in given:
        if party not in players:
            raise InvalidGame(f"{field} names the party {party!r}. {close_matches(str(party), players)}")
    return dict(given)


def _first_types(payoffs: Any) -> dict[str, Any]:
    if not isinstance(payoffs, Mapping) or len(payoffs) != 2:
        invalid("payoffs", payoffs, "a mapping {party: {type: payoffs}} with two parties")
    for party, own in payoffs.items():
        if not isinstance(own, Mapping) or not own:
            invalid(f"payoffs[{party!r}]", own, "a mapping {type: payoffs} with at least one type")
    return {party: next(iter(own.values())) for party, own in payoffs.items()}


def _stages(game: PublicGame) -> tuple[StageGame, ...]:
    return (game.stage,) if isinstance(game, RepeatedGame) else game.stages


def _states(game: PublicGame) -> tuple[str, ...]:
    return ("one status",) if isinstance(game, RepeatedGame) else game.states


def _rows(field: str, given: Any, game: PublicGame, player: int) -> FloatArray:
    """Payoffs [rows] of one type, in the order of the game's rows."""
    stages, states = _stages(game), _states(game)
    if given is None:
        return np.concatenate([s.payoffs[player].ravel() for s in stages])
    if isinstance(given, Mapping):
        missing = [s for s in states if s not in given]
        if missing or len(given) != len(states):
            invalid(field, list(given), f"one array for each of {len(states)} states", f"Missing: {missing[:5]}.")
        given = [given[s] for s in states]
    sizes = [len(s.profiles) for s in stages]
    try:
        flat = np.array(given, dtype=np.float64) if len(states) == 1 else None
        if flat is None and np.ndim(given[0]) == 0:
            flat = np.array(given, dtype=np.float64)
        parts = [flat] if flat is not None else [np.array(own, dtype=np.float64) for own in given]
    except (TypeError, ValueError, IndexError, KeyError):
        invalid(field, given, f"numbers, one for each of {sum(sizes)} action profiles")
    shapes = [s.shape for s in stages]
    if flat is None or flat.shape != (sum(sizes),):
        if len(parts) != len(stages):
            invalid(f"len({field})", len(parts), f"{len(stages)}, one array for each state")
        for state, part, shape in zip(states, parts, shapes, strict=True):
            if part.shape not in (shape, (1, *shape)):
                where = "" if len(states) == 1 else f" at {state!r}"
                wanted = f"{shape}: every type has the actions of the game"
                invalid(f"{field}.shape{where}", part.shape, wanted)
    rows = np.concatenate([p.ravel() for p in parts])
    if not np.isfinite(rows).all():
        invalid(field, float(rows[~np.isfinite(rows)][0]), "finite numbers", "Replace NaN and infinities.")
    return rows


def _paying(game: PublicGame, rows: tuple[FloatArray, ...]) -> PublicGame:
    """Return the same game with other payoffs [rows] for each party."""
    if all(np.array_equal(own, new) for own, new in zip(_all_payoffs(game), rows, strict=True)):
        return game
    ends = np.cumsum([len(s.profiles) for s in _stages(game)])[:-1]
    parts = zip(*(np.split(own, ends) for own in rows), strict=True)
    stages = [
        StageGame([p.reshape(s.shape) for p in own], players=s.players, actions=s.actions)
        for s, own in zip(_stages(game), parts, strict=True)
    ]
    if isinstance(game, RepeatedGame):
        return RepeatedGame(stages[0], game.monitoring)
    return StochasticGame(
        stages,
        game.transitions if game.signals is None else None,
        states=game.states,
        observed=game.observed,
        signals=game.signals,
        signal_labels=None if game.signals is None else game.signal_labels,
        initial=game.initial,
        events=game.events,
    )


def _all_payoffs(game: PublicGame) -> list[FloatArray]:
    """All payoffs of each party, in one row."""
    if isinstance(game, StochasticGame):
        return payoffs_of(game)
    return [own.ravel() for own in game.stage.payoffs]


def _swapped(game: PublicGame) -> PublicGame:
    """Return the same game with the parties in the other order."""
    stages = [
        StageGame(s.payoffs[::-1].swapaxes(1, 2), players=s.players[::-1], actions=s.actions[::-1])
        for s in _stages(game)
    ]
    if isinstance(game, RepeatedGame):
        seen = game.monitoring
        about = seen.about and tuple(
            (y, who and tuple(game.players[game.stage.player(p)] for p in who)) for y, who in seen.about
        )
        turned = replace(
            seen,
            rates=(seen.rates[0][::-1], seen.rates[1][::-1]),
            table=None if seen.table is None else seen.table.swapaxes(0, 1),
            about=about,
        )
        return RepeatedGame(stages[0], turned)
    shapes = [s.shape for s in game.stages]
    count = len(game.states)
    return StochasticGame(
        stages,
        [law.swapaxes(0, 1) for law in game.transitions] if game.signals is None else None,
        states=game.states,
        observed=game.observed,
        signals=None if game.signals is None else [law.swapaxes(0, 1) for law in game.signals],
        signal_labels=None if game.signals is None else game.signal_labels,
        initial=game.initial,
        events={
            name: [m.reshape(*w, count).swapaxes(0, 1).reshape(-1, count) for m, w in zip(masks, shapes, strict=True)]
            for name, masks in game.events.items()
        },
    )


def _place(kind: int | str, own: tuple[str, ...], party: str) -> int:
    return index_of(kind, own, f"type of {party}")


def _laws(field: str, given: Any, players: tuple[str, ...], types: tuple[tuple[str, ...], ...]) -> Laws:
    """Read the law of each party's type."""
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        try:
            given = dict(zip(players, given, strict=True))
        except (TypeError, ValueError):
            invalid(field, given, f"{{party: {{type: probability}}}}, or one row for each of {players}")
    for party in given:
        if party not in players:
            raise InvalidGame(f"{field} names the party {party!r}. {close_matches(str(party), players)}")
    found = []
    for party, own in zip(players, types, strict=True):
        row = given.get(party)
        if row is None:
            if len(own) > 1:
                raise InvalidGame(
                    f"{field} says nothing of {party}, which has the types {own}; give a probability for each: "
                    f"{field}={{{party!r}: {{{own[0]!r}: .., {own[1]!r}: ..}}}}."
                )
            row = [1.0]
        if isinstance(row, Mapping):
            check_labels(f"{field}[{party!r}]", row, len(own), "")
            for kind in row:
                _place(str(kind), own, party)
            row = [row[k] for k in own]
        law = check_law(f"{field}[{party!r}]", row, len(own), f"probabilities of the types {own}")
        found.append(law)
    return tuple(found)
