"""A run is compared with the last accepted one: what shrank, vanished or was cut is named, and a usual month is not."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from attrition.data.centre import inspect
from attrition.errors import Fault
from attrition.steps.accepted import compared, remember
from tests.data.cases import copy_case


def accept(workspace: Path) -> list[Fault]:
    """Run on a workspace as a command does, remember it, and return the changes that were named."""
    centre, faults = inspect(workspace)
    assert centre is not None
    after, now = compared(workspace, centre)
    remember(workspace, now)
    assert len(after.quality) == len(centre.quality) + len(after.faults) - len(faults)
    return list(after.faults[len(faults) :])


def rewritten(workspace: Path, table: str, rows: pd.DataFrame) -> Path:
    rows.to_csv(workspace / "data" / f"{table}.csv", index=False)
    return workspace


def read(workspace: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(workspace / "data" / f"{table}.csv")


def rules(faults: list[Fault]) -> list[str]:
    return [f"{fault.table}.{fault.column} {fault.rule}" for fault in faults]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    workspace = copy_case(tmp_path, "25")
    rows = read(workspace, "exits")
    assert accept(rewritten(workspace, "exits", rows.assign(reason="none"))) == []
    return workspace


def test_the_same_tables_have_not_changed(case: Path) -> None:
    assert accept(case) == []


def test_a_further_month_is_no_change(case: Path) -> None:
    contacts = read(case, "contacts")
    new = contacts[contacts["contact_date"] >= "2026-05"].assign(contact_date="2026-07-15").drop_duplicates("agent_id")
    assert accept(rewritten(case, "contacts", pd.concat([contacts, new]))) == []


def test_half_the_exits_taken_out_are_named_and_touch_labels(case: Path) -> None:
    faults = accept(rewritten(case, "exits", read(case, "exits").iloc[::2]))
    assert "exits. 5 rows, where the last accepted run had 10" in rules(faults)
    assert {fault.severity for fault in faults if fault.table == "exits"} == {"labels"}


def test_every_command_names_a_change_until_the_tables_change_again(case: Path) -> None:
    rewritten(case, "exits", read(case, "exits").iloc[::2])
    assert accept(case) == accept(case) != []


def test_months_missing_at_the_beginning_are_named_with_their_rows(case: Path) -> None:
    contacts = read(case, "contacts")
    lost = contacts["contact_date"] < "2025-04"
    [fault] = [
        fault for fault in accept(rewritten(case, "contacts", contacts[~lost])) if fault.column == "contact_date"
    ]
    assert fault.rule == "3 past months have fewer rows than in the last accepted run (2025-01 to 2025-03)"
    assert fault.rows == lost.sum()


def test_a_column_that_is_gone_is_named(case: Path) -> None:
    faults = accept(rewritten(case, "contacts", read(case, "contacts").drop(columns="hold_seconds")))
    assert "contacts.hold_seconds the column is no longer supplied" in rules(faults)


def test_blanks_that_rise_by_more_than_twenty_points_are_named(case: Path) -> None:
    agents = read(case, "agents")
    few = agents.assign(site=agents["site"].mask(agents.index < 7))
    assert "agents.site" not in " ".join(rules(accept(rewritten(case, "agents", few))))
    many = agents.assign(site=agents["site"].mask(agents.index < 20))
    faults = accept(rewritten(case, "agents", many))
    assert "agents.site 50% of the rows are blank, 18% in the last accepted run" in rules(faults)


def test_a_category_that_is_gone_is_named(case: Path) -> None:
    faults = accept(rewritten(case, "exits", read(case, "exits").assign(exit_type="other")))
    assert "exits.exit_type no row is involuntary, voluntary any more" in rules(faults)


def test_a_file_that_lost_its_last_bytes_is_named(case: Path) -> None:
    path = case / "data" / "exits.csv"
    path.write_bytes(path.read_bytes()[:-1])
    assert "exits. cut off: 1 bytes shorter than in the last accepted run, and its last line is not ended" in rules(
        accept(case)
    )


def test_a_wider_bound_can_be_declared(case: Path) -> None:
    (case / "pipelines" / "check.toml").write_text("max_change_share = 0.6\n", encoding="utf-8")
    faults = accept(rewritten(case, "exits", read(case, "exits").iloc[::2]))
    assert not [rule for rule in rules(faults) if rule.startswith("exits. ")]


def test_a_memory_that_cannot_be_read_is_none(case: Path) -> None:
    (case / "runs" / "accepted.json").write_text("{", encoding="utf-8")
    assert accept(rewritten(case, "exits", read(case, "exits").iloc[::2])) == []


@pytest.mark.parametrize("name", ["SHA256SUMS", "exits.csv.sha256"])
def test_a_file_that_differs_from_its_checksum_stops(tmp_path: Path, name: str) -> None:
    case = copy_case(tmp_path, "25")
    path = case / "data" / "exits.csv"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (case / "data" / name).write_text(f"{digest}  exits.csv\n", encoding="utf-8")
    assert inspect(case)[0] is not None
    path.write_bytes(path.read_bytes()[:-5])
    centre, faults = inspect(case)
    assert centre is None
    assert "the file differs from the checksum beside it" in [fault.rule for fault in faults]
