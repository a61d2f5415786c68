"""Shape vocabulary of armsgame, used in every docstring.

====== =====================================================================
symbol meaning
====== =====================================================================
*B     leading batch axes
P      players
A0, A1 actions of player 0, 1, ..
Y      public signals
S      states of a stochastic game
Q      states of an automaton
N      paths
T      periods
K      equilibria
====== =====================================================================

Payoffs are per period; discounted values are normalised by (1 - discount) unless a name
says otherwise. ``discount`` is per period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Real: TypeAlias = float | Fraction
FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
ExactArray: TypeAlias = npt.NDArray[np.object_]
Point: TypeAlias = Sequence[Real]
NumberArray: TypeAlias = npt.NDArray[Any]
"""An array of floats or, where a verb is exact, of fractions."""
ArrayLike: TypeAlias = npt.ArrayLike
Number: TypeAlias = float | FloatArray
"""One number, or an array of them."""
Truth: TypeAlias = bool | BoolArray
"""One truth value, or an array of them."""
RNGLike: TypeAlias = int | np.integer[Any] | np.random.SeedSequence | np.random.Generator | Mapping[str, Any] | None
"""What SPEC 7 allows for ``rng``: a seed, a seed sequence, a generator, or None; and the provenance of a result."""
