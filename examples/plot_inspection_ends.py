"""
A fall in detection makes deploying pay; false alarms end most paths anyway
===========================================================================

Both parties exit on any alarm, with false alarms at a rate of .005 a quarter for each. With on-site inspection
(detection 0.80) no deviation pays at a discount factor of 0.95. With national technical means only (0.03) deploying
pays. Compliant or not, false alarms alone end 69 per cent of the paths within 120 quarters (30 years). With a
rate of .001 the policy would hold under technical means too, and false alarms would end 21 per cent. All numbers are
assumptions.
"""

import matplotlib.pyplot as plt

import armsgame as ag

treaty = ag.Treaty()
policy = (ag.treaty.exit_on_alarm, ag.treaty.exit_on_alarm)
for name, detection in (("on-site inspection", 0.80), ("technical means only", 0.03)):
    game = treaty.replace(detection=detection).game()
    print(name, "|", ag.critical_discount(game, policy))
    print("   ", ag.verify(game, policy, discount=0.95))

profiles = {"exit on alarm": ag.treaty.exit_on_alarm, "demand, then yield": ag.treaty.ladder_yield}
game = treaty.game()
question = {"discount": 0.95, "periods": 120, "paths": 20_000, "rng": 7}
runs = {name: ag.simulate(game, (p, p), **question) for name, p in profiles.items()}
laws = {name: ag.withdrawal_law(game, (p, p), periods=120) for name, p in profiles.items()}

figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), layout="constrained")
ag.plot.survival(runs, laws, ax=left)
left.set_xlabel("quarters")
ag.plot.outcomes(runs, ax=right)
figure.savefig("inf_outcomes.png", dpi=110)
