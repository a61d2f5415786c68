"""Maps of Markov regimes: certificates, symmetry, limits, single points, refusals."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import armsgame as ag
from armsgame._kernels.markov_replies import sweep
from armsgame.errors import InvalidGame

SHORT = ag.Treaty(notice_days=91.0)


def test_every_profile_that_counts_is_one_for_the_verifier():
    game = SHORT.game()
    rng = np.random.default_rng(0)
    own = np.array([g.shape for g in game.stages], dtype=np.int64)
    first = np.concatenate([[0], np.cumsum(own.prod(axis=1))[:-1]])
    rows = np.concatenate([p.reshape(-1, len(game.states)) for p in game.transitions])
    flat = np.concatenate([g.payoffs.reshape(2, -1) for g in game.stages], axis=1)
    starts = np.stack([rng.integers(own.T) for _ in range(6)])
    acts = np.empty((1, 12, 2, len(game.states)), np.int64)
    gains, ok = np.empty((1, 12)), np.empty((1, 12), bool)
    given = flat[None], np.ones((1, 2, 1)), np.array([0.9]), rows, first, own, starts, 40, 1e-11
    sweep(0, 1, *given, acts, gains, ok)
    assert ok.any()
    for profile, gain, fine in zip(acts[0], gains[0], ok[0], strict=True):
        found = ag.markov.verify_markov(game, [own.tolist() for own in profile], discount=0.9)
        assert found.max_gain == pytest.approx(gain, abs=1e-13)
        assert found.ok or not fine


def test_a_grid_holds_its_single_points():
    grid = ag.measures.markov_regime(SHORT, temptation=np.array([1.2, 2.5]), discount=np.array([0.4, 0.8, 0.95]))
    assert grid.code.shape == (2, 3)
    assert np.nanmax(grid.regret) <= 1e-8
    for i, temptation in enumerate((1.2, 2.5)):
        alone = ag.measures.markov_regime(SHORT.replace(temptation=temptation), discount=0.8)
        assert alone.code.shape == ()
        assert int(alone.code) == grid.code[i, 1]
        assert (alone.survives == grid.survives[i, 1]).all()


def test_swapping_the_parties_keeps_the_map():
    line = np.array([-0.5, 0.5, 1.5])
    one = ag.measures.markov_regime(SHORT, outside_option={"US": line}, discount=np.array([0.6, 0.9]))
    two = ag.measures.markov_regime(SHORT.swapped, outside_option={"US": line}, discount=np.array([0.6, 0.9]))
    assert list(one.axes) == ["outside_option of US", "discount"]
    assert (one.survives == two.survives).all()


def test_limits():
    # nobody is tempted: compliance holds at every discount factor
    calm = ag.measures.markov_regime(SHORT, temptation=0.5, discount=np.array([0.0, 0.5, 0.95]))
    assert calm.label.tolist() == ["compliance"] * 3
    # one-shot play of a dilemma is deployment
    assert ag.measures.markov_regime(SHORT, discount=0.0).label == "mutual deployment"
    # an outside option far above the reward empties the treaty
    gone = ag.measures.markov_regime(SHORT, outside_option=20.0, discount=0.9)
    assert gone.label == "exit"
    assert gone.survives.sum() == 1
    without = ag.Treaty(demand=False, notice=False)
    found = ag.measures.markov_regime(without, outside_option=20.0, discount=np.array([0.1, 0.9]))
    assert not found.survives[:, [1, 2, 5]].any()


def test_results_print_travel_and_are_labelled():
    found = ag.measures.markov_regime(SHORT, discount=np.array([0.3, 0.9]))
    assert "at 2 points, over discount" in str(found)
    table = found.to_xarray()
    assert table.code.dims == ("discount",)
    assert table.survives.sel(regime="exit").shape == (2,)
    assert pickle.loads(pickle.dumps(ag.measures.markov_regime)) is ag.measures.markov_regime


@pytest.mark.parametrize(
    ("call", "match"),
    [
        ({"detection": 0.5}, "moves the transitions"),
        ({"temptaton": 0.5}, "temptation"),
        ({"outside_option": {"Utopia": 1.0}}, "Utopia"),
        ({"audience_cost": -1.0}, "0 <= audience_cost"),
        ({"reward": np.ones((2, 2))}, "a line of them"),
        ({"discount": 1.0}, "discount"),
    ],
    ids=["transition", "unknown", "party", "cost", "shape", "discount"],
)
def test_bad_input_is_named(call, match):
    with pytest.raises(InvalidGame, match=match):
        ag.measures.markov_regime(SHORT, **{"discount": 0.5, **call})
