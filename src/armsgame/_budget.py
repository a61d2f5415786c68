"""One budget for a whole job that refines until it is good enough: rounds, the time of the call, and a bar."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from armsgame._checks import check_whole
from armsgame._deadline import time_left

__all__ = ["Budget"]

# no job takes so many rounds: seconds are what a long one is given
_MOST = 10**7


class Budget:
    """What a job may still spend, however many loops it has; every loop asks it before each round.

    The time is that of the call (`budget_seconds`); a round that has begun is finished.

    Parameters
    ----------
    rounds : int, at least 1
    name : str
        Shown beside the bar. Used as a context manager, a budget shows a bar where the job takes more
        than two seconds and the output is a terminal.
    """

    def __init__(self, rounds: int, name: str = "") -> None:
        self.rounds, self.spent, self.name = check_whole("max_iter", rounds, 1, _MOST), 0, name
        self._bar: Any = None

    @property
    def left(self) -> int:
        """Rounds left; 0 where the time is up."""
        return 0 if not time_left() else max(self.rounds - self.spent, 0)

    def spend(self) -> bool:
        """Take one round; false where none is left."""
        if not self.left:
            return False
        self.spent += 1
        if self._bar is not None:
            self._bar.update()
        return True

    def tell(self, text: str) -> None:
        """Say how far the job is, beside the bar."""
        if self._bar is not None:
            self._bar.set_postfix_str(text)

    def __enter__(self) -> Budget:
        if self.name:
            from tqdm import tqdm

            self._bar = tqdm(total=self.rounds, desc=self.name, unit="round", disable=None, leave=False, delay=2)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
