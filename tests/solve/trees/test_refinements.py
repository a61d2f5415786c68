"""Refinements of signalling equilibria against definitions: scans of beliefs and mixtures, and linear programs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

import armsgame as ag
from armsgame.solve.trees.refinements import _less_often, _mixture


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_mixture_that_makes_all_rows_at_most_zero_is_found_where_a_linear_program_finds_one(count):
    rng = np.random.default_rng(count)
    found = []
    for _ in range(30):
        rows = rng.integers(-3, 6, (int(rng.integers(1, 5)), count)).astype(float)
        program = linprog(
            np.append(np.zeros(count), 1.0),
            A_ub=np.hstack([rows, -np.ones((len(rows), 1))]),
            b_ub=np.zeros(len(rows)),
            A_eq=[[1.0] * count + [0.0]],
            b_eq=[1.0],
            bounds=[(0, None)] * count + [(None, None)],
        )
        found.append(_mixture(rows, 1e-9))
        assert found[-1] == (program.fun <= 1e-9)
    assert 0 < sum(found) < 30


def test_mixtures_at_the_edge():
    # the lines meet at nought, just above it, and just below
    for height, mixed in ((0.0, True), (0.01, False), (-0.01, True)):
        assert _mixture(np.array([[-1.0, 1.0], [1.0, -1.0]]) + height, 1e-12) is mixed
    # one row above the other everywhere: only a column could do
    assert not _mixture(np.array([[1.0, 2.0], [3.0, 4.0]]), 1e-12)
    assert _mixture(np.array([[1.0, -2.0], [3.0, 0.0]]), 1e-12)
    # zero counts as at most zero, and so does what rounding adds
    assert _mixture(np.array([[1e-12]]), 1e-12)
    assert not _mixture(np.array([[2e-12]]), 1e-12)
    assert not _mixture(np.array([[1.0, -1.0], [-1.0, 1.0], [0.5, 0.5]]), 1e-12)


def test_a_type_gains_less_often_where_the_other_gains_whenever_it_does():
    """Gains are lines over the chance q of the second of two replies; D1 compares where they are positive."""
    both = [(0, 1)]

    def less(own, theirs):
        return _less_often(np.array([own, theirs], float), 0, 1, both, 1e-9)

    # t gains for q above 3/4, the other above 1/2
    assert less([-3, 1], [-1, 1])
    assert not less([-1, 1], [-3, 1])
    # both from 1/2 on: t breaks even there and the other does not gain
    assert not less([-1, 1], [-1, 1])
    assert not less([-2, 2], [-1, 1])
    # one gains above 3/4, the other below: neither is less often
    assert not less([-3, 1], [1, -3])
    # t never gains, and the other does somewhere, or nowhere
    assert less([-1, -1], [-1, 1])
    assert not less([-1, -1], [-2, -1])
    # where the two replies are never best together, only pure ones count
    assert _less_often(np.array([[-1, -1], [1, -5]], float), 0, 1, [(0,), (1,)], 1e-9)
    assert not _less_often(np.array([[-1, 1], [1, -5]], float), 0, 1, [(0,), (1,)], 1e-9)


def best_replies(pays, beliefs):
    worth = beliefs @ pays
    return worth >= worth.max(axis=1, keepdims=True) - 1e-9


def scanned(game, one, rule):
    """Whether an assessment of a game of two types, messages and replies passes, from a grid of mixtures."""
    sender, receiver, messages, replies, types = game
    value = np.zeros(2)
    for t, name in enumerate(types):
        plan = one.at(name)
        for m, message in enumerate(messages):
            law = one.at(message)
            value[t] += plan[message] * sum(law[r] * sender[t, m, k] for k, r in enumerate(replies))
    for m, message in enumerate(messages):
        if any(one.at(name)[message] > 0 for name in types):
            continue
        belief = np.linspace(0, 1, 1201)
        best = best_replies(receiver[:, m], np.stack([belief, 1 - belief], axis=1))
        allowed = [np.array([1.0 * (k == j) for j in (0, 1)]) for k in (0, 1) if best[:, k].any()]
        mixed = bool(best.all(axis=1).any())
        # the belief at which the replies tie may lie between two points of the grid
        better = receiver[:, m, 0] - receiver[:, m, 1]
        mixed |= bool(better[0] * better[1] < 0)
        if mixed:
            q = np.linspace(0, 1, 1201)
            allowed = list(np.stack([1 - q, q], axis=1))
        gains = np.array(allowed) @ sender[:, m].T - value
        if rule == "intuitive":
            left = [t for t in (0, 1) if gains[:, t].max() >= -1e-9]
        else:
            left = []
            for t in (0, 1):
                o = 1 - t
                inside = gains[:, t] >= -1e-9
                beaten = (gains[inside, o] > 1e-9).all() and (gains[~inside, o] > 1e-9).any()
                left += [] if beaten else [t]
        if not left:
            continue
        if len(left) == 2:
            then = np.array(allowed)
        else:
            sure = best_replies(receiver[:, m], np.eye(2)[left])[0]
            q = np.linspace(0, 1, 1201) if sure.all() else np.array([0.0 if sure[0] else 1.0])
            then = np.stack([1 - q, q], axis=1)
        after = then @ sender[:, m].T - value
        if rule == "intuitive" and any(after[:, t].min() > 1e-9 for t in left):
            return False
        if rule == "D1" and not (after <= 1e-9).all(axis=1).any():
            return False
    return True


def test_both_criteria_keep_what_a_scan_of_their_definitions_keeps():
    """Two types, messages and replies; whole numbers below 4, so that a grid of 1200 holds every crossing."""
    rng = np.random.default_rng(7)
    types, messages, replies = ("t0", "t1"), ("m0", "m1"), ("r0", "r1")
    removed = {"intuitive": 0, "D1": 0}
    for _ in range(25):
        sender, receiver = rng.integers(0, 4, (2, 2, 2, 2)).astype(float)
        prior = {"t0": 0.75, "t1": 0.25}
        game = ag.ExtensiveGame.signalling(
            prior,
            list(messages),
            list(replies),
            lambda t, m, r, s=sender, w=receiver: tuple(
                float(pays[types.index(t), messages.index(m), replies.index(r)]) for pays in (s, w)
            ),
        )
        equilibria = ag.trees.perfect_bayesian(game)
        told = (sender, receiver, messages, replies, types)
        for rule, verb in (("intuitive", ag.trees.intuitive_criterion), ("D1", ag.trees.divinity)):
            kept = list(verb(equilibria))
            mine = [one for one in equilibria if scanned(told, one, rule)]
            assert [id(one) for one in kept] == [id(one) for one in mine]
            removed[rule] += len(list(equilibria)) - len(kept)
    assert removed["intuitive"] > 0
    assert removed["D1"] >= removed["intuitive"]
