"""The independent checker of one-shot games: the gain of every pure action, from raw payoffs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import frexp, ldexp, prod

import numpy as np

from armsgame._checks import as_fraction, as_law, check_flag, check_law, check_number, is_whole, listed
from armsgame._typing import FloatArray, NumberArray
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.errors import InvalidGame, invalid
from armsgame.games.coercion import one_game
from armsgame.games.deviation_gains import deviating
from armsgame.games.stage import StageGame
from armsgame.results.certificates import Deviation
from armsgame.results.one_shot import StageCertificate

__all__ = ["verify_stage"]


def verify_stage(
    stage: StageGame, profile: Sequence[object], *, exact: bool = False, tolerance: float | None = None
) -> StageCertificate:
    """Check a mixed profile of a one-shot game against every pure action of every player.

    Parameters
    ----------
    stage : StageGame
        One game, without batch axes.
    profile : sequence of array_like, one ``[A_i]`` per player
        Probabilities; or an action (index or label) for a pure strategy.
    exact : bool
        Compute in rational numbers. Floats are read as the simplest fraction that rounds to them.
    tolerance : float, optional
        An economic tolerance on gains, in payoff units; a profile that holds only within it is
        of kind "epsilon".

    Returns
    -------
    StageCertificate

    Raises
    ------
    InvalidGame
        A strategy of the wrong length, a negative, non-finite or non-normalised one.
    WrongConcept
        The game is a batch.

    Notes
    -----
    Pure actions suffice, because a mixed action's gain is their average (Nash 1951). In floats a
    gain counts as zero up to ``1e-11`` times the player's payoff range (a profile is itself
    rounded) plus twice a bound on the rounding of the sums (Higham 2002, sec. 3.1). A game whose
    payoffs differ by more than ten orders of magnitude should be checked with ``exact=True``.

    Examples
    --------
    >>> import armsgame as ag
    >>> stag_hunt = ag.StageGame.from_bimatrix([[4, 1], [3, 2]], [[4, 3], [1, 2]])
    >>> verify_stage(stag_hunt, ([0.5, 0.5], [0.5, 0.5])).ok
    True
    """
    stage = one_game("verify", stage, StageGame)
    check_flag("exact", exact)
    if tolerance is not None:
        check_number("tolerance", tolerance, 0, allowed="a finite gain of at least 0")
    mixes = _read(stage, profile, exact)
    gains, payoffs, zeros = [], [], []
    for i in range(len(stage.players)):
        if exact:
            worth = _worth_exact(stage, mixes, i)
            value = sum((p * w for p, w in zip(mixes[i], worth, strict=True)), Fraction(0))
            own, zero = np.array([w - value for w in worth], dtype=object), 0.0
        else:
            own, value, zero = _gains_float(stage, mixes, i)
        gains.append(own)
        payoffs.append(value)
        zeros.append(zero)
    # players are compared by gain in units of what is zero for them, then by gain
    tops = [own.max() for own in gains]
    who = max(range(len(gains)), key=lambda i: (tops[i] > zeros[i], tops[i]))
    every, weight = np.arange(len(gains[who])), np.asarray(mixes[who])
    act = deviating(every, int(np.argmax(gains[who])), gains[who], weight, zeros[who])
    action = "" if act is None else stage.actions[who][act]
    top = tops[who]
    holds = all(t <= z for t, z in zip(tops, zeros, strict=True))
    within = tolerance is not None and all(t <= max(z, tolerance) for t, z in zip(tops, zeros, strict=True))
    kind = "Nash" if holds else "epsilon" if within else "none"
    top = max(top, Fraction(0)) if exact else max(float(top), 0.0)
    return StageCertificate(
        ok=kind != "none",
        kind=kind,
        max_gain=top,
        where=Deviation(stage.players[who], "the one-shot game", action, top),
        exact=exact,
        tolerance=max(zeros[who], tolerance or 0.0),
        gains=tuple(gains),
        payoffs=tuple(payoffs),
        _source=(stage, mixes),
    )


def _read(stage: StageGame, profile: Sequence[object], exact: bool) -> list[NumberArray]:
    profile = listed("profile", profile, f"one strategy per player, {len(stage.players)} of them")
    if len(profile) != len(stage.players):
        invalid("profile", f"of {len(profile)} strategies", f"one per player, {len(stage.players)} of them")
    mixes = []
    for i, (own, size) in enumerate(zip(profile, stage.shape, strict=True)):
        name = f"profile[{i}]"
        if isinstance(own, str) or is_whole(own):
            chosen = stage.action(i, own)
            own = [int(a == chosen) for a in range(size)]
        try:
            floats = np.asarray(own, dtype=np.float64)
        except (TypeError, ValueError) as fault:
            raise InvalidGame(
                f"{name} cannot be read as probabilities ({fault}); allowed: {size} numbers, one per action of "
                f"{stage.players[i]}. Automata play in time: verify(RepeatedGame(stage), profile, discount=...)."
            ) from None
        law = check_law(name, floats, size)
        mixes.append(as_law([p if p > 0 else 0 for p in own]).tolist() if exact else law)
    return mixes


def _worth_exact(stage: StageGame, mixes: list[NumberArray], i: int) -> list[Fraction]:
    """Payoff of every pure action of player i, summed over the profiles that are played."""
    played = [[(a, p) for a, p in enumerate(own) if p] for own in mixes]
    worth = []
    for action in range(stage.shape[i]):
        lines = [*played[:i], [(action, Fraction(1))], *played[i + 1 :]]
        total = Fraction(0)
        for line in product(*lines):
            cell = as_fraction(stage.payoffs[(i, *(a for a, _ in line))])
            total += prod((p for _, p in line), start=Fraction(1)) * cell
        worth.append(total)
    return worth


def _gains_float(stage: StageGame, mixes: list[FloatArray], i: int) -> tuple[FloatArray, float, float]:
    """Gains of player i, its payoff, and what counts as zero."""
    table = stage.payoffs[i]
    low, high = float(table.min()), float(table.max())
    # a power of two is an exact scale: neither 1e300 nor 1e-300 can overflow or vanish
    power = frexp(max(-low, high))[1]
    power = power if abs(power) > 500 else 0
    if power:
        table, low, high = np.ldexp(table, -power), ldexp(low, -power), ldexp(high, -power)
    spread = high - low
    table = table - low
    for j in reversed(range(i + 1, table.ndim)):
        table = table @ mixes[j]
    for j in range(i):
        # the first axis left is that of player j
        rest = table.shape[1:]
        table = (mixes[j] @ table) if len(rest) == 1 else (mixes[j][None] @ table.reshape(len(table), -1)).reshape(rest)
    base = float(mixes[i] @ table)
    gains = table - base
    terms = sum(stage.shape) + 2 * len(mixes) + 4
    # all terms are at least 0 and at most `spread`: |error| <= terms * unit * spread
    zero = ZERO * spread + 2 * terms * UNIT * spread
    if not power:
        return gains, base + low, zero
    with np.errstate(over="ignore"):
        # a gain beyond 1.8e308 is infinite, and as such refused
        return np.ldexp(gains, power), ldexp(base + low, power), ldexp(zero, power)
