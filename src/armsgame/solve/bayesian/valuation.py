"""Values, replies and beliefs at the nodes of a profile by type: one linear system per pair of types."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import splu

from armsgame._typing import BoolArray, FloatArray
from armsgame.solve.bayesian.board import Nodes

__all__ = ["TREMBLE", "System", "Valuation"]

TREMBLE = 1e-4
"""Probability of a mistake at nodes that are off the path: it decides beliefs there, and nothing else."""

# visits below this are rounding
_LOST = 1e-13
# below this many nodes a dense system is faster than a sparse one
_DENSE = 48


class Valuation:
    """What a profile by type is worth to each type, node by node.

    Parameters
    ----------
    nodes : Nodes
    discount : float
    """

    def __init__(self, nodes: Nodes, discount: float) -> None:
        self.nodes, self.discount = nodes, discount
        self.kinds = tuple(len(own) for own in nodes.tables.pay)

    @cached_property
    def system(self) -> System:
        """Equations of values and visits under the laws that are played."""
        return System(self.chain(), self.nodes, self.discount)

    def chain(self, tremble: float = 0.0) -> FloatArray:
        """Probability [K0, K1, N, Z] of each public outcome at each node, for each pair of types."""
        prob, state = self.nodes.tables.prob, self.nodes.state
        first, second = self.nodes.laws
        if not tremble and self._pure:
            a, b = first.argmax(axis=2), second.argmax(axis=2)
            return np.asarray(prob[state[None, None], a.T[:, None], b.T[None, :]])
        if tremble:
            first, second = (self.shaken(i, tremble) for i in (0, 1))
        half = np.einsum("nka,nabz->knbz", first, prob[state], optimize=True)
        return np.asarray(np.einsum("nmb,knbz->kmnz", second, half, optimize=True))

    @cached_property
    def _pure(self) -> bool:
        return all(bool((own.max(axis=2) == 1).all()) for own in self.nodes.laws)

    def shaken(self, i: int, tremble: float) -> FloatArray:
        """Laws [N, K, A] of party i if every action is a mistake with this probability."""
        allowed = self.nodes.allowed(i)
        even = allowed / allowed.sum(axis=1, keepdims=True)
        return np.asarray((1 - tremble) * self.nodes.laws[i] + tremble * even[:, None, :])

    @cached_property
    def values(self) -> FloatArray:
        """Values [K0, K1, N, 2] of both parties at every node, normalised by 1 - discount."""
        state = self.nodes.state
        now = []
        for i in (0, 1):
            # by the types of the first and of the second party
            pay = self.nodes.tables.pay[i] if i == 0 else self.nodes.tables.pay[i].swapaxes(0, 1)
            if self._pure:
                a, b = (own.argmax(axis=2).T for own in self.nodes.laws)
                k, m = np.ogrid[: self.kinds[0], : self.kinds[1]]
                k, m = (np.minimum(own, most - 1)[..., None] for own, most in zip((k, m), pay.shape[:2], strict=True))
                now.append(pay[k, m, state, a[:, None], b[None, :]])
            else:
                full = np.broadcast_to(pay[:, :, state], (*self.kinds, len(state), *pay.shape[3:]))
                now.append(np.einsum("nka,nmb,kmnab->kmn", *self.nodes.laws, full, optimize=True))
        return self.system.solve((1 - self.discount) * np.stack(now, axis=-1))

    def replies(self, i: int) -> FloatArray:
        """Values [own type, other's type, N, A] of one action now and of the profile after it."""
        tables, state = self.nodes.tables, self.nodes.state
        law, ahead = self.nodes.laws[1 - i], self.values[..., i]
        prob, pay = tables.prob, tables.pay[i]
        if i == 1:
            prob, pay, ahead = prob.swapaxes(1, 2), pay.swapaxes(3, 4), ahead.swapaxes(0, 1)
        later = ahead[:, :, self.nodes.ahead]
        if self._pure:
            b = law.argmax(axis=2).T
            seen = np.swapaxes(prob, 1, 2)[state[None], b]
            other = np.minimum(np.arange(len(b)), pay.shape[1] - 1)[:, None]
            now = np.swapaxes(pay, 3, 4)[:, other, state[None], b]
        else:
            seen = np.einsum("nmb,nabz->mnaz", law, prob[state], optimize=True)
            full = np.broadcast_to(pay[:, :, state], (len(pay), law.shape[1], len(state), *pay.shape[3:]))
            now = np.einsum("nmb,kmnab->kmna", law, full, optimize=True)
        return np.asarray((1 - self.discount) * now + self.discount * np.matmul(seen[None], later[..., None])[..., 0])

    def beliefs(self, i: int, tremble: float = TREMBLE) -> FloatArray:
        """Return what each type of party i believes [own type, N, other's type]: discounted visits of each node.

        Where no play leads, visits are those under mistakes of probability `tremble`.
        """
        prior = self.nodes.tables.game.prior[1 - i]
        left = self.nodes.left[1 - i] & (prior > 0)
        weights = self._weights(self._visits, prior, i) * left
        off = self._weights(System(self.chain(tremble), self.nodes, self.discount).visits(), prior, i)
        # what many mistakes at once lead to is lost in rounding; there the prior stands, among the types that are left
        for other in (off * left, off, left * prior, np.broadcast_to(prior, off.shape)):
            weights = np.where((weights.sum(axis=-1) > _LOST)[..., None], weights, other)
        return np.asarray(weights / weights.sum(axis=-1, keepdims=True))

    def on_path(self, i: int) -> BoolArray:
        """Whether play leads each type of party i to a node [own type, N]."""
        weights = self._weights(self._visits, self.nodes.tables.game.prior[1 - i], i)
        return np.asarray(weights.sum(axis=2) > _LOST)

    @cached_property
    def _visits(self) -> FloatArray:
        return self.system.visits()

    @staticmethod
    def _weights(visits: FloatArray, prior: FloatArray, i: int) -> FloatArray:
        own = visits if i == 0 else visits.swapaxes(0, 1)
        return np.asarray(np.maximum(own.swapaxes(1, 2), 0.0) * prior)

    def expected(self, i: int) -> FloatArray:
        """Value [N, own type, A] of each action now at these beliefs; -inf where there is no such action."""
        mean = np.einsum("knm,kmna->nka", self.beliefs(i), self.replies(i))
        return np.where(self.nodes.allowed(i)[:, None, :], mean, -np.inf)

    def one_shot(self, i: int) -> FloatArray:
        """Gains [own type, other's type, N, A] of one action over what is prescribed, -inf where there is none."""
        reply = self.replies(i)
        law = self.nodes.laws[i].swapaxes(0, 1)[:, None]
        gain = reply - (reply * law).sum(axis=-1, keepdims=True)
        return np.where(self.nodes.allowed(i), gain, -np.inf)


class System:
    """Values and discounted visits under given laws, for all pairs of types at once."""

    def __init__(self, prob: FloatArray, nodes: Nodes, discount: float) -> None:
        self.shape = prob.shape[:3]
        k, m, n = self.shape
        if n <= _DENSE:
            # place of each probability in the matrices of all pairs of types
            at = np.arange(k * m * n).reshape(k * m, n, 1) * n + nodes.ahead
            dense = np.bincount(at.ravel(), prob.ravel(), minlength=k * m * n * n).reshape(k * m, n, n)
            self._dense: FloatArray | None = np.eye(n) - discount * dense
            return
        self._dense = None
        pair, row, shown = np.nonzero(prob.reshape(k * m, n, -1))
        entry = discount * prob.reshape(k * m, n, -1)[pair, row, shown]
        size = k * m * n
        steps = csc_array((entry, (pair * n + row, pair * n + nodes.ahead[row, shown])), shape=(size, size))
        self._factor: Any = splu((eye_array(size, format="csc") - steps).tocsc())

    def solve(self, right: FloatArray) -> FloatArray:
        """Values [K0, K1, N, P] of payoffs per period."""
        flat = right.reshape(-1, self.shape[2], right.shape[-1])
        if self._dense is not None:
            return np.asarray(np.linalg.solve(self._dense, flat).reshape(right.shape))
        return np.asarray(self._factor.solve(flat.reshape(-1, right.shape[-1])).reshape(right.shape))

    def visits(self) -> FloatArray:
        """Discounted number of visits [K0, K1, N] from the root."""
        root = np.zeros((*self.shape, 1))
        root[:, :, 0] = 1.0
        return self.following(root)[..., 0]

    def following(self, right: FloatArray) -> FloatArray:
        """Discounted number of visits [K0, K1, N, P] of what follows nodes with these weights."""
        flat = right.reshape(-1, self.shape[2], right.shape[-1])
        if self._dense is not None:
            return np.asarray(np.linalg.solve(self._dense.swapaxes(1, 2), flat).reshape(right.shape))
        return np.asarray(self._factor.solve(flat.reshape(-1, right.shape[-1]), "T").reshape(right.shape))
