"""Logit quantal response equilibria: at one precision, and as a branch that ends in a Nash equilibrium."""

from __future__ import annotations

import numpy as np

from armsgame._checks import check_number
from armsgame._cost import require
from armsgame._deadline import time_left, unsolved
from armsgame._typing import FloatArray
from armsgame.checkers.one_shot import verify_stage
from armsgame.errors import NotSolved
from armsgame.games.coercion import Modelled, one_game
from armsgame.games.stage import StageGame
from armsgame.results.logit_branch import BranchStatus, LogitBranch, QuantalResponse
from armsgame.results.one_shot import Equilibrium, StageCertificate
from armsgame.solve.continuation import Curve, Field, crossing, indifferent, trace

# the branch's own regret at which an end is tried, the regret that an end may have, both in units
# of a player's payoff range, and how far the end may lie from the branch
_TRY, _END, _NEAR = 1e-7, 1e-8, 1e-3
# precision x payoff range below which no end is tried: the start may be a Nash equilibrium by symmetry
_EARLY = 20.0
# change of a probability between two precisions, one twice the other, below which the branch stands still
_STILL = 5e-5
_STEPS = 4000


def logit_qre(stage: StageGame | Modelled, *, precision: float, budget_seconds: float | None = None) -> QuantalResponse:
    """Logit quantal response equilibrium on the principal branch.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players.
    precision : float
        At least 0, in 1/utility of the given payoffs; 0 gives uniform choice.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    QuantalResponse
        The first point of the branch at that precision. A branch with turning points meets some
        precisions several times; `turns` says how many turns lie before.

    Raises
    ------
    InvalidGame
        A precision that is negative, infinite or no number.
    WrongConcept
        The game has batch axes.
    NotSolved
        The branch was not followed to that precision, or the fixed point fails the check.

    Notes
    -----
    ``x_i(a)`` is proportional to ``exp(precision u_i(a, x_-i))``. The residual is limited by rounding to
    about 1e-15 x precision x payoff range where players mix.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = ag.StageGame.from_bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    >>> [own.round(4).tolist() for own in logit_qre(game, precision=1.0).profile]
    [[0.8936, 0.1064], [0.3128, 0.6872]]

    References
    ----------
    R. D. McKelvey and T. R. Palfrey (1995), Games and Economic Behavior 10, 6-38, section 3.
    """
    stage = one_game("logit_qre", stage, StageGame)
    require("logit_qre", actions=stage.shape)
    law, unit, _ = _field(stage)
    step = "It multiplies payoffs: 1/utility. For the limit ask logit_branch(stage)."
    precision = check_number("precision", precision, 0, step=step)
    goal = _times(float(precision), unit)
    curve = trace(law, lambda y: bool(y[-1] >= goal), steps=_STEPS)
    last = curve.points[-1]
    if last[-1] < goal:
        raise unsolved(
            f"the branch was followed to precision {last[-1] / unit:.6g} of {precision:g} (arc length "
            f"{curve.length:.4g}); ask for a smaller precision, or logit_branch(stage, throw=False)."
        )
    point = crossing(law, curve, goal)
    x = np.exp(point[:-1]) if point is not None else np.exp(last[:-1])
    profile = _profile(law, x)
    certificate = verify_stage(stage, profile)
    residual = max(
        float(np.abs(own - _softmax(precision, gains)).max())
        for own, gains in zip(profile, certificate.gains, strict=True)
    )
    if point is None or residual > 1e-8:
        raise NotSolved(
            f"the logit equilibrium at precision {precision:g} was found only up to a residual of {residual:.1e}: "
            f"precision x payoff range is {goal:.3g}, too much for floats. Ask for less, or logit_branch(stage)."
        )
    return QuantalResponse(
        profile=profile,
        payoffs=np.array(certificate.payoffs, dtype=np.float64),
        precision=float(precision),
        residual=residual,
        max_gain=float(certificate.max_gain),
        turns=len(curve.turns),
        crossings=len(curve.crossings),
        stage=stage,
    )


def logit_branch(
    stage: StageGame | Modelled,
    *,
    max_precision: float | None = None,
    throw: bool = True,
    budget_seconds: float | None = None,
) -> LogitBranch:
    """Principal branch of logit equilibria, traced until it ends in a Nash equilibrium.

    Parameters
    ----------
    stage : StageGame
        One game of any number of players.
    max_precision : float, optional
        In 1/utility. Default: 1e12 over the smallest payoff range of a player.
    throw : bool
        Whether to raise where the branch does not end in a certified equilibrium.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    LogitBranch

    Raises
    ------
    NotSolved
        With the precision reached, the regret there and the arc length.
    InvalidGame
        A max_precision that is not positive.
    WrongConcept
        The game has batch axes.

    Notes
    -----
    Pseudo-arclength continuation through turning points (Turocy 2005). The branch is followed
    until its own regret is below 1e-7 of each player's payoff range (1e-2 from precision x range
    1e9 on, where rounding sets in: players in very different units); then the support is fixed,
    the indifference equations are solved, and `verify_stage` must find a regret of at most 1e-8.
    A bifurcation or a stall is never an end. In a generic game the branch is a curve and its
    limit is unique (McKelvey and Palfrey 1995, theorem 3); in a symmetric game it may cross
    bifurcations, and the equilibrium is the limit of the smooth continuation. Those of odd
    multiplicity are counted; an even one does not change the sign and passes unnoticed.
    A turn at a precision beyond the last point cannot be excluded by any numerical method.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = ag.StageGame.from_bimatrix([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    >>> branch = logit_branch(game)
    >>> [own.round(6).tolist() for own in branch.equilibrium.profile]
    [[0.5, 0.5], [0.1, 0.9]]

    References
    ----------
    T. L. Turocy (2005), Games and Economic Behavior 51, 243-263.
    """
    stage = one_game("logit_branch", stage, StageGame)
    require("logit_qre", actions=stage.shape)
    law, unit, ranges = _field(stage)
    bounds = ranges[ranges > 0]
    limit = 1e12 / float(bounds.min()) if len(bounds) else 1e12
    if max_precision is not None:
        most = check_number("max_precision", max_precision, 0, open_low=True, step="It is in 1/utility.")
        limit = _times(most, unit)
    # precisions are reported in 1/utility and must not overflow there
    limit = min(limit, 1e300, _times(1e307, unit))
    ends: list[tuple[Equilibrium, float, float]] = []
    tried, there = 0.0, np.full(law.size, np.inf)

    def done(y: FloatArray) -> bool:
        nonlocal tried, there
        x, last = np.exp(y[:-1]), bool(y[-1] >= limit)
        due = y[-1] >= max(2 * tried, _EARLY) or last or not len(bounds)
        if due and _regret(law, x, ranges) <= _TRY:
            # where equilibria form a continuum the branch may still slide along it
            settled = float(np.abs(x - there).max()) <= _STILL
            tried, there = float(y[-1]), x
            if settled or last or not len(bounds):
                ends.extend(_ends(stage, law, x, ranges, _END if last else 0.0))
        return bool(ends) or last

    curve = trace(law, done, steps=_STEPS)
    final = np.exp(curve.points[-1][:-1])
    if not ends and time_left() and _regret(law, final, ranges) <= _TRY:
        # floats cannot follow the curve further, but what lies next to its last point may pass the check
        ends.extend(_ends(stage, law, final, ranges, _END))
    branch = _branch(stage, law, curve, unit, ranges, ends)
    if throw and branch.status is not BranchStatus.NASH:
        raise unsolved(
            f"the logit branch reached precision {branch.precisions[-1]:.6g} with regret {branch.regret:.2e} of the "
            f"payoff range after arc length {branch.arc_length:.4g}. {branch.status.value}",
            branch,
        )
    return branch


def _branch(
    stage: StageGame,
    law: Field,
    curve: Curve,
    unit: float,
    ranges: FloatArray,
    ends: list[tuple[Equilibrium, float, float]],
) -> LogitBranch:
    points = np.array(curve.points)
    chances = np.exp(points[:, :-1])
    if ends:
        equilibrium, regret, distance = ends[0]
        status = BranchStatus.NASH
    else:
        equilibrium, distance = None, float("nan")
        regret = _regret(law, chances[-1], ranges)
        status = BranchStatus.STALLED if curve.stalled else BranchStatus.PRECISION
        status = status if time_left() else BranchStatus.LATE
    notes = []
    if ends and curve.stalled:
        notes.append("The curve could not be followed further; the equilibrium is the certified one at its last point.")
    if curve.turns:
        notes.append(f"The branch turns {len(curve.turns)} times: some precisions have several equilibria on it.")
    if curve.crossings:
        at = ", ".join(f"{points[k, -1] / unit:.4g}" for k in curve.crossings)
        notes.append(f"Bifurcations at precision {at}: other branches leave there; this one went straight on.")
    return LogitBranch(
        precisions=points[:, -1] / unit,
        profiles=tuple(np.array(own).T for own in law.parts(chances.T)),
        status=status,
        equilibrium=equilibrium,
        regret=regret,
        distance=distance,
        arc_length=curve.length,
        turns=tuple(curve.turns),
        crossings=tuple(curve.crossings),
        notes=tuple(notes),
        stage=stage,
    )


def _field(stage: StageGame) -> tuple[Field, float, FloatArray]:
    """Scaled game, payoff unit (largest range of a player), and ranges [P] in that unit."""
    flat = stage.payoffs.reshape(len(stage.players), -1)
    # exact powers of two keep payoffs near the largest and the smallest float apart
    power = int(np.frexp(np.abs(flat).max())[1]) + 1
    table = np.ldexp(flat, -power)
    middle = (table.min(axis=1) + table.max(axis=1)) / 2
    ranges = np.ptp(table, axis=1)
    top = float(ranges.max()) or 1.0
    scaled = (table - middle[:, None]) / top
    with np.errstate(over="ignore"):
        unit = float(np.ldexp(top, power)) if ranges.max() else 1.0
    return Field(scaled.reshape(stage.payoffs.shape)), min(unit, np.finfo(float).max), ranges / top


def _times(precision: float, unit: float) -> float:
    # an overflow here means "without limit"
    return min(precision * unit, 1e300) if unit <= 1 or precision < 1e300 / unit else 1e300


def _regret(law: Field, x: FloatArray, ranges: FloatArray) -> float:
    worth = law.slopes(x)[0]
    gaps = [u.max() - p @ u / p.sum() for u, p in zip(law.parts(worth), law.parts(x), strict=True)]
    return float(max(g / r if r > 0 else 0.0 for g, r in zip(gaps, ranges, strict=True)))


def _ends(
    stage: StageGame, law: Field, x: FloatArray, ranges: FloatArray, slack: float
) -> list[tuple[Equilibrium, float, float]]:
    """At most one certified equilibrium near a point of the branch, with its regret and distance."""
    worth = law.slopes(x)[0]
    best = np.repeat([u.max() for u in law.parts(worth)], law.shape)
    top = np.repeat([p.max() for p in law.parts(x)], law.shape)
    supports = [x >= bar * top for bar in (1e-2, 1e-4, 1e-6, 1e-9)] + [worth >= best - 1e-6]
    # indifference is judged in each player's own unit
    own = Field(law.payoffs / np.where(ranges > 0, ranges, 1.0).reshape(-1, *[1] * len(law.shape)))
    for support in supports:
        end = indifferent(own, x, support)
        if end is None:
            continue
        distance = float(np.abs(end - x).max())
        if distance <= _NEAR:
            profile = _profile(law, end)
            certificate = verify_stage(stage, profile)
            regret = _relative(stage, certificate)
            if certificate.ok or regret <= slack:
                return [(Equilibrium(profile, np.array(certificate.payoffs), certificate), regret, distance)]
    return []


def _relative(stage: StageGame, certificate: StageCertificate) -> float:
    half = np.ptp(stage.payoffs.reshape(len(stage.players), -1) / 2, axis=1)
    gains = [float(max(own.max(), 0.0)) / 2 for own in certificate.gains]
    return float(max(g / h if h > 0 else 0.0 for g, h in zip(gains, half, strict=True)))


def _profile(law: Field, x: FloatArray) -> tuple[FloatArray, ...]:
    return tuple(own / own.sum() for own in law.parts(x))


def _softmax(precision: float, gains: FloatArray) -> FloatArray:
    lift = (gains - gains.max()) * precision
    odds = np.exp(lift)
    return np.asarray(odds / odds.sum())
