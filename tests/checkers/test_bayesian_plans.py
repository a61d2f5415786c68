"""Certificates of perfect Bayesian play against all plans of all types, at every private history of short games."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag
from armsgame.checkers.bayesian import verify_types

PARTIES = ("A", "B")
DISCOUNT = 0.8


def prior_of(rng, kinds):
    """A law of types: certain, without one type, with one that is hardly there, or any."""
    law, chosen = rng.dirichlet(np.ones(kinds)), int(rng.integers(kinds))
    case = int(rng.integers(4))
    if case == 0:
        law = np.eye(kinds)[chosen]
    elif case < 3:
        law[chosen] = 0 if case == 1 else 10.0 ** -rng.integers(3, 13)
    return law / law.sum()


class Short:
    """A game of a few periods with its profile: automata of two states, some of them mixed, some committed."""

    def __init__(self, rng, periods, kinds, seen):
        size = periods + 1
        self.periods, self.kinds = periods, [f"k{k}" for k in range(kinds)]
        self.states = [f"t{t}" for t in range(periods)] + ["end"]
        ahead = [np.eye(size)[min(t + 1, periods)] for t in range(size)]
        pays = (rng.integers(-3, 4, (2, kinds, size, 2, 2)) * (rng.random((2, kinds, size, 2, 2)) < 0.8)).astype(float)
        pays[:, :, -1] = 0
        self.payoffs = {p: {k: list(pays[i, n]) for n, k in enumerate(self.kinds)} for i, p in enumerate(PARTIES)}
        self.prior = {p: dict(zip(self.kinds, prior_of(rng, kinds), strict=True)) for p in PARTIES}
        self.laws = [np.tile(row, (2, 2, 1)) for row in ahead]
        self.signals, width = None, 4 * size
        if seen != "actions":
            law = rng.dirichlet(np.ones(2), (2, 2))
            if seen == "proofs":
                law[rng.random((2, 2)) < 0.3] = [1, 0]
            self.laws, width = None, 2 * size
            self.signals = [np.einsum("aby,s->abys", law, row) for row in ahead]
        self.committed = {(p, k) for p in PARTIES for k in self.kinds if rng.random() < 0.2}
        self.rules = {}
        for key in product(PARTIES, self.kinds):
            pure = key not in self.committed and rng.random() < 0.9
            rows = np.eye(2)[rng.integers(2, size=(size, 2))] if pure else rng.dirichlet([0.7, 0.7], (size, 2))
            moves = {s: rng.integers(2, size=(2, width)) for s in self.states}
            self.rules[key] = dict(zip(self.states, rows, strict=True)), moves

    def game(self):
        rules = {key: ag.Automaton(*own) for key, own in self.rules.items()}
        fixed = {p: {k: rules[p, k] for k in self.kinds if (p, k) in self.committed} for p in PARTIES}
        game = ag.BayesianGame.stochastic(
            self.payoffs,
            self.laws,
            self.prior,
            states=self.states,
            observed="actions" if self.signals is None else "state",
            signals=self.signals,
            commitments={p: own for p, own in fixed.items() if own} or None,
        )
        free = {p: {k: rules[p, k] for k in self.kinds if (p, k) not in self.committed} for p in PARTIES}
        return game, free

    def mend(self, found):
        """Let the type that gains most play what it gains by."""
        where, nodes = found.where, found._nodes
        column = (len(self.kinds) if where.player == "B" else 0) + self.kinds.index(where.type)
        s = int(nodes.state[where.node])
        acts = list(nodes.lowered.dynamics.actions[s][PARTIES.index(where.player)])
        own = self.rules[where.player, where.type][0]
        own[self.states[s]][int(nodes.inner[where.node, column])] = np.eye(2)[acts.index(where.action)]


class Plans:
    """The most that any type gains by any plan, at any history of own actions and public outcomes."""

    def __init__(self, short, game):
        self.short, self.game, self.most = short, game, 0.0
        self.rules = [[short.rules[p, k] for k in short.kinds] for p in PARTIES]
        self.types = range(len(short.kinds))
        for i in (0, 1):
            law = np.array(game.prior[1 - i])
            self.walk(i, 0, ((0,) * len(law),) * 2, law, set(np.flatnonzero(law).tolist()))

    def outcomes(self, t, a, b):
        ahead, size = t + 1, self.short.periods + 1
        if self.short.signals is None:
            return {(2 * a + b) * size + ahead: 1.0}
        return {y * size + ahead: p for y, p in enumerate(self.short.signals[t][a, b][:, ahead]) if p > 0}

    def walk(self, i, t, q, weights, left):
        """Worth of the best plan and of the profile's, for each own type; weights need not sum to one."""
        if t == self.short.periods:
            return np.zeros((2, len(self.types)))
        name, other = self.short.states[t], self.rules[1 - i]
        law = [other[m][0][name][q[1 - i][m]] for m in self.types]
        worth = np.zeros((2, len(self.types), 2))
        for a in (0, 1):
            after = {}
            for m, c in product(self.types, (0, 1)):
                acts = (a, c) if i == 0 else (c, a)
                for k, kind in enumerate(self.short.kinds):
                    pay = self.short.payoffs[PARTIES[i]][kind][t][acts]
                    worth[:, k, a] += (1 - DISCOUNT) * weights[m] * law[m][c] * pay
                for z, p in self.outcomes(t, *acts).items():
                    after.setdefault(z, np.zeros(len(weights)))[m] += weights[m] * law[m][c] * p
            for z, seen in after.items():
                then = tuple(
                    tuple(int(r[1][name][x, z]) for r, x in zip(self.rules[j], q[j], strict=True)) for j in (0, 1)
                )
                opens = [
                    c for c in (0, 1) if any(z in self.outcomes(t, *((b, c) if i == 0 else (c, b))) for b in (0, 1))
                ]
                kept = {m for m in left if any(law[m][c] > 0 for c in opens)} or left
                if seen.sum() > 0:
                    worth[:, :, a] += DISCOUNT * self.walk(i, t + 1, then, seen, kept)
                    continue
                # nobody should have done this: beliefs are about the types that the public has not excluded
                belief = np.array([w * (m in kept) for m, w in enumerate(weights)])
                if belief.sum() > 0:
                    self.walk(i, t + 1, then, belief / belief.sum(), kept)
        best = worth[0].max(axis=1)
        own = np.array([r[0][name][x] @ worth[1, k] for k, (r, x) in enumerate(zip(self.rules[i], q[i], strict=True))])
        for k in np.flatnonzero(self.game.tested[i]):
            self.most = max(self.most, (best[k] - own[k]) / weights.sum())
        return np.stack([best, own])


@pytest.mark.parametrize("seen", ["actions", "signals", "proofs"])
@pytest.mark.parametrize(("periods", "kinds", "games"), [(4, 2, 10), (2, 3, 2), (3, 3, 1)])
def test_no_plan_gains_where_a_profile_is_certified(periods, kinds, games, seen):
    """Priors of 0, 1 and nearly 0, committed types, mixed play, mended until the certificate does not object."""
    rng = np.random.default_rng(31 * periods + kinds)
    verdicts = []
    while len(verdicts) < games:
        short = Short(rng, periods, kinds, seen)
        game, profile = short.game()
        if not any(own.any() for own in game.tested):
            continue
        found = verify_types(game, profile, discount=DISCOUNT)
        for _ in range(60 if kinds == 2 else 12):
            if found.kind != "none":
                break
            short.mend(found)
            game, profile = short.game()
            found = verify_types(game, profile, discount=DISCOUNT)
        most = Plans(short, game).most
        verdicts.append(found.kind)
        if found.ok:
            assert most <= 1e-9
        elif found.kind == "none":
            assert most > 0
    assert kinds > 2 or "perfect Bayesian" in verdicts
