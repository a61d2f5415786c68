import matplotlib.pyplot as plt
import pytest
from shared_pies import pie

import armsgame as ag
from armsgame.errors import InvalidGame
from armsgame.negotiation import (
    AlternatingOffers,
    Terms,
    boulware,
    conceder,
    deployment_ceiling,
    hardliner,
    inspection_quota,
    negotiate_terms,
    random_negotiator,
    value_of_terms,
)

SPACE = Terms([inspection_quota((0, 1, 4)), deployment_ceiling((0.0, 0.5))])
RULES = AlternatingOffers((0.97, 0.97), rounds=8)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_frontier_shows_every_rule():
    found = negotiate_terms(value_of_terms(ag.Treaty().replace(detection=0.03), SPACE, discount=0.95))
    ax = ag.plot.terms_frontier(found)
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert {str(d.rule) for d in found.deals} <= set(labels)
    assert "utility of US" in ax.get_xlabel()


@pytest.mark.parametrize("second", [conceder(), hardliner()], ids=["agreed", "failed"])
def test_dance_says_how_it_ends(second):
    ax = ag.plot.offer_dance(pie(20), RULES, boulware(reserve=0.2), second)
    text = " ".join(t.get_text() for t in ax.get_legend().get_texts())
    assert ("agreed in round" in text) != ("no agreement" in text)


def test_map_leaves_out_what_is_not_self_enforcing():
    values = value_of_terms(ag.Treaty().replace(detection=0.03), SPACE, discount=0.95)
    ax = ag.plot.agreement_map(values, x="inspections", y="ceiling")
    texts = [t.get_text() for t in ax.texts]
    assert texts.count("none") == 2
    assert len(texts) == 6


def test_curves_and_deadlines_are_drawn_on_the_given_axes():
    _, (left, right) = plt.subplots(1, 2)
    assert ag.plot.concession_curves([boulware(), conceder()], ax=left) is left
    pairs = {"late": (boulware(), boulware())}
    assert ag.plot.deadline_curve(pie(20), RULES, pairs, deadlines=(1, 2, 4), ax=right) is right


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda: ag.plot.concession_curves([]), id="none"),
        pytest.param(lambda: ag.plot.concession_curves([random_negotiator()]), id="rule"),
        pytest.param(lambda: ag.plot.offer_dance(pie(3), RULES, random_negotiator(), boulware()), id="chance"),
        pytest.param(lambda: ag.plot.agreement_map(pie(3), x="bundle", y="bundle"), id="same"),
        pytest.param(lambda: ag.plot.agreement_map(pie(3), x="share", y="bundle"), id="unknown"),
    ],
)
def test_bad_input_is_refused(draw):
    with pytest.raises(InvalidGame):
        draw()
