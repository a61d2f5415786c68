"""What the parameter dictionary makes of its rows: the parameters of a party and the terms of a treaty."""

from __future__ import annotations

from dataclasses import field, make_dataclass

from armsgame._shown import Value
from armsgame.treaty.parameter_table import Parameter, parameters

PAYOFF_PARAMETERS = parameters.named("payoff")
PROBABILITIES = parameters.named("probability")
TERMS = parameters.named("term")


def _line(entry: Parameter) -> str:
    return f"{entry.name} : float, default {entry.default:g}\n    {entry.symbol}: {entry.meaning} ({entry.unit})."


def _made(name: str, summary: str, own: tuple[str, ...], *, kw_only: bool) -> type:
    about = "\n".join([summary, "", "Parameters", "----------", *(_line(parameters[n]) for n in own)])
    return make_dataclass(
        name,
        [(n, float, field(default=parameters[n].default)) for n in own],
        bases=(Value,),
        frozen=True,
        slots=True,
        kw_only=kw_only,
        namespace={"__doc__": about, "__module__": __name__},
    )


Party = _made(
    "Party",
    """Parameters of one party; payoffs in utility per period with R - P = 1, one-off costs in periods of R - P.

Every default is an assumption; `detection` and `false_alarm` are the rates of alarms *about* this party.""",
    (*PAYOFF_PARAMETERS, *PROBABILITIES),
    kw_only=False,
)
Terms = _made("Terms", "Terms of a treaty that are numbers; every default is an assumption.", TERMS, kw_only=True)
