"""Named strategies of repeated games: rules, lowered to an automaton for a game and a player."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from armsgame._checks import check_probability, check_whole, index_of
from armsgame._shown import Value, described
from armsgame._typing import BoolArray, FloatArray
from armsgame.errors import InvalidGame
from armsgame.strategies.automaton import Automaton
from armsgame.strategies.meaning import conduct_of, hear


@described(lambda rule: f"{rule.name}: {rule.about}")
@dataclass(frozen=True, slots=True)
class Strategy(Value):
    """A rule in words that becomes an `Automaton` once the game and the player are known.

    The first action is compliance; deployment is the action called so, else the last one. An alarm is a
    signal that says that some party violated; the notes of `Monitoring` say how signals are read.
    """

    name: str
    build: Callable[..., Automaton]
    arguments: tuple[float | str, ...] = ()
    alarms: tuple[int | str, ...] | None = None
    about: str = field(default="", compare=False)

    def on(self, game: object, player: int | str, *, alarms: Sequence[int | str] | None = None) -> Automaton:
        """Lower the rule for a player of a repeated game.

        Parameters
        ----------
        game : RepeatedGame
        player : int or str
        alarms : sequence of signal labels or indices, optional
            Signals that count as an alarm, whomever they name, instead of those that name somebody.

        Raises
        ------
        WrongConcept
            The game is not a repeated game.
        """
        heard = hear(game, player, repr(self.name))
        chosen = self.alarms if alarms is None else tuple(alarms)
        loud, named = heard.loud, heard.named
        if chosen is not None:
            loud, named = np.zeros(len(heard.labels), dtype=bool), None
            loud[[index_of(a, heard.labels, "signal") for a in chosen]] = True
        stage = heard.stage
        plays = [conduct_of(own, party) for own, party in zip(stage.actions, stage.players, strict=True)]
        view = _View(heard.player, stage.actions[heard.player], plays[heard.player], loud, named)
        rule = self.build(view, *self.arguments)
        return rule._with(signals=heard.labels, players=stage.players)

    def with_alarms(self, *alarms: int | str) -> Strategy:
        """Return the same rule with other signals counted as alarms."""
        return replace(self, alarms=alarms)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class _View:
    """What a rule may read: the own actions, which signals are alarms, and about whom."""

    player: int
    actions: tuple[str, ...]
    plays: tuple[int, int]
    loud: BoolArray
    named: BoolArray | None

    def pure(self, *deploys: int) -> FloatArray:
        """Law of compliance (0) and deployment (1)."""
        return np.eye(len(self.actions))[[self.plays[d] for d in deploys]]

    def others(self) -> BoolArray:
        """Signals that say some other party violated."""
        if self.named is None:
            return self.loud
        return np.asarray(np.delete(self.named, self.player, axis=1).any(axis=1))

    def own(self, rule: str) -> BoolArray:
        """Signals that say this party violated; refused where alarms name nobody."""
        if self.named is None:
            raise InvalidGame(
                f"{rule!r} must know whom an alarm is about; allowed: Monitoring.perfect, Monitoring.detection, or "
                "Monitoring.public with about=."
            )
        return self.named[:, self.player]


def _constant(v: _View, play: int, name: str) -> Automaton:
    return Automaton(v.pure(play), np.zeros((1, len(v.loud)), int), states=(name,), actions=v.actions)


def _grim(v: _View) -> Automaton:
    table = np.stack([v.loud.astype(int), np.ones(len(v.loud), int)])
    return Automaton(v.pure(0, 1), table, states=("comply", "punish"), actions=v.actions)


def _mirror(v: _View) -> Automaton:
    table = np.tile(v.others().astype(int), (2, 1))
    return Automaton(v.pure(0, 1), table, states=("comply", "retaliate"), actions=v.actions)


def _win_stay_lose_shift(v: _View) -> Automaton:
    if v.named is None:
        # a single alarm is read as "lost": shift
        table = np.stack([v.loud, ~v.loud]).astype(int)
    else:
        mixed = v.named.any(axis=1) & ~v.named.all(axis=1)
        table = np.tile(mixed.astype(int), (2, 1))
    return Automaton(v.pure(0, 1), table, states=("comply", "deploy"), actions=v.actions)


def _contrite(v: _View) -> Automaton:
    """Standing (Sugden 1986; Boyd 1989): 0 both good, 1 own bad, 2 other bad, 3 both bad."""
    own, other = v.own("contrite"), v.others()
    table = np.empty((4, len(own)), int)
    for q in range(4):
        own_bad, other_bad = q in (1, 3), q in (2, 3)
        # deploying against a party in bad standing keeps the own standing good
        own_after = own & ~(not own_bad and other_bad)
        other_after = other & ~(own_bad and not other_bad)
        table[q] = own_after + 2 * other_after
    return Automaton(
        v.pure(0, 0, 1, 0), table, states=("content", "contrite", "provoked", "both at fault"), actions=v.actions
    )


always_comply = Strategy("always_comply", _constant, (0, "always_comply"), about="comply, whatever is seen.")
always_deploy = Strategy("always_deploy", _constant, (1, "always_deploy"), about="deploy, whatever is seen.")
grim = Strategy(
    "grim", _grim, about="comply until the first alarm about anybody, then deploy for ever (Friedman 1971)."
)
mirror = Strategy("mirror", _mirror, about="deploy in the period after an alarm about another party, else comply.")
win_stay_lose_shift = Strategy(
    "win_stay_lose_shift",
    _win_stay_lose_shift,
    about="keep to the conduct that went well and change after one that did not: deploy after a period in which "
    "just one party violated, comply after any other (Nowak and Sigmund 1993).",
)
contrite = Strategy(
    "contrite",
    _contrite,
    about="answer a violation in kind, but accept the answer to one's own violation and go back to compliance "
    "(Sugden 1986; Boyd 1989).",
)


def generous(q: float) -> Strategy:
    """Mirror response that forgives with probability `q` (Nowak and Sigmund 1992)."""
    check_probability("q", q)
    about = f"mirror, but an alarm about another party is forgiven with probability {q:g}."
    return Strategy(f"generous({q:g})", _generous, (q,), about=about)


def _generous(v: _View, q: float) -> Automaton:
    strict = _mirror(v)
    law = np.array(strict.law())
    law[1] = q * law[0] + (1 - q) * law[1]
    return Automaton(law, strict.next, states=strict.states, actions=v.actions)


def suspend(n: int) -> Strategy:
    """After an alarm deploy for `n` periods, whatever is seen, then comply again (Green and Porter 1984)."""
    n = check_whole("n", n, 1, 1_000_000)
    about = f"comply; after an alarm deploy for {n} periods, whatever is seen, then comply again."
    return Strategy(f"suspend({n})", _suspend, (n,), about=about)


def _suspend(v: _View, n: int) -> Automaton:
    table = np.empty((n + 1, len(v.loud)), int)
    table[0] = v.loud
    table[1:] = np.append(np.arange(2, n + 1), 0)[:, None]
    names = ("comply", *(f"suspended, {n - k} left" for k in range(n)))
    return Automaton(v.pure(0, *[1] * n), table, states=names, actions=v.actions)
