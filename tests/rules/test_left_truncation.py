"""An agent hired before the data begins is at risk from the first month that shows him, and from no earlier one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from attrition.exposure.open_past import open_past
from attrition.labels.life_table import life_table
from attrition.labels.next_exits import horizon_labels, read_outcomes
from tests.rules.test_headcount import settled
from tests.rules.worlds import World, world

SPELL = ["agent_id", "hire_date"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(Path(tmp_path_factory.mktemp("world")), seed=5, agents=250, months=18)


@pytest.fixture(scope="module")
def by_tenure(here: World) -> pd.DataFrame:
    """The hazard of resigning in the next month by whole months of tenure, from the product's own agent-months."""
    tables = {name: settled(here.tables[name]) for name in ("agents", "assignments", "exits")}
    past = open_past(tables, here.first, here.last)
    months = past.months.select("agent_id", "as_of", "hire_date").to_pandas()
    followed = horizon_labels(read_outcomes(past.months, tables["exits"]), here.last)
    rows = months.astype({"as_of": "datetime64[us]"}).merge(followed, on=["agent_id", "as_of"], validate="one_to_one")
    mature = rows[rows["resigned_within_1m"].notna()]
    tenure = number(mature["as_of"]) - number(mature["hire_date"])
    return mature.groupby(tenure)["resigned_within_1m"].agg(["size", "sum"])


@pytest.fixture(scope="module")
def spells(here: World) -> pd.DataFrame:
    """The same spells from the raw tables, in plain pandas: months since hiring when first seen, and when lost."""
    agents = settled(here.tables["agents"]).select(*SPELL).to_pandas()
    exits = settled(here.tables["exits"]).to_pandas()
    handed_in = (exits["exit_type"] == "voluntary") & exits["notice_date"].notna()
    exits["left_on"] = exits["exit_date"].where(~handed_in, exits[["notice_date", "exit_date"]].min(axis=1))
    both = agents.merge(exits, on="agent_id", how="left")
    first = both[both["exit_date"] >= both["hire_date"]].sort_values("exit_date").drop_duplicates(SPELL)
    rows = agents.merge(first[[*SPELL, "left_on", "exit_type"]], on=SPELL, how="left")
    hired, begins, ends = number(rows["hire_date"]), month_number(here.first), month_number(here.last)
    gone = number(rows["left_on"].fillna(here.last))
    kind = rows["exit_type"].where(gone <= ends, None)
    seen = pd.DataFrame({"entered": (begins - hired).clip(lower=0), "left": gone.clip(upper=ends) - hired})
    return seen.assign(exit_kind=kind.where(kind == "voluntary", None))[seen["left"] > seen["entered"]]


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
    assert after["sum"].sum() == by_tenure["sum"].sum() > 50, "the months left out of the table saw nobody leave"
    np.testing.assert_array_equal(after["size"], table["at_risk"])
    np.testing.assert_array_equal(after["sum"], table["events"])


def test_counting_those_months_in_which_nobody_could_be_lost_would_flatter(spells: pd.DataFrame) -> None:
    right, wrong = life_table(spells), life_table(spells.assign(entered=0))
    assert (spells["entered"] > 0).mean() > 0.3
    assert wrong["survival"].iloc[-1] > right["survival"].iloc[-1] + 0.1
