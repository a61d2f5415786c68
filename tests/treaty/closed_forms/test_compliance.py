"""`compliance` is one object: it is called for the stage game, and lists and documents its closed forms."""

from __future__ import annotations

import inspect
import pickle
import pydoc

import pytest

import armsgame as ag
from armsgame.treaty.closed_forms import reversion

C = ag.treaty.compliance


def test_it_is_called_for_the_stage_game():
    assert isinstance(C(1.5), ag.StageGame)
    assert C(5, 3, 1, 0).payoffs[0].tolist() == [[3, 0], [5, 1]]
    assert [p.name for p in inspect.signature(C).parameters.values()][:4] == [
        "temptation",
        "reward",
        "punishment",
        "sucker",
    ]


def test_it_lists_and_documents_what_it_holds():
    assert "grim" in dir(C)
    assert [name for name in dir(C) if f"`{name}`" not in inspect.getdoc(C)] == []
    assert all(getattr(C, name) for name in dir(C))
    page = pydoc.plain(pydoc.render_doc(C))
    assert "The stage game of a treaty" in page
    assert "grim(temptation" in page
    assert len(repr(C)) < 250


@pytest.mark.parametrize("name", [n for n in dir(C) if n.islower()])
def test_its_closed_forms_are_documented_functions(name):
    form = getattr(C, name)
    assert inspect.getdoc(form)
    assert pickle.loads(pickle.dumps(form)) is form


def test_its_answers_can_be_named():
    assert isinstance(C.grim(1.5, 1, 0), C.Grim)
    assert isinstance(C.mirror(1.5, 1, 0, -0.5), C.Mirror)
    assert C.Grim is reversion.Grim
    with pytest.raises(AttributeError):
        C.grim = None
