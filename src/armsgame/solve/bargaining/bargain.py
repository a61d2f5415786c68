"""What would be negotiated: bargaining over a set of self-enforcing payoffs, and alternating offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from armsgame._checks import reals
from armsgame._shown import Framed, Table, Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.arithmetic.tolerance import patience
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.results.payoff_set import PayoffSet
from armsgame.solve.bargaining.rules import (
    BargainingRule,
    Egalitarian,
    KalaiSmorodinsky,
    NashBargaining,
    Region,
    Utilitarian,
    plain,
)
from armsgame.solve.payoff_sets.strategies import PublicStrategy, strategy_for


@dataclass(frozen=True, slots=True, eq=False)
class Bargain(Framed, Value):
    """The payoff a bargaining rule selects from a payoff set, and the evidence for it.

    Attributes
    ----------
    payoff : array [P]
        The agreed payoff; the threat where there is nothing to agree on.
    threat : array [P]
        What each party gets without agreement.
    rule : the rule applied
    gains : array [P], payoff minus threat
    agreed : bool
        Whether some payoff of the set gives every party its threat and one of them more.
    residual : float
        How far the payoff is from satisfying the rule's own condition, re-computed by linear
        programs over the extreme points; relative to the largest gain, 0 is exact.
    lottery : tuple of (probability, extreme point)
        Public lottery over extreme points of the set whose mean is the payoff.
    ties : array [K, P]
        Extreme points of the payoffs the rule ranks equal; one row where it is single-valued.
    on : str, ``"inner"`` or ``"outer"``
    other : array [P] or None
        The payoff the same rule selects on the other side of the bracket.
    bracket : float
        Largest difference in a party's payoff between the two; NaN where the other set is empty.
    note : str, what the reader must know: no gain, a tie, a gain that is not shared
    payoff_set : the set negotiated over
    """

    payoff: FloatArray
    threat: FloatArray
    rule: BargainingRule
    gains: FloatArray
    agreed: bool
    residual: float
    lottery: tuple[tuple[float, tuple[float, ...]], ...]
    ties: FloatArray
    on: str
    other: FloatArray | None
    bracket: float
    note: str
    payoff_set: PayoffSet = field(repr=False)

    def _table(self) -> Table:
        """One row for each party."""
        names = list(self.payoff_set.players)
        return {"party": names, "payoff": self.payoff, "threat": self.threat, "gain": self.gains}

    def strategy(self) -> PublicStrategy:
        """Build and verify the strategy profile that delivers the payoff: `strategy_for`.

        Raises
        ------
        InvalidGame, NotSolved
            As `strategy_for`; a payoff taken from the outer set need not be delivered by anybody.
        """
        return strategy_for(self.payoff_set, self.payoff)

    def __str__(self) -> str:
        names = self.payoff_set.players
        head = f"{self.rule} on the {self.on} set at discount {patience(self.payoff_set.discount)}"
        if not self.agreed:
            return f"{head}: no agreement. {self.note}"
        lines = [head]
        for name, v, d, g in zip(names, self.payoff, self.threat, self.gains, strict=True):
            lines.append(f"  {name}: {v:.6g} (threat {d:.6g}, gain {g:.6g})")
        lines.append(f"  bracket effect {self.bracket:.2e}; residual {self.residual:.1e}")
        return "\n".join([*lines, f"  {self.note}"] if self.note else lines)


def negotiate(
    payoff_set: PayoffSet,
    *,
    threat: str | Sequence[str] | ArrayLike = "minmax",
    rule: BargainingRule | None = None,
    inner: bool = True,
) -> Bargain:
    """Select the payoff that parties would negotiate among those that enforce themselves.

    Parameters
    ----------
    payoff_set : PayoffSet
        Payoffs per period.
    threat : "minmax", "threats", action labels [P] or array_like [P]
        Payoff without agreement: the pure minmax of the stage game, the worst equilibrium payoff
        of each party (`payoff_set.threats`), the stage payoff of an action profile such as
        ``("deploy", "deploy")`` (the no-treaty equilibrium), or numbers.
    rule : NashBargaining, KalaiSmorodinsky, Egalitarian or Utilitarian
        Default ``NashBargaining()``, equal weights.
    inner : bool
        Negotiate over payoffs that are known to be reached; otherwise over the outer bound.

    Returns
    -------
    Bargain

    Raises
    ------
    InvalidGame
        The set is empty, or the threat does not fit.
    NotSolved
        The rule's own condition cannot be met numerically.

    Notes
    -----
    Equilibrium sets are convex (public randomisation) but not comprehensive: nobody can throw
    payoff away. All rules select from the Pareto frontier of the payoffs that give everyone at
    least the threat. With two parties the frontier is exact; with more, rules are solved by
    linear or concave programs.

    References
    ----------
    Nash (1950); Kalai and Smorodinsky (1975); Kalai (1977); Harsanyi and Selten (1972).

    Examples
    --------
    >>> import numpy as np
    >>> triangle = np.array([[0.0, 0], [1, 0], [0, 1]])
    >>> one = PayoffSet(triangle, triangle, 0.0, np.zeros(2), ("US", "Russia"), 0.9, "given")
    >>> negotiate(one, threat=(0.2, 0.1)).payoff.round(6).tolist()
    [0.55, 0.45]
    """
    rule = NashBargaining() if rule is None else rule
    if not isinstance(payoff_set, PayoffSet):
        raise WrongConcept(
            f"negotiate takes a PayoffSet, not a {type(payoff_set).__name__}; compute one: payoff_set(game, ...)."
        )
    if not isinstance(rule, (NashBargaining, KalaiSmorodinsky, Egalitarian, Utilitarian)):
        invalid("rule", rule, "NashBargaining(), KalaiSmorodinsky(), Egalitarian() or Utilitarian()")
    point = _threat(payoff_set, threat)
    on = "inner" if inner else "outer"
    points = payoff_set.inner if inner else payoff_set.outer
    if len(points) == 0:
        step = (
            "No equilibrium of this concept exists: raise the discount factor or the detection rate."
            if payoff_set.empty
            else "No payoff is known to be reached; pass inner=False to negotiate over the outer bound."
        )
        raise InvalidGame(f"payoff_set.{on} is empty; allowed: a set with at least one payoff. {step}")
    chosen = _choose(points, point, rule, payoff_set.players)
    second = payoff_set.outer if inner else payoff_set.inner
    other = _choose(second, point, rule, payoff_set.players).payoff if len(second) else None
    return Bargain(
        payoff=chosen.payoff,
        threat=point,
        rule=rule,
        gains=chosen.payoff - point,
        agreed=chosen.agreed,
        residual=chosen.residual,
        lottery=_lottery(chosen.payoff, points) if chosen.agreed else (),
        ties=chosen.ties,
        on=on,
        other=other,
        bracket=float("nan") if other is None else float(np.abs(other - chosen.payoff).max()),
        note=chosen.note,
        payoff_set=payoff_set,
    )


@dataclass(frozen=True, slots=True)
class AlternatingOffers(Value):
    """Division of one unit by alternating offers.

    Attributes
    ----------
    shares : pair of float or array ``[*B]``, of the first proposer and of the other
    binding : bool or array ``[*B]``, whether an outside option changes the shares
    """

    shares: tuple[Any, Any]
    binding: Any


def rubinstein(
    discounts: tuple[ArrayLike, ArrayLike], outside: tuple[ArrayLike, ArrayLike] = (0.0, 0.0)
) -> AlternatingOffers:
    """Divide one unit by alternating offers with outside options.

    Parameters
    ----------
    discounts : pair of float or array ``[*B]``
        Discount factor per round of the first proposer and of the other, 0 <= discount < 1.
    outside : pair of float or array ``[*B]``
        Share each gets if it takes its outside option (withdrawal) when it is its turn to
        respond; at least 0, together at most 1.

    Returns
    -------
    AlternatingOffers

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    The first share x is the only fixed point of x = 1 - max(w2, d2 (1 - max(w1, d1 x))), that is
    x = min(1 - w2, max((1 - d2) / (1 - d1 d2), 1 - d2 + d2 w1)). Outside-option principle: an
    option below what its owner gets anyway has no effect (Rubinstein 1982; Binmore, Shaked and
    Sutton 1989).

    Examples
    --------
    >>> round(rubinstein((0.9, 0.9)).shares[0], 6)
    0.526316
    >>> rubinstein((0.9, 0.9), outside=(0, 0.6)).binding
    True
    """
    pair = _pair("discounts", discounts, 1.0, "0 <= discount < 1")
    options = _pair("outside", outside, np.inf, "a share of at least 0")
    try:
        d1, d2, w1, w2 = np.broadcast_arrays(*pair, *options)
    except ValueError:
        invalid("discounts, outside", tuple(v.shape for v in (*pair, *options)), "shapes that broadcast")
    if (w1 + w2 > 1).any():
        invalid("outside", outside, "shares that add up to at most 1", "Otherwise there is nothing to agree on.")
    usual = (1 - d2) / (1 - d1 * d2)
    share = np.minimum(1 - w2, np.maximum(usual, 1 - d2 + d2 * w1))
    return AlternatingOffers((plain(share), plain(1 - share)), plain(share != usual))


@dataclass(frozen=True, slots=True)
class _Choice:
    payoff: FloatArray
    ties: FloatArray
    agreed: bool
    residual: float
    note: str


def _choose(points: FloatArray, threat: FloatArray, rule: BargainingRule, players: tuple[str, ...]) -> _Choice:
    region = Region.of(points, threat)
    if region.empty:
        note = "No payoff of the set gives every party at least its threat."
        return _Choice(threat.copy(), threat[None], False, 0.0, note)
    best = region.ideal - threat
    still = best <= 1e-9 * region.scale
    if still.all():
        note = "No payoff of the set gives any party more than its threat."
        return _Choice(threat.copy(), threat[None], False, 0.0, note)
    payoff, ties = rule.choose(region)
    notes = []
    if still.any():
        notes.append("Nothing to gain for " + ", ".join(p for p, s in zip(players, still, strict=True) if s) + ".")
    if len(ties) > 1:
        ends = " to ".join("(" + ", ".join(f"{x:.6g}" for x in v) + ")" for v in ties[:2])
        notes.append(f"The rule ranks payoffs from {ends} equal; their centre is shown.")
    if isinstance(rule, Egalitarian) and np.ptp(payoff - threat) > 1e-9 * region.scale:
        notes.append("Equal gains are not efficient in this set; the smallest gain is as large as it can be.")
    return _Choice(payoff, ties, True, rule.residual(region, payoff), " ".join(notes))


def _threat(payoff_set: PayoffSet, threat: Any) -> FloatArray:
    count = len(payoff_set.players)
    allowed = f"'minmax', 'threats', {count} action labels, or {count} finite payoffs"
    if isinstance(threat, str) and threat == "threats":
        found = np.asarray(payoff_set.threats, dtype=float)
        if not np.isfinite(found).all():
            invalid("payoff_set.threats", found.tolist(), "finite payoffs", "The set is empty.")
        return found
    named = not isinstance(threat, str) and isinstance(threat, Sequence) and all(isinstance(a, str) for a in threat)
    if named or (isinstance(threat, str) and threat == "minmax"):
        stage = getattr(payoff_set.game, "stage", payoff_set.game)
        if not hasattr(stage, "minmax"):
            raise InvalidGame(
                f"threat is {threat!r} but payoff_set.game is {payoff_set.game!r}; allowed: a set that knows its game. "
                "Pass the threat as numbers."
            )
        if not named:
            return np.asarray(stage.minmax(), dtype=float)
        if len(threat) != count:
            invalid("threat", threat, allowed)
        at = tuple(stage.action(i, a) for i, a in enumerate(threat))
        return np.array(stage.payoffs[(slice(None), *at)], dtype=float)
    if isinstance(threat, str):
        invalid("threat", threat, allowed)
    try:
        given = np.array(threat, dtype=float)
    except (TypeError, ValueError):
        invalid("threat", threat, allowed)
    if given.shape != (count,) or not np.isfinite(given).all():
        invalid("threat", threat, allowed)
    return given


def _lottery(payoff: FloatArray, points: FloatArray) -> tuple[tuple[float, tuple[float, ...]], ...]:
    from scipy.optimize import linprog

    # least expected distance to the payoff: few points, close to it
    away = points - payoff
    away = away / (float(np.abs(away).max()) or 1.0)
    cost = np.linalg.norm(away, axis=1)
    found = linprog(
        np.concatenate([cost, np.full(2 * len(payoff), 1e4 * len(cost))]),
        A_eq=np.vstack(
            [
                np.hstack([away.T, np.eye(len(payoff)), -np.eye(len(payoff))]),
                np.append(np.ones(len(points)), np.zeros(2 * len(payoff)))[None],
            ]
        ),
        b_eq=np.append(np.zeros(len(payoff)), 1.0),
        method="highs",
    )
    weights = found.x[: len(points)]
    weights = np.where(weights < 1e-12, 0, weights)
    weights /= weights.sum()
    return tuple((float(w), tuple(map(float, v))) for w, v in zip(weights, points, strict=True) if w > 0)


def _pair(name: str, values: tuple[ArrayLike, ArrayLike], top: float, allowed: str) -> tuple[FloatArray, FloatArray]:
    try:
        first, second = (reals(name, v) for v in values)
    except (TypeError, ValueError):
        invalid(name, values, f"a pair, one for each party, each with {allowed}")
    for k, v in enumerate((first, second)):
        if not ((v >= 0) & (v < top)).all():
            invalid(f"{name}[{k}]", values[k], allowed)
    return first, second
