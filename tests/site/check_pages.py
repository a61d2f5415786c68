"""Read the built site in a browser, without a network, and say what a reader would stumble over.

``python tests/site/check_pages.py HTML [--shots DIR]`` exits with an error that lists every fault: raw TeX, a formula
that MathJax refuses, an error on the console, a request to the network, a page that scrolls sideways on a narrow
screen, what axe-core finds (contrast, headings, names of links and pictures), a link that leads nowhere, and a page of
a first task without a link to the glossary. It first reads a page that has all the faults of the browser's checks, so
that a check that has gone blind is noticed. ``--part 0 2`` and ``--part 1 2`` share the pages between two processes;
the first also reads the links.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from test_scripts_of_pages import first_tasks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NARROW, WIDE = 390, 1280
# pages of one kind are alike: each is checked for its links, and one in this many is opened in the browser
STRIDE = {"reference": 25, "auto_examples": 8, "catalogue": 4, "decisions": 4}
KEY_PAGES = (
    "index",
    "start/index",
    "start/questions",
    "tutorial/inf",
    "how-to/index",
    "how-to/own-numbers",
    "theory/compliance",
    "mechanisms/15-shadow-of-the-future",
    "catalogues/strategies",
    "auto_examples/index",
    "reference/index",
    "reference/ag.payoff_set",
    "glossary",
)

RAW_TEX = r"""
() => {
  const root = document.querySelector('article') || document.body;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest('mjx-container, script, style, pre, code, .sig')) continue;
    if (/\$|\\[a-zA-Z]+|\\[()[\]]/.test(node.data)) found.push(node.data.trim().slice(0, 80));
  }
  return found;
}
"""
SETTLED = "async () => { if (window.MathJax && MathJax.startup) await MathJax.startup.promise; }"
REFUSED = "() => [...document.querySelectorAll('mjx-merror, [data-mjx-error]')].map(e => e.textContent.slice(0, 80))"
SIDEWAYS = "() => document.documentElement.scrollWidth - window.innerWidth"
WIDEST = """
() => {
  const out = [];
  for (const e of document.querySelectorAll('main *')) {
    if (e.getBoundingClientRect().right > window.innerWidth + 1) {
      let p = e.parentElement, inside = false;
      while (p && p.tagName !== 'MAIN') {
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(p).overflowX)) inside = true;
        p = p.parentElement;
      }
      if (!inside) out.push(e.tagName + '.' + e.className);
    }
  }
  return out.slice(0, 3);
}
"""
AXE = """
async () => {
  const rules = {'heading-order': {enabled: true}, 'page-has-heading-one': {enabled: true},
                 'scrollable-region-focusable': {enabled: false}};
  const found = await axe.run(
    document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa']}, rules, preload: false});
  return found.violations.map(
    v => v.id + ' (' + v.nodes.length + '): ' + v.nodes[0].target + ' ' + v.nodes[0].html.slice(0, 100));
}
"""

FAULTY = """<!doctype html><html lang="en"><head><title>faults</title></head><body><main><article>
<h1>Faults</h1><h4>A heading that skips two levels</h4>
<p>Here is $x$ and \\alpha.</p><p style="color:#aaa;background:#fff">pale</p>
<mjx-merror>bad formula</mjx-merror><div style="width:900px">wide</div>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="><a href="nowhere.html">x</a>
<a href="#nowhere">y</a></article></main>
<script>console.error('broken'); fetch('http://192.0.2.1/').catch(() => 0);</script></body></html>
"""


class Links(HTMLParser):
    """Links and anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = {""}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.anchors.add(str(found["id"]))
        for name in ("href", "src"):
            if found.get(name) and tag in ("a", "img", "script", "link"):
                self.targets.append(str(found[name]))


def links(path: Path) -> Links:
    """Read the links and anchors of a page."""
    parser = Links()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def dead_links(root: Path) -> Iterator[tuple[Path, str]]:
    """Every link within the site that leads to no file or to no anchor."""
    pages = {path: links(path) for path in sorted(root.rglob("*.html"))}
    for path, found in pages.items():
        if "_static" in path.parts:
            continue
        for target in dict.fromkeys(found.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not file.exists():
                yield path, f"link to {target}, which is not there"
            elif file in pages and unquote(parts.fragment) not in pages[file].anchors:
                yield path, f"link to {target}: no such anchor"


def unexplained(root: Path) -> Iterator[str]:
    """Pages of first tasks on which no word leads to the glossary."""
    for name in first_tasks():
        page = root / "how-to" / f"{name}.html"
        if page.exists() and not any("glossary.html#term-" in target for target in links(page).targets):
            yield f"how-to/{name}: no word leads to the glossary"


@dataclass
class Reader:
    """A browser without a network, and what it finds."""

    browser: Browser
    axe: str
    faults: list[str] = field(default_factory=list)

    def read(self, path: Path, name: str, shots: Path | None = None) -> None:
        """Open a page at both widths."""
        page = self.browser.new_page(viewport={"width": WIDE, "height": 900})
        said: list[str] = []
        page.on("console", lambda m: said.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: said.append(f"script: {e}"))
        page.on("request", lambda r: said.append(f"asks the network: {r.url}") if r.url.startswith("http") else None)
        page.goto(path.as_uri())
        page.evaluate(SETTLED)
        said += [f"raw TeX: {text}" for text in page.evaluate(RAW_TEX)]
        said += [f"refused formula: {text}" for text in page.evaluate(REFUSED)]
        page.evaluate(self.axe)
        said += [f"axe: {text}" for text in page.evaluate(AXE)]
        if shots:
            self.shoot(page, shots / f"{name.replace('/', '-')}-wide.png")
        page.set_viewport_size({"width": NARROW, "height": 844})
        over = page.evaluate(SIDEWAYS)
        if over > 0:
            said.append(f"scrolls sideways by {over} px at {NARROW} px: {page.evaluate(WIDEST)}")
        if shots:
            self.shoot(page, shots / f"{name.replace('/', '-')}-narrow.png")
        page.close()
        self.faults += [f"{name}: {text}" for text in said]

    def shoot(self, page: Page, path: Path) -> None:
        """Keep what the reader sees first."""
        page.screenshot(path=path)


def chosen(root: Path) -> list[Path]:
    """Pages to open: all of the prose, and some of those that are alike."""
    pages = [p for p in sorted(root.rglob("*.html")) if "_static" not in p.parts and p.name != "genindex.html"]
    kept = [p for p in pages if p.parent.name not in STRIDE]
    for folder, stride in STRIDE.items():
        alike = [p for p in pages if p.parent.name == folder]
        kept += [p for p in alike if str(p.relative_to(root).with_suffix("")) in KEY_PAGES or p.stem == "index"]
        kept += [p for p in alike[::stride] if p not in kept]
    return sorted(kept)


def blind(browser: Browser, axe: str) -> list[str]:
    """Which checks miss the fault that was made for them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "faulty.html"
        path.write_text(FAULTY, encoding="utf-8")
        reader = Reader(browser, axe)
        reader.read(path, "faulty")
        said = "\n".join([*reader.faults, *(text for _, text in dead_links(path.parent))])
    wanted = (
        "raw TeX", "refused formula", "console", "asks the network", "scrolls sideways", "color-contrast",
        "heading-order", "image-alt", "which is not there", "no such anchor",
    )  # fmt: skip
    return [text for text in wanted if text not in said]


def main() -> int:
    """Check a built site."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path)
    parser.add_argument("--shots", type=Path, help="folder for pictures of the key pages")
    parser.add_argument("--only", default="", help="open only pages whose name contains this")
    parser.add_argument("--part", type=int, nargs=2, default=(0, 1), help="K N: open every N-th page from the K-th on")
    options = parser.parse_args()
    root = options.html.resolve()
    # the tests are collected where the browser's package is not installed
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    package = find_spec("axe_playwright_python")
    if program is None or package is None or package.origin is None:
        print("the check needs Debian's chromium and the extra 'site'", file=sys.stderr)
        return 2
    axe = (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    part, parts = options.part
    if not 0 <= part < parts:
        parser.error(f"--part is {part} {parts}; allowed: K from 0 to N - 1")
    faults: list[str] = []
    if part == 0:
        faults += [f"{path.relative_to(root)}: {text}" for path, text in dead_links(root)] + [*unexplained(root)]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox", "--allow-file-access-from-files"])
        missed = blind(browser, axe)
        if missed:
            print(f"checks that do not see their fault: {missed}", file=sys.stderr)
            return 2
        reader = Reader(browser, axe)
        pages = [path for path in chosen(root) if options.only in str(path.relative_to(root))][part::parts]
        for path in pages:
            name = str(path.relative_to(root).with_suffix(""))
            reader.read(path, name, options.shots if name in KEY_PAGES else None)
        browser.close()
    faults += reader.faults
    print("\n".join(faults))
    print(f"{len(pages)} pages read in the browser at {WIDE} and {NARROW} px: {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
