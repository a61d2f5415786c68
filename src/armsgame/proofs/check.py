"""Check proof files of the format armsgame-proof/1: run ``python check.py FILE...``.

This file needs the standard library only, and nothing in it rounds. The format and the mathematics of every test are
in ``docs/reference/proof-format.md``; the functions below follow its order. For every file one line is printed: what
has been proved (exit 0), the first line that fails (exit 1), or why the file is no proof (exit 2).
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from fractions import Fraction
from functools import partial, reduce
from itertools import pairwise, permutations, product, zip_longest
from math import lcm, prod
from types import SimpleNamespace
from typing import Any, NoReturn

__all__ = ["main", "verdict"]

FORMAT = "armsgame-proof/1"
# bytes of a file, digits of an integer, elementary steps, length of a polynomial, denominator of points
SIZE, DIGITS, WORK, LONGEST, FINEST, ZERO = 2**26, 10_000, 10**8, 201, 2**1000, Fraction(0)


class NoProof(Exception):
    """The file is not of this format: exit 2."""


class Fails(Exception):
    """A test of the proof fails: exit 1."""


def deny(found: object, text: str, kind: type[Exception] = NoProof) -> None:
    """Say that the file is no proof, or (`fail`) that a test fails, where a fault was found."""
    if found:
        raise kind(text)


fail = partial(deny, kind=Fails)


# ---- reading ---------------------------------------------------------------------------------------------------------
# Every value is tested against the shape of its kind of file (SHAPES, at the end) before any function meets it: from
# there on integers are integers, and those that count or point are not negative. Lengths are tested where they are
# known. An index that is too large raises IndexError, two lists that should go together raise ValueError: exit 2.


def load(data: bytes) -> Any:
    """Parse JSON with integers only, every key once, bounded size and digits."""
    # what is read takes memory: a list or mapping counts as sixteen bytes, an entry as four
    deny(max(len(data), 16 * sum(map(data.count, b"[{")), 4 * data.count(b",")) > SIZE, "too many bytes/lists/numbers")
    return json.loads(data.decode(), parse_int=integer, parse_float=never, parse_constant=never, object_pairs_hook=once)


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object whose keys are all different."""
    deny(len(dict(pairs)) != len(pairs), "an object has the same key twice")
    return dict(pairs)


def integer(text: str) -> int:
    """Read an integer; Python limits the conversion of long texts, but not of decimal numbers."""
    deny(len(text.lstrip("-")) > DIGITS, f"an integer has more than {DIGITS} digits")
    return int(text) if len(text) < 4000 else int(Decimal(text))


def never(text: str) -> NoReturn:
    """Refuse any other number."""
    raise NoProof(f"{text} is not an integer")


# Shapes: a number: an integer of at least that, None: any integer; str a label; [part] a list, [n, part] a list of n;
# a mapping: an object with exactly these keys, where "key?" may be absent; a text: that text; ANY is tested later.
INT, NAT, POS, ANY = None, 0, 1, ...


def need(x: Any, shape: Any, where: str) -> Any:
    """Test a value against a shape and return it."""
    if shape is None or type(shape) is int:
        if type(x) is not int or (shape is not None and x < shape):
            raise NoProof(f"{where} is not an integer{'' if shape is None else f' of at least {shape}'}")
    elif shape is str or type(shape) is str:
        wrong = type(x) is not str or (shape is not str and x != shape)
        deny(wrong, f"{where} is not {'a label' if shape is str else shape}")
    elif type(shape) is list:
        wrong = type(x) is not list or (len(shape) == 2 and len(x) != shape[0])
        deny(wrong, f"{where} is not a list{f' of {shape[0]}' if len(shape) == 2 else ''}")
        for part in x:
            if type(part) is not int or shape[-1] != NAT or part < 0:  # most parts are integers of at least 0
                need(part, shape[-1], where)
    elif shape is not ANY:
        deny(type(x) is not dict, f"{where} is not an object")
        odd = {key for key in shape if key[-1] != "?"} - {*x} | {*x} - {key.rstrip("?") for key in shape}
        deny(odd, f"{where} lacks keys or has unknown ones: {sorted(odd)}")
        for key, part in x.items():
            need(part, shape.get(key, shape.get(f"{key}?")), f"{where}.{key}")
    return x


def fit(x: Any, *sizes: int) -> Any:
    """Test the lengths of nested lists and return them."""
    deny(len(x) != sizes[0], f"a list has {len(x)} entries where {sizes[0]} are needed")
    for part in x if sizes[1:] else ():
        fit(part, *sizes[1:])
    return x


def law(x: Any, length: int) -> tuple[int, list[int]]:
    """Read a law, integers of at least 0 that sum to the denominator; or the index of what is certain."""
    den, num = (1, [int(x == k) for k in range(length)]) if type(x) is int else (x["den"], x["num"])
    deny(sum(fit(num, length)) != den, "a law does not sum to one")
    return den, num


def count(sizes: list[int]) -> int:
    """Count the profiles, as long as a file can list them."""
    total = reduce(lambda a, b: min(a * b, SIZE + 1), sizes, len(sizes[:1]))
    deny(not 0 < total <= SIZE, "there are no actions, or more profiles than a file can hold")
    return total


def say(x: Fraction) -> str:
    """Write a rational in few characters."""
    bits = x.denominator.bit_length() + x.numerator.bit_length()
    return str(x) if bits <= 80 else f"about {float(x):.6g}" if abs(x) < 10**300 else "a number of more than 300 digits"


def dot(one: list[int], other: Any) -> Any:
    """Sum of products."""
    return sum(a * b for a, b in zip(one, other, strict=True))


# ---- games in time ---------------------------------------------------------------------------------------------------


def dynamic(g: Any) -> SimpleNamespace:
    """Read a stochastic game; without a discount factor it is a polynomial's variable."""
    many, players, pay, made = len(g["states"]), len(g["players"]), g["payoffs"]["num"], SimpleNamespace(**g)
    # whose payoffs a row has: one for each player, or for each of its types
    made.owners = [i for i, own in enumerate(fit(g.get("types", [""] * players), players)) for _ in own or [own]]
    made.sizes = [[len(own) for own in fit(here, players)] for here in fit(g["actions"], many)]
    made.laws = [(one["den"], one["num"]) for one in fit(g["laws"], many)]
    for s, (full, rows) in enumerate(made.laws):
        fit(fit(pay, many)[s], len(made.owners), len(fit(rows, count(made.sizes[s]))))
        for row in rows:
            good = all(t < many and y < len(fit(g["signals"], many)[s]) and n > 0 for t, y, n in row)
            good = good and len({(t, y) for t, y, _ in row}) == len(row) and sum(n for _, _, n in row) == full
            deny(not good, f"game.laws[{s}] has no law: an outcome is unknown or twice, or the sum is not one")
    patience = g.get("discount", {"num": Poly(0, 1), "den": 1})
    made.n, made.d, made.pay, made.den = patience["num"], patience["den"], pay, g["payoffs"]["den"]
    deny(g["start"] >= many or ("discount" in g and made.n >= made.d), "no such start, or discount is not below 1")
    made.support = [sorted({(t, y) for row in rows for t, y, _ in row}) for _, rows in made.laws]
    made.told = f"at discount {say(Fraction(made.n, made.d))}" if "discount" in g else ""
    return made


def afford(game: SimpleNamespace, states: list[int], each: int = 1) -> None:
    """Refuse a file that would take too long."""
    cost = [sum(len(row) + 1 for row in rows) * len(game.players) for _, rows in game.laws]
    deny(sum(cost[s] for s in states) * each > WORK, f"checking it would take more than {WORK} steps")


# ---- plans: what is played at every node, and the lottery over nodes that follows every outcome ----------------------


def automata(f: Any, game: SimpleNamespace) -> SimpleNamespace:
    """Read automata; rebuild their joint nodes, breadth first from the start, whatever actions are taken."""
    many, nodes, profile = len(game.states), f["witness"]["nodes"], fit(f["profile"], len(game.players))
    for i, one in enumerate(profile):
        size = len(one["states"])
        fit([one["law"]["num"], one["next"]], 2, size, many)
        for q, s in product(range(size), range(many)):
            law({"den": one["law"]["den"], "num": one["law"]["num"][q][s]}, game.sizes[s][i])
            deny(max(fit(one["next"][q][s], len(game.signals[s])), default=0) >= size, "an automaton moves to no state")
    afford(game, [node[0] for node in nodes])
    queue = [(game.start, *(one["initial"] for one in profile))]
    place, ahead, mixes = {queue[0]: 0}, {}, []
    for n, (s, *own) in enumerate(queue):  # it grows while it is read
        fail(nodes[n : n + 1] != [[s, *own]], f"node {n} of the witness is not {[s, *own]}, which is reached next")
        mixes.append([(one["law"]["den"], one["law"]["num"][q][s]) for one, q in zip(profile, own, strict=True)])
        for t, y in game.support[s]:
            after = (t, *(one["next"][q][s][y] for one, q in zip(profile, own, strict=True)))
            queue += [] if after in place else [after]
            ahead[n, t, y] = [(place.setdefault(after, len(queue) - 1), 1)]
    fail(len(nodes) > len(queue), f"node {len(queue)} of the witness is not reached")
    return SimpleNamespace(states=[node[0] for node in queue], mixes=mixes, total=1, ahead=ahead)


def lotteries(x: Any, game: SimpleNamespace) -> SimpleNamespace:
    """Read a plan with a public lottery over its own nodes after every outcome: pure actions, or laws by type."""
    nodes, total, table, mixes = x["plan"], x["weights"], {}, []
    states = [node["state"] for node in nodes]
    afford(game, states)
    for n, s in enumerate(states):
        mixes.append([law(own, game.sizes[s][i]) for own, i in zip(nodes[n]["actions"], game.owners, strict=True)])
        for (t, y), steps in zip(game.support[s], nodes[n]["next"], strict=True):
            good = all(states[m] == t and w > 0 for m, w in steps) and sum(w for _, w in steps) == total
            deny(not good, f"plan node {n} has no lottery over nodes of state {t}")
            table[n, t, y] = steps
    return SimpleNamespace(states=states, mixes=mixes, total=total, ahead=table)


def one_period(game: SimpleNamespace, s: int, mixes: Any, after: Any, scale: Any) -> Any:
    """Worth of every action of every player against what the others play, over each player's denominator.

    `after` has the values of all players after every outcome, over `scale`. With the discount factor as a
    polynomial the worths are polynomials, and `scale` is the determinant, which is not part of the denominator.
    """
    (full, rows), pay, discount = game.laws[s], game.pay[s], game.den * game.n
    worth, share = [[0 * scale] * size for size in game.sizes[s]], full * (game.d + -1 * game.n) * scale
    for k, acts in enumerate(product(*map(range, game.sizes[s]))):
        own = [mix[a] for (_, mix), a in zip(mixes, acts, strict=True)]
        for i, a in enumerate(acts):
            # whatever i plays itself: that is the deviation; where another one has probability zero nothing is weighed
            if weight := prod(own[:i] + own[i + 1 :]):
                later = sum(m * after[t, y][i] for t, y, m in rows[k])
                worth[i][a] += weight * (pay[i][k] * share + discount * later)
    others = prod(own for own, _ in mixes)
    return worth, [others // own * game.d * game.den * full for own, _ in mixes]


def period_at(game: SimpleNamespace, plan: SimpleNamespace, n: int, x: Any, side: str) -> Any:
    """Worth of the actions at a node of a plan, over each player's denominator, with the bounds of one side."""
    s, after = plan.states[n], {}
    for t, y in game.support[s]:
        steps = [(x[side][m], w) for m, w in plan.ahead[n, t, y]]
        after[t, y] = [sum(w * values[i] for values, w in steps) for i in range(len(game.players))]
    worth, units = one_period(game, s, plan.mixes[n], after, x["den"] * plan.total)
    return worth, [unit * x["den"] * plan.total for unit in units]


def test_plan(game: SimpleNamespace, plan: SimpleNamespace, x: Any, most: Fraction | None) -> Any:
    """Test the bounds of values at all nodes, and that no deviation gains more than `most` where it is given.

    What every action gains at most, and over what unit, is returned by node and player.
    """
    found = {}
    fit([x["lower"], x["upper"]], 2, len(plan.states), len(game.players))
    for n, s in enumerate(plan.states):
        lower, units = period_at(game, plan, n, x, "lower")
        upper = lower if x["lower"] == x["upper"] else period_at(game, plan, n, x, "upper")[0]
        for i, (full, mix) in enumerate(plan.mixes[n]):
            where = f"node {n} ({game.states[s]}), {game.players[i]}"
            low, up = (x[side][n][i] * (units[i] // x["den"]) for side in ("lower", "upper"))
            wrong = low * full > dot(mix, lower[i]) or up * full < dot(mix, upper[i])
            fail(wrong, f"{where}: what bounds the value does not contain it")
            # an action that is played with certainty is no deviation
            found[n, i] = [0 if p == full else w - low for w, p in zip(upper[i], mix, strict=True)], units[i]
            no_gain(*found[n, i], most, where, game.actions[s][i])
    return found


def no_gain(gains: Any, unit: int, most: Fraction | None, where: str, actions: list[str]) -> None:
    """Test that no action gains, over `unit`, more than `most` where it is given."""
    for gain, action in zip(gains, actions, strict=True):
        if most is not None and gain * most.denominator > most.numerator * unit:
            raise Fails(f"{where}, {action}: gain {say(Fraction(gain, unit))} > {say(most)}")


# ---- claims: each function tests one file and returns the sentence ---------------------------------------------------


def one_shot(f: Any, most: Fraction) -> str:
    """Test that nobody gains by disobeying its recommendation; a Nash equilibrium recommends independently."""
    game, sizes = f["game"], [len(own) for own in fit(f["game"]["actions"], len(f["game"]["players"]))]
    payoffs, together = fit(game["payoffs"]["num"], len(sizes), count(sizes)), f["claim"]["kind"] == "correlated"
    told = [(f["profile"], count(sizes))] if together else zip(f["profile"], sizes, strict=True)
    laws = [law(one, size) for one, size in told]
    den, num = prod(full for full, _ in laws), [prod(own) for own in product(*(own for _, own in laws))]
    for i, pay in enumerate(payoffs):
        gain, step = [[0] * sizes[i] for _ in range(sizes[i])], prod(sizes[i + 1 :])
        for k, weight in enumerate(num):
            own = k // step % sizes[i]
            for b in range(sizes[i] if weight else 0):
                gain[own][b] += weight * (pay[k + (b - own) * step] - pay[k])
        no_gain([sum(map(max, gain))], den * game["payoffs"]["den"], most, game["players"][i], ["to disobey"])
    what = "distribution is a correlated equilibrium" if together else "profile is a Nash equilibrium of the stage game"
    return f"the {what}{within(most)}"


def in_time(f: Any, most: Fraction) -> str:
    """Test one-period deviations at every node of automata (`perfect`) or of a plan (`inner`), or one that gains."""
    game, x, kind = dynamic(f["game"]), f["claim"]["values"], f["claim"]["kind"]
    plan = automata(f, game) if kind != "inner" else lotteries(f["witness"], game)
    test_plan(game, plan, x, None if kind == "refused" else most)
    if kind == "inner":
        what = "payoffs of perfect public equilibria in pure actions with public randomisation"
        there = f"{plan.states.count(game.start)} boxes from {game.states[game.start]}"
        return f"{there} hold {what}, and so do their means, {game.told}{within(most)}"
    if kind == "perfect":
        how = "is a perfect equilibrium" if most == 0 else f"has no one-period gain above {say(most)}"
        return f"the profile {how} {game.told}, at all {len(plan.states)} nodes"
    n, i, a, who = deviation(f["witness"]["deviation"], game, plan)
    worth, units = period_at(game, plan, n, x, "lower")
    gain = Fraction(worth[i][a], units[i]) - Fraction(x["upper"][n][i], x["den"])
    fail(gain <= most, f"{who}: gain {say(gain)} is not above {say(most)}")
    return f"the profile is no perfect equilibrium {game.told}: {who} gains at least {say(gain)}"


def deviation(x: list[int], game: SimpleNamespace, plan: SimpleNamespace) -> tuple[int, int, int, str]:
    """Read a node, a player and an action, and name them."""
    n, i, a = fit(x, 3)
    return n, i, a, f"node {n}, {game.players[i]}, {game.actions[plan.states[n]][i][a]}"


def bayesian(f: Any, most: Fraction) -> str:
    """Test that no type gains from one action at any node and any belief within bounds that Bayes' rule keeps to."""
    game, x, g, worth = dynamic(f["game"]), f["claim"]["values"], f["game"], {}
    plan, many = lotteries(f["profile"], game), [len(own) for own in g["types"]]
    deny(len(many) != 2 or not 0 < min(many) <= max(many) <= 4, "two players with one to four types each are needed")
    prior = [law(one, size)[1] for one, size in zip(g["prior"], many, strict=True)]
    afford(game, plan.states, max(many) ** 4)
    fail(plan.states[:1] != [game.start], "the first node of the plan is not in the first state")
    for k, m in product(*map(range, many)):
        # the game between these two types; who plays may be any of them, so values are bounded pair by pair
        one = SimpleNamespace(**{**vars(game), "pay": [[rows[k], rows[many[0] + m]] for rows in game.pay]})
        own = SimpleNamespace(**{**vars(plan), "mixes": [[mix[k], mix[many[0] + m]] for mix in plan.mixes]})
        worth[k, m] = test_plan(one, own, fit(x, *many)[k][m], None)
    for i, size in enumerate(reversed(many)):
        odds = fit(fit(f["witness"]["odds"], 2)[i], len(plan.states), size, size)
        fail(not keeps(prior[1 - i], odds[0]), f"{game.players[i]}: the prior is not within the odds of the first node")
        for n, s in enumerate(plan.states):
            where = f"node {n} ({game.states[s]}), {game.players[i]}"
            for (_, t, y), chance in likely(game, plan, n, i).items():
                for to, _ in plan.ahead[n, t, y]:
                    fail(not keeps(chance, odds[to], odds[n]), f"{where}: beliefs may leave the odds of node {to}")
            beliefs = corners(odds[n])
            fail(not beliefs, f"{where}: no belief keeps to the odds")
            for k in range(many[i]):
                against = [worth[(k, m) if i == 0 else (m, k)][n, i] for m in range(size)]
                unit = prod(each for _, each in against)
                for b in beliefs if prior[i][k] and k not in fit(g["committed"], 2)[i] else ():
                    share = [p * (unit // each) for p, (_, each) in zip(b, against, strict=True)]
                    gains = [dot(share, own) for own in zip(*(own for own, _ in against), strict=True)]
                    no_gain(gains, unit * sum(b), most, f"{where}, {g['types'][i][k]}", game.actions[s][i])
    what = f"is a perfect Bayesian equilibrium {game.told}{within(most)}"
    return f"the profile by type {what}, at all {len(plan.states)} nodes and all beliefs that histories lead to"


def likely(game: SimpleNamespace, plan: SimpleNamespace, n: int, i: int) -> Any:
    """How likely types of the other make an outcome, by own action of player i and outcome, all over one number."""
    s, others = plan.states[n], [mix for mix, j in zip(plan.mixes[n], game.owners, strict=True) if j != i]
    full, table = prod(den for den, _ in others), dict[Any, list[int]]()
    for row, acts in zip(game.laws[s][1], product(*map(range, game.sizes[s])), strict=True):
        for t, y, p in row:
            before = table.get((acts[i], t, y), [0] * len(others))
            more = zip(before, others, strict=True)
            table[acts[i], t, y] = [a + p * mix[acts[1 - i]] * (full // den) for a, (den, mix) in more]
    return table


def corners(box: Any) -> list[list[int]]:
    """Beliefs in any unit that keep to b_k d <= c b_m for every [c, d] = box[k][m]; all corners are among them.

    At a corner types of belief 0 set aside, bounds that hold with equality link all the others. So in some order
    every type has belief 0 or is at a bound with one before it.
    """
    found = set()
    for first, *order in permutations(range(len(box))):
        some = [{first: Fraction(1)}]
        for k in order:
            ends = [(m, ratio) for m in some[0] for ratio in (box[k][m], box[m][k][::-1]) if ratio[1]]
            some = [{**b, k: v} for b in some for v in {ZERO, *(b[m] * Fraction(*ratio) for m, ratio in ends)}]
        found |= {tuple(b[k] for k in sorted(b)) for b in some}
    return [[int(v * lcm(*(w.denominator for w in b))) for v in b] for b in found if keeps(b, box)]


def keeps(b: Any, box: Any, old: Any = None) -> bool:
    """Whether b_k d <= c b_m for every [c, d] = box[k][m]; or any belief that keeps to `old`, multiplied by b, does."""
    cells = [(k, m, c, d, *(old[k][m] if old else (1, 1))) for k, row in enumerate(box) for m, (c, d) in enumerate(row)]
    return all(c + d > 0 and b[k] * up * d <= b[m] * low * c for k, m, c, d, up, low in cells)


def balanced(game: SimpleNamespace, x: Any, s: int, a: int, h: list[int], row: Any, at: Any) -> list[Fraction]:
    """Test that the multipliers of a row balance at every outcome; return its bound on each of the given levels."""
    unit, dirs, scale = x["directions"]["den"], x["directions"]["num"], x["multipliers"]
    (full, laws), sizes, pay = game.laws[s], game.sizes[s], game.pay[s]
    now = scale * dot(h, [own[a] for own in pay])
    # what is left at an outcome, by player, of p h + mu (p - p') e - lambda h
    rest = {o: [0] * len(h) for o in game.support[s]} | {(t, y): [scale * p * c for c in h] for t, y, p in laws[a]}
    for i, b, m in row["mu"]:
        step = prod(sizes[i + 1 :])
        other = a + (b - a // step % sizes[i]) * step
        deny(b >= sizes[i], "an action of row.mu is unknown")
        now += m * unit * (pay[i][a] - pay[i][other])
        for k, sign in ((a, 1), (other, -1)):
            for t, y, p in laws[k]:
                rest[t, y][i] += sign * m * unit * p
    weights = [[0] * len(own) for own in dirs]
    for ((t, _), left), parts in zip(rest.items(), row["lambda"], strict=True):
        for k, m in parts:
            weights[t][k] += m
            for i, c in enumerate(dirs[t][k]):
                left[i] -= m * c
        fail(any(left), f"row {row['at']}: multipliers do not balance at an outcome in {game.states[t]}")
    later = [sum(map(dot, weights, levels)) for levels in at]
    payoff, den = (game.d - game.n) * now * full * x["den"], game.d * unit * game.den * scale * full * x["den"]
    return [Fraction(payoff + game.n * unit * game.den * v, den) for v in later]


def outer(f: Any) -> str:
    """Test levels that the payoffs of no pure perfect public equilibrium exceed."""
    game, x, claim = dynamic(f["game"]), f["witness"], f["claim"]
    dirs, unit, den, many = x["directions"]["num"], x["directions"]["den"], x["den"], len(game.players)
    cells = [(s, k) for s, own in enumerate(fit(dirs, len(game.states))) for k in range(len(own))]
    afford(game, [s for s, _ in cells])

    def leveled(given: Any) -> Any:
        return [fit(row, len(own)) for row, own in zip(given, dirs, strict=True)]

    levels, left = leveled(x["levels"]), [set(range(count(sizes))) for sizes in game.sizes]
    columns = [column for pay in game.pay for column in zip(*pay, strict=True)]
    for s, k in cells:
        top = max(dot(dirs[s][k], column) for column in columns)
        fail(levels[s][k] * unit * game.den < top * den, f"first level {[s, k]} is below a payoff of the game")
    for j, step in enumerate(x["steps"]):
        where, rows = f"step {j}", {tuple(row["at"]): row for row in step["rows"]}
        fail(len(rows) < len(step["rows"]), f"{where} has two rows at one place")
        if "y" not in step:
            for (s, a), row in rows.items():
                bound = balanced(game, x, s, a, [0] * many, row, [levels])[0]
                fail(bound >= 0, f"{where}: the bound of row {[s, a]} is not negative")
                left[s].discard(a)
            continue
        jump, y, w = "w" in step, leveled(step["y"]), leveled(step.get("w", levels))
        good = not jump or all(levels[s][k] <= w[s][k] >= y[s][k] for s, k in cells)
        fail(not good, f"{where}: y <= w and w >= level do not hold everywhere")
        wanted = {(s, k, a) for s, k in cells if jump or y[s][k] < levels[s][k] for a in left[s]}
        fail(set(rows) != wanted, f"{where} needs one row for each state, direction and profile that is left")
        for (s, k, a), row in rows.items():
            bounds = balanced(game, x, s, a, dirs[s][k], row, [y, w] if jump else [levels])
            good = bounds[0] * den <= y[s][k] and (not jump or bounds[1] * den < w[s][k])
            fail(not good, f"{where}: row {[s, k, a]} is not at most y, or in a jump not below w on w")
        levels = [[min(pair) for pair in zip(*both, strict=True)] for both in zip(levels, y, strict=True)]
    empty, start, what = not left[game.start], game.states[game.start], "perfect public equilibrium in pure actions"
    if claim["concludes"] == "set":
        claimed, full = leveled(claim["levels"]["num"]), claim["levels"]["den"]
        bad = [[s, k] for s, k in cells if left[s] and levels[s][k] * full > claimed[s][k] * den]
        fail(bad, f"more than the claimed level is left at [state, direction] {bad[:1]}")
        return f"no {what} has payoffs beyond the claimed levels {game.told}"
    if claim["concludes"] in ("none", "unplayed"):
        some = claim["concludes"] == "unplayed"
        fail(claim["profile"] in left[game.start] if some else not empty, f"profiles are left at {start}")
        which = f" that plays profile {claim['profile']} there" if some else ""
        return f"there is no {what} from {start}{which} {game.told}"
    deny(claim["concludes"] != "outside", "claim.concludes is not 'set', 'none', 'unplayed' or 'outside'")
    full, point = claim["point"]["den"], fit(claim["point"]["num"], many)
    pairs = zip(dirs[game.start], levels[game.start], strict=True)
    beyond = [h for h, level in pairs if dot(h, point) * den > level * unit * full]
    fail(not empty and not beyond, f"the point is within all levels at {start}")
    return f"no {what} from {start} has payoffs ({', '.join(say(Fraction(v, full)) for v in point)}) {game.told}"


def zero_sum(f: Any) -> str:
    """Test that both players guarantee what is claimed in every state."""
    game, x, many = dynamic(f["game"]), f["claim"]["values"], len(f["game"]["states"])
    sums = [sum(column) for pay in game.pay for column in zip(*pay, strict=True)]
    deny(len(game.players) != 2 or any(sums), "payoffs of two players that sum to zero are needed")
    afford(game, list(range(many)))
    # against player 0's mixture the other one gets at most -L, against player 1's player 0 at most U
    top = [[up, -low] for low, up in zip(x["lower"], fit(x["upper"], many), strict=True)]
    for s in range(many):
        mixes = [law({**own, "num": fit(own["num"], many)[s]}, game.sizes[s][i]) for i, own in enumerate(f["profile"])]
        worth, units = one_period(game, s, mixes, {(t, y): top[t] for t, y in game.support[s]}, x["den"])
        for i, own in enumerate(worth):
            gains, where = [w - top[s][i] * units[i] for w in own], f"{game.states[s]}, {game.players[i]}"
            no_gain(gains, units[i] * x["den"], ZERO, where, game.actions[s][i])
    return f"the values of the zero-sum game are as claimed in all {many} states"


def sequential(f: Any, most: Fraction) -> str:
    """Test that behaviour in a tree is best at every information set under beliefs from vanishing trembles."""
    g, nodes, sets, x = f["game"], f["game"]["nodes"], f["game"]["sets"], f["witness"]
    deny(len(nodes) * len(g["players"]) > WORK, f"checking it would take more than {WORK} steps")
    for one, own, orders, weights in zip(sets, f["profile"], x["orders"], x["weights"], strict=True):
        law(own, len(one["actions"]))
        deny(("law" in one) == ("player" in one), f"{one['label']} is moved by a player or by chance")
        fail(one.get("law", own) != own, f"{one['label']}: the profile changes the law of chance")
        for p, order, w in zip(own["num"], orders, weights["num"], strict=True):
            good = (p > 0) == (order == 0) and (not p or p * weights["den"] == w * own["den"])
            fail(not good, f"{one['label']}: played actions have order 0 and their weight, others a higher order")
    # order and weight of every node, and per player the last set and action on the way to it
    reach: dict[int, Any] = {0: (0, Fraction(1), {})}
    members, worth = [list[int]() for _ in sets], dict[int, list[Any]]()
    for n, node in enumerate(nodes):
        deny(n not in reach or ("payoffs" in node) == ("set" in node), f"node {n} has no parent before it or two kinds")
        if "set" in node:
            h = node["set"]
            members[h].append(n)
            for a, c in enumerate(fit(node["children"], len(sets[h]["actions"]))):
                deny(c in reach, f"node {c} has two parents")
                order, weight = x["orders"][h][a], Fraction(x["weights"][h]["num"][a], x["weights"][h]["den"])
                reach[c] = reach[n][0] + order, reach[n][1] * weight, {**reach[n][2], sets[h].get("player"): (h, a)}
    for n in sorted(reach, reverse=True):
        worth[n] = [Fraction(v, g["den"]) for v in nodes[n].get("payoffs", ())]
        if "set" in nodes[n]:
            own, after = f["profile"][nodes[n]["set"]], [worth[c] for c in nodes[n]["children"]]
            worth[n] = [dot(own["num"], values) / own["den"] for values in zip(*after, strict=True)]
        fit(worth[n], len(g["players"]))
    for h, one in enumerate(sets):
        # chance moves as it does; a player has moved in the same way wherever it cannot tell nodes apart
        i, before = one.get("player"), [reach[n][2].get(one.get("player")) for n in members[h]]
        deny(not before or (i is not None and any(way != before[0] for way in before)), f"no node, or recall, at {h}")
        if i is not None:
            least = min(reach[n][0] for n in members[h])
            beliefs = [(n, reach[n][1]) for n in members[h] if reach[n][0] == least]
            total, acts = sum(w for _, w in beliefs), range(len(one["actions"]))
            after = [sum(w * worth[nodes[n]["children"][a]][i] for n, w in beliefs) / total for a in acts]
            value = dot(f["profile"][h]["num"], after) / f["profile"][h]["den"]
            no_gain([w - value for w in after], 1, most, f"{g['players'][i]} at {one['label']}", one["actions"])
    return f"the assessment is a sequential equilibrium at all information sets{within(most)}"


# ---- polynomials in the discount factor ------------------------------------------------------------------------------


class Poly:
    """Polynomial with integer coefficients, the constant first."""

    def __init__(self, *c: int) -> None:
        self.c = list(c[: max((k for k, v in enumerate(c, 1) if v), default=0)])

    def __add__(self, other: Any) -> Poly:
        more = other.c if isinstance(other, Poly) else [other]
        return Poly(*(a + b for a, b in zip_longest(self.c, more, fillvalue=0)))

    def __mul__(self, other: Any) -> Poly:
        by = other.c if isinstance(other, Poly) else [other]
        return sum((Poly(*[0] * j, *(a * b for b in self.c)) for j, a in enumerate(by)), Poly())

    __radd__, __rmul__ = __add__, __mul__

    def between(self, low: Fraction, high: Fraction) -> list[int]:
        """Coefficients of (1 + x)^n P((low + high x) / (1 + x)), times a positive number; n is the degree of P.

        As x goes from 0 to infinity the argument goes from low to high. So P has no positive value between them where
        no coefficient is positive; the first and the last coefficient have the signs of P at the two ends.
        """
        a, b = low.numerator * high.denominator, high.numerator * low.denominator
        total, power, den = Poly(), Poly(1), low.denominator * high.denominator
        for c in reversed(self.c):
            total, power = total * Poly(a, b) + power * c, power * Poly(den, den)
        return total.c + [0] * (len(self.c) - len(total.c))


def threshold(f: Any) -> str:
    """Test where in [0, 1) a profile of automata is perfect and where it is not."""
    game, pieces, x = dynamic(f["game"]), f["claim"]["pieces"], f["witness"]
    at = [Fraction(v, f["claim"]["points"]["den"]) for v in fit(f["claim"]["points"]["num"], len(pieces) + 1)]
    deny(not pieces or at != sorted(at) or [at[0], at[-1]] != [0, 1] or at[-2] == 1, "points do not rise from 0 to 1")
    plan, det, value = automata(f, game), Poly(*x["determinant"]), [[Poly(*p) for p in row] for row in x["numerators"]]
    long = max(len(p.c) for p in [det, *(p for row in fit(value, len(plan.states), len(game.players)) for p in row)])
    deny(long > LONGEST or f["claim"]["points"]["den"] > FINEST, "its polynomials or points are too long")
    afford(game, plan.states, long)
    gains: dict[tuple[int, int, int], Poly] = {}
    for n, s in enumerate(plan.states):
        after = {(t, y): value[plan.ahead[n, t, y][0][0]] for t, y in game.support[s]}
        worth, units = one_period(game, s, plan.mixes[n], after, det)
        for i, (full, mix) in enumerate(plan.mixes[n]):
            rest, who = dot(mix, worth[i]) + value[n][i] * (-full * units[i]), f"node {n}, {game.players[i]}"
            fail(rest.c, f"{who}: the value is not numerator over determinant")
            gains |= {(n, i, a): w + value[n][i] * -units[i] for a, w in enumerate(worth[i])}
    distinct = {tuple(g.c): (key, g) for key, g in gains.items()}
    deny(len(distinct) * len(pieces) * long**2 > WORK / 10, f"checking it would take more than {WORK} steps")
    told = [f"{kind} from {say(a)} to {say(b)}" for kind, (a, b) in zip(pieces, pairwise(at), strict=True)]
    for j, (low, high) in enumerate(pairwise(at)):
        signs = det.between(low, high) or [0]
        good = pieces[j] == "gap" or (min(signs) >= 0 < signs[0] and (high == 1 or signs[-1] > 0))
        fail(not good, f"{told[j]}: the determinant is not shown to be positive")
        if pieces[j] == "holds":
            for key, g in distinct.values():
                bad = max(g.between(low, high), default=0) > 0
                fail(bad, f"{told[j]}: {deviation([*key], game, plan)[3]} is not shown to gain nothing")
        elif pieces[j] == "fails":
            n, i, act, who = deviation(fit(x["constraints"], len(pieces))[j], game, plan)
            signs = gains[n, i, act].between(low, high)
            left, right = pieces[j - 1 : j] == ["holds"], high == 1 or pieces[j + 1] == "holds"
            good = any(signs) and min(signs) >= 0 and (left or signs[0] > 0) and (right or signs[-1] > 0)
            fail(not good, f"{told[j]}: {who} is not shown to gain throughout")
        deny(pieces[j] not in ("holds", "fails", "gap"), "claim.pieces has a piece of another kind")
    return f"whether the profile is perfect, by discount factor below 1: {', '.join(told)}"


def bracket(f: Any) -> str:
    """Test one proof that holds and one that fails, of games that differ in discount or laws only."""
    holds, fails, odds = f["witness"]["holds"], f["witness"]["fails"], []
    told = [check(holds, ("perfect", "inner")), check(fails, ("refused", "outer"))]
    if fails["claim"].get("concludes") == "unplayed":
        game = dynamic(holds["game"])
        wanted = (game.start, *list(product(*map(range, game.sizes[game.start])))[fails["claim"]["profile"]])
        played = [(node["state"], *node["actions"]) for node in holds["witness"].get("plan", ())]
        fail(wanted not in played, "no node at the start plays the profile that is not played in the other game")
    for one in (holds, fails):
        wrong = one["claim"].get("epsilon", {"num": 0})["num"] or one["claim"].get("concludes") == "set"
        deny(wrong, "a bracket needs an epsilon of 0, and no outer set")
        rows = [(s, k, d, row) for s, (d, here) in enumerate(dynamic(one["game"]).laws) for k, row in enumerate(here)]
        odds.append({(s, k, t, y): Fraction(n, full) for s, k, full, row in rows for t, y, n in row})
    deny(fails.get("profile", holds.get("profile")) != holds.get("profile"), "the proofs differ in their profiles")
    rest = [{**one["game"], "discount": 0, "laws": 0} for one in (holds, fails)]
    deny(rest[0] != rest[1], "the games differ in more than discount and laws")
    differ = sorted(key for key in {**odds[0], **odds[1]} if odds[0].get(key) != odds[1].get(key))
    deny(holds["game"]["discount"] == fails["game"]["discount"] and not differ, "the games do not differ")
    for key in differ[:1]:
        chances = " and ".join(say(found.get(key, ZERO)) for found in odds)
        told[0] += f"; with chances {chances} of [state, profile, next state, signal] {list(key)}"
    return f"{told[0]}; but {told[1]}"


# ---- one file --------------------------------------------------------------------------------------------------------


def over(part: Any) -> dict[str, Any]:
    """Shape of integers over a denominator."""
    return {"den": POS, "num": part}


LAW, EPSILON = over([NAT]), {"epsilon": over(NAT)}
LEVELS, BOUNDS = [[INT]], {"den": POS, "lower": [[INT]], "upper": [[INT]]}
STAGE = {"kind": "stage", "players": [str], "actions": [[str]], "payoffs": over([[INT]])}
LISTS = {"players": [str], "states": [str], "actions": [[[str]]], "signals": [[str]], "laws": [over([[[3, NAT]]])]}
TIMELESS = {"kind": "dynamic", "start": NAT, "payoffs": over([[[INT]]]), **LISTS}
GAME = {**TIMELESS, "discount": over(NAT)}
SETS = [{"label": str, "actions": [str], "player?": NAT, "law?": over([POS])}]
NODES = [{"set?": NAT, "children?": [NAT], "payoffs?": [INT]}]
TREE = {"kind": "tree", "players": [str], "den": POS, "sets": SETS, "nodes": NODES}
AUTOMATA = [{"states": [str], "initial": NAT, "law": over([[[NAT]]]), "next": [[[NAT]]]}]
PLAN = {"plan": [{"state": NAT, "actions": [NAT], "next": [[[2, NAT]]]}], "weights": POS}
BY_TYPE = {"plan": [{"state": NAT, "actions": [LAW], "next": [[[2, NAT]]]}], "weights": POS}
TYPED = {**GAME, "types": [[str]], "prior": [LAW], "committed": [[NAT]]}
STEPS = [{"rows": [{"at": [NAT], "mu": [[3, NAT]], "lambda": [[[2, NAT]]]}], "y?": LEVELS, "w?": LEVELS}]
OUTER = {"directions": over([[[INT]]]), "multipliers": POS, "den": POS, "levels": LEVELS, "steps": STEPS}
POLYNOMIALS = {"nodes": [[NAT]], "determinant": [INT], "numerators": [[[INT]]], "constraints": [[NAT]]}
CONCLUDES = {"concludes": str, "levels?": over(LEVELS), "point?": over([INT]), "profile?": NAT}
# per kind of claim: its test, and the shapes of claim, game, profile and witness, where it has them
KINDS: dict[str, tuple[Any, Any, Any, Any, Any]] = {
    "nash": (one_shot, EPSILON, STAGE, [LAW], {}),
    "correlated": (one_shot, EPSILON, STAGE, LAW, {}),
    "perfect": (in_time, {**EPSILON, "values": BOUNDS}, GAME, AUTOMATA, {"nodes": [[NAT]]}),
    "refused": (in_time, {**EPSILON, "values": BOUNDS}, GAME, AUTOMATA, {"nodes": [[NAT]], "deviation": [NAT]}),
    "inner": (in_time, {**EPSILON, "values": BOUNDS}, GAME, None, PLAN),
    "bayesian": (bayesian, {**EPSILON, "values": [[BOUNDS]]}, TYPED, BY_TYPE, {"odds": [[[[[2, NAT]]]]]}),
    "outer": (outer, CONCLUDES, GAME, None, OUTER),
    "zero_sum": (zero_sum, {"values": {"den": POS, "lower": [INT], "upper": [INT]}}, GAME, [over([[NAT]])], {}),
    "sequential": (sequential, EPSILON, TREE, [LAW], {"orders": [[NAT]], "weights": [over([POS])]}),
    "threshold": (threshold, {"points": over([INT]), "pieces": [str]}, TIMELESS, AUTOMATA, POLYNOMIALS),
    "bracket": (bracket, {}, None, None, {"holds": ANY, "fails": ANY}),
}


def check(f: Any, allowed: Any = tuple(KINDS)) -> str:
    """Test a parsed file; return what it proves."""
    version = f.get("format", "not stated") if type(f) is dict else "not stated"
    deny(version != FORMAT, f"its format is {version}, and this program checks {FORMAT}")
    kind: Any = f["claim"].get("kind") if type(f.get("claim")) is dict else None
    deny(type(kind) is not str or kind not in allowed, f"claim.kind is none of {', '.join(allowed)}")
    test, claim, game, profile, witness = KINDS[kind]
    shape = {"claim": {"kind": kind, **claim}, "game": game, "profile": profile, "witness": witness}
    need(f, {"format": FORMAT, "made_by?": [str], **{k: v for k, v in shape.items() if v is not None}}, "the file")
    most = [Fraction(x["num"], x["den"]) for x in [f["claim"].get("epsilon")] if x]
    return str(test(f, *most))


def within(most: Fraction) -> str:
    """Words for epsilon."""
    return "" if most == 0 else f" up to gains of {say(most)}"


def verdict(data: bytes) -> tuple[int, str]:
    """Exit code and one line of printable text for the bytes of a file."""
    try:
        code, text = 0, f"proved: {check(load(data))}."
    except Fails as fault:
        code, text = 1, f"refused: {fault}"
    except Exception as fault:  # also what is no JSON, an index or a length that does not fit, too deep, too large
        code, text = 2, f"no proof: {'' if type(fault) is NoProof else type(fault).__name__ + ': '}{fault}"
    return code, "".join(c if c.isprintable() else "?" for c in text[:1000])


def report(name: str) -> int:
    """Check a file and print one line; return its exit code."""
    try:
        with open(name, "rb") as file:
            code, text = verdict(file.read(SIZE + 1))
    except OSError as fault:
        code, text = 2, f"no proof: it cannot be read ({fault.strerror})"
    print(f"{name}: {text}".encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))
    return code


def main(names: list[str]) -> int:
    """Check files; return the largest exit code."""
    return max(map(report, names), default=2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
