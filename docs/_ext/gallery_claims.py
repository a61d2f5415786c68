"""Titles of the gallery as conclusions: what is asserted, over which box of assumptions, and how often it holds.

`claims.toml` beside the scripts holds the statement in words, the assertion, the ranges and the share of points at
which it held when it was last computed. A test computes every share again; the build prints them under the figures.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import armsgame as ag

if TYPE_CHECKING:
    from sphinx.application import Sphinx

EXAMPLES = Path(__file__).parents[2] / "examples"
STEP = 0.01


def reversion(party: Any, *, detection: float | None = None, false_alarm: float | None = None) -> float:
    """Least discount factor of permanent reversion with one alarm for each party."""
    d = party.detection if detection is None else detection
    a = party.false_alarm if false_alarm is None else false_alarm
    psi = ag.treaty.compliance.per_party_alarm(d, a)
    pay = (party.temptation, party.reward, party.punishment)
    return float(ag.treaty.compliance.grim(*pay, *psi).threshold)


def rise(low: float, high: float) -> float:
    """By how much a threshold rises; none where both are infinite."""
    return 0.0 if low == high else high - low


def false_alarms(treaty: ag.Treaty, _discount: float) -> dict[str, float]:
    """What one more percentage point of false alarms does to the threshold."""
    party = treaty.parameters[0]
    more = reversion(party, false_alarm=min(1.0, party.false_alarm + STEP))
    return {"rise": rise(reversion(party), more)}


def less_detection(treaty: ag.Treaty, _discount: float) -> dict[str, float]:
    """What a fifth less detection does to the threshold."""
    party = treaty.parameters[0]
    return {"rise": rise(reversion(party), reversion(party, detection=0.8 * party.detection))}


def longer_suspension(treaty: ag.Treaty, discount: float) -> dict[str, float]:
    """What a fifth less detection does to the shortest suspension that deters; infinite where none does."""
    party = treaty.parameters[0]

    def shortest(detection: float) -> float:
        psi = ag.treaty.compliance.per_party_alarm(detection, party.false_alarm)
        found = ag.treaty.compliance.finite_punishment(
            party.temptation, party.reward, party.punishment, *psi, discount
        ).periods
        return float(np.inf if np.isnan(found) else found)

    return {"rise": rise(shortest(party.detection), shortest(0.8 * party.detection))}


def two_alarms(treaty: ag.Treaty, _discount: float) -> dict[str, float]:
    """What an alarm for each party does beside one alarm about the profile."""
    party = treaty.parameters[0]
    pay = (party.temptation, party.reward, party.punishment)
    one = ag.treaty.compliance.grim(*pay, party.detection, party.false_alarm).threshold
    return {"rise": rise(float(one), reversion(party))}


def leniency(treaty: ag.Treaty, _discount: float) -> dict[str, float]:
    """By how much a suspension of four periods needs more patience than permanent reversion."""
    party = treaty.parameters[0]
    psi = ag.treaty.compliance.per_party_alarm(party.detection, party.false_alarm)
    pay = (party.temptation, party.reward, party.punishment)
    return {"rise": rise(reversion(party), float(ag.thresholds.suspension_threshold(*pay, *psi, periods=4)))}


def optimal_exit(treaty: ag.Treaty, discount: float) -> dict[str, float]:
    """What patience does to the bar for leaving, and a better treaty to the chance of leaving in a period."""
    reward = treaty.parameters[0].reward
    here = ag.treaty.withdrawal.optimal_exit(reward, discount)
    patient = ag.treaty.withdrawal.optimal_exit(reward, min(0.999, discount + STEP))
    better = ag.treaty.withdrawal.optimal_exit(reward + STEP, discount)
    return {
        "bar": float(patient.reservation - here.reservation),
        "chance": float(here.reservation - better.reservation),
    }


def ladder_band(treaty: ag.Treaty, _discount: float) -> dict[str, float]:
    """Whether a ladder holds somewhere, and where its band ends."""
    found = ag.critical_discount(treaty.game(), (ag.treaty.ladder_yield, ag.treaty.ladder_yield))
    ends = [high for _, high in found.intervals]
    return {"holds": float(bool(ends)), "end": float(max(ends, default=0.0))}


def forgiving(treaty: ag.Treaty, _discount: float) -> dict[str, float]:
    """What one false alarm leaves of a strict treaty after twelve periods, and what it takes from a forgiving one."""
    game = treaty.game()
    flagged = f"in_force, {treaty.parties[1]}"

    def kept(start: Any, policy: ag.treaty.Policy) -> float:
        return float(ag.withdrawal_law(start, (policy, policy), periods=12).survival[12])

    calm = kept(game, ag.treaty.ladder_yield)
    after = kept(game.starting(flagged), ag.treaty.ladder_yield)
    return {"strict": kept(game.starting(flagged), ag.treaty.exit_on_alarm), "lost": calm - after}


MEASURES: Mapping[str, Callable[[ag.Treaty, float], dict[str, float]]] = {
    function.__name__: function
    for function in (
        false_alarms, less_detection, longer_suspension, two_alarms, leniency, optimal_exit, ladder_band, forgiving
    )
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A title of the gallery as an assertion that a machine can judge."""

    script: str
    says: str
    statement: str
    measure: str
    over: dict[str, list[float]]
    points: int
    share: float
    base: dict[str, float]

    def judge(self) -> tuple[bool, float]:
        """Whether it holds at its own numbers, and the share of the box at which it holds."""
        treaty = ag.Treaty().replace(**{name: value for name, value in self.base.items() if name != "discount"})
        conclusion = ag.studies.Conclusion(
            treaty, self.statement, MEASURES[self.measure], discount=self.base.get("discount", 0.95)
        )
        over = {name: (low, high) for name, (low, high) in self.over.items()}
        found = ag.studies.robustness(conclusion, over, points=self.points, rng=1)
        return bool(found.base), float(found.share)

    def shown(self) -> str:
        """The sentence that stands under the figure."""
        box = ", ".join(f"{name} {low:g} to {high:g}" for name, (low, high) in self.over.items())
        held = "everywhere" if self.share == 1 else f"on {self.share:.0%}"
        return f"**What is claimed.** {self.says} It holds {held} of the box {box} ({self.points} points)."


def claims() -> list[Claim]:
    """All claims in the order of the file."""
    rows = tomllib.loads((EXAMPLES / "claims.toml").read_text(encoding="utf-8"))
    return [Claim(script=script, base=row.pop("base", {}), **row) for script, row in rows.items()]


def print_claim(_app: Sphinx, document: str, source: list[str]) -> None:
    """Put the claim of a script under its first figure."""
    for claim in claims():
        if document == f"auto_examples/plot_{claim.script}":
            at = source[0].find("\n.. rst-class:: sphx-glr-timing")
            at = len(source[0]) if at < 0 else at
            source[0] = f"{source[0][:at]}\n\n{claim.shown()}\n\n{source[0][at:]}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Claims are printed when the pages of the gallery are read."""
    app.connect("source-read", print_claim)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
