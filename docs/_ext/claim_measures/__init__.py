"""What the claims of the gallery measure: functions of numbers, whose defaults are those of the figures."""

from collections.abc import Callable

from . import bargains, play, records, signals, thresholds

__all__ = ["MEASURES"]

MEASURES: dict[str, Callable[..., dict[str, float]]] = {
    name: function
    for room in (bargains, play, records, signals, thresholds)
    for name, function in vars(room).items()
    if getattr(function, "__module__", "") == room.__name__ and not name.startswith("_")
}
