"""`llms.txt`: the site as one plain text, for programs that read it before they write code."""

from __future__ import annotations

import re
from pathlib import Path

from public_names import canonical, public

SECTIONS = {
    "start": "Start",
    "tutorial": "Tutorials",
    "how-to": "How-to",
    "theory": "Theory",
    "mechanisms": "Mechanisms",
    "catalogues": "Catalogue",
}
INTRODUCTION = """# armsgame

> A Python library that models arms-control treaties as repeated and stochastic games: which conduct is
> self-enforcing, how patient the parties must be, how long a treaty lasts. Equilibria carry certificates;
> probabilities are exact or stand beside the exact value.

- Import it as `import armsgame as ag`. Names of daily use are in `ag`; every other name is in the namespace of its
  topic, as `ag.thresholds.payoff_threshold`.
- Actions are listed with compliance first. `discount` is per period, from 0 to below 1.
- A verb that finds no answer raises `ag.NotSolved` with the next step in its text; `throw=False` returns the status.
- Values are immutable. `print(value)` shows a table; most have `.to_frame()`, `.plot()` and `.explain()`.
- The law of a process (`ag.withdrawal_law`, `ag.outcome_probabilities`) is exact: prefer it to `ag.simulate` where
  both answer.
- Contested claims are data with a claimant, a reply and the status "contested". Show results under every perspective.
"""


def first_sentence(text: str) -> str:
    """The first sentence below the heading of a page."""
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    for block in body.split("\n\n"):
        plain = " ".join(block.split())
        if plain and plain[0] not in "#`:|-!%(*" and not plain.startswith("This page is a notebook"):
            plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", plain)
            return re.split(r"(?<=[.?!])\s", plain)[0]
    return ""


def text(docs: Path) -> str:
    """The introduction, every page of prose, and every public name with what it is."""
    out = [INTRODUCTION]
    for folder, heading in SECTIONS.items():
        out += [f"## {heading}", ""]
        for path in sorted((docs / folder).glob("*.md")):
            page = path.read_text(encoding="utf-8")
            title = re.search(r"^# (.+)$", page, re.MULTILINE)
            name = title.group(1) if title else path.stem
            out.append(f"- [{name}]({folder}/{path.stem}.html): {first_sentence(page)}")
        out.append("")
    out += ["## Reference", ""]
    for name, entry in public().items():
        if canonical()[name] == name and name != "ag":
            out.append(f"- [{name}]({entry.page}.html): {entry.summary}")
    return "\n".join(out) + "\n"
