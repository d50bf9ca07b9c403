from __future__ import annotations

import pandas as pd

from attrition.predict.costs import base_pay, intervention_cost
from attrition.predict.intervention import Cost
from attrition.predict.playbook import BasePay

ONE = pd.Series([1.0])


def test_base_pay_is_the_declared_amount_where_it_is_not_known():
    declared = BasePay(feature="base_pay", default=5000)
    assert base_pay(pd.DataFrame({"base_pay": [4000.0, None]}), declared).tolist() == [4000.0, 5000.0]
    assert base_pay(pd.DataFrame({"x": [1]}), declared).tolist() == [5000.0]


def test_cost_is_one_off_plus_months_of_money_and_of_a_share_of_base_pay():
    cost = Cost(one_off=100, monthly=10, base_pay_share=0.05, months=6)
    assert intervention_cost(pd.Series([4000.0]), cost, dose=ONE, months=12).tolist() == [100 + 6 * (10 + 200)]


def test_months_beyond_the_horizon_of_the_saving_are_not_charged():
    assert intervention_cost(ONE, Cost(monthly=10, months=24), dose=ONE, months=12).tolist() == [120.0]


def test_half_a_dose_costs_half_the_share_of_base_pay():
    cost = Cost(base_pay_share=0.05, months=1)
    assert intervention_cost(pd.Series([4000.0]), cost, dose=ONE / 2, months=12).tolist() == [100.0]
