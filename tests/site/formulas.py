"""Displayed formulas of the theory and mechanism pages, each with an expression and what the library says instead.

`relation` is read by sympy. Its symbols are the draws and whatever the code returns beside them; an inequality is
compared with the verdict `holds` of the code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np

import armsgame as ag
from armsgame.games.private import PrivateGame, PrivateMonitoring
from armsgame.negotiation.valued_games.whole_game import breakout

C, U, V = ag.treaty.compliance, ag.treaty.ultimatum, ag.treaty.verification
Numbers = dict[str, Any]
SMALL, UNIT = (0.01, 0.2), (0.05, 0.95)


@dataclass(frozen=True)
class Formula:
    """One displayed formula: where it stands, its start, relations for sympy, ranges of draws, and the code."""

    page: str
    starts: str
    relations: tuple[str, ...]
    over: dict[str, tuple[float, float]]
    code: Callable[..., Numbers]


def payoffs(**more: tuple[float, float]) -> dict[str, tuple[float, float]]:
    """A dilemma: T > R > P >= S."""
    return {"T": (1.05, 1.9), "R": (1.0, 1.0), "P": (-0.2, 0.2), "S": (-1.5, -0.3)} | more


def exit_bar(R: float, d: float) -> Numbers:
    return {"w": ag.treaty.withdrawal.optimal_exit(R, d).reservation}


def refusals(rho: float, tau: float, a_P: float, a_S: float, n: float) -> Numbers:
    post = float(V.pretext_posterior(rho, a_P, a_S, round(n)))
    return {"n": round(n), "post": post, "holds": post >= tau}


def demand(p: float, c: float, l: float, h: float) -> Numbers:  # noqa: E741
    found = U.take_it_or_leave_it(p, c, l, h)
    return {"x": float(found.demand) - p, "refused": float(found.breakdown)}


def readers(a: float, b: float, u: float, v: float, w: float, n: float) -> Numbers:
    posts = [float(V.pretext_posterior(prior, u, rate, round(n))) for prior, rate in ((a, v), (b, w))]
    return {"n": round(n), "gap": np.log(posts[0] / (1 - posts[0])) - np.log(posts[1] / (1 - posts[1]))}


def hosts(b: float, h: float, n: float) -> Numbers:
    found = ag.treaty.third_party.private_hosts(b, round(n), h)
    return {"n": round(n), "t": float(found.offer), "posted": float(found.posted)}


def press(p_b: float, p_g: float, d: float, turn: float) -> Numbers:
    """Iterate the value of waiting; nothing of the closed form enters."""
    wait = p_b
    for _ in range(4000):
        wait = d * (turn * p_g + (1 - turn) * max(p_b, wait))
    return {"holds": p_b >= wait}


def nash_bargain(alpha: float) -> Numbers:
    stage = ag.StageGame.from_bimatrix([[9, 1], [10, 3]], [[9, 10], [1, 3]])
    found = ag.payoff_set(ag.RepeatedGame(stage), discount=0.75)
    rule = ag.negotiate(found, rule=ag.NashBargaining(alpha))
    weights = np.array([alpha, 1 - alpha])
    slopes = [float(weights @ ((v - rule.payoff) / (rule.payoff - rule.threat))) for v in found.outer]
    return {"most": max(slopes), "holds": True}


def chain(q_1: float, q_2: float) -> Numbers:
    treaty = ag.Treaty()

    def law(rates: tuple[float, float]) -> Any:
        per_party = dict(zip(treaty.parties, rates, strict=True))
        return treaty.replace(detection=per_party, false_alarm=per_party).game().transitions[0][1, 0]

    at = int(np.argmax(law((q_1, q_2))))
    corners = {f"P_{i}{j}": float(law((i, j))[at]) for i in (0, 1) for j in (0, 1)}
    return corners | {"P": float(law((q_1, q_2))[at])}


def cascades(w: float, x: float, y: float, z: float) -> Numbers:
    parties, alone = ("A", "B", "C"), (x, y, z)
    found = ag.treaty.cascade.exit_levels(ag.treaty.cascade.ExitGame(parties, alone=alone, weights=w, outside=0))
    sets = [s for size in (1, 2, 3) for s in combinations(range(3), size)]

    def level(j: int, stayers: set[int]) -> float:
        return alone[j] + w * len(stayers - {j})

    most = [max(min(level(j, set(s)) for j in s) for s in sets if i in s) for i in range(3)]
    least = [min(max(level(j, {0, 1, 2} - set(s)) for j in s) for s in sets if i in s) for i in range(3)]
    most_off = np.abs(np.array(most) - found.greatest).max()
    return {"most_off": float(most_off), "least_off": float(np.abs(np.array(least) - found.least).max())}


def grim(T: float, R: float, P: float, S: float, psi_0: float, psi_1: float) -> Numbers:
    return {"least": float(C.grim(T, R, P, psi_1, psi_0, sucker=S).threshold)}


def two_alarms(T: float, R: float, P: float, S: float, a: float, d: float) -> Numbers:
    psi_1, psi_0 = C.per_party_alarm(d, a)
    return grim(T, R, P, S, float(psi_0), float(psi_1)) | {"psi_0": float(psi_0), "psi_1": float(psi_1)}


def suspension(
    T: float, R: float, P: float, S: float, psi_0: float, psi_1: float, d: float, n: float
) -> Numbers:  # fmt: skip
    n = round(n)
    shortest = float(C.finite_punishment(T, R, P, psi_1, psi_0, d, sucker=S).periods)
    return {"h": sum(d**k for k in range(1, n + 1)), "holds": bool(shortest <= n)}


def lagged(T: float, R: float, P: float, S: float, psi_0: float, psi_1: float, m: float) -> Numbers:
    return {"m": round(m), "d": float(C.grim(T, R, P, psi_1, psi_0, lag=round(m), sucker=S).threshold)}


def window(alpha: float, b_T: float, b_U: float, c: float) -> Numbers:
    found = V.reassurance(alpha, b_T, b_U, c)
    return {"low": float(found.low), "high": float(found.high)}


def lives(a: float, b: float, c: float) -> Numbers:
    """Twelve durations with censoring: counts by hand against the estimate."""
    times = np.array([1, 1, 2, 2, 2, 3, 3, 4, 4, 5, round(a), round(b)])
    seen = np.array([1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, c > 0.5]).astype(bool)
    found = ag.survival.time_to_event(times, seen)
    n = [float((times >= s).sum()) for s in (1, 2, 3)]
    d = [float(((times == s) & seen).sum()) for s in (1, 2, 3)]
    counts = {f"{name}_{s}": part[s - 1] for name, part in (("n", n), ("d", d)) for s in (1, 2, 3)}
    hazard = {"haz": float(found.hazard[2]), "haz_se": float(found.hazard_error[2])}
    return counts | hazard | {"S": float(found.survival[3]), "se": float(found.error[3])}


def causes(a: float, b: float, c: float) -> Numbers:
    """The same for two causes, up to the second period."""
    times = [1, 1, 1, 2, 2, 2, 3, 3, round(a), round(b)]
    why = ["x", "y", None, "x", "y", None, "x", "y", "x" if c > 0.5 else "y", None]
    found = ag.survival.aalen_johansen(times, why)
    x = found.causes.index("x")
    at = [(t, w) for t, w in zip(times, why, strict=True)]
    n = {f"n_{s}": float(sum(t >= s for t, _ in at)) for s in (1, 2)}
    d = {f"d_{s}": float(sum(t == s and w is not None for t, w in at)) for s in (1, 2)}
    dj = {f"j_{s}": float(sum(t == s and w == "x" for t, w in at)) for s in (1, 2)}
    left = float(np.prod([1 - d[f"d_{s}"] / n[f"n_{s}"] for s in (1, 2)]))
    shares = {"F_1": float(found.cumulative[1, x]), "F": float(found.cumulative[2, x]), "left": left}
    return n | d | dj | shares | {"all": float(found.cumulative[2].sum()), "se": float(found.error[2, x])}


def dresher(n: float, m: float, k: float, b: float) -> Numbers:
    n, m, k = round(n), round(m), round(k)
    return {"n": n, "m": m, "k": k, "v": float(ag.treaty.inspection.dresher(n, m, b, k).value)}


def linked(T_1: float, T_2: float, R_1: float, R_2: float, P_1: float, P_2: float) -> Numbers:
    return {"d": float(ag.treaty.linkage.threshold([[T_1, R_1, P_1], [T_2, R_2, P_2]]).linked)}


def walk_out(T: float, c: float, w: float, d: float, psi: float) -> Numbers:
    pay = np.zeros((1, 2, 2, 2))
    pay[0, :, 1, 0] = T - c
    conduct: Any = SimpleNamespace(caught=np.array([[psi, psi]]), pay=pay, away=np.array([[w, w]]))
    return {"u": float(breakout(conduct, 0, d)[0])}


def suspended(T: float, R: float, P: float, S: float, psi_0: float, d: float, n: float) -> Numbers:
    game = ag.RepeatedGame(C(T, R, P, S), ag.Monitoring.alarm(0.7, psi_0))
    rule, n = ag.suspend(round(n)), round(n)
    value = ag.expected_payoffs(game, (rule, rule), discount=d)[0]
    return {"h": sum(d**k for k in range(1, n + 1)), "v": float(value)}


def reverted(T: float, R: float, P: float, S: float, psi_0: float, psi_1: float, d: float) -> Numbers:
    """Permanent reversion as a plan: it plays (R, R) now and promises v or P after the signal."""
    game = ag.RepeatedGame(C(T, R, P, S), ag.Monitoring.alarm(psi_1, psi_0))
    value = float(ag.expected_payoffs(game, (ag.grim, ag.grim), discount=d)[0])
    return {"v": value, "holds": bool(ag.verify(game, (ag.grim, ag.grim), discount=d).ok)}


def takeover(i: float, a: float, b: float, c: float, d: float) -> Numbers:
    found = ag.populations.fixation_probability([[a, b], [c, d]], [round(i), 6 - round(i)])
    ratios = [(c * j + d * (5 - j)) / (a * (j - 1) + b * (6 - j)) for j in range(1, 6)]
    products = np.cumprod([1.0, *ratios])
    return {"above": products[: round(i)].sum(), "below": products.sum(), "rho": float(found.probabilities[0])}


def belief_free(e: float, g: float, l: float, d: float) -> Numbers:  # noqa: E741
    stage = C(1 + g, 1, 0, -l)
    found = ag.private_monitoring.belief_free(PrivateGame(stage, PrivateMonitoring.alarms(stage, 1 - e, e)), discount=d)
    ends = {"low": float(found.low[0]), "high": float(found.high[0])} if found.exists else {}
    return ends | {"holds": bool(found.exists)}


def logit(prize: float, precision: float) -> Numbers:
    stage = ag.StageGame.from_bimatrix([[prize, 0], [0, 1]], [[0, 1], [1, 0]])
    (x, _), (y, _) = ag.logit_qre(stage, precision=precision).profile
    return {"x": float(x), "y": float(y)}


def penance(T: float, R: float, P: float, S: float, d: float) -> Numbers:
    game = ag.RepeatedGame(C(T, R, P, S))
    return {"holds": bool(ag.payoff_sets.renegotiation_proof(game, (ag.contrite,) * 2, discount=d).proof)}


def interval(s_C: float, s_V: float, G: float, L: float) -> Numbers:
    found = ag.studies.informative_priors(s_C, s_V, G, L)
    return {"low": float(found.low), "high": float(found.high)}


def votes(x: float, r: float, c: float, s: float) -> Numbers:
    found = ag.treaty.spatial.contest([0, x, 1], [c, 1, 1], [s, 1, 1], [r, 1, 1])
    bare = ag.treaty.spatial.contest([0, x, 1], [1e-12, 1, 1], [s, 1, 1], [r, 1, 1])
    return {"v": float(found.votes[0][1] - bare.votes[0][1])}


def trust(T: float, S: float, a: float, d: float, delta: float) -> Numbers:
    found = ag.treaty.trust.threshold(T, 1, 0, S, d, a, delta)
    return {"p": float(found.belief), "V_c": float(found.content), "V_t": float(found.exposed)} | {
        "g_c": float(found.loss),
        "g_t": float(found.gain),
    }


def tempted(T: float, S: float, a: float, d: float, delta: float, more: float) -> Numbers:
    found = ag.treaty.trust.threshold(T, 1, 0, S, d, a, delta, tempted_temptation=T + more)
    plain = ag.treaty.trust.threshold(T, 1, 0, S, d, a, delta)
    return {"holds": bool(np.isfinite(found.belief)), "asked": bool(np.isfinite(plain.belief))}


def shift(p: float, q: float, d: float, c: float) -> Numbers:
    return {"holds": bool(U.power_shift(p, q, d, 0.1, c).breaks_down)}


TRUST = {"T": (1.05, 1.5), "S": (-1.0, -0.1), "a": (0.001, 0.01), "d": (0.1, 0.9), "delta": (0.8, 0.97)}
V_C, V_T = "(1-delta)/(1-delta*(1-a)**2)", "S*(1-delta)/(1-delta*(1-a)*(1-d))"
GRIM = "(T-R)/((T-R)*(1-psi_0)+(psi_1-psi_0)*(R-P))"
REVERSION = payoffs(psi_0=(0.0, 0.1), psi_1=(0.3, 0.95), d=UNIT)
ALARMS = {"psi_0": (0.0, 0.02), "psi_1": (0.7, 0.95)}

FORMULAS = (
    Formula(
        "mechanisms/01-outside-option", "w^*=R+", ("Eq(w, R + d/(1-d)*(1-w)**2/2)",),
        {"R": (0.0, 0.9), "d": UNIT}, exit_bar,
    ),
    Formula(
        "mechanisms/02-pretext", r"\frac{\rho}{1-\rho}",
        (
            "Eq(rho/(1-rho)*((1-a_P)/(1-a_S))**n, post/(1-post))",
            "n >= (log(tau/(1-tau))-log(rho/(1-rho)))/(log(1-a_P)-log(1-a_S))",
        ),
        {"rho": UNIT, "tau": UNIT, "a_P": (0.05, 0.3), "a_S": (0.4, 0.9), "n": (1, 6)}, refusals,
    ),
    Formula(
        "mechanisms/03-mirror", r"\delta^*=\max", ("Eq(least, Max((T-R)/(T-P), (T-R)/(R-S)))",), payoffs(),
        lambda T, R, P, S: {"least": float(C.mirror(T, R, P, S).threshold)},
    ),
    Formula(
        "mechanisms/04-ultimatum", r"\frac{(x-l)^+}{h-l}",
        ("Eq(refused, Max(x-l, 0)/(h-l))", "Eq(x, Min(Max(l, (h-c)/2), 1-p))"),
        {"p": (0.2, 0.95), "c": SMALL, "l": (0.0, 0.1), "h": (0.2, 1.0)}, demand,
    ),
    Formula(
        "mechanisms/05-audience", r"\frac{p+a}", ("Eq(conflict, (p+a)/(c_S*(1+a)))",),
        {"p": (0.3, 0.5), "a": (0.05, 0.3), "c_S": (1.4, 2.0), "c_R": (1.0, 1.3)},
        lambda p, a, c_S, c_R: {"conflict": float(U.public_threat(p, a, c_S, c_R).breakdown)},
    ),
    Formula(
        "mechanisms/06-display", r"E\max",
        (
            "Eq(worth, Max(0, (1-pi_)*s_C*G-pi_*s_V*L) + Max(0, (1-pi_)*(1-s_C)*G-pi_*(1-s_V)*L)"
            " - Max(0, (1-pi_)*G-pi_*L))",
        ),
        {"pi_": UNIT, "s_C": (0.5, 0.99), "s_V": (0.01, 0.5), "G": (0.2, 2.0), "L": (0.2, 2.0)},
        lambda pi_, s_C, s_V, G, L: {"worth": float(V.display(pi_, s_C, s_V, G, L).value_of_information)},
    ),
    Formula(
        "mechanisms/07-contested-record", r"\operatorname{logit}_A",
        ("Eq(gap, log(a/(1-a))-log(b/(1-b)) + n*(log((1-u)/(1-v)) - log((1-u)/(1-w))))",),
        {"a": UNIT, "b": UNIT, "u": (0.05, 0.4), "v": UNIT, "w": UNIT, "n": (1, 6)}, readers,
    ),
    Formula(
        "mechanisms/08-counter-charges", r"\delta^*=\frac{T-R}",
        (f"Eq(least, {GRIM})", "Eq(psi_0, 1-(1-a)**2)", "Eq(psi_1, 1-(1-d)*(1-a))"),
        payoffs(a=(0.0, 0.02), d=(0.7, 0.95)), two_alarms,
    ),
    Formula(
        "mechanisms/09-hosts", r"t=\frac b{n+1}",
        ("Eq(t, Min(b/(n+1), h))", "Eq(posted, Min(1, b/((n+1)*h))**n)"),
        {"b": (0.1, 6.0), "h": (0.5, 2.0), "n": (1, 6)}, hosts,
    ),
    Formula(
        # two harms on [0, h]^2, and b/2 at most h: the rule that maximises this expectation goes ahead on a triangle
        "mechanisms/09-hosts", r"E\Bigl[", ("Eq(best, (b/2/h)**2/2)",), {"b": (0.1, 1.9), "h": (1.0, 2.0)},
        lambda b, h: {"best": float(ag.treaty.third_party.private_hosts(b, 2, h).best)},
    ),
    Formula(
        "mechanisms/10-adapt", r"c^*=\frac{\mu C}", ("Eq(cut, mu*top/(top-d+mu))",),
        {"top": (1.0, 2.0), "mu": (0.05, 0.3), "d": (0.4, 0.9)},
        lambda top, mu, d: {"cut": float(ag.treaty.armsrace.multiplier(top, mu, d).cutoff)},
    ),
    Formula(
        "mechanisms/11-nobody-safer", r"\frac{P-S}", ("Eq(belief, (P-S)/((R-T)+(P-S)))",),
        payoffs(T=(0.1, 0.95)), lambda T, R, P, S: {"belief": float(C.required_trust(T, R, P, S).belief)},
    ),
    Formula(
        "mechanisms/12-linkage", r"\delta_{\text{linked}}", ("Eq(d, (T_1-R_1+T_2-R_2)/(T_1-P_1+T_2-P_2))",),
        {"T_1": (2.1, 3.0), "T_2": (2.1, 5.0), "R_1": (0.5, 2), "R_2": (0.5, 2), "P_1": (-1, 0.4), "P_2": (-1, 0.4)},
        linked,
    ),
    Formula(
        "mechanisms/13-non-nuclear-states", r"\theta^*=1-c", ("Eq(edge, 1-c)",), {"c": UNIT, "noise": UNIT},
        lambda c, noise: {"edge": float(ag.treaty.third_party.regime_threshold(c, noise))},
    ),
    Formula(
        "mechanisms/14-waiting", r"\frac{p_b}{p_g}", ("p_b/p_g >= d*turn/(1-d*(1-turn))",),
        {"p_b": (0.05, 0.6), "p_g": (0.6, 0.95), "d": UNIT, "turn": UNIT}, press,
    ),
    Formula(
        "mechanisms/15-shadow-of-the-future", r"\delta^*=\frac{T-R}", ("Eq(least, (T-R)/((T-R)+psi_1*(R-P)))",),
        payoffs(psi_0=(0, 0), psi_1=UNIT), grim,
    ),
    Formula(
        "theory/bargaining", r"\max_{v\in V", ("most <= 1e-9",), {"alpha": UNIT}, nash_bargain,
    ),
    Formula(
        "theory/bargaining", r"x=1-\max",
        (
            "Eq(x, 1-Max(w_2, d_2*(1-Max(w_1, d_1*x))))",
            "Eq(x, Min(1-w_2, Max((1-d_2)/(1-d_1*d_2), 1-d_2+d_2*w_1)))",
        ),
        {"d_1": UNIT, "d_2": UNIT, "w_1": (0.0, 0.45), "w_2": (0.0, 0.45)},
        lambda d_1, d_2, w_1, w_2: {"x": float(ag.bargaining.rubinstein((d_1, d_2), (w_1, w_2)).shares[0])},
    ),
    Formula(
        "theory/calibration", r"P(s' \mid s, a)",
        ("Eq(P, P_00*(1-q_1)*(1-q_2)+P_10*q_1*(1-q_2)+P_01*(1-q_1)*q_2+P_11*q_1*q_2)",),
        {"q_1": UNIT, "q_2": UNIT}, chain,
    ),
    Formula(
        "theory/cascade", r"\theta\ \le\ \tau", ("Eq(most_off, 0)", "Eq(least_off, 0)"),
        {"w": (0.05, 0.5), "x": UNIT, "y": UNIT, "z": UNIT}, cascades,
    ),
    Formula(
        "theory/compliance", r"T-R\;\le", ("T-R <= h*((psi_1-psi_0)*(R-P)-psi_0*(T-R))",),
        payoffs(d=(0.3, 0.95), n=(1, 8), psi_0=(0.0, 0.1), psi_1=(0.2, 0.95)), suspension,
    ),
    Formula(
        "theory/compliance", r"\delta^* = \frac{T-R}", (f"Eq(least, {GRIM})",), payoffs(**ALARMS), grim,
    ),
    Formula(
        "theory/compliance", r"x^{m-1}",
        ("Eq((d*(1-psi_0))**(m-1)*d*(psi_1-psi_0)/(1-d*(1-psi_1)), (T-R)/(T-P))",),
        payoffs(m=(1, 5), **ALARMS) | {"T": (1.05, 1.5)}, lagged,
    ),
    Formula(
        "theory/display", r"\frac{\alpha c}",
        (
            "Eq(low, alpha*c/(1-alpha*b_T+alpha*c))",
            "Eq(high, Min(1, alpha*c/(alpha+(1-2*alpha)*b_U+alpha*c)))",
        ),
        {"alpha": (0.3, 0.49), "b_T": (0.1, 0.8), "b_U": (1.1, 1.5), "c": (0.2, 1.5)}, window,
    ),
    Formula(
        "theory/duration", r"\hat S(t) = \prod",
        (
            "Eq(S, (1-d_1/n_1)*(1-d_2/n_2)*(1-d_3/n_3))",
            "Eq(se**2, S**2*(d_1/(n_1*(n_1-d_1))+d_2/(n_2*(n_2-d_2))+d_3/(n_3*(n_3-d_3))))",
            "Eq(haz, d_3/n_3)",
            "Eq(haz_se**2, haz*(1-haz)/n_3)",
        ),
        {"a": (0.6, 5.4), "b": (0.6, 5.4), "c": (0, 1)}, lives,
    ),
    Formula(
        "theory/duration", r"\hat F_j(t)",
        ("Eq(F, j_1/n_1 + (1-d_1/n_1)*j_2/n_2)", "Eq(all + left, 1)"),
        {"a": (0.6, 3.4), "b": (0.6, 3.4), "c": (0, 1)}, causes,
    ),
    Formula(
        "theory/duration", r"\mathrm{se}^2 = \sum_{s \le t} \Bigl[",
        (
            "Eq(se**2, (F-F_1)**2*d_1/(n_1*(n_1-d_1)) - 2*(F-F_1)*j_1/n_1**2 + j_1*(n_1-j_1)/n_1**3"
            " + (1-d_1/n_1)**2*j_2*(n_2-j_2)/n_2**3)",
        ),
        {"a": (0.6, 3.4), "b": (0.6, 3.4), "c": (0, 1)}, causes,
    ),
    Formula(
        "theory/inspection", "v(n,m,k)",
        ("Eq(v, (binomial(n-k, m+1)-binomial(n, m+1))/Sum(binomial(n, i)*b**(m-i), (i, 0, m)))",),
        {"n": (4, 9), "m": (0, 3), "k": (1, 2), "b": (0.1, 3.0)}, dresher,
    ),
    Formula(
        "theory/linkage", r"\delta_{\text{linked}}",
        ("Eq(d, (Max(T_1-R_1, 0)+Max(T_2-R_2, 0))/(Max(T_1-R_1, 0)+R_1-P_1+Max(T_2-R_2, 0)+R_2-P_2))",),
        {"T_1": (2.1, 3.0), "T_2": (0.5, 3.0), "R_1": (0.6, 2), "R_2": (0.6, 2), "P_1": (-1, 0.4), "P_2": (-1, 0.4)},
        linked,
    ),
    Formula(
        "theory/negotiating-terms", r"u_i(b) \ge", ("Eq(u, ((1-d)*(T-c)+d*psi*w)/(1-d*(1-psi)))",),
        {"T": (1, 3), "c": (0, 0.3), "w": (0, 1), "d": UNIT, "psi": UNIT}, walk_out,
    ),
    Formula(
        "theory/negotiating-terms", "v_i = P_i", ("Eq(v, P + (R-P)/(1+psi_0*h))",),
        payoffs(psi_0=SMALL, d=UNIT, n=(1, 6)), suspended,
    ),
    Formula(
        "theory/populations", r"\rho_i", ("Eq(rho, above/below)",),
        {"i": (1, 5), "a": (0.5, 3), "b": (0.5, 3), "c": (0.5, 3), "d": (0.5, 3)}, takeover,
    ),
    Formula(
        "theory/private-monitoring", r"\bar v=1-", ("Eq(high, 1-e*g/(1-2*e))", "Eq(low, e*l/(1-2*e))"),
        {"e": (0.01, 0.15), "g": (0.2, 1.0), "l": (0.2, 1.0), "d": (0.9, 0.97)}, belief_free,
    ),
    Formula(
        "theory/private-monitoring", r"\delta\ge\frac{\max(g,l)}",
        ("(d >= Max(g, l)/(Max(g, l)+1-2*e-e*(g+l))) & (e*(g+l) < 1-2*e)",),
        {"e": (0.01, 0.2), "g": (0.2, 1.5), "l": (0.2, 1.5), "d": (0.2, 0.9)}, belief_free,
    ),
    Formula(
        "theory/quantal-correlated", r"x_i(a) =",
        (
            "Eq(x, exp(precision*prize*y)/(exp(precision*prize*y)+exp(precision*(1-y))))",
            "Eq(y, exp(precision*(1-x))/(exp(precision*(1-x))+exp(precision*x)))",
        ),
        {"prize": (1.5, 9.0), "precision": (0.1, 2.0)}, logit,
    ),
    Formula(
        "theory/quantal-correlated", r"F_{ia}",
        (
            "Eq(log(x), precision*prize*y-log(exp(precision*prize*y)+exp(precision*(1-y))))",
            "Eq(log(y), precision*(1-x)-log(exp(precision*(1-x))+exp(precision*x)))",
        ),
        {"prize": (1.5, 9.0), "precision": (0.1, 2.0)}, logit,
    ),
    Formula(
        "theory/outer-bound", r"(1-\delta)\,[g_i", ("(1-d)*(T-R)+d*(psi_1-psi_0)*(P-v) <= 0",), REVERSION, reverted,
    ),
    Formula(
        "theory/self-generation", "v_i = (1-", ("Eq(v, (1-d)*R+d*((1-psi_0)*v+psi_0*P))",), REVERSION, reverted,
    ),
    Formula(
        "theory/self-generation", r"(1-\delta)\,[g_i", ("(1-d)*(T-R)+d*(psi_1-psi_0)*(P-v) <= 0",), REVERSION, reverted,
    ),
    Formula(
        "theory/renegotiation", r"\delta\ge\max", ("d >= Max((T-R)/(R-S), (P-S)/(R-S))",),
        payoffs(d=UNIT), penance,
    ),
    Formula(
        "theory/snubbed-display", r"\frac{o(1-s_C)}",
        (
            "Eq(low, G/L*(1-s_C)/(G/L*(1-s_C)+(1-s_V)))",
            "Eq(high, G/L*s_C/(G/L*s_C+s_V))",
        ),
        {"s_C": (0.5, 0.99), "s_V": (0.01, 0.49), "G": (0.2, 2.0), "L": (0.2, 2.0)}, interval,
    ),
    Formula(
        "theory/spatial", r"v^{(i)}_{jk}", ("Eq(v, c*s*((1-2*0**r)-(1-2*x**r)))",),
        {"x": UNIT, "r": (0.5, 2.0), "c": (0.5, 2.0), "s": UNIT}, votes,
    ),
    Formula(
        "theory/trust", r"\psi_k=", ("Eq(psi_0, (1-(1-a)**2))", "Eq(psi_1, 1-(1-a)*(1-d))"), payoffs(a=SMALL, d=UNIT),
        two_alarms,
    ),
    Formula(
        "theory/trust", r"V_c=P+", (f"Eq(V_c, {V_C})", f"Eq(V_t, {V_T})"), TRUST, trust,
    ),
    Formula(
        "theory/trust", "g_c=",
        (
            "Eq(g_c, delta*(d-a)*(1-a)*V_c-(1-delta)*(T-1))",
            "Eq(g_t, (1-delta)*(-S)-delta*(1-d)*(d-a)*V_t)",
        ),
        TRUST, trust,
    ),
    Formula("theory/trust", r"p^*=", ("Eq(p, g_t/(g_t+g_c))",), TRUST, trust),
    Formula(
        "theory/trust", "h_c=",
        ("(1-delta)*(T+more-1)-delta*(d-a)*(1-a)*(T+more)*(1-delta)/(1-delta*(1-a)*(1-d)) >= 0",),
        TRUST | {"more": (0.2, 3.0), "d": (0.05, 0.5)}, tempted,
    ),
    Formula(
        "theory/ultimatum", r"\frac{1-p}{1-\delta}-c", ("(1-p)/(1-d)-c > 1+d*Max(0, (1-q)/(1-d)-c)",),
        {"p": UNIT, "q": UNIT, "d": UNIT, "c": (0.0, 3.0)}, shift,
    ),
)  # fmt: skip
