"""nashpy behind the checker: its warnings become notes, its wrong answers are dropped, its omissions told."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np

from armsgame._typing import ArrayLike, FloatArray
from armsgame.arithmetic.mixtures import alike
from armsgame.checkers.one_shot import verify_stage
from armsgame.games.stage import StageGame
from armsgame.results.one_shot import Solution
from armsgame.solve.one_shot.bimatrix import all_equilibria, solution_of

_COMPARE = 12
_SAME = 1e-6


def solve_with_nashpy(stage: StageGame, name: str) -> Solution:
    """Run one algorithm of nashpy and compare it with the complete method where the game is small."""
    import nashpy

    notes: list[str] = []
    raw = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        game = nashpy.Game(stage.payoffs[0], stage.payoffs[1])
        try:
            if name == "lemke_howson":
                raw = [game.lemke_howson(initial_dropped_label=0)]
            else:
                for found in getattr(game, name)():
                    raw.append(found)
        except Exception as fault:
            # any failure of the other library becomes a note
            notes.append(f"nashpy {name} stopped: {type(fault).__name__}: {fault}")
    notes += [f"nashpy warns: {' '.join(str(w.message).split())}" for w in caught]
    good: list[tuple[FloatArray, FloatArray]] = []
    wrong = 0
    for found in raw:
        profile = _profile(stage, found)
        if profile is None or not verify_stage(stage, profile).ok:
            wrong += 1
        elif not any(alike(profile, old, _SAME) for old in good):
            good.append(profile)
    if wrong:
        notes.append(f"nashpy {name} gave {wrong} profiles that are no equilibria; they were dropped.")
    complete = False
    if max(stage.shape) <= _COMPARE:
        ours = all_equilibria(stage)
        missed = [one for one in ours if not any(alike(one.profile, old, _SAME) for old in good)]
        complete = ours.complete and not missed and len(good) == len(ours)
        if missed:
            notes.append(
                f"nashpy {name} omits {len(missed)} of {len(ours)} (extreme) equilibria; method=None has them."
            )
    return solution_of(stage, good, f"nashpy {name}", complete=complete, notes=notes)


def _profile(stage: StageGame, found: Sequence[ArrayLike]) -> tuple[FloatArray, FloatArray] | None:
    """Probabilities from an answer of nashpy, or None where it is not even a profile."""
    try:
        own = [np.array(part, dtype=float) for part in found]
    except (TypeError, ValueError):
        return None
    if len(own) != 2 or any(part.shape != (size,) for part, size in zip(own, stage.shape, strict=True)):
        return None
    if any(not np.isfinite(p).all() or p.min() < -1e-9 or abs(p.sum() - 1) > 1e-6 for p in own):
        return None
    clean = [np.maximum(p, 0.0) for p in own]
    return clean[0] / clean[0].sum(), clean[1] / clean[1].sum()
