"""Which parameters a study varies, and between which values; SALib problems in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import numpy as np

from armsgame._checks import reals
from armsgame._deadline import TimeSpent
from armsgame._provenance import VERSION
from armsgame._typing import FloatArray, RNGLike
from armsgame.errors import ArmsgameError, InvalidGame, NotSolved, invalid
from armsgame.study.sweeps.designs import Design
from armsgame.study.sweeps.measures import Measure, MeasureLike, Model, Studied
from armsgame.study.sweeps.sweep import ExecutorLike
from armsgame.treaty.parameter_table import parameters

__all__ = ["Asked", "ranges_of", "to_problem", "told"]


def ranges_of(over: Mapping[str, Any] | Iterable[str]) -> dict[str, tuple[float, float]]:
    """Ranges by name.

    Parameters
    ----------
    over : sequence of names, mapping from name to (low, high), or a SALib problem
        A name alone takes the ``sweep`` range of the parameter dictionary.

    Raises
    ------
    InvalidGame
        No names, a name without a range in the dictionary, or a range that is no (low, high).
    """
    if isinstance(over, Mapping) and {"names", "bounds"} <= set(over):
        if over.get("groups") or any(d != "unif" for d in over.get("dists") or ()):
            invalid("problem", sorted(over), "a SALib problem with uniform bounds and no groups")
        if len(over["names"]) != len(over["bounds"]):
            invalid("problem['bounds']", over["bounds"], f"{len(over['names'])} pairs, one per name")
        over = dict(zip(over["names"], over["bounds"], strict=True))
    if not isinstance(over, Mapping):
        usual: dict[str, tuple[float, float]] = {}
        for name in (over,) if isinstance(over, str) else over:
            entry = parameters.get(str(name).partition(".")[0])
            if entry is None or entry.sweep is None:
                raise InvalidGame(
                    f"parameter {name!r} has no sweep range in the dictionary; give one: {{{name!r}: (low, high)}}."
                )
            usual[name] = entry.sweep
        over = usual
    if not over:
        invalid("over", over, "at least one parameter")
    found = {}
    for name, pair in over.items():
        try:
            low, high = map(float, pair)
        except (TypeError, ValueError):
            low = high = np.nan
        if not (np.isfinite([low, high]).all() and low < high):
            invalid(f"over[{name!r}]", pair, "(low, high) with low < high")
        found[str(name)] = (low, high)
    return found


def to_problem(ranges: Mapping[str, tuple[float, float]]) -> dict[str, object]:
    """Return the SALib problem of ranges."""
    return {"num_vars": len(ranges), "names": list(ranges), "bounds": [list(pair) for pair in ranges.values()]}


def told(ranges: Mapping[str, tuple[float, float]]) -> str:
    """Ranges in one line."""
    return ", ".join(f"{n} {a:g}..{b:g}" for n, (a, b) in ranges.items())


class Asked:
    """One output of one measure of one model, as a function of points; or a function of the user's own."""

    def __init__(
        self,
        model: Studied | Callable[..., Any],
        measure: MeasureLike | None,
        *,
        output: str | None = None,
        discount: float | None = None,
        executor: ExecutorLike = None,
        rng: RNGLike = None,
        progress: bool = False,
    ) -> None:
        self.discount, self.executor, self.rng, self.progress = discount, executor, rng, progress
        self.own: Callable[..., Any] | None = None
        self.output: str
        self.named = True
        if measure is None:
            if not callable(model):
                invalid("measure", None, "a measure of armsgame.measures, or a callable(treaty, discount)")
            self.own, self.units = model, ""
            self.output = str(output or getattr(model, "__name__", "output"))
            return
        self.model, self.measure = cast("Studied", model), measure
        # what a callable returns is known once it was asked; an output that it lacks is refused then
        outputs = {getattr(measure, "__name__", type(measure).__name__): ""}
        if isinstance(measure, Measure):
            outputs = measure.outputs(Model.of(self.model, discount))
            if output is not None and output not in outputs:
                invalid("output", output, f"an output of the measure: {', '.join(outputs)}")
        self.output = str(next(iter(outputs)) if output is None else output)
        self.named = output is not None or isinstance(measure, Measure)
        self.units = outputs.get(self.output, "")

    def table(
        self, points: Mapping[str, FloatArray], kind: str
    ) -> tuple[dict[str, FloatArray], dict[str, object], int]:
        """Every output [N], the provenance, and how many points raised."""
        design = Design(dict(points), {}, kind)
        if self.own is not None:
            found = reals(f"{self.output}(points)", self.own(dict(points)), "one real number per point")
            if found.shape != (design.size,):
                invalid(f"{self.output}(points)", found.shape, f"one number per point, shape ({design.size},)")
            notes: dict[str, object] = {"model": self.output, "design": kind, "points": design.digest()}
            return {self.output: found}, {**notes, "armsgame": VERSION}, 0
        from armsgame.study.sweeps.sweep import swept

        data = swept(
            self.model, design, self.measure, self.discount, self.executor, rng=self.rng, progress=self.progress
        )
        raised = int((data["error"] != "").sum()) if "error" in data else 0
        outputs = {str(n): np.asarray(v.values) for n, v in data.data_vars.items() if n != "error"}
        if self.output not in outputs and raised == design.size:
            outputs[self.output] = np.full(design.size, np.nan)
        elif self.output not in outputs and self.named:
            invalid("output", self.output, f"an output of the measure: {', '.join(outputs)}")
        elif self.output not in outputs:
            self.output, self.named = next(iter(outputs)), True
        return outputs, {str(n): v for n, v in data.attrs.items()}, raised

    def at_home(self, discount: float) -> dict[str, FloatArray]:
        """Every output [1] at the model's own values; NaN where the measure fails there."""
        home = {"discount": np.array([discount], dtype=float)}
        if not isinstance(self.measure, Measure):
            return self.table(home, "base")[0]
        base = Model.of(self.model, discount)
        try:
            return self.measure.block(base, home)
        except TimeSpent:
            raise
        except ArmsgameError:
            return dict.fromkeys(self.measure.outputs(base), np.array([np.nan]))

    def values(self, points: Mapping[str, FloatArray], kind: str) -> tuple[FloatArray, dict[str, object]]:
        """Return the output at every point [N] and the provenance; refuse where it is not finite.

        Raises
        ------
        NotSolved
            A point without a finite value: an index over part of the box would answer another question.
        """
        found, notes, _ = self.table(points, kind)
        values = found[self.output]
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            at = ", ".join(f"{n} = {v[bad[0]]:.4g}" for n, v in points.items())
            fault = str(notes["failed"]).partition("; ")[2] if "failed" in notes else ""
            raise NotSolved(
                f"{self.output} is not a finite number at {len(bad)} of {len(values)} points, first at {at}"
                f"{'; ' + fault if fault else ''}. Narrow the ranges, or ask for an output that exists everywhere "
                "(such as 'grim' of measures.regime); robustness() counts points without an answer."
            )
        return values, notes
