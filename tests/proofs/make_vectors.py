"""Write the test vectors of the proof format: run ``python tests/proofs/make_vectors.py``.

For every kind of claim a true file and a false one, which differs from it by one unit in the last place of one number.
Values are worked out in the comments or solved in fractions here; no emitter of the library is used, except that the
multipliers of the outer set come from a linear program and its repair.
"""

import copy
import json
from fractions import Fraction as F
from itertools import product
from math import lcm
from pathlib import Path

from armsgame.proofs.rational import repaired_row

FOLDER = Path(__file__).parent / "vectors"
ZERO = {"den": 1, "num": 0}


def stage(payoffs, actions, den=1):
    return {
        "kind": "stage", "players": ["US", "USSR"], "actions": actions, "payoffs": {"den": den, "num": payoffs},
    }  # fmt: skip


def proof(kind, game=None, profile=None, witness=None, **claim):
    made = {"format": "armsgame-proof/1", "claim": {"kind": kind, **claim}, "witness": witness or {}}
    return made | ({"game": game} if game else {}) | ({"profile": profile} if profile is not None else {})


def changed(file, *path, by=1):
    """The file with one number raised."""
    other = json.loads(json.dumps(file))
    at = other
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] += by
    return other


# ---- one-shot games --------------------------------------------------------------------------------------------------


def nash():
    # the row player mixes (2/3, 1/3) and the column player (1/5, 4/5): both are indifferent
    den = 10**9
    game = stage([[4 * den, 0, 0, den], [0, den, 2 * den, 0]], [["inspect", "trust"], ["cheat", "comply"]], den)
    true = proof("nash", game, [{"den": 3, "num": [2, 1]}, {"den": 5, "num": [1, 4]}], epsilon=ZERO)
    return true, changed(true, "game", "payoffs", "num", 0, 0)


def correlated():
    # chicken: a mediator draws three profiles with equal chances; obedience of "swerve" is tight
    game = stage([[6, 2, 7, 0], [6, 7, 2, 0]], [["swerve", "dare"], ["swerve", "dare"]])
    game["payoffs"] = {"den": 10**6, "num": [[10**6 * v for v in row] for row in game["payoffs"]["num"]]}
    # at swerve: 6 p + 2 q against 7 p + 0 q is tight where p = 2 q; with p = 1/2, q = 1/4
    true = proof("correlated", game, {"den": 4, "num": [2, 1, 1, 0]}, epsilon=ZERO)
    return true, changed(true, "game", "payoffs", "num", 0, 2)


# ---- play in time ----------------------------------------------------------------------------------------------------


def dilemma(discount=None, den=1):
    """Prisoners' dilemma with temptation 5, reward 3, punishment 1, sucker's payoff 0; actions are seen."""
    game = {
        "kind": "dynamic", "players": ["US", "USSR"], "states": ["treaty"], "start": 0,
        "actions": [[["comply", "deploy"]] * 2], "signals": [["CC", "CD", "DC", "DD"]],
        "payoffs": {"den": den, "num": [[[3 * den, 0, 5 * den, den], [3 * den, 5 * den, 0, den]]]},
        "laws": [{"den": 1, "num": [[[0, k, 1]] for k in range(4)]}],
    }  # fmt: skip
    return game | (
        {"discount": {"den": discount.denominator, "num": discount.numerator}} if discount is not None else {}
    )


GRIM = [
    {"states": ["peace", "war"], "initial": 0, "law": {"den": 1, "num": [[[1, 0]], [[0, 1]]]},
     "next": [[[0, 1, 1, 1]], [[1, 1, 1, 1]]]},
] * 2  # fmt: skip
NODES = [[0, 0, 0], [0, 1, 1]]


def perfect():
    # (1 - d) 5 + d 1 = 3 at d = 1/2
    values = {"den": 1, "lower": [[3, 3], [1, 1]], "upper": [[3, 3], [1, 1]]}
    true = proof("perfect", dilemma(F(1, 2), 10**9), GRIM, {"nodes": NODES}, epsilon=ZERO, values=values)
    return true, changed(true, "game", "payoffs", "num", 0, 0, 2)


def refused():
    below = F(1, 2) - F(1, 2**20)
    values = {"den": 1, "lower": [[3, 3], [1, 1]], "upper": [[3, 3], [1, 1]]}
    witness = {"nodes": NODES, "deviation": [0, 1, 1]}
    true = proof("refused", dilemma(below), GRIM, witness, epsilon=ZERO, values=values)
    return true, changed(true, "game", "discount", "num")


def inner():
    # comply; after CC go on with weight 3/4, else deploy for ever: v = (1 - d) 3 + d (3/4 v + 1/4) is 15/7 at d = 3/4
    # in the order of outcomes: CC, CD, DC, DD
    plan = [
        {"state": 0, "actions": [0, 0], "next": [[[0, 3], [1, 1]], [[1, 4]], [[1, 4]], [[1, 4]]]},
        {"state": 0, "actions": [1, 1], "next": [[[1, 4]]] * 4},
    ]
    bound = {"den": 10**6, "lower": [[2142857] * 2, [10**6] * 2], "upper": [[2142858] * 2, [10**6] * 2]}
    true = proof("inner", dilemma(F(3, 4)), None, {"plan": plan, "weights": 4}, epsilon=ZERO, values=bound)
    return true, changed(true, "claim", "values", "upper", 0, 0, by=-1)


def outer(concludes):
    """Steps of images and eliminations for the dilemma at d = 1/5, where nothing but mutual deployment is enforced."""
    game, unit, den = dilemma(F(1, 5)), 2**10, 2**40
    plane = [[unit, 0], [-unit, 0], [0, unit], [0, -unit], [unit, unit], [-unit, -unit]]
    directions = {"den": unit, "num": [plane]}
    pay = game["payoffs"]["num"][0]
    first = [[max(h[0] * u + h[1] * v for u, v in zip(*pay, strict=True)) * den // unit for h in plane]]
    levels, left, steps = copy.deepcopy(first), {0, 1, 2, 3}, []

    def row(h, a, at):
        made = repaired_row(game, 0, h, a, [[F(c, den) for c in at[0]]], directions)
        return made, bound(game, directions, made, h, a, at, den)

    for _ in range(3):
        for a in sorted(left):
            made, value = row([0, 0], a, levels)
            if value < 0:
                steps.append({"rows": [{"at": [0, a], **made}]})
                left.discard(a)
        found = [(k, a, *row(h, a, levels)) for k, h in enumerate(plane) for a in sorted(left)]
        new = [int(max(-(-value * den // 1) for j, _, _, value in found if j == k)) for k in range(6)]
        new = [min(c, d) for c, d in zip(levels[0], new, strict=True)]
        rows = [{"at": [0, k, a], **m} for k, a, m, _ in found if new[k] < levels[0][k]]
        steps.append({"y": [new], "rows": rows})
        levels = [list(new)]
    # one jump: y is the fixed point of the rows, rounded up, and w the levels so far
    made = [(k, a, row(h, a, levels)[0]) for k, h in enumerate(plane) for a in sorted(left)]
    y = copy.deepcopy(levels)
    for _ in range(60):
        bounds = [max(bound(game, directions, m, plane[k], a, y, den) for j, a, m in made if j == k) for k in range(6)]
        y = [[int(-(-b * den // 1)) for b in bounds]]
    y = [[c + 2**20 for c in y[0]]]
    w = [[max(c, d) + 2**20 for c, d in zip(levels[0], y[0], strict=True)]]
    steps.append({"y": y, "w": w, "rows": [{"at": [0, k, a], **m} for k, a, m in made]})
    witness = {"directions": directions, "multipliers": 2**60, "den": den, "levels": first, "steps": steps}
    y = [[min(c, d) for c, d in zip(levels[0], y[0], strict=True)]]
    if concludes == "set":
        true = proof("outer", game, None, witness, concludes="set", levels={"den": den, "num": y})
        # (1, 1) is an equilibrium payoff
        return true, changed(true, "claim", "levels", "num", 0, 0, by=den - 1 - y[0][0])
    # a point just beyond the level of the first direction, and the equilibrium payoffs (1, 1)
    true = proof("outer", game, None, witness, concludes="outside", point={"den": den, "num": [y[0][0] + 1, -y[0][3]]})
    false = copy.deepcopy(true)
    false["claim"]["point"]["num"] = [den, den]
    return true, false


def outer_none():
    """Matching pennies, once and for all: no pure profile is an equilibrium."""
    game = dilemma(F(0))
    game["payoffs"] = {"den": 1, "num": [[[1, -1, -1, 1], [-1, 1, 1, -1]]]}
    unit = 2
    directions = {"den": unit, "num": [[[unit, 0], [-unit, 0], [0, unit], [0, -unit]]]}
    steps = []
    for a in range(4):
        made = repaired_row(game, 0, [0, 0], a, [[F(1)] * 4], directions)
        steps.append({"rows": [{"at": [0, a], **made}]})
    witness = {"directions": directions, "multipliers": 2**60, "den": 1, "levels": [[1] * 4], "steps": steps}
    true = proof("outer", game, None, witness, concludes="none")
    # now one profile is an equilibrium
    false = copy.deepcopy(true)
    false["game"]["payoffs"]["num"][0][1][0] = 1
    return true, false


def bound(game, directions, made, h, a, at, den):
    """Bound of a row in fractions, from its definition."""
    scale, unit, d = 2**60, directions["den"], F(game["discount"]["num"], game["discount"]["den"])
    pay, full = game["payoffs"]["num"][0], game["laws"][0]["den"]
    now = sum(F(c, unit) * own[a] for c, own in zip(h, pay, strict=True))
    for i, b, m in made["mu"]:
        step = (2, 1)[i]
        now += F(m, scale) * (pay[i][a] - pay[i][a + (b - a // step % 2) * step])
    later = sum(F(n, scale * full) * F(at[0][k], den) for parts in made["lambda"] for k, n in parts)
    return (1 - d) * now + d * later


def zero_sum():
    """Two states: matching pennies with stakes, which moves on after a match to a state that pays 1 once and returns.

    Value w of the second state and v of the first, d = 1/2: w = 1/2 + v/2. The matrix of the first state is
    [[1/2 + w/2, -1/2 + v/2], [-1/2 + v/2, 1/2 + w/2]] with value (w + v)/4, so v = (1/2 + 3 v/2)/4: v = 1/5, w = 3/5.
    """
    game = dilemma(F(1, 2))
    game |= {
        "states": ["calm", "prize"], "actions": [[["h", "t"]] * 2, [["wait"]] * 2], "signals": [["-"], ["-"]],
        "payoffs": {"den": 1, "num": [[[1, -1, -1, 1], [-1, 1, 1, -1]], [[1], [-1]]]},
        "laws": [{"den": 1, "num": [[[1, 0, 1]], [[0, 0, 1]], [[0, 0, 1]], [[1, 0, 1]]]},
                 {"den": 1, "num": [[[0, 0, 1]]]}],
    }  # fmt: skip
    half = [{"den": 2, "num": [[1, 1], [2]]}] * 2
    den = 5 * 10**6
    level = [10**6, 3 * 10**6]
    true = proof("zero_sum", game, half, values={"den": den, "lower": level, "upper": level})
    return true, changed(true, "claim", "values", "lower", 0)


def sequential():
    """One moves out, or in by two ways that two cannot tell apart; two's belief of 3/5 makes it indifferent."""
    den = 10**6
    nodes = [
        {"set": 0, "children": [1, 2, 3]}, {"payoffs": [2 * den, 2 * den]},
        {"set": 1, "children": [4, 5]}, {"set": 1, "children": [6, 7]},
        {"payoffs": [3 * den, 0]}, {"payoffs": [0, 3 * den]}, {"payoffs": [3 * den, 2 * den]}, {"payoffs": [0, 0]},
    ]  # fmt: skip
    sets = [{"player": 0, "label": "one", "actions": ["out", "left", "right"]},
            {"player": 1, "label": "two", "actions": ["yield", "fight"]}]  # fmt: skip
    game = {"kind": "tree", "players": ["A", "B"], "sets": sets, "den": den, "nodes": nodes}
    # two: yield is worth 2 * 3/5 = 6/5, fight 3 * 2/5; one gets 3/2 by moving in
    profile = [{"den": 1, "num": [1, 0, 0]}, {"den": 2, "num": [1, 1]}]
    weights = [{"den": 1, "num": [1, 2, 3]}, {"den": 2, "num": [1, 1]}]
    true = proof("sequential", game, profile, {"orders": [[0, 1, 1], [0, 0]], "weights": weights}, epsilon=ZERO)
    return true, changed(true, "game", "nodes", 5, "payoffs", 1)


def threshold():
    # grim trigger: V(peace) = 3, V(war) = 1; gain at peace 5 (1 - d) + d - 3 = 2 - 4 d
    witness = {
        "nodes": NODES, "determinant": [1], "numerators": [[[3], [3]], [[1], [1]]], "constraints": [[0, 0, 1], []],
    }  # fmt: skip
    den = 2**30
    points = {"den": den, "num": [0, den // 2, den]}
    true = proof("threshold", dilemma(), GRIM, witness, points=points, pieces=["fails", "holds"])
    return true, changed(true, "claim", "points", "num", 1, by=-1)


def threshold_irrational():
    """Two periods of deployment after any deployment: the gain at peace is 2 (1 - d - d²), zero at .618.."""
    rule = {
        "states": ["peace", "two", "one"], "initial": 0, "law": {"den": 1, "num": [[[1, 0]], [[0, 1]], [[0, 1]]]},
        "next": [[[0, 1, 1, 1]], [[2] * 4], [[0] * 4]],
    }  # fmt: skip
    # V(peace) = 3, V(two) = 1 - d² + 3 d², V(one) = 1 - d + 3 d; gain 5 (1 - d) + d V(two) - 3 = 2 - 4 d + 2 d³
    # = 2 (1 - d) (1 - d - d²)
    witness = {
        "nodes": [[0, 0, 0], [0, 1, 1], [0, 2, 2]], "determinant": [1],
        "numerators": [[[3]] * 2, [[1, 0, 2]] * 2, [[1, 2]] * 2], "constraints": [[0, 0, 1], [], []],
    }  # fmt: skip
    den = 10**20
    low = 61803398874989484820
    points = {"den": den, "num": [0, low, low + 1, den]}
    true = proof("threshold", dilemma(), [rule] * 2, witness, points=points, pieces=["fails", "gap", "holds"])
    return true, changed(true, "claim", "points", "num", 2, by=-1)


def outer_unplayed():
    """At d = 1/5 mutual compliance (profile 0) is not played; mutual deployment (profile 3) is."""
    true = outer("set")[0]
    true["claim"] = {"kind": "outer", "concludes": "unplayed", "profile": 0}
    return true, changed(true, "claim", "profile", by=3)


def bracket_unplayed():
    """The plan of `inner` complies at d = 3/4."""
    true = proof("bracket", None, None, {"holds": inner()[0], "fails": outer_unplayed()[0]})
    false = json.loads(json.dumps(true))
    # now both nodes deploy
    plan = false["witness"]["holds"]["witness"]["plan"]
    plan[0] = {**plan[1], "next": [[[0, 4]]] * 4}
    one = {"den": 1, "lower": [[1, 1]] * 2, "upper": [[1, 1]] * 2}
    false["witness"]["holds"]["claim"]["values"] = one
    return true, false


def bracket():
    holds, fails = perfect()[0], refused()[0]
    holds["game"]["payoffs"] = fails["game"]["payoffs"]
    true = proof("bracket", None, None, {"holds": holds, "fails": fails})
    return true, changed(true, "witness", "fails", "game", "discount", "num")


def two_states(discount):
    """A noisy alarm moves the treaty to a crisis, in which only deployment is open."""
    chance = [F(9, 10), F(1, 2), F(1, 2), F(1, 10)]
    game = dilemma(discount)
    return game | {
        "states": ["treaty", "crisis"], "actions": [[["comply", "deploy"]] * 2, [["deploy"]] * 2],
        "signals": [["quiet", "alarm"], ["-"]],
        "payoffs": {"den": 1, "num": [game["payoffs"]["num"][0], [[1], [1]]]},
        "laws": [{"den": 10, "num": [[[0, 0, int(10 * p)], [1, 1, int(10 - 10 * p)]] for p in chance]},
                 {"den": 4, "num": [[[0, 0, 1], [1, 0, 3]]]}],
    }  # fmt: skip


def perfect_noisy():
    """Mixed play in two states: values solve a linear system; the crisis is shared by all."""
    d = F(9, 10)
    # u mixes p; both comply with certainty is V0 = (1-d) 3 + d (.9 V0 + .1 V1), V1 = (1-d) + d (V0/4 + 3 V1/4)
    a, b, c, e = 1 - d * F(9, 10), -d * F(1, 10), -d * F(1, 4), 1 - d * F(3, 4)
    det = a * e - b * c
    v0, v1 = (3 * (1 - d) * e - b * (1 - d)) / det, (a * (1 - d) - c * 3 * (1 - d)) / det
    den = lcm(v0.denominator, v1.denominator)
    rows = [[int(v * den)] * 2 for v in (v0, v1)]
    rule = {"states": ["play"], "initial": 0, "law": {"den": 1, "num": [[[1, 0], [1]]]}, "next": [[[0, 0], [0]]]}
    values = {"den": den, "lower": rows, "upper": rows}
    true = proof("perfect", two_states(d), [rule] * 2, {"nodes": [[0, 0, 0], [1, 0, 0]]}, epsilon=ZERO, values=values)
    gain = (1 - d) * 5 + d * (v0 / 2 + v1 / 2) - v0
    # the profile has a gain; its epsilon is exact, and one unit less is false
    true["claim"]["epsilon"] = {"den": gain.denominator, "num": gain.numerator}
    return true, changed(true, "claim", "epsilon", "num", by=-1)


# ---- private types ---------------------------------------------------------------------------------------------------


def box(values):
    return {"den": values[0], "lower": values[1], "upper": values[1]}


def bayesian():
    """Separating play at d = 1/2: A is content and plays grim, or tempted and deploys; B plays grim.

    Let p be the chance of content. At the start B gets p + (1 - p) (1 - d) (-1/2) if it complies and p (1 - d) 3/2
    if it deploys, so p = 1/2 makes it indifferent. Content: 1 > 3/4; tempted: 5/4 > 1/2 + 5/8. Node 0 is the start, at
    node 1 tempted is excluded, at node 2 all deploy for ever whatever they believe.
    """
    den = 10**9
    half = den // 2
    pay = [[den, -half, 3 * half, 0], [den, -half, 5 * half, 0], [den, 3 * half, -half, 0]]
    game = dilemma(F(1, 2)) | {
        "types": [["content", "tempted"], ["content"]], "committed": [[], []],
        "prior": [{"den": 2, "num": [1, 1]}, {"den": 1, "num": [1]}],
        "payoffs": {"den": den, "num": [pay]},
    }  # fmt: skip
    comply, deploy = ({"den": 1, "num": [k, 1 - k]} for k in (1, 0))
    war = [[[2, 1]]] * 3
    plan = [{"state": 0, "actions": [comply, deploy, comply], "next": [[[1, 1]], *war]} for _ in range(2)]
    plan.append({"state": 0, "actions": [deploy] * 3, "next": [[[2, 1]]] * 4})
    # content and content comply for ever; tempted gets (1 - d) 5/2 once, and content (1 - d) (-1/2)
    values = [[box([4, [[4, 4], [4, 4], [0, 0]]])], [box([4, [[5, -1], [5, -1], [0, 0]]])]]
    known, free = [[[1, 1], [1, 0]], [[0, 1], [1, 1]]], [[[1, 1], [1, 0]], [[1, 0], [1, 1]]]
    odds = [[[[[1, 1]]]] * 3, [[[[1, 1], [1, 1]], [[1, 1], [1, 1]]], known, free]]
    made = {"plan": plan, "weights": 1}
    true = proof("bayesian", game, made, {"odds": odds}, epsilon=ZERO, values=values)
    return true, changed(true, "game", "payoffs", "num", 0, 2, 1)


def bayesian_three():
    """Three types of B favour three actions with 3/5; then A may bet that it has met the first type.

    After "l" beliefs are (3, 1, 1)/5, after "m" (1, 3, 1)/5, and both lead to one node; its bounds hold (3, 3, 1)/7 and
    (1, 1, 1)/3 too. The bet gains 2 against the first type and loses 3 against the others: nothing at 3/5.
    """
    unit = 10**6
    bet = [2 * unit, -3 * unit, -3 * unit]
    game = {
        "kind": "dynamic", "players": ["A", "B"], "states": ["act", "bet", "over"], "start": 0,
        "actions": [[["pass", "bet"], ["l", "m", "r"]]] * 2 + [[["pass"], ["l"]]],
        "signals": [["l", "m", "r"], ["-"], ["-"]],
        "payoffs": {"den": unit, "num": [[[0] * 6] * 4, [[0] * 3 + bet, *[[0] * 6] * 3], [[0]] * 4]},
        "laws": [{"den": 1, "num": [[[1, b, 1]] for _ in range(2) for b in range(3)]},
                 {"den": 1, "num": [[[2, 0, 1]]] * 6}, {"den": 1, "num": [[[2, 0, 1]]]}],
        "types": [["only"], ["x", "y", "z"]], "committed": [[], []], "discount": {"den": 2, "num": 1},
        "prior": [{"den": 1, "num": [1]}, {"den": 3, "num": [1, 1, 1]}],
    }  # fmt: skip
    waits, sure = {"den": 1, "num": [1, 0]}, {"den": 1, "num": [1]}
    favoured = [{"den": 5, "num": [1 + 2 * (k == b) for b in range(3)]} for k in range(3)]
    alone = [{"den": 1, "num": [int(k == b) for b in range(3)]} for k in range(3)]
    plan = [
        {"state": 0, "actions": [waits, *favoured], "next": [[[1, 1]], [[1, 1]], [[2, 1]]]},
        {"state": 1, "actions": [waits, *alone], "next": [[[3, 1]]]},
        {"state": 1, "actions": [waits, *alone], "next": [[[3, 1]]]},
        {"state": 2, "actions": [sure] * 4, "next": [[[3, 1]]]},
    ]
    values = [[box([1, [[0, 0]] * 4])] * 3]
    one, most, none = [1, 1], [3, 1], [1, 0]
    odds = [
        [[one] * 3] * 3,
        [[one, most, most], [most, one, most], [one] * 3],
        [[one, one, [1, 3]], [one, one, [1, 3]], [most, most, one]],
        [[one if k == m else none for m in range(3)] for k in range(3)],
    ]
    witness = {"odds": [odds, [[[one]]] * 4]}
    true = proof("bayesian", game, {"plan": plan, "weights": 1}, witness, epsilon=ZERO, values=values)
    return true, changed(true, "game", "payoffs", "num", 1, 0, 3)


def main():
    makers = {
        "bayesian": bayesian, "bayesian-three": bayesian_three,
        "nash": nash, "correlated": correlated, "perfect": perfect, "perfect-noisy": perfect_noisy, "refused": refused,
        "inner": inner, "outer-set": lambda: outer("set"), "outer-outside": lambda: outer("outside"),
        "outer-none": outer_none, "zero_sum": zero_sum, "sequential": sequential, "threshold": threshold,
        "threshold-irrational": threshold_irrational, "bracket": bracket, "outer-unplayed": outer_unplayed,
        "bracket-unplayed": bracket_unplayed,
    }  # fmt: skip
    FOLDER.mkdir(exist_ok=True)
    for (name, maker), verdict in product(makers.items(), (True, False)):
        text = json.dumps(maker()[not verdict], sort_keys=True, separators=(",", ":"))
        (FOLDER / f"{name}.{str(verdict).lower()}.agp").write_text(text + "\n", encoding="utf-8")
    good = json.dumps(perfect()[0], sort_keys=True, separators=(",", ":"))
    bad = {
        "version": good.replace("proof/1", "proof/2"), "truncated": good[: len(good) // 2], "empty": "", "list": "[]",
        "float": good.replace('"num":1', '"num":1.0', 1), "nan": good.replace('"num":1', '"num":NaN', 1),
        "twice": good.replace('"claim":', '"claim":{},"claim":', 1),
        "digits": good.replace('"num":1', '"num":1' + "0" * 10_000, 1),
        "deep": '{"made_by":' + "[" * 100 + "]" * 100 + "," + good[1:],
        "inherited-key": good.replace('"claim":', '"toString":0,"claim":', 1),
        "unknown-key": good.replace('"claim":', '"aim":0,"claim":', 1),
        "bayesian": good.replace('"perfect"', '"bayesian"'), "no-law": good.replace("[0,3,1]", "[0,3,2]"),
        "negative-size": good.replace('"den":1000000000', '"den":-1', 1), "label": good.replace('"comply"', "7", 1),
        "patient": good.replace('"discount":{"den":2,"num":1}', '"discount":{"den":2,"num":2}'),
        "true": good.replace('"num":1', '"num":true', 1), "short": good.replace("[3,3]", "[3]", 1),
    }  # fmt: skip
    for name, text in bad.items():
        assert text != good, name
        (FOLDER / f"{name}.bad.agp").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
