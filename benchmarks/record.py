"""The records of `ratios.py`, and what has changed since the last of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

HISTORY = Path(__file__).parent / "history"
# a ratio that falls by less is noise of a machine that is shared
NOISE = 0.25


def last() -> Path | None:
    """Return the file of the last record; the folder holds records of other kinds too."""
    records = [
        (written, path) for path in HISTORY.glob("*.json") if (written := json.loads(path.read_text()).get("written"))
    ]
    return max(records)[1] if records else None


def compare(ratios: Mapping[str, float]) -> str:
    """Say what fell since the last record by more than noise, and what that record has not."""
    record = last()
    if record is None:
        return "no earlier record"
    known = {row["name"]: row["ratio"] for row in json.loads(record.read_text())["rows"]}
    fell = [
        f"  {name}: {known[name]:.3g} -> {ratio:.3g}"
        for name, ratio in ratios.items()
        if name in known and ratio < (1 - NOISE) * known[name]
    ]
    fresh = [f"  {name}: not in that record" for name in ratios if name not in known]
    head = f"against {record.stem}: {len(fell)} of {len(ratios) - len(fresh)} ratios fell"
    return "\n".join([head, *fell, *fresh])
