"""
Below this detection no pure public equilibrium keeps the treaty: a proof in a file
===================================================================================

How likely must detection be before mutual compliance is an equilibrium at all, whatever the parties' strategies? A
search in floats brackets the threshold. The proof file then holds both sides in integers: just above, an equilibrium
that complies now; just below, multipliers by which no pure public equilibrium does. A program of 500 lines that knows
no solver checks both. The figure shows how the levels of the lower side fall, step by step, until compliance is
excluded.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag
from armsgame.proofs.check import verdict
from armsgame.thresholds import required_detection

stage = ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0)
found = required_detection(stage, discount=0.8, false_alarm=0.01, tolerance=1e-2)
print(found)
proof = found.proof
print(proof)
print("checked again from its bytes:", verdict(proof.text.encode())[0] == 0, f"({len(proof.text):,} bytes)")

witness = proof.file["witness"]["fails"]["witness"]
directions = np.array(witness["directions"]["num"][0]) / witness["directions"]["den"]
levels = np.array(witness["levels"][0]) / witness["den"]
bounds = [levels]
for step in witness["steps"]:
    if "y" in step:
        levels = np.minimum(levels, np.array(step["y"][0]) / witness["den"])
        bounds.append(levels)

figure, ax = plt.subplots(figsize=(6.5, 5))
grid = np.stack(np.meshgrid(np.linspace(-0.5, 5.5, 400), np.linspace(-0.5, 5.5, 400)), axis=-1)
for n, levels in enumerate(bounds):
    over = (grid @ directions.T - levels).max(axis=-1)
    ax.contour(grid[..., 0], grid[..., 1], over, levels=[0], colors=[plt.cm.viridis(n / max(1, len(bounds) - 1))])
ax.plot(3, 3, "ko")
ax.annotate("mutual compliance", (3, 3), textcoords="offset points", xytext=(8, 8))
ax.plot(1, 1, "k^")
ax.annotate("mutual deployment", (1, 1), textcoords="offset points", xytext=(8, -14))
ax.set_xlabel(f"payoff of {stage.players[0]} (per period)")
ax.set_ylabel(f"payoff of {stage.players[1]} (per period)")
ax.set_title("Levels proved by each step, from dark to light", fontsize="medium", loc="left")
figure.savefig("proof.png", dpi=110)
