"""The questions of ``armsgame ask`` and how each is answered by the public verbs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import armsgame as ag
from armsgame.cli.asked import Answer, Asked, Row
from armsgame.cli.options import above_zero, read_number, read_scenario
from armsgame.cli.sweeping import named_measure
from armsgame.errors import ArmsgameError, ScenarioError, check_known
from armsgame.results.certificates import Threshold

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["QUESTIONS", "Question"]

_Choice = TypeVar("_Choice")
_USUAL = ("grim", "mirror", "exit_on_alarm", "ladder_yield")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the command line.

    Attributes
    ----------
    told : str, the question in a sentence
    example : str, arguments of an example
    answer : callable(Asked) -> Answer, or callable(options) where several scenarios are asked about
    options : mapping from flag to what argparse takes for it
    several : bool
    """

    told: str
    example: str
    answer: Callable[[Any], Answer]
    options: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    several: bool = False


def _strategies() -> dict[str, object]:
    return {**ag.strategies.named_strategies(), "grim": ag.grim, "mirror": ag.mirror, **_policies()}


def _policies() -> dict[str, object]:
    return {name: rule for name, rule in ag.treaty.NAMED.items() if name != "mirror"}


def _play(treaty: ag.Treaty, name: str) -> tuple[Any, object, str]:
    """Return the game that a strategy is for, the strategy, and the game in words."""
    strategy = _chosen("--strategy", name, _strategies())
    if name in _policies():
        return treaty.game(), strategy, "whole treaty"
    return treaty.one_status(), strategy, "conduct only"


def _chosen(option: str, name: str, known: Mapping[str, _Choice]) -> _Choice:
    check_known(f"{option} is {{}}", known, name, error=ScenarioError)
    return known[name]


def _threshold(asked: Asked) -> Answer:
    rows: list[Row] = []
    spans: list[tuple[str, list[tuple[float, float]]]] = []
    for regime, treaty in asked.treaties.items():
        for name in asked.options.strategy or _USUAL:
            game, strategy, what = _play(treaty, name)
            found = ag.critical_discount(game, (strategy, strategy))
            assert isinstance(found, Threshold)  # what a profile is answered with
            inside = any(low <= asked.discount <= high for low, high in found.intervals)
            for low, high in found.intervals or ((None, None),):
                rows.append(
                    {
                        "regime": regime,
                        "strategy": name,
                        "game": what,
                        "holds from": low,
                        "to": high,
                        "from, per year": None if low is None else asked.per_year(low),
                        "to, per year": None if high is None else asked.per_year(high),
                        f"holds at {asked.discount:g}": inside,
                    }
                )
            spans.append((f"{name}, {regime}", list(found.intervals)))

    def draw(ax: Axes) -> None:
        for k, (_, own) in enumerate(spans):
            for low, high in own:
                ax.plot([low, high], [k, k], "|-", color="C0", lw=6, ms=11, mew=2, solid_capstyle="butt")
            if not own:
                ax.text(0.01, k, "holds at none", va="center", color="0.4")
        ax.set_yticks(range(len(spans)), [label for label, _ in spans])
        ax.axvline(asked.discount, ls="--", color="0.4")
        ax.set_xlim(0, 1)
        ax.set_xlabel(f"discount factor of a period of {asked.period_days:g} days")
        ax.set_ylim(len(spans) - 0.5, -0.5)

    title = f"At which patience does each strategy, played by both, sustain compliance? ({asked.name})"
    notes = (
        "A strategy holds where no party gains by any deviation; each row is one interval of discount factors of a "
        f"period ({asked.period_days:g} days). An empty row holds at none.",
    )
    return Answer(title, tuple(rows), notes + asked.assumptions, draw)


def _survive(asked: Asked) -> Answer:
    years = read_number("--years", asked.options.years, above_zero, "a number above 0")
    periods = asked.periods(years)
    if periods < 1:
        raise ArmsgameError(f"--years is {years:g}, less than one period of {asked.period_days:g} days; give more.")
    name = asked.options.strategy
    rows, laws = [], {}
    for regime, treaty in asked.treaties.items():
        game, strategy, what = _play(treaty, name)
        if what != "whole treaty":
            raise ArmsgameError(
                f"--strategy is {name!r}, which never leaves a treaty; allowed here: {', '.join(_policies())}."
            )
        law, notice = (
            ag.withdrawal_law(game, (strategy, strategy), periods=periods, event=e) for e in ("withdrawn", "notice")
        )
        laws[regime] = law
        mean = law.mean
        rows.append(
            {
                "regime": regime,
                "strategy": name,
                "equilibrium": bool(ag.verify(game, (strategy, strategy), discount=asked.discount).ok),
                f"P(in force after {years:g} years)": float(law.survival[periods]),
                f"P(no notice in {years:g} years)": float(notice.survival[periods]),
                "mean years to withdrawal": asked.years(mean) if isfinite(mean) else None,
                "mean periods": float(mean) if isfinite(mean) else None,
            }
        )

    def draw(ax: Axes) -> None:
        for regime, law in laws.items():
            ax.step([asked.years(t) for t in range(periods + 1)], law.survival, where="post", label=regime)
        ax.set_xlabel("years")
        ax.set_ylabel("P(treaty in force)")
        ax.set_ylim(0, 1.02)
        ax.legend()

    notes = (
        f"Exact, no sampling. {years:g} years are {periods} periods of {asked.period_days:g} days. Both parties play "
        f"{name} [assumption]; 'equilibrium' says whether no party would gain by another strategy at "
        f"{asked.discount:g}.",
    )
    title = f"How likely is it that the treaty is still in force after {years:g} years? ({asked.name})"
    return Answer(title, tuple(rows), notes + asked.assumptions, draw)


def _verify(asked: Asked) -> Answer:
    names = asked.options.strategy
    if len(names) > 2:
        raise ArmsgameError(
            f"--strategy is given {len(names)} times; allowed: once for both parties, or once for each."
        )
    pair = (names[0], names[-1])
    rows: list[Row] = []
    notes: list[str] = []
    for regime, treaty in asked.treaties.items():
        plays = [_play(treaty, n) for n in pair]
        if plays[0][2] != plays[1][2]:
            raise ArmsgameError(
                f"{pair[0]!r} and {pair[1]!r} are strategies of different games ({plays[0][2]}, {plays[1][2]}); name "
                "two of one kind."
            )
        found = ag.verify(plays[0][0], (plays[0][1], plays[1][1]), discount=asked.discount)
        rows.append(
            {
                "regime": regime,
                "profile": " / ".join(dict.fromkeys(pair)),
                "game": plays[0][2],
                "discount": asked.discount,
                "equilibrium": bool(found.ok),
                "largest gain": float(found.max_gain),
                "where": str(found.where),
            }
        )
        notes.append(f"{regime}: {found.explain()}")
    title = f"Is this profile an equilibrium? ({asked.name})"
    return Answer(title, tuple(rows), (*notes, *asked.assumptions))


def _compare(given: argparse.Namespace) -> Answer:
    found = ag.compare([read_scenario(name) for name in given.scenarios], given.about)
    rows: tuple[Row, ...] = tuple(
        {k: None if isinstance(v, float) and not isfinite(v) else v for k, v in row.items()} for row in found.table()
    )
    if any("median_years" in row for row in rows):
        told = "Survival is exact. A median that is left empty lies beyond ten years."
    else:
        told = "Discount factors are those of a year."
    notes = (
        told,
        "Payoffs, rates and behaviour are assumptions; no account is taken as true.",
    )
    title = f"How do the treaties compare? ({', '.join(given.scenarios)})"
    return Answer(title, rows, notes, lambda ax: found.plot(ax=ax))


def _sensitivity(asked: Asked) -> Answer:
    model = next(iter(asked.treaties.values())) if asked.scenario is None else asked.scenario
    over = asked.options.over or ["temptation", "punishment", "sucker", "detection", "false_alarm"]
    discount = asked.discount if asked.scenario is None else None
    measure = named_measure(asked.options.measure)
    found = ag.sensitivity(model, over, measure=measure, method=ag.studies.OneAtATime(), discount=discount)
    # what this method is answered with
    assert isinstance(found, ag.studies.Tornado)
    rows: tuple[Row, ...] = tuple(
        {
            "parameter": n,
            "from": float(found.ranges[n][0]),
            "to": float(found.ranges[n][1]),
            "at low end": float(found.low[k]),
            "at high end": float(found.high[k]),
        }
        for k, n in enumerate(found.names)
    )
    notes = (f"One parameter moves at a time; {found.output} is {found.base:.4g} at the model's own values.",)
    title = f"Which assumption moves {found.output} most? ({asked.name})"
    return Answer(title, rows, notes + asked.assumptions, lambda ax: found.plot(ax=ax))


def _tournament(asked: Asked) -> Answer:
    regime, treaty = next(iter(asked.treaties.items()))
    known = ag.strategies.named_strategies()
    names = asked.options.strategy or list(known)
    chosen = {n: _chosen("--strategy", n, known) for n in names}
    if len(names) < 2:
        raise ArmsgameError("a tournament needs at least two strategies; repeat --strategy, or leave it out for all.")
    end = 1 - asked.discount
    found = ag.populations.tournament(chosen, treaty.one_status(), prob_end=end)
    rows: tuple[Row, ...] = tuple(
        {"rank": int(found.ranks[k][0]), "strategy": found.strategies[k], "mean payoff": float(found.scores[k])}
        for k in found.order
    )
    notes = (
        f"Every strategy meets every other and itself; a match ends with probability {end:g} after each period"
        + (f"; regime: {regime}." if regime else "."),
    )
    title = f"Which strategies do well against which? ({asked.name})"
    return Answer(title, rows, notes + asked.assumptions, lambda ax: found.plot(ax=ax))


def _deal(asked: Asked) -> Answer:
    neg = ag.negotiation
    terms: dict[str, Callable[[], Any]] = {
        "inspections": neg.inspection_quota,
        "notice": neg.notice_length,
        "ceiling": neg.deployment_ceiling,
    }
    chosen = [_chosen("--term", n, terms)() for n in asked.options.term or ["inspections", "ceiling"]]
    regime, treaty = list(asked.treaties.items())[-1]
    values = neg.value_of_terms(treaty, neg.Terms(chosen), discount=asked.discount)
    found = neg.negotiate_terms(values)
    a, b = values.parties
    rows: tuple[Row, ...] = tuple(
        {
            "rule": str(deal.rule),
            "terms": deal.label,
            f"worth to {a}": float(deal.payoff[0]),
            f"worth to {b}": float(deal.payoff[1]),
        }
        for deal in found.deals
    )
    notes = (*((found.note,) if found.note else ()), f"Regime today: {regime}." if regime else "")
    told = (*filter(None, notes), *str(found).splitlines()[-1:])
    title = f"Which terms would be agreed on? ({asked.name})"
    return Answer(title, rows, told + asked.assumptions, lambda ax: found.plot(ax=ax))


def _strategy(told: str, **more: Any) -> dict[str, dict[str, Any]]:
    return {"--strategy": {"metavar": "NAME", "help": told, **more}}


QUESTIONS: Mapping[str, Question] = {
    "threshold": Question(
        "How patient must the parties be for a strategy to sustain compliance?",
        "inf --strategy grim --strategy exit_on_alarm",
        _threshold,
        _strategy(f"a named strategy or policy; may be repeated (default: {', '.join(_USUAL)})", action="append"),
    ),
    "survive": Question(
        "How likely is it that the treaty is still in force after some years?",
        "inf --years 10 --figure survival.png",
        _survive,
        {
            "--years": {"default": "10", "metavar": "N", "help": "horizon in years (default 10)"},
            **_strategy("a policy of both parties (default exit_on_alarm)", default="exit_on_alarm"),
        },
    ),
    "verify": Question(
        "Is this profile an equilibrium?",
        "inf --strategy grim",
        _verify,
        _strategy("a strategy of both parties, or give it twice for one each", action="append", required=True),
    ),
    "compare": Question(
        "How do treaties compare?",
        "inf abm --about thresholds",
        _compare,
        {
            "--about": {
                "default": "all",
                "choices": ["all", "thresholds", "self_enforcement", "survival", "causes", "notice"],
                "help": "what to compare (default all)",
            }
        },
        several=True,
    ),
    "sensitivity": Question(
        "Which assumption moves an answer most?",
        "inf --measure threshold --over temptation --over detection",
        _sensitivity,
        {
            "--measure": {"default": "threshold", "metavar": "NAME", "help": "a measure (default threshold)"},
            "--over": {"action": "append", "metavar": "NAME", "help": "a parameter to move; may be repeated"},
        },
    ),
    "tournament": Question(
        "Which strategies do well against which?",
        "inf --strategy grim --strategy mirror --strategy always_deploy",
        _tournament,
        _strategy("a named strategy; may be repeated (default: all 28)", action="append"),
    ),
    "deal": Question(
        "Which terms would be agreed on?",
        "inf --term inspections --term ceiling",
        _deal,
        {
            "--term": {
                "action": "append",
                "metavar": "NAME",
                "help": "inspections, notice or ceiling; may be repeated (default inspections and ceiling)",
            }
        },
    ),
}
