"""The files around the library say one thing: versions, sessions, workflows, what an archive of the source holds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOXFILE = (ROOT / "noxfile.py").read_text(encoding="utf-8")


@pytest.fixture
def sessions(monkeypatch):
    """The names in noxfile.py, read without nox."""
    made = {}

    def session(function=None, **options):
        if function is None:
            return lambda f: session(f, **options)
        made[options.get("name", function.__name__)] = options
        return function

    fake = SimpleNamespace(session=session, Session=object, options=SimpleNamespace())
    monkeypatch.setitem(sys.modules, "nox", fake)
    names = {"__file__": str(ROOT / "noxfile.py"), "__name__": "noxfile"}
    exec(compile(NOXFILE, "noxfile.py", "exec"), names)
    return made, names


def test_sessions_are_those_that_a_release_needs(sessions):
    wanted = {"tests", "floors", "newest", "lint", "docs", "browser", "fuzz", "mutation", "bench"}
    assert set(sessions[0]) == wanted


def test_floors_are_the_least_versions_of_the_project_exactly(sessions):
    found = sessions[1]["floors"]("study")
    least = {re.match(r"[\w-]+", one)[0]: one.partition(">=")[2] for one in PROJECT["project"]["dependencies"]}
    assert all(least.values())
    pinned = dict(one.split("==") for one in found)
    assert {name: pinned[name] for name in least} == least
    assert {"zarr", "filelock", "dask", "SALib"} <= set(pinned)


def test_groups_and_extras_of_one_name_agree():
    extras, groups = PROJECT["project"]["optional-dependencies"], PROJECT["dependency-groups"]
    for name in set(extras) & set(groups):
        assert set(extras[name]) <= set(groups[name]), name
    assert {"test", "docs", "site", "study", "dev"} <= set(extras) & set(groups)


@pytest.mark.parametrize("name", ["tests.yml", "release.yml"])
def test_workflows_say_that_they_have_not_run_and_call_sessions_that_exist(name, sessions):
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    assert text.startswith("# Not yet run")
    called = re.findall(r"nox -s ([a-z]+)", text)
    assert set(called) <= set(sessions[0])
    assert name == "release.yml" or called
    assert all(system in text for system in ("ubuntu-latest", "macos-latest", "windows-latest"))


def test_workflows_and_hooks_parse_and_their_jobs_follow_each_other(sessions):
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        jobs = found["jobs"]
        for job in jobs.values():
            assert job["timeout-minutes"] <= 120
            needs = job.get("needs", [])
            assert set([needs] if isinstance(needs, str) else needs) <= set(jobs)
            assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        called = jobs.get("versions", {}).get("strategy", {}).get("matrix", {}).get("session", [])
        assert set(called) <= set(sessions[0])
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert all(repo["rev"] and repo["hooks"] for repo in hooks["repos"])


def test_the_places_that_name_version_and_licence_agree():
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {PROJECT['project']['version']}" in cited
    licence = PROJECT["project"]["license"]
    assert f"license: {licence}" in cited
    assert json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))["license"] == licence
    pythons = [c.rpartition(" ")[2] for c in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", c)]
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    assert f"python: {json.dumps(pythons)}" in workflow
    assert f"PYTHONS = {json.dumps(pythons)}" in NOXFILE


def test_an_archive_of_the_source_holds_what_its_tests_need(tmp_path):
    build = (sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    done = subprocess.run(build, cwd=tmp_path, timeout=300, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        held = {name.partition("/")[2] for name in opened.getnames()}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in ("src", "tests", "benchmarks", "examples", ".ci", ".github")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not re.search(r"__pycache__|\.nb[ic]$|\.png$|\.egg-info", path.as_posix())
    }
    top = ("pyproject.toml", "noxfile.py", "LICENSE", "README.md", "SECURITY.md", "CHANGELOG.md", "CITATION.cff")
    assert sorted((wanted | {*top, ".zenodo.json", "constraints.txt", "docs/conf.py"}) - held) == []
