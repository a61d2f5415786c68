"""Repeated games with transfers: compensation and sanctions paid between the parties, perfect monitoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from armsgame._checks import as_fraction, check_discount
from armsgame._typing import Real
from armsgame.arithmetic.roots import float_beside
from armsgame.arithmetic.tolerance import zero_gain
from armsgame.errors import WrongConcept, invalid
from armsgame.games.repeated import RepeatedGame
from armsgame.games.stochastic import StochasticGame
from armsgame.results.certificates import Threshold
from armsgame.results.payoff_set import Generator, PayoffSet
from armsgame.solve.payoff_sets.state_transfers import state_transfer_threshold, state_transfers

__all__ = ["transfer_critical_discount", "transfer_payoff_set"]


@dataclass(frozen=True, slots=True)
class _Stage:
    """Joint payoffs [A], best-reply payoffs [P, A] and what deviations gain in all [A]."""

    payoffs: Any
    joint: Any
    reply: Any
    temptation: Any

    @classmethod
    def of(cls, game: Any, *, exact: bool) -> _Stage:
        if not isinstance(game, RepeatedGame) or game.imperfect or len(game.players) < 2:
            raise WrongConcept(
                "sets with transfers are those of a RepeatedGame of two players or more under perfect monitoring; "
                "under a public signal use payoff_bracket (without transfers)."
            )
        stage = game.stage
        raw: Any = stage.payoffs
        if exact:
            raw = np.array([as_fraction(v) for v in raw.ravel()], dtype=object).reshape(raw.shape)
        count = len(stage.players)
        flat = raw.reshape(count, -1)
        reply = [np.broadcast_to(own.max(axis=i, keepdims=True), own.shape).ravel() for i, own in enumerate(raw)]
        return cls(flat, flat.sum(axis=0), np.array(reply), np.array(reply).sum(axis=0) - flat.sum(axis=0))

    def sustained(self, admissible: Any) -> tuple[Any, Any]:
        """Largest joint payoff, and the least payoff of each player's punishment [P]."""
        return self.joint[admissible].max(), self.reply[:, admissible].min(axis=1)


def transfer_payoff_set(game: Any, *, discount: Real, exact: bool = False) -> Any:
    """Payoffs of pure subgame-perfect equilibria when the parties can pay each other.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Two players or more, perfect monitoring.
    discount : float or Fraction
        Per period, 0 <= discount < 1.
    exact : bool
        Decide in rational numbers; floats are read as the simplest fraction that rounds to them.
        Repeated games only.

    Returns
    -------
    PayoffSet, or a dict from state label to PayoffSet
        The simplex of payoffs at least `threats` whose sum is at most ``details["joint"]``. The
        face with the largest sum is the frontier; below it, money is burnt. ``details`` holds
        ``joint``, ``threats`` (rational with `exact`), ``profile`` (played for ever),
        ``punishments`` (one per player) and ``admissible`` (all profiles that can be enforced). With
        states these are those of the state, and ``certificate`` is what `verify_transfers` says.

    Raises
    ------
    WrongConcept
        Not a repeated or stochastic game under perfect monitoring.

    Notes
    -----
    A profile can be enforced iff (1 - d) sum_i h_i <= d (U - sum_i v_i), with h_i the gain from the
    best deviation, U the largest joint payoff and v_i the least best-reply payoff of player i, both
    over profiles that can be enforced. The list of these is pruned until nothing changes. With states,
    U(s) is the value of the best joint plan and v_i(s) that of the worst punishment, and a is enforced
    at s iff ``sum_i max_b [(1 - d) g_i(b, a_-i) + d E v_i] <= (1 - d) sum_i g_i(a) + d E U``.

    References
    ----------
    Goldlücke and Kranz (2012), Journal of Economic Theory 147; (2018), Economic Theory 66.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    >>> float(transfer_payoff_set(pd, discount=0.5).details["joint"])
    6.0
    """
    check_discount(discount)
    if isinstance(game, StochasticGame):
        if exact:
            invalid("exact", exact, "False for a game with several states")
        return state_transfers(game, discount=float(discount))
    data = _Stage.of(game, exact=exact)
    delta: Any = as_fraction(discount) if exact else float(discount)
    # floats: rounding of sums must not exclude a profile that binds exactly
    zero = 0 if exact else zero_gain(game.stage.payoffs, delta)
    admissible = np.ones(len(data.joint), bool)
    rounds = 0
    while admissible.any():
        rounds += 1
        joint, low = data.sustained(admissible)
        fits = np.array([(1 - delta) * t <= delta * (joint - low.sum()) + zero for t in data.temptation], dtype=bool)
        if (fits & admissible).sum() == admissible.sum():
            break
        admissible &= fits
    names = game.stage.profiles
    players = len(game.players)
    details: dict[str, Any] = {
        "method": "Goldlücke and Kranz 2012",
        "iterations": rounds,
        "converged": True,
        "exact": exact,
        "admissible": tuple(names[k] for k in np.flatnonzero(admissible)),
    }
    concept = "pure subgame-perfect equilibria with transfers, perfect monitoring"
    if not admissible.any():
        nothing = np.zeros((0, players))
        return PayoffSet(
            nothing, nothing, 0.0, np.full(players, np.nan), game.players, float(delta), concept, (), game, details
        )
    where = np.flatnonzero(admissible)
    best = int(where[np.argmax(data.joint[where])])
    worst = [int(where[np.argmin(data.reply[i][where])]) for i in range(players)]
    details |= {
        "joint": joint,
        "threats": tuple(low),
        "profile": names[best],
        "punishments": tuple(names[k] for k in worst),
    }
    slack = float(joint - low.sum())
    threats = low.astype(float)
    corner = threats + np.vstack([np.zeros(players), slack * np.eye(players)])
    if slack <= float(0 if exact else zero_gain(game.stage.payoffs)):
        corner = corner[:1]
    made = tuple(Generator(names[best], np.tile(v, (len(names), 1))) for v in corner)
    return PayoffSet(
        corner, corner.copy(), 0.0, threats, game.players, float(delta), concept, made, game, details
    )  # fmt: skip


def transfer_critical_discount(game: Any, target: Sequence[Any]) -> Threshold:
    """Find the least discount factor at which a profile, or a payoff, can be enforced with transfers.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        As `transfer_payoff_set`.
    target : sequence of action labels, or of payoffs, one per player
        On a stochastic game: in its first state.

    Returns
    -------
    Threshold
        Computed in rational numbers (`ends`), then rounded up; inf where no discount factor works. With states
        the set of discount factors need not be an interval: it is searched on a grid of step 0.01
        up to 0.9999 with each change bisected, and what is narrower than the grid may be missed.

    Notes
    -----
    If every profile tempted by at most t is enforced, liquidity is L(t) = U - sum v over these, and
    they support each other iff t / L(t) <= d / (1 - d). The threshold is the least such ratio over
    the t that include the target.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(5, 3, 1, 0))
    >>> transfer_critical_discount(pd, ("comply", "comply")).value
    0.5
    """
    if isinstance(game, StochasticGame):
        return state_transfer_threshold(game, target)
    data = _Stage.of(game, exact=True)
    stage = game.stage
    if len(target) != len(stage.players):
        invalid("target", target, f"{len(stage.players)} action labels or payoffs, one per player")
    labels = all(isinstance(t, str) for t in target)
    if labels:
        index = tuple(stage.action(i, a) for i, a in enumerate(target))
        place = int(np.ravel_multi_index(index, stage.shape))
    elif any(isinstance(t, (str, bool)) or not np.isfinite(float(t)) for t in target):
        invalid("target", target, "action labels alone, or finite payoffs alone")
    goal = [] if labels else [as_fraction(t) for t in target]
    ratio: Any = inf
    for t in sorted(set(data.temptation.tolist())):
        chosen = np.array([h <= t for h in data.temptation], dtype=bool)
        joint, low = data.sustained(chosen)
        reached = (
            bool(chosen[place])
            if labels
            else sum(goal) <= joint and all(v >= w for v, w in zip(goal, low, strict=True))
        )
        liquid = joint - sum(low)
        if reached and (t == 0 or liquid > 0):
            ratio = min(ratio, Fraction(0) if t == 0 else t / liquid)
    if ratio == inf:
        return Threshold(inf, (), None)
    least = ratio / (1 + ratio)
    value = float_beside(least, up=True)
    return Threshold(value, ((value, 1.0),), None, ends=((least, Fraction(1)),))
