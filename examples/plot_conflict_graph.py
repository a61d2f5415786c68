"""
The same moves, two readings: far-sighted parties can keep the treaty under one of them
=======================================================================================

One party may deploy, the other may leave the treaty for good. In the graph model only moves and rankings count.
Both readings are hypotheses: in the first the second party prefers a kept treaty; in the second it prefers to be
out whatever happens. Under both the only Nash state is "deploy + exit". Only in the first is the kept treaty stable
as well, for parties that count on the other's answer (GMR, SMR, SEQ).
"""

import matplotlib.pyplot as plt

import armsgame as ag

GraphModel = ag.treaty.conflict_graph.GraphModel
options = {"A": ["deploy"], "B": ["exit"]}
first = ["not exit", "deploy"]
readings = {
    "B would stay with a compliant A": {"A": first, "B": ["not deploy", lambda s: ("deploy" in s) == ("exit" in s)]},
    "B wants out": {"A": first, "B": ["exit", "not deploy"]},
}
places = {"-": (0, 1), "deploy": (1, 1), "exit": (0, 0), "deploy + exit": (1, 0)}
figure, panels = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
for ax, (title, priorities) in zip(panels, readings.items(), strict=True):
    model = GraphModel.from_options(options, priorities, irreversible=["exit"])
    print(title)
    print(model.stability())
    for way in model.paths("-"):
        print("   ", way)
    ag.plot.conflict_graph(model, start="-", positions=places, ax=ax)
    ax.set_title(title)
panels[0].get_legend().remove()
figure.savefig("conflict_graph.png", dpi=110)
