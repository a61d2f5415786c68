"""Bimatrix games against quantecon in one process, printed as a table.

Run: python benchmarks/bimatrix.py [games in the exactness check, default 20000]
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import numba
import numpy as np
import quantecon.game_theory as gt

import armsgame as ag
from armsgame._kernels.lemke import path
from armsgame.solve.one_shot.bimatrix import _scaled
from armsgame.solve.one_shot.bimatrix_exact import extreme_equilibria
from armsgame.solve.one_shot.methods import LemkeHowson
from armsgame.solve.one_shot.nash import nash
from armsgame.solve.one_shot.nash_batch import NashBatch, nash_batch


def clock(call: Callable[[], object], repeats: int) -> float:
    call()
    best = np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best


def topology() -> None:
    lines = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout.splitlines()
    wanted = ("Model name", "CPU(s):", "Thread(s) per core", "Core(s) per socket", "Socket(s)", "L2", "L3")
    for line in lines:
        if line.startswith(wanted):
            print("  ", " ".join(line.split()))


def peer_supports(games: np.ndarray) -> int:
    """Build quantecon games from the arrays and enumerate supports."""
    count = 0
    for A, B in games:
        game = gt.NormalFormGame((gt.Player(A), gt.Player(np.ascontiguousarray(B.T))))
        count += len(gt.support_enumeration(game))
    return count


def batches() -> None:
    for k, goal in ((2, 150), (3, 60)):
        games = np.random.default_rng(k).normal(size=(10_000, 2, k, k))
        ours = clock(lambda g=games: nash_batch(g, threads=1), 30)
        theirs = clock(lambda g=games: peer_supports(g), 3)
        same = peer_supports(games) == nash_batch(games).count.sum()
        print(
            f"10,000 random {k}x{k}: ours {1e4 / ours / 1e6:6.2f} M games/s, quantecon {1e4 / theirs / 1e3:6.1f} k "
            f"games/s, ratio {theirs / ours:6.0f} (goal {goal}), same number of equilibria: {same}"
        )


def million() -> None:
    games = np.random.default_rng(5).normal(size=(1_000_000, 2, 2, 2))
    one = clock(lambda: nash_batch(games, threads=1), 5)
    print(f"1,000,000 2x2 games, one thread: {one:.3f} s (goal 0.5)")
    if numba.config.NUMBA_NUM_THREADS < 2:
        print("two threads: only one core here")
        return
    two = clock(lambda: nash_batch(games, threads=2), 5)
    print(f"                     two threads: {two:.3f} s, ratio {one / two:.2f} (goal 1.7)")
    games = np.random.default_rng(6).normal(size=(1_000_000, 2, 3, 3))
    one, two = (clock(lambda t=t: nash_batch(games, threads=t), 3) for t in (1, 2))
    print(f"1,000,000 3x3 games: one thread {one:.3f} s, two {two:.3f} s, ratio {one / two:.2f} (goal 1.7)")


def single() -> None:
    for n in (6, 8, 10, 12):
        ours = theirs = 0.0
        for seed in range(10):
            A, B = np.random.default_rng(seed).normal(size=(2, n, n))
            stage = ag.StageGame.from_bimatrix(A, B)
            game = gt.NormalFormGame((gt.Player(A), gt.Player(np.ascontiguousarray(B.T))))
            ours += clock(lambda s=stage: nash(s), 5)
            theirs += clock(lambda g=game: gt.vertex_enumeration(g), 5)
        print(
            f"{n}x{n} vertex enumeration, mean of 10 games: ours {ours * 100:7.2f} ms with certificates, quantecon "
            f"{theirs * 100:7.2f} ms, ratio {theirs / ours:.2f} (goal 1)"
        )


def paths() -> None:
    most = 20_000
    # both sides are compiled before the clock runs
    gt.lemke_howson(gt.random_game((3, 3), random_state=0))
    path(np.full((2, 2), 1.5) + np.eye(2) / 2, np.full((2, 2), 1.5), 0, 10)
    for n in (50, 200):
        failed = pivots = steps = 0
        ours = theirs = 0.0
        for seed in range(20):
            A, B = np.random.default_rng(seed).normal(size=(2, n, n))
            failed += not nash(ag.StageGame.from_bimatrix(A, B), method=LemkeHowson(0), throw=False)
            P, Q = np.ascontiguousarray(_scaled(B).T), _scaled(A)
            game = gt.NormalFormGame((gt.Player(A), gt.Player(np.ascontiguousarray(B.T))))
            # some paths are longer than 20,000 pivots: the time per pivot needs no end
            start = time.perf_counter()
            pivots += abs(path(P, Q, 0, most)[2])
            ours += time.perf_counter() - start
            start = time.perf_counter()
            steps += gt.lemke_howson(game, max_iter=most, full_output=True)[1].num_iter
            theirs += time.perf_counter() - start
        print(
            f"Lemke-Howson {n}x{n}, 20 games: {failed} failed; {ours / pivots * 1e6:.1f} us per pivot, quantecon "
            f"{theirs / steps * 1e6:.1f} us, ratio {(ours / pivots) / (theirs / steps):.2f} (goal 2)"
        )


def _lists(table: np.ndarray) -> list[list[Fraction]]:
    return [[Fraction(v) for v in row] for row in table.tolist()]


def compare(games: np.ndarray, plain: NashBatch, exact: NashBatch) -> tuple[int, int]:
    """Count equilibria missed and false against integer vertex enumeration."""
    missed = false = 0
    for g in range(len(games)):
        answer = extreme_equilibria(_lists(games[g, 0]), _lists(games[g, 1]))
        assert answer is not None
        X, Y, pairs = answer
        truth = np.array([[*map(float, X[p]), *map(float, Y[q])] for p, q in pairs])
        for found in (plain, exact):
            k = found.count[g]
            got = np.concatenate([found.profiles[0][g, :k], found.profiles[1][g, :k]], axis=1)
            near = np.abs(truth[:, None] - got[None]).max(axis=2) < 1e-8
            false += int((~near.any(axis=0)).sum())
            if found.complete[g]:
                missed += int((~near.any(axis=1)).sum())
    return missed, false


def exactness(total: int) -> None:
    rng = np.random.default_rng(9)
    sizes = [(m, n) for m in range(1, 5) for n in range(1, 5) if m * n > 1]
    for name in ("normal", "integer"):
        missed = false = flagged = count = 0
        for m, n in sizes:
            shape = (-(-total // len(sizes)), 2, m, n)
            games = rng.normal(size=shape) if name == "normal" else rng.integers(-3, 4, size=shape).astype(float)
            plain, exact = nash_batch(games), nash_batch(games, exact_degenerate=True)
            lost, wrong = compare(games, plain, exact)
            missed, false, flagged, count = (
                missed + lost,
                false + wrong,
                flagged + int(plain.degenerate.sum()),
                count + len(games),
            )
        print(f"{count} {name} games up to 4x4: {flagged} flagged, {missed} missed, {false} false (goal 0, 0)")


def main() -> None:
    print("core topology:")
    topology()
    batches()
    million()
    single()
    paths()
    exactness(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)


if __name__ == "__main__":
    main()
