"""The provenance of a result, given back as ``rng=``, gives the same bits."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, is_dataclass

import numpy as np
import pytest
from scipy.stats import beta

import armsgame as ag
from armsgame._provenance import Provenance, Seed
from armsgame.negotiation import (
    AlternatingOffers,
    Terms,
    deployment_ceiling,
    inspection_quota,
    negotiate_sessions,
    random_negotiator,
    terms_tournament,
    value_of_terms,
)
from armsgame.study.scenarios.enforcement_flip import flip_share
from armsgame.study.scenarios.forecast import predictive
from armsgame.study.sweeps.designs import from_priors, latin_hypercube, sobol
from armsgame.study.uncertainty.calibration import calibration_check

PD = ag.RepeatedGame(ag.treaty.compliance(temptation=1.5), ag.Monitoring.detection(0.8, 0.1))
LEAVE = (ag.treaty.exit_on_alarm,) * 2
DILEMMA = [[3, 0], [5, 1]]
PENNIES = ([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
BOX = {"a": (0.0, 1.0), "b": (-1.0, 2.0)}
SPACE = Terms([inspection_quota((0, 1, 4)), deployment_ceiling((0.0, 0.25))])
TREATY = ag.Treaty().replace(detection=0.3, false_alarm=0.005)


def line(points):
    return points["a"] + 2 * points["b"]


def noisy(treaty, discount, rng):
    del treaty, discount
    return float(rng.random())


def history(points, rng):
    return {"first_alarm": points["a"] + rng.random(len(points["a"]))}


WORTH = value_of_terms(TREATY, SPACE, discount=0.95)
OFFERS = AlternatingOffers((0.99, 0.99), rounds=6, breakdown=0.05)
DRAWING = random_negotiator()


def branches():
    own = ag.Treaty()
    return [
        ag.simulation.Branch("calm", 0.25, own.game(), LEAVE),
        ag.simulation.Branch("alarmed", 0.75, own.replace(false_alarm=0.2).game(), LEAVE),
    ]


ASK = {"discount": 0.95, "periods": 12, "paths": 80}
VERBS = {
    "simulate": lambda rng: ag.simulate(ag.Treaty().game(), LEAVE, rng=rng, **ASK),
    "simulate, totals": lambda rng: ag.simulate(PD, (ag.grim, ag.mirror), rng=rng, keep="totals", **ASK),
    "simulate, a law of starts": lambda rng: ag.simulate(
        ag.Treaty().game(), LEAVE, rng=rng, start={"in_force, none": 0.5, "in_force, US": 0.5}, **ASK
    ),
    "extend": lambda rng: ag.extend(ag.simulate(PD, (ag.grim, ag.mirror), rng=rng, keep=True, **ASK), paths=130),
    "simulate_mixture": lambda rng: ag.simulation.simulate_mixture(branches(), rng=rng, **ASK),
    "predictive": lambda rng: predictive(
        inf := ag.load_scenario("inf"), prior=next(iter(inf.perspectives)), paths=50, periods=8, rng=rng
    ),
    "moran": lambda rng: ag.populations.moran(DILEMMA, [5, 5], steps=100, paths=6, mutation=0.1, rng=rng),
    "pairwise_comparison": lambda rng: ag.populations.pairwise_comparison(DILEMMA, [5, 5], steps=100, paths=6, rng=rng),
    "tournament": lambda rng: ag.populations.tournament(
        [ag.mirror, ag.grim], PD, periods=10, error=0.1, repetitions=9, rng=rng
    ),
    "basins": lambda rng: ag.populations.basins([[4, 0], [3, 2]], starts=7, rng=rng),
    "stochastic_fictitious_play": lambda rng: ag.populations.stochastic_fictitious_play(
        PENNIES, precision=1.0, periods=50, rng=rng
    ),
    "negotiate_sessions": lambda rng: negotiate_sessions(WORTH, OFFERS, DRAWING, DRAWING, sessions=50, rng=rng),
    "terms_tournament": lambda rng: terms_tournament([WORTH], OFFERS, [DRAWING], sessions=20, rng=rng),
    "value_of_terms": lambda rng: value_of_terms(TREATY, SPACE, discount=0.95, sample=3, rng=rng),
    "latin_hypercube": lambda rng: latin_hypercube(BOX, 16, rng=rng),
    "sobol": lambda rng: sobol(BOX, 16, rng=rng),
    "from_priors": lambda rng: from_priors({"detection": beta(2, 5)}, 9, rng=rng),
    "sensitivity, Sobol": lambda rng: ag.sensitivity(line, BOX, method=ag.studies.Saltelli(base=64), rng=rng),
    "sensitivity, Morris": lambda rng: ag.sensitivity(line, BOX, method=ag.studies.Morris(trajectories=8), rng=rng),
    "robustness": lambda rng: ag.studies.robustness(
        ag.studies.Conclusion(ag.Treaty(), "grim == 1", ag.measures.regime, discount=0.9),
        {"detection": (0.0, 1.0)},
        points=64,
        rng=rng,
    ),
    "calibrate": lambda rng: ag.studies.calibrate(
        history, {"a": (0.0, 4.0)}, observed={"first_alarm": 2.0}, particles=40, generations=2, rng=rng
    ),
    "calibration_check": lambda rng: calibration_check(
        history, {"a": (0.0, 4.0)}, summaries=("first_alarm",), replicates=3, particles=40, generations=2, rng=rng
    ),
    "counterfactual": lambda rng: ag.counterfactual(
        ag.load_scenario("inf"), {"false_alarm": 0.1}, periods=6, paths=40, rng=rng
    ),
    "flip_share": lambda rng: flip_share(ag.load_scenario("inf"), draws=256, rng=rng),
}


def content(value):
    """Every array and number of a result, without what it says of its origin."""
    if is_dataclass(value) and not isinstance(value, type):
        skipped = ("provenance", "source")
        return [content(getattr(value, f.name)) for f in fields(value) if f.name not in skipped]
    if isinstance(value, dict) or hasattr(value, "keys"):
        return [[k, content(value[k])] for k in value]
    if isinstance(value, (tuple, list)):
        return [content(v) for v in value]
    return [value.dtype.str, value.shape, value.tobytes()] if isinstance(value, np.ndarray) else repr(value)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("seed", ["spawned", "wide", "generator", "none"])
def test_a_record_given_back_repeats_the_bits(verb, seed):
    ask = VERBS[verb]
    rng = {
        "spawned": np.random.SeedSequence(5, spawn_key=(2, 1)),
        "wide": np.random.SeedSequence([7, 8]),
        "generator": np.random.default_rng(3),
        "none": None,
    }[seed]
    once = ask(rng)
    assert isinstance(once.provenance, Provenance)
    again = ask(once.provenance)
    assert content(again) == content(once)
    assert again.provenance == once.provenance
    assert content(ask(dict(once.provenance))) == content(once)


def test_another_seed_gives_other_bits():
    alike = {verb for verb, ask in VERBS.items() if content(ask(1)) == content(ask(2))}
    # three of nine bundles may be drawn twice, and a threshold on one parameter has one answer
    assert alike <= {"value_of_terms"}


def test_a_sweep_repeats_itself_from_its_attributes():
    design = {"detection": [0.1, 0.9], "discount": [0.5, 0.9]}
    once = ag.sweep(ag.Treaty(), design, noisy, rng=np.random.SeedSequence(4, spawn_key=(1,)), progress=False)
    again = ag.sweep(ag.Treaty(), design, noisy, rng=once.attrs, progress=False)
    assert np.array_equal(once["noisy"], again["noisy"])
    assert not np.array_equal(once["noisy"], ag.sweep(ag.Treaty(), design, noisy, rng=4, progress=False)["noisy"])


def test_the_record_reads_as_a_mapping_and_is_a_value():
    run = VERBS["simulate"](11)
    record = run.provenance
    assert record["seed"] == 11
    assert record["armsgame"] == ag.__version__
    assert next(iter(record)) == "seed"
    assert len(record) == len(dict(record))
    for other in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record), Provenance.read(dict(record))):
        assert other == record
        assert hash(other) == hash(record)
    assert record.plus(given="early")["given"] == "early"
    assert record.plus(given="early") != record
    with pytest.raises(TypeError):
        record.parameters["discount"] = 0.5


def test_a_fingerprint_tells_questions_apart_and_runs_of_one_question_do_not_differ():
    def mark(rng=1, detection=0.8, paths=10, profile=(ag.grim, ag.grim)):
        game = ag.RepeatedGame(PD.stage, ag.Monitoring.detection(detection, 0.1))
        return ag.simulate(game, profile, discount=0.9, periods=5, paths=paths, rng=rng).provenance["fingerprint"]

    assert mark(paths=20) == mark()
    run = VERBS["extend"](1)
    assert ag.extend(run, paths=200).provenance == run.provenance
    assert len({mark(), mark(rng=2), mark(detection=0.7), mark(profile=(ag.grim, ag.mirror))}) == 4


@pytest.mark.parametrize("rng", [-1, True, 1.5, "seed", {"no": 1}, {"seed": "what"}])
def test_a_seed_that_is_none_is_refused(rng):
    with pytest.raises(ag.errors.InvalidGame, match="rng"):
        Seed.of(rng)
