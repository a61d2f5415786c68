"""Observed crises of the signalling game: regressors, replies to probabilities, and the first stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from armsgame._shown import Value
from armsgame._typing import FloatArray, IntArray
from armsgame.errors import InvalidGame, check_known, invalid

__all__ = ["Crises", "FirstStage", "first_stage_law", "read_crises"]

OUTCOMES = ("SQ", "CD", "SF", "BD")
OWN = {"A": ("S_A", "V_A", "W_A", "a"), "B": ("C_B", "W_B", "V_B")}
PAYOFFS = (*OWN["A"], *OWN["B"])
# outcomes after which B resisted and conceded, and A fought and backed down
_CHOICES = (((2, 3), (1,)), ((2,), (3,)))
_LEAST = 1e-14


@dataclass(frozen=True, eq=False)
class Crises(Value):
    """Crises grouped by their regressors.

    Attributes
    ----------
    names : tuple of K str
        ``payoff.regressor``.
    known : mapping from payoff to array [M]
    columns : mapping from payoff to array [M, k]
    counts : array [M, 4]
    row : int array [N]
        Group of each crisis.
    features : array [M, F]
        All that varies between groups.
    resist, firm : arrays [M]
        Given first-stage probabilities; 1/2 where none were given.
    """

    names: tuple[str, ...]
    known: Mapping[str, FloatArray]
    columns: Mapping[str, FloatArray]
    counts: FloatArray
    row: IntArray
    features: FloatArray
    resist: FloatArray
    firm: FloatArray

    def payoffs(self, theta: FloatArray) -> dict[str, FloatArray]:
        """Payoffs [M] by name at coefficients [K]."""
        found, k = dict(self.known), 0
        for name, own in self.columns.items():
            found[name] = own @ theta[k : k + own.shape[1]]
            k += own.shape[1]
        return found

    def _parts(self, theta: FloatArray, resist: FloatArray, firm: FloatArray) -> tuple[FloatArray, ...]:
        """P(SQ) as a logarithm, P(challenge), P(challenge, firm), and B's mean gain by resisting."""
        from scipy.special import log_ndtr

        u = self.payoffs(theta)
        with np.errstate(over="ignore"):
            cut = np.clip(u["V_A"] + (u["S_A"] - u["V_A"]) / np.maximum(resist, _LEAST), -1e6, 1e6)
            stay = log_ndtr(cut - u["W_A"]) + log_ndtr(cut - u["a"])
            challenge = -np.expm1(stay)
            both = _orthant((u["W_A"] - u["a"]) / np.sqrt(2), u["W_A"] - cut)
            gain = u["W_B"] - u["V_B"] + (u["V_B"] - u["C_B"]) / np.maximum(firm, _LEAST)
        return stay, challenge, np.clip(both, 0.0, challenge), gain

    def replies(self, theta: FloatArray, resist: FloatArray, firm: FloatArray) -> tuple[FloatArray, ...]:
        """P(challenge) and P(firm) that answer P(resist), and P(resist) that answers P(firm)."""
        from scipy.special import ndtr

        _, challenge, both, gain = self._parts(theta, resist, firm)
        return challenge, both / np.maximum(challenge, _LEAST), ndtr(gain)

    def cells(self, theta: FloatArray, resist: FloatArray, firm: FloatArray) -> FloatArray:
        """Logarithms [M, 4] of the probabilities of outcomes, each party answering the given probabilities."""
        from scipy.special import log_ndtr

        stay, challenge, both, gain = self._parts(theta, resist, firm)
        yes, no = log_ndtr(gain), log_ndtr(-gain)
        logs = [np.log(np.maximum(x, _LEAST)) for x in (challenge, both, challenge - both)]
        found = np.stack([stay, logs[0] + no, logs[1] + yes, logs[2] + yes], axis=1)
        return np.asarray(np.maximum(found, -700.0))

    def equilibrium(self, theta: FloatArray, resist: FloatArray) -> FloatArray:
        """P(resist) [M] that answers itself, next to the given one, by Newton's rule on its normal quantile."""
        from scipy.special import ndtr, ndtri

        def gap(z: FloatArray) -> FloatArray:
            p = ndtr(z)
            return self._parts(theta, p, self.replies(theta, p, p)[1])[3] - z

        z = ndtri(np.clip(resist, 1e-12, 1 - 1e-12))
        for _ in range(30):
            far = gap(z)
            slope = (gap(z + 1e-6) - gap(z - 1e-6)) / 2e-6
            move = np.clip(-far / np.where(np.abs(slope) > 1e-8, slope, -1.0), -0.5, 0.5)
            z = z + move
            if np.abs(move).max() < 1e-11:
                break
        return np.asarray(ndtr(z))


def read_crises(outcomes: Sequence[str], payoffs: Mapping[str, Any], given: Any) -> Crises:
    """Check and group observations.

    Raises
    ------
    InvalidGame
        See `fit_signalling`.
    """
    ends = list(outcomes)
    check_known("outcome {} is unknown", OUTCOMES, *ends)
    if not ends:
        invalid("outcomes", ends, "at least one observation")
    check_known("payoff {} is unknown", PAYOFFS, *payoffs)
    n = len(ends)
    known = {p: _column(p, payoffs.get(p, 0.0), n) for p in PAYOFFS if not isinstance(payoffs.get(p), Mapping)}
    chosen = {p: payoffs[p] for p in PAYOFFS if isinstance(payoffs.get(p), Mapping)}
    for p, own in chosen.items():
        if not own:
            invalid(p, own, "at least one regressor, or a known number")
    columns = {p: np.stack([_column(f"{p}.{r}", x, n) for r, x in own.items()], axis=1) for p, own in chosen.items()}
    names = tuple(f"{p}.{r}" for p, own in chosen.items() for r in own)
    first = np.full((n, 2), 0.5)
    if given is not None:
        first = np.stack([_column(w, x, n) for w, x in zip(("p_resist", "p_firm"), given, strict=True)], axis=1)
        if not ((first > 0) & (first < 1)).all():
            invalid("first_stage", float(first.min()), "probabilities strictly between 0 and 1")
    table = np.concatenate([np.stack(list(known.values()), axis=1), *columns.values(), first], axis=1)
    unique, place, row = np.unique(table, axis=0, return_index=True, return_inverse=True)
    row = row.reshape(-1)
    counts = np.zeros((len(unique), 4))
    np.add.at(counts, (row, np.array([OUTCOMES.index(o) for o in ends])), 1.0)
    grouped = {p: x[place] for p, x in columns.items()}
    _identified(grouped, chosen)
    varying = unique[:, :-2][:, np.ptp(unique[:, :-2], axis=0) > 0]
    return Crises(
        names, {p: x[place] for p, x in known.items()}, grouped, counts, row, varying, *unique[:, -2:].T.copy()
    )  # fmt: skip


def _column(name: str, values: object, n: int) -> FloatArray:
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        invalid(name, values, "a number or an array of them")
    if found.shape not in ((), (n,)):
        invalid(name, found.shape, f"a number, or one for each of the {n} observations")
    if not np.isfinite(found).all():
        invalid(name, values, "finite numbers")
    return np.broadcast_to(found, (n,))


def _identified(columns: Mapping[str, FloatArray], chosen: Mapping[str, Mapping[str, object]]) -> None:
    """Refuse what no data could tell apart: only differences of a party's payoffs show in its choices."""
    bases = {}
    for p, own in columns.items():
        left, size, _ = np.linalg.svd(own / np.maximum(np.abs(own).max(axis=0), 1e-300), full_matrices=False)
        if len(size) < own.shape[1] or size[-1] <= 1e-10 * size[0]:
            invalid(p, list(chosen[p]), "regressors that are not linear combinations of each other")
        bases[p] = left
    for party, names in OWN.items():
        if not all(p in bases for p in names):
            continue
        # a direction that lies in every payoff's space is kept by every projection; few columns, so a small matrix
        joint = np.linalg.qr(np.concatenate([bases[p] for p in names], axis=1))[0]
        kept = sum((c := joint.T @ bases[p]) @ c.T for p in names) / len(names)
        if np.linalg.eigvalsh(kept)[-1] > 1 - 1e-9:
            shared = set.intersection(*(set(chosen[p]) for p in names))
            told = f"{sorted(shared)[0]!r}" if shared else "a linear combination of regressors"
            raise InvalidGame(
                f"{told} enters all payoffs of {party} ({', '.join(names)}), which no choice of {party}'s can show; "
                "leave it out of one of them, or give one as a known number."
            )


def _orthant(h: FloatArray, k: FloatArray) -> FloatArray:
    """P(X < h, Y < k) of normal variables with correlation 1/sqrt 2, by Plackett's integral over the angle."""
    from scipy.special import ndtr, roots_legendre

    nodes, weights = roots_legendre(16)
    angle = (nodes + 1) * np.pi / 8
    h, k = h[:, None], k[:, None]
    density = np.exp(-(h * h + k * k - 2 * h * k * np.sin(angle)) / (2 * np.cos(angle) ** 2))
    return np.asarray((ndtr(h) * ndtr(k))[:, 0] + density @ weights / 16)


@dataclass(frozen=True, eq=False)
class FirstStage(Value):
    """Logit regressions of resistance and of standing firm on functions of the regressors.

    Attributes
    ----------
    features : array [M, F]
    estimate : array [2F]
    counts : array [M, 4]
    """

    features: FloatArray
    estimate: FloatArray
    counts: FloatArray

    def probabilities(self, at: FloatArray) -> tuple[FloatArray, FloatArray]:
        """P(resist) and P(firm) [M] at coefficients [2F]."""
        from scipy.special import expit

        one, two = (expit(self.features @ own) for own in np.split(at, 2))
        return one, two

    def influence(self) -> FloatArray:
        """Return what one crisis of each group and outcome moves the estimate by, [M, 4, 2F]."""
        count = self.features.shape[1]
        out = np.zeros((*self.counts.shape, 2 * count))
        for k, (yes, no) in enumerate(_CHOICES):
            own = slice(k * count, (k + 1) * count)
            p = self.probabilities(self.estimate)[k]
            weight = self.counts[:, [*yes, *no]].sum(axis=1) * p * (1 - p)
            inverse = np.linalg.inv((self.features * weight[:, None]).T @ self.features + 1e-6 * np.eye(count))
            step = self.features @ inverse
            for cell, y in (*((c, 1.0) for c in yes), *((c, 0.0) for c in no)):
                out[:, cell, own] = (y - p)[:, None] * step
        return out


def first_stage_law(data: Crises) -> FirstStage:
    """Fit the first stage: what each party is taken to expect of the other.

    Squares and products of regressors enter, or bends at their quintiles, where Schwarz's criterion wants them.
    """
    sums = data.counts.sum(axis=0)
    if not (sums[1] and sums[2] and sums[3]):
        told, step = dict(zip(OUTCOMES, sums.tolist(), strict=True)), "Otherwise give the probabilities: first_stage=."
        invalid("outcomes", told, "at least one each of CD, SF and BD", step)
    x = data.features
    x = (x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-300)
    linear = [np.ones((len(x), 1)), x]
    best: tuple[float, FirstStage] | None = None
    products = [x[:, [i]] * x[:, i:] for i in range(x.shape[1])]
    bends = [np.maximum(x - knot, 0.0) for knot in np.quantile(x, (0.2, 0.4, 0.6, 0.8), axis=0)] if x.size else []
    for parts in (linear, [*linear, *products], [*linear, *bends]):
        table = _independent(np.concatenate(parts, axis=1))
        sides = [tuple(data.counts[:, list(side)].sum(axis=1) for side in pair) for pair in _CHOICES]
        halves = [_logit(table, *side) for side in sides]
        fit = sum(
            float(yes @ np.log(p) + no @ np.log1p(-p))
            for (yes, no), own in zip(sides, halves, strict=True)
            for p in [1 / (1 + np.exp(-np.clip(table @ own, -30, 30)))]
        )
        worth = fit - np.log(sums[1:].sum()) * table.shape[1]
        if best is None or worth > best[0]:
            best = (float(worth), FirstStage(table, np.concatenate(halves), data.counts))
    assert best is not None
    return best[1]


def _independent(table: FloatArray) -> FloatArray:
    """Columns in order, each kept if it is no combination of those before it."""
    kept: list[int] = []
    for k in range(table.shape[1]):
        if np.linalg.matrix_rank(table[:, [*kept, k]], tol=1e-8 * np.sqrt(len(table))) == len(kept) + 1:
            kept.append(k)
    return table[:, kept]


def _logit(x: FloatArray, yes: FloatArray, no: FloatArray) -> FloatArray:
    """Logit regression by Newton's rule, held by a slight penalty where the data separate."""
    from scipy.special import expit

    beta = np.zeros(x.shape[1])
    for _ in range(100):
        p = expit(x @ beta)
        weight = (yes + no) * p * (1 - p)
        step = np.linalg.solve(
            (x * weight[:, None]).T @ x + 1e-6 * np.eye(len(beta)), x.T @ (yes - (yes + no) * p) - 1e-6 * beta
        )
        step = step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        beta = beta + step
        if np.abs(step).max() < 1e-12:
            break
    return beta
