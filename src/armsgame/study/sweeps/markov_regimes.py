"""Maps of Markov-perfect regimes over payoffs and discount factors."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from armsgame._checks import check_discount
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._threads import in_blocks
from armsgame._typing import ArrayLike, BoolArray, FloatArray, IntArray
from armsgame.arithmetic.rows import distinct_rows
from armsgame.errors import InvalidGame, check_known, close_matches, invalid
from armsgame.games.stochastic import StochasticGame
from armsgame.treaty.parameter_table import parameters as known_parameters
from armsgame.treaty.party import PAYOFF_PARAMETERS
from armsgame.treaty.policies import Policy, comply, exit_on_alarm, ladder_display, ladder_yield, stay_deployed
from armsgame.treaty.status import Status
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import xarray

__all__ = ["REGIMES", "MarkovRegimes", "markov_regime"]

REGIMES = ("compliance", "dispute ladder", "exit on a flag", "one-sided deployment", "mutual deployment", "exit")
"""Regimes of Markov play, from the most to the least cooperative."""

_ZERO, _ROUNDS = 1e-11, 40


@dataclass(frozen=True, slots=True, eq=False)
class MarkovRegimes(Value):
    """Regimes of certified Markov-perfect play over a grid of parameters.

    Attributes
    ----------
    code : int array, one axis per parameter that varies
        Index into `REGIMES` of the most cooperative regime found; -1 where no start was certified.
    survives : bool array [.., 6]
        Which regimes some certified profile plays.
    regret : array, NaN where code is -1
        Largest gain of one action in one state of the profile that gives the code.
    axes : mapping from name to values, in the order of the array axes
    """

    code: IntArray
    survives: BoolArray
    regret: FloatArray
    axes: Mapping[str, FloatArray]

    @property
    def label(self) -> npt.NDArray[np.str_]:
        """Names of the regimes, as an array of str."""
        return np.array([*REGIMES, "none found"])[self.code]

    def to_xarray(self) -> xarray.Dataset:
        """Variables code, regret and survives, labelled by parameter and regime."""
        import xarray

        dims = tuple(self.axes)
        return xarray.Dataset(
            {"code": (dims, self.code), "regret": (dims, self.regret), "survives": ((*dims, "regime"), self.survives)},
            coords={**self.axes, "regime": list(REGIMES)},
        )

    def __str__(self) -> str:
        lines = [f"Markov regimes at {self.code.size} points" + (f", over {', '.join(self.axes)}" if self.axes else "")]
        for k, name in [*enumerate(REGIMES), (-1, "none found")]:
            share = float((self.code == k).mean())
            found = f"{share:7.1%} of points" if k < 0 else f"{share:7.1%} of points; survives at "
            lines.append(f"  {name:<22s}{found}" + ("" if k < 0 else f"{float(self.survives[..., k].mean()):.1%}"))
        return "\n".join(lines)


def markov_regime(
    treaty: Treaty, *, discount: ArrayLike, budget_seconds: float | None = None, **parameters: ArrayLike
) -> MarkovRegimes:
    """Find which regimes Markov-perfect play can sustain, over a grid of payoffs and discount factors.

    Parameters
    ----------
    treaty : Treaty
        Its terms, rates and the payoffs that are not varied.
    discount : float or array [D]
        Per period, 0 <= discount < 1.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.
    **parameters : float or array
        Payoff parameters of `Treaty`, for both parties; a mapping from party label for one of them.
        Every array is one axis of the grid, in the order given, `discount` last.

    Returns
    -------
    MarkovRegimes

    Raises
    ------
    InvalidGame
        A parameter is unknown, moves the transitions (detection, notice_days, ..), or is out of range, or the grid
        has more points than can be waited for: ``ag.cost("markov_regime", points=.., states=..)``.
    NotSolved
        The time is over.

    Notes
    -----
    From each named profile the parties reply in turn, with either of them first, until nobody moves.
    Every profile of rest is checked for gains in all states by its own linear system and counts only
    with gains of at most 1e-11 of the range of payoffs plus rounding. Its regime is read from its
    play. A regime that is not listed may still exist: replies in turn miss equilibria, and mixed
    ones altogether.

    Examples
    --------
    >>> import numpy as np
    >>> import armsgame as ag
    >>> found = ag.measures.markov_regime(ag.Treaty(), discount=np.array([0.3, 0.95]))
    >>> found.label.tolist()
    ['mutual deployment', 'dispute ladder']
    """
    from armsgame._kernels.markov_replies import sweep

    game = treaty.game()
    axes, weights, deltas = _grid(treaty, discount, parameters, len(game.states))
    constant, arrays = treaty.basis()
    basis = np.stack([constant, *(arrays[name] for name in PAYOFF_PARAMETERS)])
    own = np.array([stage.shape for stage in game.stages], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(own.prod(axis=1))[:-1]]).astype(np.int64)
    rows = np.concatenate([law.reshape(-1, len(game.states)) for law in game.transitions])
    starts = _starts(game)

    many = len(deltas), 2 * len(starts)
    acts = np.empty((*many, *starts.shape[1:]), dtype=np.int64)
    gains, ok = np.empty(many), np.empty(many, dtype=bool)
    given = basis, weights, deltas, rows, first, own, starts, _ROUNDS, _ZERO
    in_blocks(sweep, len(deltas), 1, *given, acts, gains, ok)
    kinds = np.full(ok.shape, len(REGIMES))
    every = acts[ok]
    _, seen, place = distinct_rows(every.reshape(len(every), -1))
    if len(seen):
        kinds[ok] = np.array([_regime(treaty, game, one) for one in every[seen]])[place]
    shape, at = tuple(map(len, axes.values())), (np.arange(len(kinds)), kinds.argmin(axis=1))
    code = kinds[at]
    regret = np.where(code < len(REGIMES), gains[at], np.nan)
    survives = (kinds[:, :, None] == np.arange(len(REGIMES))).any(axis=1)
    code = np.where(code < len(REGIMES), code, -1)
    return MarkovRegimes(code.reshape(shape), survives.reshape(*shape, -1), regret.reshape(shape), axes)


def _grid(
    treaty: Treaty, discount: ArrayLike, parameters: Mapping[str, ArrayLike], states: int
) -> tuple[dict[str, FloatArray], FloatArray, FloatArray]:
    """Axes, weights [B, 2, 1 + K] of the basis (constant first), and discount factors [B]."""
    entries: list[tuple[str, int, tuple[int, ...], FloatArray]] = []
    for name, given in parameters.items():
        if name not in PAYOFF_PARAMETERS:
            if hasattr(treaty.parameters[0], name) or hasattr(treaty, name):
                raise InvalidGame(
                    f"{name} moves the transitions of the game, which one map shares; allowed: "
                    f"{', '.join(PAYOFF_PARAMETERS)}. Map treaty.replace({name}=..) for each value."
                )
            raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(name, PAYOFF_PARAMETERS)}")
        column = 1 + PAYOFF_PARAMETERS.index(name)
        if not isinstance(given, Mapping):
            entries.append((name, column, (0, 1), _line(name, given)))
            continue
        for party, values in given.items():
            check_known(f"{name} names the party {{}}", treaty.parties, party)
            where = f"{name} of {party}"
            entries.append((where, column, (treaty.parties.index(party),), _line(where, values)))
    for where, column, _, values in entries:
        known_parameters[PAYOFF_PARAMETERS[column - 1]].check(values, where)
    line = _line("discount", discount)
    for value in line.flat:
        check_discount(float(value))
    axes = {where: values for where, _, _, values in entries if values.ndim}
    if line.ndim:
        axes["discount"] = line
    shape = tuple(len(v) for v in axes.values())
    count = prod(shape)
    require("markov_regime", points=count, states=states)
    base = [[0.0, *(getattr(p, name) for name in PAYOFF_PARAMETERS)] for p in treaty.parameters]
    weights = np.tile(np.array(base), (count, 1, 1))
    places = dict(zip(axes, np.indices(shape).reshape(len(shape), count), strict=True)) if shape else {}
    for where, column, who, values in entries:
        for i in who:
            weights[:, i, column] = values[places[where]] if values.ndim else float(values)
    deltas = line[places["discount"]] if line.ndim else np.full(count, float(line))
    return axes, weights, np.ascontiguousarray(deltas)


def _line(name: str, given: ArrayLike) -> FloatArray:
    values = np.asarray(given, dtype=np.float64)
    if values.ndim > 1 or values.size == 0 or not np.isfinite(values).all():
        invalid(name, given, "a finite number, or a line of them")
    return values


def _starts(game: StochasticGame) -> IntArray:
    """Named profiles [T, 2, S] to reply from; those that need a move the treaty lacks are left out."""
    found = []
    for policy in (comply, _MIRROR, ladder_yield, ladder_display, exit_on_alarm, stay_deployed, _EXIT):
        # a policy may ask for moves that the treaty lacks
        with suppress(InvalidGame):
            plans: list[Any] = [policy.on(game, i) for i in (0, 1)]
            found.append([[int(plan.outputs[s][0].argmax()) for s in game.states] for plan in plans])
    return np.array(found, dtype=np.int64)


def _mirror(status: Status, i: int, _: bool) -> tuple[str, str]:
    if status.kind in ("notice", "withdrawn"):
        return "deploy", ""
    if status.kind == "in_force":
        return ("deploy" if any(status.flags) else "comply"), "silent"
    if status.kind == "expired":
        return "deploy", "back_down" if status.demander == i else "deny"
    return "deploy", "ignore" if status.demander == i else "deny"


def _leave(status: Status, _: int, __: bool) -> tuple[str, str]:
    return "deploy", "" if status.kind in ("notice", "withdrawn") else "notice"


def _never(_: Status, __: Status) -> bool:
    return False


_MIRROR = Policy("deploy_while_flagged", _mirror, _never)
_EXIT = Policy("leave", _leave, _never)


def _regime(treaty: Treaty, game: StochasticGame, acts: IntArray) -> int:
    """Regime of a pure profile [2, S], read from its play out of the first state without flags."""
    statuses = treaty.statuses()
    moves = [[treaty.moves(status, i)[acts[i, s]] for i in (0, 1)] for s, status in enumerate(statuses)]
    reached, ahead = {0}, [0]
    while ahead:
        s = ahead.pop()
        new = set(np.flatnonzero(game.transitions[s][tuple(acts[:, s])]).tolist()) - reached
        reached |= new
        ahead += new
    kinds = {statuses[s].kind for s in reached}
    leaves = bool(kinds & {"notice", "withdrawn"})
    conduct, said = zip(*moves[0], strict=True)
    if "notice" in said or (leaves and "deploy" in conduct):
        kind = "exit"
    elif conduct == ("comply", "comply"):
        kind = "dispute ladder" if "demand" in kinds else "exit on a flag" if leaves else "compliance"
    else:
        kind = "mutual deployment" if conduct == ("deploy", "deploy") else "one-sided deployment"
    return REGIMES.index(kind)
