"""Headcounts add up exactly: start + hires - departures = end, by site and month (rule L10)."""

from __future__ import annotations

from pathlib import Path

import ibis
import ibis.expr.types as ir
import pandas as pd
import pytest

from attrition.exposure.open_past import open_past
from tests.rules.worlds import World, world


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(Path(tmp_path_factory.mktemp("world")), seed=4, agents=150, months=14)


def final_versions(rows: ir.Table) -> ir.Table:
    """Keep the last version of every row, as if it had been known from the start."""
    return rows.filter(rows.superseded_on.isnull()).mutate(known_on=ibis.date(1990, 1, 1))


def month(days: pd.Series) -> pd.Series:
    return pd.to_datetime(days).dt.to_period("M")


def spells(tables: dict[str, ir.Table]) -> pd.DataFrame:
    """Match each spell with the first exit after its hire, in plain pandas."""
    agents = tables["agents"].select("agent_id", "hire_date", "site").to_pandas()
    exits = tables["exits"].to_pandas()
    voluntary = (exits["exit_type"] == "voluntary") & exits["notice_date"].notna()
    exits["left_on"] = exits["exit_date"].where(~voluntary, exits["notice_date"])
    both = agents.merge(exits, on="agent_id", how="left")
    both = both[both["exit_date"].isna() | (both["exit_date"] >= both["hire_date"])]
    first = both.sort_values("exit_date").groupby(["agent_id", "hire_date"], as_index=False).first()
    return agents.merge(first[["agent_id", "hire_date", "left_on"]], how="left")


def test_headcount_moves_by_hires_and_departures_only(here: World) -> None:
    tables = {name: final_versions(here.tables[name]) for name in ("agents", "assignments", "exits")}
    past = open_past(tables, here.first, here.last)
    at_risk = past.months.group_by("site", "as_of").aggregate(agents=past.months.count()).to_pandas()
    end = at_risk.assign(month=month(at_risk["as_of"])).pivot(index="month", columns="site", values="agents")
    all_spells = spells(tables)
    hires = all_spells.groupby([month(all_spells["hire_date"]), "site"]).size().unstack(fill_value=0)
    ended = all_spells.dropna(subset="left_on")
    departures = ended.groupby([month(ended["left_on"]), "site"]).size().unstack(fill_value=0)
    change = hires.reindex_like(end).fillna(0) - departures.reindex_like(end).fillna(0)
    pd.testing.assert_frame_equal(end.diff().iloc[1:], change.iloc[1:], check_dtype=False, check_names=False)
