"""A treaty's game written again from `docs/theory/treaty.md`, with its policies, for numbers to be checked against.

A state is (kind, demander, left, flags), a profile two pairs (conduct, move), and a plan says what is played in a state
with a memory, and what the memory is after the next state. All of it is plain Python and numpy.
"""

from __future__ import annotations

from itertools import product
from math import ceil, exp

import numpy as np

CALM = (False, False)
START = ("in_force", None, 0, CALM)


class Hand:
    """The game for numbers of each party, and terms in days."""

    def __init__(self, parties, period, notice, deadline, rate, back):
        self.parties, self.period, self.deadline, self.rate, self.back = parties, period, deadline, rate, back
        self.decisions, self.wait = max(1, ceil(deadline / period - 1e-9)), ceil(notice / period - 1e-9)

    def met(self, left):
        """Chance that a demand that is yielded to is met in a period."""
        days = min(self.period, max(0.0, self.deadline - (self.decisions - left) * self.period))
        return 1 - exp(-self.rate * days)

    def grounds(self, state, i):
        return state[0] != "in_force" or state[3][1 - i]

    def moves(self, state, i):
        kind, demander, _, flags = state
        if kind == "in_force":
            more = ["silent", "notice"] + ["demand"] * flags[1 - i]
        elif kind == "demand" and demander == i:
            more = ["ignore", "accept", "back_down", "notice"]
        elif kind == "demand":
            return [*product(("comply", "deploy"), ("deny", "offer", "notice")), ("comply", "yield")]
        elif kind == "expired":
            more = ["back_down" if demander == i else "deny", "notice"]
        else:
            more = [""]
        return list(product(("comply", "deploy"), more))

    def kinds(self, state, acts):
        """What follows, before alarms are drawn: pairs of (kind, demander, left) and a chance."""
        kind, demander, left, _ = state
        said = [act[1] for act in acts]
        if "notice" in said:
            return {("notice", None, self.wait) if self.wait else ("withdrawn", None, 0): 1.0}
        if kind == "withdrawn":
            back = self.back if all(act[0] == "comply" for act in acts) else 0.0
            return {("in_force", None, 0): back, ("withdrawn", None, 0): 1 - back}
        if kind == "notice":
            return {("notice", None, left - 1) if left > 1 else ("withdrawn", None, 0): 1.0}
        if kind == "in_force" and "demand" in said:
            who = [i for i in (0, 1) if said[i] == "demand"]
            return {("demand", i, self.decisions): 1 / len(who) for i in who}
        if kind != "demand":
            return {("in_force", None, 0): 1.0}
        mine, theirs, target = said[demander], said[1 - demander], 1 - demander
        end = 0.0
        if mine == "back_down":
            end = 1.0
        elif theirs == "yield":
            end = self.met(left)
        elif (mine, theirs) == ("accept", "offer"):
            passed = "pass_compliant" if acts[target][0] == "comply" else "pass_violating"
            end = self.parties[target][passed]
        later = ("demand", demander, left - 1) if left > 1 else ("expired", demander, 0)
        return {("in_force", None, 0): end, later: 1 - end}

    def law(self, state, acts):
        alarm = [
            p["detection" if act[0] == "deploy" else "false_alarm"] for p, act in zip(self.parties, acts, strict=True)
        ]
        found = {}
        for ahead, chance in self.kinds(state, acts).items():
            # a treaty under notice or left is not watched, and one that comes back has no flags
            watched = ahead[0] in ("in_force", "demand", "expired") and state[0] != "withdrawn"
            for flags in product((False, True), repeat=2) if watched else [CALM]:
                drawn = np.prod([a if f else 1 - a for a, f in zip(alarm, flags, strict=True)]) if watched else 1.0
                found[(*ahead, flags)] = found.get((*ahead, flags), 0.0) + chance * drawn
        return {after: chance for after, chance in found.items() if chance > 0}

    def pay(self, state, acts, i):
        p, (mine, move), (theirs, reply) = self.parties[i], acts[i], acts[1 - i]
        words = {"comply comply": "reward", "comply deploy": "sucker", "deploy comply": "temptation"}
        paid = p[words.get(f"{mine} {theirs}", "punishment")]
        if state[0] == "withdrawn":
            return paid + p["outside_option"]
        paid += p["standing"] - p["concealment_cost"] * (mine == "deploy")
        paid -= p["verification_cost"] * (state[0] != "notice")
        paid -= p["audience_cost"] * (move == "back_down")
        if move == "yield" and reply not in ("back_down", "notice"):
            paid -= p["status_cost"] * self.met(state[2])
        if move == "notice":
            paid -= p["exit_cost_grounds" if self.grounds(state, i) else "exit_cost_unprovoked"]
        return paid - p["transparency_cost"] * (move == "offer" and reply == "accept")


def leaving(state, i):
    """Deploy for ever, and give notice wherever there are grounds."""
    if state[0] in ("notice", "withdrawn"):
        return ("deploy", "")
    return ("deploy", "notice" if state[0] != "in_force" or state[3][1 - i] else "silent")


class ExitOnAlarm:
    """Comply until a flag, a demand or a notice; then deploy for ever and leave with grounds."""

    memory = False

    def act(self, state, i, over):
        return leaving(state, i) if over or state[:1] + state[3:] != ("in_force", CALM) else ("comply", "silent")

    def after(self, over, _, state, __):
        return over or state[0] != "in_force" or any(state[3])


class Ladder:
    """Comply, demand after a flag about the other; leave once a demand fails, is cheated on, or is not made."""

    memory = False

    def __init__(self, reply, answer):
        self.reply, self.answer = reply, answer

    def act(self, state, i, over):
        kind, demander, _, flags = state
        if over or kind in ("expired", "notice", "withdrawn"):
            return leaving(state, i)
        if kind == "in_force":
            return ("comply", "demand" if flags[1 - i] else "silent")
        return ("comply", self.answer if demander == i else self.reply)

    def after(self, over, before, state, _):
        failed = state[0] in ("expired", "notice", "withdrawn")
        cheated = state[0] == "demand" and any(state[3])
        unmade = state[0] == "in_force" and before[0] == "in_force" and any(before[3])
        return over or failed or cheated or unmade


class Posture:
    """Comply or deploy, demand after a flag, deny or offer under a demand, and leave at its expiry."""

    memory = False

    def __init__(self, conduct, answer, reply, first, quiet, flagged):
        self.conduct, self.moves, self.first = conduct, (answer, reply), first
        self.quiet, self.flagged = quiet, flagged

    def act(self, state, i, later):
        kind, demander, _, flags = state
        if kind in ("notice", "withdrawn"):
            return ("deploy", "")
        if kind == "in_force":
            return (self.conduct, self.flagged if flags[1 - i] else self.quiet)
        if kind == "expired":
            return (self.conduct, "notice" if demander == i else "deny")
        said = self.moves if later or self.first is None else self.first
        return (self.conduct, said[0] if demander == i else said[1])

    def after(self, later, _, state, __):
        return later or state[0] != "demand"


LADDERS = {
    "exit_on_alarm": ExitOnAlarm(),
    "ladder_yield": Ladder("yield", "ignore"),
    "ladder_display": Ladder("offer", "accept"),
}


class Rule:
    """An automaton of the library on a game that shows moves, played by party i: what is public is put in its words."""

    def __init__(self, game, automaton, i):
        self.parties, self.rule, self.i, self.memory = game.players, automaton, i, automaton.initial
        self.acts = {name: stage.actions[i] for name, stage in zip(game.states, game.stages, strict=True)}
        self.place = {s: {outcome: z for z, outcome in enumerate(game.outcomes(s))} for s in game.states}

    def label(self, state):
        kind, demander, left, flags = state
        flag = dict(zip(product((False, True), repeat=2), ["none", *self.parties[::-1], "both"], strict=True))[flags]
        if kind in ("notice", "withdrawn"):
            return f"notice({left})" if kind == "notice" else kind
        asked = {"in_force": "", "expired": f"({self.parties[demander or 0]})"}
        return f"{kind}{asked.get(kind, f'({self.parties[demander or 0]}, {left})')}, {flag}"

    def chances(self, state, memory):
        name = self.label(state)
        found = zip(self.acts[name], self.rule.outputs[name][memory], strict=True)
        return {(*act.split(", "), "")[:2]: p for act, p in found if p > 0}

    def after(self, memory, before, state, acts):
        said = [act[1] or "no move" for act in acts]
        if set(said) == {"accept", "offer"}:
            said.append("pass" if state[0] == "in_force" else "fail")
        name = self.label(before)
        return int(self.rule.next[name][memory][self.place[name][" | ".join(said), self.label(state)]])


class Play:
    """A profile on a game from a start: on what it leads to, or on what any acts can lead to (`off` it)."""

    def __init__(self, hand, plans, start=START, *, off=False):
        self.hand = hand
        self.nodes = [(start, tuple(plan.memory for plan in plans))]
        place = {self.nodes[0]: 0}
        self.options, self.told = [], []
        for state, memory in self.nodes:
            one, two = (
                plan.chances(state, m) if hasattr(plan, "chances") else {plan.act(state, i, m): 1.0}
                for i, (plan, m) in enumerate(zip(plans, memory, strict=True))
            )
            told = {(a, b): p * q for (a, p), (b, q) in product(one.items(), two.items())}
            self.told.append(told)
            rows = {}
            for acts in product(hand.moves(state, 0), hand.moves(state, 1)) if off else told:
                row = {}
                for after, chance in hand.law(state, acts).items():
                    node = (after, tuple(p.after(m, state, after, acts) for p, m in zip(plans, memory, strict=True)))
                    if node not in place:
                        place[node] = len(self.nodes)
                        self.nodes.append(node)
                    row[place[node]] = row.get(place[node], 0.0) + chance
                rows[acts] = row
            self.options.append(rows)

    def matrix(self):
        law = np.zeros((len(self.nodes),) * 2)
        for k, told in enumerate(self.told):
            for acts, weight in told.items():
                for n, chance in self.options[k][acts].items():
                    law[k, n] += weight * chance
        return law

    def values(self, discount):
        now = np.zeros((len(self.nodes), 2))
        for k, ((state, _), told) in enumerate(zip(self.nodes, self.told, strict=True)):
            for acts, weight in told.items():
                now[k] += [weight * self.hand.pay(state, acts, i) for i in (0, 1)]
        return np.linalg.solve(np.eye(len(now)) - discount * self.matrix(), (1 - discount) * now)

    def gain(self, discount):
        """Largest gain of one step off a pure profile, by either party at any node; going along gains 0."""
        value, most = self.values(discount), 0.0
        for k, ((state, _), (told,)) in enumerate(zip(self.nodes, self.told, strict=True)):
            for acts, row in self.options[k].items():
                for i in (0, 1):
                    if acts[1 - i] == told[1 - i]:
                        ahead = sum(chance * value[n, i] for n, chance in row.items())
                        worth = (1 - discount) * self.hand.pay(state, acts, i) + discount * ahead
                        most = max(most, worth - value[k, i])
        return most

    def happened(self, periods, event):
        """Chance that an event was there by a horizon: a state that has it is never left."""
        law = self.matrix()
        hit = np.array([event(state) for state, _ in self.nodes])
        law[hit] = np.eye(len(hit))[hit]
        return float(np.linalg.matrix_power(law, periods)[0][hit].sum())


TERMS = ("period_days", "notice_days", "deadline_days", "compliance_rate", "renegotiation")
# conduct, answer to an offer, reply to a demand, move while all is quiet, move after a flag
POLICIES = {
    "comply": ("comply", "accept", "offer", "silent", "demand"),
    "deploy": ("deploy", "accept", "offer", "silent", "demand"),
    "pretext": ("comply", "ignore", "deny", "silent", "demand"),
    "leave": ("comply", "ignore", "deny", "notice", "notice"),
}


def hand_of(scenario, regime, name=None, kinds=(None, None)):
    """Read the numbers of a dossier under one regime, for two types of an account."""
    rates = {r.name: r.detection for r in scenario.regimes}
    both = []
    for party, kind in zip(scenario.parties, kinds, strict=True):
        own = {n: v[party] if hasattr(v, "keys") else v for n, v in scenario.parameters.items()}
        own["detection"] = own[rates[regime]]
        if name is not None:
            account = scenario.perspectives[name]
            own |= {"pass_compliant": account.pass_compliant, "pass_violating": account.pass_violating}
            own |= scenario.party_types(name)[kind].parameters
        both.append(own)
    return Hand(both, *(scenario.parameters[term] for term in TERMS))


def looks(scenario, name, own, other):
    """Belief of a party about the other after a display passed and after it failed, and beyond which it would leave."""
    account, kinds = scenario.perspectives[name], scenario.party_types(name)
    belief = sum(w for kind, w in account.types[other].items() if kinds[kind].assumed_conduct == "deploy")
    passed = belief * account.pass_violating + (1 - belief) * account.pass_compliant
    after = belief * account.pass_violating / passed, belief * (1 - account.pass_violating) / (1 - passed)
    outside = own["punishment"] + own["outside_option"]
    return *after, (own["reward"] - outside) / (own["reward"] - own["sucker"])


def branches_by_hand(scenario, name, attended=None):
    """Weight and play of each pair of types that have weight, as `docs/theory/perspectives.md` assumes it."""
    account, found = scenario.perspectives[name], []
    for kinds in product(*(account.types[party] for party in scenario.parties)):
        weight = np.prod([account.types[p][k] for p, k in zip(scenario.parties, kinds, strict=True)])
        hand = hand_of(scenario, scenario.asked_regime, name, kinds)
        seen = [
            looks(scenario, name, own, other) for own, other in zip(hand.parties, scenario.parties[::-1], strict=True)
        ]
        start, first = START, None
        if attended is not None:
            # the first party's demand is pending, and the other offered a display
            start, (passed, _, leave) = ("demand", 0, hand.decisions, CALM), seen[0]
            first = ("accept" if attended and passed <= leave else "ignore", "offer")
        plans = []
        for kind, (passed, failed, leave) in zip(kinds, seen, strict=True):
            conduct, answer, reply, quiet, flagged = POLICIES[account.policies[kind]]
            if (passed <= leave) == (failed <= leave):
                # a display that changes nothing is not attended
                answer = "ignore"
            plans.append(Posture(conduct, answer, reply, first, quiet, flagged))
        if weight:
            found.append((weight, Play(hand, plans, start, off=True)))
    return found


def share_by(periods, branches, kinds=("withdrawn",)):
    """Chance that the treaty is in one of some kinds of states by a horizon."""
    return sum(w * play.happened(periods, lambda state: state[0] in kinds) for w, play in branches)


def law_and_values(found, scenario, name, profile):
    """Chances of withdrawal and of notice by the horizon, and values by type, of a profile by types that was certified.

    Types are drawn once; a type's value is what it expects by its prior over the other's types.
    """
    game, gone, values = found.game, np.zeros(2), [{}, {}]
    for places in product(*(range(len(own)) for own in game.types)):
        kinds = [own[k] for own, k in zip(game.types, places, strict=True)]
        weights = [law[k] for law, k in zip(game.prior, places, strict=True)]
        rules = [Rule(game.game, profile[p][k], i) for i, (p, k) in enumerate(zip(game.players, kinds, strict=True))]
        play = Play(hand_of(scenario, scenario.asked_regime, name, kinds), rules)
        events = ("withdrawn",), ("notice", "withdrawn")
        gone += np.prod(weights) * np.array([share_by(found.periods, [(1, play)], kinds=e) for e in events])
        worth = play.values(found.discount)[0]
        for i, kind in enumerate(kinds):
            values[i][kind] = values[i].get(kind, 0.0) + weights[1 - i] * worth[i]
    return *gone, dict(zip(game.players, values, strict=True))
