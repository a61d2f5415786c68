"""Whether the claim of a proof file is true, by dense fractions: slow, and shares no code with the checker.

It reads no witness, but for assessments of trees, whose beliefs are claimed by the trembles in it.
"""

from fractions import Fraction as F
from itertools import product


def rat(x):
    return F(x["num"], x["den"])


def gauss(matrix, rights):
    """Solve by elimination for each column of the right sides."""
    rows = [[*row, *r] for row, r in zip(matrix, rights, strict=True)]
    n = len(rows)
    for c in range(n):
        p = next(r for r in range(c, n) if rows[r][c] != 0)
        rows[c], rows[p] = rows[p], rows[c]
        top = rows[c] = [v / rows[c][c] if v else v for v in rows[c]]
        for r in range(n):
            by = rows[r][c]
            if r != c and by:
                rows[r] = [a - by * b if b else a for a, b in zip(rows[r], top, strict=True)]
    return [[row[n + k] for row in rows] for k in range(len(rights[0]))]


class Game:
    def __init__(self, g, discount=None):
        self.d = rat(g["discount"]) if discount is None else discount
        self.players, self.start = range(len(g["players"])), g["start"]
        self.acts = [[range(len(own)) for own in here] for here in g["actions"]]
        self.profiles = [list(product(*here)) for here in self.acts]
        den = g["payoffs"]["den"]
        self.pay = [
            {a: [F(own[k], den) for own in pay] for k, a in enumerate(self.profiles[s])}
            for s, pay in enumerate(g["payoffs"]["num"])
        ]
        self.law = [
            {a: {(t, y): F(n, one["den"]) for t, y, n in one["num"][k]} for k, a in enumerate(self.profiles[s])}
            for s, one in enumerate(g["laws"])
        ]


def one_step(game, s, laws, ahead, player, action=None):
    """Payoff and law over next places, as {place: chance}, where one player may deviate."""
    pay, after = F(0), {}
    for a in game.profiles[s]:
        if action is not None and a[player] != action:
            continue
        weight = F(1)
        for j in game.players:
            if action is None or j != player:
                weight *= laws[j][a[j]]
        if weight:
            pay += weight * game.pay[s][a][player]
            for (t, y), p in game.law[s][a].items():
                for place, w in ahead(t, y).items():
                    after[place] = after.get(place, F(0)) + weight * p * w
    return pay, after


def plan_values(game, places, state, laws, ahead):
    """Values of all places by solving the system of each player."""
    at = {place: k for k, place in enumerate(places)}
    matrix, right = [], []
    for place in places:
        both = [one_step(game, state(place), laws(place), ahead(place), i) for i in game.players]
        row = [F(int(place == other)) for other in places]
        for other, p in both[0][1].items():
            row[at[other]] -= game.d * p
        matrix.append(row)
        right.append([(1 - game.d) * pay for pay, _ in both])
    return [dict(zip(places, own, strict=True)) for own in gauss(matrix, right)]


def gains(game, places, state, laws, ahead, values):
    for place in places:
        for i in game.players:
            for a in game.acts[state(place)][i]:
                if laws(place)[i][a] == 1:
                    continue
                pay, after = one_step(game, state(place), laws(place), ahead(place), i, a)
                worth = (1 - game.d) * pay + game.d * sum(p * values[i][other] for other, p in after.items())
                yield (place, i, a), worth - values[i][place]


def automata(f, game):
    profile = f["profile"]

    def laws(place):
        return [
            [F(v, m["law"]["den"]) for v in m["law"]["num"][q][place[0]]]
            for m, q in zip(profile, place[1:], strict=True)
        ]

    def ahead(place):
        return lambda t, y: {(t, *(m["next"][q][place[0]][y] for m, q in zip(profile, place[1:], strict=True))): F(1)}

    places = [(game.start, *(m["initial"] for m in profile))]
    for place in places:
        for t, y in sorted({o for law in game.law[place[0]].values() for o in law}):
            (more,) = ahead(place)(t, y)
            if more not in places:
                places.append(more)
    return places, lambda place: place[0], laws, ahead


def within(box, places, values):
    """Whether the values of all places lie in their boxes."""
    rows = zip(box["lower"], places, box["upper"], strict=True)
    return all(
        F(a, box["den"]) <= own[place] <= F(b, box["den"])
        for low, place, up in rows
        for a, own, b in zip(low, values, up, strict=True)
    )


def perfect(f):
    game = Game(f["game"])
    parts = automata(f, game)
    values = plan_values(game, *parts)
    good = "values" not in f["claim"] or within(f["claim"]["values"], parts[0], values)
    return good and all(g <= rat(f["claim"]["epsilon"]) for _, g in gains(game, *parts, values))


def refused(f):
    game = Game(f["game"])
    parts = automata(f, game)
    n, i, a = f["witness"]["deviation"]
    values = plan_values(game, *parts)
    found = dict(gains(game, *parts, values))
    within_claim = within(f["claim"]["values"], parts[0], values)
    return within_claim and found[parts[0][n], i, a] > rat(f["claim"]["epsilon"])


def inner(f):
    game, x = Game(f["game"]), f["witness"]
    plan, places = x["plan"], list(range(len(x["plan"])))

    def laws(n):
        return [
            [F(int(a == b)) for b in acts]
            for a, acts in zip(plan[n]["actions"], game.acts[plan[n]["state"]], strict=True)
        ]

    def ahead(n):
        outcomes = sorted({o for law in game.law[plan[n]["state"]].values() for o in law})
        table = {o: {} for o in outcomes}
        for o, lottery in zip(outcomes, plan[n]["next"], strict=True):
            for m, w in lottery:
                table[o][m] = table[o].get(m, F(0)) + F(w, x["weights"])
        return lambda t, y: table[t, y]

    parts = (places, lambda n: plan[n]["state"], laws, ahead)
    values = plan_values(game, *parts)
    good = within(f["claim"]["values"], places, values)
    return good and all(g <= rat(f["claim"]["epsilon"]) for _, g in gains(game, *parts, values))


def nash(f):
    g = f["game"]
    laws = [[F(v, own["den"]) for v in own["num"]] for own in f["profile"]]
    profiles = list(product(*(range(len(own)) for own in g["actions"])))
    for i, own in enumerate(g["payoffs"]["num"]):
        worth = [F(0)] * len(laws[i])
        for k, a in enumerate(profiles):
            weight = F(own[k], g["payoffs"]["den"])
            for j, law in enumerate(laws):
                weight *= 1 if j == i else law[a[j]]
            worth[a[i]] += weight
        value = sum(p * w for p, w in zip(laws[i], worth, strict=True))
        if max(worth) - value > rat(f["claim"]["epsilon"]):
            return False
    return True


def correlated(f):
    g = f["game"]
    profiles = list(product(*(range(len(own)) for own in g["actions"])))
    chance = {a: F(n, f["profile"]["den"]) for a, n in zip(profiles, f["profile"]["num"], strict=True)}
    for i, own in enumerate(g["payoffs"]["num"]):
        pay = {a: F(v, g["payoffs"]["den"]) for a, v in zip(profiles, own, strict=True)}
        total = F(0)
        for told in range(len(g["actions"][i])):
            here = [a for a in profiles if a[i] == told]
            total += max(
                sum(chance[a] * (pay[(*a[:i], b, *a[i + 1 :])] - pay[a]) for a in here)
                for b in range(len(g["actions"][i]))
            )
        if total > rat(f["claim"]["epsilon"]):
            return False
    return True


def zero_sum(f):
    """Against each mixture the other player's best stationary reply, over all of them."""
    game, x = Game(f["game"]), f["claim"]["values"]
    states = range(len(game.pay))
    mixes = [
        [[F(v, own["den"]) for v in own["num"][s]] for s in states]
        for own in f["profile"]
    ]  # fmt: skip
    for free, key, sign in ((1, "lower", 1), (0, "upper", -1)):
        bound = [F(v, x["den"]) for v in x[key]]
        for reply in product(*(game.acts[s][free] for s in states)):
            # value to player 0 of a fixed reply
            matrix, right = [], []
            for s in states:
                laws = [mixes[0][s], mixes[1][s]]
                laws[free] = [F(int(a == reply[s])) for a in game.acts[s][free]]
                pay, after = one_step(game, s, laws, lambda t, _: {t: F(1)}, 0)
                matrix.append([F(int(s == t)) - game.d * after.get(t, F(0)) for t in states])
                right.append([(1 - game.d) * pay])
            (value,) = gauss(matrix, right)
            if any(sign * v < sign * b for v, b in zip(value, bound, strict=True)):
                return False
    return True


def bracket(f):
    one, two = f["witness"]["holds"], f["witness"]["fails"]
    if two["claim"].get("concludes") == "unplayed":
        game = Game(one["game"])
        wanted = game.profiles[game.start][two["claim"]["profile"]]
        plan = one["witness"]["plan"]
        if not any(node["state"] == game.start and tuple(node["actions"]) == wanted for node in plan):
            return False
    return DECIDE[one["claim"]["kind"]](one) and DECIDE[two["claim"]["kind"]](two)


def equilibrium_profiles(game):
    """What some pure equilibria of a repeated game play for ever: Nash, and triggers where actions are seen."""
    if len(game.pay) > 1:
        return []
    pay = game.pay[0]
    seen = [tuple(law) for law in game.law[0].values()]
    perfect = all(len(outcomes) == 1 for outcomes in seen) and len(set(seen)) == len(seen)

    def gain(a, i):
        return max(pay[(*a[:i], b, *a[i + 1 :])][i] for b in game.acts[0][i]) - pay[a][i]

    still = [a for a in game.profiles[0] if all(gain(a, i) <= 0 for i in game.players)]
    found = list(still)
    for a in game.profiles[0] if perfect else ():
        for end in still:
            if all((1 - game.d) * gain(a, i) <= game.d * (pay[a][i] - pay[end][i]) for i in game.players):
                found.append(a)
    return found


def outer(f):
    """A refutation where one is known: an equilibrium payoff beyond a claimed level, or where the claim says none."""
    game, claim, x = Game(f["game"]), f["claim"], f["witness"]
    played = equilibrium_profiles(game)
    known = [game.pay[0][a] for a in played]
    if claim["concludes"] == "none":
        return not known
    if claim["concludes"] == "unplayed":
        return claim["profile"] not in [game.profiles[0].index(a) for a in played]
    if claim["concludes"] == "outside":
        return [F(v, claim["point"]["den"]) for v in claim["point"]["num"]] not in known
    dirs = x["directions"]
    return all(
        sum(F(c, dirs["den"]) * v for c, v in zip(h, u, strict=True)) <= F(level, claim["levels"]["den"])
        for u in known
        for h, level in zip(dirs["num"][0], claim["levels"]["num"][0], strict=True)
    )


def threshold(f):
    """At rational points of every piece, ends included."""
    points = [F(v, f["claim"]["points"]["den"]) for v in f["claim"]["points"]["num"]]
    zero = {"den": 1, "num": 0}
    for kind, a, b in zip(f["claim"]["pieces"], points, points[1:], strict=False):
        for at in {a, b, (a + b) / 2, (3 * a + b) / 4} if kind == "holds" else {(a + b) / 2, (99 * a + b) / 100}:
            if kind != "gap" and at < 1:
                game = f["game"] | {"discount": {"den": at.denominator, "num": at.numerator}}
                if perfect({"game": game, "profile": f["profile"], "claim": {"epsilon": zero}}) != (kind == "holds"):
                    return False
    return True


def bayesian(f, depth=6):
    """Values by pair of types, and every belief that Bayes' rule makes of the prior in a few periods, one at a time."""
    g, nodes, total = f["game"], f["profile"]["plan"], f["profile"]["weights"]
    many = [len(own) for own in g["types"]]
    places = list(range(len(nodes)))
    prior = [[F(v, law["den"]) for v in law["num"]] for law in g["prior"]]
    if nodes[0]["state"] != g["start"]:
        return False

    def mix(n, k):
        law = nodes[n]["actions"][k]
        return [F(v, law["den"]) for v in law["num"]]

    found, steps = {}, {}
    for k, m in product(range(many[0]), range(many[1])):
        rows = (k, many[0] + m)
        pay = {"den": g["payoffs"]["den"], "num": [[own[r] for r in rows] for own in g["payoffs"]["num"]]}
        game = Game(g | {"payoffs": pay})

        def ahead(n, game=game):
            outcomes = sorted({o for law in game.law[nodes[n]["state"]].values() for o in law})
            table = {o: {} for o in outcomes}
            for o, lottery in zip(outcomes, nodes[n]["next"], strict=True):
                for to, w in lottery:
                    table[o][to] = table[o].get(to, F(0)) + F(w, total)
            steps[n] = table
            return lambda t, y: table[t, y]

        parts = (places, lambda n: nodes[n]["state"], lambda n, rows=rows: [mix(n, r) for r in rows], ahead)
        values = plan_values(game, *parts)
        if not within(f["claim"]["values"][k][m], places, values):
            return False
        found[k, m] = dict(gains(game, *parts, values))
    law = game.law
    for i in (0, 1):
        kinds = range(many[1 - i])
        layer = {(0, tuple(prior[1 - i]))}
        for _ in range(depth):
            after = set()
            for n, belief in layer:
                state = nodes[n]["state"]
                for k in range(many[i]):
                    tested = prior[i][k] > 0 and k not in g["committed"][i]
                    for a in game.acts[state][i] if tested else ():
                        pairs = [found[(k, m) if i == 0 else (m, k)] for m in kinds]
                        gain = sum(b * own.get((n, i, a), F(0)) for b, own in zip(belief, pairs, strict=True))
                        if gain > rat(f["claim"]["epsilon"]):
                            return False
                for a, o in product(game.acts[state][i], steps[n]):
                    chance = [
                        sum(
                            p * law[state][(a, c) if i == 0 else (c, a)].get(o, F(0))
                            for c, p in enumerate(mix(n, (many[0] if i == 0 else 0) + m))
                        )
                        for m in kinds
                    ]
                    then = [b * c for b, c in zip(belief, chance, strict=True)]
                    if sum(then):
                        after |= {(to, tuple(v / sum(then) for v in then)) for to in steps[n][o]}
            layer = after
    return True


def sequential(f, tremble=F(1, 10**15)):
    """Best replies, but for what tiny trembles leave, under Bayes' rule where every move is made."""
    g, x = f["game"], f["witness"]
    mixes = [[F(p, law["den"]) for p in law["num"]] for law in f["profile"]]
    shaken = []
    for orders, weights in zip(x["orders"], x["weights"], strict=True):
        row = [F(w, weights["den"]) * tremble**o for w, o in zip(weights["num"], orders, strict=True)]
        shaken.append([p / sum(row) for p in row])
    reach, parents = {0: F(1)}, [n for n, node in enumerate(g["nodes"]) if "set" in node]
    for n in parents:
        for c, p in zip(g["nodes"][n]["children"], shaken[g["nodes"][n]["set"]], strict=True):
            reach[c] = reach[n] * p

    def value(n, i):
        node = g["nodes"][n]
        if "payoffs" in node:
            return F(node["payoffs"][i], g["den"])
        return sum(p * value(c, i) for p, c in zip(mixes[node["set"]], node["children"], strict=True) if p)

    spread = [v for node in g["nodes"] for v in node.get("payoffs", ())]
    slack = F(max(spread) - min(spread), g["den"]) / 10**9 + rat(f["claim"]["epsilon"])
    for h, one in enumerate(g["sets"]):
        if "player" in one:
            own = [n for n in parents if g["nodes"][n]["set"] == h]
            mass, i = sum(reach[n] for n in own), one["player"]
            after = [
                sum(reach[n] * value(g["nodes"][n]["children"][a], i) for n in own) / mass
                for a in range(len(one["actions"]))
            ]
            if max(after) > sum(p * w for p, w in zip(mixes[h], after, strict=True)) + slack:
                return False
        elif any(F(p, one["law"]["den"]) != q for p, q in zip(one["law"]["num"], mixes[h], strict=True)):
            return False
    return True


DECIDE = {
    "bayesian": bayesian, "sequential": sequential,
    "nash": nash, "correlated": correlated, "perfect": perfect, "refused": refused, "inner": inner, "outer": outer,
    "zero_sum": zero_sum, "threshold": threshold, "bracket": bracket,
}  # fmt: skip
