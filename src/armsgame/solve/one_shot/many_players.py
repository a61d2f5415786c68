"""Games of three or more players (or one): pure equilibria, all; mixed ones by support and Newton."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from armsgame._typing import FloatArray
from armsgame.arithmetic.mixtures import alike
from armsgame.checkers.one_shot import verify_stage
from armsgame.errors import WrongConcept
from armsgame.games.stage import StageGame
from armsgame.results.one_shot import Solution
from armsgame.solve.one_shot.bimatrix import solution_of
from armsgame.solve.one_shot.logit import logit_branch
from armsgame.solve.one_shot.methods import SupportEnumeration
from armsgame.solve.one_shot.three_players import Found, closed_form, has_closed_form, one_pure

_MOST_STARTS = 6_000
_MOST_PLAYERS = 5
_SAME = 1e-7


def solve_many(stage: StageGame, method: SupportEnumeration) -> Solution:
    """All pure equilibria, and the mixed ones that Newton's method finds on each support profile.

    Supports in which an action is strictly dominated, given the other players' supports, are
    skipped (Porter, Nudelman and Shoham 2008). The end of the logit branch is added.
    """
    count = len(stage.players)
    if count > _MOST_PLAYERS:
        raise WrongConcept(f"nash takes up to {_MOST_PLAYERS} players; this game has {count}. Check pure profiles.")
    pure = [
        tuple(np.eye(n)[a] for n, a in zip(stage.shape, cell, strict=True))
        for cell in np.argwhere(stage.best_replies().all(axis=0))
    ]
    notes = [f"{len(pure)} pure equilibria: all there are."]
    if count == 1:
        notes.append("One player: every mixture of the listed actions is optimal.")
        return solution_of(stage, pure, "best actions", complete=True, notes=notes)
    mixed: list[Any] = []
    everywhere = True
    if count == 3:
        parts = [one_pure(stage)]
        if min(stage.shape) == 1 or has_closed_form(stage.shape):
            parts += [closed_form(stage)] if min(stage.shape) > 1 else []
            return _listed(stage, pure, parts, notes)
        _add(stage, mixed, [profile for part in parts for profile in part.profiles])
        everywhere = bool(parts[0].undecided)
    scaled = np.stack([_scaled(table) for table in stage.payoffs])
    rng = np.random.default_rng(20040701)
    used, skipped, flat = 0, 0, 0
    for supports in _supports(stage.shape):
        least = min(map(len, supports))
        # where one of three is pure, all equilibria are known unless the game of the others is degenerate
        if max(map(len, supports)) == 1 or (least == 1 and not everywhere) or _dominated(scaled, supports):
            continue
        if used >= _MOST_STARTS:
            skipped += 1
            continue
        table = scaled[np.ix_(range(count), *supports)]
        for turn in range(method.starts):
            used += 1
            start = [np.ones(len(s)) / len(s) if not turn else rng.dirichlet(np.ones(len(s))) for s in supports]
            found, singular = _newton(table, start)
            if found is None:
                continue
            profile = _spread(stage.shape, supports, found)
            if any(alike(profile, old, _SAME) for old in mixed) or not verify_stage(stage, profile).ok:
                continue
            flat += singular
            mixed.append(profile)
            if singular:
                # a continuum: further starts would list more of its points
                break
    if flat:
        notes.append(f"{flat} mixed equilibria have a singular system: each may be one point of a continuum.")
    if skipped:
        notes.append(f"{skipped} support profiles were not tried; give SupportEnumeration on a smaller game.")
    branch = logit_branch(stage, throw=False)
    if branch.equilibrium is None:
        notes.append(f"The logit branch did not end: {branch.status.value}")
    elif not any(alike(branch.equilibrium.profile, old, _SAME) for old in [*pure, *mixed]):
        mixed.append(branch.equilibrium.profile)
        notes.append("One mixed equilibrium was found by the logit branch only.")
    notes.append(
        "Mixed equilibria of three or more players are searched, not proved complete: "
        "raise SupportEnumeration(starts=..) to look further."
    )
    return solution_of(stage, [*pure, *mixed], "pure best replies, Newton on supports, logit branch", notes=notes)


def _listed(stage: StageGame, pure: list[Any], parts: list[Found], notes: list[str]) -> Solution:
    """All equilibria of three players, where every support is solved; supports that may hold a continuum are named."""
    mixed: list[Any] = []
    _add(stage, mixed, [profile for part in parts for profile in part.profiles])
    open_ = [words for part in parts for words in part.undecided]
    if open_:
        notes.append(f"Their number is not proved to be finite where {'; '.join(open_)}.")
    how = "pure best replies, two-player games, quadratic equations"
    return solution_of(stage, [*pure, *mixed], how, complete=not open_, notes=notes)


def _add(stage: StageGame, mixed: list[Any], profiles: Iterable[Any]) -> None:
    """Append what is an equilibrium and not listed yet."""
    for profile in profiles:
        if not any(alike(profile, old, _SAME) for old in mixed) and verify_stage(stage, profile).ok:
            mixed.append(profile)


def _scaled(table: FloatArray) -> FloatArray:
    half = table * 0.5 if np.abs(table).max() > 1e300 else table
    span = float(half.max() - half.min())
    return (half - half.min()) / span if span > 0 else np.zeros_like(table)


def _supports(shape: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Support profiles, small ones first."""
    every = [[c for k in range(1, n + 1) for c in combinations(range(n), k)] for n in shape]
    if prod(len(own) for own in every) <= 200_000:
        yield from sorted(product(*every), key=lambda profile: sum(len(own) for own in profile))
    else:
        yield from product(*every)


def _dominated(scaled: FloatArray, supports: tuple[tuple[int, ...], ...]) -> bool:
    for i, own in enumerate(supports):
        others: list[list[int]] = [list(s) for s in supports]
        others[i] = list(range(scaled.shape[1 + i]))
        table = np.moveaxis(scaled[i][np.ix_(*others)], i, 0).reshape(scaled.shape[1 + i], -1)
        for a in own:
            if (table > table[a]).all(axis=1).any():
                return True
    return False


def _newton(table: FloatArray, start: list[FloatArray]) -> tuple[list[FloatArray] | None, bool]:
    """Solve indifference on full supports: unknown mixes and values; also whether the end is singular."""
    count, sizes = len(table), table.shape[1:]
    at = np.cumsum([0, *sizes])
    mixes = [own.copy() for own in start]
    values = np.array([float(_worth(table[i], mixes, (i,)) @ mixes[i]) for i in range(count)])
    total = at[-1] + count
    error, smallest = np.inf, 0.0
    for _ in range(60):
        residual, jacobian = np.zeros(total), np.zeros((total, total))
        for i in range(count):
            own = slice(at[i], at[i + 1])
            residual[own] = _worth(table[i], mixes, (i,)) - values[i]
            jacobian[own, at[-1] + i] = -1.0
            for j in range(count):
                if j != i:
                    jacobian[own, at[j] : at[j + 1]] = _worth(table[i], mixes, (i, j))
            residual[at[-1] + i] = mixes[i].sum() - 1.0
            jacobian[at[-1] + i, own] = 1.0
        error = float(np.abs(residual).max())
        if error < 1e-15:
            break
        step, *_ = np.linalg.lstsq(jacobian, -residual, rcond=1e-12)
        length = min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-300))
        for i in range(count):
            mixes[i] = mixes[i] + length * step[at[i] : at[i + 1]]
        values = values + length * step[at[-1] :]
        if length == 1.0 and np.abs(step).max() < 1e-16:
            break
    if error > 1e-12 or any(own.min() <= 1e-12 for own in mixes):
        return None, False
    smallest = float(np.linalg.svd(jacobian, compute_uv=False)[-1])
    return [own / own.sum() for own in mixes], smallest < 1e-8


def _worth(payoff: FloatArray, mixes: list[FloatArray], keep: tuple[int, ...]) -> FloatArray:
    """Return the expected payoff over all players but `keep`, axes in the order of `keep`."""
    out = payoff
    for j in reversed(range(payoff.ndim)):
        if j not in keep:
            out = np.tensordot(out, mixes[j], axes=(j, 0))
    return out if len(keep) == 1 or keep[0] < keep[1] else out.T


def _spread(
    shape: tuple[int, ...], supports: tuple[tuple[int, ...], ...], found: list[FloatArray]
) -> tuple[FloatArray, ...]:
    profile = []
    for n, own, mix in zip(shape, supports, found, strict=True):
        full = np.zeros(n)
        full[list(own)] = mix
        profile.append(full)
    return tuple(profile)
