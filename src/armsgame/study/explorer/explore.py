"""Compute the answers of an explorer over a grid that is a product only where it is small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from os import PathLike
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from armsgame._budget import Budget
from armsgame._checks import check_whole, listed, need_pandas
from armsgame._cost import require
from armsgame._deadline import unhurried
from armsgame._files import write_text
from armsgame._shown import Framed, Value
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ArmsgameError, check_known, invalid
from armsgame.study.explorer.axes import Axis, axes_of, settle
from armsgame.study.explorer.cells import AccountAnswer, SharedAnswer, account_answer, shared_answer

if TYPE_CHECKING:
    import pandas

__all__ = ["Exploration", "explore"]

STARTS = ("exit_on_alarm", "ladder_yield", "stay_deployed")
TOGETHER = ("detection", "standing")
_CLOSED = ("detection", "false_alarm", "discount", "standing")
_POINTS = 30

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exploration(Framed, Value):
    """Exact answers about a scenario over a grid of assumptions; `save` writes the page that shows them.

    Attributes
    ----------
    scenario : Scenario
    axes : tuple of Axis
    together : tuple of str, axes that were varied together; each other one was varied alone
    starts : tuple of str, named profiles from which the search began
    times : tuple of int, periods at which survival is told; the last one is the horizon
    shared : mapping from a place on the axes of closed forms to SharedAnswer
    cells : mapping from a place on all axes but the prior to {account: AccountAnswer}
    missing : int, positions that the budget left out
    """

    scenario: Scenario
    axes: tuple[Axis, ...]
    together: tuple[str, ...]
    starts: tuple[str, ...]
    times: tuple[int, ...]
    shared: Mapping[Place, SharedAnswer]
    cells: Mapping[Place, Mapping[str, AccountAnswer]]
    missing: int = 0

    @property
    def searched(self) -> tuple[Axis, ...]:
        """Axes along which profiles are searched: all but the prior."""
        return tuple(axis for axis in self.axes if axis.name != "prior")

    @property
    def closed(self) -> tuple[Axis, ...]:
        """Axes that the closed forms read."""
        return tuple(axis for axis in self.axes if axis.name in _CLOSED)

    def html(self) -> str:
        """Return the page: one text that needs no other file and no network.

        Raises
        ------
        ArmsgameError
            The packages of the extra ``explore`` are not installed.
        """
        from armsgame.study.explorer.page import page

        return page(self)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the page to a file; an earlier file stays until the new one is whole.

        Raises
        ------
        ArmsgameError
            The packages are not installed, or the file cannot be written.
        """
        text, place = self.html(), Path(path)
        try:
            write_text(place, text)
        except OSError as fault:
            raise ArmsgameError(f"path is {str(place)!r}: {fault}. Choose another file.") from None
        return place

    def to_frame(self) -> pandas.DataFrame:
        """One row for each position, account, certified profile and level of the prior."""
        prior = next(axis for axis in self.axes if axis.name == "prior")
        rows = []
        for place, accounts in self.cells.items():
            at = {axis.name: axis.texts[k] for axis, k in zip(self.searched, place, strict=True)}
            for account, answer in accounts.items():
                for one in answer.profiles:
                    for k, text in enumerate(prior.texts):
                        row: dict[str, object] = {**at, "prior": text, "account": account, "profile": one.name}
                        row |= {"holds": bool(one.holds[k]), "survival": one.survival[k, -1]}
                        row |= {"outer low": one.outer[k, -1, 0], "outer high": one.outer[k, -1, 1]}
                        rows.append(row | {name: own[k] for name, own in one.shares.items()})
        return need_pandas().DataFrame(rows)

    def __str__(self) -> str:
        count = len(self.cells)
        head = f"{self.scenario.id!r}: {count} position{'s' * (count != 1)}"
        lines = [f"{head}, {len(self.scenario.perspectives)} accounts at each"]
        lines += [str(axis) for axis in self.axes]
        lines.append(f"varied together: {', '.join(self.together)}, and the prior with everything; others alone")
        if self.missing:
            lines.append(f"{self.missing} positions were left out, as the budget was spent")
        return "\n".join([*lines, "save(path) writes the page; no account is taken as true."])


def explore(
    scenario: Scenario,
    *,
    levels: Mapping[str, Sequence[object]] | None = None,
    together: Sequence[str] = TOGETHER,
    starts: Sequence[str] = STARTS,
    periods: int | None = None,
    budget_seconds: float | None = None,
) -> Exploration:
    """Compute a scenario's answers over a grid of assumptions, for a page with sliders.

    Parameters
    ----------
    scenario : Scenario
    levels : mapping {axis: levels}, optional
        Levels of the axes ``detection``, ``false_alarm``, ``discount``, ``prior``, ``standing``, ``deadline_days``
        and ``audience_cost``. The dossier's own level is always one of them; an empty list leaves only that. Levels of
        ``standing`` are pairs (concealment cost, standing), and levels of ``prior`` are factors of the odds of the
        dossier's first type.
    together : sequence of str
        Axes whose levels are combined with each other. Each other axis is moved with all the rest at the dossier's own
        levels, so that the work stays small. The prior is combined with everything.
    starts : sequence of str
        Named profiles from which the search for equilibria begins at each position.
    periods : int, optional
        Horizon; default: the question's.
    budget_seconds : float, optional
        Wall time after which no further position is begun. The first one is the dossier's own.

    Returns
    -------
    Exploration

    Raises
    ------
    InvalidGame
        Unknown axes or starts, or levels out of range.
    WrongConcept
        Not a scenario.

    Notes
    -----
    Profiles are searched at each account's own prior, as `outcomes` does with these starts. At another prior over the
    same types nothing is searched again: `critical_prior` says exactly which profiles still hold, and probabilities
    are those of the pairs of types, weighed by that prior. Nothing is interpolated.

    Examples
    --------
    >>> import armsgame as ag
    >>> inf = ag.load_scenario("inf")
    >>> still = ("detection", "false_alarm", "discount", "standing", "deadline_days", "audience_cost")
    >>> found = ag.explore(inf, levels=dict.fromkeys(still, ()), starts=("exit_on_alarm",), periods=20)
    >>> len(found.cells), len(found.to_frame())
    (1, 15)
    """
    scenario = scenario_of("explore", scenario)
    axes = axes_of(scenario, levels)
    searched = tuple(axis for axis in axes if axis.name != "prior")
    names = [axis.name for axis in searched]
    check_known("together names {}, which is no axis that is searched", names, *together)
    horizon = check_whole("periods", scenario.question.periods if periods is None else periods)
    # the time is asked between positions, of which the first is told in any case
    with unhurried():
        kept = _known_starts(scenario, starts)
        require("withdrawal_law", periods=horizon)
    step = max(1, horizon // _POINTS)
    times = tuple(sorted({*range(0, horizon + 1, step), horizon}))
    factors = [v for axis in axes if axis.name == "prior" for v in axis.values if isinstance(v, float)]
    places = list(_places(searched, together))
    closed = tuple(axis for axis in axes if axis.name in _CLOSED)
    grid = list(product(*(range(len(axis)) for axis in closed)))
    cells: dict[Place, dict[str, AccountAnswer]] = {}
    with Budget(len(places) + 1, "explore") as budget:
        with unhurried():
            shared = {place: shared_answer(_at(scenario, closed, place)) for place in grid}
        budget.spend()
        started = monotonic()
        for place in places:
            # the dossier's own position is computed in any case
            if cells and not budget.spend():
                break
            # what has begun is finished, so that no position shows half a search
            with unhurried():
                here = _at(scenario, searched, place)
                cells[place] = {
                    account: account_answer(here, account, factors=factors, starts=kept, times=times)
                    for account in scenario.perspectives
                }
            budget.tell(f"{(monotonic() - started) / len(cells):.1f} s a position")
    return Exploration(scenario, axes, tuple(together), kept, times, shared, cells, len(places) - len(cells))


def _at(scenario: Scenario, axes: Sequence[Axis], place: Place) -> Scenario:
    """Return the dossier at a place; at its own level nothing is set."""
    moved = {a.name: a.values[k] for a, k in zip(axes, place, strict=True) if k != a.default}
    return settle(scenario, moved)


def _places(axes: Sequence[Axis], together: Sequence[str]) -> Iterator[Place]:
    """Positions to search: the dossier's own, the product of some axes, and each other axis by itself."""
    own = tuple(axis.default for axis in axes)
    seen = {own}
    yield own
    ranges = [range(len(a)) if a.name in together else (a.default,) for a in axes]
    arms = [
        (*own[:i], k, *own[i + 1 :])
        for i, axis in enumerate(axes)
        if axis.name not in together
        for k in range(len(axis))
    ]
    for place in (*product(*ranges), *arms):
        if place not in seen:
            seen.add(place)
            yield place


def _known_starts(scenario: Scenario, starts: Sequence[str]) -> tuple[str, ...]:
    from armsgame.treaty.type_starts import starts_on

    known = starts_on(scenario.treaty(regime=scenario.asked_regime).game(observed="moves"))
    kept = listed("starts", starts, f"names of starts, such as {STARTS}")
    if not kept:
        invalid("starts", starts, f"names of starts, such as {STARTS}")
    check_known("starts names {}", known, *kept)
    return kept
