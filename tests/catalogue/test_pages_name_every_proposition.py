"""The page of a model names every proposition that it may list, not those of its defaults alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import armsgame as ag

NAMES = {
    "baliga_sjostrom_2012": ("no_talk", "communication"),
    "debs_monteiro_2014": ("peace by transparency", "preventive war under doubt"),
    "hidden_arming_after_meirowitz_sartori": ("guessing about arms",),
    "hidden_progress_after_bas_coe": ("blind strike", "wait for news"),
    "jelnov_tauman_zeckhauser_2017": ("strike on alarm only", "strike on alarm, sometimes without"),
    "kurizaki_2007": ("private_diplomacy", "private_pooling", "public"),
    "refused_inspection_after_jtz_2018": ("provocateur mixes", "deterrer mixes", "types apart"),
    "spaniel_butter_for_bombs": ("too costly", "threat", "threat with premium", "butter for bombs", "builds"),
    "transparency_security_after_coe_vaynman": ("unarmed deal",),
    "zagare_kilgour_aeg": ("deterrence", "limited response", "attack", "no response", "escalation"),
    "zagare_kilgour_radg": ("deterrence", "attack"),
    "zagare_kilgour_udg": ("certain_deterrence", "separating", "bluff", "attack", "steadfast_deterrence"),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_every_proposition(name: str) -> None:
    folder = Path(__file__).resolve().parents[2] / "docs" / "catalogue"
    text = " ".join((folder / f"{name}.md").read_text(encoding="utf-8").split())
    for proposition in NAMES[name]:
        assert f"**{proposition}**" in text
    model = ag.catalogue.load(name)
    assert " ".join(model.reading.split()) in text
    assert " ".join(model.bibtex.split()) in text
    assert f"({name}.md)" in (folder / "index.md").read_text(encoding="utf-8")
