"""Links between tables: declared rules for numbers of people, logins, unknown people, and days outside employment."""

from __future__ import annotations

from pathlib import Path

import pytest

from attrition.data import sources
from attrition.data.sources import Source
from attrition.errors import DeclarationError
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows, write_site

PAY = "agent_id,effective_date,base_pay\n{},2025-03-01,5000\n{},2025-03-01,5100\n"
LOGINS = "system,id,agent_id,valid_from,valid_to\n"
HANDED_ON = LOGINS + "acd,x1,001,2025-01-01,\nacd,x1,002,2025-06-01,\nacd,x2,1E5,2025-01-01,2025-12-31\n"
CONTACTS = "agent_id,contact_date,handled\n"


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ('{ case = "upper" }', "1e5"),
        ("{ width = 3 }", "2"),
        ('{ strip_suffix = ".0", width = 3 }', "2.0"),
        ('{ strip_prefix = "E" }', "E002"),
        ('{ remove = " -" }', "0 0-2"),
        ("{ half_width = true }", "００２"),
    ],
)
def test_a_declared_rule_turns_numbers_of_people_into_those_of_the_roster(
    tmp_path: Path, rule: str, written: str
) -> None:
    centre = open_site(tmp_path, {"pay": PAY.format("001", written)}, pay=f"ids = {rule}\n")
    assert set(sorted_rows(centre, "pay")["agent_id"]) <= {"001", "002", "1E5"}
    assert quality_rows(centre, "pay")["repaired: numbers of people rewritten by the declared rule"] == 1


def test_numbers_stored_as_numbers_get_their_zeros_back(tmp_path: Path) -> None:
    import pandas as pd

    day = pd.Timestamp("2025-03-01").date()
    (tmp_path / "exports").mkdir()
    path = tmp_path / "exports" / "pay.parquet"
    pd.DataFrame({"agent_id": [1, 2], "effective_date": day, "base_pay": 5000.0}).to_parquet(path)
    centre = open_site(tmp_path, {"pay/pay.parquet": path.read_bytes()}, pay="ids = { width = 3 }\n")
    assert sorted_rows(centre, "pay")["agent_id"].tolist() == ["001", "002"]


def test_a_rule_leaves_teams_and_evaluations_as_they_are(tmp_path: Path) -> None:
    assignments = "agent_id,effective_date,team_id,supervisor_id\n1,2025-01-06,7,2\n"
    centre = open_site(tmp_path, {"assignments": assignments}, assignments="ids = { width = 3 }\n")
    row = sorted_rows(centre, "assignments").iloc[0]
    assert (row["agent_id"], row["team_id"], row["supervisor_id"]) == ("001", "7", "002")


def test_the_system_may_be_written_without_a_table() -> None:
    source = Source.model_validate({"path": "x.csv", "ids": "acd"})
    assert source.ids is not None
    assert source.ids.system == "acd"


@pytest.mark.parametrize(
    ("declared", "reason"),
    [("{ }", "declare a rule"), ('"acd"', "needs the table that says whose logins"), ("{ with = 5 }", "width")],
)
def test_a_declared_rule_that_cannot_be_meant_is_refused(tmp_path: Path, declared: str, reason: str) -> None:
    folder = write_site(tmp_path, {"pay": PAY}, pay=f"ids = {declared}\n")
    with pytest.raises(DeclarationError, match=reason):
        sources.read(folder)


def test_a_login_belongs_to_whoever_had_it_on_the_day(tmp_path: Path) -> None:
    contacts = CONTACTS + "x1,2025-05-31,10\nx1,2025-06-01,20\nx2,2025-06-01,30\n"
    centre = open_site(tmp_path, {"identities": HANDED_ON, "contacts": contacts}, contacts='ids = "acd"\n')
    rows = sorted_rows(centre, "contacts")
    assert dict(zip(rows["handled"], rows["agent_id"], strict=True)) == {10: "001", 20: "002", 30: "1E5"}


def test_rows_of_a_login_that_nobody_had_that_day_are_set_aside_and_counted(tmp_path: Path) -> None:
    days = "".join(f"x1,2025-04-{day:02},10\n" for day in range(1, 31))
    contacts = CONTACTS + days + "x2,2026-01-01,10\nx9,2025-04-01,10\n"
    centre = open_site(tmp_path, {"identities": HANDED_ON, "contacts": contacts}, contacts='ids = "acd"\n')
    counts = quality_rows(centre, "contacts")
    assert counts["set aside: login not in identities on its day"] == 2
    assert (counts["rows read"], counts["rows used"]) == (32, 30)
    assert [(fault.rule, fault.severity) for fault in centre.faults] == [("login not in identities", "features")]


def test_a_table_of_which_hardly_any_login_is_known_is_refused(tmp_path: Path) -> None:
    contacts = CONTACTS + "".join(f"agt{number},2025-04-01,10\n" for number in range(9))
    faults = faults_of(tmp_path, {"identities": HANDED_ON, "contacts": contacts}, contacts='ids = "acd"\n')
    assert [(fault.table, fault.rule, fault.rows) for fault in faults] == [("contacts", "login not in identities", 9)]


def test_a_login_of_two_people_on_one_day_is_refused(tmp_path: Path) -> None:
    twice = LOGINS + "acd,x1,001,2025-01-01,2025-06-01\nacd,x1,002,2025-06-01,\n"
    contacts = CONTACTS + "x1,2025-05-31,10\n"
    faults = faults_of(tmp_path, {"identities": twice, "contacts": contacts}, contacts='ids = "acd"\n')
    assert [(fault.table, fault.column, fault.rule, fault.rows) for fault in faults] == [
        ("identities", "valid_to", "one login of two people on the same day", 1)
    ]


def test_a_corrected_claim_counts_as_it_was_recorded_last(tmp_path: Path) -> None:
    logins = "system,id,agent_id,recorded_at\nacd,x1,001,2025-01-01\nacd,x1,002,2025-02-01\n"
    contacts = CONTACTS + "x1,2025-05-31,10\n"
    centre = open_site(tmp_path, {"identities": logins, "contacts": contacts}, contacts='ids = "acd"\n')
    assert sorted_rows(centre, "contacts")["agent_id"].tolist() == ["002"]


def test_people_beside_the_agent_keep_a_login_that_is_not_found(tmp_path: Path) -> None:
    seen = "interaction_date,agent_id,other_id,kind\n2025-05-31,x1,x2,coaching\n2025-05-31,x1,boss,coaching\n"
    centre = open_site(tmp_path, {"identities": HANDED_ON, "interactions": seen}, interactions='ids = "acd"\n')
    assert set(sorted_rows(centre, "interactions")["other_id"]) == {"1E5", "boss"}
