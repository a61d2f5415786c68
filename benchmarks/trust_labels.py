"""Signals by meaning: random strategies under random monitoring against a simulator that knows who did what.

Run: python benchmarks/trust_labels.py
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

import armsgame as ag
from armsgame.errors import ArmsgameError

DELTA = 0.85
SETS = [(0, 0), (0, 1), (1, 0), (1, 1)]
WORDS = (("comply", "deploy"), ("hold", "build"), ("C", "D"), ("stay in", "walk out"))
PARTIES = ("US", "Russia", "A", "B", "Atlantis", "none such")


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """(What was fuzzed, games tried, wrong, unconverged, endless) for strategies that read labels."""
    rng = np.random.default_rng(seed)
    counts = {"who is flagged, in any order of labels": 0, "certain alarms are perfect monitoring": 0}
    counts["signals that name nobody are refused"] = counts["literal tables by label"] = 0
    for _ in range(games):
        stage = _stage(rng)
        hit, miss = rng.random(2).round(2), rng.random(2).round(2) * 0.3
        rules = [_rule(rng) for _ in range(2)]
        law = {acts: _flags(acts, hit, miss) for acts in SETS}
        wanted = _worth(rules, law, stage.payoffs)
        found = [_value(ag.RepeatedGame(stage, m), rules) for m in _worlds(rng, stage, law, hit, miss)]
        bad = any(f is None or not np.allclose(f, wanted, rtol=0, atol=1e-8) for f in found)
        counts["who is flagged, in any order of labels"] += bad
        one, two = ag.RepeatedGame(stage), ag.RepeatedGame(stage, ag.Monitoring.detection(1.0, 0.0))
        counts["certain alarms are perfect monitoring"] += any(
            not np.allclose(verb(one, rules), verb(two, rules), rtol=0, atol=1e-8) for verb in VERBS
        )
        nameless = ag.RepeatedGame(stage, ag.Monitoring.public(np.full((2, 2, 4), 0.25)))
        reads = [r for r in rules if _reads(r)]
        counts["signals that name nobody are refused"] += any(
            _value(nameless, (r, Rule(ag.grim, 0, float, max))) is not None for r in reads
        )
        counts["literal tables by label"] += _literal(rng, stage, law, hit, miss)
    return [(what, games, wrong, 0, 0) for what, wrong in counts.items()]


class Rule:
    """A strategy beside its meaning: first memory, chance of the second action, next memory from (own, other)."""

    def __init__(self, strategy: Any, first: Any, play: Any, step: Any) -> None:
        self.strategy, self.first, self.play, self.step = strategy, first, play, step


def _rule(rng: np.random.Generator) -> Rule:
    kind = rng.integers(4)
    if kind == 0:
        p = rng.random(5).round(2)
        after = dict(zip(["", *SETS], p, strict=True))
        vector = ag.Automaton.memory_one(*p[1:], initial=p[0])
        return Rule(vector, "", lambda m: 1 - after[m], lambda _, own, other: (own, other))
    if kind == 1:
        size = int(rng.integers(1, 4))
        ahead, acts = rng.integers(size, size=(size, 2)), rng.integers(2, size=(size, 2))
        table = [(q, "CD"[x], int(ahead[q, x]), "CD"[acts[q, x]]) for q in range(size) for x in (0, 1)]
        machine = ag.Automaton.machine(table, start=(0, "C"))
        return Rule(machine, (0, 0), lambda m: m[1], lambda m, _, other: (ahead[m[0], other], acts[m[0], other]))
    if kind == 2:
        q = round(float(rng.random()), 2)
        return Rule(ag.generous(q), 0, lambda m: m * (1 - q), lambda _m, _own, other: other)
    n = int(rng.integers(1, 4))
    return Rule(ag.suspend(n), 0, lambda m: float(m > 0), lambda m, own, other: m - 1 if m else n * max(own, other))


def _reads(rule: Rule) -> bool:
    strategy = rule.strategy
    if not isinstance(strategy, ag.Automaton):
        return False
    return bool(np.ptp(np.asarray(strategy.outputs), axis=0).any())


def _stage(rng: np.random.Generator) -> Any:
    words = [WORDS[k] for k in rng.integers(len(WORDS), size=2)]
    names = [str(name) for name in rng.choice(PARTIES, 2, replace=False)]
    return ag.StageGame(rng.integers(-4, 5, (2, 2, 2)).astype(float), players=names, actions=words)


def _flags(acts: tuple[int, ...], hit: Any, miss: Any) -> dict[tuple[int, int], float]:
    p = [hit[i] if acts[i] else miss[i] for i in (0, 1)]
    return {(x, y): (p[0] if x else 1 - p[0]) * (p[1] if y else 1 - p[1]) for x, y in SETS}


def _worlds(rng: np.random.Generator, stage: Any, law: Any, hit: Any, miss: Any) -> list[Any]:
    """Return one law of flags in three spellings."""
    order = rng.permutation(4)
    kernel = np.array([[[law[a, b][SETS[k]] for k in order] for b in (0, 1)] for a in (0, 1)])
    names = {(0, 0): "none", (1, 0): stage.players[0], (0, 1): stage.players[1], (1, 1): "both"}
    own = [f"signal {k}" for k in order]
    about = {f"signal {k}": [i for i in (0, 1) if SETS[k][i]] for k in order}
    return [
        ag.Monitoring.detection(tuple(hit), tuple(miss)),
        ag.Monitoring.public(kernel, [names[SETS[k]] for k in order]),
        ag.Monitoring.public(kernel, own, about),
    ]


def _worth(rules: Any, law: Any, payoffs: Any) -> Any:
    one, two = rules
    places = {(one.first, two.first): 0}
    pairs = [(one.first, two.first)]
    moves: list[tuple[int, int, float]] = []
    pays = []
    for k, (a, b) in enumerate(pairs):
        pay = np.zeros(2)
        for x, y in product((0, 1), repeat=2):
            weight = (one.play(a) if x else 1 - one.play(a)) * (two.play(b) if y else 1 - two.play(b))
            pay += weight * payoffs[:, x, y]
            for (f, g), p in law[x, y].items():
                if weight * p > 0:
                    after = one.step(a, f, g), two.step(b, g, f)
                    if after not in places:
                        places[after] = len(pairs)
                        pairs.append(after)
                    moves.append((k, places[after], weight * p))
        pays.append(pay)
    system = np.eye(len(pairs))
    for i, j, p in moves:
        system[i, j] -= DELTA * p
    return (1 - DELTA) * np.linalg.solve(system, np.array(pays))[0]


def _value(game: Any, rules: Any) -> Any:
    try:
        return ag.expected_payoffs(game, [r.strategy for r in rules], discount=DELTA)
    except ArmsgameError:
        return None


def _literal(rng: np.random.Generator, stage: Any, law: Any, hit: Any, miss: Any) -> bool:
    """A table over labelled flags, on the same flags in another order."""
    game = ag.RepeatedGame(stage, ag.Monitoring.detection(tuple(hit), tuple(miss)))
    table = rng.integers(2, size=(2, 4))
    rule = ag.Automaton(np.eye(2), table, signals=game)
    at = {(0, 0): 0, (1, 0): 1, (0, 1): 2, (1, 1): 3}
    mine = Rule(rule, 0, float, lambda m, own, other: int(table[m, at[own, other]]))
    rival = _rule(rng)
    wanted = _worth((mine, rival), law, stage.payoffs)
    return any(
        (found := _value(ag.RepeatedGame(stage, m), (mine, rival))) is None or not np.allclose(found, wanted, atol=1e-8)
        for m in _worlds(rng, stage, law, hit, miss)[:2]
    )


VERBS = (
    lambda g, r: ag.verify(g, [x.strategy for x in r], discount=DELTA).values,
    lambda g, r: [ag.verify(g, [x.strategy for x in r], discount=DELTA).max_gain],
    lambda g, r: ag.stationary(g, [x.strategy for x in r], error=0.1).payoffs,
    lambda g, r: ag.expected_payoffs(g, [x.strategy for x in r], periods=5),
    lambda g, r: [ag.best_reply(g, [x.strategy for x in r], 1, discount=DELTA).value],
    lambda g, r: ag.withdrawal_law(g, [x.strategy for x in r], periods=4, event="deployed").survival,
)

if __name__ == "__main__":
    for row in rows(100, 1):
        print(row)
