"""Claims about how play goes on: laws of a treaty, populations, one-shot games and races."""

from __future__ import annotations

import numpy as np

import armsgame as ag

TREATY = ag.treaty


def optimal_exit(reward: float = 0.5, discount: float = 0.9) -> dict[str, float]:
    """What patience does to the bar for leaving, and a better treaty to the chance of leaving in a period."""
    here = TREATY.withdrawal.optimal_exit(reward, discount)
    patient = TREATY.withdrawal.optimal_exit(reward, min(0.999, discount + 0.01))
    better = TREATY.withdrawal.optimal_exit(reward + 0.01, discount)
    return {
        "bar": float(patient.reservation - here.reservation),
        "chance": float(here.reservation - better.reservation),
    }


def forgiving(detection: float = 0.8, false_alarm: float = 0.005) -> dict[str, float]:
    """What one false alarm leaves of a strict treaty after twelve periods, and what it takes from a forgiving one."""
    treaty = ag.Treaty().replace(detection=detection, false_alarm=false_alarm)
    game = treaty.game()
    alarmed = game.starting(f"in_force, {treaty.parties[1]}")

    def kept(start: ag.StochasticGame, policy: ag.treaty.Policy) -> float:
        return float(ag.withdrawal_law(start, (policy, policy), periods=12).survival[12])

    calm, after = kept(game, TREATY.ladder_yield), kept(alarmed, TREATY.ladder_yield)
    return {"strict": kept(alarmed, TREATY.exit_on_alarm), "lost": calm - after}


def disputes(detection: float = 0.8, false_alarm: float = 0.005, compliance_rate: float = -1.0) -> dict[str, float]:
    """With what probability a treaty is still in force or in dispute twelve periods after a demand was made."""
    treaty = ag.Treaty().replace(detection=detection, false_alarm=false_alarm)
    if compliance_rate >= 0:
        treaty = treaty.replace(compliance_rate=compliance_rate)
    start = treaty.game().starting(f"demand({treaty.parties[0]}, 1), none")
    law = ag.withdrawal_law(start, (TREATY.ladder_yield,) * 2, periods=12)
    return {"back": float(law.survival[-1])}


def later(detection: float = 0.6, false_alarm: float = 0.005, compliance_rate: float = 0.01) -> dict[str, float]:
    """How far the law of withdrawal under two years of notice is from the one without notice, moved by two years."""
    treaty = ag.load_scenario("washington").treaty(types={"Japan": "wants_out"})
    treaty = treaty.replace(detection=detection, false_alarm=false_alarm, compliance_rate=compliance_rate)
    laws = [
        ag.withdrawal_law(treaty.replace(notice_days=days).game(), (TREATY.stay_deployed, TREATY.pretext), periods=24)
        for days in (0.0, 730.0)
    ]
    soon, late = (np.asarray(law.survival) for law in laws)
    shift = int(np.argmax(late < 1 - 1e-9)) - int(np.argmax(soon < 1 - 1e-9))
    return {"shift": shift, "off": float(np.max(np.abs(late[shift:] - soon[: len(soon) - shift]))) if shift else np.inf}


def first_cause(error: float = 0.01, false_alarm: float = 0.005, afar: float = 0.03) -> dict[str, float]:
    """Whether notice by mistake is the commonest first cause in both regimes, and how detections compare in them."""
    leave = (TREATY.exit_on_alarm,) * 2
    detected, largest = [], []
    for detection in (0.8, afar):
        game = ag.Treaty().replace(detection=detection, false_alarm=false_alarm).game()
        law = ag.survival.incidence_law(game, leave, periods=80, collapse="notice", error=error)
        shares = {cause: float(law.of(cause)[-1]) for cause in law.causes}
        largest.append(max(shares, key=lambda cause: shares[cause]) == "notice_without_grounds")
        detected.append(shares["detected"])
    return {"mistakes": float(all(largest)), "more": detected[0] - detected[1]}


def rest_point(
    reaction: float = 0.6, other: float = 0.5, fatigue: float = 1.0, grievance: float = 0.3
) -> dict[str, float]:
    """How far the stocks after a ceiling are, after 400 years, from those without a treaty."""
    race = TREATY.armsrace.richardson(reaction=(reaction, other), fatigue=(fatigue, 0.8), grievance=(grievance, 0.2))
    if not race.stable:
        return {"off": np.inf}
    years = np.array([0.0, 400.0])
    free = race.path(years, (0.1, 0.25))
    after = race.path(years, (0.25, 0.1), cap=0.4, exit_date=10, delay=(0, 2))
    return {"off": float(max(abs(free.first[-1] - after.first[-1]), abs(free.second[-1] - after.second[-1])))}


def mistrust(temptation: float = 3.0, reward: float = 4.0, punishment: float = 2.0) -> dict[str, float]:
    """Whether mutual compliance and mutual deployment are both equilibria, and by how much the first pays more."""
    found = ag.nash(TREATY.compliance(temptation, reward, punishment, sucker=0))
    pays = sorted(float(one.payoffs[0]) for one in found if one.pure)
    both = float(reward in pays and punishment in pays)
    return {"both": both, "more": reward - punishment}


def kind(temptation: float = 1.5, sucker: float = -0.5) -> dict[str, float]:
    """Whether the signs of T - R and of S - P alone tell the pure equilibria, with R = 1 and P = 0."""
    stage = TREATY.compliance(temptation, 1, 0, sucker)
    found = {tuple(int(np.argmax(x)) for x in one.profile) for one in ag.nash(stage) if one.pure}
    wanted = {
        (True, True): {(0, 1), (1, 0)},
        (True, False): {(1, 1)},
        (False, True): {(0, 0)},
        (False, False): {(0, 0), (1, 1)},
    }[temptation > 1, sucker > 0]
    return {"told": float(found == wanted)}


def _prize(prize: float) -> ag.StageGame:
    return ag.StageGame.from_bimatrix([[prize, 0], [0, 1]], [[0, 1], [1, 0]])


def noisy(prize: float = 9.0, precision: float = 1.0) -> dict[str, float]:
    """What a larger prize does to violations of noisy inspectees, and how far equilibrium is from one half."""
    few, many = (float(ag.logit_qre(_prize(size), precision=precision).profile[0][0]) for size in (prize, 1.1 * prize))
    (one,) = ag.nash(_prize(prize))
    return {"rise": many - few, "equilibrium": abs(float(one.profile[0][0]) - 0.5)}


def cycle(prize: float = 9.0, violations: float = 0.4, inspections: float = 0.9) -> dict[str, float]:
    """By how much the energy of an orbit changes, and how near the orbit comes to its rest point."""
    start = ([violations, 1 - violations], [1 - inspections, inspections])
    found = ag.populations.replicator(_prize(prize), start, time=30, points=100)
    (x, off), (y, rest) = (part.T for part in found.shares)
    energy = np.log(x) + np.log(off) + np.log(y) + prize * np.log(rest)
    near = np.hypot(x - 0.5, y - 1 / (prize + 1))
    return {"drift": float(np.ptp(energy)), "near": float(near.min()), "start": float(near[0])}


def mixture(temptation: float = 5.0, error: float = 0.03) -> dict[str, float]:
    """Whether deployment is a sink, and whether a mixture with compliance is one beside it."""
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [temptation, 1]], [[3, temptation], [0, 1]]))
    three = {one.name: one for one in (ag.always_comply, ag.always_deploy, ag.mirror)}
    points = ag.populations.rest_points(ag.populations.payoff_matrix(three, game, periods=20, error=error))
    sinks = [np.asarray(point.shares) for point in points if point.stability == "sink"]
    return {
        "deployment": float(any(share[1] > 1 - 1e-9 for share in sinks)),
        "mixture": float(any(share[1] < 0.5 for share in sinks)),
    }


def ranks(temptation: float = 5.0, error: float = 0.05, periods: int = 200) -> dict[str, float]:
    """The rank of plain deployment among the named strategies without and with errors."""
    game = ag.RepeatedGame(ag.StageGame.from_bimatrix([[3, 0], [temptation, 1]], [[3, temptation], [0, 1]]))
    places = []
    for slips in (0.0, error):
        found = ag.populations.tournament(ag.strategies.named_strategies(), game, periods=periods, error=slips)
        places.append(float(np.ravel(found.ranks[list(found.strategies).index("always_deploy")])[0]))
    return {"before": places[0], "after": places[1]}
