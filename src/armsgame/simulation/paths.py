"""Sampled trajectories of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from armsgame._typing import FloatArray, RNGLike
from armsgame.errors import InvalidGame, invalid
from armsgame.games.checks import check_probability
from armsgame.games.dynamics import Dynamics, Play, lower
from armsgame.games.product import slip
from armsgame.games.result import check_discount
from armsgame.simulation.exact import check_count
from armsgame.simulation.lowering import LIMIT, chain_tables
from armsgame.simulation.trajectories import Trajectories

__all__ = ["philox_key", "running_sums", "seed_sequence", "simulate"]

_CELLS = 4_000_000_000


def simulate(
    game: Any,
    profile: Sequence[Any],
    *,
    discount: float,
    periods: int,
    paths: int,
    rng: RNGLike = None,
    error: float = 0.0,
    keep: bool = False,
    kernel: str = "auto",
) -> Trajectories:
    """Play a profile many times.

    Parameters
    ----------
    game : RepeatedGame or StochasticGame
    profile : sequence of strategies, one per player
    discount : float
        Per period; weighs the payoffs.
    periods, paths : int
        Horizon T and number of paths N.
    rng : int, SeedSequence, Generator or None
        Seed of the streams. Path n reads the streams (n, party) and (n, nature) of Philox
        4x32-10, so numbers do not depend on threads, more paths leave the first ones unchanged,
        and two scenarios with one seed share their draws (common random numbers).
    error : float
        Probability per party and period of another action than intended.
    keep : bool
        Keep states and action profiles [N, T]; otherwise memory does not grow with T.
    kernel : {"auto", "general", "product"}
        ``"product"`` lowers the profile to its product chain and makes one table look-up per
        period; ``"general"`` draws every party's action and nature's move apart. ``"auto"`` takes
        the product where its tables have at most 4,096 pairs and 262,144 outcomes, whatever the
        number of paths. ``provenance["kernel"]`` says which one ran.

    Returns
    -------
    Trajectories

    Raises
    ------
    InvalidGame
        Counts that are not positive whole numbers, more cells than can be kept, or a product
        that is too large for the kernel asked for.

    Notes
    -----
    Uniforms have 32 bits: probabilities are met to 2.4e-10. Where every action is certain the two
    kernels give the same paths bit for bit. Where parties draw their actions the laws are the
    same, the paths are not: to compare scenarios path by path, run them with one kernel.
    """
    count, horizon = check_count("paths", paths), check_count("periods", periods)
    check_discount(discount)
    check_probability("error", error)
    if keep and count * horizon > _CELLS:
        raise InvalidGame(
            f"keep=True needs {count * horizon:.3g} cells (limit {_CELLS:.0g}). Use keep=False, or fewer paths."
        )
    if kernel not in ("auto", "general", "product"):
        invalid("kernel", kernel, "'auto', 'general' or 'product'")
    play = lower(game, profile)
    dyn = play.dynamics
    names = tuple(dyn.events)
    bits = np.zeros(len(dyn.prob), np.int64)
    for e, name in enumerate(names):
        bits |= dyn.events[name].astype(np.int64) << e
    cum = running_sums(dyn)
    key, seed = philox_key(rng)
    pay = np.empty((count, len(dyn.players)))
    when = np.empty((count, len(names)), np.int32)
    last = np.empty(count, np.int64)
    wide = np.int8 if max(len(dyn.states), int(np.diff(dyn.first).max())) <= 127 else np.int16
    kept = [np.empty((count, horizon) if keep else (count, 0), wide) for _ in range(2)]
    tables = None if kernel == "general" else chain_tables(play, error, cum)
    if tables is None and kernel == "product":
        raise InvalidGame(
            f"kernel='product' needs more than {LIMIT[0]:,} pairs or {LIMIT[1]:,} outcomes for this profile; "
            "allowed: smaller automata. Use kernel='auto' or 'general'."
        )
    outputs = (pay, when, last)
    if tables is not None:
        from armsgame._kernels.chain import run

        run(
            tables.guide, tables.depth, tables.top, tables.ahead, tables.payoffs, bits[tables.branch], float(discount),
            horizon, 0, count, len(names), key, *outputs, tables.state, tables.row, *kept,
        )  # fmt: skip
    else:
        from armsgame._kernels.paths import walk

        laws, law_at, sure = _laws(play, error)
        shape = np.array([dyn.shape(s) for s in range(len(dyn.states))])
        walk(
            dyn.first, shape, np.ascontiguousarray(dyn.payoffs, float), dyn.branch, cum, dyn.target, bits, laws, law_at,
            sure, _moves(play), dyn.start, np.array(play.initial), float(discount), horizon, 0, count, len(names), key,
            *outputs, *kept,
        )  # fmt: skip
    import armsgame

    return Trajectories(
        players=dyn.players,
        periods=horizon,
        first={name: when[:, e] for e, name in enumerate(names)},
        payoffs=pay,
        last={name: ((last >> e) & 1).astype(bool) for e, name in enumerate(names)},
        states=kept[0],
        profiles=kept[1],
        state_labels=dyn.states,
        provenance={
            "seed": seed,
            "discount": float(discount),
            "periods": horizon,
            "error": float(error),
            "kernel": "general" if tables is None else "product",
            "armsgame": armsgame.__version__,
        },
    )


def running_sums(dyn: Dynamics) -> FloatArray:
    """Sum up the probabilities [branches] of each row; the last branch takes what rounding leaves."""
    cum: Any = np.cumsum(dyn.prob)
    starts = dyn.branch[:-1]
    cum = cum - np.repeat(np.concatenate([[0.0], cum])[starts], np.diff(dyn.branch))
    cum[dyn.branch[1:] - 1] = 1.0
    return np.asarray(cum, dtype=float)


def _moves(play: Play) -> Any:
    width = max(m.shape[0] for m in play.moves)
    moves = np.zeros((len(play.moves), width, len(play.dynamics.prob)), np.int32)
    for i, table in enumerate(play.moves):
        moves[i, : table.shape[0]] = table
    return moves


def _laws(play: Play, error: float) -> tuple[Any, Any, Any]:
    dyn = play.dynamics
    width = max(max(dyn.shape(s)) for s in range(len(dyn.states)))
    depth = max(m.shape[0] for m in play.moves)
    place = np.zeros((len(dyn.players), len(dyn.states), depth), np.int64)
    rows: dict[bytes, int] = {}
    table: list[Any] = []
    sure: list[int] = []
    for i, own in enumerate(play.laws):
        for s, law in enumerate(own):
            for q, probs in enumerate(law):
                realised = slip(probs, error)
                cum = np.ones(width)
                cum[: len(realised)] = np.cumsum(realised)
                cum[len(realised) - 1 :] = 1.0
                code = cum.tobytes()  # the padding is ones, so equal rows are equal laws
                if code not in rows:
                    rows[code] = len(table)
                    table.append(cum)
                    certain = np.flatnonzero(realised == 1)
                    sure.append(int(certain[0]) if len(certain) else -1)
                place[i, s, q] = rows[code]
    return np.array(table), place, np.array(sure)


def seed_sequence(rng: RNGLike) -> np.random.SeedSequence:
    """Seed sequence of an ``rng`` argument."""
    if isinstance(rng, np.random.Generator):
        rng = int(rng.integers(0, 2**63))
    if isinstance(rng, bool) or not (rng is None or isinstance(rng, (int, np.integer, np.random.SeedSequence))):
        invalid("rng", rng, "a whole number, a SeedSequence, a Generator or None")
    if isinstance(rng, (int, np.integer)) and rng < 0:
        invalid("rng", rng, "a whole number of at least 0")
    return rng if isinstance(rng, np.random.SeedSequence) else np.random.SeedSequence(rng)


def philox_key(rng: RNGLike) -> tuple[np.uint64, Any]:
    """64-bit Philox key, and the seed that gives it again as ``rng=`` (spawned sequences add their key)."""
    sequence = seed_sequence(rng)
    seed = sequence.entropy if not sequence.spawn_key else f"{sequence.entropy}, spawn_key={sequence.spawn_key}"
    return sequence.generate_state(1, np.uint64)[0], seed
