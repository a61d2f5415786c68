"""Hypergames: each party solves the game that it perceives, and all of them play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Framed, Value
from armsgame._typing import FloatArray
from armsgame.checkers.in_time import verify
from armsgame.errors import InvalidGame, check_known, invalid
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.results.certificates import Certificate
from armsgame.results.one_shot import StageCertificate
from armsgame.simulation.laws.laws import expected_payoffs
from armsgame.solve.one_shot.nash import nash

if TYPE_CHECKING:
    import pandas

__all__ = ["Hypergame", "View", "hypergame"]

Perceived: TypeAlias = StageGame | RepeatedGame | StochasticGame


@dataclass(frozen=True, slots=True)
class View(Value):
    """The game as one party perceives it.

    Attributes
    ----------
    party : str
    profile : what it expects everybody, itself included, to do
    certificate : evidence that this is an equilibrium of the game it perceives
    expects : array [P], payoffs it expects, by its own account of everybody's payoffs
    gets : array [P], by the same account, payoffs of what is really played
    stable : certificate in the perceived game of what is really played: would the party, once it has seen
        everybody's plan, leave its own?
    alternatives : int or None, equilibria found in the perceived game; None where the profile was given
    """

    party: str
    profile: tuple[object, ...]
    certificate: Certificate | StageCertificate
    expects: FloatArray
    gets: FloatArray
    stable: Certificate | StageCertificate
    alternatives: int | None


@dataclass(frozen=True, slots=True)
class Hypergame(Framed, Value):
    """Perceived games side by side, and what happens when each party plays its part of its own.

    Attributes
    ----------
    parties : tuple of str
    views : mapping from party to View
    played : what each party plays, from its own view
    actual : array [P] or None, payoffs of what is played in the game taken as actual, where one is given
    certificate : of what is played, in that game
    actions : action labels of each party in a one-shot game, else empty
    """

    parties: tuple[str, ...]
    views: Mapping[str, View]
    played: tuple[object, ...]
    actual: FloatArray | None
    certificate: Certificate | StageCertificate | None
    actions: tuple[tuple[str, ...], ...] = ()

    @property
    def surprise(self) -> FloatArray:
        """What each party gets less what it expected, in its own account of its own payoff, [P]."""
        own = self.views
        return np.array([own[p].gets[i] - own[p].expects[i] for i, p in enumerate(self.parties)])

    @property
    def consistent(self) -> bool:
        """Whether nobody is surprised: every party gets what it expected."""
        return bool(np.abs(self.surprise).max() <= 1e-9)

    def to_frame(self) -> pandas.DataFrame:
        """One row per party: what it expects, gets and is surprised by, and whether it would change its plan."""
        rows = []
        for i, party in enumerate(self.parties):
            view = self.views[party]
            row = {"party": party, "expects": view.expects[i], "gets": view.gets[i], "surprise": self.surprise[i]}
            rows.append({**row, "stable": view.stable.ok})
        return need_pandas().DataFrame(rows).set_index("party")

    def __str__(self) -> str:
        lines = ["Hypergame: each party plays its part of the equilibrium that it perceives"]
        for i, party in enumerate(self.parties):
            view = self.views[party]
            many = "given" if view.alternatives is None else f"1 of {view.alternatives} found"
            lines += [
                f"  {party} expects {_words(view.profile, self.actions)} ({many}); plays "
                f"{_words(self.played[i : i + 1], self.actions[i : i + 1])}",
                f"    expects {view.expects[i]:.4f}, gets {view.gets[i]:.4f} by its own account "
                f"({self.surprise[i]:+.4f}); largest gain in its game: {float(view.certificate.max_gain):.2g}; "
                f"{'would not' if view.stable.ok else 'somebody would'} change plans on seeing what is played",
            ]
        if self.actual is not None and self.certificate is not None:
            pays = ", ".join(f"{p} {v:.4f}" for p, v in zip(self.parties, self.actual, strict=True))
            verdict = "an equilibrium" if self.certificate.ok else "no equilibrium"
            lines.append(f"  in the game taken as actual: {pays}; {verdict} there")
        return "\n".join(lines)


def hypergame(
    perceived: Mapping[str, Perceived | Modelled],
    *,
    profiles: Mapping[str, Sequence[object]] | None = None,
    actual: Perceived | Modelled | None = None,
    discount: float | None = None,
    choose: Mapping[str, int] | None = None,
    budget_seconds: float | None = None,
) -> Hypergame:
    """Solve each party's perceived game, and play what the parties take from them.

    Parameters
    ----------
    perceived : mapping from party to game
        The game as each party sees it. All have the same players and, wherever a party's part is
        played, the same actions; payoffs and laws may differ, and no game is marked as the true one.
    profiles : mapping from party to profile, optional
        What each party expects to be played. Needed for games in time; for a StageGame without one
        the equilibria are found by `nash`.
    actual : game, optional
        A game in which to value what is played. Without it only the parties' own accounts are given.
    discount : float, optional
        Per period; needed for games in time.
    choose : mapping from party to int, optional
        Which of the equilibria found a party expects; default 0, and the number found is printed.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Hypergame

    Raises
    ------
    InvalidGame
        Parties that are not the players, games with other actions, a missing profile or discount,
        or a profile that is no equilibrium of the game of the party that expects it.

    References
    ----------
    Bennett (1977, Omega 5: 749-751).

    Examples
    --------
    >>> import armsgame as ag
    >>> trusting = ag.treaty.compliance(temptation=0.8)
    >>> wary = ag.treaty.compliance(temptation=1.5)
    >>> told = hypergame({"US": trusting, "Russia": wary})
    >>> told.consistent
    False
    """
    if not perceived:
        invalid("perceived", dict(perceived), "one game for each player")
    kinds = StageGame, RepeatedGame, StochasticGame
    seen: dict[str, Perceived] = {party: game_of("hypergame", game, *kinds) for party, game in perceived.items()}
    real = None if actual is None else game_of("hypergame", actual, *kinds)
    players = next(iter(seen.values())).players
    _check_parties("perceived", perceived, players, every=True)
    for field, given in (("profiles", profiles), ("choose", choose)):
        _check_parties(field, given or {}, players, every=False)
    games = [*seen.values(), *([] if real is None else [real])]
    for game in games:
        if game.players != players or _actions(game) != _actions(games[0]):
            raise InvalidGame(
                f"a perceived game has players {game.players} and other actions than the first; allowed: the same "
                "players, states and actions in every game. Give an action that a party does not perceive a payoff "
                "that rules it out."
            )
    expected = {p: _expected(p, seen[p], profiles or {}, choose or {}, discount) for p in players}
    played = tuple(expected[party][0][i] for i, party in enumerate(players))
    views = {}
    for party in players:
        game, (profile, many) = seen[party], expected[party]
        certificate = _verify(game, profile, discount)
        if not certificate.ok:
            raise InvalidGame(
                f"profiles[{party!r}] is no equilibrium of the game that {party} perceives: {certificate.where}. A "
                "party that solves its own game does not expect it."
            )
        expects, gets = (_value(game, one, discount) for one in (profile, played))
        views[party] = View(party, profile, certificate, expects, gets, _verify(game, played, discount), many)
    labels = games[0].actions if isinstance(games[0], StageGame) else ()
    if real is None:
        return Hypergame(players, views, played, None, None, labels)
    pays = _value(real, played, discount)
    return Hypergame(players, views, played, pays, _verify(real, played, discount), labels)


def _check_parties(field: str, given: Mapping[str, object], players: tuple[str, ...], *, every: bool) -> None:
    check_known(f"{field} names {{}}, which is no player", players, *given)
    if every and set(given) != set(players):
        invalid(field, sorted(given), f"one entry for each of {players}")


def _actions(game: Perceived) -> object:
    if isinstance(game, StageGame):
        return game.actions
    return (game.stage.actions,) if hasattr(game, "stage") else (game.states, tuple(s.actions for s in game.stages))


def _expected(
    party: str,
    game: Perceived,
    profiles: Mapping[str, Sequence[object]],
    choose: Mapping[str, int],
    discount: float | None,
) -> tuple[tuple[object, ...], int | None]:
    if party in profiles:
        return tuple(profiles[party]), None
    if not isinstance(game, StageGame):
        allowed = f"an entry for {party!r}, whose game is played in time"
        invalid("profiles", sorted(profiles), allowed, "Give the pair of policies that it expects.")
    if discount is not None:
        invalid("discount", discount, "None for one-shot games")
    found = nash(game)
    k = choose.get(party, 0)
    if not isinstance(k, int) or not 0 <= k < len(found):
        invalid(f"choose[{party!r}]", k, f"0 to {len(found) - 1}, the equilibria found")
    return tuple(found[k].profile), len(found)


def _verify(game: Perceived, profile: tuple[object, ...], discount: float | None) -> Certificate | StageCertificate:
    return verify(game, profile) if isinstance(game, StageGame) else verify(game, profile, discount=discount)


def _value(game: Perceived, profile: tuple[object, ...], discount: float | None) -> FloatArray:
    if not isinstance(game, StageGame):
        return expected_payoffs(game, profile, discount=discount)
    weights = reduce(np.multiply.outer, [np.asarray(own, dtype=float) for own in profile])
    return np.array([float((weights * pay).sum()) for pay in game.payoffs])


def _words(profile: Sequence[Any], actions: Sequence[Sequence[str]]) -> str:
    if not actions:
        return " | ".join(getattr(own, "name", type(own).__name__) for own in profile)
    laws = ([(n, p) for n, p in zip(*pair, strict=True) if p > 0] for pair in zip(actions, profile, strict=True))
    return " | ".join(" or ".join(n if p == 1 else f"{n} ({p:.3g})" for n, p in law) for law in laws)
