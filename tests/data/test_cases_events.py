"""Cases in which a day's exits were no resignations, or a day's changes of team nobody's own move."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import inspect
from attrition.errors import DeclarationError
from attrition.features.registry import build_features
from attrition.features.team import TEAM
from attrition.steps.panel import past_of
from tests.data.cases import case_faults, copy_case, open_case

TRANSFER = 'date = 2025-12-31\nkind = "transfer"'
REORGANISATION = 'date = 2026-02-01\nkind = "reorganisation"'


def test_a_day_with_far_more_resignations_than_chance_allows_is_named(tmp_path: Path) -> None:
    [fault] = case_faults(tmp_path, "09").values()
    assert fault.rule.startswith("resignations on 2025-12-31 far beyond chance: 24 of 51 agents")
    assert "24 of 24 share one reason; 24 new numbers begin within 3 days after" in fault.rule
    assert (fault.severity, fault.rows, fault.column) == ("labels", 24, "exit_date")
    assert "affiliate" not in f"{fault}{fault.effect}"
    assert "2025-12-31 的主动离职人数远超偶然波动：51 人中 24 人" in fault.rule.zh  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["transfer", "system_change", "bonus_day"])
def test_a_day_that_is_declared_is_not_named(tmp_path: Path, kind: str) -> None:
    assert case_faults(tmp_path, "09", events=f'date = 2025-12-30\nkind = "{kind}"') == {}


def test_an_event_of_another_day_or_site_explains_nothing(tmp_path: Path) -> None:
    for number, event in enumerate(("date = 2025-12-20", 'site = "East"\ndate = 2025-12-31')):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert len(case_faults(folder, "09", events=f'{event}\nkind = "bonus_day"')) == 1


def test_a_day_on_which_over_half_change_team_is_a_reorganisation(tmp_path: Path) -> None:
    [fault] = case_faults(tmp_path, "22").values()
    assert fault.rule == "a reorganisation on 2026-02-01: 50 of 50 agents change team"
    assert (fault.severity, fault.rows, fault.column) == ("features", 50, "team_id")
    assert "the history of 0 of 3 teams is followed through" in fault.effect
    assert "CX-1" not in f"{fault}{fault.effect}"


def test_a_declared_reorganisation_is_not_named(tmp_path: Path) -> None:
    assert case_faults(tmp_path, "22", events=REORGANISATION) == {}


def test_a_declared_reorganisation_on_a_day_without_changes_is_named(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "22", events=REORGANISATION.replace("02-01", "03-15"))
    assert "assignments.team_id nobody changes team on 2026-03-15, which is declared as a reorganisation" in faults
    assert len(faults) == 2


def test_only_a_reorganisation_has_teams(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "22", events=TRANSFER + '\nteams = { "CX-1" = "T1" }')
    with pytest.raises(DeclarationError, match='teams belong to kind = "reorganisation"'):
        inspect(folder)


def team_features(folder: Path, **declared: str) -> pd.DataFrame:
    """Return the features of teams in case 22, by month."""
    centre = open_case(folder, "22", **declared)
    rows = build_features(past_of(centre, centre.tables), (TEAM,)).to_pandas()
    return rows.set_index(rows["as_of"].astype(str).str[:7])


def test_after_a_reorganisation_nobody_has_moved_and_team_history_is_missing(tmp_path: Path) -> None:
    rows = team_features(tmp_path)
    assert rows.loc["2026-02":, "team_changes_6m"].eq(0).all()  # type: ignore[misc]
    assert rows.loc["2026-02":"2026-04", "team_resignation_share_3m"].isna().all()  # type: ignore[misc]
    assert rows.loc["2026-05", "team_resignation_share_3m"].notna().all()
    assert rows.loc["2026-01", "team_resignation_share_3m"].notna().all()


def test_with_old_teams_declared_their_history_goes_on(tmp_path: Path) -> None:
    rows = team_features(tmp_path, events=REORGANISATION + '\nteams = { "CX-1" = "T1" }')
    february = rows.loc["2026-02"].groupby("team_id")["team_resignation_share_3m"].first()
    assert february["CX-1"] == pytest.approx(2 / 18)
    assert february[["CX-2", "CX-3"]].isna().all()
