"""Play with an explorer's page in a browser, without a network, as a reader with a keyboard would.

``python tests/site/check_explorer.py PAGE [--shots DIR]`` exits with an error that lists every fault: an error on the
console, a request to the network, a page that scrolls sideways, a text that is not the answer at the sliders, a link
that does not restore them, a combination that is answered with numbers of another one, and what axe-core finds.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from decimal import ROUND_HALF_UP, Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTHS = ((1280, 900), (390, 844))
AXE = """
async () => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa']}});
  return found.violations.map(v => v.id + ': ' + v.nodes[0].target + ' ' + v.nodes[0].html.slice(0, 100));
}
"""
STATE = """
() => ({
  summary: document.getElementById('summary').textContent,
  shared: document.getElementById('shared').textContent,
  tables: [...document.querySelectorAll('.account table')].map(e => e.textContent).join('|'),
  priors: [...document.querySelectorAll('.account .prior, .account .trust')].map(e => e.textContent).join('|'),
  charts: [...document.querySelectorAll('.chart svg path')].map(e => e.getAttribute('d')).join('|').length,
  spoken: [...document.querySelectorAll('input[type=range]')].map(e => e.getAttribute('aria-valuetext')),
  levels: [...document.querySelectorAll('input[type=range]')].map(e => e.value),
  hash: location.hash,
})
"""
SIDEWAYS = "() => document.documentElement.scrollWidth - window.innerWidth"
EMPTY = "() => [...document.querySelectorAll('.chart')].filter(e => !e.querySelector('svg')).length"
CUT = """
() => [...document.querySelectorAll('.chart')].filter(e => {
  const svg = e.querySelector('svg');
  const place = e.getBoundingClientRect();
  return svg && [svg, ...svg.querySelectorAll('text')].some(part => {
    const own = part.getBoundingClientRect();
    return own.right > place.right + 1 || own.left < place.left - 1;
  });
}).length
"""
ROWS = """
account => Object.fromEntries([...document.querySelectorAll('[data-account="' + account + '"] table tr')].map(
  e => [e.cells[0]?.textContent ?? '', [...e.cells].slice(1).map(c => c.textContent)]))
"""
READY = "html[data-ready]"


def opened(page: Page, address: str) -> None:
    """Open the page, and wait until its charts stand."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(READY, timeout=60_000)


def played(page: Page, address: str, axe: str) -> list[str]:
    """Everything that goes wrong at one width."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: faults.append(f"script: {e}"))
    page.on("request", lambda r: faults.append(f"asks the network: {r.url}") if r.url.startswith("http") else None)
    opened(page, address)
    data: dict[str, Any] = json.loads(page.evaluate("() => document.getElementById('payload').textContent"))
    if page.evaluate(EMPTY):
        faults.append("a chart is not drawn")
    first = page.evaluate(STATE)
    if len(first["hash"]) > 1:
        faults.append("the page begins with sliders that were moved")
    faults += misread(page, data, first["levels"])
    for axis in data["axes"]:
        if len(axis["texts"]) == 1:
            continue
        opened(page, address)
        slider = page.locator(f"#axis-{axis['name']}")
        slider.focus()
        page.keyboard.press("ArrowLeft" if axis["default"] else "ArrowRight")
        after = page.evaluate(STATE)
        faults += [f"moved {axis['name']}: {text}" for text in misread(page, data, after["levels"])]
        if after["spoken"] == first["spoken"] or None in after["spoken"]:
            faults.append(f"the slider {axis['name']} is not spoken")
        # the link, opened anew, shows the same
        opened(page, address + after["hash"])
        if page.evaluate(STATE) != after:
            faults.append(f"the link {after['hash']} does not restore the page")
    faults += unfound(page, address, data)
    page.evaluate(axe)
    faults += [f"axe: {text}" for text in page.evaluate(AXE)]
    if (over := page.evaluate(SIDEWAYS)) > 0:
        faults.append(f"scrolls sideways by {over} px")
    opened(page, address)
    if page.evaluate(CUT):
        faults.append("a chart or its text reaches out of its place")
    return faults


def misread(page: Page, data: dict[str, Any], levels: list[str]) -> list[str]:
    """Say which texts on the page differ from the answers at the sliders' position."""
    moving = iter(map(int, levels))
    at = {a["name"]: next(moving) if len(a["texts"]) > 1 else 0 for a in data["axes"]}
    cell = data["cells"][",".join(str(k) for name, k in at.items() if name != "prior")]
    shared = data["shared"][",".join(str(at[name]) for name in data["closed"])]
    faults = []
    for account, answer in cell.items():
        rows = page.evaluate(ROWS, account)
        for n, one in enumerate(answer["profiles"]):
            held = one["holds"][at["prior"]]
            wanted = {"treaty not left": one["survival"][at["prior"]][-1]}
            wanted |= {name: own[at["prior"]] for name, own in one["shares"].items()}
            for name, value in wanted.items():
                if rows[name][n] != (told(value) if held else "–"):
                    faults.append(f"{account}: {name} reads {rows[name][n]!r}, computed is {value} ({held})")
    if shared["regime"] not in (page.locator("#shared").text_content() or ""):
        faults.append("the regime is that of another position")
    for axis in data["axes"]:
        place = page.locator(f"#value-{axis['name']}")
        if place.count() and place.text_content() != axis["texts"][at[axis["name"]]]:
            faults.append(f"beside the slider {axis['name']} stands another level")
    return faults


def told(chance: float) -> str:
    """Return a probability as the page writes it."""
    if chance in (0, 1):
        return str(int(chance))
    if chance < 0.001:
        return "below 0.001"
    # as JavaScript rounds: halves go up
    return "above 0.999" if chance > 0.999 else str(Decimal(chance).quantize(Decimal("0.001"), ROUND_HALF_UP))


def unfound(page: Page, address: str, data: dict[str, Any]) -> list[str]:
    """Move two sliders that were not computed together: one must go back, and the page must say so."""
    alone = [a for a in data["axes"] if a["name"] not in (*data["together"], "prior") and len(a["texts"]) > 1]
    joint = [a for a in data["axes"] if a["name"] in data["together"] and len(a["texts"]) > 1]
    if not alone or not joint:
        return []
    opened(page, address)
    for axis in (alone[0], joint[0]):
        page.locator(f"#axis-{axis['name']}").focus()
        page.keyboard.press("ArrowLeft" if axis["default"] else "ArrowRight")
    said = page.locator("#moved").text_content() or ""
    back = page.locator(f"#axis-{alone[0]['name']}").input_value()
    if alone[0]["label"].lower() not in said or int(back) != alone[0]["default"]:
        return ["a combination that was not computed is not put back, or not said"]
    page.locator("button[type=reset]").click()
    if page.evaluate(STATE)["levels"] != [str(a["default"]) for a in data["axes"] if len(a["texts"]) > 1]:
        return ["the button does not bring the dossier's values back"]
    return []


def main() -> int:
    """Check one page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--shots", type=Path, help="folder for pictures")
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    program, package = shutil.which("chromium"), find_spec("axe_playwright_python")
    if program is None or package is None or package.origin is None:
        print("the check needs Debian's chromium and the extra 'site'", file=sys.stderr)
        return 2
    axe = (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    faults = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for width, height in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": height})
            faults += [f"{width} px: {text}" for text in played(page, options.page.resolve().as_uri(), axe)]
            if options.shots:
                page.screenshot(path=options.shots / f"{options.page.stem}-{width}.png", full_page=True)
            page.close()
        browser.close()
    print("\n".join(faults))
    print(f"{options.page.name} played with at {' and '.join(str(w) for w, _ in WIDTHS)} px: {len(faults)} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
