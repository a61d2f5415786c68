"""The log-rank test agrees with SciPy's and with a published table."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import CensoredData, logrank

import armsgame as ag
from armsgame.errors import InvalidGame, WrongConcept

# remission in weeks, treated and not: Freireich et al. (1963), Blood 21, table as in Cox (1972), J. R. Stat. Soc. B 34
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def times(durations, seen=None):
    return ag.survival.time_to_event(durations, seen)


def test_remission_of_leukaemia_as_published():
    # Kleinbaum and Klein (2012), Survival Analysis, 3rd ed., p. 68: 16.793; expected events 19.251 and 10.749
    found = ag.survival.log_rank(times(TREATED, SEEN), times(PLACEBO))
    assert found.statistic == pytest.approx(16.793, abs=5e-4)
    assert found.observed.tolist() == [9, 21]
    assert found.expected == pytest.approx([19.251, 10.749], abs=5e-4)
    assert "9 events (expected 19.25)" in str(found)


@pytest.mark.parametrize("seed", range(5))
def test_the_statistic_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    samples = [(rng.integers(1, 12, n), rng.random(n) < 0.7) for n in (30, 45)]
    ours = ag.survival.log_rank(*(times(t, s) for t, s in samples))
    theirs = logrank(*(CensoredData(uncensored=t[s], right=t[~s]) for t, s in samples))
    assert ours.statistic == pytest.approx(theirs.statistic**2)
    assert ours.p_value == pytest.approx(theirs.pvalue)
    other = ag.survival.log_rank(*(times(t, s) for t, s in samples[::-1]))
    assert other.statistic == pytest.approx(ours.statistic)


def test_samples_without_events_tell_nothing():
    found = ag.survival.log_rank(times([3, 4], [False, False]), times([5], [False]))
    assert np.isnan(found.statistic)
    assert np.isnan(found.p_value)


def test_what_cannot_be_compared_is_refused():
    one = times([1, 2])
    with pytest.raises(WrongConcept, match="TimeToEvent"):
        ag.survival.log_rank(one, [1, 2])
    with pytest.raises(InvalidGame, match="period_days"):
        ag.survival.log_rank(one, ag.survival.time_to_event([1, 2], period_days=30))
    with pytest.raises(InvalidGame, match="event"):
        ag.survival.log_rank(one, ag.survival.time_to_event([1, 2], event="notice"))
