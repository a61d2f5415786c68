"""``armsgame run | report | ask | explore | scenarios | show | sources | moves | sweep | new | validate | ..``."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import armsgame as ag
from armsgame._provenance import VERSION
from armsgame.cli.options import add_changes, add_scenario, read_changes, read_number, read_scenario, writable
from armsgame.cli.terminal import plain_output, printable
from armsgame.errors import ArmsgameError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from armsgame.study.scenarios.report import Report

__all__ = ["main"]

_Finished = TypeVar("_Finished")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (1: faults of a record, 2: bad input, 130: interrupted)."""
    # what a command makes it keeps to its end: looking for cycles at every 700 objects finds next to nothing
    gc.set_threshold(1_000_000, 20, 20)
    # and the interpreter looks for them twice more as it ends, when nobody needs what is freed
    atexit.register(gc.freeze)
    given = _parser().parse_args(arguments)
    # a script that calls this function would be run again by every process that it starts: only the command has others
    given.alone = arguments is not None or Path(sys.argv[0]).stem != "armsgame"
    try:
        with plain_output(sys.stdout):
            code = given.action(given)
        sys.stdout.flush()
    except ArmsgameError as fault:
        print(printable(f"armsgame: {fault}"), file=sys.stderr)
        return 2
    except KeyboardInterrupt as stop:
        print(f"armsgame: interrupted; {str(stop) or 'nothing was written'}.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # the reader of a pipe has seen enough; what is still buffered must not be flushed at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return int(code or 0)


def _parser() -> argparse.ArgumentParser:
    from armsgame.cli import ask, explore, sweeping, warming

    parser = argparse.ArgumentParser(
        prog="armsgame", description="Arms-control treaties as games: equilibria, thresholds, simulated decades."
    )
    parser.add_argument("--version", action="version", version=f"armsgame {VERSION}")
    verbs = parser.add_subparsers(required=True, metavar="command")

    def verb(name: str, action: Callable[[argparse.Namespace], object], told: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=told)
        made.set_defaults(action=action)
        return made

    run = verb("run", _run, "report, figures and data of a scenario")
    _questions(run)
    told = "folder of the results (default armsgame-out)"
    run.add_argument("--out", default="armsgame-out", metavar="DIR", help=told)
    page = verb("report", _report, "one self-contained HTML page: facts, assumptions, results, figures")
    _questions(page)
    page.add_argument("--html", required=True, metavar="FILE", help="the page to write; it opens without a network")
    verb("scenarios", _list, "list the scenarios that ship with the library")
    verb("show", _show, "print a scenario: terms, regimes, perspectives, claims, timeline").add_argument("scenario")
    evidence = verb("sources", _sources, "list the evidence of a scenario and what rests on each document")
    allowed = "a name, the path of a TOML dossier, or 'all' for the balance of all that ship"
    evidence.add_argument("scenario", help=allowed)
    verb("moves", _moves, "list the moves that events may have, with one definition each")
    start = verb("new", _new, "write a commented template of a dossier")
    start.add_argument("name", help="becomes NAME.toml in this folder; an existing file is left as it is")
    check = verb("validate", _validate, "check a dossier of your own; every fault is explained")
    check.add_argument("file", help="a TOML dossier")
    whole = verb("check", _check, "check files: proofs, saved paths, stores of sweeps, checkpoints, dossiers")
    whole.add_argument("files", nargs="+", metavar="FILE", help="a file or store; its content says what it is")
    sweeping.add(verbs)
    ask.add(verbs)
    explore.add(verbs)
    warming.add(verbs)
    words = verb("completion", _completion, "print a script that lets a shell complete this command")
    words.add_argument("shell", choices=["bash", "zsh", "tcsh"], help="the shell to print it for")
    return parser


def _questions(verb: argparse.ArgumentParser) -> None:
    add_scenario(verb)
    verb.add_argument("--perspective", metavar="NAME", help="show outcomes under this perspective only")
    add_changes(verb)
    told_assumed = "also sample outcomes if each type follows the policy that its account assumes"
    verb.add_argument("--assumed", action="store_true", help=told_assumed)
    verb.add_argument("--paths", default="20000", metavar="N", help="sampled paths (default 20000)")
    verb.add_argument("--periods", metavar="T", help="horizon in periods (default: the scenario's)")
    verb.add_argument("--seed", default="0", metavar="S", help="seed of the paths (default 0)")


def _run(given: argparse.Namespace) -> None:
    import time

    started = time.perf_counter()
    folder = writable(Path(given.out))

    def finish(found: Report, pool: Executor | None) -> list[str]:
        from armsgame.cli import output

        return output.write(found, folder, pool)

    result, written = _result(given, finish)
    print(result)
    print(f"Written to {folder}: {', '.join(written)}")
    print(f"Took {time.perf_counter() - started:.1f} s; the first run on a machine also compiles its kernels.")


def _report(given: argparse.Namespace) -> None:
    import shlex

    path = Path(given.html)
    writable(path.parent)
    again = ["armsgame", "report", given.scenario, *(x for c in given.changes for x in ("--set", c))]
    for name in ("perspective", "paths", "periods", "seed"):
        if (value := getattr(given, name)) is not None:
            again += [f"--{name}", value]
    again += ["--assumed"] * given.assumed
    command = shlex.join([*again, "--html", path.name])

    def finish(found: Report, _: Executor | None) -> None:
        from armsgame.cli import page

        page.write(found, path, command)

    _result(given, finish)
    print(f"Wrote {path}: open it in a browser; it needs no network.")


def _new(given: argparse.Namespace) -> None:
    from armsgame.cli.own import new

    print(new(given.name))


def _validate(given: argparse.Namespace) -> int:
    from armsgame.cli.own import SOUND, validate

    told = validate(given.file)
    print(told)
    return 0 if SOUND in told.splitlines() else 1


def _check(given: argparse.Namespace) -> int:
    from armsgame.cli.checking import check

    return check(given.files)


def _completion(given: argparse.Namespace) -> None:
    import shtab

    print(shtab.complete(_parser(), given.shell))


def _result(
    given: argparse.Namespace, finish: Callable[[Report, Executor | None], _Finished]
) -> tuple[Report, _Finished]:
    """Run the main job with a line of progress; `finish` draws and writes."""
    from concurrent.futures import BrokenExecutor

    from tqdm import tqdm

    from armsgame._cost import require
    from armsgame.cli.beside import beside

    scenario = read_scenario(given.scenario).replace(**read_changes(given.changes))
    whole = partial(read_number, read=int, allowed="a whole number")
    paths, seed = whole("--paths", given.paths), whole("--seed", given.seed)
    periods = None if given.periods is None else whole("--periods", given.periods)
    # a horizon of the scenario's own is short
    require("simulate", paths=paths, periods=periods or 1, kept=paths)
    with tqdm(total=None, disable=None, bar_format="{desc} [{elapsed}]", leave=False) as bar:
        tell, account = bar.set_description_str, given.perspective

        def made(pool: Executor | None) -> tuple[Report, _Finished]:
            asked = partial(ag.report, scenario, perspective=account, paths=paths, periods=periods, rng=seed)
            result = asked(assumed=given.assumed, progress=tell, executor=pool)
            bar.set_description_str("figures and files")
            return result, finish(result, pool)

        with beside(not given.alone) as pool:
            try:
                return made(pool)
            except BrokenExecutor:
                # another process was ended from outside: this one does it all
                return made(None)


def _list(_: argparse.Namespace) -> None:
    for name in ag.scenarios():
        print(f"{name:<18s} {ag.load_scenario(name)}")


def _show(given: argparse.Namespace) -> None:
    from armsgame.cli.output import shown

    print(shown(read_scenario(given.scenario)))


def _sources(given: argparse.Namespace) -> None:
    from armsgame.dossiers.evidence import balance_table, sources_text

    if given.scenario == "all":
        print(balance_table(ag.load_scenario(name) for name in ag.scenarios()))
    else:
        print(sources_text(read_scenario(given.scenario)))


def _moves(_: argparse.Namespace) -> None:
    from armsgame.dossiers.moves import MOVES, READ

    for name, move in MOVES.items():
        print(f"{name:<24s} {move.meaning}" + (f" [read by the model as {READ[name]}]" if name in READ else ""))


if __name__ == "__main__":
    sys.exit(main())
