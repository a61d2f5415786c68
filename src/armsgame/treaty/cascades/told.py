"""How results that are tables by party print: one line of text, and a table where HTML is shown."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas

__all__ = ["Told"]


class Told:
    """A frozen result with a short text, `to_frame` and a table in notebooks."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> pandas.DataFrame:
        """Table of the result."""

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from html import escape

        table = self.to_frame()
        more = f"<p>first 50 of {len(table)} rows</p>" if len(table) > 50 else ""
        shown: str = table.head(50).to_html(index=False)
        return f"<p>{escape(str(self))}</p>{shown}{more}"

    @staticmethod
    def _frame(parties: Sequence[str], columns: Mapping[str, Any]) -> pandas.DataFrame:
        """One row for every game of the batch and party; the column ``game`` counts in C order."""
        import pandas as pd

        n = len(parties)
        made = {name: np.asarray(value).reshape(-1, n) for name, value in columns.items()}
        games = len(next(iter(made.values())))
        data: dict[str, Any] = {"game": np.repeat(np.arange(games), n)} if games > 1 else {}
        data["party"] = list(parties) * games
        return pd.DataFrame({**data, **{name: value.ravel() for name, value in made.items()}})
