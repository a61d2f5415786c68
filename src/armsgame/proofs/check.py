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
SIZE, DIGITS, DEPTH, WORK, DEGREE, LENGTH = 2**26, 10_000, 64, 10**9, 400, 200_000


class NoProof(Exception):
    """The file is not of this format: exit 2."""


class Fails(Exception):
    """A test of the proof fails: exit 1."""


# ---- reading: integers only; no function below this section meets a value whose shape was not tested -----------------


def load(data: bytes) -> Any:
    """Parse JSON with integers only, every key once, bounded size, digits and depth."""
    if len(data) > SIZE:
        raise NoProof(f"the file has more than {SIZE} bytes")
    deep = NoProof(f"it is nested more than {DEPTH} levels deep")
    hooks: Any = {"parse_int": integer, "parse_float": never, "parse_constant": never}
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=once, **hooks)
    except RecursionError:
        raise deep from None
    except ValueError as fault:
        raise NoProof(f"it is not JSON in UTF-8 ({fault})") from None
    level: Any = [[found]]
    for _ in range(DEPTH + 1):
        level = [x for c in level for x in (c.values() if type(c) is dict else c) if type(x) in (list, dict)]
        if not level:
            return found
    raise deep


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object whose keys are all different."""
    if len(dict(pairs)) != len(pairs):
        raise NoProof("an object has the same key twice")
    return dict(pairs)


def integer(text: str) -> int:
    """Read an integer in pieces, because Python limits the conversion of long texts."""
    digits, value = text.lstrip("-"), 0
    if len(digits) > DIGITS:
        raise NoProof(f"an integer has more than {DIGITS} digits")
    for k in range(0, len(digits), 4000):
        value = value * 10 ** len(digits[k : k + 4000]) + int(digits[k : k + 4000])
    return -value if text[0] == "-" else value


def never(text: str) -> Any:
    """Refuse any other number."""
    raise NoProof(f"{text} is not an integer")


# Shapes: (low, below) an integer in a range; str a label; [part] a list; [n, part] a list of n; a mapping an object
# with exactly these keys, where "key?" may be absent; None is tested later.
INT, NAT, POS = (None, None), (0, None), (1, None)
RATIONAL: Any = {"den": POS, "num": INT}
ARRAY: Any = {"den": POS, "num": None}


def need(x: Any, shape: Any, where: str) -> Any:
    """Test a value against a shape and return it."""
    if type(shape) is tuple:
        low, below = shape
        if type(x) is not int or (low is not None and x < low) or (below is not None and x >= below):
            raise NoProof(f"{where} is not an integer" + f", {low} <= x < {below}" * (shape != INT))
    elif shape is str:
        if type(x) is not str:
            raise NoProof(f"{where} is not a label")
    elif type(shape) is list:
        if type(x) is not list or len(x) != (len(x) if len(shape) == 1 else shape[0]):
            raise NoProof(f"{where} is not a list" + f" of {shape[0]}" * (len(shape) == 2))
        for k, part in enumerate(x):
            need(part, shape[-1], f"{where}[{k}]")
    elif shape is not None:
        lacks = [key for key in shape if key not in x and key[-1] != "?"] if type(x) is dict else ["braces"]
        other = [] if lacks else [key for key in x if key not in shape and f"{key}?" not in shape]
        if lacks or other:
            raise NoProof(f"{where} lacks {lacks}, and has the unknown keys {other}")
        for key, part in x.items():
            need(part, shape.get(key, shape.get(f"{key}?")), f"{where}.{key}")
    return x


def law(den: int, num: Any, length: int, where: str) -> tuple[int, list[int]]:
    """Read a law: integers of at least 0 that sum to the denominator."""
    if sum(need(num, [length, NAT], where)) != den:
        raise NoProof(f"{where} does not sum to one")
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
        if not 0 < total <= SIZE:
            raise NoProof("there are no actions, or more profiles than a file can hold")
    return total


def say(x: Fraction) -> str:
    """Write a rational in few characters."""
    try:
        short = x.denominator.bit_length() + x.numerator.bit_length() <= 80
        return str(x) if short else f"about {float(x):.6g}"
    except OverflowError:
        return "a number of more than 300 digits"


# ---- games -----------------------------------------------------------------------------------------------------------


def stage(g: Any) -> SimpleNamespace:
    """Read a stage game, as a game of one state in which only the first period counts."""
    need(g, {"kind": str, "players": [str], "actions": [[str]], "payoffs": ARRAY}, "game")
    sizes = [len(own) for own in need(g["actions"], [len(g["players"]), None], "game.actions")]
    pay = need(g["payoffs"]["num"], [len(sizes), [count(sizes), INT]], "game.payoffs.num")
    found = SimpleNamespace(players=g["players"], states=["the game"], den=g["payoffs"]["den"], patience=(0, 1))
    found.actions, found.sizes, found.pay, found.laws = [g["actions"]], [sizes], [pay], [(1, [[]] * len(pay[0]))]
    return found


def dynamic(g: Any, patient: bool = True) -> SimpleNamespace:
    """Read a stochastic game; `patient` where it has a discount factor."""
    extra = {"discount": {"den": POS, "num": NAT}} if patient else {}
    lists = {"players": [str], "states": [str], "actions": [[[str]]], "signals": [[str]], "laws": [ARRAY], **extra}
    need(g, {"kind": str, "start": NAT, "payoffs": ARRAY, **lists}, "game")
    many, players, pay = len(g["states"]), len(g["players"]), g["payoffs"]["num"]
    sizes = [[len(own) for own in here] for here in need(g["actions"], [many, [players, None]], "game.actions")]
    for part, where in ((g["signals"], "game.signals"), (g["laws"], "game.laws"), (pay, "game.payoffs.num")):
        need(part, [many, None], where)
    laws = [(one["den"], one["num"]) for one in g["laws"]]
    for s, (full, rows) in enumerate(laws):
        need(pay[s], [players, [count(sizes[s]), INT]], f"game.payoffs.num[{s}]")
        for row in need(rows, [count(sizes[s]), [[3, NAT]]], f"game.laws[{s}].num"):
            known = all(t < many and y < len(g["signals"][s]) and n > 0 for t, y, n in row)
            if not known or len({(t, y) for t, y, _ in row}) < len(row) or sum(n for _, _, n in row) != full:
                raise NoProof(f"game.laws[{s}] has no law: an outcome is unknown or twice, or the sum is not one")
    patience: Any = (g["discount"]["num"], g["discount"]["den"]) if patient else (Poly(0, 1), 1)
    if g["start"] >= many or (patient and patience[0] >= patience[1]):
        raise NoProof("game.start is no state, or game.discount is not below 1")
    support = [sorted({(t, y) for row in rows for t, y, _ in row}) for _, rows in laws]
    made = {"sizes": sizes, "den": g["payoffs"]["den"], "pay": pay, "laws": laws, "patience": patience}
    return SimpleNamespace(
        **{**g, **made}, support=support, told=f"at discount {say(Fraction(*patience))}" if patient else ""
    )


def joint(x: Any, profile: Any, game: SimpleNamespace) -> SimpleNamespace:
    """Read automata and their joint nodes, which are rebuilt: what some actions reach from the start, and no other."""
    many = len(game.states)
    for i, one in enumerate(need(profile, [len(game.players), None], "profile")):
        need(one, {"states": [str], "initial": NAT, "law": ARRAY, "next": None}, f"profile[{i}]")
        size, moves = len(one["states"]), [[len(heard), (0, len(one["states"]))] for heard in game.signals]
        need(one["initial"], (0, size), f"profile[{i}].initial")
        for rows in need(one["law"]["num"], [size, [many, None]], f"profile[{i}].law"):
            for s, row in enumerate(rows):
                law(one["law"]["den"], row, game.sizes[s][i], f"profile[{i}].law")
        for rows in need(one["next"], [size, [many, None]], f"profile[{i}].next"):
            for row, move in zip(rows, moves, strict=True):
                need(row, move, f"profile[{i}].next")
    limits = [many, *(len(one["states"]) for one in profile)]
    nodes = [tuple(node) for node in need(x, [[len(limits), NAT]], "witness.nodes")]
    place = {node: n for n, node in enumerate(nodes)}
    if len(place) != len(nodes) or any(q >= most for node in nodes for q, most in zip(node, limits, strict=True)):
        raise NoProof("witness.nodes lists a node twice, or a node that does not exist")
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
    if len(seen) < len(nodes):
        raise Fails(f"node {min(set(range(len(nodes))) - seen)} of the witness is not reached")
    return SimpleNamespace(states=[node[0] for node in nodes], first=queue[0], ahead=ahead, mixes=mixes, total=1)


def afford(game: SimpleNamespace, states: list[int]) -> None:
    """Refuse a file that would take too long."""
    cost = [sum(len(row) + 1 for row in rows) * len(game.players) for _, rows in game.laws]
    if sum(cost[s] for s in states) > WORK:
        raise NoProof(f"checking it would take more than {WORK} steps")


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
            low, up = (Fraction(x[key][n][i], x["den"]) for key in ("lower", "upper"))
            below, above = (mean(mix, side[i]) / mix[0] for side in sides)
            if low > below or up < above:
                told = f"[{say(low)}, {say(up)}] against [{say(below)}, {say(above)}]"
                raise Fails(f"node {n} ({game.states[s]}), {game.players[i]}: bounds of the value {told}")
            # an action that is played with certainty is no deviation
            others = [low if p == mix[0] else w for w, p in zip(sides[1][i], mix[1], strict=True)]
            no_gain(others, low, most, f"node {n} ({game.states[s]}), {game.players[i]}", game.actions[s][i])


def no_gain(worth: Any, value: Fraction, most: Fraction | None, where: str, actions: list[str]) -> None:
    """Test that no action is worth more than a value by more than `most`."""
    for w, action in zip(worth, actions, strict=True):
        if most is not None and w - value > most:
            raise Fails(f"{where}, {action}: gain {say(w - value)} > {say(most)}")


def boxed(claimed: Any, k: Any, x: Any, n: int, where: str) -> None:
    """Test that a claimed box contains the box of a node."""
    for key, factor in (("lower", 1), ("upper", -1)):
        for c, v in zip(claimed[key] if k is None else claimed[key][k], x[key][n], strict=True):
            if factor * c * x["den"] > factor * v * claimed["den"]:
                raise Fails(f"{where}: the claimed {key} bound is not what the witness bounds")


# ---- claims: each function tests one file and returns the sentence ---------------------------------------------------


def nash(f: Any, most: Fraction) -> str:
    """Test that no player gains from an action of its own in a stage game."""
    game, profile = stage(f["game"]), f["profile"]
    mixes = [
        law(one["den"], one["num"], size, "profile")
        for one, size in zip(need(profile, [len(game.players), ARRAY], "profile"), game.sizes[0], strict=True)
    ]
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
        boxed(need(f["claim"]["values"], box(len(game.players)), "claim.values"), None, x, plan.first, "claim.values")
    how = "is a perfect equilibrium" if most == 0 else f"has no one-period gain above {say(most)}"
    return f"the profile {how} {game.told}, at all {len(plan.states)} nodes"


def refused(f: Any, most: Fraction) -> str:
    """Test that one deviation gains, so that the profile is no perfect equilibrium."""
    game, x, plan = profile_of(f, {"deviation": None})
    test_plan(game, plan, x, None)
    n, i, a, who = deviation(x["deviation"], game, plan)
    gain = period_at(game, plan, n, x["den"], x["lower"])[i][a] - Fraction(x["upper"][n][i], x["den"])
    if gain <= most:
        raise Fails(f"{who}: gain {say(gain)} is not above {say(most)}")
    return f"the profile is no perfect equilibrium {game.told}: {who} gains at least {say(gain)}"


def profile_of(f: Any, more: Any) -> Any:
    """Read game, witness and joint nodes of a profile of automata."""
    game, x = dynamic(f["game"]), need(f["witness"], {**dict.fromkeys(box(0)), "nodes": [None], **more}, "witness")
    need(x, {**box(len(x["nodes"]), len(game.players)), "nodes": None, **more}, "witness")
    return game, x, joint(x["nodes"], f["profile"], game)


def deviation(x: Any, game: SimpleNamespace, plan: SimpleNamespace) -> tuple[int, int, int, str]:
    """Read a node, a player and an action, and name them."""
    n, i, a = need(x, [3, NAT], "deviation")
    if n >= len(plan.states) or i >= len(game.players) or a >= game.sizes[plan.states[n]][i]:
        raise NoProof("a deviation is not [node, player, action]")
    return n, i, a, f"node {n}, {game.players[i]}, {game.actions[plan.states[n]][i][a]}"


def inner(f: Any, most: Fraction) -> str:
    """Test a plan in pure actions whose continuations are public lotteries over its own nodes."""
    game, nodes = dynamic(f["game"]), f["witness"].get("plan", []) if type(f["witness"]) is dict else []
    part = {"state": (0, len(game.states)), "actions": [len(game.players), NAT], "next": [[3, None]]}
    shape = {
        "plan": [part],
        "weights": POS,
        "points": [NAT],
        **box(len(nodes) if type(nodes) is list else 0, len(game.players)),
    }
    x, lotteries = need(f["witness"], shape, "witness"), {}
    states = [node["state"] for node in nodes]
    afford(game, states)
    for n, node in enumerate(nodes):
        if any(a >= size for a, size in zip(node["actions"], game.sizes[states[n]], strict=True)):
            raise NoProof(f"witness.plan[{n}] has an unknown action")
        for t, y, lottery in node["next"]:
            steps = need(lottery, [[2, NAT]], f"witness.plan[{n}].next")
            wrong = any(m >= len(nodes) or w < 1 or states[m] != t for m, w in steps)
            if wrong or (n, t, y) in lotteries or sum(w for _, w in steps) != x["weights"]:
                raise NoProof(f"witness.plan[{n}].next has no lottery over nodes of state {t}, or has it twice")
            lotteries[n, t, y] = steps
        if not {t for t, _ in game.support[states[n]]} <= set(states):
            raise Fails(f"node {n} may lead to a state at which the plan has no node")

    def ahead(n: int, t: int, y: int) -> Any:
        if (n, t, y) not in lotteries:
            raise Fails(f"node {n}: nothing follows outcome [{t}, {y}]")
        return lotteries[n, t, y]

    def mixes(n: int) -> list[tuple[int, list[int]]]:
        pairs = zip(nodes[n]["actions"], game.sizes[states[n]], strict=True)
        return [(1, [int(a == b) for b in range(size)]) for a, size in pairs]

    test_plan(game, SimpleNamespace(states=states, ahead=ahead, mixes=mixes, total=x["weights"]), x, most)
    claimed = need(f["claim"]["points"], box(len(x["points"]), len(game.players)), "claim.points")
    for k, n in enumerate(x["points"]):
        if n >= len(nodes) or states[n] != game.start:
            raise NoProof("witness.points names a node that is not at the start")
        boxed(claimed, k, x, n, f"point {k}")
    what = "payoffs of perfect public equilibria in pure actions with public randomisation"
    return f"{len(x['points'])} claimed boxes hold {what}, and so do their means, {game.told}{within(most)}"


def balanced(game: SimpleNamespace, x: Any, s: int, h: list[int], a: int, row: Any, at: Any) -> list[Fraction]:
    """Test that the multipliers of a row balance at every outcome; return its bound on each of the given levels."""
    need(row, {"mu": [[3, NAT]], "lambda": [[3, None]]}, "row")
    unit, dirs, scale, sizes = x["directions"]["den"], x["directions"]["num"], x["multipliers"], game.sizes[s]
    (full, laws), (n, d), rest, later = game.laws[s], game.patience, {}, [0] * len(at)

    def add(outcome: tuple[int, int], vector: list[int], factor: int) -> None:
        before = rest.get(outcome, [0] * len(h))
        rest[outcome] = [b + factor * v for b, v in zip(before, vector, strict=True)]

    for t, y, p in laws[a]:
        add((t, y), h, p * scale)
    now = sum(pay[a] * c for pay, c in zip(game.pay[s], h, strict=True)) * scale
    for i, b, m in row["mu"]:
        if i >= len(sizes) or b >= sizes[i]:
            raise NoProof("row.mu is not [player, action, multiplier]")
        step, axis = prod(sizes[i + 1 :]), [int(i == j) * unit for j in range(len(h))]
        other = a + (b - a // step % sizes[i]) * step
        now += m * (game.pay[s][i][a] - game.pay[s][i][other]) * unit
        for t, y, p, factor in [*((*o, m) for o in laws[a]), *((*o, -m) for o in laws[other])]:
            add((t, y), axis, factor * p)
    for t, y, parts in row["lambda"]:
        for k, m in need(parts, [[2, NAT]], "row.lambda"):
            if need(t, (0, len(dirs)), "row.lambda") < 0 or k >= len(dirs[t]):
                raise NoProof("row.lambda names an unknown direction")
            add((t, need(y, NAT, "row.lambda")), dirs[t][k], -m)
            later = [c + m * levels[t][k] for c, levels in zip(later, at, strict=True)]
    if bad := [list(outcome) for outcome, vector in rest.items() if any(vector)]:
        raise Fails(f"row of {game.states[s]}, profile {a}: multipliers do not balance at outcome {bad[0]}")
    bottom = d * unit * game.den * scale * full
    return [Fraction((d - n) * now * full, bottom) + Fraction(n * c, d * scale * full * x["den"]) for c in later]


def outer(f: Any) -> str:
    """Test levels that the payoffs of no pure perfect public equilibrium exceed."""
    needs: dict[Any, Any] = {"set": {"levels": ARRAY}, "outside": {"point": ARRAY}, "none": {}}
    ends = next((end for end in needs if end == f["claim"].get("concludes")), "none")
    need(f["claim"], {"kind": str, "concludes": str, **needs[ends]}, "claim")
    if f["claim"]["concludes"] != ends:
        raise NoProof("claim.concludes is not 'set', 'outside' or 'none'")
    game, shape = dynamic(f["game"]), {"directions": ARRAY, "multipliers": POS, "den": POS, "levels": None}
    x, many, players = need(f["witness"], {**shape, "steps": [None]}, "witness"), len(game.states), len(game.players)
    dirs = need(x["directions"]["num"], [many, [[players, INT]]], "witness.directions.num")
    cells = [(s, k) for s in range(many) for k in range(len(dirs[s]))]
    afford(game, [s for s, _ in cells])

    def named(rows: Any, where: str, wanted: set[tuple[int, ...]]) -> Any:
        keys = [tuple(need(one[:-1], [NAT], where)) for one in need(rows, [[None]], where)]
        if len(keys) != len(wanted) or set(keys) != wanted:
            raise Fails(f"{where} needs one row for each of {sorted(wanted)[:9]}, no other and none twice")
        return zip(keys, (one[-1] for one in rows), strict=True)

    def leveled(given: Any, where: str) -> Any:
        return [list(need(row, [len(dirs[s]), INT], where)) for s, row in enumerate(need(given, [many, None], where))]

    columns, unit = [column for pay in game.pay for column in zip(*pay, strict=True)], x["directions"]["den"]
    levels, left = leveled(x["levels"], "witness.levels"), [set(range(count(own))) for own in game.sizes]
    for s, k in cells:
        top = max(sum(h * u for h, u in zip(dirs[s][k], column, strict=True)) for column in columns)
        if levels[s][k] * unit * game.den < top * x["den"]:
            raise Fails(f"the first level of direction {k} at {game.states[s]} is below a payoff of the game")
    for j, step in enumerate(x["steps"]):
        where, kind = f"step {j}", step.get("step") if type(step) is dict else None
        if kind == "image":
            part = {"state": (0, many), "direction": NAT, "level": INT, "rows": None}
            s, k, level = (need(step, {"step": str, **part}, where)[key] for key in ("state", "direction", "level"))
            h = dirs[s][need(k, (0, len(dirs[s])), where)]
            for (a,), row in named(step["rows"], where, {(a,) for a in left[s]}):
                no_gain(balanced(game, x, s, h, a, row, [levels]), Fraction(level, x["den"]), NONE, where, [f"row {a}"])
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
            if not good:
                raise Fails(f"{where}: its bound is not negative, or it does not lead where no profile is left")
            left[s].discard(a)
        elif kind == "jump":
            need(step, {"step": str, "y": None, "w": None, "rows": None}, where)
            y, w = leveled(step["y"], where), leveled(step["w"], where)
            if any(y[s][k] > w[s][k] or w[s][k] < levels[s][k] for s, k in cells):
                raise Fails(f"{where}: y <= w and w >= level do not hold everywhere")
            for (s, k, a), row in named(step["rows"], where, {(s, k, a) for s, k in cells for a in left[s]}):  # noqa: B020
                below, above = balanced(game, x, s, dirs[s][k], a, row, [y, w])
                if below > Fraction(y[s][k], x["den"]) or above >= Fraction(w[s][k], x["den"]):
                    raise Fails(f"{where}: the row {[s, k, a]} is not at most y on y and below w on w")
            levels = [[min(c, v) for c, v in zip(*pair, strict=True)] for pair in zip(levels, y, strict=True)]
        else:
            raise NoProof(f"{where} is not 'image', 'eliminate' or 'jump'")
    empty, start, what = not left[game.start], game.states[game.start], "perfect public equilibrium in pure actions"
    if ends == "set":
        claimed, full = leveled(f["claim"]["levels"]["num"], "claim.levels.num"), f["claim"]["levels"]["den"]
        for s, k in cells:
            if left[s] and levels[s][k] * full > claimed[s][k] * x["den"]:
                raise Fails(
                    f"direction {k} at {game.states[s]}: only {say(Fraction(levels[s][k], x['den']))} is proved"
                )
        return f"no {what} has payoffs beyond the claimed levels {game.told}"
    if ends == "none" and not empty:
        raise Fails(f"profiles are left at {start}")
    if ends == "none":
        return f"there is no {what} from {start} {game.told}"
    full, point = f["claim"]["point"]["den"], need(f["claim"]["point"]["num"], [players, INT], "claim.point")
    tops = [sum(h * v for h, v in zip(hs, point, strict=True)) for hs in dirs[game.start]]
    if not empty and all(p * x["den"] <= c * unit * full for p, c in zip(tops, levels[game.start], strict=True)):
        raise Fails(f"the point is within all levels at {start}")
    return f"no {what} from {start} has payoffs ({', '.join(say(Fraction(v, full)) for v in point)}) {game.told}"


def zero_sum(f: Any) -> str:
    """Test that both players guarantee what is claimed in every state."""
    game = dynamic(f["game"])
    many = len(game.states)
    if len(game.players) != 2 or any(u + v for pay in game.pay for u, v in zip(*pay, strict=True)):
        raise NoProof("payoffs of two players that sum to zero are needed")
    afford(game, list(range(many)))
    x = need(f["claim"], {"kind": str, "values": box(many)}, "claim")["values"]
    laws = [(p["den"], need(p["num"], [many, None], "profile")) for p in need(f["profile"], [2, ARRAY], "profile")]
    # against player 0's mixture the other one gets at most -L, against player 1's player 0 at most U
    top = [[up, -low] for low, up in zip(x["lower"], x["upper"], strict=True)]
    for s in range(many):
        mixes = [law(full, num[s], game.sizes[s][i], "profile") for i, (full, num) in enumerate(laws)]
        worth, units = one_period(game, s, mixes, lambda t, _: top[t], x["den"])
        for i, own in enumerate(worth):
            most = [Fraction(w, units[i] * x["den"]) for w in own]
            no_gain(
                most, Fraction(top[s][i], x["den"]), NONE, f"{game.states[s]}, {game.players[i]}", game.actions[s][i]
            )
    width = max(Fraction(up + low, x["den"]) for up, low in top)
    return f"the values of the zero-sum game are as claimed in all {many} states (width at most {say(width)})"


def forest(g: Any) -> Any:
    """Read a tree; return its nodes, and for every node its children with their chances, or its information set."""
    need(g, {"kind": str, "players": [str], "den": POS, "nodes": [None], "sets": [None]}, "game")
    need(g["sets"], [{"player": (0, len(g["players"])), "label": str, "actions": [str]}], "game.sets")
    nodes, chances, children = g["nodes"], {}, []
    for n, node in enumerate(nodes):
        where = f"game.nodes[{n}]"
        kind = next((k for k in ("set", "chance") if type(node) is dict and k in node), "payoffs")
        if kind == "payoffs":
            need(node, {"payoffs": [len(g["players"]), INT]}, where)
            continue
        part = (0, len(g["sets"])) if kind == "set" else {"den": POS, "num": [POS]}
        need(node, {kind: part, "children": [(n + 1, len(nodes))]}, where)
        width = len(g["sets"][node["set"]]["actions"] if kind == "set" else node["chance"]["num"])
        children += need(node["children"], [width, None], where)
        if kind == "chance":
            chances[n] = law(node["chance"]["den"], node["chance"]["num"], width, where)
    if not nodes or sorted(children) != list(range(1, len(nodes))):
        raise NoProof("every node but the first is the child of exactly one node")
    return nodes, chances


def sequential(f: Any, most: Fraction) -> str:
    """Test that behaviour in a tree is best at every information set under beliefs from vanishing trembles."""
    (nodes, chances), sets, players = forest(f["game"]), f["game"]["sets"], range(len(f["game"]["players"]))
    many, ranks, mixes = len(sets), [], []
    x = need(f["witness"], {"orders": [many, [NAT]], "weights": [many, {"den": POS, "num": [POS]}]}, "witness")
    if len(nodes) * len(players) > WORK:
        raise NoProof(f"checking it would take more than {WORK} steps")
    for h, one in enumerate(need(f["profile"], [many, ARRAY], "profile")):
        own, mix = law(one["den"], one["num"], len(sets[h]["actions"]), f"profile[{h}]")
        orders, full = need(x["orders"][h], [len(mix), NAT], "witness.orders"), x["weights"][h]["den"]
        weights = need(x["weights"][h]["num"], [len(mix), POS], "witness.weights")
        for p, order, w in zip(mix, orders, weights, strict=True):
            if (p > 0) != (order == 0) or (p and p * full != w * own):
                raise Fails(
                    f"{sets[h]['label']}: played actions, and no others, have order 0; their weight is as played"
                )
        ranks.append([(order, Fraction(w, full)) for order, w in zip(orders, weights, strict=True)])
        mixes.append((own, mix))
    # orders and weights of the nodes, and what each player remembers there
    reach, memory = [(0, Fraction(1))] * len(nodes), [(0,) * len(players)] * len(nodes)
    known: dict[Any, int] = {}
    members: list[list[int]] = [[] for _ in sets]
    for n, node in enumerate(nodes):
        h = node.get("set", -1)
        steps = ranks[h] if h >= 0 else [(0, Fraction(p, chances[n][0])) for p in chances[n][1]] if n in chances else []
        for a, (c, (order, weight)) in enumerate(zip(node.get("children", ()), steps, strict=True)):
            reach[c], own = (reach[n][0] + order, reach[n][1] * weight), list(memory[n])
            if h >= 0:
                i = sets[h]["player"]
                own[i] = known.setdefault((own[i], h, a), len(known) + 1)
            memory[c] = tuple(own)
        if h >= 0:
            members[h].append(n)
    worth: list[list[Fraction]] = [[]] * len(nodes)
    for n in reversed(range(len(nodes))):
        full, num = (f["game"]["den"], [1]) if "payoffs" in nodes[n] else chances.get(n) or mixes[nodes[n]["set"]]
        after = [worth[c] for c in nodes[n]["children"]] if "children" in nodes[n] else [nodes[n]["payoffs"]]
        worth[n] = [
            sum((p * Fraction(w[i]) for p, w in zip(num, after, strict=True) if p), NONE) / full for i in players
        ]
    for h, one in enumerate(sets):
        i = one["player"]
        if len({memory[n][i] for n in members[h]}) != 1:
            raise NoProof(f"information set {h} has no node, or its player has forgotten its own moves")
        least = min(reach[n][0] for n in members[h])
        beliefs = [(n, reach[n][1]) for n in members[h] if reach[n][0] == least]
        total = sum(w for _, w in beliefs)
        value = sum(w * worth[n][i] for n, w in beliefs) / total
        after = [
            sum(w * worth[nodes[n]["children"][a]][i] for n, w in beliefs) / total for a in range(len(one["actions"]))
        ]
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
    if len(x) > DEGREE + 1 or len(x) * longest > LENGTH:
        raise NoProof(f"{where} has a polynomial that is too long")
    return Poly(*x)


def threshold(f: Any) -> str:
    """Test where in [0, 1) a profile of automata is perfect and where it is not."""
    need(f["claim"], {"kind": str, "points": ARRAY, "pieces": [str]}, "claim")
    game, pieces = dynamic(f["game"], patient=False), f["claim"]["pieces"]
    shape = {"nodes": None, "determinant": None, "numerators": None, "constraints": [len(pieces), None]}
    x = need(f["witness"], shape, "witness")
    plan, det = joint(x["nodes"], f["profile"], game), polynomial(x["determinant"], "witness.determinant")
    rows = need(x["numerators"], [len(plan.states), [len(game.players), None]], "witness.numerators")
    value = [[polynomial(p, "witness.numerators") for p in row] for row in rows]
    num = need(f["claim"]["points"]["num"], [len(pieces) + 1, INT], "claim.points")
    points = [Fraction(v, f["claim"]["points"]["den"]) for v in num]
    if not pieces or any(a > b for a, b in pairwise(points)) or points[0] != 0 or points[-1] != 1 or points[-2] == 1:
        raise NoProof("claim.points do not rise from 0 to 1")
    if det.sign(points[0]) <= 0 or det.roots(points[0], points[-1]):
        raise Fails("the determinant is not positive on [0, 1)")
    gains: dict[tuple[int, int, int], Poly] = {}
    for n, s in enumerate(plan.states):
        ahead = {(t, y): value[plan.ahead(n, t, y)[0][0]] for t, y in game.support[s]}
        worth, units = one_period(game, s, plan.mixes(n), lambda t, y, ahead=ahead: ahead[t, y], det)
        for i, mix in enumerate(plan.mixes(n)):
            if (mean(mix, worth[i]) + value[n][i] * (-mix[0] * units[i])).c:
                raise Fails(f"node {n}, {game.players[i]}: the value is not numerator over determinant")
            for a, w in enumerate(worth[i]):
                gains[n, i, a] = (w + value[n][i] * -units[i]).primitive()
    distinct = {tuple(g.c): (key, g) for key, g in gains.items() if g.c}
    for j, (a, b) in enumerate(pairwise(points)):
        where, half = f"piece {j} from {say(a)} to {say(b)}", (a + b) / 2
        if pieces[j] == "holds":
            for key, g in distinct.values():
                roots = g.roots(a, b) if a < b else 0
                good = g.sign(half) <= 0 if a == b else roots == 0 and g.sign(half) < 0
                if not good and not (roots == 1 and g.sign(a) < 0 and (g.strip(b) if b == 1 else g).sign(b) < 0):
                    raise Fails(f"{where}: {deviation([*key], game, plan)[3]} is not shown to gain nothing")
        elif pieces[j] == "fails":
            n, i, act, who = deviation(x["constraints"][j], game, plan)
            g = gains[n, i, act]
            ends = [e for e, m in ((a, j - 1), (b, j + 1)) if e < 1 and (m < 0 or pieces[m] != "holds")]
            if a == b or not g.c or g.roots(a, b) or any(g.sign(e) <= 0 for e in (half, *ends)):
                raise Fails(f"{where}: {who} does not gain throughout")
        elif pieces[j] != "gap":
            raise NoProof("claim.pieces has a piece that is not 'holds', 'fails' or 'gap'")
    told = [f"{kind} from {say(a)} to {say(b)}" for kind, (a, b) in zip(pieces, pairwise(points), strict=True)]
    return f"whether the profile is perfect, by discount factor below 1: {', '.join(told)}"


def bracket(f: Any) -> str:
    """Test one proof that holds and one that fails, of games that differ in discount or laws only."""
    x, told = need(f["witness"], {"holds": None, "fails": None}, "witness"), []
    need(f["claim"], {"kind": str}, "claim")
    for key, allowed in (("holds", ("perfect", "inner")), ("fails", ("refused", "outer"))):
        told.append(check(x[key], allowed))
        if x[key]["claim"].get("concludes") == "set" or x[key]["claim"].get("epsilon", {"num": 0})["num"]:
            raise NoProof("a bracket needs an epsilon of 0, and no outer set")
    profiles, games = ([x[key].get(part) for key in ("holds", "fails")] for part in ("profile", "game"))
    if profiles[1] is not None and profiles[0] != profiles[1]:
        raise NoProof("the two proofs are about different profiles")
    if {**games[0], "discount": 0, "laws": 0} != {**games[1], "discount": 0, "laws": 0}:
        raise NoProof("the games differ in more than discount and laws")
    law_of = [{(s, k, t, y): Fraction(n, full) for s, (full, rows) in enumerate(dynamic(g).laws)
               for k, row in enumerate(rows) for t, y, n in row} for g in games]  # fmt: skip
    differ = sorted(key for key in {**law_of[0], **law_of[1]} if law_of[0].get(key) != law_of[1].get(key))
    odds = [say(laws.get(differ[0], NONE)) for laws in law_of] if differ else []
    words = (
        [f"chances {' and '.join(odds)} of [state, profile, next state, signal] {list(differ[0])}"] if differ else []
    )
    patience = [Fraction(g["discount"]["num"], g["discount"]["den"]) for g in games]
    if patience[0] == patience[1] and not differ:
        raise NoProof("the games do not differ")
    return f"{'; with '.join([told[0], *words])}; but {told[1]}"


# ---- one file --------------------------------------------------------------------------------------------------------

NONE = Fraction(0)
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
    if version != FORMAT:
        raise NoProof(f"its format is {version if type(version) is str else 'not stated'}, not {FORMAT}")
    kind = f["claim"].get("kind") if type(f.get("claim")) is dict else None
    if type(kind) is not str or kind not in allowed:
        raise NoProof(f"claim.kind is none of {', '.join(allowed)}")
    test, game, keys, parts = KINDS[kind]
    shape = {"format": str, "claim": None, "made_by?": None, "witness": {}, **dict.fromkeys(parts.split())}
    need(f, {**shape, **({"game": None} if game else {})}, "the file")
    if game and (type(f["game"]) is not dict or f["game"].get("kind") != game):
        raise NoProof(f"{kind} needs a game of kind {game!r}")
    if keys is None:
        return str(test(f))
    epsilon = {"den": POS, "num": NAT}
    most = need(f["claim"], {"kind": str, "epsilon": epsilon, **keys}, "claim")["epsilon"]
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
    except NoProof as fault:
        code, text = 2, f"no proof: {fault}"
    except MemoryError:
        code, text = 2, "no proof: it does not fit into memory"
    return code, "".join(c if c.isprintable() else "?" for c in text[:1000])


def main(names: list[str]) -> int:
    """Check files and print one line for each; return the largest exit code."""
    codes = []
    for name in names:
        try:
            with Path(name).open("rb") as file:
                code, text = verdict(file.read(SIZE + 1))
        except OSError as fault:
            code, text = 2, f"no proof: it cannot be read ({fault.strerror})"
        codes.append(code)
        kind = sys.stdout.encoding or "ascii"
        print(f"{name}: {text}".encode(kind, "replace").decode(kind))
    return max(codes, default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
