"""Best replies to finite strategies: the player's decision problem on the product of game and automata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np

from armsgame._checks import check_discount, index_of
from armsgame._shown import Framed, Table, Value
from armsgame._typing import FloatArray, Real
from armsgame.errors import WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.coercion import Modelled, PublicGame, public_game
from armsgame.games.deviation_gains import Plan
from armsgame.games.product import Product, deviations, product_of
from armsgame.games.stochastic import RepeatedGame
from armsgame.results.type_replies import TypeReplies
from armsgame.solve.bayesian.replies import best_reply_by_type
from armsgame.strategies.automaton import Automaton


@dataclass(frozen=True, slots=True, eq=False)
class BestReply(Framed, Value):
    """A player's best plan against the others' strategies.

    Attributes
    ----------
    player : str
    strategy : Automaton
        The plan; its states are the pairs of game state and automaton states of the profile.
    value : float, from the start, per period
    gain : float
        By how much that exceeds the player's own strategy from the start; at least 0.
    values, own_values : arrays ``[X]``
        Of the plan and of the player's own strategy at every pair.
    """

    player: str
    strategy: Automaton
    value: float
    gain: float
    values: FloatArray
    own_values: FloatArray

    def _table(self) -> Table:
        """One row for each state of the plan: what it plays, and the values of the plan and of the own strategy."""
        plays = {"player": self.player, "state": list(self.strategy.states)}
        return plays | {"value": self.values, "own_value": self.own_values}

    def __str__(self) -> str:
        return f"best reply of {self.player}: value {self.value:.6g}, gain {self.gain:.6g}\n{self.strategy}"


@overload
def best_reply(
    game: BayesianGame, profile: Mapping[str, object] | Sequence[object], player: int | str, *, discount: Real
) -> TypeReplies: ...


@overload
def best_reply(
    game: PublicGame | Modelled, profile: Sequence[object], player: int | str, *, discount: Real
) -> BestReply: ...


def best_reply(
    game: PublicGame | Modelled | BayesianGame,
    profile: Any,
    player: int | str,
    *,
    discount: Real,
) -> BestReply | TypeReplies:
    """Find a player's best reply to a profile, over plans of any kind.

    Parameters
    ----------
    game : RepeatedGame, StochasticGame or BayesianGame
    profile : sequence of strategies or MarkovProfile
        Everybody's strategies; the player's own one is what the gain is measured against. For a BayesianGame:
        {party: {type: strategy}}.
    player : int or str
    discount : float
        Per period, 0 <= discount < 1.

    Returns
    -------
    BestReply
        The reply is best at every pair that some sequence of actions reaches. Or `TypeReplies` for a BayesianGame,
        with a reply of each type (see `armsgame.bayesian.best_reply_by_type`).

    Raises
    ------
    WrongConcept
        With a detection lag, or where a strategy reads its own unseen action: then the player does not know where the
        others stand.
    InvalidGame
        The profile does not fit the game, or discount is out of range.
    NotSolved
        Policy iteration did not settle.

    Notes
    -----
    Against finite public strategies the player faces a Markov decision process whose states are
    the pairs; policy iteration (Howard 1960) solves it. Ties keep the player's own action.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    >>> reply = best_reply(pd, (ag.mirror, ag.mirror), 0, discount=0.2)
    >>> round(reply.value, 9), round(reply.gain, 9)
    (4.2, 1.2)
    """
    if isinstance(game, BayesianGame):
        return best_reply_by_type(game, profile, player, discount=float(discount))
    game = public_game("best_reply", game)
    delta = float(check_discount(discount))
    who = index_of(player, game.players, "player")
    product = product_of(game, profile)
    dyn = product.play.dynamics
    if dyn.hidden:
        raise WrongConcept("alarms come with a lag, so the player does not see the pair it is in. Use lag=1.")
    if product.play.private and game.imperfect:
        raise WrongConcept(
            "a strategy of this profile reads its own action, which nobody else sees; best_reply needs public "
            "strategies. Let next have shape [Q, Y]."
        )
    plan = Plan.of(deviations(product, who), dyn.payoffs[who])
    own = plan.values(delta)
    best, weight = plan.best(delta, own)
    value, before = plan.normalised(best, delta), plan.normalised(own, delta)
    first = np.searchsorted(plan.data.pair, np.arange(len(product.pairs)))
    laws = [weight[a:b] for a, b in zip(first, [*first[1:], len(weight)], strict=True)]
    return BestReply(
        dyn.players[who],
        _automaton(game, product, who, laws),
        float(value[0]),
        max(float(value[0] - before[0]), 0.0),
        value,
        before,
    )


def _automaton(game: object, product: Product, who: int, laws: list[FloatArray]) -> Automaton:
    dyn, size = product.play.dynamics, len(product.pairs)
    names, seen = [], set()
    for x in range(size):
        name = product.label(x)
        # inner labels of different automata may read alike
        names.append(name if name not in seen else f"{name} #{x}")
        seen.add(name)
    if isinstance(game, RepeatedGame):
        table = np.tile(np.arange(size)[:, None], (1, dyn.signals))
        for x in range(size):
            table[x, dyn.signal[product.branches(x)]] = product.ahead[x]
        return Automaton(np.array(laws), table, states=names, actions=dyn.actions[0][who], signals=game)
    assert dyn.outcome is not None
    assert dyn.outcomes is not None
    outputs, moves = {}, {}
    for s, label in enumerate(dyn.states):
        rule = np.zeros((size, dyn.shape(s)[who]))
        rule[:, 0] = 1.0  # a pair of another game state is never asked here
        go = np.tile(np.arange(size)[:, None], (1, int(dyn.outcomes[s])))
        for x in np.flatnonzero(product.pairs[:, 0] == s).tolist():
            rule[x] = laws[x]
            go[x, dyn.outcome[product.branches(int(x))]] = product.ahead[x]
        outputs[label], moves[label] = rule, go
    return Automaton(outputs, moves, states=names, signals=game if hasattr(game, "outcomes") else None)
