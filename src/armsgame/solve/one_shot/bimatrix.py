"""The methods for bimatrix games: proved floats, integers, paths and linear programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb
from types import MappingProxyType
from typing import Any

import numpy as np

from armsgame._checks import as_fraction
from armsgame._deadline import ask_time
from armsgame._typing import FloatArray
from armsgame.arithmetic.mixtures import distinct
from armsgame.checkers.one_shot import verify_profiles, verify_stage
from armsgame.errors import WrongConcept, invalid
from armsgame.games.stage import StageGame
from armsgame.results.one_shot import Equilibrium, Solution, StageCertificate, Status
from armsgame.solve.one_shot.bimatrix_exact import extreme_equilibria, maximal_subsets, most_vertices, support_order
from armsgame.solve.one_shot.matrix_game import matrix_game
from armsgame.solve.one_shot.nash_batch import solved

_MOST_VERTICES = 1 << 17
_MOST_BASES = 40_000
_MOST_CELLS = 196
_MOST_PAIRS = 2_000_000
_SAME = 1e-8
# some paths of large games have millions of pivots; other labels are tried before they are followed
_LONG, _SHORT, _ENDLESS = 50_000, 5_000, 5_000_000


def all_equilibria(stage: StageGame, *, proved_floats: bool = True) -> Solution:
    """All equilibria: floats with proof, else integers, else what every Lemke-Howson path finds."""
    if proved_floats:
        found = proved(stage.payoffs[None])[0]
        if found is not None:
            x, y = found
            answer = solution_of(stage, zip(x, y, strict=True), "vertex enumeration, proved in floats", complete=True)
            # the checker shares no code with the enumeration; where it disagrees, integers decide
            if len(answer) == len(x):
                return answer
    return rational(stage)


def proved(games: FloatArray) -> list[tuple[FloatArray, FloatArray] | None]:
    """Equilibria (x [K, m], y [K, n]) of each game [G, 2, m, n] with a float proof that there is no other, or None."""
    shape = games.shape[2:]
    if shape in ((2, 2), (3, 3)):
        rows, columns, _, _, count, flags = solved(games)
        return [
            None if flag else (x[:k].copy(), y[:k].copy())
            for x, y, k, flag in zip(rows, columns, count.tolist(), flags.tolist(), strict=True)
        ]
    return [None if sum(shape) > 62 else _enumerated(one) for one in games]


def _enumerated(payoffs: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    from armsgame._kernels.vertices import equilibria

    # one layout for every caller: numba would compile again for another
    A, B = (np.array(table, order="C") for table in payoffs)
    cap, state = min(most_vertices(*A.shape) + 1, 8192), -2
    while state == -2 and cap <= _MOST_VERTICES:
        x, y, state = equilibria(A, B, cap)
        cap *= 4
    return (x, y) if state == 1 else None


def rational(stage: StageGame, *, fractions: bool = False) -> Solution:
    """Extreme equilibria and maximal Nash subsets by integer vertex enumeration."""
    m, n = stage.shape
    A, B = ([[as_fraction(v) for v in row] for row in table.tolist()] for table in stage.payoffs)
    # a size that rarely ends within the limit is not begun: the paths answer at once
    limit = 25 * _MOST_BASES if fractions else _MOST_BASES
    answer = extreme_equilibria(A, B, limit=limit) if fractions or m * n <= _MOST_CELLS else None
    if answer is None:
        return _paths_only(stage)
    X, Y, pairs = answer
    pairs.sort(key=lambda pair: support_order((X[pair[0]], Y[pair[1]])))
    place = {pair: k for k, pair in enumerate(pairs)}
    profiles = []
    for p, q in pairs:
        if fractions:
            profiles.append((np.array(X[p], dtype=object), np.array(Y[q], dtype=object)))
        else:
            profiles.append((np.array(X[p], dtype=float), np.array(Y[q], dtype=float)))
    subsets = maximal_subsets(pairs)
    notes, components = [], []
    if subsets is None:
        notes.append("The extreme equilibria span more than 20,000 maximal Nash subsets; they are not listed.")
    else:
        for S, T in subsets:
            mine = sorted((place[p, q] for p in S for q in T), key=int)
            rows = tuple(sorted({min(k for k in mine if pairs[k][0] == p) for p in S}))
            columns = tuple(sorted({min(k for k in mine if pairs[k][1] == q) for q in T}))
            components.append((rows, columns))
        components.sort()
        notes += _describe(components)
    how = "vertex enumeration in integers"
    found = solution_of(stage, profiles, how, complete=True, notes=notes, components=components, exact=fractions)
    return found if components else replace(found, components=())


def _describe(components: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> list[str]:
    wide = [(k, c) for k, c in enumerate(components) if len(c[0]) > 1 or len(c[1]) > 1]
    if not wide:
        return []
    lines = [
        f"The game is degenerate: {len(wide)} of its {len(components)} maximal Nash subsets are continua. "
        "Listed are the extreme equilibria."
    ]
    for k, (rows, columns) in wide[:8]:
        lines.append(
            f"components[{k}]: any mixture of the row strategies of equilibria {list(rows)} with any mixture of the "
            f"column strategies of equilibria {list(columns)}."
        )
    if len(wide) > 8:
        lines.append(f".. and {len(wide) - 8} more in .components.")
    return lines


def solution_of(
    stage: StageGame,
    profiles: Any,
    method: str,
    *,
    complete: bool = False,
    notes: Sequence[str] = (),
    components: Sequence[tuple[tuple[int, ...], tuple[int, ...]]] = (),
    exact: bool = False,
    known: Mapping[int, StageCertificate] = MappingProxyType({}),
) -> Solution:
    """Verify profiles, drop the wrong ones with a note, and say what is known.

    `known` holds certificates that were granted before, by the `id` of their profiles.
    """
    kept, dropped = [], 0
    profiles = list(profiles)
    granted = iter(verify_profiles(stage, [one for one in profiles if id(one) not in known], exact=exact))
    for profile in profiles:
        certificate = known.get(id(profile)) or next(granted)
        if not certificate.ok:
            dropped += 1
            continue
        payoffs = np.array(certificate.payoffs, dtype=object if exact else float)
        for own in (*profile, payoffs):
            own.setflags(write=False)
        kept.append(Equilibrium(tuple(profile), payoffs, certificate))
    texts = list(notes)
    if dropped:
        texts.append(f"{dropped} profiles of {method} failed the independent check and were dropped.")
        components = ()
    if not components:
        if len(kept) > 1:
            kept.sort(key=lambda one: support_order(one.profile))
        single = complete and not dropped and len(stage.players) == 2
        components = tuple(((k,), (k,)) for k in range(len(kept))) if single else ()
    done = complete and not dropped
    status = Status.COMPLETE if done else Status.PARTIAL if kept else Status.UNSOLVED
    return Solution(tuple(kept), done, status, tuple(texts), tuple(components), method, stage.players, stage.actions)


def equal_supports(stage: StageGame) -> Solution:
    """Equilibria with supports of equal size; complete where the proved enumeration counts as many."""
    m, n = stage.shape
    if sum(comb(m, k) * comb(n, k) for k in range(1, min(m, n) + 1)) > _MOST_PAIRS:
        note = f"More than {_MOST_PAIRS} support pairs: use AllLemkeHowson(), or VertexEnumeration()."
        return solution_of(stage, (), "support enumeration", notes=[note])
    A, B = (_scaled(table) for table in stage.payoffs)
    profiles: list[tuple[FloatArray, FloatArray]] = []
    for k in range(1, min(m, n) + 1):
        columns = [list(c) for c in combinations(range(n), k)]
        for rows in combinations(range(m), k):
            ask_time(f"supports of up to {k} actions, {len(profiles)} candidates found")
            own = list(rows)
            ys = _ties([A[np.ix_(own, c)] for c in columns])
            xs = _ties([B[np.ix_(own, c)].T for c in columns])
            for c, u, v in zip(columns, xs, ys, strict=True):
                # round-off must not lose an equilibrium: a tiny negative weight is zero
                if u.min(initial=0) < -_SAME or v.min(initial=0) < -_SAME or np.isnan(u).any() or np.isnan(v).any():
                    continue
                x, y = np.zeros(m), np.zeros(n)
                x[own], y[c] = np.maximum(u, 0), np.maximum(v, 0)
                profiles.append((x / x.sum(), y / y.sum()))
    good = distinct([p for p in profiles if verify_stage(stage, p).ok], _SAME)
    proof = proved(stage.payoffs[None])[0]
    complete = proof is not None and len(proof[0]) == len(good) == len(
        distinct([*good, *zip(*proof, strict=True)], _SAME)
    )
    notes = [] if complete else [_degenerate_note(proof is None)]
    return solution_of(stage, good, "support enumeration", complete=complete, notes=notes)


def _degenerate_note(tie: bool) -> str:
    why = "The game may be degenerate" if tie else "The proved enumeration counts a different number"
    return f"{why}; equal-sized supports can miss equilibria. method=None or Exact() finds all."


def _ties(blocks: list[FloatArray]) -> list[FloatArray]:
    """For each k x k block the weights on its columns at which its rows tie, or NaN."""
    k = len(blocks[0])
    system = np.zeros((len(blocks), k + 1, k + 1))
    system[:, :k, :k] = np.stack(blocks)
    system[:, :k, k] = -1.0
    system[:, k, :k] = 1.0
    right = np.zeros((len(blocks), k + 1, 1))
    right[:, k] = 1.0
    out = np.full((len(blocks), k), np.nan)
    fine = np.abs(np.linalg.det(system)) > 1e-13
    if fine.any():
        out[fine] = np.linalg.solve(system[fine], right[fine])[:, :k, 0]
    return list(out)


def _scaled(table: FloatArray) -> FloatArray:
    """Payoffs brought into [1, 2]; the half keeps 1.7e308 from overflowing."""
    half = table * 0.5 if np.abs(table).max() > 1e300 else table
    span = float(half.max() - half.min())
    return 1.0 + (half - half.min()) / span if span > 0 else np.ones_like(table)


def _path(stage: StageGame, label: int, limit: int) -> tuple[Any, int]:
    """Profile at the end of the path of a label (or None) and the pivots made."""
    from armsgame._kernels.lemke import path

    m, n = stage.shape
    A, B = _scaled(stage.payoffs[0]), _scaled(stage.payoffs[1])
    x, y, steps = path(np.ascontiguousarray(B.T), A, label, limit)
    if steps < 0 or not x.sum() > 0 or not y.sum() > 0:
        return None, abs(int(steps))
    rough = (x / x.sum(), y / y.sum())
    rows, columns = np.flatnonzero(x > _SAME * x.sum()), np.flatnonzero(y > _SAME * y.sum())
    if len(rows) == len(columns):
        u, v = _ties([B[np.ix_(rows, columns)].T])[0], _ties([A[np.ix_(rows, columns)]])[0]
        if u.min() >= 0 and v.min() >= 0:
            fine = (np.zeros(m), np.zeros(n))
            fine[0][rows], fine[1][columns] = u / u.sum(), v / v.sum()
            # the path gives the support; solving it again removes the rounding of its pivots
            if verify_stage(stage, fine).max_gain <= verify_stage(stage, rough).max_gain:
                rough = fine
    return rough, int(steps)


def lemke_howson(stage: StageGame, label: int) -> Solution:
    """One equilibrium; another label is tried where rounding breaks the path."""
    total = sum(stage.shape)
    if label >= total:
        invalid("label", label, f"0 to {total - 1} (rows, then columns)")
    others = [(label + turn) % total for turn in range(1, total)]
    tries = [(label, _LONG), *((at, _SHORT) for at in others), *((at, _ENDLESS) for at in [label, *others])]
    lost = 0
    for at, limit in tries:
        ask_time(f"{lost} paths without an equilibrium")
        profile, steps = _path(stage, at, limit)
        if profile is not None and verify_stage(stage, profile).ok:
            notes = [f"The path of label {at} ends after {steps} pivots; other paths may end elsewhere."]
            if lost:
                notes.append(f"{lost} earlier attempts met no equilibrium within {limit} pivots and float rounding.")
            return solution_of(stage, [profile], "Lemke-Howson", notes=notes)
        lost += 1
    notes = [f"{lost} paths met no equilibrium within float rounding. Use method=Exact()."]
    return solution_of(stage, (), "Lemke-Howson", notes=notes)


def all_lemke_howson(stage: StageGame) -> Solution:
    """Collect the ends of the paths of every label, without repeats."""
    total = sum(stage.shape)
    ends = []
    for label in range(total):
        ask_time(f"the paths of {label} of {total} labels")
        ends.append(_path(stage, label, _LONG)[0])
    lost = sum(one is None for one in ends)
    notes = [f"{total} paths tried; equilibria that no path from the artificial one reaches are not listed."]
    if lost:
        notes.append(f"{lost} paths did not end within {_LONG} pivots.")
    found = distinct([one for one in ends if one is not None], _SAME)
    return solution_of(stage, found, "Lemke-Howson from every label", notes=notes)


def _paths_only(stage: StageGame) -> Solution:
    """Pure equilibria and path ends of a game too large to enumerate."""
    replies = stage.best_replies().all(axis=0)
    pure = [(np.eye(stage.shape[0])[i], np.eye(stage.shape[1])[j]) for i, j in np.argwhere(replies)[:1000]]
    some = all_lemke_howson(stage)
    found = distinct([*pure, *(one.profile for one in some)], _SAME)
    note = (
        "The game is too large to enumerate; listed are its pure equilibria and the ends of the Lemke-Howson paths. "
        "dominance(stage) may shrink it."
    )
    fresh = [tuple(np.array(own) for own in one) for one in found]
    return solution_of(stage, fresh, "pure equilibria and Lemke-Howson paths", notes=[note, *some.notes])


def zero_sum(stage: StageGame) -> Solution:
    """Optimal strategies of a constant-sum game by two linear programs."""
    A, B = stage.payoffs
    total = [[as_fraction(a) + as_fraction(b) for a, b in zip(*rows, strict=True)] for rows in zip(A, B, strict=True)]
    sums: set[Fraction] = {v for row in total for v in row}
    span = float(max(sums) - min(sums))
    if span > 1e-12 * max(np.abs(A).max(), np.abs(B).max()):
        raise WrongConcept(
            f"ZeroSum needs payoffs with a constant sum; these sums range over {span:g}. Use method=None."
        )
    row, column, _ = matrix_game(_scaled(A))
    note = "Every pair of optimal strategies is an equilibrium; one is listed. method=None lists the extreme ones."
    return solution_of(stage, [(_cleaned(row), _cleaned(column))], "linear programming", notes=[note])


def _cleaned(mix: FloatArray) -> FloatArray:
    """Drop weights below the feasibility tolerance of the linear program."""
    kept = np.where(mix > 1e-9, mix, 0.0)
    return np.asarray(kept / kept.sum())
