"""Estimation of payoffs and logit precision from choices observed in small crisis trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from armsgame._checks import need_pandas
from armsgame._deadline import ask_time
from armsgame._shown import Framed, Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import InvalidGame, NotSolved, WrongConcept, check_known, invalid
from armsgame.games.coercion import game_of
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import CHANCE, TERMINAL

if TYPE_CHECKING:
    import pandas

__all__ = ["ChoiceFit", "agent_error_probabilities", "fit_agent_error"]

# least eigenvalue of the information, scaled to a unit diagonal, that central differences can tell from 0
_FLAT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceFit(Framed, Value):
    """Maximum-likelihood fit of a tree with agent error.

    Attributes
    ----------
    names : tuple of K str
    estimate, error : arrays [K]
        Estimates and standard errors from the observed information.
    covariance : array [K, K]
    log_likelihood : float
    observations : int
    probabilities : mapping from outcome to its fitted mean probability
    """

    names: tuple[str, ...]
    estimate: FloatArray
    error: FloatArray
    covariance: FloatArray
    log_likelihood: float
    observations: int
    probabilities: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        """Estimate of one parameter."""
        check_known("parameter {} is unknown", self.names, name)
        return float(self.estimate[self.names.index(name)])

    def to_frame(self) -> pandas.DataFrame:
        """One row per parameter: estimate, standard error, ends of a 95 % interval (needs pandas)."""
        rows = [
            {"parameter": n, "estimate": b, "error": e, "low": b - 1.959964 * e, "high": b + 1.959964 * e}
            for n, b, e in zip(self.names, self.estimate.tolist(), self.error.tolist(), strict=True)
        ]
        return need_pandas().DataFrame(rows)

    def _head(self) -> str:
        return f"agent error, {self.observations} observations, log-likelihood {self.log_likelihood:.3f}"

    def __str__(self) -> str:
        pairs = zip(self.names, self.estimate.tolist(), self.error.tolist(), strict=True)
        return "\n".join([self._head(), *(f"  {n:<20s} {b:9.4f}  (s.e. {e:.4f})" for n, b, e in pairs)])


def agent_error_probabilities(game: ExtensiveGame, precision: ArrayLike) -> FloatArray:
    """Probability of every terminal node when each move is chosen with logit error, last moves first.

    Parameters
    ----------
    game : ExtensiveGame
        Of perfect information; may be a batch.
    precision : float or array ``[*B]``, at least 0
        In 1/utility.

    Returns
    -------
    array ``[*B, Z]``

    Raises
    ------
    WrongConcept
        Information sets of several nodes: ask `agent_qre`.

    Examples
    --------
    >>> import armsgame as ag
    >>> game = ag.ExtensiveGame(["A"], ag.Move("A", "start", {"go": (1.0,), "stay": (0.0,)}))
    >>> agent_error_probabilities(game, 1.0).round(4).tolist()
    [0.7311, 0.2689]

    References
    ----------
    C. S. Signorino (1999), American Political Science Review 93, 279-297.
    """
    game = _read("agent_error_probabilities", game)
    lam = np.asarray(precision, dtype=np.float64)
    if not (np.isfinite(lam).all() and (lam >= 0).all()):
        invalid("precision", precision, "finite numbers of at least 0")
    return np.exp(_log_law(game, game.payoffs, lam))


def fit_agent_error(
    game: Callable[..., ExtensiveGame],
    outcomes: Sequence[str] | Mapping[str, int],
    start: Mapping[str, float],
    *,
    precision: float | None = None,
    budget_seconds: float | None = None,
) -> ChoiceFit:
    """Estimate parameters of a crisis tree from how crises ended.

    Parameters
    ----------
    game : callable, from parameters by name to ExtensiveGame
        Tree of perfect information at parameter values. It may be a batch over the N observations, with
        covariates in its payoffs; then `outcomes` is a sequence.
    outcomes : sequence of N outcome labels, or mapping from label to count
    start : mapping from parameter to first value
        What is estimated. The name ``"precision"`` stands for the logit precision and is not given to `game`.
    precision : float, optional
        Fixed precision, where it is not estimated; needed then. Precision and the scale of payoffs
        cannot both be estimated: only their product shows in choices.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    ChoiceFit

    Raises
    ------
    InvalidGame
        Unknown outcome labels, no observations, a precision missing or given twice.
    NotSolved
        The likelihood was not maximised, or the data do not identify the parameters.

    Notes
    -----
    Each move is made with independent logit error, given the errors of all later moves (Signorino 1999). Standard
    errors are the roots of the diagonal of the inverse observed information, from central differences.

    Examples
    --------
    >>> import armsgame as ag
    >>> def crisis(war):
    ...     return ag.ExtensiveGame(["A", "B"], ag.Move("A", "start", {
    ...         "wait": ag.trees.Outcome("status quo", (0, 0)),
    ...         "threaten": ag.Move("B", "threatened", {
    ...             "concede": ag.trees.Outcome("concession", (1, -1)),
    ...             "resist": ag.trees.Outcome("war", (war, -1.5))})}))
    >>> fit = fit_agent_error(crisis, {"status quo": 452, "concession": 341, "war": 207},
    ...                       {"war": 0.0, "precision": 0.5})
    >>> [round(x, 2) for x in (*fit.estimate.tolist(), *fit.error.tolist())]
    [-1.14, 1.0, 0.27, 0.18]
    """
    from scipy.optimize import minimize

    names = tuple(start)
    if ("precision" in names) == (precision is not None):
        invalid("precision", precision, "a number, unless 'precision' is among the parameters of start")
    if not names:
        invalid("start", start, "at least one parameter")

    def built(theta: FloatArray) -> tuple[ExtensiveGame, float]:
        values = dict(zip(names, theta.tolist(), strict=True))
        lam = float(values.pop("precision", precision))
        return game(**values), lam

    first = np.array([float(start[n]) for n in names])
    tree = _read("fit_agent_error", built(first)[0])
    weights, total = _counts(tree, outcomes)

    def loss(theta: FloatArray) -> float:
        ask_time(f"parameters {theta.tolist()}")
        one, lam = built(theta)
        law = np.broadcast_to(_log_law(one, one.payoffs, np.asarray(lam)), weights.shape)
        # an outcome that chance rules out and nobody saw counts nothing
        return -float(weights[weights > 0] @ law[weights > 0]) / total

    found = minimize(loss, first, method="BFGS", options={"gtol": 1e-7})
    theta = np.asarray(found.x)
    # the search also stops, content or not, where differences of the likelihood drown in rounding
    if not (found.success or float(np.abs(found.jac).max()) < 1e-4):
        raise NotSolved(f"the likelihood was not maximised: {found.message} Try other first values.", found)
    information = total * _hessian(loss, theta)
    scale = np.sqrt(np.abs(np.diag(information)))
    spread = np.linalg.eigvalsh(information / np.outer(scale, scale)) if scale.min() > 0 else np.zeros(1)
    if not spread.min() > _FLAT:
        raise NotSolved(
            f"the data do not identify {', '.join(names)}: the likelihood is flat in some direction. Fix a parameter; "
            "precision and the scale of payoffs are never identified together.",
            found,
        )
    covariance = np.linalg.inv(information)
    end, lam = built(theta)
    law = np.exp(_log_law(end, end.payoffs, np.asarray(lam)))
    mean = law.reshape(-1, law.shape[-1]).mean(axis=0)
    shares: dict[str, float] = {}
    for label, p in zip(_labels(end), mean.tolist(), strict=True):
        shares[label] = shares.get(label, 0.0) + p
    error, best = np.asarray(np.sqrt(np.diag(covariance))), -total * loss(theta)
    return ChoiceFit(names, theta, error, np.asarray(covariance), best, int(total), shares)


def _log_law(game: ExtensiveGame, payoffs: FloatArray, lam: FloatArray) -> FloatArray:
    """Log-probability ``[*B, Z]`` of every terminal node."""
    shape = np.broadcast_shapes(game.batch, lam.shape)
    count = len(game.parents)
    worth = np.zeros((*shape, count, len(game.players)))
    worth[..., game.terminals, :] = payoffs
    step = np.zeros((*shape, count))
    for node in range(count - 1, -1, -1):
        owner = int(game.owners[node])
        if owner == TERMINAL:
            continue
        kids = list(game.children[node])
        if owner == CHANCE:
            with np.errstate(divide="ignore"):
                own = np.broadcast_to(np.log(game.chances[..., kids]), (*shape, len(kids)))
        else:
            lift = lam[..., None] * worth[..., kids, owner]
            top = lift.max(axis=-1, keepdims=True)
            own = lift - top - np.log(np.exp(lift - top).sum(axis=-1, keepdims=True))
        step[..., kids] = own
        worth[..., node, :] = (np.exp(own)[..., None] * worth[..., kids, :]).sum(axis=-2)
    for node in range(1, count):
        step[..., node] += step[..., int(game.parents[node])]
    return step[..., game.terminals]


def _counts(game: ExtensiveGame, outcomes: Sequence[str] | Mapping[str, int]) -> tuple[FloatArray, float]:
    """Weights [Z] or [N, Z] of the terminal nodes, and the number of observations."""
    labels = _labels(game)
    if len(set(labels)) != len(labels):
        raise InvalidGame("two terminal nodes share an outcome label; give each its own, so that data can name it.")
    given = dict(outcomes) if isinstance(outcomes, Mapping) else list(outcomes)
    check_known("outcome {} is unknown", labels, *given)
    if isinstance(given, dict):
        if game.batch:
            raise InvalidGame("a batch of trees needs one outcome per observation, in a sequence, not counts.")
        weights = np.array([float(given.get(name, 0)) for name in labels])
        if not (np.isfinite(weights).all() and weights.min() >= 0):
            invalid("outcomes", outcomes, "counts of at least 0")
    else:
        weights = np.array([[float(o == name) for name in labels] for o in given]).reshape(-1, len(labels))
        if game.batch and game.batch != (len(given),):
            invalid("len(outcomes)", len(given), f"{game.batch}, the batch of the tree")
        weights = weights if game.batch else weights.sum(axis=0)
    total = float(weights.sum())
    if not total > 0:
        invalid("outcomes", outcomes, "at least one observation")
    return weights, total


def _labels(game: ExtensiveGame) -> list[str]:
    return [o or game.history(int(n)) for o, n in zip(game.outcomes, game.terminals, strict=True)]


def _hessian(loss: Callable[[FloatArray], float], theta: FloatArray) -> FloatArray:
    """Second derivatives by central differences."""
    steps = np.diag(1e-4 * np.maximum(np.abs(theta), 1.0))
    out = np.empty((len(theta), len(theta)))
    for i, a in enumerate(steps):
        for j, b in enumerate(steps[: i + 1]):
            corners = loss(theta + a + b) - loss(theta + a - b) - loss(theta - a + b) + loss(theta - a - b)
            out[i, j] = out[j, i] = corners / (4 * a[i] * b[j])
    return out


def _read(verb: str, given: object) -> ExtensiveGame:
    game = game_of(verb, given, ExtensiveGame)
    if not game.perfect_information:
        raise WrongConcept(
            "some information set has several nodes; this likelihood needs perfect information. Ask agent_qre."
        )
    return game
