"""Games of three or more players (or one): all equilibria where that is proved, else those that a search finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product
from math import prod
from typing import Any

import numpy as np

from armsgame._deadline import ask_time
from armsgame._typing import BoolArray, FloatArray
from armsgame.arithmetic.mixtures import alike
from armsgame.checkers.one_shot import verify_profiles
from armsgame.errors import WrongConcept
from armsgame.games.stage import StageGame
from armsgame.results.one_shot import Solution, StageCertificate
from armsgame.solve.one_shot.bimatrix import solution_of
from armsgame.solve.one_shot.logit import logit_branch
from armsgame.solve.one_shot.methods import SupportEnumeration
from armsgame.solve.one_shot.nash_batch import read_only
from armsgame.solve.one_shot.several_players.every_support import Supports, mixed_everywhere, spread
from armsgame.solve.one_shot.several_players.three_players import Found, closed_form, has_closed_form, one_pure

_MOST_STARTS = 6_000
_MOST_PLAYERS = 5
_SAME = 1e-7
# undecided supports that a note names
_SHOWN = 3
_HOW, _PURE = "pure best replies, two-player games, every support", "{} pure equilibria: all there are."


def solve_many(stage: StageGame, method: SupportEnumeration) -> Solution:
    """All pure equilibria, and all mixed ones on supports where their number is proved; elsewhere a search.

    Supports in which an action is strictly dominated, given the other players' supports, are
    skipped (Porter, Nudelman and Shoham 2008). Where something is undecided, Newton's method is tried on those supports
    from several starts, and the end of the logit branch is added.
    """
    count = len(stage.players)
    if count > _MOST_PLAYERS:
        raise WrongConcept(f"nash takes up to {_MOST_PLAYERS} players; this game has {count}. Check pure profiles.")
    if stage.shape == (2, 2, 2) and (found := _all_of_eight(stage)) is not None:
        return found
    pure = [
        tuple(np.eye(n)[a] for n, a in zip(stage.shape, cell, strict=True))
        for cell in np.argwhere(stage.best_replies().all(axis=0))
    ]
    notes = [_PURE.format(len(pure))]
    if count == 1:
        notes.append("One player: every mixture of the listed actions is optimal.")
        return solution_of(stage, pure, "best actions", complete=True, notes=notes)
    mixed = _Mixed(stage)
    known = one_pure(stage) if count == 3 else Found([], [])
    mixed.add(known.profiles)
    open_: list[Supports] = []
    refused = 0
    done = count == 3 and min(stage.shape) == 1 and not known.undecided
    if count == 3 and has_closed_form(stage.shape):
        more = closed_form(stage)
        mixed.add(more.profiles)
        done = not known.undecided and not more.undecided
    if not done:
        scaled = np.stack([_scaled(table) for table in stage.payoffs])
        # where one of three is pure, all equilibria are known unless the game of the others is degenerate
        everywhere = count > 3 or bool(known.undecided)
        asked = (
            own
            for own in _supports(stage.shape)
            if max(map(len, own)) > 1 and (everywhere or min(map(len, own)) > 1) and not _dominated(scaled, own)
        )
        profiles, open_ = mixed_everywhere(stage, scaled, asked)
        refused = mixed.add(profiles)
    how = _HOW
    if open_:
        words = "; ".join(_named(stage, own) for own in open_[:_SHOWN])
        further = f"; and on {len(open_) - _SHOWN} more supports" * (len(open_) > _SHOWN)
        notes.append(f"Their number is not proved to be finite where {words}{further}.")
        how += ", Newton on undecided ones, logit branch"
        notes += _searched(stage, scaled, open_, method, [*pure, *mixed.profiles], mixed)
    if refused:
        notes.append(f"The checker refuses {refused} solutions: payoffs differ by more than floats can hold.")
    done = not open_ and not refused
    return solution_of(stage, [*pure, *mixed.profiles], how, complete=done, notes=notes, known=mixed.certificates)


def _all_of_eight(stage: StageGame) -> Solution | None:
    """All equilibria of three players with two actions each where floats prove that there is no other, else None."""
    from armsgame._kernels.three_players import MOST, two_by_two_by_two

    out = np.empty((MOST, 3, 2))
    count, pure = two_by_two_by_two(read_only(stage.payoffs), out)
    if count < 0:
        return None
    out = out[:count]
    out.flags.writeable = False
    found = solution_of(stage, map(tuple, out), _HOW, complete=True, notes=[_PURE.format(pure)])
    # the checker shares no code with the enumeration; where it disagrees, rational numbers decide
    return found if len(found) == count else None


def _named(stage: StageGame, supports: Supports) -> str:
    """Say who mixes over which actions."""
    told = zip(stage.players, stage.actions, supports, strict=True)
    return ", ".join(f"{who} plays {' or '.join(repr(actions[a]) for a in own)}" for who, actions, own in told)


def _searched(
    stage: StageGame,
    scaled: FloatArray,
    supports: list[Supports],
    method: SupportEnumeration,
    known: list[Any],
    mixed: _Mixed,
) -> list[str]:
    """Look for further mixed equilibria on supports where their number is not proved; notes on what was found."""
    rng = np.random.default_rng(20040701)
    tried: dict[tuple[int, ...], list[tuple[Supports, list[FloatArray]]]] = {}
    most = max(_MOST_STARTS // method.starts, 1)
    for own in supports[:most]:
        for turn in range(method.starts):
            start = [np.ones(len(s)) / len(s) if not turn else rng.dirichlet(np.ones(len(s))) for s in own]
            tried.setdefault(tuple(map(len, own)), []).append((own, start))
    flat: set[Supports] = set()
    for group in tried.values():
        ask_time(f"{len(mixed.profiles)} mixed equilibria")
        tables = np.stack([scaled[np.ix_(range(len(own)), *own)] for own, _ in group])
        mixes, good, singular = _newton(tables, [np.stack(own) for own in zip(*(s for _, s in group), strict=True)])
        for k in np.flatnonzero(good).tolist():
            own = group[k][0]
            # a continuum: further starts would list more of its points
            if own in flat:
                continue
            before = len(mixed.profiles)
            mixed.add([spread(stage.shape, own, [part[k] for part in mixes])])
            if len(mixed.profiles) > before and singular[k]:
                flat.add(own)
    notes = ["Raise SupportEnumeration(starts=..) to look further there."]
    if flat:
        notes.append(f"{len(flat)} mixed equilibria have a singular system: each may be one point of a continuum.")
    if len(supports) > most:
        notes.append(
            f"{len(supports) - most} support profiles were not tried; give SupportEnumeration on a smaller game."
        )
    branch = logit_branch(stage, throw=False)
    ask_time(f"{len(mixed.profiles)} mixed equilibria")
    if branch.equilibrium is None:
        notes.append(f"The logit branch did not end: {branch.status.value}")
    elif not any(alike(branch.equilibrium.profile, old, _SAME) for old in [*known, *mixed.profiles]):
        mixed.profiles.append(branch.equilibrium.profile)
        notes.append("One mixed equilibrium was found by the logit branch only.")
    return notes


class _Mixed:
    """Mixed equilibria that are listed, and their certificates by the `id` of the profile."""

    def __init__(self, stage: StageGame) -> None:
        self.stage = stage
        self.profiles: list[Any] = []
        self.certificates: dict[int, StageCertificate] = {}

    def add(self, profiles: Iterable[Any]) -> int:
        """Append what is an equilibrium and not listed yet; the number of those that the checker refuses."""
        refused = 0
        profiles = list(profiles)
        for profile, certificate in zip(profiles, verify_profiles(self.stage, profiles), strict=True):
            if any(alike(profile, old, _SAME) for old in self.profiles):
                continue
            if certificate.ok:
                self.profiles.append(profile)
                self.certificates[id(profile)] = certificate
            else:
                refused += 1
        return refused


def _scaled(table: FloatArray) -> FloatArray:
    half = table * 0.5 if np.abs(table).max() > 1e300 else table
    span = float(half.max() - half.min())
    return (half - half.min()) / span if span > 0 else np.zeros_like(table)


def _supports(shape: tuple[int, ...]) -> Iterator[Supports]:
    """Support profiles, small ones first."""
    every = [[c for k in range(1, n + 1) for c in combinations(range(n), k)] for n in shape]
    if prod(len(own) for own in every) <= 200_000:
        yield from sorted(product(*every), key=lambda profile: sum(len(own) for own in profile))
    else:
        yield from product(*every)


def _dominated(scaled: FloatArray, supports: Supports) -> bool:
    for i, own in enumerate(supports):
        table = scaled[i]
        for k, theirs in enumerate(supports):
            if k != i and len(theirs) < table.shape[k]:
                table = table.take(theirs, axis=k)
        table = np.moveaxis(table, i, 0).reshape(table.shape[i], -1)
        if (table[:, None] > table.take(own, axis=0)).all(axis=2).any():
            return True
    return False


def _newton(tables: FloatArray, mixes: list[FloatArray]) -> tuple[list[FloatArray], BoolArray, BoolArray]:
    """Solve indifference on full supports of many games [N, P, ..] of one shape, from mixes [N, A] of each player.

    Returns (mixes, which games are solved by positive ones, where the system is singular at the end).
    """
    total, count = tables.shape[:2]
    sizes = tables.shape[2:]
    at = np.cumsum([0, *sizes])
    width = at[-1] + count
    mixes = [own.copy() for own in mixes]
    values = np.stack([(_worth(tables[:, i], mixes, (i,)) * mixes[i]).sum(axis=1) for i in range(count)], axis=1)
    error, last = np.full(total, np.inf), np.zeros((total, width, width))
    live = np.arange(total)
    for _ in range(60):
        own, here = tables[live], [mix[live] for mix in mixes]
        residual, jacobian = np.zeros((len(live), width)), np.zeros((len(live), width, width))
        for i in range(count):
            mine = slice(at[i], at[i + 1])
            residual[:, mine] = _worth(own[:, i], here, (i,)) - values[live, i, None]
            jacobian[:, mine, at[-1] + i] = -1.0
            for j in range(count):
                if j != i:
                    jacobian[:, mine, at[j] : at[j + 1]] = _worth(own[:, i], here, (i, j))
            residual[:, at[-1] + i] = here[i].sum(axis=1) - 1.0
            jacobian[:, at[-1] + i, mine] = 1.0
        error[live], last[live] = np.abs(residual).max(axis=1), jacobian
        more = error[live] >= 1e-15
        live, residual, jacobian = live[more], residual[more], jacobian[more]
        if not len(live):
            break
        step = -(np.linalg.pinv(jacobian, rcond=1e-12) @ residual[..., None])[..., 0]
        most = np.abs(step).max(axis=1)
        length = np.minimum(1.0, 2.0 / np.maximum(most, 1e-300))[:, None]
        for i in range(count):
            mixes[i][live] += length * step[:, at[i] : at[i + 1]]
        values[live] += length * step[:, at[-1] :]
        live = live[(length[:, 0] < 1.0) | (most >= 1e-16)]
    good = (error <= 1e-12) & np.all([own.min(axis=1) > 1e-12 for own in mixes], axis=0)
    singular = np.zeros(total, bool)
    if good.any():
        singular[good] = np.linalg.svd(last[good], compute_uv=False)[:, -1] < 1e-8
    return [own / own.sum(axis=1, keepdims=True) for own in mixes], good, singular


def _worth(payoffs: FloatArray, mixes: list[FloatArray], keep: tuple[int, ...]) -> FloatArray:
    """Return the expected payoffs [N, ..] over all players but `keep`, axes in the order of `keep`."""
    names = "abcdefgh"[: len(mixes)]
    others = [k for k in range(len(mixes)) if k not in keep]
    told = ",".join([f"n{names}", *(f"n{names[k]}" for k in others)])
    out: FloatArray = np.einsum(
        f"{told}->n{''.join(names[k] for k in keep)}", payoffs, *(mixes[k] for k in others), optimize=len(others) > 1
    )
    return out
