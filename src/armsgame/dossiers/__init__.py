"""Dated, sourced treaty dossiers, read from TOML and turned into treaties.

- `record_faults`: Every fault of the record, in the order of `KINDS`.
- `Claim`: A charge of one side with the other side's reply. There is no field that says who is right.
- `Perspective`: One account of the history: how it weighs types, and how each type is taken to behave.
- `Question`: The default question: discount factor per period, horizon in periods, first state, regime (or the
  last).
- `Scenario`: A treaty dossier.
- `balance`: Count statements by the voice of their main source: each party, others, nobody's voice, and no
  source.
- `statements`: Every statement of the record; assumptions of the model are none.
- `load_scenario`: Load a dossier that ships with the library.
- `read_scenario`: Read a dossier of your own.
- `scenarios`: Names of the dossiers that ship with the library.
- `write_scenario`: Write a dossier as TOML; `read_scenario` gives an equal one (comments are not kept).
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
