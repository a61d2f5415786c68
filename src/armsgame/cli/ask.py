"""``armsgame ask``: one question about one treaty, answered as a table, JSON, CSV or a figure."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from armsgame._files import replacing
from armsgame.cli.answers import QUESTIONS
from armsgame.cli.asked import Answer, Asked, Cell, Row
from armsgame.cli.options import add_changes, read_changes, read_number, read_scenario
from armsgame.errors import ArmsgameError, ScenarioError, close_matches

__all__ = ["add"]

_PAYOFFS = ("temptation", "reward", "punishment", "sucker")
_ENDINGS = (".png", ".svg", ".pdf")


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser."""
    ask = verbs.add_parser(
        "ask",
        help="one question about a treaty: threshold, survive, verify, compare, sensitivity, tournament, deal",
        description="Ask one question about a scenario, a TOML dossier, or payoffs given as options.",
    )
    questions = ask.add_subparsers(required=True, metavar="question")
    for name, question in QUESTIONS.items():
        example = f"Example: armsgame ask {name} {question.example}"
        one = questions.add_parser(name, help=question.told, description=question.told, epilog=example)
        _model(one, several=question.several)
        for flag, given in question.options.items():
            one.add_argument(flag, **given)
        _shape(one)
        one.set_defaults(action=_ask, question=name)


def _model(parser: argparse.ArgumentParser, *, several: bool) -> None:
    told = "a name that 'armsgame scenarios' lists, or the path of a TOML dossier"
    if several:
        parser.add_argument("scenarios", nargs="+", metavar="scenario", help=told)
        return
    parser.add_argument("scenario", nargs="?", help=f"{told}; leave it out with --payoffs")
    own = "payoffs of your own instead of a scenario: temptation, reward, punishment and sucker"
    parser.add_argument("--payoffs", nargs="+", metavar="NAME=VALUE", help=own)
    parser.add_argument("--detection", metavar="P", help="P(alarm in a period | deployment), for --payoffs")
    parser.add_argument("--false-alarm", metavar="P", help="P(alarm in a period | compliance), for --payoffs")
    parser.add_argument("--discount", metavar="D", help="discount factor of a period (default: the scenario's, or .95)")
    parser.add_argument("--period-days", metavar="DAYS", help="days of a period, for --payoffs (default 91)")
    add_changes(parser)


def _shape(parser: argparse.ArgumentParser) -> None:
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print JSON")
    shape.add_argument("--csv", action="store_true", help="print comma-separated values")
    parser.add_argument("--figure", metavar="FILE", help="also draw the answer: FILE.png, FILE.svg or FILE.pdf")


def _ask(given: argparse.Namespace) -> None:
    if given.figure is not None and Path(given.figure).suffix not in _ENDINGS:
        raise ArmsgameError(f"--figure is {given.figure!r}; allowed: a name that ends in {', '.join(_ENDINGS)}.")
    question = QUESTIONS[given.question]
    answer = question.answer(given) if question.several else question.answer(asked(given))
    if given.json:
        told = {"question": answer.title, "rows": answer.rows, "notes": answer.notes}
        print(json.dumps(told, indent=1, allow_nan=False))
    elif given.csv:
        print(_csv(answer.rows), end="")
    else:
        print(_text(answer))
    if given.figure is not None:
        _draw(answer, Path(given.figure))


def asked(given: argparse.Namespace) -> Asked:
    """Read the treaty that the options name."""
    import armsgame as ag

    number = partial(read_number, read=float, allowed="a number")
    if (given.scenario is None) == (given.payoffs is None):
        raise ArmsgameError(
            "give either a scenario or --payoffs; for example: armsgame ask "
            f"{given.question} inf, or armsgame ask {given.question} --payoffs temptation=1.5 reward=1 punishment=0 "
            "sucker=-0.5 --detection 0.8 --false-alarm 0.02"
        )
    if given.scenario is not None:
        if given.detection or given.false_alarm or given.period_days:
            raise ArmsgameError("--detection, --false-alarm and --period-days go with --payoffs; use --set here.")
        scenario = read_scenario(given.scenario).replace(**read_changes(given.changes))
        discount = scenario.question.discount if given.discount is None else number("--discount", given.discount)
        treaties = {r.name: scenario.treaty(regime=r.name) for r in scenario.regimes} or {"": scenario.treaty()}
        told = ("Payoffs, rates and behaviour are assumptions; no account is taken as true.",)
        return Asked(scenario.id, treaties, discount, given, scenario, told)
    payoffs = read_changes(given.payoffs)
    if unknown := sorted(set(payoffs) - set(_PAYOFFS)):
        raise ScenarioError(f"--payoffs names {unknown[0]!r}. {close_matches(unknown[0], _PAYOFFS)}")
    rates = {"detection": given.detection, "false_alarm": given.false_alarm, "period_days": given.period_days}
    terms = {n: number(f"--{n.replace('_', '-')}", v) for n, v in rates.items() if v is not None}
    treaty = ag.Treaty(parties=("A", "B")).replace(**payoffs, **terms, **read_changes(given.changes))
    discount = 0.95 if given.discount is None else number("--discount", given.discount)
    own = treaty.parameters[0]
    filled = [f"{n} {getattr(own, n):g}" for n in _PAYOFFS if n not in payoffs]
    filled += [f"{n} {getattr(own, n):g}" for n in ("detection", "false_alarm") if n not in terms]
    notes = (f"Not given, so the library's defaults are used: {', '.join(filled)}.",) if filled else ()
    return Asked("your payoffs", {"as given": treaty}, discount, given, None, notes)


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _text(answer: Answer) -> str:
    from armsgame.results.one_shot import aligned

    lines = [answer.title]
    if answer.rows:
        lines += aligned([list(answer.rows[0]), *([_cell(v) for v in row.values()] for row in answer.rows)])
    return "\n".join([*lines, *answer.notes])


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def _draw(answer: Answer, path: Path) -> None:
    if answer.draw is None:
        raise ArmsgameError("this answer has no figure; leave --figure out.")
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 4.5), layout="constrained")
    answer.draw(figure.add_subplot())
    try:
        with replacing(path) as part:
            figure.savefig(part, dpi=150)
    except OSError as fault:
        raise ArmsgameError(f"--figure is {str(path)!r}: {fault}. Choose another place.") from None
