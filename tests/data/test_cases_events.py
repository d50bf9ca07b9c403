"""Cases in which a day's exits were no resignations, or a day's changes of team nobody's own move."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import Centre, inspect
from attrition.errors import DeclarationError
from attrition.features.registry import build_features
from attrition.features.team import TEAM
from attrition.labels.next_exits import read_outcomes
from attrition.steps.panel_families import past_of
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
    assert case_faults(tmp_path, "09", events=f'date = 2025-12-31\nkind = "{kind}"') == {}


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
    return rows.set_index(rows["as_of"].astype(str).str[:7]).sort_index()


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


def with_numbers(folder: Path, numbers: int, **declared: str) -> Path:
    """Copy case 09 with a list of the old and new numbers of the agents who went to the affiliate."""
    copy_case(folder, "09", renumbered='path = "data/renumbered.csv"\nrecording_delay_days = 0', **declared)
    exits, agents = (pd.read_csv(folder / "data" / f"{name}.csv", dtype=str) for name in ("exits", "agents"))
    old = exits.loc[exits["exit_date"] == "2025-12-31", "agent_id"].tolist()
    new = agents.loc[agents["hire_date"] == "2026-01-01", "agent_id"].tolist()
    pairs = pd.DataFrame({"old_id": old, "new_id": new, "from_date": "2026-01-01"})
    pairs.head(numbers).to_csv(folder / "data" / "renumbered.csv", index=False)
    return folder


def resigned_within_a_month(centre: Centre, month: str, month_after: str) -> tuple[int, int]:
    """Return how many of the agents at risk at a month's end resigned by the next, and how many there were."""
    outcomes = read_outcomes(past_of(centre, centre.tables).months, centre.tables["exits"])
    rows = outcomes[outcomes["as_of"] == month]
    left = rows[(rows["exit_kind"] == "voluntary") & (rows["left_on"] <= month_after)]
    return len(left), len(rows)


def test_with_old_and_new_numbers_tenure_goes_on_and_nobody_resigned(tmp_path: Path) -> None:
    centre, faults = inspect(with_numbers(tmp_path, 24, events=TRANSFER))
    assert centre is not None
    assert faults == ()
    assert resigned_within_a_month(centre, "2025-11-30", "2025-12-31") == (0, 52)
    months = past_of(centre, centre.tables).months.to_pandas()
    march = months[(months["as_of"].astype(str) == "2026-03-31") & months["agent_id"].str.startswith("N")]
    assert len(march) >= 20
    assert march["tenure_days"].min() > 365
    assert months["agent_id"].str.startswith("N").sum() > 24 * 12  # the history of the old numbers stands under the new


def test_every_row_of_a_renumbered_table_is_used_or_set_aside(tmp_path: Path) -> None:
    quality = inspect(with_numbers(tmp_path, 24))[0].quality  # type: ignore[union-attr]
    rows = quality.set_index(["table", "rule"])["rows"]
    assert rows["exits", "set aside: exit of a number that goes on as another"] == 24
    assert rows["agents", "set aside: hire of a number that goes on from another"] == 24
    assert rows["pay", "repaired: old number replaced by the new one"] == 24
    for table, own in quality.groupby("table"):
        kinds = own.assign(kind=own["rule"].str.split(":").str[0]).groupby("kind")["rows"].sum()
        assert kinds["rows read"] == kinds["rows used"] + kinds.get("set aside", 0), table


def test_who_is_not_renumbered_on_a_transfer_day_left_otherwise(tmp_path: Path) -> None:
    centre = inspect(with_numbers(tmp_path, 20, events=TRANSFER))[0]
    assert centre is not None
    assert resigned_within_a_month(centre, "2025-11-30", "2025-12-31")[0] == 0
    rule = "repaired: resignation on the day of a declared transfer, now other"
    assert centre.quality.set_index("rule")["rows"][rule] == 4
    assert (centre.tables["exits"].to_pandas()["exit_type"] == "other").sum() == 4


def test_a_transfer_on_a_day_on_which_nobody_leaves_is_named(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "09", events=TRANSFER.replace("12-31", "11-12"))
    assert 'exits.exit_date nobody resigns on 2025-11-12, which is declared as "transfer"' in faults


@pytest.mark.parametrize(
    ("pairs", "rule"),
    [
        ("E00001,X1,2026-01-01\nE00002,X1,2026-01-01\n", "new number of two old ones"),
        ("E99999,X1,2026-01-01\n", "old number not in agents"),
        ("E00030,X1,2020-01-01\n", "old number hired again later"),
    ],
)
def test_numbers_that_two_people_share_are_refused(tmp_path: Path, pairs: str, rule: str) -> None:
    folder = with_numbers(tmp_path, 24)
    (folder / "data" / "renumbered.csv").write_text("old_id,new_id,from_date\n" + pairs, encoding="utf-8")
    centre, faults = inspect(folder)
    assert centre is None
    assert [fault.rule for fault in faults if fault.stops] == [rule]
