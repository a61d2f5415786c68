"""Crisman-Cox and Gibilisco 2018: crises over time with audience costs, in a Markov equilibrium with private shocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from armsgame._typing import FloatArray, Number, Truth
from armsgame.catalogue.checking import GridCertificate
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, parameter
from armsgame.errors import NotSolved
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import StochasticGame

_STATES = ("peace", "crisis", "war")
_STARTS, _ROUNDS = 16, 60
# next state, by the two actions
_AHEAD = np.maximum.outer(np.arange(3), np.arange(3))


@dataclass(frozen=True, kw_only=True, eq=False)
class AudienceDynamics(Model):
    """In peace, crisis or war both choose an action of 1 to 3 at once, and the next state is the higher one.

    u_i(s, a) = beta_i(s) + kappa_i(a_i) + gamma(s) [both above 1] + alpha_i [s > 1, a_j >= s, a_i < s] + e_i(a_i): the
    audience cost alpha_i <= 0 is paid by a party that lowers its action below the state while the other keeps it
    up. Shocks e are extreme-value, private, and independent over actions and periods.
    """

    name = "crisman_cox_gibilisco_2018"

    delta: Number = parameter(0.9, "discount factor", low=0, high=1, open_high=True)
    beta: FloatArray = parameter(((0.0, -0.5, -1.0), (0.0, -0.5, -1.0)), "payoff of each state to each party [2, 3]")
    kappa: FloatArray = parameter(((0.0, -1.5, -3.0), (0.0, -1.5, -3.0)), "payoff of each action to each party [2, 3]")
    gamma: FloatArray = parameter((-0.5, 0.2, 0.5), "payoff of both acting above 1, in each state [3]")
    alpha: FloatArray = parameter((-1.0, -1.0), "audience cost of each party, at most 0 [2]", high=0)

    @property
    def shape(self) -> tuple[int, ...]:
        """One parameter point, always: the parameters are tables."""
        return ()

    def conditions(self) -> Mapping[str, Truth]:
        """Hold the shapes of the tables."""
        wanted = {"delta": (), "beta": (2, 3), "kappa": (2, 3), "gamma": (3,), "alpha": (2,)}
        return {f"{name} of shape {size}": np.shape(getattr(self, name)) == size for name, size in wanted.items()}

    @cached_property
    def _payoffs(self) -> FloatArray:
        """Payoffs [2, S, A0, A1] without shocks."""
        found = np.zeros((2, 3, 3, 3))
        for s in range(3):
            for one in range(3):
                for two in range(3):
                    own = (one, two)
                    for i in range(2):
                        mine, other = own[i], own[1 - i]
                        u = self.beta[i][s] + self.kappa[i][mine] + self.gamma[s] * (one > 0 and two > 0)
                        found[i, s, one, two] = u + self.alpha[i] * (s > 0 and other >= s and mine < s)
        return found

    @property
    def game(self) -> StochasticGame:
        """The stochastic game without shocks."""
        law = np.zeros((3, 3, 3))
        for one in range(3):
            for two in range(3):
                law[one, two, max(one, two)] = 1.0
        stages = [StageGame(self._payoffs[:, s], players=self.players, actions=("1", "2", "3")) for s in range(3)]
        return StochasticGame(stages, [law] * 3, states=_STATES)

    def _replies(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Choice values [n, 2, S, A] that answer choice values, and their derivatives [n, 2SA, 2SA]."""
        from scipy.special import logsumexp, softmax

        worth, mixes = logsumexp(values, axis=3), softmax(values, axis=3)
        table = self._payoffs + self.delta * worth[:, :, _AHEAD][:, :, None]
        # each party's own action first
        table = np.stack([table[:, 0], np.swapaxes(table[:, 1], 2, 3)], axis=1)
        other = mixes[:, ::-1]
        found = np.einsum("nisab,nisb->nisa", table, other)
        size = len(values)
        slope = np.zeros((size, 2, 3, 3, 2, 3, 3))
        lead = np.einsum("nisb,abt->nisat", other, _AHEAD[..., None] == np.arange(3))
        for i in range(2):
            slope[:, i, :, :, i] = self.delta * np.einsum("nsat,ntc->nsatc", lead[:, i], mixes[:, i])
            swing = other[:, i, :, None] * (table[:, i] - found[:, i, :, :, None])
            for s in range(3):
                slope[:, i, s, :, 1 - i, s] += swing[:, s]
        return found, slope.reshape(size, 18, 18)

    @cached_property
    def solutions(self) -> tuple[FloatArray, ...]:
        """Choice values [2, S, A] of every equilibrium that is found, by Newton's rule.

        Starts are no payoff at all and random values; where two equilibria are found, the points between them follow.

        Raises
        ------
        NotSolved
            No start leads to an equilibrium.
        """
        draw = np.random.default_rng(0)
        first = [np.zeros((2, 3, 3)), *(draw.normal(scale=2.0 + k, size=(2, 3, 3)) for k in range(1, _STARTS))]
        v = np.stack(first)
        for _ in range(8):  # a few rounds of replies bring the level near
            v = 0.5 * v + 0.5 * self._replies(v)[0]
        found = _new(self._newton(v), [])
        seen = 0
        while seen < len(found) <= 8:
            pairs = [(x, y) for k, y in enumerate(found) for x in found[:k] if k >= seen]
            seen = len(found)
            if pairs:
                share = np.linspace(0, 1, 18)[1:-1, None, None, None]
                found += _new(self._newton(np.concatenate([x + share * (y - x) for x, y in pairs])), found)
        if not found:
            raise NotSolved(
                f"no equilibrium was found from {_STARTS} starts; payoffs nearer to 0 or a lower delta are easier."
            )
        return tuple(found)

    def _newton(self, v: FloatArray) -> FloatArray:
        """Choice values that are their own replies, from starts [n, 2, S, A], where they settle."""
        step = np.ones(len(v))
        reply, slope = self._replies(v)
        for _ in range(_ROUNDS):
            move = np.linalg.solve(np.eye(18) - slope, (reply - v).reshape(-1, 18, 1)).reshape(v.shape)
            ahead = v + step[:, None, None, None] * move
            new, new_slope = self._replies(ahead)
            # a step that does not bring the values nearer to their replies is halved, down to one in 64
            size, before = (np.abs(x).max(axis=(1, 2, 3)) for x in (new - ahead, reply - v))
            take = (size < before) | (step < 1 / 64)
            v, reply = (np.where(take[:, None, None, None], y, x) for x, y in ((v, ahead), (reply, new)))
            slope = np.where(take[:, None, None], new_slope, slope)
            step = np.where(take, np.minimum(1.0, 2 * step), step / 2)
        settled = np.abs(reply - v).max(axis=(1, 2, 3)) <= 1e-12 * np.maximum(1.0, np.abs(v).max(axis=(1, 2, 3)))
        end: FloatArray = v[settled]
        return end

    def _law(self, mixes: FloatArray) -> FloatArray:
        """Law [S, S] of the next state."""
        found = np.zeros((3, 3))
        for one in range(3):
            for two in range(3):
                found[:, max(one, two)] += mixes[0, :, one] * mixes[1, :, two]
        return found

    @property
    def regions(self) -> Numbers:
        """Stationary shares of peace, crisis and war in the first equilibrium found, and how many were found."""
        first = self.equilibria()[0]
        return {"stationary": first["stationary"], "count": len(self.solutions)}

    def equilibria(self) -> tuple[Proposition, ...]:
        """Markov equilibria with private shocks, as many as several starts find."""
        return tuple(self._certified(k, v) for k, v in enumerate(self.solutions, 1))

    def _certified(self, number: int, v: FloatArray) -> Proposition:
        from scipy.special import softmax

        mixes = softmax(v, axis=2)
        law = self._law(mixes)
        # three states, all reached: the law by cofactors, which adds and multiplies positive numbers only
        flow = np.array([_trees(law, s) for s in range(3)])
        share = flow / flow.sum()
        many = len(self.solutions)
        # the number of equilibria is odd, but for thresholds
        missing = "; others are not excluded" if many % 2 else "; at least one more exists, or this is a threshold"
        return Proposition(
            name="Markov equilibrium with private shocks",
            conditions=f"{number} of {many} found from several starts{missing}",
            profile={"choice_player1": mixes[0].tolist(), "choice_player2": mixes[1].tolist()},
            outcomes=dict(zip(_STATES, share.tolist(), strict=True)),
            certificate=self._certificate(v),
            numbers={"stationary": share.tolist(), "transition": law.tolist(), "count": many},
        )

    def _certificate(self, v: FloatArray) -> GridCertificate:
        """Solve each party's own problem against the other by smoothed policy iteration, and compare the choices."""
        from scipy.special import logsumexp, softmax

        mixes = softmax(v, axis=2)
        worst, where = 0.0, "no choice"
        for i in range(2):
            pay = self._payoffs[i] if i == 0 else np.swapaxes(self._payoffs[i], 1, 2)
            now = np.einsum("sab,sb->sa", pay, mixes[1 - i])
            law = np.einsum("sb,abt->sat", mixes[1 - i], 1.0 * (_AHEAD[..., None] == np.arange(3)))
            worth = np.zeros(3)
            for _ in range(200):
                choice = now + self.delta * law @ worth
                own = softmax(choice, axis=1)
                policy = np.einsum("sa,sat->st", own, law)
                step = np.linalg.solve(np.eye(3) - self.delta * policy, logsumexp(choice, axis=1) - worth)
                worth = worth + step
                if np.abs(step).max() <= 1e-13 * max(1.0, np.abs(worth).max()):
                    break
            gap = np.abs(softmax(now + self.delta * law @ worth, axis=1) - mixes[i])
            if gap.max() > worst:
                s, a = np.unravel_index(gap.argmax(), gap.shape)
                worst, where = float(gap.max()), f"party {i + 1}, action {a + 1} in {_STATES[s]}"
        return GridCertificate(worst <= 1e-9, worst, where, 18, 1e-9, "each party's choices answer the other's")

    def picture(self) -> Picture:
        """Share of crisis and length of one, over the size of both audience costs, in every equilibrium found."""
        cost, often, stays = [], [], []
        for c in np.linspace(0, 6, 25).tolist():
            for found in self.replace(alpha=(-c, -c)).equilibria():
                cost.append(c)
                often.append(found["stationary"][1])
                stays.append(found["transition"][1][1])
        return Picture(
            kind="points",
            title="Crises and their length under audience costs, in every equilibrium that several starts find",
            x="audience cost of either party",
            y="probability",
            series={
                "a period is one of crisis": (np.array(cost), np.array(often)),
                "a crisis goes on for another period": (np.array(cost), np.array(stays)),
            },
        )


def _trees(law: FloatArray, root: int) -> float:
    """Sum over spanning trees towards a state of three, of the products of their probabilities."""
    a, b = (s for s in range(3) if s != root)
    return float(law[a, root] * law[b, root] + law[a, b] * law[b, root] + law[b, a] * law[a, root])


def _new(ends: FloatArray, known: list[FloatArray]) -> list[FloatArray]:
    """Those of `ends` whose choices differ from each other's and from all that is known."""
    from scipy.special import softmax

    found: list[FloatArray] = []
    for own in ends:
        mixes = softmax(own, axis=2)
        if all(np.abs(mixes - softmax(w, axis=2)).max() > 1e-6 for w in (*known, *found)):
            found.append(own)
    return found
