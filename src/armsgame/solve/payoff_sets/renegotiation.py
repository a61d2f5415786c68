"""Would parties carry out the punishments they promised? Weak renegotiation-proofness and enforcement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._checks import check_discount
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray
from armsgame.arithmetic.mixtures import over_mixtures
from armsgame.arithmetic.tolerance import ZERO, zero_gain
from armsgame.checkers.in_time import verify
from armsgame.errors import NotSolved, WrongConcept, invalid
from armsgame.games.coercion import game_of, public_game
from armsgame.games.deviation_gains import plans_of
from armsgame.games.product import Product, product_of
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame
from armsgame.geometry.plane import above, polygon
from armsgame.results.certificates import Certificate, Deviation
from armsgame.results.payoff_set import PayoffSet


@dataclass(frozen=True, slots=True, eq=False)
class Renegotiation(Value):
    """Whether the parties would ever agree to skip what a profile prescribes.

    Attributes
    ----------
    proof : bool
        The profile is an equilibrium and no continuation is strictly better for everybody than
        another one of the same profile.
    certificate : Certificate, of the profile as an equilibrium
    states : tuple of str, labels of the continuations
    values : array [X, P], normalised continuation payoffs
    broken_by : tuple (worse state, better state) or None
        The pair with the largest gain of the party that gains least.
    gain : float, that gain; 0 where no pair breaks it
    enforcement : tuple of Deviation
        For every state in which play differs from the first period and every party: the best
        other action there and its gain. A negative gain is what not punishing costs.
    zeros : mapping from player to what counts as zero of its gains
    """

    proof: bool
    certificate: Certificate
    states: tuple[str, ...]
    values: FloatArray
    broken_by: tuple[str, str] | None
    gain: float
    enforcement: tuple[Deviation, ...]
    zeros: Mapping[str, float]

    @property
    def enforced(self) -> bool:
        """Whether every party wants to do its part in every punishment."""
        return all(d.gain <= self.zeros[d.player] for d in self.enforcement)

    def __str__(self) -> str:
        if self.proof:
            head = "weakly renegotiation-proof"
        elif not self.certificate.ok:
            head = f"not an equilibrium, so not renegotiation-proof ({self.certificate.where})"
        else:
            assert self.broken_by is not None
            head = (
                f"not renegotiation-proof: in {self.broken_by[0]!r} all parties gain at least {self.gain:.6g} by "
                f"agreeing to go to {self.broken_by[1]!r}"
            )
        lines = [head]
        for d in self.enforcement:
            verb = "gains" if d.gain > self.zeros[d.player] else "loses"
            lines.append(f"  {d.player} {verb} {abs(float(d.gain)):.6g} by playing {d.action!r} in {d.state!r}")
        return "\n".join(lines)


def renegotiation_proof(game: object, profile: Sequence[object], *, discount: float) -> Renegotiation:
    """Check whether a profile survives renegotiation among its own continuations.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
        Without detection lag.
    profile : sequence of Automaton or named strategy, one per player
    discount : float
        Per period, 0 <= discount < 1.

    Returns
    -------
    Renegotiation

    Raises
    ------
    WrongConcept
        A detection lag: continuation payoffs are then not common knowledge.
    InvalidGame
        As `verify`.

    Notes
    -----
    Weakly renegotiation-proof (Farrell and Maskin 1989; internally consistent in Bernheim and
    Ray 1989): an equilibrium no continuation of which strictly Pareto-dominates another one.
    Continuations after every sequence of actions count, also off the path. In a game with
    several states only continuations at the same state are compared, since parties cannot
    agree to be elsewhere.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    >>> renegotiation_proof(pd, (ag.grim, ag.grim), discount=0.8).broken_by
    ('punish', 'comply')
    >>> renegotiation_proof(pd, (ag.contrite, ag.contrite), discount=0.8).proof
    True
    """
    game = public_game("renegotiation_proof", game)
    delta = float(check_discount(discount))
    certificate = verify(game, profile, discount=delta)
    product = product_of(game, profile)
    if product.play.dynamics.hidden:
        raise WrongConcept("with a detection lag continuation payoffs are not common knowledge; use lag=1.")
    plans = plans_of(product)
    solved = [plan.values(delta) for plan in plans]
    values = np.stack([plan.normalised(v, delta) for plan, v in zip(plans, solved, strict=True)], axis=1)
    # what each party gains, beyond what counts as zero in its own payoffs; the one that gains least decides
    payoffs = product.play.dynamics.payoffs
    zeros = np.array([zero_gain([own], delta) for own in payoffs])
    apart = values[None] - values[:, None]
    better = (apart - zeros).min(axis=2)
    same = product.pairs[:, 0][:, None] == product.pairs[:, 0][None]
    better = np.where(same, better, -np.inf)
    worse, best = np.unravel_index(int(np.argmax(better)), better.shape)
    broken = bool(better[worse, best] > 0)
    gain = float(apart[worse, best].min())
    labels = tuple(product.label(x) for x in range(len(product.pairs)))
    enforcement = []
    differs = _differs(product)
    for i, (own, value) in enumerate(zip(plans, solved, strict=True)):
        gains, plan = (1 - delta) * own.gains(value, delta), own.data
        for x in np.flatnonzero(differs):
            at = np.flatnonzero((plan.pair == x) & (plan.weight < 1))
            if len(at):
                k = int(at[np.argmax(gains[at])])
                act = product.play.dynamics.actions[int(product.pairs[x, 0])][i][int(plan.action[k])]
                enforcement.append(Deviation(game.players[i], labels[x], act, float(gains[k])))
    return Renegotiation(
        proof=certificate.ok and not broken,
        certificate=certificate,
        states=labels,
        values=values,
        broken_by=(labels[worse], labels[best]) if broken else None,
        gain=gain if broken else 0.0,
        enforcement=tuple(enforcement),
        zeros=dict(zip(game.players, zeros.tolist(), strict=True)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class RenegotiationSet(Value):
    """Payoffs that some weakly renegotiation-proof equilibrium reaches when parties are patient.

    Attributes
    ----------
    stage : StageGame of two players
    points : array [V, 2] or None
        Extreme points of the *closure* of the payoffs that meet the sufficient condition, where
        one punishment of each player covers them all (as in a prisoner's dilemma); else None:
        ask `verdict` payoff by payoff.
    within : PayoffSet or None
        Equilibrium set that the answer is restricted to.
    """

    stage: StageGame
    points: FloatArray | None
    within: PayoffSet | None = None

    def verdict(self, payoff: ArrayLike) -> str:
        """Judge a payoff by the conditions of Farrell and Maskin (1989, theorem 1).

        Returns
        -------
        str
            ``"sufficient"``: some pure punishment of each player i holds i's best reply strictly
            below v_i and gives the other at least v_j, so for all discount factors close enough
            to 1 some weakly renegotiation-proof equilibrium reaches v. ``"excluded"``: no
            punishment, mixed ones included, holds i to v_i and gives the other v_j, so none
            does at any discount factor (or v is not feasible, or outside `within`).
            ``"open"``: between the two.
        """
        v = np.asarray(payoff, dtype=float)
        if v.shape != (2,) or not np.isfinite(v).all():
            invalid("payoff", payoff, "2 finite payoffs")
        scale = np.ptp(self.stage.payoffs.reshape(2, -1), axis=1)
        feasible = PayoffSet(
            _feasible(self.stage), np.empty((0, 2)), 0.0, np.zeros(2), self.stage.players, 0.0, "",
            game=RepeatedGame(self.stage),
        )  # fmt: skip
        if not feasible.contains(v) or (self.within is not None and not self.within.contains(v)):
            return "excluded"
        if all(self._punished(i, v) for i in range(2)):
            return "sufficient"
        if any(_least(self.stage, i, v[1 - i]) > v[i] + 1e-9 * scale[i] for i in range(2)):
            return "excluded"
        return "open"

    def _punished(self, i: int, v: FloatArray) -> bool:
        held, reward = _pure_punishments(self.stage, i)
        zero = [zero_gain([own]) for own in self.stage.payoffs]
        good = (held < v[i] - zero[i]) & (reward >= v[1 - i] - zero[1 - i])
        return bool(good.any())


def renegotiation_proof_set(of: object) -> RenegotiationSet:
    """Describe the payoffs of weakly renegotiation-proof equilibria of a two-player game.

    Parameters
    ----------
    of : PayoffSet, RepeatedGame or StageGame
        Two players, perfect monitoring. A payoff set also restricts the answer to its payoffs.

    Returns
    -------
    RenegotiationSet

    Raises
    ------
    WrongConcept
        More players, imperfect monitoring, or a set that does not know its game.

    Notes
    -----
    Farrell and Maskin (1989, theorem 1). The conditions are about patient parties and about
    mixed actions whose lotteries are seen afterwards; at a given discount factor they exclude
    payoffs but do not promise any. To certify a profile at a discount factor use
    `renegotiation_proof`.

    In a prisoner's dilemma the punishment of each player is to comply while the other deploys,
    so every feasible payoff strictly above mutual deployment is reached.

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.treaty.compliance(temptation=3, reward=2, punishment=0, sucker=-1)
    >>> renegotiation_proof_set(pd).verdict((2, 2))
    'sufficient'
    """
    within = of if isinstance(of, PayoffSet) else None
    game = game_of("renegotiation_proof_set", of.game if isinstance(of, PayoffSet) else of, StageGame, RepeatedGame)
    if isinstance(game, RepeatedGame):
        if game.imperfect:
            raise WrongConcept("these conditions are for perfect monitoring; check a profile: renegotiation_proof.")
        game = game.stage
    if game.batch or len(game.players) != 2:
        raise WrongConcept(
            "renegotiation_proof_set takes a two-player RepeatedGame, StageGame, or a PayoffSet that knows its game."
        )
    floors = []
    for i in range(2):
        held, reward = _pure_punishments(game, i)
        low = held.min()
        # one punishment that is harshest for i and best for the other covers every payoff above it
        if reward[held == low].max() < game.payoffs[1 - i].max():
            return RenegotiationSet(game, None, within)
        floors.append(low)
    base = _feasible(game) if within is None else within.outer
    return RenegotiationSet(game, above(base, np.array(floors)), within)


def _differs(product: Product) -> BoolArray:
    """Pairs at which some law of action differs from that at the start of the same game state."""
    first: dict[int, int] = {}
    out = np.zeros(len(product.pairs), bool)
    for x in range(len(product.pairs)):
        start = first.setdefault(int(product.pairs[x, 0]), x)
        out[x] = any(
            not np.array_equal(product.law(x, i), product.law(start, i)) for i in range(product.pairs.shape[1] - 1)
        )
    return out


def _pure_punishments(stage: StageGame, i: int) -> tuple[FloatArray, FloatArray]:
    """Per pure profile: what player i can get against it, and what the other gets from it."""
    own, other = (stage.payoffs[0], stage.payoffs[1]) if i == 0 else (stage.payoffs[1].T, stage.payoffs[0].T)
    held = np.broadcast_to(own.max(axis=0), own.shape)
    return held.ravel(), other.ravel()


def _least(stage: StageGame, i: int, needed: float) -> float:
    """Least best-reply payoff of player i over mixed profiles that give the other at least `needed`."""
    own, other = (stage.payoffs[0], stage.payoffs[1]) if i == 0 else (stage.payoffs[1].T, stage.payoffs[0].T)
    # payoffs from 0 to 1: the solver's tolerances are absolute
    low, base = own.min(), other.min()
    unit, size = np.ptp(own) or 1.0, np.ptp(other) or 1.0
    own, other, needed = (own - low) / unit, (other - base) / size, (needed - base) / size
    count = own.shape[1]
    best = np.inf
    # given the punisher's mixture the other's payoff is linear in i's action: a pure one is best
    for a in range(own.shape[0]):
        rows = np.vstack([np.hstack([own, -np.ones((len(own), 1))]), np.append(-other[a], 0.0)])
        found = over_mixtures(np.append(np.zeros(count), 1.0), rows, np.append(np.zeros(len(own)), -needed + ZERO))
        if found.status not in (0, 2):
            raise NotSolved(f"a linear program of a mixed punishment failed ({found.message}); scale the payoffs.")
        if found.status == 0:
            best = min(best, float(found.fun))
    return float(low + unit * best)


def _feasible(stage: StageGame) -> FloatArray:
    return polygon(stage.payoffs.reshape(2, -1).T)
