"""Strategies as data: automata, named rules, and the sourced library.

- `NamedStrategy`: A strategy with a name and a source; it stands wherever a strategy is asked for.
- `named_strategies`: Named strategies of two-action games, by name.
- `Strategy`: A rule in words that becomes an `Automaton` once the game and the player are known.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
