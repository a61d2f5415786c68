"""What every model of the catalogue must do, and how a reader's own joins."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import armsgame as ag

NAMES = ag.catalogue.list()


@pytest.mark.parametrize("name", NAMES)
def test_every_model_states_its_source_and_certifies_its_propositions(name: str) -> None:
    model = ag.catalogue.load(name)
    assert model.name == name
    assert model.provenance.value in model.explain()
    assert model.citation in str(model)
    assert "{" + name in model.bibtex
    assert all((model.title, model.question, model.players))
    found = model.equilibria()
    assert found
    for e in found:
        assert e.certificate.ok, str(e)
        assert e.conditions
    assert model.regions
    for parameter in model.parameters().values():
        assert parameter.meaning
    assert "<table>" in model._repr_html_()
    assert len(repr(str(model))) < 600


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_a_value(name: str) -> None:
    model = ag.catalogue.load(name)
    assert model == ag.catalogue.load(name)
    assert hash(model) == hash(ag.catalogue.load(name))
    assert pickle.loads(pickle.dumps(model)) == model
    assert getattr(ag.catalogue, name)() == model


@pytest.mark.parametrize("name", NAMES)
def test_every_model_draws_its_figure(name: str) -> None:
    import matplotlib.pyplot as plt

    ax = ag.catalogue.load(name).figure()
    assert all((ax.get_title(), ax.get_xlabel()))
    assert any((ax.lines, ax.images, ax.patches))
    plt.close(ax.figure)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_every_model_prints_its_source(name: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "catalogue" / f"{name}.md"
    text = " ".join(page.read_text(encoding="utf-8").split())
    model = ag.catalogue.load(name)
    assert model.citation in text
    assert model.provenance.value in text
    for found in model.equilibria():
        assert found.name in text


def test_a_reader_s_own_model_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from typing import Any\nfrom dataclasses import dataclass\nimport armsgame as ag\n"
        "@dataclass(frozen=True, kw_only=True, eq=False)\nclass Mine(ag.catalogue.Model):\n"
        "    name = 'mine'\n    title = 'Mine'\n    question = 'Who?'\n"
        "    citation = 'me'\n    bibtex = '@misc{mine}'\n"
        "    provenance = ag.catalogue.Provenance.STYLISED\n    players = ('A',)\n"
        "    x: Any = ag.catalogue.parameter(0.5, 'a number', low=0, high=1)\n"
        "    @property\n    def regions(self): return {'half': self.x / 2}\n"
    )
    assert ag.catalogue.load(tmp_path / "mine.py", x=0.2).regions == {"half": 0.1}
    with pytest.raises(ag.errors.WrongConcept, match="states no equilibria"):
        ag.catalogue.load(tmp_path / "mine.py").equilibria()
    with pytest.raises(ag.errors.WrongConcept, match="states no picture"):
        ag.catalogue.load(tmp_path / "mine.py").figure()
    with pytest.raises(ag.errors.InvalidGame, match="no parameter 'y'"):
        ag.catalogue.load(tmp_path / "mine.py", y=0.2)
    with pytest.raises(ag.errors.InvalidGame, match="does not exist"):
        ag.catalogue.load(tmp_path / "other.py")


def test_unknown_names_are_told() -> None:
    with pytest.raises(ag.errors.InvalidGame, match="debs_monteiro_2014"):
        ag.catalogue.load("debs_monteiro")
    with pytest.raises(AttributeError, match="models:"):
        ag.catalogue.nothing  # noqa: B018
