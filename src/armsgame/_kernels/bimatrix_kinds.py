"""Compiled kinds of 2x2 games: four exact signs decide, and no equilibrium is written out."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def two_by_two_kinds(start, stop, G, table, kind, bad):  # type: ignore[no-untyped-def]
    """Kinds of games start to stop of G [B, 8] by the table [81] of signs; bad[0] is set where a number is not finite.

    The signs are those of a00 - a10, a01 - a11, b00 - b01 and b10 - b11, which comparisons give without rounding.
    """
    wrong = 0.0
    for g in range(start, stop):
        a00, a01, a10, a11 = G[g, 0], G[g, 1], G[g, 2], G[g, 3]
        b00, b01, b10, b11 = G[g, 4], G[g, 5], G[g, 6], G[g, 7]
        code = 27 * (1 + (a00 > a10) - (a00 < a10)) + 9 * (1 + (a01 > a11) - (a01 < a11))
        code += 3 * (1 + (b00 > b01) - (b00 < b01)) + (1 + (b10 > b11) - (b10 < b11))
        kind[g] = table[code]
        # zero unless one of them is infinite or not a number
        wrong += 0.0 * a00 + 0.0 * a01 + 0.0 * a10 + 0.0 * a11 + 0.0 * b00 + 0.0 * b01 + 0.0 * b10 + 0.0 * b11
    if wrong != 0.0:
        bad[0] = True
