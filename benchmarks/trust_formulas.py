"""Closed forms against plain enumeration of deviations: random payoffs with ties, both sides of every threshold.

Nothing of the library's verifier or solvers is used for the comparison. Run: python benchmarks/trust_formulas.py
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import inf

import numpy as np

import armsgame as ag
import armsgame.solve.thresholds.suspensions
from armsgame.study.scenarios.enforcement import compliance_map

C = ag.treaty.compliance
NAMES = ("temptation", "reward", "punishment", "sucker")


def draw(rng: np.random.Generator, dilemma: bool = False) -> tuple[float, ...]:
    """Payoffs on a coarse grid, so that ties are common; any order, or R > P only."""
    while True:
        t, r, p, s = (int(x) / 4 for x in rng.integers(-4, 13, 4))
        if not dilemma or r > p:
            return t, r, p, s


def rates(rng: np.random.Generator) -> tuple[float, float]:
    """Detection and false alarms: certain, blind, silent, or anything."""
    d = rng.choice([0.0, 0.25, 0.5, 0.75, 1.0])
    return float(d), float(rng.choice([0.0, 0.05, d, 0.25, 1.0], p=[0.35, 0.3, 0.15, 0.15, 0.05]))


def holds(pay: list[tuple[float, ...]], hit: list[float], miss: float, n: float, delta: float, loud: bool) -> bool:
    """One-period deviations from reversion for n periods, at every state that some actions reach; `loud`: any alarm?"""
    size = 2 if n == inf else int(n) + 1
    step = np.zeros((size, size))
    step[0, 0], step[0, 1] = 1 - miss, miss
    for k in range(1, size):
        step[k, k if n == inf else (k + 1) % size] = 1
    for (t, r, p, s), seen in zip(pay, hit, strict=True):
        now = np.array([r] + [p] * (size - 1))
        v = np.linalg.solve(np.eye(size) - delta * step, (1 - delta) * now)
        zero = 1e-12 * (max(t, r, p, s) - min(t, r, p, s))
        if (1 - delta) * t + delta * ((1 - seen) * v[0] + seen * v[1]) - v[0] > zero or (loud and s - p > zero):
            return False
    return True


def late(pay: tuple[float, ...], d: float, a: float, m: int, delta: float) -> bool:
    """Permanent reversion with alarms m - 1 periods late, against every plan that looks at the last m - 1 own moves."""
    t, r, p, s = pay
    queues = list(product((0, 1), repeat=m - 1))
    comply = (1 - delta) * (r - p) / (1 - delta * (1 - a))
    best = -inf
    for plan in product((0, 1), repeat=len(queues)):
        step, now = np.zeros((len(queues),) * 2), np.zeros(len(queues))
        for k, queue in enumerate(queues):
            line = (*queue, plan[k])
            now[k] = (t if plan[k] else r) - p
            step[k, queues.index(line[1:])] = 1 - (d if line[0] else a)
        best = max(best, np.linalg.solve(np.eye(len(queues)) - delta * step, (1 - delta) * now)[0])
    return best <= comply + 1e-12 * (max(pay) - min(pay)) and (p >= s or d == a == 0)


def sides(edge: float) -> list[tuple[float, bool]]:
    """Discount factors just inside and just outside a threshold, and near the ends."""
    if edge == inf:
        return [(0.9999, False)]
    shift = 1e-4 * min(edge, 1 - edge) if edge else 0.0
    return [(edge + shift, True), (0.5 + edge / 2, True), (0.999 + edge / 1000, True)] + [(edge - shift, False)] * (
        edge > 0
    )


def one_alarm(rng: np.random.Generator) -> bool:
    pay, (d, a), m = draw(rng, dilemma=True), rates(rng), int(rng.integers(1, 4))
    edge = C.grim(*pay[:3], d, a, m, sucker=pay[3]).threshold
    return np.isnan(edge) or all(late(pay, d, a, m, x) == ok for x, ok in sides(edge))


def suspension(rng: np.random.Generator) -> bool:
    pay, (d, a), n = draw(rng, dilemma=True), rates(rng), int(rng.integers(1, 7))
    pay = (*pay[:3], min(pay[2:]))
    edge = ag.thresholds.suspension_threshold(*pay[:3], d, a, n)
    return all(holds([pay], [d], a, n, x, d + a > 0) == ok for x, ok in sides(edge))


def length(rng: np.random.Generator) -> bool:
    pay, (d, a), delta = draw(rng, dilemma=True), rates(rng), float(rng.uniform(0.05, 0.99))
    n = C.finite_punishment(*pay[:3], d, a, delta, sucker=pay[3]).periods
    if n == 0:
        return pay[0] <= pay[1]
    loud = d + a > 0
    if n == inf:
        return not any(holds([pay], [d], a, k, delta, loud) for k in (1, 5, 400))
    return holds([pay], [d], a, n, delta, loud) and (n == 1 or not holds([pay], [d], a, n - 1, delta, loud))


def treaty(rng: np.random.Generator) -> tuple[ag.Treaty, list[tuple[float, ...]], list[float], float, bool]:
    pay, own = [draw(rng), draw(rng)], [rates(rng), rates(rng)]
    if rng.integers(2):
        pay[1], own[1] = pay[0], own[0]
    parties = ag.Treaty().parties
    values = {
        n: dict(zip(parties, column, strict=True)) for n, column in zip(NAMES, zip(*pay, strict=True), strict=True)
    }
    both = zip(("detection", "false_alarm"), zip(*own, strict=True), strict=True)
    made = ag.Treaty().replace(**values, **{n: dict(zip(parties, v, strict=True)) for n, v in both})
    hit = [1 - (1 - own[i][0]) * (1 - own[1 - i][1]) for i in (0, 1)]
    return made, pay, hit, 1 - (1 - own[0][1]) * (1 - own[1][1]), any(map(any, own))


def two_alarms(rng: np.random.Generator) -> bool:
    made, pay, hit, miss, loud = treaty(rng)
    edge = ag.measures.threshold(made, discount=0.9)["threshold"]
    return all(holds(pay, hit, miss, inf, x, loud) == ok for x, ok in sides(edge))


def regimes(rng: np.random.Generator) -> bool:
    made, pay, hit, miss, loud = treaty(rng)
    delta = float(rng.uniform(0, 0.99))
    found = ag.measures.regime(made, discount=delta)
    lengths = [
        0 if all(x[0] <= x[1] for x in pay) else None,
        *(k for k in range(1, 41) if holds(pay, hit, miss, k, delta, loud)),
    ]
    shortest = next((k for k in lengths if k is not None), np.nan)
    same = np.array_equal(found["suspension"], shortest, equal_nan=True) or found["suspension"] > 40
    return same and bool(found["grim"]) == holds(pay, hit, miss, inf, delta, loud)


def least_rate(rng: np.random.Generator) -> bool:
    made, pay, _, miss, _ = treaty(rng)
    delta = float(rng.uniform(0, 0.99))
    rate = ag.measures.cheapest_detection(made, discount=delta)["detection"]
    false = [p.false_alarm for p in made.parameters]

    def at(d: float) -> bool:
        hit = [1 - (1 - d) * (1 - false[1 - i]) for i in (0, 1)]
        return holds(pay, hit, miss, inf, delta, d + sum(false) > 0)

    if rate == inf:
        return not any(at(d) for d in np.linspace(0, 1, 21))
    return (at(rate) or at(rate * (1 + 1e-9))) and not any(at(rate * x) for x in (0.0, 0.5, 1 - 1e-6) if rate > 0)


def map_of_dossier(rng: np.random.Generator) -> bool:
    changes = dict(zip(NAMES, draw(rng), strict=True))
    d, a, delta = *rates(rng), float(rng.uniform(0, 0.99))
    found = float(compliance_map(ag.load_scenario("inf").replace(**changes, false_alarm=a), [d], [delta])[0, 0])
    pay, psi = [tuple(changes.values())] * 2, [1 - (1 - d) * (1 - a)] * 2
    if found == 0:
        return changes["temptation"] <= changes["reward"]
    n = inf if found == -1 else 1 if np.isnan(found) else found
    return holds(pay, psi, 1 - (1 - a) ** 2, n, delta, d + a > 0) != np.isnan(found)


def best_value(rng: np.random.Generator) -> bool:
    pay, (d, a), delta = draw(rng, dilemma=True), rates(rng), float(rng.uniform(0.05, 0.99))
    t, r, p, s = pay
    found = C.best_symmetric_public(t, r, p, d, a, delta, sucker=s)
    if np.isnan(found.value):
        # no probability of reversion to P deters
        return p < s or not any(holds([pay], [d * x], a * x, inf, delta, True) for x in np.linspace(0, 1, 21))
    chance, value = found.punishment_probability, found.value
    own = ((1 - delta) * r + delta * a * chance * p) / (1 - delta * (1 - a * chance))
    loud = (d + a) * chance > 0
    fine = holds([pay], [d * chance * (1 + 1e-9)], a * chance * (1 + 1e-9), inf, delta, loud)
    less = chance > 0 and holds([pay], [d * chance * 0.999], a * chance * 0.999, inf, delta, True)
    return abs(own - value) <= 1e-9 and fine and not less


def mirrors(rng: np.random.Generator) -> bool:
    t, r, p, s = draw(rng, dilemma=True)
    s = min(s, r - 0.25)
    found = C.mirror(t, r, p, s)

    def nash(delta: float, q: float = 0.0) -> bool:
        cell = {(0, 0): r, (0, 1): s, (1, 0): t, (1, 1): p}
        best = -inf
        for plan in product((0, 1), repeat=2):
            # state: own last move; the other answers it, and forgives with probability q
            now = [cell[plan[k], 0] if k == 0 else q * cell[plan[k], 0] + (1 - q) * cell[plan[k], 1] for k in (0, 1)]
            step = np.zeros((2, 2))
            step[[0, 1], plan] = 1
            best = max(best, np.linalg.solve(np.eye(2) - delta * step, (1 - delta) * np.array(now))[0])
        return best <= r + 1e-11 * (max(t, r, p, s) - min(t, r, p, s))

    fine = all(nash(x) == ok for x, ok in sides(found.threshold))
    q = found.maximal_generosity
    if fine and q == q and found.threshold < 1:
        fine = (q == 0 or nash(1 - 1e-9, q * (1 - 1e-4))) and (q == 1 or not nash(1 - 1e-9, q + 1e-4 * (1 - q)))
    return fine


def dominance(rng: np.random.Generator) -> bool:
    scale = int(rng.integers(1, 400))
    r, p = 1.0, 0.0
    k = int(rng.integers(0, scale))
    # one half of the games are ties: R - T = P - S
    t, s = k / scale, -(scale - k if rng.integers(2) else int(rng.integers(1, scale + 1))) / scale
    exact = [Fraction(x).limit_denominator(1000) for x in (t, r, p, s)]
    return C.required_trust(t, r, p, s).risk_dominant == (exact[1] - exact[0] > exact[2] - exact[3])


def linked(rng: np.random.Generator) -> bool:
    issues = [draw(rng, dilemma=True)[:3] for _ in range(int(rng.integers(1, 4)))]
    edge = ag.treaty.linkage.threshold(issues).linked

    def deterred(delta: float) -> bool:
        kept, lost = sum(i[1] for i in issues), sum(i[2] for i in issues)
        plans = product((0, 1), repeat=len(issues))
        gains = (sum(i[0] if x else i[1] for i, x in zip(issues, plan, strict=True)) for plan in plans if any(plan))
        return all((1 - delta) * now + delta * lost <= kept + 1e-12 for now in gains)

    return all(deterred(x) == ok for x, ok in sides(edge))


def bundles(rng: np.random.Generator) -> bool:
    made, pay, hit, miss, loud = treaty(rng)
    delta, choice = float(rng.uniform(0, 0.99)), ag.negotiation.OneStatus()
    found = choice.value([made], delta)
    able = [n for n in (*sorted(choice.suspensions), inf) if holds(pay, hit, miss, n, delta, loud)]
    return bool(found.chosen[0] >= 0) == bool(able)


def solver(rng: np.random.Generator) -> bool:
    made, *_ = treaty(rng)
    edge = ag.measures.threshold(made, discount=0.9)["threshold"]
    found = ag.critical_discount(made.one_status(), (ag.grim, ag.grim)).value
    return found == edge or abs(found - edge) < 1e-7


FUZZ = {
    "grim on one alarm, lags 1 to 3": one_alarm,
    "thresholds of suspensions": suspension,
    "shortest suspensions": length,
    "grim on any alarm, unequal parties": two_alarms,
    "regimes, unequal parties": regimes,
    "least detection, unequal parties": least_rate,
    "regime maps of a dossier": map_of_dossier,
    "best symmetric values": best_value,
    "mirror and its generosity": mirrors,
    "risk dominance with ties": dominance,
    "linked issues": linked,
    "reactions of the negotiation": bundles,
    "closed form and critical_discount": solver,
}


def rows(games: int, seed: int) -> list[tuple[str, int, int, int, int]]:
    """(what, games, wrong, unconverged, endless); closed forms do not iterate until anything, so the last two are 0."""
    found = []
    for k, (name, fuzz) in enumerate(FUZZ.items()):
        rng = np.random.default_rng([seed, k])
        found.append((name, games, sum(not fuzz(rng) for _ in range(games)), 0, 0))
    return found


if __name__ == "__main__":
    for row in rows(100, 1):
        print(f"{row[0]:<40s}{row[1]:>8d}{row[2]:>8d} wrong", flush=True)
