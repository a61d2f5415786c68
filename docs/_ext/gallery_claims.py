"""Titles of the gallery as conclusions: what is asserted, over which box of assumptions, and how often it holds.

`claims.toml` beside the scripts holds each statement in words, the assertion, the ranges and the share of the draws at
which it held. `benchmarks/gallery_claims.py` computes the shares; a test judges the numbers of the figures and the
first draws again; the build prints each claim under its first figure. A script that claims nothing is listed too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from claim_measures import MEASURES

if TYPE_CHECKING:
    from sphinx.application import Sphinx

EXAMPLES = Path(__file__).parents[2] / "examples"
SEED = 1


@dataclass(frozen=True)
class Claim:
    """A title of the gallery as an assertion that a machine can judge.

    `measure` names a function of `claim_measures`, whose defaults are the numbers of the figure unless `base` says
    others. `over` holds the ranges; bounds that are whole numbers are drawn as whole numbers. A claim without ranges
    says in `fixed` why it has none. `drawn` holds what was found at the first draws, 1 where the statement held.
    """

    script: str
    says: str
    statement: str
    measure: str
    over: dict[str, list[float]] = field(default_factory=dict)
    points: int = 1
    share: float = 1.0
    drawn: str = ""
    base: dict[str, float] = field(default_factory=dict)
    fixed: str = ""

    def holds(self, point: dict[str, float]) -> bool:
        """Whether the statement holds at some numbers; what is not named keeps the figure's."""
        found = MEASURES[self.measure](**self.base | point)
        return bool(eval(self.statement, {"__builtins__": {"abs": abs}}, found))

    def draws(self, points: int) -> list[dict[str, float]]:
        """Points of the box; fewer of them are the first of more."""
        if not self.over:
            return []
        random = np.random.default_rng(SEED)
        return [{name: self.draw(random, *pair) for name, pair in self.over.items()} for _ in range(points)]

    @staticmethod
    def draw(random: np.random.Generator, low: float, high: float) -> float:
        """A number from a range, a whole one where both ends are whole."""
        share = float(random.random())
        if isinstance(low, int) and isinstance(high, int):
            return low + int(share * (high - low + 1))
        return low + share * (high - low)

    def judge(self, points: int) -> str:
        """A 1 for each of the first draws at which the statement holds, else a 0."""
        return "".join("01"[self.holds(point)] for point in self.draws(points))

    def shown(self) -> str:
        """The sentence that stands under the figure."""
        if not self.over:
            return f"**What is claimed.** {self.says} It has no ranges: {self.fixed}."
        box = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in self.over.items())
        held = "everywhere on" if self.share == 1 else f"on {self.share:.0%} of"
        return f"**What is claimed.** {self.says} It holds {held} the box {box} ({self.points} draws)."


def rows() -> dict[str, Any]:
    """The file as it stands."""
    return tomllib.loads((EXAMPLES / "claims.toml").read_text(encoding="utf-8"))


def claims() -> list[Claim]:
    """All claims in the order of the file."""
    return [Claim(script=script, **row) for script, row in rows().items() if script != "descriptive"]


def descriptive() -> dict[str, str]:
    """Scripts whose titles claim nothing, each with what it shows."""
    return dict(rows()["descriptive"])


def print_claim(_app: Sphinx, document: str, source: list[str]) -> None:
    """Put the claim of a script under its first figure."""
    for claim in claims():
        if document == f"auto_examples/plot_{claim.script}":
            ends = [source[0].find(mark) for mark in ("\n.. rst-class:: sphx-glr-timing", "\n.. _sphx_glr_download_")]
            at = min((end for end in ends if end >= 0), default=len(source[0]))
            source[0] = f"{source[0][:at]}\n\n{claim.shown()}\n\n{source[0][at:]}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Claims are printed when the pages of the gallery are read."""
    app.connect("source-read", print_claim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
