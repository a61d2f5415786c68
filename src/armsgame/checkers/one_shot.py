"""The independent checker of one-shot games: the gain of every pure action, from raw payoffs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import frexp, ldexp, prod
from typing import TypeAlias

import numpy as np

from armsgame._checks import as_fraction, as_law, check_flag, check_law, check_number, is_whole, listed
from armsgame._typing import FloatArray, NumberArray, Real
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.errors import InvalidGame, invalid
from armsgame.games.coercion import one_game
from armsgame.games.deviation_gains import deviating
from armsgame.games.stage import StageGame
from armsgame.results.certificates import Deviation
from armsgame.results.one_shot import StageCertificate

__all__ = ["verify_profiles", "verify_stage"]


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
    return _certified(stage, [_read(stage, profile, exact)], exact, tolerance)[0]


def verify_profiles(
    stage: StageGame, profiles: Sequence[Sequence[object]], *, exact: bool = False
) -> list[StageCertificate]:
    """Certificates of many profiles of one game, as `verify_stage` grants each."""
    return _certified(stage, [_read(stage, one, exact) for one in profiles], exact, None) if profiles else []


def _certified(
    stage: StageGame, profiles: list[list[NumberArray]], exact: bool, tolerance: float | None
) -> list[StageCertificate]:
    """Certificates of profiles that were read."""
    if exact:
        judged = [[_gains_exact(stage, mixes, i) for i in range(len(stage.players))] for mixes in profiles]
    else:
        judged = _gains_float(stage, profiles)
    return [_judged(stage, mixes, own, exact, tolerance) for mixes, own in zip(profiles, judged, strict=True)]


# gains of every pure action, the payoff, and what counts as zero
_Judged: TypeAlias = tuple[NumberArray, Real, float]


def _judged(
    stage: StageGame, mixes: list[NumberArray], judged: list[_Judged], exact: bool, tolerance: float | None
) -> StageCertificate:
    gains, payoffs, zeros = zip(*judged, strict=True)
    entries = [own.tolist() for own in gains]
    # players are compared by gain in units of what is zero for them, then by gain
    tops = list(map(max, entries))
    who = max(range(len(gains)), key=lambda i: (tops[i] > zeros[i], tops[i]))
    top = tops[who]
    every, weight = np.arange(len(entries[who])), np.asarray(mixes[who])
    act = deviating(every, entries[who].index(top), gains[who], weight, zeros[who])
    action = "" if act is None else stage.actions[who][act]
    holds = all(t <= z for t, z in zip(tops, zeros, strict=True))
    within = tolerance is not None and all(t <= max(z, tolerance) for t, z in zip(tops, zeros, strict=True))
    kind = "Nash" if holds else "epsilon" if within else "none"
    top = max(top, Fraction(0)) if exact else max(top, 0.0)
    return StageCertificate(
        ok=kind != "none",
        kind=kind,
        max_gain=top,
        where=Deviation(stage.players[who], "the one-shot game", action, top),
        exact=exact,
        tolerance=max(zeros[who], tolerance or 0.0),
        gains=gains,
        payoffs=payoffs,
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
        # results lock what they hold, and copy what is not locked
        law.flags.writeable = False
        mixes.append(as_law([p if p > 0 else 0 for p in own]).tolist() if exact else law)
    return mixes


def _gains_exact(stage: StageGame, mixes: list[NumberArray], i: int) -> _Judged:
    """Gains of player i, its payoff, and zero: summed over the profiles that are played."""
    played = [[(a, p) for a, p in enumerate(own) if p] for own in mixes]
    worth = []
    for action in range(stage.shape[i]):
        lines = [*played[:i], [(action, Fraction(1))], *played[i + 1 :]]
        total = Fraction(0)
        for line in product(*lines):
            cell = as_fraction(stage.payoffs[(i, *(a for a, _ in line))])
            total += prod((p for _, p in line), start=Fraction(1)) * cell
        worth.append(total)
    value = sum((p * w for p, w in zip(mixes[i], worth, strict=True)), Fraction(0))
    return np.array([w - value for w in worth], dtype=object), value, 0.0


def _gains_float(stage: StageGame, profiles: list[list[FloatArray]]) -> list[list[_Judged]]:
    """Gains, payoffs and what counts as zero, for every profile and player."""
    count = len(stage.players)
    flat = stage.payoffs.reshape(count, -1)
    ends = zip(flat.min(axis=1).tolist(), flat.max(axis=1).tolist(), strict=True)
    mixes = [np.array(own) for own in zip(*profiles, strict=True)]
    terms = sum(stage.shape) + 2 * count + 4
    found: list[list[_Judged]] = [[] for _ in profiles]
    for i, (low, high) in enumerate(ends):
        table = stage.payoffs[i]
        # a power of two is an exact scale: neither 1e300 nor 1e-300 can overflow or vanish
        power = frexp(max(-low, high))[1]
        power = power if abs(power) > 500 else 0
        if power:
            table, low, high = np.ldexp(table, -power), ldexp(low, -power), ldexp(high, -power)
        spread = high - low
        table = (table - low)[None]
        for j in reversed(range(i + 1, count)):
            # [K, .., A_j] and [K, A_j]
            table = np.matmul(table, mixes[j].reshape(-1, *(1,) * (j - 1), table.shape[-1], 1))[..., 0]
        for j in range(i):
            # the first axis left is that of player j
            wide = table.reshape(len(table), table.shape[1], -1)
            table = np.matmul(mixes[j][:, None], wide).reshape(-1, *table.shape[2:])
        base = np.matmul(table[:, None], mixes[i][:, :, None])[:, 0]
        gains = table - base
        # all terms are at least 0 and at most `spread`: |error| <= terms * unit * spread
        zero = ZERO * spread + 2 * terms * UNIT * spread
        worth = (base + low)[:, 0]
        if power:
            with np.errstate(over="ignore"):
                # a gain beyond 1.8e308 is infinite, and as such refused
                gains, worth, zero = np.ldexp(gains, power), np.ldexp(worth, power), ldexp(zero, power)
        gains.flags.writeable = False
        for own, gain, value in zip(found, gains, worth.tolist(), strict=True):
            own.append((gain, value, zero))
    return found
