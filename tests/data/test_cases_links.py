"""Cases of tables whose people, or days, do not fit together; what is right stands in each case.md."""

from __future__ import annotations

from pathlib import Path

from tests.data.cases import case_faults, open_case
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows

CROSSWALK = """path = "data/crosswalk.csv"
constants = { system = "acd" }
columns = { acd_login = "id" }"""


def test_contacts_under_acd_logins_are_read_through_the_crosswalk(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "10", identities=CROSSWALK, contacts='ids = "acd"')
    contacts = centre.tables["contacts"].execute()
    assert len(contacts) == 643
    assert set(contacts["agent_id"]) <= {f"E{number:05}" for number in range(1, 41)}
    assert contacts["agent_id"].nunique() == 40
    assert not centre.faults


def test_logins_of_which_nobody_is_found_are_refused(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "10")
    fault = faults["contacts.agent_id agent not in agents"]
    assert (fault.severity, fault.rows, fault.share) == ("stops", 643, 1)
    assert "identities" in fault.advice


def test_ids_with_a_decimal_are_read_by_a_declared_rule(tmp_path: Path) -> None:
    assert list(case_faults(tmp_path / "a", "18")) == ["exits.agent_id id read as a number"]
    exits = open_case(tmp_path / "b", "18", exits='ids = { strip_suffix = ".0" }').tables["exits"].execute()
    assert set(exits["agent_id"].str.len()) == {6}
    assert len(exits) == 10


def test_exits_of_people_who_are_not_on_the_roster_are_refused(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "19")
    fault = faults["exits.agent_id agent not in agents"]
    assert (fault.severity, fault.rows) == ("stops", 5)
    assert faults["contacts.agent_id agent not in agents"].severity == "features"
    assert faults["assignments.agent_id agent not in agents"].severity == "labels"


def test_ids_in_small_letters_are_refused_with_the_rule_that_mends_them(tmp_path: Path) -> None:
    faults = case_faults(tmp_path / "a", "23")
    assert list(faults) == ["pay.agent_id numbers of people not written as in agents"]
    fault = faults["pay.agent_id numbers of people not written as in agents"]
    assert (fault.severity, fault.rows, fault.share) == ("stops", 40, 1)
    assert 'declare ids = { case = "upper" } under [tables.pay]' in fault.advice
    pay = open_case(tmp_path / "b", "23", pay='ids = { case = "upper" }').tables["pay"].execute()
    assert set(pay["agent_id"]) == {f"E{number:05}" for number in range(1, 41)}


def test_exits_after_which_work_goes_on_are_refused(tmp_path: Path) -> None:
    faults = case_faults(tmp_path, "08")
    assert list(faults) == ["exits.exit_date work goes on after the exit"]
    fault = faults["exits.exit_date work goes on after the exit"]
    assert (fault.severity, fault.rows, fault.share) == ("stops", 3, 3 / 13)
    assert 'if_work_goes_on = "withdrawn"' in fault.advice


def test_exits_after_which_work_goes_on_are_set_aside_where_that_is_declared(tmp_path: Path) -> None:
    centre = open_case(tmp_path, "08", exits='if_work_goes_on = "withdrawn"')
    lines = centre.quality[centre.quality["table"] == "exits"].set_index("rule")["rows"]
    assert lines["set aside: exit withdrawn, since work goes on"] == 3
    assert lines["rows used"] == len(centre.tables["exits"].execute()) == 10
    assert not centre.faults


def test_what_a_person_did_under_two_logins_on_one_day_is_added_up(tmp_path: Path) -> None:
    logins = "system,id,agent_id\nacd,a,001\nacd,b,001\nacd,c,002\n"
    contacts = "agent_id,contact_date,queue,handled\na,2025-04-01,Q,4\nb,2025-04-01,Q,4\nc,2025-04-01,Q,1\n"
    centre = open_site(tmp_path, {"identities": logins, "contacts": contacts}, contacts='ids = "acd"')
    rows = sorted_rows(centre, "contacts")
    assert dict(zip(rows["agent_id"], rows["handled"], strict=True)) == {"001": 8, "002": 1}
    assert quality_rows(centre, "contacts")["summed: rows of several logins of one person"] == 1


def test_rows_of_one_login_that_differ_are_refused_although_another_login_is_there(tmp_path: Path) -> None:
    logins = "system,id,agent_id\nacd,a,001\nacd,b,001\n"
    contacts = "agent_id,contact_date,queue,handled\na,2025-04-01,Q,4\na,2025-04-01,Q,5\nb,2025-04-01,Q,1\n"
    faults = faults_of(tmp_path, {"identities": logins, "contacts": contacts}, contacts='ids = "acd"')
    assert [(fault.table, fault.rule) for fault in faults] == [("contacts", "duplicate key")]
