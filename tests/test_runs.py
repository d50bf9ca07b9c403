"""Products are read back, as many rows and columns as are requested."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.errors import MissingProduct, UserError
from attrition.runs import DRIVER_NAMES, Runs, features_of, panel_description

OCTOBER = date(2026, 10, 31)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """A month with the drivers of two agents, of one of them at two horizons."""
    runs = Runs(tmp_path)
    runs.month(OCTOBER).mkdir(parents=True)
    drivers = pd.DataFrame({"agent_id": ["007", "007", "012"], "horizon_months": [3, 6, 3], "points": [1.0, 2.0, -1.0]})
    texts = dict.fromkeys(set(DRIVER_NAMES) - {"agent_id"}, "word")
    drivers = drivers.assign(as_of=pd.Timestamp(OCTOBER), is_symptom=False, **texts)
    drivers.to_parquet(runs.month(OCTOBER) / "drivers.parquet", index=False)
    return runs


@pytest.mark.parametrize(("agents", "rows"), [(["007"], 2), (["007", "012", "013"], 3), ([], 0)])
def test_drivers_are_read_of_the_requested_agents_only(runs: Runs, agents: list[str], rows: int) -> None:
    drivers = runs.read_drivers(OCTOBER, agents)
    assert len(drivers) == rows
    assert set(drivers["agent_id"]) <= set(agents)
    assert {str(drivers[name].dtype) for name in DRIVER_NAMES} == {"str"}


def test_points_are_read_of_all_agents_at_one_horizon(runs: Runs) -> None:
    points = runs.read_points(OCTOBER, 3)
    assert dict(zip(points["agent_id"], points["points"], strict=True)) == {"007": 1.0, "012": -1.0}


def test_the_error_for_a_missing_product_names_the_command_that_makes_it(runs: Runs) -> None:
    with pytest.raises(MissingProduct, match="attrition score --as-of 2026-09"):
        runs.read_points(date(2026, 9, 30), 3)


def test_some_months_of_a_panel_are_read_as_they_are_in_the_whole_with_the_outcomes_of_all(runs: Runs) -> None:
    days = pd.to_datetime(["2026-09-30", "2026-10-31"] * 2).astype("datetime64[us]")
    rows = pd.DataFrame({"agent_id": list("aabb"), "as_of": days, "pay_ratio": [1.0, None, 2.0, 3.0]})
    rows.to_parquet(runs.panel, index=False)
    rows[["agent_id", "as_of"]].to_parquet(runs.folder / "outcomes.parquet", index=False)
    (runs.folder / "panel.json").write_text(panel_description([], data_ends="2026-10-31"))
    some, whole = runs.read_panel([days[1]]), runs.read_panel()
    pd.testing.assert_frame_equal(some.rows, whole.month(OCTOBER).rows)
    assert len(some.outcomes) == len(whole.outcomes) == 4


def test_a_panel_in_the_format_of_another_version_counts_as_missing_and_its_command_is_named(
    runs: Runs,
) -> None:
    runs.panel.touch()
    (runs.folder / "panel.json").write_text(panel_description([], data_ends="2026-10-31"))
    assert runs.panel_provenance()["data_ends"] == "2026-10-31"
    (runs.folder / "panel.json").write_text('{"features": [{"name": "pay_ratio", "saying": "pay"}]}')
    assert runs.panel_provenance() == {}
    with pytest.raises(MissingProduct, match="attrition panel"):
        features_of(runs.panel_provenance())


def test_a_verdict_in_the_format_of_another_version_is_refused_with_what_to_do(runs: Runs) -> None:
    runs.verdict("3").parent.mkdir(parents=True)
    runs.verdict("3").write_text('{"version": "3", "checks": [{"name": "golden rows", "said": "32 rows"}]}')
    with pytest.raises(UserError, match=r"version-3\.json .*`attrition retrain`"):
        runs.read_verdict("3")
