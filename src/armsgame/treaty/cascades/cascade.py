"""Exit cascades: who stays in a treaty of n parties, up to which threat, and what a little doubt selects."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import check_whole
from armsgame._shown import Drawn, Framed, Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, Truth
from armsgame.arithmetic.tolerance import UNIT, ZERO
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.treaty.cascades.exit_game import LARGEST, ExitGame, PartyEvidence, members, names_of, rows_by_party
from armsgame.treaty.cascades.exit_path import ExitPath, PathCertificate, path, verify_path
from armsgame.treaty.cascades.whole_sets import whole_sets

if TYPE_CHECKING:
    import pandas

__all__ = [
    "CascadeCertificate",
    "ExitGame",
    "ExitLevels",
    "ExitPath",
    "PathCertificate",
    "Selection",
    "Stayers",
    "all_equilibria",
    "equilibria",
    "exit_levels",
    "path",
    "selection",
    "verify",
    "verify_path",
]


@dataclass(frozen=True, slots=True, eq=False)
class Stayers(Framed, Value):
    """Greatest and least equilibrium of an exit game at one threat.

    Attributes
    ----------
    parties : tuple of str
    greatest, least : arrays of bool ``[*B, n]``, who stays; every other equilibrium lies between them
    rounds : int, rounds of best replies that the longer of the two searches took
    """

    parties: tuple[str, ...]
    greatest: BoolArray
    least: BoolArray
    rounds: int

    @property
    def unique(self) -> Truth:
        """Whether both are the same: a bool, or an array ``[*B]``."""
        same = (self.greatest == self.least).all(axis=-1)
        return bool(same) if same.ndim == 0 else same

    def __str__(self) -> str:
        if self.greatest.ndim > 1:
            share = float(np.mean(self.unique))
            return (
                f"Stayers of a batch of shape {self.greatest.shape[:-1]}: one equilibrium in {share:.0%} of the games"
            )
        most, fewest = names_of(self.parties, self.greatest), names_of(self.parties, self.least)
        return f"One equilibrium: {most} stay" if self.unique else f"At most {most} stay; at least {fewest} stay"

    def to_frame(self) -> pandas.DataFrame:
        """One row a party (and a game of the batch)."""
        return rows_by_party(self.parties, {"stays_in_greatest": self.greatest, "stays_in_least": self.least})


def equilibria(game: ExitGame, threat: ArrayLike = 0.0) -> Stayers:
    """Greatest and least equilibrium at a threat, by monotone best replies.

    Parameters
    ----------
    game : ExitGame
        Or a batch of them.
    threat : float or array ``[*B]``
        Broadcasts with the batch.

    Returns
    -------
    Stayers

    Notes
    -----
    From "all stay" best replies only remove parties, from "nobody stays" they only add some; both stop after at
    most n rounds, at the greatest and the least equilibrium (Milgrom and Roberts 1990, theorem 5). A party that is
    indifferent stays.

    Examples
    --------
    >>> game = ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.5])
    >>> print(equilibria(game))
    At most A, B, C stay; at least nobody stay
    >>> print(equilibria(game, threat=1))
    One equilibrium: nobody stay
    """
    _checked(game)
    at = np.asarray(threat, dtype=np.float64)
    game.outside_at(at)
    shape = np.broadcast_shapes(game.alone.shape, (*at.shape, 1))
    ends, most = [], 0
    for start in (True, False):
        stays = np.full(shape, start)
        for turn in range(shape[-1] + 1):
            most = max(most, turn)
            reply = game.wants_to_stay(stays, at)
            # rounding must not bring back who has left
            reply = stays & reply if start else stays | reply
            if np.array_equal(reply, stays):
                break
            stays = reply
        ends.append(stays)
    return Stayers(game.parties, ends[0], ends[1], most)


def all_equilibria(game: ExitGame, threat: float = 0.0) -> BoolArray:
    """Every equilibrium in pure actions of one game, by looking at all sets of stayers.

    Parameters
    ----------
    game : ExitGame
        One game of at most 16 parties.
    threat : float

    Returns
    -------
    array of bool ``[K, n]``
        From the fewest stayers to the most.

    Examples
    --------
    >>> game = ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.5])
    >>> all_equilibria(game).sum(axis=-1).tolist()
    [0, 3]
    """
    _single(game)
    sets = members(_few(game))
    fits = (game.wants_to_stay(sets, threat) == sets).all(axis=-1)
    found: BoolArray = sets[fits][np.argsort(sets[fits].sum(axis=-1), kind="stable")]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class ExitLevels(Framed, Drawn, Value):
    """Threat up to which each party stays, in the greatest and in the least equilibrium.

    Attributes
    ----------
    parties : tuple of str
    greatest, least : arrays ``[*B, n]``, in units of the threat; a party stays at its level itself
    """

    parties: tuple[str, ...]
    greatest: FloatArray
    least: FloatArray

    def __str__(self) -> str:
        if self.greatest.ndim > 1:
            return f"Exit levels of {len(self.parties)} parties, a batch of shape {self.greatest.shape[:-1]}"
        ends = zip(self.parties, self.least, self.greatest, strict=True)
        return "Leaves above a threat of: " + "; ".join(
            f"{p} {low:.5g}" if low == high else f"{p} {low:.5g} to {high:.5g}" for p, low, high in ends
        )

    def to_frame(self) -> pandas.DataFrame:
        """One row a party (and a game of the batch)."""
        return rows_by_party(self.parties, {"level_greatest": self.greatest, "level_least": self.least})


def exit_levels(game: ExitGame) -> ExitLevels:
    """Threat above which each party leaves, in closed form per party.

    Parameters
    ----------
    game : ExitGame
        Or a batch of them.

    Returns
    -------
    ExitLevels

    Notes
    -----
    With ``level_j(S) = (b_j(S) - outside_j) / exposure_j`` the party i stays in the greatest equilibrium iff the
    threat is at most the largest, over the sets S that hold i, of the least level_j(S) in S; in the least
    equilibrium iff it is at most the least, over the sets O of leavers that hold i, of the largest level_j of O
    when just the others stay. Both are found by taking out (or in) the weakest (or keenest) party n times at
    most; the own derivation is on the theory page.

    Examples
    --------
    >>> print(exit_levels(ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.2])))
    Leaves above a threat of: A -0.5 to 0.5; B -0.5 to 0.5; C -0.5 to 0.5
    >>> print(exit_levels(ExitGame(["A", "B"], alone=[2, 0], weights=1, outside=0)))
    Leaves above a threat of: A 2; B 1
    """
    _checked(game)
    ends = []
    for sign in (1.0, -1.0):
        # the weakest leaves first of all stayers; the keenest enters first among none
        stays = np.full(game.alone.shape, sign > 0)
        level, reached = np.zeros(stays.shape), np.full((*stays.shape[:-1], 1), -np.inf)
        waits = np.ones(stays.shape, dtype=bool)
        while waits.any():
            own = np.where(waits, sign * game.level(stays), np.inf)
            # games that are done wait at 0 for the others of the batch
            least = np.where(waits.any(axis=-1, keepdims=True), own.min(axis=-1, keepdims=True), 0.0)
            tie = game.zero(sign * least[..., 0]) / game.exposure
            within = (waits & (own <= reached + tie)).any(axis=-1, keepdims=True)
            # a level that rounding alone puts above the one reached is the same level
            reached = np.where(within, reached, least)
            moves = waits & (own <= reached + tie)
            level = np.where(moves, sign * reached, level)
            waits = waits & ~moves
            stays = stays ^ moves
        ends.append(level)
    return ExitLevels(game.parties, ends[0], ends[1])


@dataclass(frozen=True, slots=True, eq=False)
class CascadeCertificate(PartyEvidence):
    """What switching would bring, party by party and for coalitions up to a stated size.

    Attributes
    ----------
    parties : tuple of str
    stays : array of bool ``[n]``, the profile that was checked
    threat : float
    gains : array ``[n]``, gain of each party by switching alone
    tolerances : array ``[n]``, what counts as a tie
    coalition : tuple of str, the coalition whose members would all gain most; empty where none was found
    coalition_gain : float, what its least gainer gains (0 without one)
    size : int, coalitions of up to so many parties were enumerated
    enumerated : int, how many that were
    """

    stays: BoolArray
    threat: float

    @property
    def kind(self) -> str:
        """What is proved: ``"equilibrium"``, or ``"none"``."""
        return "equilibrium" if self.ok else "none"

    def __str__(self) -> str:
        k = int(np.argmax(self.gains - self.tolerances))
        head = "Equilibrium" if self.ok else f"Refuted: {self.parties[k]} gains {self.gains[k]:.5g} by switching"
        many = f"{self.enumerated} coalitions of up to {self.size} of {len(self.parties)} parties"
        return f"{head}; {many}: {self._together('none of them gains', 'ones')}"

    def to_frame(self) -> pandas.DataFrame:
        """One row a party."""
        return rows_by_party(self.parties, {"stays": self.stays, "gain": self.gains, "tolerance": self.tolerances})


def verify(game: ExitGame, stays: ArrayLike, threat: float = 0.0, *, coalitions: int = 2) -> CascadeCertificate:
    """Check who stays against switches of one party and of coalitions.

    Parameters
    ----------
    game : ExitGame
        One game.
    stays : array_like of bool ``[n]``
    threat : float
    coalitions : int, between 1 and n
        Largest coalition that is enumerated. All its members switch at once, and it refutes if each of them gains.

    Returns
    -------
    CascadeCertificate

    Raises
    ------
    InvalidGame
        More than two million coalitions: ask for smaller ones.

    Notes
    -----
    The greatest equilibrium stands against coalitions of any size (theory page); the least does not where the
    parties between both gain by staying together.

    Examples
    --------
    >>> game = ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.5])
    >>> print(verify(game, [False, False, False], coalitions=3))
    Equilibrium; 7 coalitions of up to 3 of 3 parties: A, B, C together gain at least 0.5 each
    """
    _single(game)
    n = len(game.parties)
    profile = np.asarray(stays, dtype=bool)
    if profile.shape != (n,):
        invalid("stays.shape", profile.shape, f"({n},), one for each party")
    coalitions = check_whole("coalitions", coalitions, 1, n)
    count = sum(comb(n, k) for k in range(1, coalitions + 1))
    if count > 2_000_000:
        invalid("coalitions", coalitions, "a size with at most 2000000 coalitions", f"There are {count}.")
    out, zero = game.outside_at(threat), game.zero(threat)
    now: FloatArray = np.where(profile, game.benefits(profile), out)
    # a party's own action does not enter the benefit of staying
    alone = np.where(profile, out, game.benefits(profile)) - now
    best = 0.0
    who: tuple[int, ...] = ()
    for size in range(1, coalitions + 1):
        for chosen in combinations(range(n), size):
            switched = profile.copy()
            switched[list(chosen)] ^= True
            pays = np.where(switched, game.benefits(switched), out)[list(chosen)] - now[list(chosen)]
            if (pays > zero[list(chosen)]).all() and float(pays.min()) > best:
                best, who = float(pays.min()), chosen
    names = tuple(game.parties[i] for i in who)
    return CascadeCertificate(game.parties, alone, zero, names, best, coalitions, count, profile, float(threat))


@dataclass(frozen=True, slots=True, eq=False)
class Selection(Framed, Value):
    """Threat up to which each party stays if all are a little unsure of the threat: a selection, not a proof.

    Attributes
    ----------
    parties : tuple of str
    level : array ``[*B, n]``, in units of the threat; between the levels of the least and the greatest equilibrium
    """

    parties: tuple[str, ...]
    level: FloatArray

    def __str__(self) -> str:
        if self.level.ndim > 1:
            text = f"{len(self.parties)} parties, a batch of shape {self.level.shape[:-1]}"
        else:
            text = "; ".join(f"{p} {x:.5g}" for p, x in zip(self.parties, self.level, strict=True))
        return f"With a little doubt leaves above a threat of: {text} (a selection among equilibria, not a proof)"

    def to_frame(self) -> pandas.DataFrame:
        """One row a party (and a game of the batch)."""
        return rows_by_party(self.parties, {"level": self.level})


def selection(game: ExitGame) -> Selection:
    """Select one equilibrium at each threat as if every party saw the threat with a little private doubt.

    Parameters
    ----------
    game : ExitGame
        At most 16 parties whose ties are mutual, ``weights[i, j] == weights[j, i]`` (or, for a table, benefits
        that come from one potential).

    Returns
    -------
    Selection

    Raises
    ------
    WrongConcept
        One-sided ties: what little doubt selects may then depend on the kind of doubt.

    Notes
    -----
    In the global game each party sees the threat plus an own error, and the errors shrink to nothing (Carlsson and van
    Damme 1993; Morris and Shin 1998). With a potential, the limit is the set of stayers that maximises the
    potential, whatever the law of the errors (Frankel, Morris and Pauzner 2003, Journal of Economic Theory
    108). Alike parties leave where the benefit, averaged over all numbers of other stayers as equally likely,
    equals the outside value. This is a reason to look at one equilibrium first; all others remain
    equilibria of the game without doubt.

    Examples
    --------
    >>> print(selection(ExitGame(["A", "B", "C"], alone=0, weights=1, outside=0)))
    With a little doubt leaves above a threat of: A 1; B 1; C 1 (a selection among equilibria, not a proof)
    """
    _checked(game)
    n = _few(game)
    sets = members(n)
    size = (*game.shape, 2**n)
    worth, grows = np.zeros(size), np.zeros(size)
    pays = np.stack([game.benefits(s) - game.outside for s in sets], axis=-2)
    for m in range(1, 2**n):
        i = (m & -m).bit_length() - 1
        worth[..., m] = worth[..., m & (m - 1)] + pays[..., m, i]
        grows[..., m] = grows[..., m & (m - 1)] + game.exposure[..., i]
    zero = n * (ZERO * np.ptp(pays) + 4 * UNIT * np.abs(pays).max())
    for i in range(n):
        held = np.flatnonzero(sets[:, i])
        if (abs(worth[..., held] - worth[..., held ^ 1 << i] - pays[..., held, i]) > zero).any():
            raise WrongConcept(
                "selection needs ties that are mutual, weights[i, j] == weights[j, i]: without a potential, what "
                "a little doubt selects may depend on its kind; equilibria and exit_levels need no such condition."
            )
    level = whole_sets(worth.reshape(-1, 2**n), grows.reshape(-1, 2**n), sets)
    return Selection(game.parties, level.reshape(*game.shape, n))


def _checked(game: object) -> None:
    if not isinstance(game, ExitGame):
        raise WrongConcept("this verb reads exit games: ag.treaty.cascade.ExitGame(parties, alone, weights, outside).")


def _single(game: ExitGame) -> None:
    _checked(game)
    if game.shape:
        raise InvalidGame(
            f"game is a batch of shape {game.shape}; allowed: one game. Build it from one row of numbers."
        )


def _few(game: ExitGame) -> int:
    n = len(game.parties)
    if n > LARGEST:
        invalid("parties", f"{n} names", f"at most {LARGEST}, for all sets of them are listed")
    return n
