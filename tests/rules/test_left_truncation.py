"""An agent hired before the data begins is at risk from the first month of the data, and from no earlier one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from attrition.exposure.open_past import open_past
from attrition.labels.life_table import life_table
from attrition.labels.next_exits import horizon_labels, read_outcomes
from tests.rules.test_headcount import final_versions
from tests.rules.worlds import World, world

SPELL = ["agent_id", "hire_date"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(Path(tmp_path_factory.mktemp("world")), seed=5, agents=250, months=18)


@pytest.fixture(scope="module")
def by_tenure(here: World) -> pd.DataFrame:
    """The hazard of resigning in the next month by whole months of tenure, from the product's own agent-months."""
    tables = {name: final_versions(here.tables[name]) for name in ("agents", "assignments", "exits")}
    past = open_past(tables, here.first, here.last)
    months = past.months.select("agent_id", "as_of", "hire_date").to_pandas()
    labels = horizon_labels(read_outcomes(past.months, tables["exits"]), here.last)
    rows = months.astype({"as_of": "datetime64[us]"}).merge(labels, on=["agent_id", "as_of"], validate="one_to_one")
    mature = rows[rows["resigned_within_1m"].notna()]
    tenure = number(mature["as_of"]) - number(mature["hire_date"])
    return mature.groupby(tenure)["resigned_within_1m"].agg(["size", "sum"])


@pytest.fixture(scope="module")
def spells(here: World) -> pd.DataFrame:
    """The same spells from the raw tables, in plain pandas: months since hiring at entry and at exit."""
    agents = final_versions(here.tables["agents"]).select(*SPELL).to_pandas()
    exits = final_versions(here.tables["exits"]).to_pandas()
    has_notice = (exits["exit_type"] == "voluntary") & exits["notice_date"].notna()
    exits["left_on"] = exits["exit_date"].where(~has_notice, exits[["notice_date", "exit_date"]].min(axis=1))
    both = agents.merge(exits, on="agent_id", how="left")
    first = both[both["exit_date"] >= both["hire_date"]].sort_values("exit_date").drop_duplicates(SPELL)
    rows = agents.merge(first[[*SPELL, "left_on", "exit_type"]], on=SPELL, how="left")
    hired, begins, ends = number(rows["hire_date"]), month_number(here.first), month_number(here.last)
    left = number(rows["left_on"].fillna(here.last))
    kind = rows["exit_type"].where(left <= ends, None)
    times = pd.DataFrame({"entered": (begins - hired).clip(lower=0), "left": left.clip(upper=ends) - hired})
    return times.assign(exit_kind=kind.where(kind == "voluntary", None))[times["left"] > times["entered"]]


def number(days: pd.Series) -> pd.Series:
    days = pd.to_datetime(days)
    return days.dt.year * 12 + days.dt.month


def month_number(day: pd.Timestamp) -> int:
    return day.year * 12 + day.month


def test_the_panels_hazard_by_tenure_is_the_life_table_with_delayed_entry(
    by_tenure: pd.DataFrame, spells: pd.DataFrame
) -> None:
    table = life_table(spells).set_index("time")
    after = by_tenure.set_axis(by_tenure.index + 1).loc[table.index]
    assert after["sum"].sum() == by_tenure["sum"].sum() > 50, "no exits in the months left out of the table"
    np.testing.assert_array_equal(after["size"], table["at_risk"])
    np.testing.assert_array_equal(after["sum"], table["events"])


def test_without_delayed_entry_survival_would_be_too_high(spells: pd.DataFrame) -> None:
    right, wrong = life_table(spells), life_table(spells.assign(entered=0))
    assert (spells["entered"] > 0).mean() > 0.3
    assert wrong["survival"].iloc[-1] > right["survival"].iloc[-1] + 0.1
