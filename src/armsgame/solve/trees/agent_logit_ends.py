"""Ends of agent branches: from a point at high precision to a certified sequential equilibrium."""

from __future__ import annotations

import numpy as np

from armsgame._typing import BoolArray, FloatArray, IntArray
from armsgame.checkers.trees import certified
from armsgame.games.extensive import ExtensiveGame
from armsgame.results.assessment import Assessment
from armsgame.solve.trees.agent_logit_equations import TreeField

# an action below a bar is taken to die out, a node to be no longer believed
_BARS = (1e-2, 1e-3, 1e-4, 1e-6)
# how far the end may lie from the point, and how far Newton's method may move a logarithm at once
_FAR, _JUMP, _ROUNDS = 2e-2, 2.0, 40
_UNIT = float(np.finfo(np.float64).eps)


def certified_end(game: ExtensiveGame, law: TreeField, b: FloatArray, slope: FloatArray | None) -> Assessment | None:
    """Return a certified sequential equilibrium near a point of the branch, or None.

    Parameters
    ----------
    b : array [n], log-probabilities
    slope : array [n] or None, their derivative by the logarithm of the precision
    """
    x = np.exp(b)
    belief = law.beliefs(b)[0]
    guesses = [(x >= bar, belief >= bar) for bar in _BARS]
    if slope is not None:
        # powers of the precision: an action that is played keeps its probability
        rates = law.nodes @ slope
        tops = np.repeat(np.maximum.reduceat(np.where(belief > 0.1, rates, -np.inf), law.firsts), law.counts)
        guesses.append((slope > -0.25, (rates > tops - 0.25) & (belief > 0)))
    tried: list[tuple[BoolArray, BoolArray]] = []
    for used, kept in guesses:
        if any((used == u).all() and (kept == k).all() for u, k in tried):
            continue
        tried.append((used, kept))
        if not np.logical_or.reduceat(used, law.starts[:-1]).all():
            continue
        if not np.logical_or.reduceat(kept, law.firsts).all():
            continue
        plain = normal(game, np.where(used, x, 0.0))
        polished = _polish(law, np.log(np.where(used, plain, 1.0)), b, used, kept)
        for flat, held in ((plain, np.where(kept, belief, 0.0)), polished or (None, None)):
            if flat is None or held is None or np.abs(flat - x).max() > _FAR:
                continue
            found = certified(game, flat[None], beliefs_of(game, law, held))[0]
            if found.certificate.kind == "sequential":
                return found
    return None


def normal(game: ExtensiveGame, flat: FloatArray) -> FloatArray:
    """Probabilities that sum to one at every set."""
    return np.asarray(flat / np.repeat(np.add.reduceat(flat, game.starts[:-1]), game.sizes))


def beliefs_of(game: ExtensiveGame, law: TreeField, belief: FloatArray) -> list[FloatArray]:
    """Beliefs per set, zero at nodes that chance rules out."""
    found = []
    for s, first, count in zip(game.sets, law.firsts, law.counts, strict=True):
        own = np.zeros(len(s.nodes))
        own[law.live[list(s.nodes)]] = belief[first : first + count]
        found.append(own / own.sum())
    return found


def settled(law: TreeField, y: FloatArray) -> tuple[FloatArray, float]:
    """Point of the curve at the same precision after Newton's method, and a bound on the error of a probability.

    The bound is the inverse of the derivative, in absolute value, times the residual and what
    rounding adds to it: a few units in the last place of every logarithm that enters a value.
    """
    y = y.copy()
    for k in range(6):
        value, jacobian = law.system(y)
        try:
            back = np.linalg.inv(jacobian[:, :-1])
        except np.linalg.LinAlgError:
            return y, np.inf
        if k == 5:
            break
        y[:-1] = np.minimum(y[:-1] - back @ value, 0.0)
    x, parts = np.exp(y[:-1]), law.starts[:-1]
    rounding = 4 * _UNIT * float(y[-1]) * law.magnitude(y[:-1])
    mean = np.add.reduceat(x * rounding, parts)[law.set_of]
    # of a logarithm of the logit response: an action that is surely played has next to none
    rounding = (1 - x) * rounding + mean - x * rounding + 4 * _UNIT * np.abs(y[:-1])
    error = float((x * (np.abs(back) @ (np.abs(value) + rounding))).max())
    return y, error if np.isfinite(error) else np.inf


def _polish(
    law: TreeField, played: FloatArray, b: FloatArray, used: BoolArray, kept: BoolArray
) -> tuple[FloatArray, FloatArray] | None:
    """Newton's method on the ties between used actions: behaviour and the sizes of trembles.

    The unknowns are logarithms of probabilities: of used actions, and of unused ones, which matter
    only beside each other at sets that play does not reach. So beliefs stay limits of Bayes'
    rule whatever the step.
    """
    y = np.where(used, played, 0.0)
    # sizes of trembles: the smallest logarithms with the beliefs of the point
    off = np.flatnonzero(~used)
    lead = np.repeat(_first(kept, law), law.counts)
    rows = kept & (np.arange(len(kept)) != lead)
    if len(off) and rows.any():
        ratio = law.nodes[rows] - law.nodes[lead[rows]]
        y[off] = np.linalg.lstsq(ratio[:, off], ratio @ b - ratio @ y, rcond=None)[0]
    mixed = np.add.reduceat(used.astype(np.int64), law.starts[:-1]) > 1
    if not mixed.any():
        return np.where(used, np.exp(y), 0.0), law.beliefs(y, kept)[0]
    head = np.array([a + int(np.argmax(used[a:e])) for a, e in zip(law.starts[:-1], law.starts[1:], strict=True)])
    free = np.flatnonzero(used & mixed[law.set_of])
    ties = np.setdiff1d(free, head)
    unknown = np.concatenate([free, off])
    best = np.inf
    for _ in range(_ROUNDS):
        worth, slope = law.action_values(y, used, kept)
        x = np.where(used, np.exp(y), 0.0)
        sums = np.add.reduceat(x, law.starts[:-1])[mixed] - 1.0
        value = np.concatenate([worth[ties] - worth[head[law.set_of[ties]]], sums])
        if not np.isfinite(value).all():
            return None
        rates = slope[ties] - slope[head[law.set_of[ties]]]
        share = (law.set_of[None] == np.flatnonzero(mixed)[:, None]) * x
        change = np.linalg.lstsq(np.vstack([rates, share])[:, unknown], value, rcond=1e-12)[0]
        size = float(np.abs(change).max())
        if not size < _JUMP * 20:
            return None
        y[unknown] -= change * min(1.0, _JUMP / max(size, 1e-300))
        if size < 1e-15 or (size >= best and size < 1e-13):
            break
        best = min(best, size)
    flat = np.where(used, np.exp(y), 0.0)
    return flat / np.repeat(np.add.reduceat(flat, law.starts[:-1]), law.shape), law.beliefs(y, kept)[0]


def _first(kept: BoolArray, law: TreeField) -> IntArray:
    ends = np.append(law.firsts[1:], len(kept))
    return np.array([a + int(np.argmax(kept[a:e])) for a, e in zip(law.firsts, ends, strict=True)])
