"""Positions on one line, weighted votes between them, and the position that no other beats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import finite, number, probability
from armsgame._shown import Value
from armsgame._typing import ArrayLike, Number
from armsgame.errors import invalid
from armsgame.treaty.elementwise import elementwise

__all__ = ["Contest", "contest"]


@dataclass(frozen=True, slots=True)
class Contest(Value):
    """Pairwise votes between the parties' positions.

    Attributes
    ----------
    votes : array ``[*B, N, N]``
        Net support of position j against position k, all parties counted.
    success : array ``[*B, N, N]``
        Share of the votes cast that position j gets against k; NaN where nobody cares.
    winner : int or array ``[*B]``
        Party whose position no other beats, the first of several; -1 where each is beaten.
    position : float or array ``[*B]``
        Its position (NaN without a winner).
    """

    votes: Number
    success: Number
    winner: Number
    position: Number


def contest(positions: ArrayLike, capabilities: ArrayLike, salience: ArrayLike, risk: ArrayLike = 1.0) -> Contest:
    """Compare every two positions by the votes that parties cast for them.

    Parameters
    ----------
    positions : array_like ``[*B, N]``
        What each party wants, on one line, in any unit.
    capabilities : array_like ``[*B, N]``, at least 0
        Resources that a party can bring to bear.
    salience : array_like ``[*B, N]``
        Share of them that it spends on this issue, between 0 and 1.
    risk : float or array ``[*B, N]``, above 0
        Exponent of the loss from distance; above 1 a small distance hardly matters.

    Returns
    -------
    Contest

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.

    Notes
    -----
    ``v_jk = sum_i c_i s_i [u_i(x_j) - u_i(x_k)]`` with ``u_i(x) = 1 - 2 |(x_i - x)/range|**r_i``, as Scholz,
    Calbert and Smith (2011) reconstruct the first step of Bueno de Mesquita's model. v is a difference of
    the sums W(x) = sum_i c_i s_i u_i(x), so it is transitive, and the unbeaten position is the one
    with the largest sum. With r = 1 that is a median of the positions weighted with c s.
    The later steps (perceived risk, challenges, offers) rest on conventions that we could not derive, and
    are not here.

    Examples
    --------
    >>> found = contest([0, 0.4, 1], [1, 1, 1.5], [1, 0.5, 0.6])
    >>> found.winner, found.position, round(float(found.votes[0, 2]), 6)
    (1, 0.4, 0.4)
    """
    x, c, s, r = (
        finite("positions", positions),
        number("capabilities", capabilities, 0),
        probability("salience", salience),
        number("risk", risk, 0, open_low=True),
    )
    with elementwise():
        x, c, s, r = np.broadcast_arrays(x, c, s, r)
        if x.ndim == 0 or x.shape[-1] == 0:
            invalid("positions.shape", x.shape, "[*B, N] with at least one party")
        width = np.ptp(x, axis=-1)[..., None, None]
        distance = np.abs(x[..., :, None] - x[..., None, :]) / np.where(width > 0, width, 1.0)
        # rows: who votes; columns: for whose position
        utility = (c * s)[..., :, None] * (1 - 2 * distance ** r[..., :, None])
        net = utility[..., :, :, None] - utility[..., :, None, :]
        votes = net.sum(axis=-3)
        success = np.maximum(net, 0).sum(axis=-3) / np.abs(net).sum(axis=-3)
        # a tie is a tie up to the rounding of the sums
        unbeaten = (votes >= -1e-12 * np.abs(utility).sum(axis=(-2, -1))[..., None, None]).all(axis=-1)
        winner = np.where(unbeaten.any(axis=-1), unbeaten.argmax(axis=-1), -1)
        place = np.take_along_axis(x, np.maximum(winner, 0)[..., None], axis=-1)[..., 0]
    position = np.where(winner >= 0, place, np.nan)
    if winner.ndim == 0:
        return Contest(votes, success, int(winner), float(position))
    return Contest(votes, success, winner, position)
