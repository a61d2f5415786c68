"""Laws of chains against exact rationals: rare, nearly decomposable, leaky, periodic and reducible ones.

Run: python benchmarks/trust_chains.py
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np

import armsgame as ag

CLOSE = 1e-13
KINDS = ("rare", "nearly decomposable", "leaky", "periodic", "reducible")
STAGE = ag.StageGame.from_bimatrix([[0.0]], [[0.0]], actions=["wait"])


def rational(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Solve by elimination, exactly."""
    table = [[*row, b] for row, b in zip(rows, right, strict=True)]
    for i in range(len(table)):
        top = next(k for k in range(i, len(table)) if table[k][i])
        table[i], table[top] = table[top], table[i]
        for k in range(len(table)):
            if k != i and table[k][i]:
                by = table[k][i] / table[i][i]
                table[k] = [a - by * b for a, b in zip(table[k], table[i], strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(table)]


def drawn(rng: np.random.Generator, kind: str) -> list[list[float]]:
    """Rows of a chain with 2 to 6 states; the diagonal is what is left of 1, rounded."""
    size = int(rng.integers(2, 7))
    p = rng.dirichlet(np.ones(size), size) * (rng.random((size, size)) < 0.6)
    if kind == "rare":
        p *= 10.0 ** -rng.integers(0, 200, (size, size))
    if kind == "nearly decomposable":
        half = np.arange(size) < size // 2
        p *= np.where(half[:, None] == half, 1.0, 10.0 ** -float(rng.integers(8, 30)))
    if kind == "leaky":
        p[:, -1] *= 10.0 ** -rng.integers(6, 60, size)
    if kind == "periodic":
        p = np.roll(np.eye(size), 1, axis=1) * (1 - 2.0 ** -float(rng.integers(2, 50)))
    if kind == "reducible":
        p = np.triu(p)
    np.fill_diagonal(p, 0.0)
    np.fill_diagonal(p, np.maximum(1 - p.sum(axis=1), 0.0))
    # no way anywhere: stay
    p[np.arange(size), np.arange(size)] += p.sum(axis=1) == 0
    return (p / np.maximum(p.sum(axis=1, keepdims=True), 1.0)).tolist()


def truth(rows: list[list[float]]) -> tuple[float, float, float, list[float]]:
    """Time to the last state (ever, never, mean) and long-run shares from state 0, off-diagonal entries as given."""
    size, goal = len(rows), len(rows) - 1
    p = [[Fraction(x) if i != j else Fraction(0) for j, x in enumerate(row)] for i, row in enumerate(rows)]
    leads = [[i == j or bool(p[i][j]) for j in range(size)] for i in range(size)]
    for k in range(size):
        leads = [[leads[i][j] or (leads[i][k] and leads[k][j]) for j in range(size)] for i in range(size)]

    def absorbed(inside: list[int], reward: list[Fraction]) -> Fraction:
        system = [[sum(p[x]) if x == y else -p[x][y] for y in inside] for x in inside]
        return rational(system, reward)[inside.index(0)]

    # the event is the move to the last state, and play stops there
    free = [[i == j or (bool(p[i][j]) and j != goal) for j in range(size)] for i in range(size)]
    for k in range(size):
        free = [[free[i][j] or (free[i][k] and free[k][j]) for j in range(size)] for i in range(size)]
    able = [x for x in range(goal) if any(free[x][y] and p[y][goal] for y in range(goal))]
    inside = [x for x in able if free[0][x]]
    if 0 not in inside:
        ever, never, mean = 0.0, 1.0, inf
    else:
        lost = [sum((p[x][y] for y in range(goal) if y not in inside), Fraction(0)) for x in inside]
        ever, never = (float(absorbed(inside, r)) for r in ([p[x][goal] for x in inside], lost))
        mean = inf if any(lost) else _float(absorbed(inside, [Fraction(1)] * len(inside)))
    shares = [0.0] * size
    classes = {tuple(y for y in range(size) if leads[x][y] and leads[y][x]) for x in range(size)}
    # classes that play reaches and that nothing leaves
    closed = [c for c in classes if leads[0][c[0]] and sum(leads[c[0]]) == len(c)]
    moving = [x for x in range(size) if leads[0][x] and not any(x in c for c in closed)]
    for c in closed:
        weight = Fraction(1) if 0 in c else absorbed(moving, [sum(p[x][y] for y in c) for x in moving])
        balance = [[-p[y][x] if x != y else sum(p[x]) for y in c] for x in c]
        balance[-1] = [Fraction(1)] * len(c)
        for x, share in zip(c, rational(balance, [Fraction(0)] * (len(c) - 1) + [Fraction(1)]), strict=True):
            shares[x] = float(weight * share)
    return ever, never, mean, shares


def _float(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return inf


def near(found: float, want: float) -> bool:
    """Agreement relative to the number itself; below the smallest normal float in absolute terms."""
    return found == want or abs(found - want) <= CLOSE * abs(want) + 1e-305


def moran(payoffs: list[list[int]], counts: list[tuple[int, ...]], mutation: float) -> list[list[Fraction]]:
    """Transition rows of the linear Moran process with selection 1, between counts."""
    place, kinds, size = {c: k for k, c in enumerate(counts)}, len(payoffs), sum(counts[0])
    mu, table = Fraction(mutation), [[Fraction(0)] * len(counts) for _ in counts]
    for c in counts:
        fit = [
            c[i] * (sum(Fraction(payoffs[i][j] * c[j]) for j in range(kinds)) - payoffs[i][i]) / (size - 1)
            for i in range(kinds)
        ]
        for born in range(kinds):
            child = sum(f * (1 - mu if i == born else mu / (kinds - 1)) for i, f in enumerate(fit)) / sum(fit)
            for gone in range(kinds):
                if c[gone] and gone != born:
                    after = tuple(n + (k == born) - (k == gone) for k, n in enumerate(c))
                    table[place[c]][place[after]] += child * Fraction(c[gone], size)
    return table


def populations(games: int, seed: int) -> tuple[str, int, int, int, int]:
    """Long-run laws and fixation of small populations of two and three types under rare mutation."""
    rng, wrong = np.random.default_rng([seed, 99]), 0
    for _ in range(games):
        kinds, size = int(rng.integers(2, 4)), int(rng.integers(2, 5))
        payoffs = rng.integers(1, 9, (kinds, kinds)).tolist()
        mutation = 10.0 ** -float(rng.integers(1, 30))
        law = ag.populations.population_law(payoffs, size, mutation=mutation)
        counts = [tuple(c) for c in law.counts.tolist()]
        table = moran(payoffs, counts, mutation)
        balance = [[-table[y][x] if x != y else sum(table[x]) for y in range(len(counts))] for x in range(len(counts))]
        balance[-1] = [Fraction(1)] * len(counts)
        want = rational(balance, [Fraction(0)] * (len(counts) - 1) + [Fraction(1)])
        good = all(near(a, float(b)) for a, b in zip(law.probabilities.tolist(), want, strict=True))
        mixed = [k for k, c in enumerate(counts) if max(c) < size]
        start = int(rng.choice(mixed))
        table = moran(payoffs, counts, 0.0)
        system = [[sum(table[x]) if x == y else -table[x][y] for y in mixed] for x in mixed]
        found = ag.populations.fixation_probability(payoffs, counts[start]).probabilities
        for k in range(kinds):
            goal = counts.index(tuple(size if i == k else 0 for i in range(kinds)))
            exact = rational(system, [table[x][goal] for x in mixed])[mixed.index(start)]
            good = good and near(float(found[k]), float(exact))
        wrong += not good
    return "populations", games, wrong, 0, 0


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """Return (what was fuzzed, games tried, wrong, unconverged, endless) for each kind of chain."""
    told = []
    for number, kind in enumerate(KINDS):
        rng, wrong, unsolved = np.random.default_rng([seed, number]), 0, 0
        for _ in range(games):
            chain = drawn(rng, kind)
            names = [f"s{k}" for k in range(len(chain))]
            game = ag.StochasticGame([STAGE] * len(chain), [np.array([[row]]) for row in chain], states=names)
            try:
                law = ag.withdrawal_law(game, ([1.0],) * 2, periods=3, event=names[-1])
                shares = ag.stationary(game, ([1.0],) * 2).states
            except ag.errors.NotSolved:
                unsolved += 1
                continue
            ever, never, mean, long_run = truth(chain)
            good = all(near(*x) for x in ((law.ever, ever), (law.never, never), (law.mean, mean)))
            wrong += not (good and all(near(shares[n], x) for n, x in zip(names, long_run, strict=True)))
        told.append((f"chains, {kind}", games, wrong, unsolved, 0))
    return [*told, populations(games, seed)]


if __name__ == "__main__":
    for line in rows(100, 1):
        print("{}: {} tried, {} wrong, {} unconverged, {} endless".format(*line))
