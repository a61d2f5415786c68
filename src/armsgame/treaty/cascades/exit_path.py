"""Exit cascades in time: who announces, who is under notice and who is out while a threat rises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from armsgame._checks import check_whole, discount_array, number, whole
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, FloatArray, IntArray
from armsgame.errors import WrongConcept, invalid
from armsgame.treaty.cascades.exit_game import ExitGame, PartyEvidence, rows_by_party

if TYPE_CHECKING:
    import pandas


_MOST = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class ExitPath(Framed, Drawn, Value):
    """Dates of every party's exit, in periods from the start of the path; NaN where a party does not leave.

    Attributes
    ----------
    parties : tuple of str
    threats : array ``[T]``
    announced : array ``[*B, n]``, period in which the decision is made known
    deposited : array ``[*B, n]``, announced plus the party's delay
    effective : array ``[*B, n]``, first period in which it is out: deposited plus the notice
    rule : str, "last" or "first" (equilibria with foresight) or "as seen"
    """

    parties: tuple[str, ...]
    threats: FloatArray
    announced: FloatArray
    deposited: FloatArray
    effective: FloatArray
    rule: str

    @property
    def order(self) -> tuple[str, ...]:
        """Names of those who leave, in order of announcement (of one game); ties as the parties are listed."""
        if self.announced.ndim > 1:
            raise WrongConcept(f"the path is a batch of shape {self.announced.shape[:-1]}; order is of one game.")
        ranked = sorted((x, i) for i, x in enumerate(self.announced.tolist()) if x == x)
        return tuple(self.parties[i] for _, i in ranked)

    def status(self) -> npt.NDArray[np.int8]:
        """Where each party stands: int ``[*B, T, n]``, 0 in, 1 under notice, 2 out.

        A party that has announced and not yet deposited is still 0.
        """
        t = np.arange(len(self.threats))[:, None]
        return (t >= self.deposited[..., None, :]).astype(np.int8) + (t >= self.effective[..., None, :])

    def __str__(self) -> str:
        if self.announced.ndim > 1:
            return (
                f"Exit paths of {len(self.parties)} parties, a batch of shape {self.announced.shape[:-1]}, {self.rule}"
            )
        told = [
            f"{p} announces {a:g}, out {e:g}" if a == a else f"{p} stays"
            for p, a, e in zip(self.parties, self.announced, self.effective, strict=True)
        ]
        return f"Exits over {len(self.threats)} periods ({self.rule}): " + "; ".join(told)

    def to_frame(self) -> pandas.DataFrame:
        """One row a party (and a game of the batch); missing where a party does not leave."""
        columns = {"announced": self.announced, "deposited": self.deposited, "effective": self.effective}
        table = rows_by_party(self.parties, columns)
        return table.astype(dict.fromkeys(columns, "Int64"))


def path(
    game: ExitGame,
    threats: ArrayLike,
    *,
    notice: ArrayLike = 0,
    delay: ArrayLike = 0,
    rule: Literal["last", "first", "as seen"] = "last",
) -> ExitPath:
    """Who leaves when while the threat rises.

    Parameters
    ----------
    game : ExitGame
        Or a batch of them.
    threats : array_like ``[T]``
        Threat in each period; it must not fall.
    notice, delay : int or array_like ``[n]``, at least 0
        Periods from the deposit of a notice to the exit, and from the announcement to the deposit. Until its
        exit a party is bound, and counts as a stayer.
    rule : {"last", "first", "as seen"}
        With "last" and "first" all foresee the path of the threat and one another: the latest and the earliest
        equilibrium. With "as seen" each period shows today's threat and the announcements made before today, whose
        makers are counted as gone; nobody looks ahead.

    Returns
    -------
    ExitPath

    Raises
    ------
    InvalidGame
        A threat that falls: returns are not modelled.

    Notes
    -----
    As the threat rises and stayers drop off, staying gets worse with every period for each party. Its best day of
    exit is therefore the first on which staying is worth less than leaving, whatever its discount factor, and no
    earlier than its own delay and notice allow (the monotone case of stopping). Under "as seen" announcements come
    in waves, at most n of them once the threat stops rising, and they end in the greatest equilibrium at that threat.

    Examples
    --------
    >>> game = ExitGame(["A", "B", "C"], alone=[0, 0.5, 1], weights=1, outside=[1, 0.2, -0.4])
    >>> threats = [0, 1, 1.2, 1.3, 1.4, 1.5]
    >>> print(path(game, threats, notice=[2, 1, 2]))
    Exits over 6 periods (last): A announces 0, out 2; B announces 3, out 4; C announces 3, out 5
    >>> print(path(game, threats, notice=[2, 1, 2], rule="as seen"))
    Exits over 6 periods (as seen): A announces 2, out 4; B announces 4, out 5; C announces 5, out 7
    """
    if not isinstance(game, ExitGame):
        raise WrongConcept("path reads exit games: ag.treaty.cascade.ExitGame(parties, alone, weights, outside).")
    rising = np.asarray(number("threats", threats))
    if rising.ndim != 1 or not rising.size or (np.diff(rising) < 0).any():
        invalid(
            "threats", threats, "a list of at least one number, none below the one before", "Returns are not modelled."
        )
    if rule not in ("last", "first", "as seen"):
        invalid("rule", rule, "'last', 'first' or 'as seen'")
    n = len(game.parties)
    waits, gap = (_periods(name, value, n) for name, value in (("notice", notice), ("delay", delay)))
    lead = waits + gap
    shape = game.alone.shape
    if rule == "as seen":
        announced = np.full(shape, np.nan)
        for t, threat in enumerate(rising):
            stays = np.isnan(announced)
            announced = np.where(stays & ~game.wants_to_stay(stays, threat), float(t), announced)
        return ExitPath(game.parties, rising, announced, announced + gap, announced + lead, rule)
    effective = np.full(shape, np.nan)
    bound = np.ones(shape, dtype=bool)
    for t, threat in enumerate(rising):
        forced = np.broadcast_to(t < lead, shape)
        stays = bound if rule == "last" else forced
        for _ in range(n + 1):
            wants = game.wants_to_stay(stays, threat)
            reply = forced | (stays & wants) if rule == "last" else forced | (bound & (stays | wants))
            if np.array_equal(reply, stays):
                break
            stays = reply
        effective = np.where(bound & ~stays, float(t), effective)
        bound = stays
    return ExitPath(game.parties, rising, effective - lead, effective - waits, effective, rule)


@dataclass(frozen=True, slots=True, eq=False)
class PathCertificate(PartyEvidence):
    """What other days of exit would bring, party by party and for coalitions up to a stated size.

    Attributes
    ----------
    parties : tuple of str
    gains : array ``[n]``, most that each party gains by another day of exit, normalised by (1 - discount)
    days : array ``[n]``, that day (the number of periods stands for never)
    tolerances : array ``[n]``, what counts as a tie
    coalition : tuple of str, a coalition whose members all gain by other days; empty where none was found
    coalition_gain : float, what its least gainer gains (0 without one)
    size : int, coalitions of up to so many parties were enumerated over all their days of exit
    enumerated : int, how many joint changes that were
    """

    days: FloatArray

    @property
    def kind(self) -> str:
        """What is proved: ``"equilibrium path"``, or ``"none"``."""
        return "equilibrium path" if self.ok else "none"

    def __str__(self) -> str:
        k = int(np.argmax(self.gains - self.tolerances))
        head = (
            "No party gains by another day of exit"
            if self.ok
            else f"Refuted: {self.parties[k]} gains {self.gains[k]:.5g} by exit in period {self.days[k]:g}"
        )
        many = f"{self.enumerated} joint changes of up to {self.size} of {len(self.parties)} parties"
        return f"{head}; {many}: {self._together('none gains', 'coalitions')}"

    def to_frame(self) -> pandas.DataFrame:
        """One row a party."""
        return rows_by_party(
            self.parties, {"gain": self.gains, "best_other_day": self.days, "tolerance": self.tolerances}
        )


def verify_path(
    game: ExitGame,
    found: ExitPath,
    discount: float = 0.9,
    *,
    notice: ArrayLike = 0,
    delay: ArrayLike = 0,
    coalitions: int = 1,
) -> PathCertificate:
    """Check days of exit against every other day, for one party and for coalitions.

    Days are planned at the start and kept to; payoffs are counted over the periods of the path.

    Parameters
    ----------
    game : ExitGame
        One game.
    found : ExitPath
    discount : float
        Per period.
    notice, delay : as they were given to `path`
    coalitions : int, between 1 and n
        Largest coalition whose joint changes are enumerated.

    Returns
    -------
    PathCertificate

    Raises
    ------
    InvalidGame
        More than 200000 joint changes: ask for smaller coalitions or fewer periods.

    Examples
    --------
    >>> game = ExitGame(["A", "B", "C"], alone=[0, 0.5, 1], weights=1, outside=[1, 0.2, -0.4])
    >>> threats = [0, 1, 1.2, 1.3, 1.4, 1.5]
    >>> print(verify_path(game, path(game, threats, notice=2), notice=2, coalitions=3))
    No party gains by another day of exit; 208 joint changes of up to 3 of 3 parties: none gains
    """
    if not isinstance(game, ExitGame) or not isinstance(found, ExitPath):
        raise WrongConcept("verify_path reads one exit game and what path found for it.")
    if game.shape or found.announced.ndim > 1:
        invalid("game.shape", game.shape, "one game and one path")
    delta = float(discount_array(discount))
    n, periods = len(game.parties), len(found.threats)
    lead = (_periods("notice", notice, n) + _periods("delay", delay, n)).astype(int)
    coalitions = check_whole("coalitions", coalitions, 1, n)
    choices = [range(min(int(low), periods), periods + 1) for low in lead]
    count = 0
    for group in _groups(n, coalitions):
        count += prod(len(choices[i]) for i in group) - 1
        if count > _MOST:
            break
    if count > _MOST:
        invalid("coalitions", coalitions, f"a size with at most {_MOST} joint changes", f"There are {count} or more.")
    own = np.where(np.isnan(found.effective), periods, np.minimum(found.effective, periods)).astype(int)
    weights = (1 - delta) * delta ** np.arange(periods)
    away = np.stack([game.outside_at(x) for x in found.threats])
    t = np.arange(periods)[:, None]

    def values(days: IntArray) -> npt.NDArray[np.floating]:
        stays = t < days
        return weights @ np.where(stays, game.benefits(stays), away)

    now, zero = values(own), np.max([game.zero(x) for x in found.threats], axis=0)
    gains, best = np.full(n, -np.inf), own.astype(float)
    most, done = 0.0, 0
    who: tuple[int, ...] = ()
    for group in _groups(n, coalitions):
        for days in product(*(choices[i] for i in group)):
            changed = own.copy()
            changed[list(group)] = days
            if (changed == own).all():
                continue
            done += 1
            pays = (values(changed) - now)[list(group)]
            if len(group) == 1 and pays[0] > gains[group[0]]:
                gains[group[0]], best[group[0]] = pays[0], days[0]
            if (pays > zero[list(group)]).all() and float(pays.min()) > most:
                most, who = float(pays.min()), group
    gains = np.where(np.isinf(gains), 0.0, gains)
    names = tuple(game.parties[i] for i in who)
    return PathCertificate(game.parties, gains, zero, names, most, coalitions, done, best)


def _groups(n: int, size: int) -> Iterator[tuple[int, ...]]:
    return (c for k in range(1, size + 1) for c in combinations(range(n), k))


def _periods(name: str, value: ArrayLike, n: int) -> FloatArray:
    periods = np.asarray(whole(name, value))
    if periods.ndim > 1 or (periods.ndim and periods.shape != (n,)):
        invalid(f"{name}.shape", periods.shape, f"one number or ({n},), one for each party")
    return np.broadcast_to(periods, (n,))
