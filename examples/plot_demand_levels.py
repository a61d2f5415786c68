"""
Two levels of a demand: the type that wants out asks for terms that are made to be refused
==========================================================================================

After an alarm about the other party the US can demand modest or maximal terms. Maximal terms cost the party that
accepts them more than it gains by staying, so that they are refused; the refusal is a free ground for notice. One
type of the US is content, the other wants out. Each bar is a profile that was certified at some prior, over all priors
at which it is an equilibrium; the borders are exact. In each of them the type that wants out demands maximal terms at
the first alarm about Russia; the content type does the same in some profiles and not in others. All numbers are
assumptions, and the search is not complete.
"""

import matplotlib.pyplot as plt

import armsgame as ag

levels = (
    ag.treaty.parts.DemandLevel("modest"),
    ag.treaty.parts.DemandLevel("maximal", status_cost=20, exit_cost=0),
)
treaty = ag.Treaty(parts=(ag.treaty.parts.DemandMenu(levels),)).replace(
    exit_cost_unprovoked=30, exit_cost_grounds=30, false_alarm=0.02, temptation=1.2, sucker=-0.2
)
types = {"US": {"content": {}, "wants_out": {"outside_option": 1.3}}}


def at_the_first_alarm(game, strategy):
    """What a strategy does after one quiet period that ends with an alarm about Russia."""
    start, alarm = "in_force, none", "in_force, Russia"
    seen = game.game.outcomes(start).index(("silent | silent", alarm))
    law = strategy.outputs[alarm][strategy.next[start][strategy.initial, seen]]
    states = game.game.states
    return game.game.stages[states.index(alarm)].actions[0][int(law.argmax())]


rows = {}
for belief in (0.4, 0.9):
    game = treaty.with_types(types, {"US": [belief, 1 - belief]})
    for one in ag.bayesian_equilibria(game, discount=0.95, mixing="never"):
        moves = tuple(at_the_first_alarm(game, one.profile["US"][kind]) for kind in types["US"])
        low, high = one.priors.about("US").interval
        rows[moves, round(low, 9), round(high, 9)] = (low, high)
        print(f"content {moves[0]}; wants_out {moves[1]}: P(content) in [{low:.4f}, {high:.4f}]")

figure, ax = plt.subplots(figsize=(9, 1.2 + 0.5 * len(rows)), layout="constrained")
for place, ((moves, *_), (low, high)) in enumerate(rows.items()):
    ax.barh(place, high - low, 0.6, left=low, color="#E69F00" if moves[0] != moves[1] else "#0072B2")
ax.set_yticks(range(len(rows)), [f"content: {moves[0]}\nwants out: {moves[1]}" for (moves, *_), _ in rows.items()])
ax.barh(0, 0, color="#E69F00", label="types part")
ax.barh(0, 0, color="#0072B2", label="types do the same")
ax.tick_params(axis="y", labelsize="small")
ax.set(xlim=(0, 1), xlabel="P(US is content), as Russia holds it")
ax.legend(frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(0, 1))
figure.savefig("demand_levels.png", dpi=110)
