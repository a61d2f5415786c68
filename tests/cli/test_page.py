"""The HTML report: self-contained, complete, and readable with a keyboard and a screen reader."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

import armsgame as ag
from armsgame.cli.main import main
from armsgame.cli.page import html
from armsgame.proofs.check import verdict

VOID = {"meta", "img", "br", "link", "hr"}


class Page(HTMLParser):
    """Every tag with its attributes, and the text; unbalanced tags are an error."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module", params=["inf", "abm"])
def built(request):
    scenario = ag.load_scenario(request.param)
    result = ag.report(scenario, paths=100, periods=8)
    return scenario, html(result, f"armsgame report {scenario.id} --html page.html")


def test_disputed_dates_are_printed_as_disputed_with_every_reading(built):
    scenario, text = built
    words = Page(text).text
    assert scenario.disputes
    assert "Disputed dates: every reading, none is decided" in words
    for dispute in scenario.disputes:
        for reading in dispute.readings:
            assert reading.text in words
            assert all(f"{day} ({', '.join(reading.holders)})" in words for day in reading.sets.values())
    assert all(a.what in words for a in scenario.absent)


def test_nothing_is_fetched_from_outside(built):
    _, text = built
    page = Page(text)
    assert not page.all("script")
    assert not page.all("link")
    assert all(i["src"].startswith("data:image/svg+xml;base64,") for i in page.all("img"))
    assert "url(" not in text
    assert "@import" not in text
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_headings_landmarks_and_alternatives_are_there(built):
    _, text = built
    page = Page(text)
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("nav")) == 1
    levels = [int(name[1]) for name, _ in page.tags if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert all(len(i["alt"]) > 40 for i in page.all("img"))
    assert len(page.all("table")) == len(page.all("caption"))
    assert all(t.get("scope") in {"row", "col"} for t in page.all("th"))
    scrolls = [d for d in page.all("div") if d.get("class") == "scroll"]
    assert all(d["tabindex"] == "0" and d["aria-label"] and d["role"] == "region" for d in scrolls)


def test_the_skip_link_comes_first_and_every_inner_link_has_its_target(built):
    _, text = built
    page = Page(text)
    links = page.all("a")
    assert links[0] == {"class": "skip", "href": "#main"}
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    inner = {a["href"][1:] for a in links if a["href"].startswith("#")}
    assert inner <= set(ids)
    saved = [a for a in links if a["href"].startswith("data:application/json;base64,")]
    assert saved
    for a in saved:
        code, _ = verdict(base64.b64decode(a["href"].split(",", 1)[1]))
        assert (code, a["download"][-4:]) == (0, ".agp")
    outer = [a["href"] for a in links if not a["href"].startswith("#") and a not in saved]
    assert all(o.startswith(("http://", "https://")) for o in outer)


def test_the_page_holds_facts_assumptions_results_of_every_account_and_how_to_repeat_it(built):
    scenario, text = built
    page = Page(text)
    for event in scenario.events:
        assert " ".join(event.text.split()) in page.text
    for claim in scenario.claims:
        assert claim.statement in page.text
        assert claim.reply in page.text
    for p in scenario.perspectives.values():
        assert f"{p.title}: P(withdrawn within 8 periods)" in page.text
    assert page.text.count("unverified, from memory") >= sum(e.confidence == "memory" for e in scenario.events)
    assert f"armsgame report {scenario.id} --html page.html" in page.text
    assert ag.__version__ in page.text
    if scenario.id == "abm":
        assert "the question does not arise" in page.text


def test_text_of_a_dossier_cannot_become_markup():
    from dataclasses import replace

    s = ag.load_scenario("abm")
    bad = replace(s, title="<script>alert(1)</script>", events=(replace(s.events[0], text='<img src="x">'),), facts=())
    result = ag.report(bad, perspective="us_account", paths=50, periods=4)
    text = html(result, "armsgame <b>")
    # figures carry neither date nor random identifiers
    assert html(result, "armsgame <b>") == text
    assert "<script" not in text
    assert '<img src="x">' not in text
    assert "Other perspectives of the dossier were left out" in text


def test_the_command_writes_one_file_that_names_the_command(tmp_path, capsys):
    path = tmp_path / "new" / "page.html"
    asked = "report washington --perspective agnostic --paths 50 --periods 4"
    assert main([*asked.split(), "--html", str(path)]) == 0
    assert [p.name for p in path.parent.iterdir()] == ["page.html"]
    assert "needs no network" in capsys.readouterr().out
    assert f"armsgame {asked} --seed 0 --html page.html" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "match"),
    [(["report", "imf"], "'inf'"), (["report", "inf", "--paths", "none"], "--paths")],
    ids=["unknown", "no number"],
)
def test_bad_input_writes_nothing(arguments, match, tmp_path, capsys):
    assert main([*arguments, "--html", str(tmp_path / "page.html")]) == 2
    assert match in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_new_writes_a_template_once_and_validate_accepts_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "mine"]) == 0
    assert main(["validate", "mine.toml"]) == 0
    told = capsys.readouterr().out
    for part in ("valid dossier", "printed as unverified", "are assumptions", "no display"):
        assert part in told
    before = (tmp_path / "mine.toml").read_text()
    assert main(["new", "mine"]) == 2
    assert "left as it is" in capsys.readouterr().err
    assert (tmp_path / "mine.toml").read_text() == before
    assert main(["new", "a/b"]) == 2
    assert main(["validate", "other.toml"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_validate_names_the_line_of_each_fault(tmp_path, capsys):
    from armsgame.dossiers.loader import template

    path = tmp_path / "mine.toml"
    text = template("mine").replace('announced = "2015"', 'announced = "2015-02-30"')
    text = text.replace('actor = "Arcadia"', 'actor = "Atlantis"')
    path.write_text(text)
    assert main(["validate", str(path)]) == 2
    told = capsys.readouterr().err
    known = {'announced = "2015-02-30"': "no day of the calendar", 'actor = "Atlantis"': "not among $.actors"}
    for part, words in known.items():
        line = next(k for k, x in enumerate(text.splitlines(), 1) if x.startswith(part))
        assert re.search(rf"line {line}: .*{re.escape(words)}", told)
    path.write_text("schema = 1\nid =")
    assert main(["validate", str(path)]) == 2
    assert "TOML" in capsys.readouterr().err
