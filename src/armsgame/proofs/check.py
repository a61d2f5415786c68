"""Check proof files of the format armsgame-proof/1: run ``python check.py FILE...``.

This file needs the standard library only, and nothing in it rounds. The format and the mathematics of every test are
in ``docs/reference/proof-format.md``; the functions below follow its order. For every file one line is printed: what
has been proved (exit 0), the first line that fails (exit 1), or why the file is no proof (exit 2).
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from itertools import pairwise, product, zip_longest
from math import gcd, prod
from pathlib import Path
from types import SimpleNamespace
from typing import Any

__all__ = ["main", "verdict"]

FORMAT = "armsgame-proof/1"
# bytes of a file, digits of an integer, levels of nesting, elementary steps, degree, degree times digits
SIZE, DIGITS, DEPTH, WORK, DEGREE, LENGTH = 2**26, 10_000, 64, 10**8, 200, 100_000


class NoProof(Exception):
    """The file is not of this format: exit 2."""


class Fails(Exception):
    """A test of the proof fails: exit 1."""


def deny(found: Any, text: str) -> None:
    """Say that the file is no proof where a fault was found."""
    if found:
        raise NoProof(text)


def fail(found: Any, text: str) -> None:
    """Say that a test fails where a fault was found."""
    if found:
        raise Fails(text)


# ---- reading: integers only; no function below this section meets a value whose shape was not tested -----------------


def load(data: bytes) -> Any:
    """Parse JSON with integers only, every key once, bounded size, digits and depth."""
    deny(len(data) > SIZE, f"the file has more than {SIZE} bytes")
    hooks: Any = {"parse_int": integer, "parse_float": never, "parse_constant": never, "object_pairs_hook": once}
    try:
        found = json.loads(data.decode("utf-8"), **hooks)
    except ValueError as fault:
        raise NoProof(f"it is not JSON in UTF-8 ({fault})") from None
    level: Any = [[found]]
    for _ in range(DEPTH + 1):
        level = [x for c in level for x in (c.values() if type(c) is dict else c) if type(x) in (list, dict)]
    deny(level, f"it is nested more than {DEPTH} levels deep")
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object whose keys are all different."""
    deny(len(dict(pairs)) != len(pairs), "an object has the same key twice")
    return dict(pairs)


def integer(text: str) -> int:
    """Read an integer in pieces, because Python limits the conversion of long texts."""
    digits, value = text.lstrip("-"), 0
    deny(len(digits) > DIGITS, f"an integer has more than {DIGITS} digits")
    for k in range(0, len(digits), 4000):
        value = value * 10 ** len(digits[k : k + 4000]) + int(digits[k : k + 4000])
    return -value if text[0] == "-" else value


def never(text: str) -> Any:
    """Refuse any other number."""
    raise NoProof(f"{text} is not an integer")


# Shapes: (low, below) an integer in a range; str a label; [part] a list; [n, part] a list of n; a mapping an object
# with exactly these keys, where "key?" may be absent; None is tested later.
INT, NAT, POS = (None, None), (0, None), (1, None)
ARRAY: Any = {"den": POS, "num": None}


def need(x: Any, shape: Any, where: str) -> Any:
    """Test a value against a shape and return it."""
    if type(shape) is tuple:
        low, below = shape
        if type(x) is not int or (low is not None and x < low) or (below is not None and x >= below):
            raise NoProof(f"{where} is not an integer" + f", {low} <= x < {below}" * (shape != INT))
    elif shape is str:
        deny(type(x) is not str, f"{where} is not a label")
    elif type(shape) is list:
        size = shape[0] if len(shape) == 2 else "any length"
        deny(type(x) is not list or size not in ("any length", len(x)), f"{where} is not a list of {size}")
        for k, part in enumerate(x):
            need(part, shape[-1], f"{where}[{k}]")
    elif shape is not None:
        deny(type(x) is not dict, f"{where} is not an object")
        lacks = [key for key in shape if key not in x and key[-1] != "?"]
        other = [key for key in x if key not in shape and f"{key}?" not in shape]
        deny(lacks or other, f"{where} lacks the keys {lacks} and has the unknown keys {other}")
        for key, part in x.items():
            need(part, shape.get(key, shape.get(f"{key}?")), f"{where}.{key}")
    return x


def law(den: int, num: Any, length: int, where: str) -> tuple[int, list[int]]:
    """Read a law: integers of at least 0 that sum to the denominator."""
    deny(sum(need(num, [length, NAT], where)) != den, f"{where} does not sum to one")
    return den, num


def box(*shape: int) -> dict[str, Any]:
    """Shape of lower and upper values."""
    part: Any = INT
    for n in reversed(shape):
        part = [n, part]
    return {"den": POS, "lower": part, "upper": part}


def count(sizes: list[int]) -> int:
    """Count the profiles, as long as a file can list them."""
    total = 1 if sizes else 0
    for n in sizes:
        total *= n
        deny(not 0 < total <= SIZE, "there are no actions, or more profiles than a file can hold")
    return total


def say(x: Fraction) -> str:
    """Write a rational in few characters."""
    if x.denominator.bit_length() + x.numerator.bit_length() <= 80:
        return str(x)
    return f"about {float(x):.6g}" if abs(x) < 10**300 else "a number of more than 300 digits"


# ---- games -----------------------------------------------------------------------------------------------------------


def stage(g: Any) -> SimpleNamespace:
    """Read a stage game, as a game of one state in which only the first period counts."""
    need(g, {"kind": str, "players": [str], "actions": [[str]], "payoffs": ARRAY}, "game")
    sizes = [len(own) for own in need(g["actions"], [len(g["players"]), None], "game.actions")]
    pay = need(g["payoffs"]["num"], [len(sizes), [count(sizes), INT]], "game.payoffs.num")
    found = SimpleNamespace(players=g["players"], den=g["payoffs"]["den"], patience=(0, 1), pay=[pay], sizes=[sizes])
    found.actions, found.laws = [g["actions"]], [(1, [[]] * len(pay[0]))]
    return found


def dynamic(g: Any, patient: bool = True) -> SimpleNamespace:
    """Read a stochastic game; `patient` where it has a discount factor."""
    extra: Any = {"discount": {"den": POS, "num": NAT}} if patient else {}
    lists = {"players": [str], "states": [str], "actions": [[[str]]], "signals": [[str]], "laws": [ARRAY], **extra}
    need(g, {"kind": str, "start": NAT, "payoffs": ARRAY, **lists}, "game")
    many, players, pay = len(g["states"]), len(g["players"]), g["payoffs"]["num"]
    sizes = [[len(own) for own in here] for here in need(g["actions"], [many, [players, None]], "game.actions")]
    for part in (g["signals"], g["laws"], pay):
        need(part, [many, None], "signals, laws or payoffs of the game")
    laws = [(one["den"], one["num"]) for one in g["laws"]]
    for s, (full, rows) in enumerate(laws):
        need(pay[s], [players, [count(sizes[s]), INT]], f"game.payoffs.num[{s}]")
        for row in need(rows, [count(sizes[s]), [[3, NAT]]], f"game.laws[{s}].num"):
            good = all(t < many and y < len(g["signals"][s]) and n > 0 for t, y, n in row)
            good = good and len({(t, y) for t, y, _ in row}) == len(row) and sum(n for _, _, n in row) == full
            deny(not good, f"game.laws[{s}] has no law: an outcome is unknown or twice, or the sum is not one")
    patience: Any = (g["discount"]["num"], g["discount"]["den"]) if patient else (Poly(0, 1), 1)
    deny(g["start"] >= many, "game.start is no state")
    deny(patient and patience[0] >= patience[1], "game.discount is not below 1")
    made = {"sizes": sizes, "den": g["payoffs"]["den"], "pay": pay, "laws": laws, "patience": patience}
    support = [sorted({(t, y) for row in rows for t, y, _ in row}) for _, rows in laws]
    told = f"at discount {say(Fraction(*patience))}" if patient else ""
    return SimpleNamespace(**{**g, **made, "support": support, "told": told})


def joint(x: Any, profile: Any, game: SimpleNamespace) -> SimpleNamespace:
    """Read automata and their joint nodes, which are rebuilt: what some actions reach from the start, and no other."""
    many, parts = len(game.states), ("states", "initial", "law", "next")
    for i, one in enumerate(need(profile, [len(game.players), dict.fromkeys(parts)], "profile")):
        size, table = len(need(one["states"], [str], "profile.states")), [many, None]
        tables = {"law": {"den": POS, "num": [size, table]}, "next": [size, table]}
        need(one, {"states": None, "initial": (0, size), **tables}, f"profile[{i}]")
        for q, s in product(range(size), range(many)):
            law(one["law"]["den"], one["law"]["num"][q][s], game.sizes[s][i], f"profile[{i}].law")
            need(one["next"][q][s], [len(game.signals[s]), (0, size)], f"profile[{i}].next")
    limits = [many, *(len(one["states"]) for one in profile)]
    nodes = [tuple(node) for node in need(x, [[len(limits), NAT]], "witness.nodes")]
    place = {node: n for n, node in enumerate(nodes)}
    unknown = any(q >= most for node in nodes for q, most in zip(node, limits, strict=True))
    deny(unknown or len(place) != len(nodes), "witness.nodes lists a node twice, or one that does not exist")
    afford(game, [node[0] for node in nodes])

    def find(node: tuple[int, ...]) -> int:
        if node not in place:
            raise Fails(f"node {list(node)} is reached and is not in the witness")
        return place[node]

    def ahead(n: int, t: int, y: int) -> list[list[int]]:
        s, *own = nodes[n]
        return [[find((t, *(one["next"][q][s][y] for one, q in zip(profile, own, strict=True)))), 1]]

    def mixes(n: int) -> list[tuple[int, list[int]]]:
        s, *own = nodes[n]
        return [(one["law"]["den"], one["law"]["num"][q][s]) for one, q in zip(profile, own, strict=True)]

    queue = [find((game.start, *(one["initial"] for one in profile)))]
    seen = set(queue)
    for n in queue:
        more = {ahead(n, t, y)[0][0] for t, y in game.support[nodes[n][0]]} - seen
        seen |= more
        queue += more
    fail(len(seen) < len(nodes), f"node {min({*range(len(nodes) + 1)} - seen)} of the witness is not reached")
    return SimpleNamespace(states=[node[0] for node in nodes], first=queue[0], ahead=ahead, mixes=mixes, total=1)


def afford(game: SimpleNamespace, states: list[int]) -> None:
    """Refuse a file that would take too long."""
    cost = [sum(len(row) + 1 for row in rows) * len(game.players) for _, rows in game.laws]
    deny(sum(cost[s] for s in states) > WORK, f"checking it would take more than {WORK} steps")


# ---- what one period is worth ----------------------------------------------------------------------------------------


def one_period(game: SimpleNamespace, s: int, mixes: Any, ahead: Any, scale: Any) -> Any:
    """Worth of every action of every player against what the others play, over each player's denominator.

    `ahead(t, y)` gives the values of all players after an outcome, over `scale`. With the discount factor as a
    polynomial the worths are polynomials, and `scale` is the determinant, which is not part of the denominator.
    """
    (n, d), (full, rows), den = game.patience, game.laws[s], game.den
    worth = [[0 * scale] * size for size in game.sizes[s]]
    for k, acts in enumerate(product(*map(range, game.sizes[s]))):
        own = [mix[a] for (_, mix), a in zip(mixes, acts, strict=True)]
        zeros, total, after = [i for i, w in enumerate(own) if w == 0], prod(w for w in own if w), None
        # where two players would have to deviate nobody weighs what follows
        for i in (zeros or range(len(own))) if len(zeros) < 2 else ():
            after = after or [(m, ahead(t, y)) for t, y, m in rows[k]]
            now = game.pay[s][i][k] * full * (d + -1 * n) * scale
            weight = total if zeros else total // own[i]
            worth[i][acts[i]] += weight * (now + den * n * sum(m * x[i] for m, x in after))
    others = prod(own for own, _ in mixes)
    return worth, [others // own * d * den * full for own, _ in mixes]


def mean(mix: tuple[int, list[int]], worth: Any) -> Any:
    """Worth of a mixture, times its denominator."""
    return sum(w * x for x, w in zip(mix[1], worth, strict=True))


def period_at(game: SimpleNamespace, plan: SimpleNamespace, n: int, den: int, side: Any) -> Any:
    """Worth of the actions at a node of a plan, where every next node, or lottery of nodes, has its value."""
    players, scale = range(len(game.players)), den * plan.total

    def ahead(t: int, y: int) -> Any:
        lottery = plan.ahead(n, t, y)
        return [sum(w * side[m][i] for m, w in lottery) for i in players]

    worth, units = one_period(game, plan.states[n], plan.mixes(n), ahead, scale)
    return [[Fraction(w, unit * scale) for w in own] for own, unit in zip(worth, units, strict=True)]


def test_plan(game: SimpleNamespace, plan: SimpleNamespace, x: Any, most: Any) -> None:
    """Test the bounds of values at all nodes, and that no deviation gains more than `most` where it is given."""
    for n, s in enumerate(plan.states):
        sides = [period_at(game, plan, n, x["den"], x[key]) for key in ("lower", "upper")]
        for i, mix in enumerate(plan.mixes(n)):
            where = f"node {n} ({game.states[s]}), {game.players[i]}"
            low, up = (Fraction(x[key][n][i], x["den"]) for key in ("lower", "upper"))
            below, above = (mean(mix, side[i]) / mix[0] for side in sides)
            fail(low > below or up < above, f"{where}: what bounds the value does not contain it")
            # an action that is played with certainty is no deviation
            others = [low if p == mix[0] else w for w, p in zip(sides[1][i], mix[1], strict=True)]
            no_gain(others, low, most, where, game.actions[s][i])


def no_gain(worth: Any, value: Fraction, most: Fraction | None, where: str, actions: list[str]) -> None:
    """Test that no action is worth more than a value by more than `most`."""
    for w, action in zip(worth, actions, strict=True):
        if most is not None and w - value > most:
            raise Fails(f"{where}, {action}: gain {say(w - value)} > {say(most)}")


def boxed(claimed: Any, k: int, x: Any, n: int, where: str) -> None:
    """Test that a claimed box contains the box of a node."""
    for key, sign in (("lower", 1), ("upper", -1)):
        for c, v in zip(claimed[key][k], x[key][n], strict=True):
            fail(sign * c * x["den"] > sign * v * claimed["den"], f"{where}: {key} bounds are not what was claimed")


# ---- claims: each function tests one file and returns the sentence ---------------------------------------------------


def nash(f: Any, most: Fraction) -> str:
    """Test that no player gains from an action of its own in a stage game."""
    game = stage(f["game"])
    laws = zip(need(f["profile"], [len(game.players), ARRAY], "profile"), game.sizes[0], strict=True)
    mixes = [law(one["den"], one["num"], size, "profile") for one, size in laws]
    worth, units = one_period(game, 0, mixes, None, 1)
    for i, mix in enumerate(mixes):
        value = Fraction(mean(mix, worth[i]), mix[0] * units[i])
        no_gain([Fraction(w, units[i]) for w in worth[i]], value, most, game.players[i], game.actions[0][i])
    return f"the profile is a Nash equilibrium of the stage game{within(most)}"


def correlated(f: Any, most: Fraction) -> str:
    """Test that nobody gains by disobeying a recommendation."""
    game, sizes = stage(f["game"]), [len(own) for own in f["game"]["actions"]]
    den, num = law(need(f["profile"], ARRAY, "profile")["den"], f["profile"]["num"], count(sizes), "profile")
    for i, size in enumerate(sizes):
        gain, step, pay = [[0] * size for _ in range(size)], prod(sizes[i + 1 :]), game.pay[0][i]
        for k, weight in enumerate(num):
            own = k // step % size
            for b in range(size if weight else 0):
                gain[own][b] += weight * (pay[k + (b - own) * step] - pay[k])
        no_gain([Fraction(sum(map(max, gain)), den * game.den)], Fraction(0), most, game.players[i], ["to disobey"])
    return f"the distribution is a correlated equilibrium{within(most)}"


def perfect(f: Any, most: Fraction) -> str:
    """Test that no one-period deviation gains at any node that some actions reach."""
    game, x, plan = profile_of(f, {})
    test_plan(game, plan, x, most)
    if "values" in f["claim"]:
        claimed = need(f["claim"]["values"], box(len(game.players)), "claim.values")
        boxed({key: [part] if type(part) is list else part for key, part in claimed.items()}, 0, x, plan.first, "start")
    how = "is a perfect equilibrium" if most == 0 else f"has no one-period gain above {say(most)}"
    return f"the profile {how} {game.told}, at all {len(plan.states)} nodes"


def refused(f: Any, most: Fraction) -> str:
    """Test that one deviation gains, so that the profile is no perfect equilibrium."""
    game, x, plan = profile_of(f, {"deviation": None})
    test_plan(game, plan, x, None)
    n, i, a, who = deviation(x["deviation"], game, plan)
    gain = period_at(game, plan, n, x["den"], x["lower"])[i][a] - Fraction(x["upper"][n][i], x["den"])
    fail(gain <= most, f"{who}: gain {say(gain)} is not above {say(most)}")
    return f"the profile is no perfect equilibrium {game.told}: {who} gains at least {say(gain)}"


def profile_of(f: Any, more: Any) -> Any:
    """Read game, witness and joint nodes of a profile of automata."""
    game, x = dynamic(f["game"]), need(f["witness"], {**dict.fromkeys(box(0)), "nodes": [None], **more}, "witness")
    need(x, {**box(len(x["nodes"]), len(game.players)), "nodes": None, **more}, "witness")
    return game, x, joint(x["nodes"], f["profile"], game)


def deviation(x: Any, game: SimpleNamespace, plan: SimpleNamespace) -> tuple[int, int, int, str]:
    """Read a node, a player and an action, and name them."""
    n, i, a = need(x, [3, NAT], "deviation")
    deny(n >= len(plan.states) or i >= len(game.players), "a deviation is at no known node or player")
    need(a, (0, game.sizes[plan.states[n]][i]), "action of a deviation")
    return n, i, a, f"node {n}, {game.players[i]}, {game.actions[plan.states[n]][i][a]}"


def inner(f: Any, most: Fraction) -> str:
    """Test a plan in pure actions whose continuations are public lotteries over its own nodes."""
    game, shape = dynamic(f["game"]), {**dict.fromkeys(box(0)), "plan": [None], "weights": POS, "points": [NAT]}
    x, lotteries = need(f["witness"], shape, "witness"), {}
    nodes, many, players = x["plan"], len(x["plan"]), len(game.players)
    part = {"state": (0, len(game.states)), "actions": [players, NAT], "next": [[3, None]]}
    need(x, {**shape, **box(many, players), "plan": [part]}, "witness")
    states = [node["state"] for node in nodes]
    afford(game, states)
    for n, node in enumerate(nodes):
        for a, size in zip(node["actions"], game.sizes[states[n]], strict=True):
            need(a, (0, size), f"action of plan node {n}")
        for t, y, lottery in node["next"]:
            need(t, (0, len(game.states)), "state of witness.plan.next")
            need(y, (0, len(game.signals[states[n]])), "signal of witness.plan.next")
            steps = need(lottery, [[2, NAT]], f"witness.plan[{n}].next")
            good = all(m < many and w > 0 and states[m] == t for m, w in steps)
            good = good and (n, t, y) not in lotteries and sum(w for _, w in steps) == x["weights"]
            deny(not good, f"plan node {n} has no lottery over nodes of state {t}, or has it twice")
            lotteries[n, t, y] = steps
        lost = {t for t, _ in game.support[states[n]]} - set(states)
        fail(lost, f"plan node {n} may lead to a state at which the plan has no node")

    def ahead(n: int, t: int, y: int) -> Any:
        fail((n, t, y) not in lotteries, f"plan node {n}: nothing follows outcome [{t}, {y}]")
        return lotteries[n, t, y]

    def mixes(n: int) -> list[tuple[int, list[int]]]:
        pairs = zip(nodes[n]["actions"], game.sizes[states[n]], strict=True)
        return [(1, [int(a == b) for b in range(size)]) for a, size in pairs]

    test_plan(game, SimpleNamespace(states=states, ahead=ahead, mixes=mixes, total=x["weights"]), x, most)
    claimed = need(f["claim"]["points"], box(len(x["points"]), players), "claim.points")
    for k, n in enumerate(x["points"]):
        deny(n >= many or states[n] != game.start, "witness.points names a node that is not at the start")
        boxed(claimed, k, x, n, f"point {k}")
    what = "payoffs of perfect public equilibria in pure actions with public randomisation"
    return f"{len(x['points'])} claimed boxes hold {what}, and so do their means, {game.told}{within(most)}"


def balanced(game: SimpleNamespace, x: Any, s: int, h: list[int], a: int, row: Any, at: Any) -> list[Fraction]:
    """Test that the multipliers of a row balance at every outcome; return its bound on each of the given levels."""
    need(row, {"mu": [[3, NAT]], "lambda": [[3, None]]}, "row")
    unit, dirs, scale, sizes = x["directions"]["den"], x["directions"]["num"], x["multipliers"], game.sizes[s]
    (full, laws), (n, d), later = game.laws[s], game.patience, [0] * len(at)
    rest: dict[tuple[int, int], list[int]] = {}

    def add(k: int, vector: list[int], factor: int) -> None:
        for t, y, p in laws[k]:
            put((t, y), vector, factor * p)

    def put(outcome: tuple[int, int], vector: list[int], factor: int) -> None:
        before = rest.get(outcome, [0] * len(h))
        rest[outcome] = [b + factor * v for b, v in zip(before, vector, strict=True)]

    add(a, h, scale)
    now = sum(pay[a] * c for pay, c in zip(game.pay[s], h, strict=True)) * scale
    for i, b, m in row["mu"]:
        need(b, (0, sizes[need(i, (0, len(h)), "player of row.mu")]), "action of row.mu")
        step, axis = prod(sizes[i + 1 :]), [int(i == j) * unit for j in range(len(h))]
        other = a + (b - a // step % sizes[i]) * step
        now += m * (game.pay[s][i][a] - game.pay[s][i][other]) * unit
        add(a, axis, m)
        add(other, axis, -m)
    for t, y, parts in row["lambda"]:
        need(t, (0, len(dirs)), "state of row.lambda")
        need(y, NAT, "signal of row.lambda")
        for k, m in need(parts, [[2, NAT]], "row.lambda"):
            put((t, y), dirs[t][need(k, (0, len(dirs[t])), "direction of row.lambda")], -m)
            later = [c + m * levels[t][k] for c, levels in zip(later, at, strict=True)]
    bad = [list(outcome) for outcome, vector in rest.items() if any(vector)]
    fail(bad, f"row of {game.states[s]}, profile {a}: multipliers do not balance at outcomes {bad[:1]}")
    bottom = d * unit * game.den * scale * full
    return [Fraction((d - n) * now * full, bottom) + Fraction(n * c, d * scale * full * x["den"]) for c in later]


def outer(f: Any) -> str:
    """Test levels that the payoffs of no pure perfect public equilibrium exceed."""
    claim = need(f["claim"], {"kind": str, "concludes": str, "levels?": ARRAY, "point?": ARRAY}, "claim")
    game, shape = dynamic(f["game"]), {"directions": ARRAY, "multipliers": POS, "den": POS, "levels": None}
    x, many, players = need(f["witness"], {**shape, "steps": [None]}, "witness"), len(game.states), len(game.players)
    dirs, den = need(x["directions"]["num"], [many, [[players, INT]]], "witness.directions.num"), x["den"]
    cells = [(s, k) for s in range(many) for k in range(len(dirs[s]))]
    afford(game, [s for s, _ in cells])

    def named(rows: Any, where: str, wanted: set[Any]) -> Any:
        keys = [tuple(need(one[:-1], [NAT], where)) for one in need(rows, [[None]], where)]
        fail(len(keys) != len(wanted) or set(keys) != wanted, f"{where} needs one row for each profile that is left")
        return zip(keys, (one[-1] for one in rows), strict=True)

    def leveled(given: Any, where: str) -> Any:
        return [list(need(row, [len(dirs[s]), INT], where)) for s, row in enumerate(need(given, [many, None], where))]

    columns, unit = [column for pay in game.pay for column in zip(*pay, strict=True)], x["directions"]["den"]
    levels, left = leveled(x["levels"], "witness.levels"), [set(range(count(own))) for own in game.sizes]
    for s, k in cells:
        top = max(sum(h * u for h, u in zip(dirs[s][k], column, strict=True)) for column in columns)
        fail(levels[s][k] * unit * game.den < top * den, f"first level {[s, k]} is below a payoff of the game")
    for j, step in enumerate(x["steps"]):
        where, kind = f"step {j}", step.get("step") if type(step) is dict else None
        if kind == "image":
            part = {"state": (0, many), "direction": NAT, "level": INT, "rows": None}
            s, k, level = (need(step, {"step": str, **part}, where)[key] for key in ("state", "direction", "level"))
            h = dirs[s][need(k, (0, len(dirs[s])), where)]
            for (a,), row in named(step["rows"], where, {(a,) for a in left[s]}):
                no_gain(balanced(game, x, s, h, a, row, [levels]), Fraction(level, den), ZERO, where, [f"row {a}"])
            levels[s][k] = min(levels[s][k], level)
        elif kind == "eliminate":
            last = "outcome" if "outcome" in step else "row"
            need(step, {"step": str, "state": (0, many), "profile": NAT, last: None}, where)
            s, a = step["state"], need(step["profile"], (0, len(game.laws[step["state"]][1])), where)
            if last == "outcome":
                t, y = need(step["outcome"], [2, NAT], where)
                good = [t, y] in [[t, y] for t, y, _ in game.laws[s][1][a]] and not left[t]
            else:
                good = balanced(game, x, s, [0] * players, a, step["row"], [levels])[0] < 0
            fail(not good, f"{where}: its bound is not negative, or it does not lead where no profile is left")
            left[s].discard(a)
        else:
            deny(kind != "jump", f"{where} is not 'image', 'eliminate' or 'jump'")
            need(step, {"step": str, "y": None, "w": None, "rows": None}, where)
            y, w = leveled(step["y"], where), leveled(step["w"], where)
            good = all(levels[s][k] <= w[s][k] >= y[s][k] for s, k in cells)
            fail(not good, f"{where}: y <= w and w >= level do not hold everywhere")
            wanted = {(s, k, a) for s, k in cells for a in left[s]}
            for (s, k, a), row in named(step["rows"], where, wanted):
                below, above = balanced(game, x, s, dirs[s][k], a, row, [y, w])
                good = below <= Fraction(y[s][k], den) and above < Fraction(w[s][k], den)
                fail(not good, f"{where}: row {[s, k, a]} is not at most y on y and below w on w")
            levels = [[min(c, v) for c, v in zip(*pair, strict=True)] for pair in zip(levels, y, strict=True)]
    empty, start, what = not left[game.start], game.states[game.start], "perfect public equilibrium in pure actions"
    if claim["concludes"] == "set":
        claimed, full = leveled(need(claim.get("levels"), ARRAY, "levels")["num"], "levels"), claim["levels"]["den"]
        bad = [(s, k) for s, k in cells if left[s] and levels[s][k] * full > claimed[s][k] * den]
        fail(bad, f"more than the claimed level is left at (state, direction) {bad[:1]}")
        return f"no {what} has payoffs beyond the claimed levels {game.told}"
    if claim["concludes"] == "none":
        fail(not empty, f"profiles are left at {start}")
        return f"there is no {what} from {start} {game.told}"
    deny(claim["concludes"] != "outside", "claim.concludes is not 'set', 'outside' or 'none'")
    point = need(need(claim.get("point"), ARRAY, "point")["num"], [players, INT], "point")
    tops = [sum(h * v for h, v in zip(hs, point, strict=True)) for hs in dirs[game.start]]
    beyond = [p for p, c in zip(tops, levels[game.start], strict=True) if p * den > c * unit * claim["point"]["den"]]
    fail(not empty and not beyond, f"the point is within all levels at {start}")
    shown = ", ".join(say(Fraction(v, claim["point"]["den"])) for v in point)
    return f"no {what} from {start} has payoffs ({shown}) {game.told}"


def zero_sum(f: Any) -> str:
    """Test that both players guarantee what is claimed in every state."""
    game = dynamic(f["game"])
    many, sums = len(game.states), [sum(column) for pay in game.pay for column in zip(*pay, strict=True)]
    deny(len(game.players) != 2 or any(sums), "payoffs of two players that sum to zero are needed")
    afford(game, list(range(many)))
    x = need(f["claim"], {"kind": str, "values": box(many)}, "claim")["values"]
    laws = [(p["den"], need(p["num"], [many, None], "profile")) for p in need(f["profile"], [2, ARRAY], "profile")]
    # against player 0's mixture the other one gets at most -L, against player 1's player 0 at most U
    top = [[up, -low] for low, up in zip(x["lower"], x["upper"], strict=True)]
    for s in range(many):
        mixes = [law(full, num[s], game.sizes[s][i], "profile") for i, (full, num) in enumerate(laws)]
        worth, units = one_period(game, s, mixes, lambda t, _: top[t], x["den"])
        for i, own in enumerate(worth):
            most, value = [Fraction(w, units[i] * x["den"]) for w in own], Fraction(top[s][i], x["den"])
            no_gain(most, value, ZERO, f"{game.states[s]}, {game.players[i]}", game.actions[s][i])
    width = max(Fraction(up + low, x["den"]) for up, low in top)
    return f"the values of the zero-sum game are as claimed in all {many} states (width at most {say(width)})"


def forest(g: Any) -> Any:
    """Read a tree; return its nodes, and the laws of chance by node."""
    need(g, {"kind": str, "players": [str], "den": POS, "nodes": [None], "sets": [None]}, "game")
    need(g["sets"], [{"player": (0, len(g["players"])), "label": str, "actions": [str]}], "game.sets")
    nodes, chances, children = g["nodes"], {}, [0]
    shapes = {"set": (0, len(g["sets"])), "chance": {"den": POS, "num": [POS]}, "payoffs": [len(g["players"]), INT]}
    for n, node in enumerate(nodes):
        kind = next((k for k in shapes if type(node) is dict and k in node), "payoffs")
        inside = {} if kind == "payoffs" else {"children": [(n + 1, len(nodes))]}
        need(node, {kind: shapes[kind], **inside}, f"game.nodes[{n}]")
        if inside:
            width = len(g["sets"][node["set"]]["actions"] if kind == "set" else node["chance"]["num"])
            children += need(node["children"], [width, None], f"game.nodes[{n}].children")
        if kind == "chance":
            chances[n] = law(node["chance"]["den"], node["chance"]["num"], width, f"game.nodes[{n}].chance")
    deny(sorted(children) != list(range(len(nodes))), "every node but the first is the child of exactly one node")
    deny(len(nodes) * len(g["players"]) > WORK, f"checking it would take more than {WORK} steps")
    return nodes, chances


def sequential(f: Any, most: Fraction) -> str:
    """Test that behaviour in a tree is best at every information set under beliefs from vanishing trembles."""
    (nodes, chances), sets, players = forest(f["game"]), f["game"]["sets"], range(len(f["game"]["players"]))
    many, ranks, mixes = len(sets), [], []
    x = need(f["witness"], {"orders": [many, [NAT]], "weights": [many, {"den": POS, "num": [POS]}]}, "witness")
    for h, one in enumerate(need(f["profile"], [many, ARRAY], "profile")):
        own, mix = law(one["den"], one["num"], len(sets[h]["actions"]), f"profile[{h}]")
        orders, full = need(x["orders"][h], [len(mix), None], "witness.orders"), x["weights"][h]["den"]
        weights = need(x["weights"][h]["num"], [len(mix), None], "witness.weights")
        for p, order, w in zip(mix, orders, weights, strict=True):
            good = (p > 0) == (order == 0) and (not p or p * full == w * own)
            fail(not good, f"{sets[h]['label']}: played actions have order 0 and their weight, others a higher order")
        ranks.append([(order, Fraction(w, full)) for order, w in zip(orders, weights, strict=True)])
        mixes.append((own, mix))
    # orders and weights of the nodes, and what each player remembers there
    reach, memory = [(0, Fraction(1))] * len(nodes), [[0] * len(players)] * len(nodes)
    known: dict[Any, int] = {}
    members: list[list[int]] = [[] for _ in sets]
    for n, node in enumerate(nodes):
        h, law_here = node.get("set", -1), chances.get(n, (1, []))
        steps = ranks[h] if h >= 0 else [(0, Fraction(p, law_here[0])) for p in law_here[1]]
        for a, (c, (order, weight)) in enumerate(zip(node.get("children", ()), steps, strict=True)):
            reach[c], memory[c] = (reach[n][0] + order, reach[n][1] * weight), list(memory[n])
            if h >= 0:
                i = sets[h]["player"]
                memory[c][i] = known.setdefault((memory[n][i], h, a), len(known) + 1)
        if h >= 0:
            members[h].append(n)
    worth: list[list[Fraction]] = [[]] * len(nodes)
    for n in reversed(range(len(nodes))):
        full, num = (f["game"]["den"], [1]) if "payoffs" in nodes[n] else chances.get(n) or mixes[nodes[n]["set"]]
        after: Any = [worth[c] for c in nodes[n]["children"]] if "children" in nodes[n] else [nodes[n]["payoffs"]]
        worth[n] = [sum((p * w[i] for p, w in zip(num, after, strict=True) if p), ZERO) / full for i in players]
    for h, one in enumerate(sets):
        i, acts = one["player"], range(len(one["actions"]))
        deny(len({memory[n][i] for n in members[h]}) != 1, f"set {h} has no node, or its player forgot its own moves")
        least = min(reach[n][0] for n in members[h])
        beliefs = [(n, reach[n][1]) for n in members[h] if reach[n][0] == least]
        total = sum(w for _, w in beliefs)
        value = sum(w * worth[n][i] for n, w in beliefs) / total
        after = [sum(w * worth[nodes[n]["children"][a]][i] for n, w in beliefs) / total for a in acts]
        no_gain(after, value, most, f"{f['game']['players'][i]} at {one['label']}", one["actions"])
    return f"the assessment is a sequential equilibrium at all {many} information sets{within(most)}"


# ---- polynomials in the discount factor ------------------------------------------------------------------------------


class Poly:
    """Polynomial with integer coefficients, the constant first."""

    def __init__(self, *c: int) -> None:
        self.c = list(c)
        while self.c and self.c[-1] == 0:
            self.c.pop()

    def __add__(self, other: Any) -> Poly:
        more = other.c if isinstance(other, Poly) else [other]
        return Poly(*(a + b for a, b in zip_longest(self.c, more, fillvalue=0)))

    def __mul__(self, other: Any) -> Poly:
        by = other.c if isinstance(other, Poly) else [other]
        out = [0] * (len(self.c) + len(by))
        for j, a in enumerate(by):
            for k, b in enumerate(self.c if a else ()):
                out[j + k] += a * b
        return Poly(*out)

    __radd__, __rmul__ = __add__, __mul__

    def primitive(self) -> Poly:
        """Divide by the common factor of the coefficients."""
        common = gcd(*self.c)
        return Poly(*(c // common for c in self.c)) if common > 1 else self

    def sign(self, at: Fraction) -> int:
        """Sign at a rational number."""
        total, power = 0, 1
        for c in reversed(self.c):
            total, power = total * at.numerator + c * power, power * at.denominator
        return (total > 0) - (total < 0)

    def strip(self, at: Fraction) -> Poly:
        """Divide by (numerator - denominator d), which is positive below the point, until the point is no root."""
        if len(self.c) < 2 or self.sign(at):
            return self
        quotient = [0]
        for c in reversed(self.c[1:]):
            quotient.append((at.numerator * quotient[-1] - c) // at.denominator)
        return Poly(*quotient[:0:-1]).strip(at)

    def roots(self, low: Fraction, high: Fraction) -> int:
        """Count the distinct roots strictly between two numbers by the sequence of Sturm; not for zero."""
        first = self.primitive().strip(low).strip(high)
        slope = Poly(*[k * c for k, c in enumerate(first.c)][1:])
        chain = [first, slope.primitive()] if slope.c else []
        while chain and len(chain[-1].c) > 1:
            # minus the remainder of the two terms before, times a positive number
            rest, by = chain[-2], chain[-1]
            while len(rest.c) >= len(by.c):
                top = rest.c[-1] if by.c[-1] > 0 else -rest.c[-1]
                shifted = Poly(*[0] * (len(rest.c) - len(by.c)), *by.c)
                rest = (rest * abs(by.c[-1]) + shifted * -top).primitive()
            if not rest.c:
                break
            chain.append(rest * -1)
        signs = [[v for q in chain if (v := q.sign(at))] for at in (low, high)]
        before, after = (sum(a != b for a, b in pairwise(row)) for row in signs)
        return before - after


def polynomial(x: Any, where: str) -> Poly:
    """Read a polynomial."""
    longest = max((c.bit_length() for c in need(x, [INT], where)), default=0) * 0.302
    deny(len(x) > DEGREE + 1 or len(x) * longest > LENGTH, f"{where} has a polynomial that is too long")
    return Poly(*x)


def threshold(f: Any) -> str:
    """Test where in [0, 1) a profile of automata is perfect and where it is not."""
    need(f["claim"], {"kind": str, "points": ARRAY, "pieces": [str]}, "claim")
    game, pieces, points = dynamic(f["game"], patient=False), f["claim"]["pieces"], f["claim"]["points"]
    parts = ("nodes", "determinant", "numerators", "constraints")
    x = need(f["witness"], dict.fromkeys(parts), "witness")
    reasons = need(x["constraints"], [len(pieces), None], "witness.constraints")
    plan, det = joint(x["nodes"], f["profile"], game), polynomial(x["determinant"], "witness.determinant")
    rows = need(x["numerators"], [len(plan.states), [len(game.players), None]], "witness.numerators")
    value = [[polynomial(p, "witness.numerators") for p in row] for row in rows]
    at = [Fraction(v, points["den"]) for v in need(points["num"], [len(pieces) + 1, INT], "claim.points")]
    deny(not pieces or at != sorted(at) or [at[0], at[-1]] != [0, 1] or at[-2] == 1, "points do not rise from 0 to 1")
    fail(det.sign(at[0]) <= 0 or det.roots(at[0], at[-1]), "the determinant is not positive on [0, 1)")
    gains: dict[tuple[int, int, int], Poly] = {}
    for n, s in enumerate(plan.states):
        ahead = {(t, y): value[plan.ahead(n, t, y)[0][0]] for t, y in game.support[s]}
        worth, units = one_period(game, s, plan.mixes(n), lambda t, y, ahead=ahead: ahead[t, y], det)
        for i, mix in enumerate(plan.mixes(n)):
            rest = mean(mix, worth[i]) + value[n][i] * (-mix[0] * units[i])
            fail(rest.c, f"node {n}, {game.players[i]}: the value is not numerator over determinant")
            for a, w in enumerate(worth[i]):
                gains[n, i, a] = (w + value[n][i] * -units[i]).primitive()
    distinct = {tuple(g.c): (key, g) for key, g in gains.items() if g.c}
    told = [f"{kind} from {say(a)} to {say(b)}" for kind, (a, b) in zip(pieces, pairwise(at), strict=True)]
    for j, (low, high) in enumerate(pairwise(at)):
        half = (low + high) / 2
        if pieces[j] == "holds":
            for key, g in distinct.values():
                roots = g.roots(low, high) if low < high else 0
                good = g.sign(half) <= 0 if low == high else roots == 0 and g.sign(half) < 0
                good = good or (roots == 1 and g.sign(low) < 0 and (g.strip(high) if high == 1 else g).sign(high) < 0)
                fail(not good, f"{told[j]}: {deviation([*key], game, plan)[3]} is not shown to gain nothing")
        elif pieces[j] == "fails":
            n, i, act, who = deviation(reasons[j], game, plan)
            g = gains[n, i, act]
            ends = [e for e, m in ((low, j - 1), (high, j + 1)) if e < 1 and (m < 0 or pieces[m] != "holds")]
            good = low < high and bool(g.c) and not g.roots(low, high) and all(g.sign(e) > 0 for e in (half, *ends))
            fail(not good, f"{told[j]}: {who} does not gain throughout")
        else:
            deny(pieces[j] != "gap", "claim.pieces has a piece that is not 'holds', 'fails' or 'gap'")
    return f"whether the profile is perfect, by discount factor below 1: {', '.join(told)}"


def bracket(f: Any) -> str:
    """Test one proof that holds and one that fails, of games that differ in discount or laws only."""
    x, told = need(f["witness"], {"holds": None, "fails": None}, "witness"), []
    need(f["claim"], {"kind": str}, "claim")
    for key, allowed in (("holds", ("perfect", "inner")), ("fails", ("refused", "outer"))):
        told.append(check(x[key], allowed))
        gain = x[key]["claim"].get("epsilon", {"num": 0})["num"]
        deny(gain or x[key]["claim"].get("concludes") == "set", "a bracket needs an epsilon of 0, and no outer set")
    profiles, games = ([x[key].get(part) for key in ("holds", "fails")] for part in ("profile", "game"))
    deny(profiles[1] is not None and profiles[0] != profiles[1], "the two proofs are about different profiles")
    rest = [{**g, "discount": 0, "laws": 0} for g in games]
    deny(rest[0] != rest[1], "the games differ in more than discount and laws")
    odds: list[dict[Any, Fraction]] = [{}, {}]
    for found, g in zip(odds, games, strict=True):
        for s, (full, rows) in enumerate(dynamic(g).laws):
            found |= {(s, k, t, y): Fraction(n, full) for k, row in enumerate(rows) for t, y, n in row}
    differ = sorted(key for key in {**odds[0], **odds[1]} if odds[0].get(key) != odds[1].get(key))
    for key in differ[:1]:
        chances = " and ".join(say(found.get(key, ZERO)) for found in odds)
        told[0] += f"; with chances {chances} of [state, profile, next state, signal] {list(key)}"
    patience = [Fraction(g["discount"]["num"], g["discount"]["den"]) for g in games]
    deny(patience[0] == patience[1] and not differ, "the games do not differ")
    return f"{told[0]}; but {told[1]}"


# ---- one file --------------------------------------------------------------------------------------------------------

ZERO = Fraction(0)
# per kind of claim: its test, its kind of game, keys of the claim beside epsilon (None: no epsilon), parts of the file
KINDS: dict[str, tuple[Any, str, Any, str]] = {
    "nash": (nash, "stage", {}, "profile"),
    "correlated": (correlated, "stage", {}, "profile"),
    "perfect": (perfect, "dynamic", {"values?": None}, "profile witness"),
    "refused": (refused, "dynamic", {}, "profile witness"),
    "inner": (inner, "dynamic", {"points": None}, "witness"),
    "outer": (outer, "dynamic", None, "witness"),
    "zero_sum": (zero_sum, "dynamic", None, "profile"),
    "sequential": (sequential, "tree", {}, "profile witness"),
    "threshold": (threshold, "dynamic", None, "profile witness"),
    "bracket": (bracket, "", None, "witness"),
}


def check(f: Any, allowed: Any = tuple(KINDS)) -> str:
    """Test a parsed file; return what it proves."""
    version = f.get("format") if type(f) is dict else None
    told = version if type(version) is str else "not stated"
    deny(version != FORMAT, f"its format is {told}, and this program checks {FORMAT}")
    kind: Any = f["claim"].get("kind") if type(f.get("claim")) is dict else None
    deny(type(kind) is not str or kind not in allowed, f"claim.kind is none of {', '.join(allowed)}")
    test, game, keys, parts = KINDS[kind]
    shape: Any = {"format": str, "claim": None, "made_by?": None, "witness": {}, **dict.fromkeys(parts.split())}
    need(f, {**shape, **({"game": None} if game else {})}, "the file")
    wrong = game and (type(f["game"]) is not dict or f["game"].get("kind") != game)
    deny(wrong, f"{kind} needs a game of kind {game!r}")
    if keys is None:
        return str(test(f))
    most = need(f["claim"], {"kind": str, "epsilon": {"den": POS, "num": NAT}, **keys}, "claim")["epsilon"]
    return str(test(f, Fraction(most["num"], most["den"])))


def within(most: Fraction) -> str:
    """Words for epsilon."""
    return "" if most == 0 else f" up to gains of {say(most)}"


def verdict(data: bytes) -> tuple[int, str]:
    """Exit code and one line of printable text for the bytes of a file."""
    try:
        code, text = 0, f"proved: {check(load(data))}."
    except Fails as fault:
        code, text = 1, f"refused: {fault}"
    except Exception as fault:  # too deep, too large, or of a shape that no test above foresaw
        code, text = 2, f"no proof: {fault if type(fault) is NoProof else f'unreadable, {type(fault).__name__}'}"
    return code, "".join(c if c.isprintable() else "?" for c in text[:1000])


def main(names: list[str]) -> int:
    """Check files and print one line for each; return the largest exit code."""
    codes = [] if names else [2]
    for name in names:
        try:
            with Path(name).open("rb") as file:
                code, text = verdict(file.read(SIZE + 1))
        except OSError as fault:
            code, text = 2, f"no proof: it cannot be read ({fault.strerror})"
        codes.append(code)
        print(f"{name}: {text}".encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
