"""The order of a run: what compiles every kernel comes first, so that no two workers compile the same one at once."""

from __future__ import annotations

import sys
from collections import Counter

import pytest


def pytest_collection_modifyitems(items):
    """Put `test_warming.py` before the files with most tests; no kernel may run before, as each worker collects all."""
    used = {
        f"{name}.{kernel}"
        for name, module in list(sys.modules.items())
        if name.startswith("armsgame._kernels.")
        for kernel, own in vars(module).items()
        if not isinstance(own, type) and getattr(own, "signatures", None)
    }
    if used:
        raise pytest.UsageError(f"a module of tests runs kernels when it is imported: {sorted(used)}. Use a fixture.")
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.name != "test_warming.py", -tests[item.path]))
