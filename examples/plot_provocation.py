"""
Give notice or be caught: what a party that wants out does first, by the cost of exit
=====================================================================================

A party that wants out can give notice, or deploy and wait until an alarm about it makes the other party leave. Without
grounds an exit costs the amount on the horizontal axis. The strips show the first move of each type in the certified
profile that is best for the party that is worse off. Where exit is cheap the type that wants out gives notice at once;
where it is dear it deploys. In between, one side may do the one and the other side the other. All numbers are
assumptions.
"""

import numpy as np

import armsgame as ag

types = {"content": {}, "wants_out": {"outside_option": 1.3}}
measure = ag.measures.first_moves_by_type.under(types=types)
treaty = ag.Treaty(demand=False).replace(detection=0.8)
costs = np.linspace(0.25, 4, 16)
found = ag.sweep(treaty, {"exit_cost_unprovoked": costs}, measure, discount=0.95, progress=False)
ax = ag.plot.first_moves(found)
ax.figure.savefig("provocation.png", dpi=110)

for party in treaty.parties:
    moves = [ag.measures.FIRST_MOVES[int(k)] for k in found[f"{party} wants_out"]]
    print(party, "wants out:", ", ".join(f"{cost:g} {move}" for cost, move in zip(costs, moves, strict=True)))
