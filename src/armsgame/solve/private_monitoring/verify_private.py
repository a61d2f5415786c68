"""Finite automata under private monitoring: what can be proved about them, and what cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._checks import check_discount, check_whole
from armsgame.arithmetic.tolerance import UNIT, patience
from armsgame.errors import WrongConcept
from armsgame.games.coercion import Modelled, game_of
from armsgame.games.private import PrivateGame
from armsgame.results.certificates import Evidence
from armsgame.solve.private_monitoring.beliefs import View, boxes, corner_gain, listed

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class PrivateCertificate(Evidence):
    """What is known about a profile of private automata.

    Attributes
    ----------
    kind : str
        ``"belief-free"``: every prescribed action is optimal whatever the other's state, proved.
        ``"sequential"``: optimal at every belief that any own history can lead to, proved with
        belief sets (needs full support). ``"epsilon"``: not proved; no plan gains more than
        `epsilon` at the start. ``"none"``: refuted, some history on the path offers a gain.
    epsilon : float
        Bound on what any plan can gain at the start, normalised; 0 up to `tolerance` where
        certified. For ``"none"`` it is a bound all the same.
    gain : float
        Largest gain of a one-period deviation that was found: at the histories listed by `depth`
        for ``"epsilon"`` and ``"none"``, at the corners of the belief sets where certified.
    where : str
        The deviation with that gain: player, own state, belief and action.
    beliefs : per player, mapping own state -> other's state -> (low, high)
        Bounds on the beliefs that own histories can lead to; empty without full support, and
        where they are not needed.
    values : tuple of float, normalised value of each player at the start
    depth : int, periods of own histories that were listed
    tolerance : float
    discount : float
    """

    kind: str
    epsilon: float
    gain: float
    where: str
    beliefs: tuple[dict[str, dict[str, tuple[float, float]]], ...]
    values: tuple[float, ...]
    depth: int
    tolerance: float
    discount: float

    @property
    def ok(self) -> bool:
        """Whether the profile is proved to be a sequential equilibrium."""
        return self.certified

    @property
    def max_gain(self) -> float:
        """Largest gain of a one-period deviation that was found."""
        return self.gain

    @property
    def certified(self) -> bool:
        """Whether the profile is proved to be a sequential equilibrium."""
        return self.kind in ("belief-free", "sequential")

    def __str__(self) -> str:
        if self.kind == "none":
            return f"not an equilibrium: {self.where} gains {self.gain:.6g}"
        if self.certified:
            return f"{self.kind} equilibrium, proved to {self.tolerance:.1e} at discount {patience(self.discount)}"
        return (
            f"not proved; no plan gains more than {self.epsilon:.3g} at the start (histories of {self.depth} periods "
            f"listed; largest one-period gain there {self.gain:.3g})"
        )


def verify_private(
    game: PrivateGame | Modelled,
    profile: Sequence[object],
    *,
    discount: float,
    depth: int = 6,
    budget_seconds: float | None = None,
) -> PrivateCertificate:
    """Check a profile of finite automata that read private signals.

    Parameters
    ----------
    game : PrivateGame
        Two players.
    profile : pair of Automaton or named strategy
        Automata may also read their own action: next of shape [Q, A, Y].
    discount : float
        Per period, 0 <= discount < 1.
    depth : int
        Periods of own histories to list, at most 12; the listing stops earlier where it grows
        beyond 20 000 histories.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    PrivateCertificate

    Raises
    ------
    WrongConcept
        Not a private game of two players.
    InvalidGame
        A profile, discount or depth that does not fit.

    Notes
    -----
    A player's gain from one deviation, given its own state, is linear in its belief about the
    other's state. If it is nowhere positive at the vertices of the belief simplex the profile is
    belief-free (Ely, Horner and Olszewski 2005). Else, under full support, bounds on beliefs
    that hold the initial one and are closed under Bayes updates after *every* own action and
    signal are computed, widened until closed in floating point, and the gain is maximised over
    them (Phelan and Skrzypacz 2012). With two states these are the smallest intervals; with
    more, boxes, which may be too wide to prove an equilibrium that is one.

    Otherwise own histories are listed. A gain at one that has positive probability refutes the
    profile. If there is none, a plan gains at most sum_t delta**t G_t + delta**D B, G_t the
    largest one-period gain at a history of length t (own deviations included), B a bound on
    what can be gained later.

    Examples
    --------
    >>> import armsgame as ag
    >>> from armsgame.games.private import PrivateMonitoring
    >>> pd = ag.treaty.compliance(temptation=3, reward=2, punishment=0, sucker=-1)
    >>> game = PrivateGame(pd, PrivateMonitoring.alarms(pd, 0.95, 0.05))
    >>> verify_private(game, (ag.always_deploy, ag.always_deploy), discount=0.9).kind
    'belief-free'
    >>> verify_private(game, (ag.grim, ag.grim), discount=0.9).kind
    'none'
    """
    game = game_of("verify_private", game, PrivateGame)
    if len(game.players) != 2:
        raise WrongConcept(f"verify_private takes a PrivateGame of two players; this one has {len(game.players)}.")
    delta = float(check_discount(discount))
    depth = check_whole("depth", depth, 1, 12)
    rules = game.lower(profile)
    views = [View.of(game, rules, i, delta) for i in range(2)]
    # boxes of beliefs are wide to 1e-10: coarser than the zero of other verifiers, in the same units
    zeros = [((1 - delta) * _CLOSE + 64 * UNIT) * v.scale for v in views]
    tolerance = max(zeros)
    values = tuple(float(v.value[v.start, v.other_start]) for v in views)
    worst = [v.gain.max() for v in views]
    if all(w <= z for w, z in zip(worst, zeros, strict=True)):
        who = int(np.argmax(worst))
        k = np.unravel_index(int(np.argmax(views[who].gain)), views[who].gain.shape)
        where = views[who].name(int(k[0]), int(k[1]), np.eye(views[who].gain.shape[2])[k[2]])
        return PrivateCertificate("belief-free", 0.0, float(max(worst)), where, ({}, {}), values, 0, tolerance, delta)
    sets: list[Any] = [None, None]
    if game.monitoring.full_support:
        sets = [boxes(v) for v in views]
    beliefs = tuple(
        {} if s is None else {v.states[q]: _bounds(v, box) for q, box in s.items()}
        for v, s in zip(views, sets, strict=True)
    )
    if all(s is not None for s in sets):
        corners = [corner_gain(v, s) for v, s in zip(views, sets, strict=True)]
        top = max(corners, key=lambda c: c[0])
        if all(c[0] <= z for c, z in zip(corners, zeros, strict=True)):
            return PrivateCertificate("sequential", 0.0, top[0], top[1], beliefs, values, 0, tolerance, delta)
    found = [listed(v, s, int(depth)) for v, s in zip(views, sets, strict=True)]
    epsilon = max(part.bound for part in found)
    over = [part for part, z in zip(found, zeros, strict=True) if part.on_path > z]
    if over:
        refuted = max(over, key=lambda part: part.on_path)
        return PrivateCertificate(
            "none", epsilon, refuted.on_path, refuted.where, beliefs, values, refuted.depth, tolerance, delta
        )
    widest = max(found, key=lambda part: part.anywhere)
    return PrivateCertificate(
        "epsilon",
        epsilon,
        widest.anywhere,
        widest.where_any,
        beliefs,
        values,
        min(part.depth for part in found),
        tolerance,
        delta,
    )


def _bounds(view: View, box: Any) -> dict[str, tuple[float, float]]:
    return {m: (float(a), float(b)) for m, a, b in zip(view.other_states, *box, strict=True)}
