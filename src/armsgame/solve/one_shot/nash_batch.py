"""All equilibria of many small bimatrix games in one call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from armsgame._checks import as_fraction, check_flag
from armsgame._shown import Framed, Table, Value
from armsgame._threads import in_blocks, limited
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray, NumberArray
from armsgame.errors import InvalidGame, WrongConcept, invalid
from armsgame.games.coercion import game_of
from armsgame.games.stage import StageGame
from armsgame.solve.one_shot.bimatrix_exact import extreme_equilibria, most_vertices, support_order

_LARGEST = 6
# fewest games worth a thread of their own
_LEAST = 2048


@dataclass(frozen=True, slots=True, eq=False)
class NashBatch(Framed, Value):
    """Equilibria of a batch of bimatrix games as padded arrays.

    Attributes
    ----------
    count : int array ``[*B]``
        Equilibria listed per game, at the front of axis K; the rest is NaN.
    profiles : two arrays ``[*B, K, m]``, ``[*B, K, n]``
        Mixed strategies of the row and of the column player.
    payoffs : array ``[*B, K, 2]``
    max_gain : array ``[*B, K]``
        Largest gain of a pure action, from the raw payoffs, in payoff units; zero up to rounding.
    degenerate : bool array ``[*B]``
        True where a tie (a best reply that is not unique, or a singular support system) is present
        or cannot be excluded in floats. All other games are complete.
    complete : bool array ``[*B]``
        Whether every (extreme) equilibrium of the game is listed.
    """

    count: IntArray
    profiles: tuple[FloatArray, FloatArray]
    payoffs: FloatArray
    max_gain: FloatArray
    degenerate: BoolArray
    complete: BoolArray

    def __len__(self) -> int:
        return len(self.count)

    def _table(self) -> Table:
        """One row for each game (its place in the batch, flat) and equilibrium."""
        count = self.count.ravel()
        game = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(game)) - np.repeat(np.cumsum(count) - count, count)
        columns: dict[str, object] = {"game": game, "equilibrium": number}
        for side, mixes in zip(("row", "column"), self.profiles, strict=True):
            used = mixes.reshape(len(count), *mixes.shape[-2:])[game, number]
            columns |= {f"{side} {a}": used[:, a] for a in range(used.shape[1])}
        pays = self.payoffs.reshape(len(count), -1, 2)[game, number]
        return columns | {"row payoff": pays[:, 0], "column payoff": pays[:, 1]}

    def __str__(self) -> str:
        tally = np.bincount(self.count.ravel())
        parts = ", ".join(f"{many} with {k}" for k, many in enumerate(tally) if many)
        return (
            f"NashBatch of {self.count.size} games {self.count.shape}: equilibria per game: {parts}; "
            f"{int(self.degenerate.sum())} flagged degenerate, {int(self.complete.sum())} complete"
        )


def nash_batch(
    payoffs: ArrayLike | StageGame,
    *,
    exact_degenerate: bool = False,
    threads: int | None = None,
    budget_seconds: float | None = None,
) -> NashBatch:
    """Find all equilibria of every game of a batch, with a flag where floats cannot prove it.

    Parameters
    ----------
    payoffs : array_like or StageGame
        Shape ``[*B, 2, m, n]``, both matrices indexed [row, column]; m and n at most 6.
    exact_degenerate : bool
        Solve flagged games again in integers: all extreme equilibria. Otherwise they list the
        equilibria that floats prove, pure ones at least.
    threads : int, optional
        Threads of the compiled loop. The numbers do not depend on it.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    NashBatch

    Raises
    ------
    InvalidGame
        Ragged, empty, NaN or infinite payoffs; more than 6 actions (use `nash` game by game).
    WrongConcept
        Games of other than two players.

    Notes
    -----
    2x2 and 3x3 games use closed forms on exact signs of payoff differences; other sizes walk the
    best-response polytopes. A decision nearer to zero than its rounding error flags the game, so an
    unflagged game is nondegenerate and has exactly the listed equilibria.

    Examples
    --------
    >>> import numpy as np
    >>> temptation = np.array([0.5, 1.5])
    >>> row = np.stack([np.stack([np.ones(2), -np.ones(2)], -1), np.stack([temptation, np.zeros(2)], -1)], -2)
    >>> nash_batch(np.stack([row, np.swapaxes(row, -1, -2)], axis=-3)).count
    array([3, 1])
    """
    check_flag("exact_degenerate", exact_degenerate)
    games = batch_of(payoffs, "nash_batch")
    batch, (m, n) = games.shape[:-3], games.shape[-2:]
    flat = read_only(games.reshape(-1, 2, m, n))
    with limited(threads):
        from armsgame._kernels.bimatrix import mark_not_finite

        found = np.zeros(1, bool)
        in_blocks(mark_not_finite, flat.size, 1 << 16, flat.reshape(-1), found)
        if found[0]:
            refuse_not_finite(games)
        x, y, pay, gain, count, flag = solved(flat)
    complete = ~flag
    if exact_degenerate and flag.any():
        x, y, pay, gain = _exact(flat, np.flatnonzero(flag), x, y, pay, gain, count)
        complete[:] = True
    shaped = [a.reshape((*batch, *a.shape[1:])) for a in (count, x, y, pay, gain, flag, complete)]
    for a in shaped:
        a.setflags(write=False)
    return NashBatch(shaped[0], (shaped[1], shaped[2]), *shaped[3:])


def solved(flat: FloatArray) -> list[NumberArray]:
    """Mixes [N, K, m] and [N, K, n], payoffs, gains, counts and flags of games [N, 2, m, n] of finite payoffs."""
    kernel, width, extra = _kernel(*flat.shape[2:])
    flat = read_only(flat)
    arrays = _run(kernel, flat, width, extra)
    most = int(arrays[4].max(initial=1))
    if most > width:
        arrays = _run(kernel, flat, most, extra)
    return [a if k > 3 else a[:, : max(most, 1)] for k, a in enumerate(arrays)]


def read_only(flat: FloatArray) -> FloatArray:
    """Return the games in one layout, always read-only: numba would compile once more for writable arrays."""
    flat = np.ascontiguousarray(flat).view()
    flat.setflags(write=False)
    return flat


def batch_of(payoffs: ArrayLike | StageGame, verb: str) -> FloatArray:
    """Return two-player payoffs [*B, 2, m, n] in float64, m and n at most 6, or raise the house error."""
    if not isinstance(payoffs, (np.ndarray, list, tuple)):
        stage = game_of(verb, payoffs, StageGame)
        if len(stage.players) != 2:
            raise WrongConcept(f"{verb} solves two-player games; these have {len(stage.players)}. Use nash.")
        games = stage.payoffs
    else:
        try:
            games = np.asarray(payoffs, dtype=np.float64)
        except (TypeError, ValueError) as fault:
            raise InvalidGame(
                f"payoffs cannot be read as an array of numbers ({fault}); allowed: a rectangular array [*B, 2, m, n]."
            ) from None
    if games.ndim < 3 or games.shape[-3] != 2:
        invalid("payoffs.shape", games.shape, "[*B, 2, m, n]: the players before rows and columns")
    if 0 in games.shape[-2:]:
        invalid("payoffs.shape", games.shape, "at least one action per player")
    if max(games.shape[-2:]) > _LARGEST:
        invalid(
            "payoffs.shape",
            games.shape,
            f"at most {_LARGEST} actions per player in a batch",
            "Larger games are solved one at a time by nash(StageGame(payoffs[k])).",
        )
    return games


def refuse_not_finite(games: FloatArray) -> None:
    """Name the first number that is infinite or NaN, if there is one."""
    if not np.isfinite(games).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(games))[0])
        invalid(f"payoffs{list(where)}", float(games[where]), "finite numbers", "Replace NaN and infinities.")


def _kernel(m: int, n: int) -> tuple[Callable[..., None], int, tuple[int, ...]]:
    """Compiled loop, first width of axis K (a guess; the loop is run again where it is short), extra arguments."""
    if (m, n) == (2, 2):
        from armsgame._kernels.bimatrix import two_by_two

        return two_by_two, 3, ()
    if (m, n) == (3, 3):
        from armsgame._kernels.bimatrix_blocks import three_by_three

        return three_by_three, 7, ()
    from armsgame._kernels.vertices import small_games

    return small_games, 8, (most_vertices(m, n) + 1,)


def _run(kernel: Callable[..., None], flat: FloatArray, width: int, extra: tuple[int, ...]) -> list[NumberArray]:
    total, _, m, n = flat.shape
    # one piece of memory for all four: from 4 MB on NumPy asks for large pages, which cost far fewer page faults
    room = np.empty(total * width * (m + n + 3))
    ends = np.cumsum([total * width * k for k in (m, n, 2)])
    arrays: list[NumberArray] = [
        piece.reshape(total, width, *more)
        for piece, more in zip(np.split(room, ends), ((m,), (n,), (2,), ()), strict=True)
    ]
    arrays += [np.empty(total, np.int64), np.empty(total, np.bool_)]
    in_blocks(kernel, total, _LEAST, flat, *extra, *arrays)
    return arrays


def _exact(
    flat: FloatArray,
    flagged: IntArray,
    x: FloatArray,
    y: FloatArray,
    pay: FloatArray,
    gain: FloatArray,
    count: IntArray,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Replace the answers of flagged games by their extreme equilibria; count is changed in place."""
    known: dict[bytes, tuple[FloatArray, FloatArray]] = {}
    answers = []
    for g in flagged:
        key = flat[g].tobytes()
        if key not in known:
            known[key] = _extreme(flat[g])
        answers.append(known[key])
        count[g] = len(known[key][0])
    width = max(int(count.max(initial=1)), 1)
    out = []
    for a in (x, y, pay, gain):
        wide = np.full((len(flat), width, *a.shape[2:]), np.nan)
        wide[:, : a.shape[1]] = a[:, :width]
        wide[flagged] = np.nan
        out.append(wide)
    for g, (rows, columns) in zip(flagged, answers, strict=True):
        k = len(rows)
        # half payoffs cannot overflow in a sum of weights; gains are doubled again
        half = flat[g] * 0.5
        own = np.einsum("ij,kj->ki", half[0], columns), np.einsum("ij,ki->kj", half[1], rows)
        got = np.stack([(own[0] * rows).sum(axis=1), (own[1] * columns).sum(axis=1)], axis=1)
        tops = np.stack([own[0].max(axis=1), own[1].max(axis=1)], axis=1)
        out[0][g, :k], out[1][g, :k], out[2][g, :k] = rows, columns, got * 2
        out[3][g, :k] = np.maximum((tops - got).max(axis=1) * 2, 0.0)
    return out[0], out[1], out[2], out[3]


def _extreme(game: FloatArray) -> tuple[FloatArray, FloatArray]:
    A, B = ([[as_fraction(v) for v in row] for row in table.tolist()] for table in game)
    answer = extreme_equilibria(A, B)
    assert answer is not None
    X, Y, pairs = answer
    found = sorted(((X[p], Y[q]) for p, q in pairs), key=support_order)
    return np.array([x for x, _ in found], dtype=float), np.array([y for _, y in found], dtype=float)
