"""The measurements behind docs/decisions: one line per decision, as counts and as ratios of processor time.

    OPENBLAS_NUM_THREADS=1 python benchmarks/decisions.py [name ...]

Both sides of a ratio are timed in this process, in turn, and the least of the repetitions counts. PyYAML and
lazy_loader are compared only where they are installed. One thread of BLAS: idle ones would count as processor time.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

import armsgame as ag

SOURCE = Path(ag.__file__).parent


def ratio(one: Callable[[], object], other: Callable[[], object], repeats: int = 5) -> float:
    """Least processor time of `one` over that of `other`; the first call of each, which may compile, is not counted."""
    best = [np.inf, np.inf]
    one(), other()
    for _ in range(repeats):
        for at, call in enumerate((one, other)):
            begin = time.process_time()
            call()
            best[at] = min(best[at], time.process_time() - begin)
    return best[0] / best[1]


def simplex() -> str:
    """The programs of one bracket of a game with states and noisy signals, by the kernel and by HiGHS."""
    from armsgame.solve.payoff_sets import operator, outer_bound

    calls: list[tuple[Any, ...]] = []
    kernel = operator.solve_program

    def kept(p: Any, ask: Any, h: Any, levels: Any, basis: Any = None, **more: Any) -> Any:
        calls.append((p, ask.copy(), h.copy(), levels.copy(), None if basis is None else basis.copy()))
        return kernel(p, ask, h, levels, basis, **more)

    outer_bound.solve_program = kept
    try:
        ag.payoff_sets.state_bracket(noisy_game(), discount=0.8, mixed=False, gap=0.02)
    finally:
        outer_bound.solve_program = kernel
    some = [calls[at] for at in np.linspace(0, len(calls) - 1, 40).astype(int)]
    asked = sum(len(ask) for _, ask, *_ in some)

    def own() -> list[Any]:
        return [kernel(p, ask, h, levels, None if basis is None else basis.copy()) for p, ask, h, levels, basis in some]

    def own_cold() -> list[Any]:
        return [kernel(p, ask, h, levels) for p, ask, h, levels, _ in some]

    def highs() -> list[Any]:
        return [operator._by_highs(p, ask, h, levels) for p, ask, h, levels, _ in some]

    apart = 0.0
    for (p, ask, *_), a, b in zip(some, own(), highs(), strict=True):
        if isinstance(a, operator.Solved) and not isinstance(b, operator.Rows):
            solved = np.einsum("y,jp,jyp->j", p.weight, ask, b[0])
            apart = max(apart, float(np.abs(a.value - solved).max()))
    warm, cold = ratio(highs, own, 2), ratio(own_cold, own, 2)
    return (
        f"HiGHS takes {warm:.0f} times the time of the kernel on {asked} directions of {len(some)} of the "
        f"{len(calls)} programs of one bracket, a start without the last basis {cold:.1f} times; values "
        f"differ by at most {apart:.0e}"
    )


def noisy_game() -> Any:
    good = ag.treaty.compliance(temptation=3, reward=2, punishment=0, sucker=-1)
    poor = ag.treaty.compliance(temptation=2, reward=1, punishment=0, sucker=-1)
    stay = np.array([[0.95, 0.6], [0.6, 0.3]])
    back = np.array([[0.4, 0.1], [0.1, 0.05]])
    laws = [np.stack([stay, 1 - stay], -1), np.stack([back, 1 - back], -1)]
    return ag.StochasticGame([good, poor], laws, states=["calm", "tense"], observed="state")


def streams() -> str:
    """Words of each path by the counter, by a NumPy generator per path, and by one generator for all."""
    from numba import njit

    from armsgame._kernels.streams import LANES, first_words, round_keys, words_of

    paths = np.arange(20_000, dtype=np.uint64)

    def counter() -> Any:
        return first_words(np.uint64(0), paths, np.uint64(7))

    def generators() -> Any:
        return [np.random.Generator(np.random.Philox(key=[7, n])).integers(1 << 32) for n in range(len(paths))]

    @njit
    def words(ticks, m, keys):
        for tick in range(ticks):
            words_of(np.uint64(tick), np.uint64(0), m, keys)

    lanes, keys, one = np.arange(5 * LANES, dtype=np.uint64), round_keys(np.uint64(7)), np.random.default_rng(1)
    plain = ratio(
        lambda: words(40_000, lanes, keys), lambda: one.integers(1 << 32, size=40_000 * 4 * LANES, dtype=np.uint32)
    )
    game = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    pair = (ag.grim, ag.mirror)
    few, many = (ag.simulate(game, pair, discount=0.9, periods=20, paths=n, rng=1, error=0.1) for n in (50, 100))
    same = int((few.payoffs == many.payoffs[:50]).all(axis=1).sum())
    shared = [np.random.default_rng(1).random((20, n))[:, :50] for n in (50, 100)]
    kept = int((shared[0] == shared[1]).all(axis=0).sum())
    each = ratio(generators, counter, 2)
    return (
        f"a NumPy generator per path takes {each:.0f} times the time of the counter for the first word; many words "
        f"by the counter take {plain:.2f} of the time of one NumPy generator; of the first 50 paths {same} are the "
        f"same in a run of 100, with one shared generator {kept}"
    )


def lexicographic() -> str:
    """Lemke-Howson paths of games with ties: lexicographic pivots against the first row of a tie."""
    from armsgame._kernels.lemke import path

    rng, ends = np.random.default_rng(3), {True: 0, False: 0}
    labels = 0
    for _ in range(300):
        A, B = rng.integers(0, 3, (2, 6, 6)).astype(float)
        stage = ag.StageGame.from_bimatrix(A, B)
        P, Q = np.ascontiguousarray((1 + B / 2).T), np.ascontiguousarray(1 + A / 2)
        for label in range(12):
            labels += 1
            for ordered in (True, False):
                x, y, steps = path(P, Q, label, 500) if ordered else first_row(P, Q, label, 500)
                if steps >= 0 and x.sum() > 0 and y.sum() > 0:
                    ends[ordered] += bool(ag.verify(stage, (x / x.sum(), y / y.sum())).ok)
    return (
        f"of {labels} paths of 6 x 6 games with payoffs 0, 1, 2 the lexicographic rule ends {ends[True]} in an "
        f"equilibrium, the first row of a tie {ends[False]}"
    )


def first_row(P: Any, Q: Any, label: int, limit: int) -> tuple[Any, Any, int]:
    """The path of a label where ties go to the first row: the kernel's tables without its slack columns."""
    from armsgame._kernels.lemke import leaving, pivot

    n, m = P.shape
    S, T = np.hstack([P, np.eye(n), np.ones((n, 1))]), np.hstack([np.eye(m), Q, np.ones((m, 1))])
    bases = [np.arange(m, m + n), np.arange(m)]
    enter, turn = label, 0 if label < m else 1
    for steps in range(1, limit + 1):
        table = (S, T)[turn]
        row = leaving(table, enter, 0, 0)
        if row < 0:
            break
        pivot(table, row, enter)
        out, bases[turn][row] = bases[turn][row], enter
        if out == label:
            x, y = np.zeros(m), np.zeros(n)
            for j, name in enumerate(bases[0]):
                if name < m:
                    x[name] = max(S[j, -1], 0.0)
            for i, name in enumerate(bases[1]):
                if name >= m:
                    y[name - m] = max(T[i, -1], 0.0)
            return x, y, steps
        enter, turn = out, 1 - turn
    return np.zeros(m), np.zeros(n), -1


def polygons() -> str:
    """Hulls of a dozen points in the plane, by the kernel and by Qhull; and hulls of points on a line."""
    from scipy.spatial import ConvexHull, QhullError

    from armsgame._kernels.polygon import hull

    rng = np.random.default_rng(5)
    sets = [rng.random((12, 2)) for _ in range(500)]
    lines = [np.outer(rng.random(12), rng.random(2)) for _ in range(500)]

    def own(given: list[Any]) -> list[int]:
        index, chain = np.empty(12, np.int64), np.empty(26, np.int64)
        return [hull(p[:, 0].copy(), p[:, 1].copy(), 12, 1e-13, index, chain) for p in given]

    def qhull(given: list[Any]) -> list[int]:
        found = []
        for p in given:
            try:
                found.append(len(ConvexHull(p).vertices))
            except QhullError:
                found.append(0)
        return found

    alike = sum(a == b for a, b in zip(own(sets), qhull(sets), strict=True))
    slow = ratio(lambda: qhull(sets), lambda: own(sets))
    return (
        f"Qhull takes {slow:.0f} times the time on hulls of 12 points, with as many corners in {alike} of {len(sets)}; "
        f"of {len(lines)} sets on a line it refuses {qhull(lines).count(0)}, the kernel finds two ends in "
        f"{own(lines).count(2)}"
    )


def paths() -> str:
    """One game through both kernels, and the tables of the product as automata grow."""
    from armsgame.simulation.paths.tables import LIMIT, chain_tables

    game = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    pair = (ag.Automaton.memory_one(1.0, 0.3, 1.0, 0.3), ag.Automaton.memory_one(1.0, 0.0, 0.0, 1.0))

    def run(kernel: str) -> Any:
        return ag.simulate(game, pair, discount=0.95, periods=120, paths=100_000, rng=1, error=0.05, kernel=kernel)

    shares = [float(np.mean(run(kernel).payoffs)) for kernel in ("product", "general")]
    from armsgame.games.dynamics import lower

    sizes = {}
    for length in (8, 32, 64):
        watched = ag.RepeatedGame(game.stage, ag.Monitoring.detection(0.8, 0.1))
        play = lower(watched, (ag.suspend(length), ag.suspend(length - 1)))
        tables = chain_tables(play, 0.05, [(0, *play.initial)])
        sizes[length] = None if tables is None else len(tables.pairs)
    slow = ratio(lambda: run("general"), lambda: run("product"), 3)
    return (
        f"the general kernel takes {slow:.1f} times the time of the product kernel (mean payoffs {shares[0]:.3f} and "
        f"{shares[1]:.3f}); pairs of two suspensions by length {sizes}, limit {LIMIT[0]}"
    )


def curves() -> str:
    """Time a point on the logit curve of one stage game, by the compiled follower and by the one in NumPy."""
    from armsgame.solve.markov import search
    from armsgame.solve.one_shot import logit

    took: list[float] = []

    def timed(call: Callable[..., Any], points: Callable[[Any], int]) -> Callable[..., Any]:
        def kept(*given: Any, **more: Any) -> Any:
            begin = time.process_time()
            found = call(*given, **more)
            took.append((time.process_time() - begin) / points(found))
            return found

        return kept

    compiled, plain = search.trail, logit.trace
    search.trail = timed(compiled, lambda found: found.points)
    logit.trace = timed(plain, lambda found: len(found.points))
    rng, told = np.random.default_rng(2), []
    try:
        for count in (2, 4, 8):
            stage = ag.StageGame(rng.normal(size=(2, count, count)))
            game = ag.StochasticGame([stage], [np.ones((count, count, 1))])
            least = []
            for call in (
                lambda game=game: ag.markov_perfect(game, discount=0.5, method=ag.methods.LogitHomotopy(), throw=False),
                lambda stage=stage: ag.one_shot.logit_branch(stage, throw=False),
            ):
                took.clear()
                for _ in range(5):
                    call()
                least.append(1e6 * min(took))
            told.append(f"{count} actions {least[0]:.0f} and {least[1]:.0f} us, ratio {least[1] / least[0]:.1f}")
    finally:
        search.trail, logit.trace = compiled, plain
    return f"a point of the compiled follower and of the one in NumPy: {'; '.join(told)}"


def dossiers() -> str:
    """The shipped dossiers as TOML: comments, dates and words that another format would lose or turn."""
    texts = [
        f.read_text(encoding="utf-8") for f in sorted(files("armsgame.dossiers").joinpath("data").iterdir(), key=str)
    ]
    read = [tomllib.loads(text) for text in texts]
    words: list[str] = []

    def gather(value: Any) -> None:
        if isinstance(value, str):
            words.append(value)
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            gather(inner)

    gather(read)
    comments = sum(line.lstrip().startswith("#") for text in texts for line in text.splitlines())
    load = ratio(lambda: [tomllib.loads(t) for t in texts], lambda: [json.loads(json.dumps(r)) for r in read], 2)
    line = (
        f"{len(words)} texts and {comments} comment lines in {len(texts)} dossiers; tomllib takes {load:.0f} times as "
        "long as JSON"
    )
    try:
        import yaml
    except ImportError:
        return line
    turned = Counter(type(other).__name__ for word in words if (other := unquoted(yaml, word)) != word)
    dumped = yaml.safe_dump(read[0])
    slow = ratio(lambda: yaml.safe_load(dumped), lambda: tomllib.loads(texts[0]), 1)
    yaml_reads = f"YAML would read {turned.total()} of the texts otherwise if unquoted {dict(turned)}"
    return f"{line}; {yaml_reads}, and takes {slow:.0f} times as long as tomllib"


def unquoted(yaml: Any, word: str) -> Any:
    try:
        return yaml.safe_load(word)
    except (yaml.YAMLError, ValueError):
        return None


def device() -> str:
    """What an infinitely fast device could save: the share of sampling in a report, and in a large run."""
    from armsgame.simulation.paths import program

    inside = 0.0

    def timed(play: Callable[..., None]) -> Callable[..., None]:
        def call(*given: Any) -> None:
            nonlocal inside
            begin = time.thread_time()
            play(*given)
            inside += time.thread_time() - begin

        return call

    inf = ag.load_scenario("inf")
    treaty, leave = inf.treaty(regime="on-site inspection").game(), (ag.treaty.exit_on_alarm,) * 2
    shares = {}
    kept = program._Chain.play, program._Paths.play
    program._Chain.play, program._Paths.play = map(timed, kept)
    try:
        jobs = {
            "a report": lambda: ag.report(inf),
            "a million paths": lambda: ag.simulate(treaty, leave, discount=0.95, periods=120, paths=1_000_000, rng=1),
        }
        for name, job in jobs.items():
            job()
            inside, begin = 0.0, time.process_time()
            job()
            shares[name] = inside / (time.process_time() - begin)
    finally:
        program._Chain.play, program._Paths.play = kept
    told = "; ".join(
        f"{name}: {share:.0%}, at most {1 / (1 - share):.1f} times as fast" for name, share in shares.items()
    )
    return f"share of processor time in sampling, and what a device without cost could gain: {told}"


def lazy() -> str:
    """Imports of the stubs that cross rooms, which lazy_loader refuses; and the import of everything at once."""
    stubs = [SOURCE / "__init__.pyi", *sorted(SOURCE.glob("*/__init__.pyi"))]
    found = [
        node
        for stub in stubs
        for node in ast.parse(stub.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom)
    ]
    across = sum(node.level != 1 for node in found)
    start, every = (
        import_time(code)
        for code in (
            "import armsgame",
            "import armsgame as ag, pathlib\nfor p in pathlib.Path(ag.__file__).parent.glob('*/__init__.pyi'):\n"
            "    room = getattr(ag, p.parent.name)\n    [getattr(room, name) for name in room.__all__]",
        )
    )
    line = (
        f"{across} of {len(found)} imports in {len(stubs)} stubs come from another room; with every name loaded the "
        f"import takes {every / start:.0f} times as long"
    )
    try:
        import lazy_loader
    except ImportError:
        return line
    refused = 0
    for stub in stubs:
        try:
            lazy_loader.attach_stub("armsgame", str(stub))
        except ValueError:
            refused += 1
    return f"{line}; lazy_loader.attach_stub refuses {refused} of the stubs"


def import_time(code: str) -> float:
    """Least processor time of a fresh interpreter that runs some code, without the interpreter's own start."""

    def seconds(text: str) -> float:
        timing = f"import time\n_begin = time.process_time()\n{text}\nprint(time.process_time() - _begin)"
        done = subprocess.run([sys.executable, "-c", timing], capture_output=True, text=True, check=True)
        return float(done.stdout)

    return min(seconds(code) for _ in range(3))


def namespaces() -> str:
    """Names at the top and in all, and names that mean different things in two rooms."""
    rooms = [path.parent.name for path in sorted(SOURCE.glob("*/__init__.pyi"))]
    meant: dict[str, list[Any]] = {}
    for room in rooms:
        package = import_module(f"armsgame.{room}")
        for name in package.__all__:
            value = getattr(package, name)
            if not any(value is other for other in meant.setdefault(name, [])):
                meant[name].append(value)
    twice = sorted(name for name, values in meant.items() if len(values) > 1)
    return (
        f"{len(ag.__all__)} names at the top, {len(meant)} in {len(rooms)} namespaces; {len(twice)} mean different "
        f"things in two: {', '.join(twice)}"
    )


def checkers() -> str:
    """The time of a check over that of a solution, and what happens to equilibria that are moved."""
    rng = np.random.default_rng(11)
    games = [ag.StageGame.from_bimatrix(*rng.normal(size=(2, 5, 5))) for _ in range(40)]
    found = [(stage, ag.nash(stage)[0].profile) for stage in games]
    moved = 0
    for stage, profile in found:
        x = 0.99 * np.asarray(profile[0]) + 0.01 * np.eye(5)[int(np.argmin(stage.payoffs[0] @ profile[1]))]
        moved += not ag.verify(stage, (x, profile[1])).ok
    code = (
        "import sys, pkgutil, armsgame.checkers as c, importlib\n"
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(c.__path__, 'armsgame.checkers.')]\n"
        "print(sum(name.startswith(('armsgame.solve', 'armsgame.simulation')) for name in sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    cost = ratio(lambda: [ag.verify(*one) for one in found], lambda: [ag.nash(stage) for stage in games], 2)
    return (
        f"loading every checker loads {loaded} modules of solvers; a check takes {cost:.2f} of the time of finding all "
        f"equilibria of a 5 x 5 game; of {len(found)} equilibria with one hundredth moved to the worst action {moved} "
        "are refused"
    )


def elimination() -> str:
    """Mean time until a chain of eight states is left at hazards near 0: dense solution, elimination, fractions."""
    rng, told = np.random.default_rng(2), []
    for power in (4, 8, 12, 16):
        flow, leave = rates(rng, 8, 10.0**-power)
        exact = mean_time(flow, leave)
        wrong = [abs(float((Fraction(x) - exact) / exact)) for x in (dense(flow, leave), eliminated(flow, leave))]
        told.append(f"1e-{power}: {wrong[0]:.0e} and {wrong[1]:.0e}")
    large = rates(rng, 200, 1e-8)
    cost = ratio(lambda: eliminated(*large), lambda: dense(*large))
    return (
        f"relative error of the mean time until an exit, dense solution and elimination, by hazard: {'; '.join(told)}; "
        f"with 200 states, each linked to all, the elimination takes {cost:.1f} times the time"
    )


def rates(rng: np.random.Generator, size: int, hazard: float) -> tuple[Any, Any]:
    """Probabilities of moving between states, and of leaving from the last one."""
    leave = np.zeros(size)
    leave[-1] = hazard
    return rng.random((size, size)) * (1 - np.eye(size)) / size, leave


def dense(flow: Any, leave: Any) -> float:
    stay = flow + np.diag(1 - flow.sum(axis=1) - leave)
    return float(np.linalg.solve(np.eye(len(leave)) - stay, np.ones(len(leave)))[0])


def eliminated(flow: Any, leave: Any) -> float:
    from armsgame._kernels.markov_chains import Chain, floats, scaled

    tail, head = np.nonzero(flow)
    chain = Chain(len(leave), tail, head, scaled(flow[tail, head]), scaled(leave))
    return float(floats(chain.values(scaled(np.ones(len(leave)))))[0])


def mean_time(flow: Any, leave: Any) -> Fraction:
    """Mean time from state 0 by Gauss's elimination in fractions."""
    size = len(leave)
    rows = [[-Fraction(x) for x in row] + [Fraction(1)] for row in flow.tolist()]
    for s in range(size):
        rows[s][s] = sum(map(Fraction, flow[s].tolist()), Fraction(leave[s]))
    for s in range(size):
        for r in range(size):
            if r != s:
                f = rows[r][s] / rows[s][s]
                rows[r] = [a - f * b for a, b in zip(rows[r], rows[s], strict=True)]
    return rows[0][-1] / rows[0][0]


DECISIONS = (
    simplex, streams, lexicographic, polygons, paths, curves, dossiers, device, lazy, namespaces, checkers, elimination,
)  # fmt: skip

if __name__ == "__main__":
    chosen = sys.argv[1:] or [decision.__name__ for decision in DECISIONS]
    for decision in DECISIONS:
        if decision.__name__ in chosen:
            print(f"{decision.__name__}: {decision()}", flush=True)
