"""A feature that stands in for gender: named, and what the model is without it."""

import numpy as np
import pandas as pd
import pytest

from attrition.labels.outcomes import KEYS
from attrition.model.fairness import errors_at_the_list
from attrition.model.promotion_criteria import headline_scores
from attrition.model.stand_ins import stand_ins, way_out


@pytest.fixture(scope="module")
def genders(centre):
    """Women are those whose pay is below the market's, but for one in ten; so pay tells gender."""
    draw = np.random.default_rng(0)
    first_pay = centre.panel.groupby("agent_id")["pay_market_ratio"].first()
    is_woman = (first_pay < 1) ^ (draw.random(len(first_pay)) < 0.1)
    gender = pd.Series(np.where(is_woman, "f", "m"), index=first_pay.index)
    return centre.panel[KEYS].assign(gender=centre.panel["agent_id"].map(gender))


@pytest.fixture(scope="module")
def audit(run, centre, genders):
    rows = headline_scores(run.evaluation.backtest).reset_index(drop=True)
    return errors_at_the_list(rows, rows[KEYS].merge(genders, on=KEYS), run.fitted.spec).assign(verdict="off")


@pytest.fixture(scope="module")
def told_by(run, centre, genders, audit):
    newest = centre.panel["as_of"] == centre.last_month_end
    fitted = run.evaluation.fitted
    matrix = fitted.encoding.matrix(centre.panel[newest])
    return stand_ins(matrix, fitted.encoding.names, genders[newest], audit, fitted.gain_shares())


def test_pay_is_named_first_and_chance_is_not_named(told_by):
    assert told_by["feature"].iloc[0] == "pay_market_ratio"
    assert told_by["auc"].iloc[0] > 0.8
    assert "context_random_index" not in set(told_by["feature"])


def test_the_way_out_costs_the_skill_that_pay_brought_and_lists_fewer_women(run, centre, genders, audit, told_by):
    left_out = told_by[told_by["feature"] == "pay_market_ratio"]
    way = way_out(run.evaluation, audit, left_out, panel=centre.panel, outcomes=centre.outcomes, attributes=genders)
    assert way.skill["AUC"].first < way.skill["AUC"].second
    gaps = [
        table[(table["figure"] == "listed") & (table["group"] == "f")]["gap"].iloc[0] for table in (audit, way.fairness)
    ]
    assert 0 < gaps[1] < gaps[0]


def test_where_no_feature_tells_the_group_there_is_no_way_out(run, centre, genders, audit, told_by):
    way = way_out(
        run.evaluation, audit, told_by.iloc[:0], panel=centre.panel, outcomes=centre.outcomes, attributes=genders
    )
    assert way is None
