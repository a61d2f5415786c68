"""What reaches the terminal: text alone, whatever a dossier or a file name holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import TextIO, cast
from unicodedata import category

__all__ = ["plain_output", "printable"]

# they turn the order of letters around, so that a line reads as another one
_TURNING = {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


def printable(text: str) -> str:
    r"""Return a text whose control characters, other than line ends and tabs, are question marks.

    Examples
    --------
    >>> printable("INF\x1b[2J treaty")
    'INF?[2J treaty'
    """
    return "".join(c if c in "\n\t" or not (category(c) == "Cc" or c in _TURNING) else "?" for c in text)


class _Plain:
    """A stream that passes on what is printable; all else of it is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._stream.write(printable(text))
        return len(text)


@contextmanager
def plain_output(stream: TextIO) -> Iterator[None]:
    """Inside the block whatever is printed to `stream` is stripped of control characters."""
    with redirect_stdout(cast(TextIO, _Plain(stream))):
        yield
