"""Repeated games under the name that the rest of the library imports; see `stochastic`, where they are defined."""

from armsgame.games.stochastic import RepeatedGame

__all__ = ["RepeatedGame"]
