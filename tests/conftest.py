"""The order of a run: what compiles every kernel comes first, so that no two workers compile the same one at once."""

from __future__ import annotations

from collections import Counter


def pytest_collection_modifyitems(items):
    """Put `test_warming.py` before the files with most tests, which compile nothing."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.name != "test_warming.py", -tests[item.path]))
