"""Issue linkage: one pooled incentive constraint in place of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from armsgame._checks import discount_array, finite
from armsgame._shown import Value
from armsgame._typing import ArrayLike, BoolArray, FloatArray, Number, Truth
from armsgame.errors import invalid
from armsgame.solve.thresholds.reversion import least_discount
from armsgame.treaty.closed_forms.premises import PUNISHES, Premise, needs
from armsgame.treaty.elementwise import elementwise, plain

__all__ = ["Linkage", "LinkageEffect", "effect", "threshold"]


@dataclass(frozen=True, slots=True)
class Linkage(Value):
    """Thresholds of the discount factor (inf where none works).

    Attributes
    ----------
    separate : one number per issue, shape [*B, K] for batches
    linked : all issues upheld or dropped together
    """

    separate: list[float] | FloatArray
    linked: Number


@needs(
    "linkage.threshold",
    Premise("breaches are seen at once", "psi1 = 1, psi0 = 0", "see compliance.grim"),
    Premise(PUNISHES.name + " of every issue", "P_k >= S_k", PUNISHES.otherwise),
)
def threshold(issues: ArrayLike, utility: Callable[[FloatArray], FloatArray] | None = None) -> Linkage:
    """Discount factors from which grim upholds each issue alone, and all of them as one bargain.

    Parameters
    ----------
    issues : array_like ``[*B, K, 3]``
        One row (temptation, reward, punishment) per issue.
    utility : callable, optional
        Increasing utility of the total payoff per period, applied to arrays. Default: the sum.

    Returns
    -------
    Linkage

    Raises
    ------
    InvalidGame
        Rows of another shape, a reward not above its punishment, or a utility that does not rise.

    Notes
    -----
    Linked, a violator takes every temptation T_k > R_k at once and loses every reward:
    delta = sum (T-R)+ / sum [(T-R)+ + R-P], the mediant of the separate thresholds where all T >= R
    (Bernheim and Whinston 1990). With utility u, issue k alone needs
    [u(T + r) - u(R + r)] / [u(T + r) - u(P + r)], where r is the sum of the other rewards. For
    *identical* issues a concave u lowers the linked threshold below the separate ones (after
    Spagnolo 1999); for unequal issues it may lie above the least of them. It holds under these conditions:

    {premises}

    Examples
    --------
    >>> found = threshold([[5, 3, 1], [2, 1.8, 0]])
    >>> [round(x, 6) for x in found.separate], round(found.linked, 6)
    ([0.5, 0.1], 0.366667)
    """
    t, r, p = _rows(issues)
    with elementwise():
        best = np.maximum(t, r)
        all_kept, all_taken, all_lost = r.sum(-1), best.sum(-1), p.sum(-1)
        if utility is None:
            separate = least_discount(best - r, r - p)
            linked = least_discount(all_taken - all_kept, all_kept - all_lost)
        else:
            others = all_kept[..., None] - r
            taken, kept, lost = utility(best + others), utility(all_kept)[..., None], utility(p + others)
            far = utility(all_lost)
            for values in (taken, lost, far):
                if not np.isfinite(values).all():
                    invalid("utility", utility, "finite values at every total payoff that can occur")
            if not ((kept > lost).all() and (kept[..., 0] > far).all() and (taken >= kept).all()):
                invalid("utility", utility, "an increasing function of the total payoff")
            separate = least_discount(taken - kept, kept - lost)
            linked = least_discount(utility(all_taken) - kept[..., 0], kept[..., 0] - far)
    return Linkage(separate.tolist() if separate.ndim == 1 else separate, plain(linked))


@dataclass(frozen=True, slots=True)
class LinkageEffect(Value):
    """What linking does at one discount factor.

    Attributes
    ----------
    alone : which issues hold by themselves, shape [*B, K]
    together : whether the linked bargain holds
    rescued, destroyed : number of issues that linking saves, and that it takes down with it
    """

    alone: list[bool] | BoolArray
    together: Truth
    rescued: Number
    destroyed: Number


def effect(
    issues: ArrayLike, discount: ArrayLike, utility: Callable[[FloatArray], FloatArray] | None = None
) -> LinkageEffect:
    """Which issues linking rescues or destroys at a discount factor.

    Parameters
    ----------
    issues : array_like ``[*B, K, 3]``
    discount : float or array ``[*B]``
    utility : callable, optional
        As in `threshold`.

    Returns
    -------
    LinkageEffect

    Examples
    --------
    A shaky issue takes a sound one with it: contagion.

    >>> found = effect([[2, 1, 0], [1.5, 1, 0]], discount=0.4)
    >>> found.alone, found.together, found.destroyed
    ((False, True), False, 1)
    """
    delta = discount_array(discount)
    found = threshold(issues, utility)
    with elementwise():
        alone = np.asarray(found.separate) <= delta[..., None]
        together = np.asarray(found.linked) <= delta
    rescued = np.where(together, (~alone).sum(-1), 0)
    destroyed = np.where(together, 0, alone.sum(-1))
    return LinkageEffect(
        alone.tolist() if alone.ndim == 1 else alone, plain(together), plain(rescued), plain(destroyed)
    )


def _rows(issues: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    array = finite("issues", issues)
    if array.ndim < 2 or array.shape[-1] != 3 or array.shape[-2] == 0:
        invalid("issues.shape", array.shape, "[*B, K, 3], one row (temptation, reward, punishment) per issue")
    t, r, p = array[..., 0], array[..., 1], array[..., 2]
    if not (r > p).all():
        where = tuple(int(i) for i in np.argwhere(~(r > p))[0])
        invalid(f"issues{list(where)}", array[where].tolist(), "a reward above the punishment")
    return t, r, p
