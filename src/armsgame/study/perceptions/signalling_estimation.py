"""Estimation of payoffs of the crisis signalling game from how crises ended.

It stands beside the other estimator of choices and shares its result's form; the catalogue's model, one floor below,
supplies the roots.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from armsgame._deadline import ask_time
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, NotSolved, check_known, invalid
from armsgame.study.perceptions.choice_models import ChoiceFit
from armsgame.study.perceptions.signalling_data import OUTCOMES, Crises, FirstStage, first_stage_law, read_crises

__all__ = ["SignallingFit", "fit_signalling", "signalling_log_likelihood"]

# least eigenvalue of the information, scaled to a unit diagonal, that differences can tell from 0
_FLAT = 1e-6
_STEP = 1e-5
# rounds that the nested iteration combines, and rounds of single replies before
_MEMORY, _SINGLE = 6, 25


@dataclass(frozen=True, slots=True, eq=False)
class SignallingFit(ChoiceFit):
    """Fit of the crisis signalling game.

    Attributes
    ----------
    names, estimate, error, covariance, log_likelihood, observations, probabilities
        As in `ChoiceFit`. A parameter is named ``payoff.regressor``; the logarithm is that of the pseudo-likelihood.
    method : {"pseudo", "nested"}
    rounds : int
        How often the likelihood was maximised: once, or until the probabilities repeat.
    p_resist, p_firm : arrays [N]
        What the parties are taken to expect of each other in each crisis: the first stage, or the fixed point.
    first_stage_error : bool
        Whether the standard errors include that of the first stage: not if its probabilities were given.
    """

    method: str
    rounds: int
    p_resist: FloatArray
    p_firm: FloatArray
    first_stage_error: bool

    def _head(self) -> str:
        how = {"pseudo": "pseudo-likelihood", "nested": f"nested pseudo-likelihood, {self.rounds} rounds"}[self.method]
        return f"crisis signalling, {how}, {self.observations} observations, logarithm {self.log_likelihood:.3f}"


def fit_signalling(
    outcomes: Sequence[str],
    payoffs: Mapping[str, object],
    *,
    method: str = "pseudo",
    first_stage: tuple[ArrayLike, ArrayLike] | None = None,
    start: Mapping[str, float] | None = None,
    most_rounds: int = 60,
    budget_seconds: float | None = None,
) -> SignallingFit:
    """Estimate the seven payoffs of the crisis signalling game.

    Parameters
    ----------
    outcomes : sequence of N of "SQ", "CD", "SF", "BD"
        Status quo, concession, conflict, backing down.
    payoffs : mapping from S_A, V_A, C_B, W_A, W_B, a, V_B
        A number or an array [N] is known, and so is 0 for a payoff that is left out. A mapping from regressor to a
        number or an array [N] has one coefficient for each, estimated: ``{"W_B": {"constant": 1, "trade": x}}``.
    method : {"pseudo", "nested"}
        Pseudo-likelihood: each party answers first-stage probabilities of the other's choices. Nested: the
        probabilities that the estimates imply replace these, until they repeat.
    first_stage : pair of arrays [N], optional
        P(B resists) and P(A stands firm when resisted). Default: logit regressions on the regressors, their
        squares and products.
    start : mapping from parameter to first value, optional
    most_rounds : int
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    SignallingFit

    Raises
    ------
    InvalidGame
        Unknown payoffs or outcomes, columns of another length, a regressor in all payoffs of one party or linear
        combinations that amount to it, outcomes from which nothing can be learnt.
    NotSolved
        The likelihood was not maximised, the data do not identify the parameters, or the nested iteration did not
        converge; `result` holds what was found.

    Notes
    -----
    The likelihood itself needs a choice among equilibria wherever there are several; pseudo-likelihoods do not, if all
    crises with the same regressors play the same one. Standard errors are those of estimating equations (sandwich):
    those of the pseudo-likelihood include the first stage's, those of the nested one the response of the fixed point.
    Nested iteration follows the equilibria next to the first stage's probabilities and need not converge.

    References
    ----------
    C. Crisman-Cox and M. Gibilisco (2021), Political Science Research and Methods 9, 565-582; V. Aguirregabiria and P.
    Mira (2007), Econometrica 75, 1-53.

    Examples
    --------
    >>> ends = ["SQ"] * 300 + ["CD"] * 270 + ["SF"] * 280 + ["BD"] * 150
    >>> fit = fit_signalling(ends, {"V_A": 1, "C_B": -0.5, "V_B": 1,
    ...                             "W_A": {"constant": 1}, "W_B": {"constant": 1}, "a": {"constant": 1}})
    >>> [round(x, 2) for x in (*fit.estimate.tolist(), *fit.error.tolist())]
    [-0.54, -1.01, -1.01, 0.07, 0.07, 0.09]
    """
    if method not in ("pseudo", "nested"):
        invalid("method", method, "'pseudo' or 'nested'")
    data = read_crises(outcomes, payoffs, first_stage)
    if not data.names:
        invalid("payoffs", payoffs, "a mapping from regressor to values for one payoff at least")
    check_known("start names {}", data.names, *start or {})
    law = first_stage_law(data) if first_stage is None else None
    resist, firm = (data.resist, data.firm) if law is None else law.probabilities(law.estimate)
    first = np.array([float((start or {}).get(n, 0.0)) for n in data.names])
    theta = _maximise(data, resist, firm, first, many=start is None)
    rounds = 1
    if method == "nested":
        theta, resist, firm, rounds = _nested(data, resist, firm, theta, most_rounds)
        covariance = _nested_covariance(data, resist, firm, theta)
    else:
        covariance = _pseudo_covariance(data, resist, firm, theta, law)
    cells = data.cells(theta, resist, firm)
    total = data.counts.sum()
    shares = (data.counts.sum(axis=1)[:, None] * np.exp(cells)).sum(axis=0) / total
    error, likelihood = np.asarray(np.sqrt(np.diag(covariance))), float((data.counts * cells).sum())
    known, counted = dict(zip(OUTCOMES, shares.tolist(), strict=True)), law is not None and method == "pseudo"
    return SignallingFit(
        data.names,
        theta,
        error,
        covariance,
        likelihood,
        int(total),
        known,
        method,
        rounds,
        resist[data.row],
        firm[data.row],
        first_stage_error=counted,
    )


def signalling_log_likelihood(
    outcomes: Sequence[str],
    payoffs: Mapping[str, object],
    values: Mapping[str, float],
    *,
    resist: ArrayLike | None = None,
) -> float:
    """Logarithm of the likelihood of observed outcomes at given coefficients.

    Parameters
    ----------
    outcomes, payoffs : as in `fit_signalling`
    values : mapping from every parameter ``payoff.regressor`` to its value
    resist : array [N], optional
        The root that each crisis plays. It must be given where there are several: the likelihood does not choose.

    Raises
    ------
    NotSolved
        Several equilibria in some crisis, and none is chosen; or none at which anybody challenges.
    InvalidGame
        A probability of resistance that is no root; parameters missing or unknown.

    Examples
    --------
    >>> round(signalling_log_likelihood(["SQ", "CD"], {"V_A": 1, "V_B": 1, "a": -1.2, "W_A": -1.8,
    ...                                                "W_B": {"constant": 1}}, {"W_B.constant": -2.35}), 4)
    -2.6257
    """
    data = read_crises(outcomes, payoffs, None if resist is None else (resist, np.full(len(outcomes), 0.5)))
    if set(values) != set(data.names):
        raise InvalidGame(f"values names {sorted(values)}; allowed: all of {', '.join(data.names) or 'none'}.")
    theta = np.array([float(values[n]) for n in data.names])
    own = data.payoffs(theta)
    if resist is None:
        from armsgame.catalogue.registry import load

        chosen = np.empty(len(data.counts))
        for k in range(len(chosen)):
            roots = load("lewis_schultz_2003", **{n: float(v[k]) for n, v in own.items()}).roots  # type: ignore[attr-defined]
            if len(roots) != 1:
                raise NotSolved(
                    f"{len(roots)} roots at {', '.join(f'{n}={v[k]:.6g}' for n, v in own.items())}, and the likelihood "
                    "does not choose. Give resist=, one root for each crisis, or estimate by pseudo-likelihood.",
                    roots,
                )
            chosen[k] = roots[0]
    else:
        chosen = data.resist
    _, firm, _ = data.replies(theta, chosen, np.full_like(chosen, 0.5))
    _, _, again = data.replies(theta, chosen, firm)
    if np.abs(again - chosen).max() > 1e-6:
        k = int(np.abs(again - chosen).argmax())
        invalid("resist", float(chosen[k]), f"a root at each crisis; the reply to it is {again[k]:.6g}")
    return float((data.counts * data.cells(theta, chosen, firm)).sum())


def _maximise(data: Crises, resist: FloatArray, firm: FloatArray, first: FloatArray, *, many: bool) -> FloatArray:
    """Coefficients that maximise the pseudo-likelihood, from one start or several."""
    from scipy.optimize import minimize

    total = data.counts.sum()

    def loss(theta: FloatArray) -> float:
        return -float((data.counts * data.cells(theta, resist, firm)).sum() / total)

    def slope(theta: FloatArray) -> FloatArray:
        return np.asarray(-_gradient(data, theta, resist, firm) / total)

    draw = np.random.default_rng(0)
    starts = [first, *(draw.normal(size=len(first)) for _ in range(4 if many else 0))]
    # far from the data the likelihood is flat: the first steps are taken from the best of the starts
    starts = sorted(starts, key=loss)[:3]
    ends = [_scored(data, resist, firm, own) for own in starts]
    theta = max(ends, key=lambda end: end[1])[0]
    if all(not settled for _, _, settled in ends):
        best = minimize(loss, theta, jac=slope, method="BFGS", options={"gtol": 1e-7, "maxiter": 200})
        if np.abs(best.jac).max() > 1e-4:
            raise NotSolved(f"the likelihood was not maximised: {best.message} Try other first values.", best)
        theta = best.x
    return theta


def _scores(data: Crises, theta: FloatArray, resist: FloatArray, firm: FloatArray) -> FloatArray:
    """Return derivatives [K, M, 4] of the logarithms of outcome probabilities, by central differences."""
    return _slope(lambda at: data.cells(at, resist, firm), theta, _STEP, axis=0)


def _gradient(data: Crises, theta: FloatArray, resist: FloatArray, firm: FloatArray) -> FloatArray:
    return np.asarray(_scores(data, theta, resist, firm).reshape(len(theta), -1) @ data.counts.ravel())


def _slope(of: Callable[[FloatArray], FloatArray], at: FloatArray, step: float = 1e-4, axis: int = 1) -> FloatArray:
    """Return derivatives [n, len(at)] of a vector function, by central differences."""
    steps = np.diag(step * np.maximum(1.0, np.abs(at)))
    return np.stack([(of(at + own) - of(at - own)) / (2 * own[k]) for k, own in enumerate(steps)], axis=axis)


def _nested(
    data: Crises, resist: FloatArray, firm: FloatArray, theta: FloatArray, most: int
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Replace the probabilities by those that the estimates imply, until they repeat.

    The first rounds take single replies. The later ones solve, in every crisis, for the equilibrium next to the last
    probabilities, and are combined as Anderson (1965) does: the limit is the same, and is reached where replies
    creep or cycle.
    """
    places: list[FloatArray] = []
    gaps: list[FloatArray] = []
    far = np.inf
    for rounds in range(1, most + 1):
        ask_time(f"{rounds - 1} rounds", dict(zip(data.names, theta.tolist(), strict=True)))
        _, new_firm, reply = data.replies(theta, resist, firm)
        single = rounds <= _SINGLE
        near = reply if single else data.equilibrium(theta, reply)
        firm_near = data.replies(theta, near, near)[1]
        settled = np.abs(data.replies(theta, near, firm_near)[2] - near) <= (1e-7 if single else 1e-9)
        # where no equilibrium is near, the reply alone
        if not single:
            reply, new_firm = np.where(settled, near, reply), np.where(settled, firm_near, new_firm)
        far = max(np.abs(new_firm - firm).max(), np.abs(reply - resist).max())
        resist, firm = reply, new_firm
        # a few steps suffice: at the end one more round finds no slope left
        new, _, flat = _scored(data, resist, firm, theta, 4)
        if flat and far <= 1e-7 and settled.all() and np.abs(new - theta).max() <= 1e-6:
            return new, resist, firm, rounds
        # single replies are another map: they are not combined with what follows
        if not single:
            places, gaps = [*places[-_MEMORY:], theta], [*gaps[-_MEMORY:], new - theta]
        theta = new
        if not single and len(gaps) > 1 and settled.all():
            change = np.stack([g - gaps[-1] for g in gaps[:-1]], axis=1)
            share = np.linalg.lstsq(change, -gaps[-1], rcond=1e-8)[0]
            ahead = new + np.stack([x + g - new for x, g in zip(places, gaps, strict=True)][:-1], axis=1) @ share
            # a leap out of sight is a plain round
            theta = ahead if np.abs(ahead - new).max() < 0.5 else new
    raise NotSolved(
        f"the nested iteration did not converge in {most} rounds: probabilities still move by {far:.2g}. The data may "
        "lie near a point at which equilibria vanish; take method='pseudo', or another first stage.",
        dict(zip(data.names, theta.tolist(), strict=True)),
    )


def _scored(
    data: Crises, resist: FloatArray, firm: FloatArray, theta: FloatArray, most: int = 60
) -> tuple[FloatArray, float, bool]:
    """Coefficients by Fisher's scoring from one start, the likelihood there, and whether its slope vanishes."""

    def worth(at: FloatArray) -> float:
        return float((data.counts * data.cells(at, resist, firm)).sum())

    total, held = data.counts.sum(axis=1), worth(theta)
    for _ in range(most):
        ask_time()
        scores = _scores(data, theta, resist, firm)
        slope = scores.reshape(len(theta), -1) @ data.counts.ravel()
        if np.abs(slope).max() <= 1e-8 * total.sum():
            return theta, held, True
        weight = total[:, None] * np.exp(data.cells(theta, resist, firm))
        information = np.einsum("imo,jmo,mo->ij", scores, scores, weight)
        step = np.linalg.lstsq(information, slope, rcond=1e-12)[0]
        step = step * min(1.0, 3.0 / max(np.abs(step).max(), 1e-300))
        for _ in range(20):
            ahead = worth(theta + step)
            if ahead >= held:
                break
            step = step / 2
        else:
            # no step rises: rounding has been reached, or the search must begin anew
            return theta, held, bool(np.abs(slope).max() <= 1e-5 * total.sum())
        theta, held = theta + step, ahead
    return theta, held, False


def _inverse(data: Crises, information: FloatArray) -> FloatArray:
    """Inverse of the information; refuses a flat likelihood."""
    scale = np.sqrt(np.abs(np.diag(information)))
    singular = scale.min() <= 0 or np.linalg.svd(information / np.outer(scale, scale), compute_uv=False)[-1] < _FLAT
    if singular:
        raise NotSolved(
            f"the data do not identify {', '.join(data.names)}: the likelihood is flat in some direction. Fix a "
            "payoff, or leave a regressor out of one.",
            information,
        )
    inverse: FloatArray = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return inverse


def _pseudo_covariance(
    data: Crises, resist: FloatArray, firm: FloatArray, theta: FloatArray, law: FirstStage | None
) -> FloatArray:
    """Covariance of the second stage, with the error of the first where it was estimated."""
    bread = _inverse(data, -_slope(lambda at: _gradient(data, at, resist, firm), theta))
    influence = np.moveaxis(_scores(data, theta, resist, firm), 0, -1)
    if law is not None:
        cross = _slope(lambda g: _gradient(data, theta, *law.probabilities(g)), law.estimate)
        influence = influence + law.influence() @ cross.T
    return _sandwich(bread, influence, data.counts)


def _nested_covariance(data: Crises, resist: FloatArray, firm: FloatArray, theta: FloatArray) -> FloatArray:
    """Covariance of the equations in which the probabilities move with the coefficients as equilibria do."""

    def gradient(at: FloatArray) -> FloatArray:
        p = data.equilibrium(at, resist)
        return _gradient(data, at, p, data.replies(at, p, p)[1])

    bread = _inverse(data, -_slope(gradient, theta))
    return _sandwich(bread, np.moveaxis(_scores(data, theta, resist, firm), 0, -1), data.counts)


def _sandwich(bread: FloatArray, influence: FloatArray, counts: FloatArray) -> FloatArray:
    flat = influence.reshape(-1, influence.shape[-1])
    meat = (flat * counts.reshape(-1, 1)).T @ flat
    out: FloatArray = bread @ meat @ bread.T
    return out
