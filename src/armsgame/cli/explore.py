"""``armsgame explore``: one page with sliders over answers that were computed beforehand."""

from __future__ import annotations

import argparse
from pathlib import Path

from armsgame.cli.options import add_changes, add_scenario, read_changes, read_named, read_number, read_scenario
from armsgame.errors import ArmsgameError

__all__ = ["add"]


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser."""
    page = verbs.add_parser(
        "explore",
        help="one self-contained HTML page with sliders over exact answers",
        description="Compute a scenario's answers over a grid of assumptions, and write a page with sliders over them.",
        epilog="Example: armsgame explore inf --out inf.html --levels detection=0.1,0.8",
    )
    add_scenario(page)
    page.add_argument("--out", required=True, metavar="FILE", help="the page to write; it opens without a network")
    told = "levels of an axis, such as detection=0.1,0.8, audience_cost= for none beside the dossier's own, or "
    told += "standing=0.05:0.02 (concealment cost:standing); may be repeated"
    page.add_argument("--levels", action="append", default=[], metavar="NAME=A,B", help=told)
    told = "a start of the search; may be repeated (default exit_on_alarm, ladder_yield, stay_deployed)"
    page.add_argument("--start", action="append", metavar="NAME", help=told)
    page.add_argument("--budget-seconds", metavar="S", help="begin no further position after so many seconds")
    add_changes(page)
    page.set_defaults(action=_explore)


def _explore(given: argparse.Namespace) -> None:
    import armsgame as ag
    from armsgame.cli.options import writable
    from armsgame.study.explorer.explore import STARTS
    from armsgame.study.explorer.page import need_packages

    path = Path(given.out)
    if path.suffix not in (".html", ".htm"):
        raise ArmsgameError(f"--out is {given.out!r}; allowed: a file whose name ends in .html.")
    writable(path.parent)
    # said before minutes of work, not after
    need_packages()
    scenario = read_scenario(given.scenario).replace(**read_changes(given.changes))
    allowed = "NAME=NUMBER,NUMBER or standing=COST:STANDING"
    levels = read_named("--levels", given.levels, _levels, allowed, "levels")
    told, seconds = "a positive number of seconds", given.budget_seconds
    seconds = None if seconds is None else read_number("--budget-seconds", seconds, float, told)
    found = ag.explore(scenario, levels=levels, starts=given.start or STARTS, budget_seconds=seconds)
    path.parent.mkdir(parents=True, exist_ok=True)
    print(found)
    print(f"Wrote {found.save(path)}: open it in a browser; it needs no network.")


def _levels(text: str) -> list[object]:
    return [_level(part) for part in text.split(",") if part.strip()]


def _level(text: str) -> object:
    parts = tuple(float(part) for part in text.split(":"))
    return parts if len(parts) > 1 else parts[0]
