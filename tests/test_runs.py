"""Products are read back as far as they are asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from attrition.errors import NotMadeYet, UserError
from attrition.runs import DRIVER_NAMES, Runs, features_of, panel_description

OCTOBER = date(2026, 10, 31)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Lay down a month of two agents, one of them told of over two horizons."""
    runs = Runs(tmp_path)
    runs.month(OCTOBER).mkdir(parents=True)
    drivers = pd.DataFrame({"agent_id": ["007", "007", "012"], "horizon_months": [3, 6, 3], "points": [1.0, 2.0, -1.0]})
    said = dict.fromkeys(set(DRIVER_NAMES) - {"agent_id"}, "word")
    drivers = drivers.assign(as_of=pd.Timestamp(OCTOBER), is_symptom=False, **said)
    drivers.to_parquet(runs.month(OCTOBER) / "drivers.parquet", index=False)
    return runs


@pytest.mark.parametrize(("agents", "rows"), [(["007"], 2), (["007", "012", "013"], 3), ([], 0)])
def test_drivers_come_of_the_agents_asked_for_and_of_nobody_else(runs: Runs, agents: list[str], rows: int) -> None:
    found = runs.read_drivers(OCTOBER, agents)
    assert len(found) == rows
    assert set(found["agent_id"]) <= set(agents)
    assert {str(found[name].dtype) for name in DRIVER_NAMES} == {"str"}


def test_points_come_of_everybody_at_one_horizon(runs: Runs) -> None:
    found = runs.read_points(OCTOBER, 3)
    assert dict(zip(found["agent_id"], found["points"], strict=True)) == {"007": 1.0, "012": -1.0}


def test_what_was_not_made_yet_is_said_with_the_command_that_makes_it(runs: Runs) -> None:
    with pytest.raises(NotMadeYet, match="attrition score --as-of 2026-09"):
        runs.read_points(date(2026, 9, 30), 3)


def test_a_panel_in_the_form_of_another_version_is_read_as_none_and_the_command_that_makes_it_is_named(
    runs: Runs,
) -> None:
    runs.panel.touch()
    (runs.folder / "panel.json").write_text(panel_description([], data_ends="2026-10-31"))
    assert runs.panel_provenance()["data_ends"] == "2026-10-31"
    (runs.folder / "panel.json").write_text('{"features": [{"name": "pay_ratio", "saying": "pay"}]}')
    assert runs.panel_provenance() == {}
    with pytest.raises(NotMadeYet, match="attrition panel"):
        features_of(runs.panel_provenance())


def test_a_verdict_in_the_form_of_another_version_is_refused_with_what_to_do(runs: Runs) -> None:
    runs.verdict("3").parent.mkdir(parents=True)
    runs.verdict("3").write_text('{"version": "3", "checks": [{"name": "golden rows", "said": "32 rows"}]}')
    with pytest.raises(UserError, match=r"version-3\.json .*`attrition retrain`"):
        runs.read_verdict("3")
