"""Lines of a TOML file to which the paths of faults point."""

from __future__ import annotations

import re

__all__ = ["line_of"]


def line_of(text: str, path: str) -> int | None:
    r"""Line (from 1) of what a path such as ``$.events[3].date`` names, or of the table around it; None if unknown.

    Examples
    --------
    >>> line_of('[[events]]\ndate = "2001"\n[[events]]\nactor = "A"\ndate = "2002-02-30"', "$.events[1].date")
    5
    """
    steps = re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path)
    names = [name for name, _ in steps if name]
    index = next((int(i) for _, i in steps if i), None)
    lines = text.splitlines()
    at: int | None = None
    if index is not None and names:
        heads = [k for k, line in enumerate(lines) if _head(line) == (names[0], True)]
        at = heads[index] if index < len(heads) else None
        rest = names[1:]
    else:
        rest = list(names)
        for take in range(len(names), 0, -1):
            found = [k for k, line in enumerate(lines) if _head(line) == (".".join(names[:take]), False)]
            if found:
                at, rest = found[0], names[take:]
                break
    start = -1 if at is None else at
    if not rest:
        return None if at is None else at + 1
    for k in range(start + 1, len(lines)):
        if _head(lines[k]) is not None:
            break
        if re.match(rf"\s*{re.escape(rest[0])}\s*[=.]", lines[k]):
            return k + 1
    return None if at is None else at + 1


def _head(line: str) -> tuple[str, bool] | None:
    """Name of a table header, and whether it opens an element of an array."""
    double, single = re.match(r"\s*\[\[\s*(.+?)\s*\]\]", line), re.match(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#|$)", line)
    if double:
        return double[1], True
    return (single[1], False) if single else None
