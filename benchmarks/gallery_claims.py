"""Judge the claims of the gallery over their boxes and write the shares into examples/claims.toml.

python benchmarks/gallery_claims.py [--draws 256] [script ...]

The draws are seeded; without --draws each entry keeps its number of points.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "docs" / "_ext"))

from gallery_claims import EXAMPLES, Claim, claims

CHECKED = ((0.1, 8), (0.18, 4), (0.3, 2), (0.48, 1))


def put(text: str, script: str, values: dict[str, str]) -> str:
    """Set keys of one table of the file; keys that it lacks are added at its end."""
    before, head, rest = text.partition(f"[{script}]\n")
    table, gap, after = rest.partition("\n[")
    for key, value in values.items():
        line = f"{key} = {value}"
        table, count = re.subn(rf"^{key} = .*$", line, table, flags=re.MULTILINE)
        if not count:
            table = f"{table.rstrip()}\n{line}\n"
    return before + head + table + gap + after


def main() -> None:
    """Judge what is asked for and rewrite the file after each claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="*", help="names without plot_; all where none is given")
    parser.add_argument("--draws", type=int, help="draws of each claim, instead of its own points")
    asked = parser.parse_args()
    path = EXAMPLES / "claims.toml"
    for claim in claims():
        if asked.scripts and claim.script not in asked.scripts:
            continue
        print(claim.script, *judged(claim, asked.draws or claim.points, path))


def judged(claim: Claim, points: int, path: Path) -> tuple[str, ...]:
    """Judge one claim; return its own verdict, the share and the time of a draw."""
    start = time.process_time()
    own = "holds" if claim.holds({}) else "FAILS at its own numbers"
    warm = time.process_time()
    if not claim.over:
        return own, f"first call {warm - start:.2f} s"
    found = claim.judge(points)
    each = (time.process_time() - warm) / points
    # what the test judges again: fewer draws where each takes longer (seconds of the processor)
    again = next((draws for seconds, draws in CHECKED if each < seconds), 0)
    values = {"points": str(points), "share": f"{found.count('1') / points:.3f}", "drawn": f'"{found[:again]}"'}
    path.write_text(put(path.read_text(encoding="utf-8"), claim.script, values), encoding="utf-8")
    return own, values["share"], f"first call {warm - start:.2f} s, then {each:.3f} s each"


if __name__ == "__main__":
    main()
