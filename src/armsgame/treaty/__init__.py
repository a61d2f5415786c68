"""The domain: a treaty as a stochastic game, its mechanisms with named parameters, and their closed forms.

The game
    `Treaty` with its `parts` (mechanisms it may be given); policies to play it by name: `comply`,
    `comply_until_proven`, `demand_then_wait`, `deploy`, `exit_on_alarm`, `hedge`, `ladder_display`, `ladder_yield`,
    `leave`, `mirror`, `pretext`, `rescind_on_compliance`, `seek_a_pretext`, `stay_deployed`, `tempted`, all of them
    in `NAMED`; `strikes` (a `Strikes`) counts alarms, and `SUSPENSION_LADDERS` are policies that suspend obligations;
    `Policy`, `Posture` and `SuspensionLadder` for one's own.
Numbers
    `parameters`: symbol, meaning, unit, range, default and source of every parameter; `Party`: those of one party.
Closed forms, one namespace for each mechanism
    `compliance` (call it for the stage game), `verification`, `inspection`, `timeliness`, `ultimatum`, `withdrawal`,
    `linkage`, `third_party`, `reputation`, `trust`, `armsrace`, `spatial`, `cascade`.
Trees and graphs
    `crises` (signalling and bargaining under private costs and types), `conflict_graph` (stability from ordinal
    preferences alone).
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
