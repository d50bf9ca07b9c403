"""What may be bought for whom, on a table checkable by head."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from attrition.predict.offers import COLUMNS, offers
from attrition.predict.playbook import read_playbook
from tests.predict.example_playbook import write_playbook
from tests.predict.linear_risk import FEATURES
from tests.text_tables import frame

ESTIMATES = """
    agent_id | intervention | eligible | expected_saving |cost| risk_at_saving_horizon | model_at_saving_horizon | basis
    2        | raise        | yes      | 50              | 100  | 0.5          | 0.4           | model and evidence
    1        | do_nothing   | yes      | 0               | 0    | 0.5          | 0.5           | model and evidence
    1        | raise        | yes      | 80              | 100  | 0.5          | 0.25          | model and evidence
    1        | talk_first   | yes      | 30              | 60   | 0.5          |               | evidence only
    2        | talk_first   | no       | 40              | 60   | 0.5          | 0.4           | evidence only
    3        | talk_first   | yes      | -5              | 60   | 0.1          |               | evidence only
"""
NUMBERS = ["expected_saving", "cost", "risk_at_saving_horizon", "model_at_saving_horizon"]


@pytest.fixture
def table(tmp_path) -> pd.DataFrame:
    rows = frame(ESTIMATES)
    rows = rows.assign(**{name: pd.to_numeric(rows[name]).astype(float) for name in NUMBERS})
    rows = rows.assign(agent_id=rows["agent_id"].astype(str), eligible=rows["eligible"] == "yes")
    return rows.assign(risk_before=0.3, risk_after=0.2, replacement=1e4, dose=1.0, evidence="assumption", lever="pay")


@pytest.fixture
def offered(table, tmp_path):
    def make(site_capacity=None, **columns):
        agents = pd.DataFrame({"agent_id": ["1", "2", "3"], "risk_error": [0.1, 0.2, 0.3]}).assign(**columns)
        playbook = read_playbook(write_playbook(tmp_path), features=FEATURES)
        fitted = SimpleNamespace(horizons=[1, 3, 6, 12])  # nothing but the horizons is read
        return offers(table, agents, fitted=fitted, playbook=playbook, site_capacity=site_capacity or {})

    return make


def test_only_what_is_allowed_and_saves_more_than_it_costs_can_be_bought(offered):
    result = offered(site=["Foshan", "Wuhan", "Wuhan"])
    assert result[["agent_id", "intervention"]].values.tolist() == [["1", "talk_first"], ["1", "raise"], ["2", "raise"]]
    assert result.columns.tolist() == COLUMNS


def test_capacities_are_the_playbook_s_and_those_of_the_site(offered):
    result = offered({"raise": {"Wuhan": 1}}, site=["Foshan", "Wuhan", "Wuhan"])
    assert result[["capacity", "site_capacity"]].values.tolist() == [[np.inf, np.inf], [2.0, np.inf], [2.0, 1.0]]


def test_a_centre_without_sites_has_no_places_at_sites(offered):
    assert np.isinf(offered({"raise": {"Wuhan": 1}})["site_capacity"]).all()


def test_the_model_s_ratio_is_that_of_summed_hazards_and_null_where_it_has_no_say(offered):
    """From one half to one quarter within the time: log(0.75) / log(0.5)."""
    result = offered(site="Foshan").set_index(["agent_id", "intervention"])["model_ratio"]
    assert result["1", "raise"] == pytest.approx(np.log(0.75) / np.log(0.5))
    assert np.isnan(result["1", "talk_first"])


def test_what_works_late_works_for_less_of_the_time(table, tmp_path):
    late = (
        write_playbook(tmp_path)
        .read_text(encoding="utf-8")
        .replace('lever = "pay"', 'lever = "pay"\nmonths_to_effect = 3')
    )
    path = tmp_path / "late.toml"
    path.write_text(late, encoding="utf-8")
    playbook = read_playbook(path, features=FEATURES)
    agents = pd.DataFrame({"agent_id": ["1", "2", "3"], "risk_error": 0.1})
    result = offers(table, agents, fitted=SimpleNamespace(horizons=[6, 12]), playbook=playbook, site_capacity={})
    assert result.groupby("intervention")["works_share"].first().to_dict() == {"raise": 0.75, "talk_first": 1.0}
