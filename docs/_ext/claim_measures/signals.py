"""Claims about displays, refusals, demands and threats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import armsgame as ag


def refusal(
    prior: float = 0.4, attend_pretext: float = 0.1, attend_sincere: float = 0.7, refusals: int = 1
) -> dict[str, float]:
    """What refusals move a belief by, and what they would if a sincere party stayed away as often."""
    moved, same = (
        float(ag.treaty.verification.pretext_posterior(prior, attend_pretext, rate, refusals)) - prior
        for rate in (attend_sincere, attend_pretext)
    )
    return {"moved": moved, "same": same, "more": attend_sincere - attend_pretext}


def declined(pass_compliant: float = 0.95, pass_violating: float = 0.8) -> dict[str, float]:
    """What a result was worth to the party that declined, and what declining does to the belief about its motive."""
    inf = ag.load_scenario("inf")
    account = replace(inf.perspective("agnostic"), pass_compliant=pass_compliant, pass_violating=pass_violating)
    found = ag.studies.display_beliefs(replace(inf, perspectives={"agnostic": account}), "agnostic")
    return {
        "worth": float(found.found.value_of_information),
        "moved": float(found.posterior_pretext - found.prior_pretext),
    }


def regions(loss: float = 0.5, gain: float = 1.0) -> dict[str, float]:
    """Where the three accounts of the dossier lie: inside the interval in which a display can tell (1) or outside."""
    inf = ag.load_scenario("inf")
    inside = {}
    for name in ("us_account", "agnostic", "russian_account"):
        account = inf.perspective(name)
        interval = ag.studies.informative_priors(account.pass_compliant, account.pass_violating, gain, loss)
        inside[name] = float(interval.low < inf.violation_belief(name, "Russia") < interval.high)
    return inside


def audience(win_probability: float = 0.4, sender: float = 1.5, target: float = 1.2) -> dict[str, float]:
    """What an audience cost of 1.5 does to conflict after a public threat, and the risk of the best demand."""
    low, high = (
        float(ag.treaty.ultimatum.public_threat(win_probability, cost, sender, target).breakdown) for cost in (0, 1.5)
    )
    refused = float(ag.treaty.ultimatum.take_it_or_leave_it(0.5, 0.1, 0.05, 0.6 * target).breakdown)
    return {"rise": high - low, "refused": refused}


def dresher(periods: int = 6, caught: float = 1.0) -> dict[str, float]:
    """By how much each further inspection lowers the loss less than the one before, at least and for the first."""
    value = np.asarray(ag.treaty.inspection.dresher(periods, np.arange(periods + 1), caught).value)
    falls = -np.diff(-value)
    return {"least": float(np.min(-np.diff(falls))), "first": float(falls[0] - falls[-1])}


def beer(surly: float = 0.9, taste: float = 1.0) -> dict[str, float]:
    """How many pure equilibria beer or quiche has, and how many are intuitive."""

    def payoffs(type: str, breakfast: str, reply: str) -> tuple[float, float]:
        likes = taste * (breakfast == ("beer" if type == "surly" else "quiche"))
        return likes + 2 * (reply == "leave"), float((reply == "duel") == (type == "wimp"))

    game = ag.ExtensiveGame.signalling(
        {"surly": surly, "wimp": 1 - surly}, ["beer", "quiche"], ["leave", "duel"], payoffs
    )
    found = ag.trees.perfect_bayesian(game)
    return {"found": len(found), "kept": len(ag.trees.intuitive_criterion(found))}


def one_account(pass_violating: float = -1.0) -> dict[str, float]:
    """Under how many accounts attending the display changes the law of withdrawal; -1: each account's own rate."""
    inf = ag.load_scenario("inf")
    if pass_violating >= 0:
        accounts = {name: replace(one, pass_violating=pass_violating) for name, one in inf.perspectives.items()}
        inf = replace(inf, perspectives=accounts)
    changed = [
        abs(ag.studies.attendance(inf, name, paths=1, periods=20).difference[-1]) > 1e-9 for name in inf.perspectives
    ]
    return {"accounts": float(sum(changed))}


def hosts(benefit: float = 0.75, hosts: int = 30) -> dict[str, float]:
    """How often a deployment is worth its harm, and how often the best mechanism lets it go ahead."""
    found = ag.treaty.third_party.private_hosts(benefit * hosts, hosts)
    return {"worth": float(found.efficient), "goes": float(found.best)}


def vetoes(harm: float = 0.4, number: int = 3, exit_cost: float = 0.4, noise: float = 0.3) -> dict[str, float]:
    """What consent asks for less the harm, and the share that leaves at the threshold less what is needed."""
    from scipy.special import ndtr, ndtri

    wedge = float(ag.treaty.third_party.host_consent(1.0, number, harm).externality_wedge)
    edge = float(ag.treaty.third_party.regime_threshold(exit_cost, noise))
    cut = edge - noise * ndtri(exit_cost)
    return {"harm": wedge - number * harm, "share": float(ndtr((cut - edge) / noise)) - edge}


def waiting(bad: float = 0.3, good: float = 0.9, turn: float = 0.1, discount: float = 0.95) -> dict[str, float]:
    """What the right to wait is worth with 1, 5 and 20 periods left, and on which side of the line it lies."""
    value = [bad]
    for _ in range(20):
        value.append(max(bad, discount * (turn * good + (1 - turn) * value[-1])))
    line = discount * turn / (1 - discount * (1 - turn))
    waits = [v > bad + 1e-12 for v in (value[1], value[5], value[20])]
    return {
        "agree": float(waits == [bad / good < line - 1e-12] * 3),
        "falls": float(value[1] <= value[5] <= value[20]),
    }


def who_leaves(cost: float = 0.3, prize: float = 1.0, discount: float = 0.9) -> dict[str, float]:
    """How far the certified hazard of notice is from the one at which waiting is worth nothing."""
    stay = np.array([[-cost, -cost], [0, 0]])
    pays = {
        "Arcadia": {"wants_out": [stay, [[prize]], [[0]], [[0]]]},
        "Borealia": {"wants_out": [stay.T, [[0]], [[prize]], [[0]]]},
    }
    first = np.zeros((2, 2, 4))
    first[0, 0, 0] = first[0, 1, 1] = first[1, 0, 2] = first[1, 1, 3] = 1
    game = ag.BayesianGame.stochastic(
        pays,
        [first, *(np.eye(4)[[k]][None] for k in (1, 2, 3))],
        actions=[[("stay", "leave")] * 2, *[[("wait",)] * 2] * 3],
        states=("dispute", "Borealia left", "Arcadia left", "both left"),
    )
    mixed = [one for one in ag.bayesian_equilibria(game, discount=discount, mixing="always") if one.mixed]
    hazards = [float(one.profile["Arcadia"]["wants_out"].outputs["dispute"][0, 1]) for one in mixed]
    wanted = (1 - discount) * cost / (discount * prize)
    return {"off": min((abs(one - wanted) for one in hazards), default=np.inf)}


def first_move(cheap: float = 0.25, dear: float = 4.0, outside: float = 1.3) -> dict[str, float]:
    """Whether types that want out give notice first at a cheap exit, and deploy first at a dear one."""
    types = {"content": {}, "wants_out": {"outside_option": outside}}
    measure = ag.measures.first_moves_by_type.under(types=types)
    treaty = ag.Treaty(demand=False).replace(detection=0.8)
    found = ag.sweep(treaty, {"exit_cost_unprovoked": [cheap, dear]}, measure, discount=0.95, progress=False)
    moves = [
        [str(ag.measures.FIRST_MOVES[int(k)]) for k in found[f"{party} wants_out"].values] for party in treaty.parties
    ]
    return {
        "notice": float(all("notice" in row[0] for row in moves)),
        "deploys": float(all("deploy" in row[1] for row in moves)),
    }


def maximal(belief: float = 0.9, outside: float = 1.3) -> dict[str, float]:
    """How many profiles are certified, and in how many the type that wants out names maximal terms first."""
    levels = (
        ag.treaty.parts.DemandLevel("modest"),
        ag.treaty.parts.DemandLevel("maximal", status_cost=20, exit_cost=0),
    )
    treaty = ag.Treaty(parts=(ag.treaty.parts.DemandMenu(levels),)).replace(
        exit_cost_unprovoked=30, exit_cost_grounds=30, false_alarm=0.02, temptation=1.2, sucker=-0.2
    )
    types = {"US": {"content": {}, "wants_out": {"outside_option": outside}}}
    game = treaty.with_types(types, {"US": [belief, 1 - belief]})
    found = ag.bayesian_equilibria(game, discount=0.95, mixing="never")
    start, alarm = "in_force, none", "in_force, Russia"
    seen = game.game.outcomes(start).index(("silent | silent", alarm))
    names = game.game.stages[game.game.states.index(alarm)].actions[0]
    moves = []
    for one in found:
        rule = one.profile["US"]["wants_out"]
        moves.append(names[int(rule.outputs[alarm][rule.next[start][rule.initial, seen]].argmax())])
    return {"found": len(found), "maximal": sum("maximal" in move for move in moves)}
