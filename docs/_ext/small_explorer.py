"""The explorer that the documentation embeds: INF with few levels, so that it is computed at every build."""

from __future__ import annotations

from pathlib import Path

import armsgame as ag

__all__ = ["write"]

LEVELS = {
    "detection": (0.8,),
    "false_alarm": (0.02,),
    "discount": (),
    "standing": ((0.05, 0.02),),
    "deadline_days": (),
    "audience_cost": (),
}
STARTS = ("exit_on_alarm", "stay_deployed")


def write(folder: Path) -> None:
    """Write ``explorer-inf.html`` to a folder."""
    ag.explore(ag.load_scenario("inf"), levels=LEVELS, starts=STARTS).save(folder / "explorer-inf.html")
