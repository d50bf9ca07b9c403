"""Headcount adds up from month to month by site, and activity follows it; where not, it is said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from attrition.data.centre import Centre, examine
from tests.data.cases import SITE, copy_case
from tests.text_tables import frame

AGENTS = """
agent_id | hire_date  | site
A        | 2025-01-01 | north
B        | 2025-01-01 | north
C        | 2026-02-10 | north
D        | 2025-01-01 | south
"""
EXITS = """
agent_id | exit_date  | exit_type
B        | 2026-02-05 | voluntary
"""
SEEN = {"A": 6, "B": 1, "C": 6, "D": 6}
"""By agent, the last month of 2026 with contacts."""


def centre_of(folder: Path, *, agents: str = AGENTS, exits: str = EXITS, **tables: pd.DataFrame) -> Centre:
    """Return the centre of these tables, whatever faults they have."""
    contacts = pd.DataFrame(
        [(agent, f"2026-{month:02}-28", 1) for agent, last in SEEN.items() for month in range(1, last + 1)],
        columns=["agent_id", "contact_date", "handled"],
    )
    assignments = frame(agents)[["agent_id", "hire_date"]].set_axis(["agent_id", "effective_date"], axis=1)
    files = {"agents": frame(agents), "assignments": assignments.assign(team_id="T"), "exits": frame(exits)}
    files |= {"contacts": contacts[(contacts["agent_id"] != "C") | (contacts["contact_date"] > "2026-02-10")]} | tables
    (folder / "pipelines").mkdir()
    lines = [f'data_ends = "2026-06"\n[tables.{name}]\npath = "{name}.csv"\n' for name in files]
    (folder / "pipelines" / "sources.toml").write_text(
        SITE + lines[0] + "".join(line.split("\n", 1)[1] for line in lines[1:])
    )
    for name, rows in files.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    centre, faults = examine(folder)
    assert centre is not None, [str(fault) for fault in faults]
    return centre


def at(centre: Centre, site: str, month: str) -> dict[str, int]:
    """Return the numbers of one site and month that are not zero."""
    rows = centre.headcount
    row = rows[(rows["site"] == site) & (rows["as_of"].astype(str).str[:7] == month)].iloc[0]
    return {str(name): int(row[name]) for name in rows.columns[2:] if row[name]}


def test_start_and_hires_minus_exits_is_the_end(tmp_path: Path) -> None:
    centre = centre_of(tmp_path)
    assert at(centre, "north", "2026-01") == {"start": 2, "end": 2, "active": 2}
    assert at(centre, "north", "2026-02") == {"start": 2, "hires": 1, "exits": 1, "end": 2, "active": 2}
    assert at(centre, "south", "2026-02") == {"start": 1, "end": 1, "active": 1}


def test_who_is_gone_without_an_exit_is_counted_apart_from_the_exits(tmp_path: Path) -> None:
    centre = centre_of(tmp_path, exits=EXITS.replace("B        | 2026-02-05", "C        | 2026-06-20"))
    assert at(centre, "north", "2026-01") == {"start": 2, "gone": 1, "end": 1, "active": 2}


def test_the_monthly_file_shows_who_moved_to_another_site(tmp_path: Path) -> None:
    folder = copy_case(tmp_path, "14", site='exits_from = "absence"')
    snapshots = pd.read_csv(folder / "data" / "snapshots.csv", dtype=str)
    moved = (snapshots["agent_id"] == "E00060") & (snapshots["as_of"] >= "2025-08")
    before = snapshots.loc[snapshots["agent_id"] == "E00060", "site"].iloc[0]
    after = {"North": "South", "South": "North"}[before]
    snapshots.loc[moved, "site"] = after
    snapshots.to_csv(folder / "data" / "snapshots.csv", index=False)
    centre, _ = examine(folder)
    assert centre is not None
    assert at(centre, after, "2025-08")["moved_in"] == at(centre, before, "2025-08")["moved_out"] == 1
    rows = centre.headcount
    gained, lost = rows["hires"] + rows["moved_in"], rows["exits"] + rows["gone"] + rows["moved_out"]
    assert (rows["start"] + gained - lost == rows["end"]).all()


def test_two_exits_of_one_employment_do_not_add_up(tmp_path: Path) -> None:
    centre = centre_of(tmp_path, exits=EXITS + "B | 2026-04-05 | voluntary\n")
    (fault,) = (fault for fault in centre.faults if "add up" in fault.rule)
    assert (fault.table, fault.rows, fault.severity) == ("agents", 1, "labels")
    assert "in 1 of 6 months" in fault.rule


def test_activity_that_parts_from_headcount_for_months_is_named(tmp_path: Path) -> None:
    """Contacts of every third agent are missing from August to December, and come back."""
    rules = _rules_with_absent(tmp_path, range(8, 13))
    assert rules == [
        "headcount and activity part by more than a tenth between 2025-08 and 2025-12 at 2 of 2 sites",
    ]


def test_a_month_in_which_many_are_away_is_none(tmp_path: Path) -> None:
    assert _rules_with_absent(tmp_path, range(8, 9)) == []


def _rules_with_absent(folder: Path, months: range) -> list[str]:
    """Return the rules about agents, where contacts of every third agent are missing in months of 2025."""
    copy_case(folder, "26")
    for name in ("agents", "assignments", "exits", "pay", "contacts"):
        path = folder / "data" / f"{name}.csv"
        rows = pd.read_csv(path, dtype=str)
        more = [rows.assign(agent_id=rows["agent_id"] + copy) for copy in ("", "-a", "-b")]
        pd.concat(more).to_csv(path, index=False)
    contacts = pd.read_csv(folder / "data" / "contacts.csv", dtype=str)
    is_third = contacts["agent_id"].str[1:6].astype(int) % 3 == 0
    is_away = contacts["contact_date"].str[:7].isin([f"2025-{month:02}" for month in months])
    contacts[~(is_third & is_away)].to_csv(folder / "data" / "contacts.csv", index=False)
    return [str(fault.rule) for fault in examine(folder)[1] if fault.table == "agents"]
