"""Best replies of the types of one party to a profile by type, between a plan that is played and a bound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount, index_of
from armsgame._deadline import ask_time
from armsgame.checkers.reply_bound import bound_types
from armsgame.errors import WrongConcept
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.results.type_replies import TypeReplies, TypeReply
from armsgame.solve.bayesian.automata import as_profile
from armsgame.solve.bayesian.board import Board, Tables
from armsgame.solve.bayesian.policy_iteration import answer
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["best_reply_by_type"]

_LEAST = 1e-11


def best_reply_by_type(
    game: BayesianGame,
    profile: Mapping[str, object] | Sequence[object],
    player: int | str,
    *,
    discount: float,
    grid: int = 8,
    max_iter: int = 1_000,
    budget_seconds: float | None = None,
) -> TypeReplies:
    """Find what each type of a party can reach against a profile by type.

    Parameters
    ----------
    game : BayesianGame
    profile : mapping {party: {type: strategy}}, or what has one
        The other party's strategies count, and the own ones as that against which gains are measured.
    player : int or str
    discount : float
    grid : int
        Parts into which an edge of the simplex of beliefs is cut for the bound from above.
    max_iter : int
        Rounds of improvement.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    TypeReplies
        Per type a plan, its exact value, and a bound that no plan exceeds. Where both agree the reply is best.

    Raises
    ------
    WrongConcept
        Not a game with private types.
    InvalidGame
        A profile that does not fit, an unknown party, or a discount factor out of range.

    Notes
    -----
    The hidden state of this decision problem is the other party's type. The plan is improved at the nodes of the
    profile's own automata, at beliefs from discounted visits, as long as its exact value at the start rises; against
    one type of the other party this is policy iteration (Howard 1960), and exact. The bound is that of `bound_types`
    (Lovejoy 1991), which interpolates between beliefs.

    Examples
    --------
    >>> import armsgame as ag
    >>> payoffs = {"US": {"content": [[1, -0.5], [1.5, 0]]}, "Russia": {"content": [[1, 1.5], [-0.5, 0]]}}
    >>> game = ag.BayesianGame.repeated(payoffs)
    >>> reply = best_reply_by_type(game, {"US": ag.always_comply, "Russia": ag.always_comply}, "US", discount=0.9)
    >>> reply["content"].value, reply["content"].exact
    (1.5, True)
    """
    if not isinstance(game, BayesianGame):
        raise WrongConcept(
            f"best_reply_by_type is about a BayesianGame, not {type(game).__name__}; without private types use "
            "best_reply."
        )
    delta, who = float(check_discount(discount)), index_of(player, game.players, "player")
    bound = bound_types(game, profile, discount=discount, grid=grid)
    tables = Tables.of(game)
    lowered = lower_types(game, profile, dynamics=tables.dynamics)
    found: dict[str, TypeReply] = {}
    for k in np.flatnonzero(game.tested[who]).tolist():
        kind = game.types[who][k]
        board = Board(tables, lowered)
        # own conduct must not change what the others make of it: nodes are those of the automata alone
        free = np.arange(len(game.types[who])) == k
        nodes, before, best = board.nodes(), 0.0, -np.inf
        kept = nodes
        with Budget(max_iter, "best_reply_by_type") as budget:
            first = True
            while budget.spend():
                worth = Valuation(nodes, delta)
                rows = worth.values[k, :, 0, 0] if who == 0 else worth.values[:, k, 0, 1]
                value = float(rows @ game.prior[1 - who])
                before, first = (value, False) if first else (before, False)
                if value <= best + _LEAST:
                    break
                best, kept = value, nodes
                if not answer(board, worth, who, _LEAST, free).any():
                    break
                nodes = board.nodes()
        ask_time(f"{len(found)} types", TypeReplies(game.players[who], found))
        gain = bound.root[game.players[who]][kind]
        plan = as_profile(board, kept)[game.players[who]][kind]
        found[kind] = TypeReply(plan, best, before, max(before + gain, best), bound.tolerance)
    return TypeReplies(game.players[who], found)
