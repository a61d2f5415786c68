"""
CFE Treaty: who kept which duties, and until when
=================================================

Four steps in sixteen years: a suspension, a partial one in answer, an exit with notice, and a suspension of the rest.
Whether the first of them had effect is disputed; the figure shows what each side did, by its own statement.
"""

from datetime import date

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

import armsgame as ag

cfe = ag.load_scenario("cfe")
begins, ends = cfe.day("terms.in_force").first, date(2025, 1, 1)
step = {i: cfe.day(f"events.{i}").first for i in ("suspension", "in-part", "exit", "allied-suspension")}
rows = {
    "Russia": ((begins, "all duties"), (step["suspension"], "suspended"), (step["exit"], "out")),
    "NATO's members,\ntoward Russia": (
        (begins, "all duties"),
        (step["in-part"], "suspended in part"),
        (step["allied-suspension"], "suspended"),
    ),
}
colours = {"all duties": "#0072B2", "suspended in part": "#56B4E9", "suspended": "#E69F00", "out": "#999999"}
_, ax = plt.subplots(figsize=(8.5, 2.8), layout="constrained")
for row, spans in enumerate(rows.values()):
    for (start, kind), stop in zip(spans, (*(s for s, _ in spans[1:]), ends), strict=True):
        ax.barh(row, stop - start, left=start, color=colours[kind], height=0.5)
ax.set_yticks(range(len(rows)), rows)
ax.invert_yaxis()
patches = [Patch(color=colour, label=kind) for kind, colour in colours.items()]
ax.legend(handles=patches, frameon=False, ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
ax.figure.savefig("dossier_cfe.png", dpi=110)
for fact in cfe.facts:
    print(f"{fact.name}: {cfe.value(fact):g} {fact.unit}")
