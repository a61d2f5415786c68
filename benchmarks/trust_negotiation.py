"""Negotiation held against code of its own: feasible sets, individual rationality, and who would leave what is agreed.

Run: python benchmarks/trust_negotiation.py [spaces] [seed] [minutes of processor time for the whole game]

Nothing of the room's arithmetic is used on the other side: feasibility and rules by linear programs, what refusing
gives by a recursion in plain words, and the best reply with exit by iterating a decision problem.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

import armsgame as ag
from armsgame import negotiation as neg

FAULTS: Counter[str] = Counter()
PLAYERS = (
    neg.boulware(),
    neg.linear(),
    neg.conceder(),
    neg.reciprocal(),
    neg.relative_tit_for_tat(),
    neg.averaged_tit_for_tat(),
    neg.hardliner(),
    neg.sincere(),
    neg.pretext_seeker(),
    neg.random_negotiator(),
)


def given(pay: Any, holds: Any, disagreement: Any, away: Any) -> neg.TermValues:
    """Bundles with utilities that are given."""
    count = len(pay)
    space = neg.Terms([neg.Term("bundle", tuple(range(count)), parameter="notice_days")])
    return neg.TermValues(
        terms=space, bundles=space.bundles(), values=pay, self_enforcing=holds, selected=np.where(holds, 0, -1),
        gains=np.where(holds, 0.0, 1.0), binding=("",) * count, classes=("given",), disagreement=disagreement,
        walk_away=away, parties=("A", "B"), discount=0.9,
    )  # fmt: skip


def best_in_hull(points: Any, goal: Any, floor: Any) -> float | None:
    """Largest goal . v over the hull of points above a floor, by a linear program."""
    found = linprog(-(points @ goal), A_ub=-points.T, b_ub=-np.asarray(floor), A_eq=np.ones((1, len(points))), b_eq=[1])
    return None if found.status else -float(found.fun)


def in_hull(points: Any, point: Any) -> bool:
    rows = np.vstack([points.T, np.ones(len(points))])
    slack = np.full(3, 1e-7)
    found = linprog(np.zeros(len(points)), A_ub=np.vstack([rows, -rows]),
                    b_ub=np.concatenate([np.append(point, 1) + slack, slack - np.append(point, 1)]))  # fmt: skip
    return bool(found.status == 0)


def refusing(protocol: Any, away: Any, t: int) -> list[float]:
    """What both have if nothing is agreed from round t on and nobody stays who had better walk away."""
    r = 1 - (protocol.first + t) % 2
    if t == protocol.rounds - 1:
        worth = [0.0, 0.0] if protocol.at_deadline == "disagreement" else list(away)
    else:
        later, risk = refusing(protocol, away, t + 1), protocol.breakdown
        worth = [(1 - risk) * d * x + risk * a for d, x, a in zip(protocol.discounts, later, away, strict=True)]
    return list(away) if protocol.outside and away[r] > worth[r] else worth


def secured(protocol: Any, away: Any, t: int, i: int) -> float:
    """What party i can secure by refusing in round t and later, whatever the other does."""
    r = 1 - (protocol.first + t) % 2
    if t == protocol.rounds - 1:
        worth = 0.0 if protocol.at_deadline == "disagreement" else away[i]
    else:
        later = secured(protocol, away, t + 1, i)
        worth = (1 - protocol.breakdown) * protocol.discounts[i] * later + protocol.breakdown * away[i]
    return worth if not protocol.outside else max(worth, away[i]) if i == r else min(worth, away[i])


def told(kind: str, wrong: bool, detail: str = "") -> None:
    FAULTS[kind] += bool(wrong)
    if wrong and FAULTS[kind] <= 3:
        print(f"FAULT {kind}: {detail}")


def one_space(rng: Any) -> None:
    """Rules, offers, lots and sessions on one random space."""
    count = int(rng.integers(2, 8))
    pay = rng.integers(-4, 9, size=(count, 2)) / 4
    holds = rng.random(count) < 0.8
    holds[int(rng.integers(count))] = True
    base = rng.integers(-3, 4, size=2) / 4
    away = base + rng.integers(-4, 3, size=2) / 4
    values = given(pay, holds, base, away)
    points, gains, left = pay[holds], pay - base, away - base
    bargain = neg.negotiate_terms(values)
    feasible = best_in_hull(points - base, np.ones(2), np.zeros(2))
    gainful = feasible is not None and feasible > 1e-9
    told("lots and rules disagree on whether anything can be gained", bool(bargain.deals) != gainful, str(pay))
    for deal in bargain.deals:
        told("a rule leaves the feasible set", deal.bundle >= 0 and not holds[deal.bundle])
        told("a rule below refusal", (deal.payoff < base - 1e-9).any() or (deal.lottery_payoff < base - 1e-9).any())
        told("lots outside the hull", not in_hull(points, deal.lottery_payoff), str(deal))
        top = best_in_hull(points, np.ones(2), deal.lottery_payoff - 1e-9)
        told("lots not on the frontier", top is not None and top > deal.lottery_payoff.sum() + 1e-6, str(deal))
        mean = sum(p * pay[n] for p, n in deal.lottery)
        told("a lottery that does not deliver", np.abs(mean - deal.lottery_payoff).max() > 1e-7)
        told("a lottery over what nobody keeps", any(not holds[n] for _, n in deal.lottery))
    rounds = int(rng.integers(1, 6))
    protocol = neg.AlternatingOffers(
        tuple(rng.choice([0.6, 0.9, 1.0], 2)), rounds=rounds, first=int(rng.integers(2)),
        breakdown=float(rng.choice([0.0, 0.2])), outside=bool(rng.integers(2)),
        at_deadline=str(rng.choice(["disagreement", "walk away"])),
    )  # fmt: skip
    for lots in (False, True):
        found = neg.alternating_offers(values, protocol, lotteries=lots)[0]
        told("an equilibrium without certificate", not found.certificate.ok, str(found.certificate))
        if found.round >= 0:
            told("offers leave the feasible set", any(not holds[n] for _, n in found.lottery))
            told("offers outside the hull", not in_hull(points - base, found.gains))
            short = [found.gains[i] < secured(protocol, left, found.round, i) - 1e-7 for i in (0, 1)]
            told("an individually irrational equilibrium", any(short), str(found))
    run = neg.negotiate_sessions(values, protocol, PLAYERS, PLAYERS, sessions=120, rng=int(rng.integers(1 << 30)))
    for n, t, pair in zip(run.bundle.tolist(), run.round.tolist(), run.pair.tolist(), strict=True):
        if n < 0:
            continue
        who = [PLAYERS[k].name for k in pair]
        told("a session agrees on what nobody keeps", not holds[n], str(who))
        for i in (0, 1):
            told("an individually irrational session", gains[n, i] < refusing(protocol, left, t)[i] - 1e-9, str(who))


def random_treaty(rng: Any) -> ag.Treaty:
    spans = {
        "detection": (0.02, 0.9), "false_alarm": (0.001, 0.1), "temptation": (1.0, 2.0), "outside_option": (-0.2, 0.9),
        "verification_cost": (0.0, 0.1), "audience_cost": (0, 5), "status_cost": (0, 3), "pass_violating": (0.2, 1),
    }  # fmt: skip
    return ag.Treaty().replace(
        **{n: {p: float(rng.uniform(*s)) for p in ("US", "Russia")} for n, s in spans.items()},
        notice_days=float(rng.choice([0, 91, 182, 364])),
    )


def kept_alone(treaty: ag.Treaty, name: str, delta: float) -> float:
    """Most that any plan with exit gains on a reaction to alarms in conduct alone, over parties and states."""
    worst = -np.inf
    for i in (0, 1):
        own, other = treaty.parameters[i], treaty.parameters[1 - i]
        away = own.punishment + own.outside_option
        if name == "leave":
            states, following = 1, [0]
        elif name == "grim":
            states, following = 2, [0, 1]
        else:
            states = 1 + int(name[8:-1])
            following = [(k + 1) % states for k in range(states)]
        pays = {0: (own.reward, own.temptation), 1: (own.sucker, own.punishment)}
        rates = [1 - (1 - p) * (1 - other.false_alarm) for p in (own.false_alarm, own.detection)]
        rule, best = np.full(states, away), np.full(states, away)
        for _ in range(int(np.ceil(-30 / np.log(delta)))):
            out = []
            for value in (rule, best):
                each = np.empty((states, 2))
                for s, c in product(range(states), (0, 1)):
                    on_alarm = away if name == "leave" else value[1]
                    ahead = rates[c] * on_alarm + (1 - rates[c]) * value[0] if s == 0 else value[following[s]]
                    each[s, c] = (1 - delta) * (pays[min(s, 1)][c] - own.verification_cost) + delta * ahead
                out.append(each)
            rule = np.array([out[0][s, 0 if s == 0 else 1] for s in range(states)])
            best = np.maximum(out[1].max(axis=1), away)
        worst = max(worst, float((best - rule).max()))
    return worst


def kept_in_whole(treaty: ag.Treaty, profile: Any, delta: float) -> float:
    """Most that any plan gains on a profile of the whole game at the start; the game's own moves, notice included."""
    game = treaty.game()
    plans = [p.on(game, i) for i, p in enumerate(profile)]
    worst = -np.inf
    count, phases = len(game.states), [len(p.states) for p in plans]
    pairs = list(product(range(count), *map(range, phases)))
    place = {z: n for n, z in enumerate(pairs)}
    for i in (0, 1):
        own = plans[i]
        rows, rule = [], []
        for s, a, b in pairs:
            mine, theirs = (a, b) if i == 0 else (b, a)
            label, stage, law = game.states[s], game.stages[s], game.transitions[s]
            other = int(np.argmax(plans[1 - i].law(label)[theirs]))
            cut = (slice(None), other) if i == 0 else (other, slice(None))
            ahead = [place[t, int(plans[0].next[a, s, t]), int(plans[1].next[b, s, t])] for t in range(count)]
            rows.append((stage.payoffs[i][cut], law[cut], ahead))
            rule.append(int(np.argmax(own.law(label)[mine])))
        value, best = np.zeros(len(pairs)), np.zeros(len(pairs))
        for _ in range(int(np.ceil(-25 / np.log(delta)))):
            value = np.array(
                [(1 - delta) * p[k] + delta * q[k] @ value[n] for (p, q, n), k in zip(rows, rule, strict=True)]
            )
            best = np.array([((1 - delta) * p + delta * q @ best[n]).max() for p, q, n in rows])
        start = place[(game.states.index(game.initial) if isinstance(game.initial, str) else int(game.initial), 0, 0)]
        worst = max(worst, float(best[start] - value[start]))
    return worst


def one_treaty(rng: Any, whole: bool) -> int:
    """Count the bundles of one random treaty that are agreed, after nobody was found who would leave them."""
    treaty, delta = random_treaty(rng), float(rng.choice([0.6, 0.8, 0.9]))
    space = neg.Terms(
        [neg.inspection_quota((0, 1, 3), cost=float(rng.uniform(0, 0.03))), neg.deployment_ceiling((0.0, 0.3))]
    )
    values = neg.value_of_terms(treaty, space, discount=delta, selection=neg.Policies() if whole else neg.OneStatus())
    agreed = 0
    for n, own in enumerate(space.treaties(treaty, values.bundles)):
        if not values.zone[n]:
            continue
        agreed += 1
        k = int(values.selected[n])
        gain = (
            kept_in_whole(own, neg.Policies().profiles[k], delta)
            if whole
            else kept_alone(own, values.classes[k], delta)
        )
        told("a bundle is agreed that a party would leave", gain > 1e-7, f"{values.label(n)} at {delta}: {gain}")
        for i, (mine, other) in enumerate(zip(own.parameters, own.parameters[::-1], strict=True)):
            unseen = (1 - mine.detection) * (1 - other.false_alarm)
            now = (1 - delta) * (mine.temptation - mine.verification_cost)
            out = (now + delta * (1 - unseen) * values.walk_away[i]) / (1 - delta * unseen)
            told(
                "breaking out pays more than a bundle that is agreed",
                max(out, values.walk_away[i]) > values.values[n, i] + 1e-7,
            )
    return agreed


def main() -> None:
    spaces = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng, start = np.random.default_rng(seed), time.perf_counter()
    for _ in range(spaces):
        one_space(rng)
    print(f"{spaces} spaces with given utilities: {sum(FAULTS.values())} faults, {time.perf_counter() - start:.0f} s")
    kept = sum(one_treaty(rng, whole=False) for _ in range(spaces))
    print(f"{spaces} treaties in conduct alone, {kept} bundles agreed: {sum(FAULTS.values())} faults in all")
    minutes = float(sys.argv[3]) if len(sys.argv) > 3 else 1.0
    few, kept, begun = 0, 0, time.process_time()
    while few == 0 or time.process_time() - begun < 60 * minutes:
        kept += one_treaty(rng, whole=True)
        few += 1
    print(f"{few} treaties in the whole game, {kept} bundles agreed: {sum(FAULTS.values())} faults in all")
    for kind, number in FAULTS.items():
        if number:
            print(f"  {number:6d} {kind}")


if __name__ == "__main__":
    main()
