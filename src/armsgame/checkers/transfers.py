"""Check of plans with transfers on a stochastic game, on its own linear systems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from armsgame._checks import check_discount, index_of
from armsgame._typing import FloatArray
from armsgame.arithmetic.discounted import per_period
from armsgame.arithmetic.tolerance import zero_gain
from armsgame.errors import WrongConcept, invalid
from armsgame.games.coercion import as_states
from armsgame.games.stochastic import StochasticGame, payoffs_of
from armsgame.results.certificates import TransferCertificate

__all__ = ["verify_transfers"]


def verify_transfers(
    game: StochasticGame,
    path: Sequence[Sequence[str]],
    punishments: Sequence[Sequence[Sequence[str]]],
    *,
    discount: float,
) -> TransferCertificate:
    """Check a plan and one punishment per player, each a profile per state, with payments between the parties.

    Parameters
    ----------
    game : StochasticGame, actions observed, without signals
    path : profile of action labels per state, played while nobody deviates
    punishments : per player, a profile per state, played after that player's deviation
    discount : float, 0 <= discount < 1

    Notes
    -----
    Before each period the parties pay each other; who does not pay or act as agreed is held to the
    best-reply payoff v_i(s) against its punishment. A profile a is then enforced at s iff
    ``sum_i max_b [(1-d) g_i(b, a_-i) + d E v_i] <= (1-d) sum_i g_i(a) + d E U`` (Goldlücke and Kranz 2018).

    Examples
    --------
    >>> import armsgame as ag
    >>> stage = ag.treaty.compliance(5, 3, 1, 0)
    >>> game = ag.StochasticGame([stage], [np.ones((2, 2, 1))])
    >>> comply, deploy = ("comply", "comply"), ("deploy", "deploy")
    >>> verify_transfers(game, [comply], [[deploy], [deploy]], discount=0.6).ok
    True
    >>> verify_transfers(game, [comply], [[deploy], [deploy]], discount=0.4).ok
    False
    """
    game = as_states("verify_transfers", game)
    if game.imperfect or game.signals is not None:
        raise WrongConcept("verify_transfers takes a StochasticGame whose actions are observed, without signals.")
    delta, players = float(check_discount(discount)), len(game.players)
    plans = [_places(game, path, "path")]
    if len(punishments) != players:
        invalid("punishments", punishments, f"{players} plans, one per player")
    plans += [_places(game, p, f"punishments[{i}]") for i, p in enumerate(punishments)]
    joint = np.sum([_worth(game, plans[0], i, delta) for i in range(players)], axis=0)
    threats = np.array([_held(game, plans[1 + i], i, delta) for i in range(players)], dtype=np.float64)
    # liquidity is compared per period, and adds up over the parties
    tolerance = 2 * zero_gain(payoffs_of(game), delta)
    worst, where = -np.inf, ("path", game.states[0])
    for phase, plan in zip(("path", *game.players), plans, strict=True):
        for s, a in enumerate(plan):
            now = sum(float(game.stages[s].payoffs[(i, *a)]) for i in range(players))
            on = (1 - delta) * now + delta * game.transitions[s][a] @ joint
            off = sum(float(_replies(game, s, a, i, threats[i], delta).max()) for i in range(players))
            if off - on > worst:
                worst, where = float(off - on), (phase, game.states[s])
    return TransferCertificate(worst <= tolerance, worst, where, joint, threats, tolerance)


def _worth(game: StochasticGame, plan: Sequence[tuple[int, ...]], i: int, delta: float) -> FloatArray:
    """Value [S] to a player of a profile per state, for ever."""
    law = np.array([game.transitions[s][a] for s, a in enumerate(plan)])
    now = np.array([game.stages[s].payoffs[(i, *a)] for s, a in enumerate(plan)])
    return per_period(law, now[:, None], delta)[:, 0]


def _replies(game: StochasticGame, s: int, a: tuple[int, ...], i: int, ahead: FloatArray, delta: float) -> FloatArray:
    """Payoff of each action of a player at a state against the others' actions, when `ahead` [S] follows."""
    line: tuple[int | slice, ...] = (*a[:i], slice(None), *a[i + 1 :])
    return (1 - delta) * game.stages[s].payoffs[(i, *line)] + delta * game.transitions[s][line] @ ahead


def _held(game: StochasticGame, plan: Sequence[tuple[int, ...]], i: int, delta: float) -> FloatArray:
    """Value [S] of a player's best answer to a plan."""
    answer, best = tuple(plan), np.full(len(plan), -np.inf)
    seen: set[tuple[tuple[int, ...], ...]] = set()
    # values rise from answer to answer; where rounding brings an old one back, nothing is left to gain
    while answer not in seen:
        seen.add(answer)
        value = _worth(game, answer, i, delta)
        best, better = np.maximum(best, value), list(answer)
        for s, a in enumerate(answer):
            gain = _replies(game, s, a, i, value - value[s], delta)
            if gain.max() > gain[a[i]]:
                better[s] = (*a[:i], int(gain.argmax()), *a[i + 1 :])
        answer = tuple(better)
    return best


def _places(game: StochasticGame, plan: Sequence[Sequence[str]], field: str) -> list[tuple[int, ...]]:
    if len(plan) != len(game.states):
        invalid(f"len({field})", len(plan), f"{len(game.states)}, one profile per state")
    return [
        tuple(index_of(b, own, "action") for b, own in zip(a, stage.actions, strict=True))
        for a, stage in zip(plan, game.stages, strict=True)
    ]
