"""Claims about the patience, the detection and the trust that a treaty needs."""

from __future__ import annotations

import numpy as np

import armsgame as ag

COMPLIANCE = ag.treaty.compliance
STEP = 0.01


def _reversion(temptation: float, detection: float, false_alarm: float) -> float:
    """Least discount factor of permanent reversion with one alarm for each party."""
    psi = COMPLIANCE.per_party_alarm(detection, false_alarm)
    return float(COMPLIANCE.grim(temptation, 1, 0, *psi).threshold)


def _shortest(temptation: float, detection: float, false_alarm: float, discount: float) -> float:
    """Shortest suspension that deters; infinite where none does."""
    psi = COMPLIANCE.per_party_alarm(detection, false_alarm)
    found = float(COMPLIANCE.finite_punishment(temptation, 1, 0, *psi, discount).periods)
    return np.inf if np.isnan(found) else found


def _rise(low: float, high: float) -> dict[str, float]:
    """By how much a threshold rises; none where both are infinite."""
    return {"rise": 0.0 if low == high else high - low}


def false_alarms(temptation: float = 1.5, detection: float = 0.5, false_alarm: float = 0.005) -> dict[str, float]:
    """What one more percentage point of false alarms does to the threshold."""
    low = _reversion(temptation, detection, false_alarm)
    return _rise(low, _reversion(temptation, detection, min(1.0, false_alarm + STEP)))


def less_detection(temptation: float = 1.5, detection: float = 0.5, false_alarm: float = 0.005) -> dict[str, float]:
    """What a fifth less detection does to the threshold."""
    low = _reversion(temptation, detection, false_alarm)
    return _rise(low, _reversion(temptation, 0.8 * detection, false_alarm))


def longer_suspension(
    temptation: float = 1.5, detection: float = 0.5, false_alarm: float = 0.005, discount: float = 0.95
) -> dict[str, float]:
    """What a fifth less detection does to the shortest suspension that deters."""
    low = _shortest(temptation, detection, false_alarm, discount)
    return _rise(low, _shortest(temptation, 0.8 * detection, false_alarm, discount))


def more_false_alarms(
    temptation: float = 1.5, detection: float = 0.5, false_alarm: float = 0.02, discount: float = 0.95
) -> dict[str, float]:
    """What one more percentage point of false alarms does to the shortest suspension that deters."""
    low = _shortest(temptation, detection, false_alarm, discount)
    return _rise(low, _shortest(temptation, detection, false_alarm + STEP, discount))


def two_alarms(temptation: float = 1.5, detection: float = 0.5, false_alarm: float = 0.005) -> dict[str, float]:
    """What an alarm for each party does beside one alarm about the profile."""
    one = float(COMPLIANCE.grim(temptation, 1, 0, detection, false_alarm).threshold)
    return _rise(one, _reversion(temptation, detection, false_alarm))


def leniency(temptation: float = 1.5, detection: float = 0.5, false_alarm: float = 0.005) -> dict[str, float]:
    """By how much a suspension of four periods needs more patience than permanent reversion."""
    psi = COMPLIANCE.per_party_alarm(detection, false_alarm)
    four = float(ag.thresholds.suspension_threshold(temptation, 1, 0, *psi, periods=4))
    return _rise(_reversion(temptation, detection, false_alarm), four)


def on_site(
    temptation: float = 1.2, afar: float = 0.4, gain: float = 0.4, false_alarm: float = 0.005
) -> dict[str, float]:
    """What measurement on site does to the threshold of permanent reversion."""
    return _rise(_reversion(temptation, min(1.0, afar + gain), false_alarm), _reversion(temptation, afar, false_alarm))


def mirror(temptation: float = 1.2, sucker: float = -0.5) -> dict[str, float]:
    """From where mirroring holds, and how long compliance lasts under six periods of notice."""
    kept = ag.treaty.withdrawal.notice(COMPLIANCE(temptation, 1, 0, sucker), 6).compliance_periods
    return {"mirror": float(COMPLIANCE.mirror(temptation, 1, 0, sucker).threshold), "kept": float(kept)}


def linkage(
    tight: float = 2.5, sound: float = 1.2, sound_reward: float = 1.0, sound_punishment: float = 0.0, issues: int = 3
) -> dict[str, float]:
    """The threshold of a linked bargain between those of its issues."""
    rows = [[tight, 1, 0]] + [[sound + sound_reward - 1, sound_reward, sound_punishment]] * issues
    found = ag.treaty.linkage.threshold(rows)
    return {"low": min(found.separate), "linked": float(found.linked), "high": max(found.separate)}


def stag_hunt(temptation: float = 0.6, sucker: float = -1.0) -> dict[str, float]:
    """Trust and patience that compliance needs in a stag hunt."""
    found = COMPLIANCE.required_trust(temptation, 1, 0, sucker)
    return {"trust": float(found.belief), "patience": float(COMPLIANCE.grim(temptation, 1, 0).threshold)}


def trust_by_detection(
    detection: float = 0.05,
    false_alarm: float = 0.005,
    discount: float = 0.95,
    temptation: float = 1.5,
    sucker: float = -0.5,
) -> dict[str, float]:
    """Least trust at a detection rate and at one more percentage point of it."""
    low, high = (
        float(ag.treaty.trust.threshold(temptation, 1, 0, sucker, detection + more, false_alarm, discount).belief)
        for more in (0.0, STEP)
    )
    return {"fall": 0.0 if low == high else low - high, "trust": low}


def window(
    temptation: float = 1.5, discount: float = 0.8, efficiency: float = 2.0, security_loss: float = 0.2
) -> dict[str, float]:
    """The least and the largest intensity of monitoring at which a deal holds."""
    found = ag.treaty.verification.transparency_window(temptation, 1, 0, discount, efficiency, security_loss)
    return {"low": float(found.low), "high": float(found.high)}


def ladder_band(detection: float = 0.8, false_alarm: float = 0.005, audience_cost: float = 1.0) -> dict[str, float]:
    """Whether a ladder of demands holds somewhere, and where its band ends."""
    treaty = ag.Treaty().replace(detection=detection, false_alarm=false_alarm, audience_cost=audience_cost)
    found = ag.critical_discount(treaty.game(), (ag.treaty.ladder_yield, ag.treaty.ladder_yield))
    ends = [high for _, high in found.intervals]
    return {"holds": float(bool(ends)), "end": float(max(ends, default=0.0))}


def margin(
    discount: float = 0.95, temptation: float = 1.5, before: float = 0.8, after: float = 0.2, false_alarm: float = 0.005
) -> dict[str, float]:
    """Which policies hold before and after detection falls, and what happens to the patience of the strict one."""
    strict, ladder = (ag.treaty.exit_on_alarm,) * 2, (ag.treaty.ladder_yield,) * 2
    games = [
        ag.Treaty().replace(temptation=temptation, detection=d, false_alarm=false_alarm).game() for d in (before, after)
    ]
    least = [float(ag.critical_discount(game, strict).value) for game in games]
    return _rise(*least) | {
        "strict_after": float(ag.verify(games[1], strict, discount=discount).ok),
        "ladder_before": float(ag.verify(games[0], ladder, discount=discount).ok),
        "ladder_after": float(ag.verify(games[1], ladder, discount=discount).ok),
    }


def ends(
    false_alarm: float = 0.005, before: float = 0.8, after: float = 0.03, discount: float = 0.95
) -> dict[str, float]:
    """Whether deploying pays before and after detection falls, and what false alarms leave after 120 periods."""
    strict = (ag.treaty.exit_on_alarm,) * 2
    games = [ag.Treaty().replace(detection=d, false_alarm=false_alarm).game() for d in (before, after)]
    left = float(ag.withdrawal_law(games[0], strict, periods=120).survival[-1])
    kept = [float(ag.verify(game, strict, discount=discount).ok) for game in games]
    return {"before": kept[0], "after": kept[1], "left": left}


def standing(
    standing: float = 0.05, concealment_cost: float = 0.05, goes_on: int = 1, discount: float = 0.95
) -> dict[str, float]:
    """Which ladders of suspension hold."""
    part = ag.treaty.parts.Suspension(standing_goes_on=bool(goes_on))
    treaty = ag.Treaty(demand=False, parts=(part,)).replace(standing=standing, concealment_cost=concealment_cost)
    rules = ag.treaty.SUSPENSION_LADDERS
    game = treaty.game()
    return {
        name: float(ag.verify(game, (rules[rule],) * 2, discount=discount).ok)
        for name, rule in (("stays", "suspend on alarm"), ("leaves", "suspend and leave"))
    }


def excluded(detection: float = 0.1, discount: float = 0.8, false_alarm: float = 0.01) -> dict[str, float]:
    """How much less than mutual compliance pays both together the best pure public equilibrium can pay."""
    stage = COMPLIANCE(temptation=5, reward=3, punishment=1, sucker=0)
    game = ag.RepeatedGame(stage, ag.Monitoring.alarm(detection, false_alarm))
    outer = ag.payoff_set(game, discount=discount, method=ag.methods.LinearPrograms(gap=0.05)).outer
    return {"short": 6.0 - float(np.max(np.sum(outer, axis=1)))}
