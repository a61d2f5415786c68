"""Compliance as one object: the stage game of a treaty, and the closed forms of its enforcement."""

from __future__ import annotations

import numpy as np

from armsgame._checks import finite
from armsgame._typing import ArrayLike
from armsgame.games.stage import StageGame
from armsgame.treaty.closed_forms import reciprocity, reversion


class Compliance:
    """The stage game of a treaty, and the closed forms of its enforcement; all of them take arrays.

    ``ag.treaty.compliance(temptation=1.5)`` is the `StageGame` {comply, deploy}.

    ======================== =====================================================================
    `grim`                   least patience for permanent reversion after an alarm, and its value
    `finite_punishment`      shortest reversion that deters, and its value
    `best_symmetric_public`  best symmetric value with one binary signal
    `required_detection`     least detection at which permanent reversion deters
    `per_party_alarm`        rates of any alarm where each party has one of its own
    `mirror`                 least patience for the mirror response, and the largest generosity
    `required_trust`         belief from which complying is best in a stag hunt
    ======================== =====================================================================

    They answer with `Grim`, `FinitePunishment`, `BestSymmetric`, `Mirror` and `RequiredTrust`.

    Examples
    --------
    >>> import armsgame as ag
    >>> ag.treaty.compliance(temptation=1.5).actions[0]
    ('comply', 'deploy')
    >>> ag.treaty.compliance.grim(1.5, 1, 0).threshold
    0.3333333333333333
    """

    Grim = reversion.Grim
    FinitePunishment = reversion.FinitePunishment
    BestSymmetric = reversion.BestSymmetric
    Mirror = reciprocity.Mirror
    RequiredTrust = reciprocity.RequiredTrust

    grim = staticmethod(reversion.grim)
    finite_punishment = staticmethod(reversion.finite_punishment)
    best_symmetric_public = staticmethod(reversion.best_symmetric_public)
    required_detection = staticmethod(reversion.required_detection)
    per_party_alarm = staticmethod(reversion.per_party_alarm)
    mirror = staticmethod(reciprocity.mirror)
    required_trust = staticmethod(reciprocity.required_trust)

    def __call__(
        self,
        temptation: ArrayLike = 1.5,
        reward: ArrayLike = 1.0,
        punishment: ArrayLike = 0.0,
        sucker: ArrayLike = -0.5,
        *,
        players: tuple[str, str] = ("US", "Russia"),
    ) -> StageGame:
        """Two-party stage game {comply, deploy}; arrays broadcast to batch axes.

        Parameters
        ----------
        temptation, reward, punishment, sucker : float or array ``[*B]``
            Payoff per period of deploying alone, mutual compliance, mutual deployment, and complying
            alone. T > R > P > S is a prisoner's dilemma, R >= T >= P > S a stag hunt (Jervis 1978).
        players : pair of str

        Returns
        -------
        StageGame
        """
        given = {"temptation": temptation, "reward": reward, "punishment": punishment, "sucker": sucker}
        t, r, p, s = np.broadcast_arrays(*(finite(name, value) for name, value in given.items()))
        own = np.stack([np.stack([r, s], axis=-1), np.stack([t, p], axis=-1)], axis=-2)
        return StageGame.from_bimatrix(own, np.swapaxes(own, -1, -2), players=players, actions=("comply", "deploy"))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"compliance is read-only: {name!r} cannot be set")

    def __dir__(self) -> list[str]:
        return sorted(name for name in vars(Compliance) if not name.startswith("_"))

    def __repr__(self) -> str:
        forms = ", ".join(name for name in dir(self) if name.islower())
        return f"<compliance: call it for the stage game; closed forms: {forms}>"


compliance = Compliance()
"""The stage game of a treaty and the closed forms of its enforcement."""
