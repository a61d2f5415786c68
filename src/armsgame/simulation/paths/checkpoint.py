"""Checkpoints of long runs: one file, written whole or not at all, that belongs to one question."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from armsgame._files import replacing
from armsgame.errors import InvalidGame

_MAGIC = b"armsgame checkpoint 1\n"


def write_checkpoint(path: Path, question: str, arrays: dict[str, Any]) -> None:
    """Write arrays with the hash of the question and of themselves; the file before it stays until the end."""
    body = io.BytesIO()
    np.savez(body, question=np.array(question), **arrays)
    data = body.getvalue()
    with replacing(path) as part:
        part.write_bytes(_MAGIC + hashlib.sha256(data).digest() + data)


def read_checkpoint(path: Path, question: str) -> dict[str, np.ndarray] | None:
    """Return the arrays of an earlier run of the same question; None where there is no file.

    Raises
    ------
    InvalidGame
        The file is damaged, or belongs to another question.
    """
    if not path.exists():
        return None
    arrays = read_arrays(path)
    if str(arrays.pop("question")) != question:
        raise InvalidGame(
            f"checkpoint {str(path)!r} belongs to another question (game, profile, seed, horizon or options); allowed: "
            "a file of the same question. Delete it, or give another path."
        )
    return arrays


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return all arrays of a checkpoint, the question's hash among them.

    Raises
    ------
    InvalidGame
        The file is damaged, or is no checkpoint.
    """
    raw = path.read_bytes()
    head = len(_MAGIC)
    data = raw[head + 32 :]
    if raw[:head] != _MAGIC or hashlib.sha256(data).digest() != raw[head : head + 32]:
        raise InvalidGame(
            f"checkpoint {str(path)!r} is damaged or no checkpoint; allowed: a file that simulate wrote. Delete it."
        )
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
