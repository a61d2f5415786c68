"""Trees against brute force that shares no code with the library: enumeration in rationals, and trembles.

Run: python benchmarks/trust_trees.py
"""

from __future__ import annotations

import time
from decimal import Decimal, getcontext
from fractions import Fraction
from itertools import product

import numpy as np

import armsgame as ag

_SLOW = 20.0


def random_tree(rng, depth=3, players=2, span=2, hidden=0.5, chance=0.25, stops=0.25, widest=3):
    """Small tree of perfect recall: at every level one mover, whose move each other player sees or not."""
    levels = []
    for _ in range(depth):
        mover = -1 if rng.random() < chance else int(rng.integers(players))
        count = int(rng.integers(1 if rng.random() < 0.1 else 2, widest + 1))
        law = np.array([[1.0], [0.25, 0.75], [0.5, 0.25, 0.25]][count - 1], dtype=object)
        if rng.random() < 0.1 and count == 3:
            law = [0.0, 0.25, 0.75]
        sees = [i == mover or rng.random() >= hidden for i in range(players)]
        ends = rng.random(count) < stops
        ends[int(rng.integers(count))] = False
        levels.append((mover, count, law, sees, ends))

    def payoffs():
        return tuple(float(v) for v in rng.integers(0, span + 1, players))

    def node(level, seen):
        if level == depth:
            return payoffs()
        mover, count, law, sees, ends = levels[level]
        below = {}
        for a in rng.permutation(count).tolist():
            told = [own + f"{level}{a}" if sees[i] else own for i, own in enumerate(seen)]
            below[str(a)] = payoffs() if ends[a] else node(level + 1, told)
        if mover < 0:
            return ag.Chance({a: (law[int(a)], kid) for a, kid in below.items()})
        return ag.Move(f"p{mover}", f"{level}:{seen[mover]}", below)

    return ag.ExtensiveGame([f"p{i}" for i in range(players)], node(0, [""] * players))


class Plain:
    """What a tree says, in rationals and lists."""

    def __init__(self, game):
        self.children, self.set_of = game.children, game.set_of.tolist()
        self.chance = [Fraction(float(p)) for p in game.chances]
        self.sets = [(s.player, s.nodes, len(s.actions)) for s in game.sets]
        ends = zip(game.terminals.tolist(), game.payoffs.tolist(), strict=True)
        self.pays = {n: [Fraction(v) for v in own] for n, own in ends}

    def worth(self, behaviour, who, at=0):
        """Payoff of a player from a node; behaviour[h][a] are the probabilities."""
        if at in self.pays:
            return self.pays[at][who]
        h = self.set_of[at]
        laws = behaviour[h] if h >= 0 else [self.chance[c] for c in self.children[at]]
        ways = zip(laws, self.children[at], strict=True)
        return sum((p * self.worth(behaviour, who, c) for p, c in ways if p), Fraction(0))

    def inside(self, root):
        found, stack = set(), [root]
        while stack:
            node = stack.pop()
            found.add(node)
            stack += self.children[node]
        return found


def plans(tree, sets):
    for choice in product(*(range(tree.sets[h][2]) for h in sets)):
        yield {h: [Fraction(int(k == a)) for k in range(tree.sets[h][2])] for h, a in zip(sets, choice, strict=True)}


def gain(tree, behaviour, who, nodes, weights):
    """Most that a player gains by any own plan from weighted nodes on."""
    below = set().union(*(tree.inside(n) for n in nodes))
    own = [h for h, (player, members, _) in enumerate(tree.sets) if player == who and below & set(members)]

    def value(play):
        return sum(w * tree.worth(play, who, n) for n, w in zip(nodes, weights, strict=True) if w)

    return max(value(behaviour | plan) for plan in plans(tree, own)) - value(behaviour)


def perfect_equilibria(tree):
    """All pure subgame-perfect equilibria of a tree of perfect information, by trying every profile and plan."""
    every = range(len(tree.sets))
    return {
        tuple(tuple(map(int, profile[h])) for h in every)
        for profile in plans(tree, every)
        if all(gain(tree, profile, who, nodes, [Fraction(1)]) == 0 for who, nodes, _ in tree.sets)
    }


def refuted(game, one):
    """Whether behaviour and beliefs that are called sequential are not: rationality, Bayes, trembles."""
    from scipy.optimize import linprog

    tree = Plain(game)
    behaviour = {h: [Fraction(p) for p in own.tolist()] for h, own in enumerate(one.profile)}
    size = float(np.ptp(game.payoffs)) or 1.0
    for s, held in zip(game.sets, one.beliefs, strict=True):
        if float(gain(tree, behaviour, s.player, s.nodes, [Fraction(p) for p in held.tolist()])) > 1e-9 * size:
            return True
    # behaviour c e^k gives each belief in the limit: orders k by a linear program, logarithms of c by least squares
    every = [(h, a) for h, s in enumerate(game.sets) for a in range(len(s.actions))]
    index = {place: k for k, place in enumerate(every)}
    used = np.array([one.profile[h][a] > 0 for h, a in index])

    def way(node):
        row, log = np.zeros(len(index)), 0.0
        while node > 0:
            up = int(game.parents[node])
            k = game.children[up].index(node)
            if game.set_of[up] < 0:
                log += np.log(game.chances[node]) if game.chances[node] > 0 else -np.inf
            else:
                h = int(game.set_of[up])
                row[index[h, k]] += 1
            node = up
        return row, log

    equal, above, sizes, right = [], [], [], []
    played = np.concatenate([np.zeros(0), *(np.log(np.where(own > 0, own, 1.0)) for own in one.profile)])
    for s, held in zip(game.sets, one.beliefs, strict=True):
        ways = [way(n) for n in s.nodes]
        live = [k for k, (_, log) in enumerate(ways) if np.isfinite(log)]
        if live and any(held[k] > 0 for k in range(len(ways)) if k not in live):
            return True
        if len(live) < 2:
            continue
        top = max(live, key=lambda k: held[k])
        for k in live:
            row = ways[k][0] - ways[top][0]
            if k == top:
                continue
            if held[k] > 0:
                equal.append(np.where(used, 0, row))
                sizes.append(np.where(used, 0, row))
                lead = ways[k][1] - ways[top][1] + row @ np.where(used, played, 0)
                right.append(np.log(held[k] / held[top]) - lead)
            else:
                above.append(np.where(used, 0, row))
    if sizes:
        found = np.linalg.lstsq(np.array(sizes), np.array(right), rcond=None)[0]
        if np.abs(np.array(sizes) @ found - right).max() > 1e-6:
            return True
    if not equal and not above:
        return False
    answer = linprog(
        np.ones(len(index)),
        A_ub=-np.array(above) if above else None,
        b_ub=-np.ones(len(above)) if above else None,
        A_eq=np.array(equal) if equal else None,
        b_eq=np.zeros(len(equal)) if equal else None,
        bounds=[(0, 0) if u else (1, None) for u in used],
        method="highs",
    )
    return answer.status != 0


def response_error(game, answer, precision):
    """Largest distance to the logit response, values in 60 digits, at sets that floats can reach."""
    getcontext().prec = 60
    tree = Plain(game)
    play = {h: [Fraction(p) for p in own.tolist()] for h, own in enumerate(answer.assessment.profile)}
    passed = {0: Fraction(1)}
    for node in range(1, len(game.parents)):
        up = int(game.parents[node])
        h = int(game.set_of[up])
        k = game.children[up].index(node)
        passed[node] = passed[up] * (play[h][k] if h >= 0 else Fraction(float(game.chances[node])))
    off = 0.0
    for h, s in enumerate(game.sets):
        total = sum(passed[n] for n in s.nodes)
        if total < Fraction(1, 10**200):
            continue
        lifts = []
        for a in range(len(s.actions)):
            value = sum(passed[n] * tree.worth(play, s.player, game.children[n][a]) for n in s.nodes) / total
            lifts.append(Decimal(precision) * Decimal(value.numerator) / Decimal(value.denominator))
        odds = [(v - max(lifts)).exp() for v in lifts]
        off = max(off, *(abs(float(o / sum(odds)) - float(p)) for o, p in zip(odds, play[h], strict=True)))
    return off


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """What was fuzzed, games tried, wrong, unconverged, endless."""
    rng = np.random.default_rng(seed)
    wrong = dict.fromkeys(("perfect", "gains", "branch", "response"), 0)
    late = dict(wrong)
    stuck = 0
    for k in range(games):
        game = random_tree(rng, players=int(rng.integers(1, 4)), span=int(rng.choice([1, 2, 5])), hidden=0.0, widest=2)
        listed = {tuple(tuple(int(p) for p in own) for own in one.profile) for one in ag.backward_induction(game)}
        wrong["perfect"] += listed != perfect_equilibria(Plain(game))
        players, span = int(rng.integers(2, 4)), int(rng.choice([1, 2, 5]))
        game = random_tree(rng, players=players, span=span, widest=3 if k % 4 else 2)
        profile = [rng.multinomial(4, np.ones(n) / n) / 4 for n in game.sizes]
        beliefs = [rng.multinomial(4, np.ones(len(s.nodes)) / len(s.nodes)) / 4 for s in game.sets]
        one = ag.trees.verify_assessment(game, profile, beliefs)
        play = {h: [Fraction(p) for p in own.tolist()] for h, own in enumerate(profile)}
        for s, held, told in zip(game.sets, beliefs, one.certificate.gains, strict=True):
            most = gain(Plain(game), play, s.player, s.nodes, [Fraction(p) for p in held.tolist()])
            if abs(max(float(told.max()), 0.0) - float(most)) > 1e-9:
                wrong["gains"] += 1
                break
        started = time.process_time()
        try:
            branch = ag.trees.agent_branch(game, throw=False)
        except ag.InvalidGame:
            # a set that chance rules out is refused by name
            continue
        stuck += time.process_time() - started > _SLOW
        if branch.equilibrium is None:
            late["branch"] += 1
        else:
            wrong["branch"] += refuted(game, branch.equilibrium)
        for precision in (1e3, 1e6):
            try:
                answer = ag.trees.agent_qre(game, precision=precision)
            except ag.NotSolved:
                late["response"] += 1
                break
            if response_error(game, answer, precision) > 1e-6:
                wrong["response"] += 1
                break
    names = {
        "perfect": "trees of perfect information: all subgame-perfect equilibria",
        "gains": "trees: gains at every information set, any beliefs",
        "branch": "trees: agent branches end in sequential equilibria",
        "response": "trees: agent responses at precision 1e3 and 1e6",
    }
    return [(name, games, wrong[k], late[k], stuck if k == "branch" else 0) for k, name in names.items()]


if __name__ == "__main__":
    for row in rows(100, 1):
        print("{}: {} games, {} wrong, {} unconverged, {} endless".format(*row))
