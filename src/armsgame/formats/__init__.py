"""Text formats, files and other packages.

- `write_scenario`: Write a dossier as TOML; `read_scenario` gives an equal one (comments are not kept).
- `read_efg`: Read an extensive game from a .efg file or from its text.
- `write_efg`: Write an extensive game as a .efg file.
- `read_nfg`: Read a strategic game from a .nfg file or from its text.
- `write_nfg`: Write a strategic game as a .nfg file.
- `from_nashpy`: Take a game from nashpy.
- `to_gambit`: Give a game to pygambit.
- `to_nashpy`: Give a two-player game to nashpy.
- `load_trajectories`: Read sampled paths that `Trajectories.save` wrote.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
