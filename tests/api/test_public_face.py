"""``import armsgame`` is light, and every namespace holds what its stub declares."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import armsgame as ag

HEAVY = ("cattrs", "matplotlib", "nashpy", "numba", "pandas", "scipy", "xarray")
SOURCE = Path(ag.__file__).parent
NAMESPACES = sorted(path.parent.name for path in SOURCE.glob("*/__init__.pyi"))
NAMES = [("armsgame", name) for name in ag.__all__] + [
    (f"armsgame.{room}", name) for room in NAMESPACES for name in import_module(f"armsgame.{room}").__all__
]
# folders of a namespace that are namespaces themselves
NESTED = {"treaty": {"crises", "inspection", "parts", "conflict_graph"}}


def _loaded_after(statement: str) -> set[str]:
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("statement", ["import armsgame", "import armsgame; dir(armsgame)"], ids=["import", "dir"])
def test_import_loads_no_heavy_package(statement: str) -> None:
    assert sorted(_loaded_after(statement) & set(HEAVY)) == []


def test_import_works_where_processes_do_not_exist() -> None:
    # as in a browser: the extension module behind multiprocessing is missing
    without = "import sys; sys.modules['_multiprocessing'] = None; import armsgame as ag; "
    assert "armsgame.study.sweeps.sweep" in _loaded_after(without + "ag.sweep; ag.simulate; ag.studies.calibrate")


@pytest.mark.parametrize(("package", "name"), NAMES, ids=[f"{p}.{n}" for p, n in NAMES])
def test_every_public_name_resolves(package: str, name: str) -> None:
    room = import_module(package)
    assert getattr(room, name) is not None
    assert name in dir(room)


def test_the_top_is_small_and_lists_no_name_twice() -> None:
    assert len(ag.__all__) == len(set(ag.__all__)) <= 95


@pytest.mark.parametrize("room", NAMESPACES)
def test_docstring_of_a_namespace_is_its_index(room: str) -> None:
    package = import_module(f"armsgame.{room}")
    text = package.__doc__ or ""
    assert [name for name in package.__all__ if f"`{name}`" not in text] == []


def test_names_can_be_imported_from_their_namespace() -> None:
    from armsgame.thresholds import payoff_threshold

    assert payoff_threshold is ag.thresholds.payoff_threshold


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("payoff_threshold", "armsgame.thresholds.payoff_threshold"),
        ("read_nfg", "armsgame.formats.read_nfg"),
        ("tournament", "armsgame.plot.tournament or armsgame.populations.tournament"),
        ("MarkovProfile", "armsgame.markov.MarkovProfile"),
    ],
)
def test_a_name_that_moved_says_where_it_lives(name: str, home: str) -> None:
    with pytest.raises(AttributeError, match=rf"has no attribute '{name}'; it is {home}$"):
        getattr(ag, name)


def test_a_mistyped_name_is_answered_with_close_ones() -> None:
    with pytest.raises(AttributeError, match="payoff_set"):
        ag.payof_set  # noqa: B018
    with pytest.raises(AttributeError, match="payoff_threshold"):
        ag.thresholds.payoff_treshold  # noqa: B018


@pytest.mark.parametrize("room", ["", *NAMESPACES])
def test_no_public_function_shares_its_name_with_a_module(room: str) -> None:
    # importing such a module would replace the function on its package
    folder = SOURCE / room
    modules = {path.stem for path in folder.iterdir() if path.suffix in ("", ".py")}
    package = import_module(f"armsgame.{room}") if room else ag
    clash = modules & set(package.__all__)
    assert clash <= (NESTED.get(room, set()) if room else {*NAMESPACES, "catalogue", "errors", "treaty"})
