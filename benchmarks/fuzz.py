"""Random games, solved by the library and by brute force that shares nothing with it; what differs is made small.

``python benchmarks/fuzz.py --seconds 60 [--seed 7] [--only stage,trees]``. A failing case is told with its seed and its
smallest form, as arrays that can be pasted; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

import armsgame as ag

Case = Mapping[str, np.ndarray]
CLOSE = 1e-8


@dataclass(frozen=True)
class Kind:
    """How a kind of case is drawn, and what is wrong with one ("" where nothing is)."""

    draw: Callable[[np.random.Generator], Case]
    fault: Callable[[Case], str]


def numbers(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Small whole numbers half of the time, so that ties occur."""
    return rng.integers(-3, 4, shape).astype(float) if rng.random() < 0.5 else rng.normal(size=shape).round(2)


def laws(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.multinomial(8, np.full(shape[-1], 1 / shape[-1]), size=shape[:-1]) / 8


# stage games: pure equilibria by trial, gains by trial, equilibria of two full supports by linear equations


def stage_fault(case: Case) -> str:
    A, B = case["payoffs"]
    m, n = A.shape
    found = ag.nash(ag.StageGame(case["payoffs"]), throw=False)
    if not len(found):
        return "no equilibrium found"
    for one in found:
        x, y = (np.asarray(p, float) for p in one.profile)
        gain = max((A @ y).max() - x @ A @ y, (x @ B).max() - x @ B @ y)
        if gain > CLOSE or min(x.min(), y.min()) < 0 or abs(x.sum() - 1) + abs(y.sum() - 1) > CLOSE:
            return f"gain {gain} at {x}, {y}"
    listed = [np.concatenate([np.asarray(p, float) for p in one.profile]) for one in found]
    for i, j in itertools.product(range(m), range(n)):
        if A[i, j] == A[:, j].max() and B[i, j] == B[i].max():
            pure = np.concatenate([np.eye(m)[i], np.eye(n)[j]])
            if found.complete and not any(np.abs(pure - one).max() < CLOSE for one in listed):
                return f"the pure equilibrium {i, j} is missing"
    if (m, n) == (2, 2) and found.complete:
        a, b = A[0, 0] - A[1, 0] - A[0, 1] + A[1, 1], B[0, 0] - B[0, 1] - B[1, 0] + B[1, 1]
        if a and b:
            y, x = (A[1, 1] - A[0, 1]) / a, (B[1, 1] - B[1, 0]) / b
            mixed = np.array([x, 1 - x, y, 1 - y])
            if 0 < x < 1 and 0 < y < 1 and not any(np.abs(mixed - one).max() < CLOSE for one in listed):
                return f"the mixed equilibrium {x, y} is missing"
    return ""


# games in time: values by iteration, deviations of one period at every reachable pair of states


def time_case(rng: np.random.Generator, noisy: bool) -> Case:
    kernel = laws(rng, 2, 2, 3) * 0.7 + 0.1 if noisy else np.eye(4).reshape(2, 2, 4)
    heard = kernel.shape[-1]
    return {
        "payoffs": numbers(rng, 2, 2, 2),
        "kernel": kernel,
        "outputs": rng.integers(0, 2, (2, 3)),
        "next": rng.integers(0, 3, (2, 3, heard)),
        "discount": np.array(rng.choice([0.3, 0.6, 0.9])),
    }


def pair_values(case: Case, rounds: int = 400) -> np.ndarray:
    """Normalised values [P, Q, Q] of both automata from every pair of states."""
    value, d, K = np.zeros((2, 3, 3)), float(case["discount"]), case["kernel"]
    for _ in range(rounds):
        old = value.copy()
        for q, r in itertools.product(range(3), repeat=2):
            a, b = case["outputs"][0, q], case["outputs"][1, r]
            ahead = sum(K[a, b, y] * old[:, case["next"][0, q, y], case["next"][1, r, y]] for y in range(K.shape[-1]))
            value[:, q, r] = (1 - d) * case["payoffs"][:, a, b] + d * ahead
    return value


def time_fault(case: Case) -> str:
    K, d, value = case["kernel"], float(case["discount"]), pair_values(case)
    reached, ahead = {(0, 0)}, [(0, 0)]
    worst = -np.inf
    while ahead:
        q, r = ahead.pop()
        for a, b in itertools.product(range(2), repeat=2):
            for y in np.flatnonzero(K[a, b]):
                pair = (int(case["next"][0, q, y]), int(case["next"][1, r, y]))
                if pair not in reached:
                    reached.add(pair)
                    ahead.append(pair)
    for q, r in reached:
        own = int(case["outputs"][0, q]), int(case["outputs"][1, r])
        for who, other in itertools.product(range(2), repeat=2):
            a, b = (other, own[1]) if who == 0 else (own[0], other)
            later = sum(
                K[a, b, y] * value[who, case["next"][0, q, y], case["next"][1, r, y]] for y in range(K.shape[-1])
            )
            worst = max(worst, (1 - d) * case["payoffs"][who, a, b] + d * later - value[who, q, r])
    noisy = K.shape[-1] == 3
    game = ag.RepeatedGame(ag.StageGame(case["payoffs"]), ag.Monitoring.public(K) if noisy else ag.Monitoring.perfect())
    found = ag.verify(game, automata(case), discount=d)
    if abs(worst) > 1e-6 and (found.kind in ("subgame perfect", "perfect public")) != (worst < 0):
        return f"verify says {found.kind}; the largest gain by trial is {worst}"
    if np.abs(np.array(found.values, float) - value[:, 0, 0]).max() > CLOSE:
        return f"values {found.values}; by iteration {value[:, 0, 0]}"
    return ""


def automata(case: Case) -> tuple[ag.Automaton, ag.Automaton]:
    first, second = (ag.Automaton(np.eye(2)[case["outputs"][k]], case["next"][k]) for k in range(2))
    return first, second


def chain_fault(case: Case) -> str:
    """Expected payoffs of a finite horizon against the sum over periods."""
    K, law, periods = case["kernel"], np.zeros((3, 3)), 7
    law[0, 0], total = 1.0, np.zeros(2)
    for _ in range(periods):
        following = np.zeros((3, 3))
        for q, r in itertools.product(range(3), repeat=2):
            a, b = case["outputs"][0, q], case["outputs"][1, r]
            total += law[q, r] * case["payoffs"][:, a, b]
            for y in range(K.shape[-1]):
                following[case["next"][0, q, y], case["next"][1, r, y]] += law[q, r] * K[a, b, y]
        law = following
    game = ag.RepeatedGame(ag.StageGame(case["payoffs"]), ag.Monitoring.public(K))
    found = ag.expected_payoffs(game, automata(case), periods=periods)
    return "" if np.abs(found - total / periods).max() < CLOSE else f"{found}; by summing {total / periods}"


# stochastic games: the best reply to a fixed law, by value iteration; Markov: every solution, by trial


def states_case(rng: np.random.Generator) -> Case:
    return {"payoffs": numbers(rng, 2, 2, 2, 2), "moves": laws(rng, 2, 2, 2, 2), "other": laws(rng, 2)}


def states_game(case: Case) -> ag.StochasticGame:
    return ag.StochasticGame([ag.StageGame(own) for own in case["payoffs"]], list(case["moves"]))


def best_values(case: Case, who: int, other: np.ndarray, d: float) -> np.ndarray:
    """Values [S] of the best plan of a party against the other's law [S, A] in each state."""
    value = np.zeros(2)
    for _ in range(300):
        worth = (1 - d) * case["payoffs"][:, who] + d * case["moves"] @ value
        value = np.array([(worth[s] @ other[s] if who == 0 else other[s] @ worth[s]).max() for s in range(2)])
    return value


def stochastic_fault(case: Case) -> str:
    d, game, law = 0.8, states_game(case), case["other"]
    found = ag.best_reply(game, (law, law), 0, discount=d)
    value = best_values(case, 0, np.tile(law, (2, 1)), d)
    return "" if abs(found.value - value[0]) < CLOSE else f"best reply is worth {found.value}; by iteration {value[0]}"


def markov_fault(case: Case) -> str:
    d = 0.8
    found = ag.markov_perfect(states_game(case), discount=d, throw=False)
    for one in found:
        x, y = (np.array([np.asarray(p, float) for p in own]) for own in one.profile.policies)
        mean = np.einsum("sa,sb,spab->sp", x, y, case["payoffs"])
        moves = np.einsum("sa,sb,sabt->st", x, y, case["moves"])
        value = np.linalg.solve(np.eye(2) - d * moves, (1 - d) * mean)
        gain = max((best_values(case, who, (y, x)[who], d) - value[:, who]).max() for who in range(2))
        if gain > 1e-6:
            return f"a solution has a gain of {gain}: {x.tolist()}, {y.tolist()}"
    return ""


# trees: by recursion


def trees_case(rng: np.random.Generator) -> Case:
    # all different, so that there is one answer
    return {
        "ends": np.stack([rng.permutation(8), rng.permutation(8)], axis=1).astype(float),
        "first": rng.integers(0, 2, 7),
    }


def trees_fault(case: Case) -> str:
    def node(k: int) -> object:
        if k >= 7:
            return tuple(case["ends"][k - 7])
        return ag.Move("AB"[case["first"][k]], f"h{k}", {"l": node(2 * k + 1), "r": node(2 * k + 2)})

    def worth(k: int) -> np.ndarray:
        if k >= 7:
            return case["ends"][k - 7]
        return max(worth(2 * k + 1), worth(2 * k + 2), key=lambda v: v[case["first"][k]])

    found = ag.backward_induction(ag.ExtensiveGame(["A", "B"], node(0)))
    if len(found) != 1 or np.abs(np.asarray(found[0].payoffs, float) - worth(0)).max() > CLOSE:
        return f"{[one.payoffs for one in found]}; by recursion {worth(0)}"
    return ""


# private types with constant plans: every type against the other party's law, at the beliefs that can occur


def bayesian_case(rng: np.random.Generator) -> Case:
    plans, prior = rng.integers(0, 2, 3), laws(rng, 2) * 0.5 + 0.25
    return {"payoffs": numbers(rng, 2, 2, 2), "other": numbers(rng, 2, 2), "plans": plans, "prior": prior}


def bayesian_fault(case: Case) -> str:
    kinds = {"s": case["payoffs"][0], "t": case["payoffs"][1]}
    game = ag.BayesianGame.repeated(
        {"US": kinds, "Russia": {"r": case["other"]}}, prior={"US": dict(zip("st", case["prior"], strict=True))}
    )
    s, t, r = (int(k) for k in case["plans"])
    play = (ag.always_comply, ag.always_deploy)
    found = ag.verify(game, {"US": {"s": play[s], "t": play[t]}, "Russia": {"r": play[r]}}, discount=0.7)
    gains = [own[:, r].max() - own[a, r] for own, a in zip(kinds.values(), (s, t), strict=True)]
    # different actions tell the types apart after one period
    beliefs = [case["prior"], *(np.eye(2) if s != t else ())]
    rows = case["other"][[s, t]]
    gains += [(b @ rows).max() - (b @ rows)[r] for b in beliefs]
    worst = max(gains)
    return "" if found.ok == (worst < 1e-12) else f"verify says {found.kind}; the largest gain by trial is {worst}"


# populations: the probability of fixation from the absorbing chain


def population_case(rng: np.random.Generator) -> Case:
    return {"payoffs": np.abs(numbers(rng, 2, 2)) + 0.5, "start": np.array([rng.integers(1, 5), rng.integers(1, 5)])}


def population_fault(case: Case) -> str:
    A, size, w = case["payoffs"], int(case["start"].sum()), 0.4
    T = np.zeros((size + 1, size + 1))
    for i in range(1, size):
        j = size - i
        f = 1 - w + w * (A[0, 0] * (i - 1) + A[0, 1] * j) / (size - 1)
        g = 1 - w + w * (A[1, 0] * i + A[1, 1] * (j - 1)) / (size - 1)
        up, down = i * f / (i * f + j * g) * j / size, j * g / (i * f + j * g) * i / size
        T[i, i + 1], T[i, i - 1], T[i, i] = up, down, 1 - up - down
    inside = slice(1, size)
    chance = np.linalg.solve(np.eye(size - 1) - T[inside, inside], T[inside, size])[case["start"][0] - 1]
    found = ag.populations.fixation_probability(A, case["start"].tolist(), selection=w).probabilities[0]
    return "" if abs(found - chance) < CLOSE else f"{found}; by the chain {chance}"


KINDS = {
    "stage": Kind(lambda rng: {"payoffs": numbers(rng, 2, *rng.integers(2, 5, 2))}, stage_fault),
    "repeated": Kind(lambda rng: time_case(rng, False), time_fault),
    "noisy": Kind(lambda rng: time_case(rng, True), time_fault),
    "stochastic": Kind(states_case, stochastic_fault),
    "markov": Kind(states_case, markov_fault),
    "trees": Kind(trees_case, trees_fault),
    "bayesian": Kind(bayesian_case, bayesian_fault),
    "chains": Kind(lambda rng: time_case(rng, True), chain_fault),
    "populations": Kind(population_case, population_fault),
}


def told(kind: Kind, case: Case) -> str:
    try:
        return kind.fault(case)
    except ag.NotSolved:
        # a solver may say that it has no answer; a wrong answer is what is looked for
        return ""
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"


def smaller(case: Case) -> Iterator[Case]:
    """Simpler cases: an action less, an entry zero, an entry whole."""
    pay = case["payoffs"] if "payoffs" in case else case["ends"]
    name = "payoffs" if "payoffs" in case else "ends"
    if pay.ndim == 3 and len(case) == 1:
        for axis in (1, 2):
            for k in range(pay.shape[axis] if pay.shape[axis] > 1 else 0):
                yield {name: np.delete(pay, k, axis)}
    for place in np.ndindex(*pay.shape):
        for value in (0.0, float(np.round(pay[place]))):
            if value != pay[place] and (value == 0.0 or pay[place] != 0.0):
                other = pay.copy()
                other[place] = value
                yield {**case, name: other}


def shrunk(kind: Kind, case: Case) -> Case:
    """Return the smallest case that still fails, found step by step."""
    while True:
        for one in smaller(case):
            if told(kind, one):
                case = one
                break
        else:
            return case


def main(words: list[str]) -> int:
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("--seconds", type=float, default=60.0)
    read.add_argument("--seed", type=int, default=None, help="of the first case; by default the clock's")
    read.add_argument("--only", default=",".join(KINDS), help="kinds, separated by commas")
    given = read.parse_args(words)
    names, first = given.only.split(","), time.time_ns() % 10**9 if given.seed is None else given.seed
    print(f"seed {first}")
    tried, failed, end = dict.fromkeys(names, 0), 0, time.monotonic() + given.seconds
    for step in itertools.count():
        if time.monotonic() >= end or failed >= 5:
            break
        name, seed = names[step % len(names)], first + step // len(names)
        case = KINDS[name].draw(np.random.default_rng(seed))
        tried[name] += 1
        if told(KINDS[name], case):
            failed += 1
            least = shrunk(KINDS[name], case)
            print(f"{name}, seed {seed}: {told(KINDS[name], least)}")
            for field, array in least.items():
                print(f"  {field} = {array.tolist()}")
    print(", ".join(f"{name} {count}" for name, count in tried.items()), f"cases; {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
