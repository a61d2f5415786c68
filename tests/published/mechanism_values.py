"""Expected numbers of the mechanisms' closed forms: literature values, or derivations stated in the docstrings."""

from __future__ import annotations

from math import inf, nan

import armsgame as ag

T = ag.treaty
PD = {"temptation": 5, "reward": 3, "punishment": 1}
SMALL = {"temptation": 1.5, "reward": 1, "punishment": 0}
NOISY = {"detection": 0.9, "false_alarm": 0.05}

# (name, function, arguments, expected fields; None: the result itself), tolerance 1e-9 unless last
CASES = [
    ("grim 5-3-1", T.compliance.grim, PD, {"threshold": 0.5}),
    ("grim 4-3-1", T.compliance.grim, PD | {"temptation": 4}, {"threshold": 1 / 3}),
    ("grim, detection .5", T.compliance.grim, PD | {"detection": 0.5}, {"threshold": 2 / 3}),
    ("grim, detection .3", T.compliance.grim, SMALL | {"detection": 0.3}, {"threshold": 0.625}),
    ("required detection", T.compliance.required_detection, PD | {"discount": 0.8}, 0.25),
    (
        "grim, false alarms",
        T.compliance.grim,
        PD | NOISY | {"discount": 0.95},
        {"threshold": 5 / 9, "value": 2.0256410256410264},
    ),
    (
        "grim, false alarms, small",
        T.compliance.grim,
        SMALL | {"detection": 0.5, "false_alarm": 0.02, "discount": 0.95},
        {"threshold": 0.5154639175257733, "value": 0.7246376811594203},
    ),
    (
        "two periods of punishment",
        T.compliance.finite_punishment,
        PD | NOISY | {"discount": 0.8},
        {"periods": 2, "value": 2.8656716417910446},
    ),
    (
        # by hand: at n = 3 the deterrent .7(.8)(1-.343)/(1-.7(.9)-.1(.2401)) = 1.0634 >= 1 > .8917 at n = 2
        "three periods of punishment",
        T.compliance.finite_punishment,
        {"temptation": 2, "reward": 1, "punishment": 0, "detection": 0.9, "false_alarm": 0.1, "discount": 0.7},
        {"periods": 3, "value": 0.3 / (1 - 0.63 - 0.1 * 0.7**4)},
    ),
    (
        "no punishment is long enough",
        T.compliance.finite_punishment,
        PD | {"detection": 0.3, "false_alarm": 0.2, "discount": 0.8},
        {"periods": inf, "value": nan},
    ),
    (
        "best symmetric",
        T.compliance.best_symmetric_public,
        PD | NOISY | {"discount": 0.97},
        {"value": 2.8823529411764706, "punishment_probability": 0.0386597938144307},
    ),
    ("lag 2", T.compliance.grim, PD | {"lag": 2}, {"threshold": 0.7071067811865476}),
    ("lag 3", T.compliance.grim, SMALL | {"lag": 3}, {"threshold": 0.6933612743506347}),
    ("mirror", T.compliance.mirror, PD | {"sucker": 0}, {"threshold": 2 / 3, "maximal_generosity": 1 / 3}),
    (
        "stag hunt",
        T.compliance.required_trust,
        {"temptation": 3, "reward": 4, "punishment": 2, "sucker": 0},
        {"belief": 2 / 3, "risk_dominant": False},
    ),
    (
        "stag hunt, compliance risk dominant",
        T.compliance.required_trust,
        {"temptation": 1, "reward": 4, "punishment": 1, "sucker": 0},
        {"belief": 0.25, "risk_dominant": True},
    ),
    *(
        (
            f"Dresher {n} {m}",
            T.inspection.dresher,
            {"periods": n, "inspections": m},
            {"value": v, "inspect_first": p, "violate_first": q},
        )
        for n, m, v, p, q in [
            (2, 1, -1 / 3, 1 / 3, 1 / 3),
            (3, 1, -0.5, 0.25, 0.25),
            (5, 2, -0.375, 0.3125, 0.140625),
            (3, 2, -1 / 7, 3 / 7, 1 / 7),
            (4, 4, 0, 1, 0),
            (4, 0, -1, 0, 1),
        ]
    ),
    (
        "one inspection",
        T.inspection.one_shot,
        {"gain": 1, "penalty": 3, "cost": 0.2, "damage": 2, "detection": 0.8},
        {
            "inspect": 0.3125,
            "violate": 0.125,
            "announcement_deters": True,
            "announced_rate": 0.3125,
            "detection_needed": 0.25,
        },
    ),
    (
        "one inspection, detection .5",
        T.inspection.one_shot,
        {"gain": 2, "penalty": 6, "cost": 0.3, "damage": 3, "detection": 0.5},
        {"inspect": 0.5, "violate": 0.2, "announcement_deters": True, "announced_rate": 0.5, "detection_needed": 0.25},
    ),
    (
        "inspection that cannot deter",
        T.inspection.one_shot,
        {"gain": 1, "penalty": 1, "cost": 0.2, "damage": 2, "detection": 0.3},
        {"inspect": 1, "violate": 1, "announcement_deters": False, "announced_rate": inf, "detection_needed": 0.5},
    ),
    (
        "inspection that is not worth its cost",
        T.inspection.one_shot,
        {"gain": 1, "penalty": 3, "cost": 2, "damage": 2, "detection": 0.8},
        {"inspect": 0, "violate": 1, "announcement_deters": True, "announced_rate": 0.3125},
    ),
    (
        "test against a strategic inspectee",
        T.inspection.statistical,
        {
            "caught_gain": 2.0,
            "false_alarm_cost_inspectee": 0.5,
            "caught_loss": 0.4,
            "false_alarm_cost_inspector": 0.2,
            "ratio": 2.0,
        },
        {
            "false_alarm": 0.007607030838466902,
            "non_detection": 0.6653988281879779,
            "violate": 0.01883362342648857,
            "leader_value": -0.0015214061676933803,
            "nash_value": -0.01654532452255922,
        },
    ),
    ("power", T.inspection.detection_power, {"false_alarm": 0.05, "ratio": 3.29}, 0.9500301852876952),
    (
        "sites",
        T.inspection.site_sampling,
        {"sites": 100, "falsified": 5, "inspected": 20},
        {"detection": 0.6806905580101457, "approximation": 0.67232},
    ),
    (
        "repeated inspections",
        T.inspection.cumulative_detection,
        {"detection": 0.1, "inspections": 13},
        0.7458134171670999,
    ),
    (
        "transparency",
        T.verification.transparency_window,
        SMALL | {"discount": 0.6, "efficiency": 2.0, "security_loss": 0.2},
        {"best": 1.0886625503070144, "exists": True, "low": 0.2140400801227926, "high": 3.3312004839458234},
    ),
    (
        "costly offer",
        T.verification.costly_offer,
        {"belief_benefit": 1.0, "cost_compliant": 0.3, "cost_violating": 1.5},
        {"intensity": 2 / 3, "compliant_net": 0.8, "highest_separating": 10 / 3},
    ),
    (
        "no single crossing",
        T.verification.costly_offer,
        {"belief_benefit": 1.0, "cost_compliant": 1.5, "cost_violating": 0.3},
        {"intensity": nan, "compliant_net": nan, "highest_separating": nan},
    ),
    (
        "reassurance, stake too small",
        T.verification.reassurance,
        {"first_stake": 0.3, "exploit_trustworthy": 0.5, "exploit_untrustworthy": 1.4, "sucker": 1.0},
        {"low": 0.2608695652173913, "high": 0.25862068965517243, "exists": False},
    ),
    (
        "reassurance",
        T.verification.reassurance,
        {"first_stake": 0.8, "exploit_trustworthy": 0.4, "exploit_untrustworthy": 1.6, "sucker": 0.8},
        {"low": 0.4848484848484849, "high": 1.0, "exists": True},
    ),
    (
        "chain store",
        T.reputation.chain_store,
        {"indifference": 0.5, "stages": 3, "reputation": 0.1},
        {"threshold": 0.25, "mimic": 1 / 3, "posterior": 0.25},
    ),
    (
        "chain store above the threshold",
        T.reputation.chain_store,
        {"indifference": 0.5, "stages": 3, "reputation": 0.4},
        {"threshold": 0.25, "mimic": 1.0, "posterior": 0.4},
    ),
    (
        "ultimatum",
        T.ultimatum.take_it_or_leave_it,
        {"win_probability": 0.5, "cost_proposer": 0.1, "cost_low": 0.0, "cost_high": 0.4},
        {"demand": 0.65, "breakdown": 0.375, "value": 0.55625},
    ),
    (
        "ultimatum without risk",
        T.ultimatum.take_it_or_leave_it,
        {"win_probability": 0.6, "cost_proposer": 0.2, "cost_low": 0.1, "cost_high": 0.3},
        {"demand": 0.7, "breakdown": 0.0, "value": 0.7},
    ),
    (
        "public threat",
        T.ultimatum.public_threat,
        {"win_probability": 0.4, "audience_cost": 0.2, "cost_max_sender": 1.5, "cost_max_target": 1.2},
        {
            "threat": 0.56,
            "bluff": 0.16,
            "resist": 5 / 6,
            "belief": 5 / 7,
            "breakdown": 1 / 3,
            "concession": 0.09333333333333332,
        },
    ),
    (
        "escalation",
        T.ultimatum.escalation,
        {"prize": 1.0, "war_cost_max": (2.0, 2.0), "audience_cost": (1.0, 1.0)},
        {"horizon": 1.0, "backs_down": (0.5, 0.5), "quit_at_once": (0, 0), "breakdown": 0.25},
    ),
    (
        "escalation, unequal slopes",
        T.ultimatum.escalation,
        {"prize": 1.0, "war_cost_max": (2.0, 2.0), "audience_cost": (1.0, 2.0)},
        {
            "horizon": 0.6180339887498948,
            "quit_at_once": (0.30901699437494745, 0.0),
            "backs_down": (0.6909830056250525, 0.3819660112501052),
        },
    ),
    (
        "escalation, unequal stakes",
        T.ultimatum.escalation,
        {"prize": 1.0, "war_cost_max": (2.0, 6.0), "audience_cost": (1.0, 2.0)},
        {"quit_at_once": (0.0, 0.5365)},
        1e-4,
    ),
    (
        "deadline",
        T.ultimatum.deadline,
        {"credibility": 0.8, "loss": 1.0, "cost_max": 1.5, "rate_per_day": 0.02, "days": 60},
        {"comply": 0.37269642031349215},
    ),
    ("attrition", T.ultimatum.attrition, {"prize": 1.0, "cost": 0.1}, {"hazard": 0.1, "mean_duration": 5.0}),
    (
        "power shift",
        T.ultimatum.power_shift,
        {"before": 0.4, "after": 0.7, "discount": 0.9, "cost_rising": 0.1, "cost_declining": 0.1},
        {"breaks_down": True, "margin": 2.29},
    ),
    (
        "notice, dilemma",
        T.withdrawal.notice,
        {"stage": T.compliance(5, 3, 1, 0), "periods": 6},
        {"compliance_periods": 0},
    ),
    (
        "notice, stag hunt",
        T.withdrawal.notice,
        {"stage": T.compliance(3, 4, 2, 0), "periods": 6},
        {"compliance_periods": 6},
    ),
    (
        "exit",
        T.withdrawal.optimal_exit,
        {"reward": 0.5, "discount": 0.9},
        {
            "reservation": 0.7597469266479576,
            "hazard": 0.24025307335204238,
            "mean": 4.1622776601683755,
            "median": 2.522646038416152,
        },
    ),
    (
        "survival",
        T.withdrawal.survival,
        {"false_alarm": 0.05, "periods": 10},
        {"survival": 0.5987369392383787, "mean": 20.0, "median": 13.513407333964874},
    ),
    (
        "linkage",
        T.linkage.threshold,
        {"issues": [[5, 3, 1], [2, 1.8, 0]]},
        {"separate": (0.5, 0.1), "linked": 0.36666666666666664},
    ),
    ("identical issues", T.linkage.threshold, {"issues": [[5, 3, 1]] * 2}, {"separate": (0.5, 0.5), "linked": 0.5}),
    (
        "multiplier",
        T.armsrace.multiplier,
        {"cost_ceiling": 1.0, "advantage": 0.1, "exposure": 0.8},
        {"cutoff": 1 / 3, "probability": 1 / 3, "dominant_share": 0.1},
    ),
    (
        "certain race",
        T.armsrace.multiplier,
        {"cost_ceiling": 1.0, "advantage": 0.01, "exposure": 1.2},
        {"cutoff": 1.0, "probability": 1.0, "dominant_share": 0.01},
    ),
    (
        "Richardson",
        T.armsrace.richardson,
        {"reaction": (0.6, 0.5), "fatigue": (1.0, 0.8), "grievance": (0.3, 0.2)},
        {"equilibrium": (0.72, 0.7), "stable": True, "eigenvalues": (-1.4567764362830022, -0.3432235637169978)},
    ),
    ("regime", T.third_party.regime_threshold, {"exit_cost": 0.4, "noise": 0.1}, 0.6),
    (
        "consent withheld",
        T.third_party.host_consent,
        {"benefit": 1.0, "hosts": 3, "externality": 0.5},
        {"deploys_without_consent": True, "deploys_with_consent": False, "externality_wedge": 1.5},
    ),
    (
        "consent given",
        T.third_party.host_consent,
        {"benefit": 2.0, "hosts": 3, "externality": 0.5},
        {"deploys_without_consent": True, "deploys_with_consent": True, "externality_wedge": 1.5},
    ),
    (
        "alternating offers",
        ag.rubinstein,
        {"discounts": (0.9, 0.9)},
        {"shares": (0.5263157894736843, 0.4736842105263157)},
    ),
    (
        "outside option below the share",
        ag.rubinstein,
        {"discounts": (0.9, 0.9), "outside": (0, 0.3)},
        {"shares": (0.5263157894736843, 0.4736842105263157), "binding": False},
    ),
    (
        "outside option above the share",
        ag.rubinstein,
        {"discounts": (0.9, 0.9), "outside": (0, 0.6)},
        {"shares": (0.4, 0.6), "binding": True},
    ),
    (
        "Nash bargaining",
        ag.NashBargaining(weight=0.5).split,
        {"surplus": 1, "disagreement": (0.2, 0.1)},
        {"shares": (0.55, 0.45)},
    ),
]
