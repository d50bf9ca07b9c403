"""At the door every column that names a person gets pseudonyms, and nobody who was erased comes in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from attrition.data.centre import Centre, inspect
from attrition.data.people.door import ERASED
from attrition.data.people.names import names_of
from attrition.data.people.protection import PEOPLE
from attrition.data.people.pseudonyms import Pseudonyms
from attrition.data.tables import PEOPLE_COLUMNS, TABLES
from attrition.errors import Fault
from tests.data.sites import VALID, quality_rows, write_site
from tests.people_search import find_people

NUMBERS = ("7700001", "7700002", "7700003", "7700009", "7700008")
AGENTS = """\
agent_id,hire_date,referrer_id,display_name
7700001,2025-01-06,7700003,Li Na
7700002,2025-02-03,,Wang Wei
7700003,2025-03-01,,Zhao Min
"""
ASSIGNMENTS = """\
agent_id,effective_date,team_id,supervisor_id
7700001,2025-01-06,T1,7700009
7700002,2025-02-03,T1,7700009
7700003,2025-03-01,T2,7700009
"""
EXITS = "agent_id,exit_date,exit_type\n7700002,2025-09-30,voluntary\n"
EVALUATIONS = """\
evaluation_id,agent_id,evaluated_on,score,evaluator_id,recorded_at
Q1,7700001,2025-05-02,80,7700008,2025-05-02 10:00:00
Q1,7700001,2025-05-02,85,7700008,2025-06-02 10:00:00
Q2,7700003,2025-05-02,70,7700008,2025-05-02 10:00:00
"""
INTERACTIONS = "interaction_date,agent_id,other_id,kind\n2025-06-02,7700001,7700002,coaching\n"
SITE = {"agents": AGENTS, "assignments": ASSIGNMENTS, "exits": EXITS}
MORE = {"qa_evaluations": EVALUATIONS, "interactions": INTERACTIONS}


def write(folder: Path, exports: Mapping[str, str], *, pseudonyms: bool = True, **declarations: str) -> Path:
    """Write a site that declares whether it has pseudonyms."""
    site = write_site(folder, VALID | dict(exports), **declarations)
    (site / PEOPLE).write_text(f"pseudonyms = {str(pseudonyms).lower()}\n", encoding="utf-8")
    return site


def opened(site: Path) -> Centre:
    centre, faults = inspect(site)
    assert centre is not None, [str(fault) for fault in faults]
    return centre


def faults_of(site: Path) -> list[Fault]:
    return [fault for fault in inspect(site)[1] if "another column" in fault.rule]


def people_in(centre: Centre) -> set[str]:
    """Return every value of every column of a centre that names people."""
    columns = [(name, column) for name, table in centre.tables.items() for column in table.columns]
    return {
        value
        for name, column in columns
        if column in PEOPLE_COLUMNS
        for value in centre.tables[name].select(column).to_pyarrow()[0].to_pylist()
        if value is not None
    }


def test_every_column_of_the_contract_that_names_a_person_is_known_to_the_door() -> None:
    named = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if any(word in column.en for word in ("staff number", "login,")) or column.name.endswith("agent_id")
    }
    flagged = {
        (table.name, column.name) for table in TABLES.values() for column in table.columns if column.names_person
    }
    logins = {("identities", "id")}  # read to look people up, and never part of a product
    assert flagged == named - logins


def test_every_person_of_every_table_gets_a_pseudonym(tmp_path: Path) -> None:
    site = write(tmp_path, SITE | MORE)
    pseudonyms = Pseudonyms.open(site)
    assert people_in(opened(site)) == {pseudonyms.pseudonym(number) for number in NUMBERS}
    assert sorted(pseudonyms.way_back().values()) == sorted(NUMBERS)


def test_without_pseudonyms_the_numbers_stay_and_nothing_is_kept(tmp_path: Path) -> None:
    site = write(tmp_path, SITE | MORE, pseudonyms=False)
    assert people_in(opened(site)) == set(NUMBERS)
    assert not (site / "people").exists()


MOVED = """\
agent_id,effective_date,team_id,supervisor_id,recorded_at
7700001,2025-01-06,T1,7700009,2025-01-06 10:00:00
7700001,2025-01-06,T2,7700009,2025-03-06 10:00:00
7700002,2025-02-03,T1,7700009,2025-02-03 10:00:00
7700003,2025-03-01,T2,7700009,2025-03-01 10:00:00
"""


def test_versions_of_one_fact_are_told_apart_as_without_pseudonyms(tmp_path: Path) -> None:
    def versions(pseudonyms: bool) -> list[dict[str, object]]:
        site = write(tmp_path / f"{pseudonyms}", SITE | {"assignments": MOVED}, pseudonyms=pseudonyms)
        rows = opened(site).tables["assignments"].order_by("effective_date", "recorded_at")
        return list(rows.select("effective_date", "team_id", "known_on", "superseded_on").to_pyarrow().to_pylist())

    assert versions(True) == versions(False)
    assert [row["superseded_on"] is None for row in versions(True)] == [False, True, True, True]


def test_names_are_found_by_pseudonym(tmp_path: Path) -> None:
    site = write(tmp_path, SITE)
    who = Pseudonyms.open(site).pseudonym("7700001")
    assert names_of(site, [who]) == {who: "Li Na"}


def test_rows_of_somebody_who_was_erased_are_set_aside_and_counted(tmp_path: Path) -> None:
    site = write(tmp_path, SITE | MORE)
    Pseudonyms.open(site).forget("7700003")
    centre = opened(site)
    assert people_in(centre) == {Pseudonyms.open(site).pseudonym(number) for number in NUMBERS if number != "7700003"}
    assert quality_rows(centre, "agents")[str(ERASED)] == 1
    assert quality_rows(centre, "qa_evaluations")[str(ERASED)] == 1
    assert centre.tables["agents"].filter(lambda rows: rows.agent_id == "7700003").count().execute() == 0


def test_the_erased_stay_outside_of_a_workspace_without_pseudonyms_too(tmp_path: Path) -> None:
    site = write(tmp_path, SITE | MORE, pseudonyms=False)
    Pseudonyms.open(site).forget("7700003")
    assert people_in(opened(site)) == set(NUMBERS) - {"7700003"}


TEAMS = ASSIGNMENTS.replace("T1,7700009", "7700001,7700009").replace("T2", "7700002")
MORE_TEAMS = "".join(f"770001{n},2025-01-06,770001{n},7700009\n" for n in range(6))
MORE_AGENTS = "".join(f"770001{n},2025-01-06,,\n" for n in range(6))
BY_LEADER = {"agents": AGENTS + MORE_AGENTS, "assignments": TEAMS + MORE_TEAMS, "exits": EXITS}


def test_teams_called_by_staff_numbers_are_refused_until_the_site_says_so(tmp_path: Path) -> None:
    [fault] = faults_of(write(tmp_path / "undeclared", BY_LEADER))
    assert (fault.table, fault.column, fault.stops) == ("assignments", "team_id", True)
    assert not faults_of(write(tmp_path / "clear", BY_LEADER, pseudonyms=False))
    assert not faults_of(write(tmp_path / "denied", BY_LEADER, assignments="people = []\n"))


def test_teams_called_by_staff_numbers_get_pseudonyms_once_they_are_declared(tmp_path: Path) -> None:
    site = write(tmp_path, BY_LEADER, assignments='people = ["team_id"]\n')
    teams = opened(site).tables["assignments"].select("team_id").to_pyarrow()[0].to_pylist()
    assert set(teams) <= set(Pseudonyms.open(site).way_back())


SNAPSHOTS = "agent_id,as_of,hire_date,buddy\n" + "".join(
    f"770001{n},2025-0{month}-28,2025-01-06,770001{(n + 1) % 6}\n" for n in range(6) for month in range(2, 7)
)
BUDDY = """people = ["buddy"]
[tables.snapshots.features.buddy]
family = "team"
lever = "none"
en = "buddy"
zh = "伙伴"
unit = "category"
"""


def test_a_declared_feature_may_name_people(tmp_path: Path) -> None:
    exports = {"snapshots": SNAPSHOTS, "exits": "agent_id,exit_date,exit_type\n7700010,2025-06-20,voluntary\n"}
    site = write_site(tmp_path, exports, snapshots=BUDDY)
    (site / PEOPLE).write_text("pseudonyms = true\n", encoding="utf-8")
    rows = opened(site).tables["snapshots"].select("agent_id", "buddy").to_pyarrow()
    assert set(rows["buddy"].to_pylist()) == set(rows["agent_id"].to_pylist()) <= set(Pseudonyms.open(site).way_back())


def test_a_misspelt_column_of_people_is_named(tmp_path: Path) -> None:
    from attrition.errors import DeclarationError

    with pytest.raises(DeclarationError, match=r"team_idd.*is not a column of assignments"):
        inspect(write(tmp_path, SITE, assignments='people = ["team_idd"]\n'))


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    site = write(tmp_path, SITE)
    opened(site)
    assert set(find_people(site, NUMBERS, but=["exports"])) == {"people/people.sqlite"}
    assert {"exports/agents.csv", "exports/assignments.csv"} <= set(find_people(site, NUMBERS))
