"""Links between tables: declared rules for numbers of people, logins, unknown people, and days outside employment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from attrition.data import sources
from attrition.data.source import Source
from attrition.errors import DeclarationError
from tests.data.sites import faults_of, open_site, quality_rows, sorted_rows, write_site
from tests.everyday import some_every_day

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
    of_contacts = [(fault.rule, fault.severity) for fault in centre.faults if fault.table == "contacts"]
    assert of_contacts == [("login not in identities", "features")]


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


def test_claims_of_one_person_may_overlap_and_a_later_claim_ends_an_earlier_one(tmp_path: Path) -> None:
    logins = LOGINS + "acd,x1,001,2025-01-01,2025-12-31\nacd,x1,001,2025-06-01,\n"
    contacts = CONTACTS + "x1,2025-05-31,10\nx1,2026-02-01,20\n"
    centre = open_site(tmp_path, {"identities": logins, "contacts": contacts}, contacts='ids = "acd"\n')
    assert sorted_rows(centre, "contacts")["agent_id"].tolist() == ["001", "001"]


def test_a_table_without_days_belongs_to_whoever_has_the_login_now_and_says_so(tmp_path: Path) -> None:
    audit = "agent_id,union_member\nx1,yes\n"
    centre = open_site(tmp_path, {"identities": HANDED_ON, "audit_attributes": audit}, audit_attributes='ids = "acd"\n')
    assert sorted_rows(centre, "audit_attributes")["agent_id"].tolist() == ["002"]
    rule = "noticed: login that several people had; without a day the row counts as its newest holder's"
    assert quality_rows(centre, "audit_attributes")[rule] == 1


def test_every_person_of_a_row_is_looked_up_on_its_day(tmp_path: Path) -> None:
    posts = (
        "agent_id,effective_date,team_id,supervisor_id\nx1,2025-05-31,T1,x2\nx1,2025-06-01,T1,x2\nx2,2025-06-01,T2,x1\n"
    )
    seen = "evaluation_id,agent_id,evaluated_on,score,evaluator_id\n1,x2,2025-05-31,90,x1\n2,x2,2025-06-01,90,x1\n"
    exports = {"identities": HANDED_ON, "assignments": posts, "qa_evaluations": seen}
    centre = open_site(tmp_path, exports, assignments='ids = "acd"\n', qa_evaluations='ids = "acd"\n')
    led = sorted_rows(centre, "assignments")[["agent_id", "supervisor_id"]].to_numpy().tolist()
    assert led == [["001", "1E5"], ["002", "1E5"], ["1E5", "002"]]
    assert sorted_rows(centre, "qa_evaluations")["evaluator_id"].tolist() == ["001", "002"]


def test_a_system_whose_logins_nobody_supplied_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    exports = {"identities": HANDED_ON, "contacts": CONTACTS + "x1,2025-05-31,10\n"}
    [fault] = faults_of(tmp_path, exports, contacts='ids = "avaya"\n')
    assert 'identities holds no login of "avaya"; its systems are acd' in fault.advice
    assert "已有系统：acd" in fault.advice.zh


def test_people_beside_the_agent_keep_a_login_that_is_not_found_behind_its_system(tmp_path: Path) -> None:
    seen = "interaction_date,agent_id,other_id,kind\n2025-05-31,x1,x2,coaching\n2025-05-31,x1,002,coaching\n"
    centre = open_site(tmp_path, {"identities": HANDED_ON, "interactions": seen}, interactions='ids = "acd"\n')
    assert set(sorted_rows(centre, "interactions")["other_id"]) == {"1E5", "acd:002"}
    rule = "noticed: login not in identities on its day, kept behind its system's name"
    assert quality_rows(centre, "interactions")[rule] == 1


CENTRE = {
    "agents": "agent_id,hire_date\n" + "".join(f"{n:05},2025-01-06\n" for n in range(1, 11)),
    "assignments": "agent_id,effective_date,team_id\n" + "".join(f"{n:05},2025-01-06,T1\n" for n in range(1, 11)),
    "exits": "agent_id,exit_date,exit_type\n00002,2025-09-30,voluntary\n00003,2025-08-31,voluntary\n",
    "pay": "agent_id,effective_date,base_pay\n" + "".join(f"{n:05},2025-01-06,5000\n" for n in range(1, 11)),
}


def numbered(table: str, written: str) -> dict[str, str]:
    """Return a centre of ten agents, one table of which writes their numbers in a layout such as "E{:05}"."""
    lines = CENTRE[table].splitlines()
    renamed = [written.format(int(line[:5]), int(line[3:5])) + line[5:] for line in lines[1:]]
    return CENTRE | {table: "\n".join([lines[0], *renamed])}


def declared_in(advice: str) -> str:
    """Return the rule that an advice says to declare."""
    rule = re.search(r"declare (ids = \{.*?\}) under", advice)
    assert rule is not None, advice
    return rule[1] + "\n"


DIFFERENCES = [
    ("{:05}.0", 'strip_suffix = ".0"'),
    ("E{:05}", 'strip_prefix = "E"'),
    ("{:05}@centre", 'strip_suffix = "@centre"'),
    ("HQ\\{:05}", 'strip_prefix = "HQ\\\\"'),
    ("{:05}x", 'strip_suffix = "x"'),
    ("000{:05}", "strip_zeros = true, width = 5"),
    ("E{}", 'strip_prefix = "E", width = 5'),
    ("000 {1:02}", 'remove = " "'),
    ("{}", "width = 5"),
]


@pytest.mark.parametrize("difference", some_every_day(DIFFERENCES, everyday=DIFFERENCES[-3:]))
def test_the_difference_of_a_table_is_named_with_the_rule_that_mends_it(
    tmp_path: Path, difference: tuple[str, str]
) -> None:
    written, rules = difference
    (tmp_path / "before").mkdir()
    exports = numbered("pay", written)
    [fault] = faults_of(tmp_path / "before", exports)
    assert (fault.table, fault.severity) == ("pay", "stops")
    assert declared_in(fault.advice) == f"ids = {{ {rules} }}\n"
    assert faults_of(tmp_path, exports, pay=declared_in(fault.advice)) == ()


@pytest.mark.parametrize(
    ("written", "rules"), [("{}", "width = 5"), ("{:05}E", 'strip_suffix = "E"'), ("E{:05}", 'strip_prefix = "E"')]
)
def test_where_the_roster_is_odd_the_roster_is_blamed(tmp_path: Path, written: str, rules: str) -> None:
    (tmp_path / "before").mkdir()
    exports = numbered("agents", written)
    [fault] = faults_of(tmp_path / "before", exports)
    assert (fault.table, fault.column, fault.severity) == ("agents", "agent_id", "stops")
    assert declared_in(fault.advice) == f"ids = {{ {rules} }}\n"
    assert faults_of(tmp_path, exports, agents=declared_in(fault.advice)) == ()


def test_zeros_that_only_one_table_has_are_no_lost_zeros(tmp_path: Path) -> None:
    short = {name: re.sub(r"^0+", "", text, flags=re.MULTILINE) for name, text in CENTRE.items()}
    [fault] = faults_of(tmp_path, short | {"pay": CENTRE["pay"]})
    assert (fault.table, fault.rule) == ("pay", "numbers of people not written as in agents")
    assert declared_in(fault.advice) == "ids = { strip_zeros = true }\n"
    assert "export" not in fault.advice


def test_of_two_sides_alone_the_one_that_lost_its_zeros_is_odd(tmp_path: Path) -> None:
    exports = {name: CENTRE[name] for name in ("agents", "assignments", "exits")}
    bare = numbered("agents", "{}")["agents"]
    assignments = numbered("assignments", "{}")["assignments"]
    [fault] = faults_of(tmp_path, exports | {"agents": bare, "assignments": assignments})
    assert fault.table == "exits"  # the roster and the assignments agree


def test_capitals_and_small_letters_on_both_sides_are_written_alike_on_both(tmp_path: Path) -> None:
    mixed = {name: text.replace("0000", "a0").replace("00010", "B0") for name, text in CENTRE.items()}
    mixed["pay"] = mixed["pay"].replace("a0", "A0").replace("B0", "b0")
    [fault] = faults_of(tmp_path, mixed)
    assert fault.advice.count('ids = { case = "upper" }') == 2
    assert "[tables.pay]" in fault.advice
    assert "[tables.agents]" in fault.advice


def test_logins_with_a_range_of_their_own_get_no_rule(tmp_path: Path) -> None:
    [fault] = faults_of(tmp_path, numbered("pay", "X9{1:02}"))
    assert fault.rule == "agent not in agents"
    assert "identities" in fault.advice


def test_a_few_people_of_another_company_are_counted_and_kept(tmp_path: Path) -> None:
    pay = "".join(f"{n % 10 + 1:05},2025-{m:02}-{d:02},5000\n" for n in range(10) for m in range(2, 5) for d in (1, 2))
    others = "".join(f"{n:05},2025-01-06\n" for n in range(11, 31))
    more = "".join(f"{n:05},2025-01-06,5000\n" for n in range(11, 31))
    exports = {"agents": CENTRE["agents"] + others, "pay": CENTRE["pay"] + pay + more + "X,2025-02-01,1\n"}
    centre = open_site(tmp_path, CENTRE | exports)
    assert quality_rows(centre, "pay")["noticed: agent not in agents"] == 1
    assert not centre.faults


@pytest.mark.parametrize(("unknown", "severity"), [(1, "features"), (7, "features"), (50, "stops")])
def test_a_table_is_named_or_refused_by_the_share_of_people_who_are_known(
    tmp_path: Path, unknown: int, severity: str
) -> None:
    strangers = "".join(f"X{n},2025-02-01,1\n" for n in range(unknown))
    faults = faults_of(tmp_path, CENTRE | {"pay": CENTRE["pay"] + strangers})
    assert [(fault.table, fault.rule, fault.severity) for fault in faults] == [("pay", "agent not in agents", severity)]
    assert faults[0].share == pytest.approx(unknown / (10 + unknown))


def test_supervisors_who_are_no_agents_are_no_fault_but_their_lost_zeros_are(tmp_path: Path) -> None:
    head, *lines = CENTRE["assignments"].splitlines()
    for folder, supervisor in (("a", "boss{}"), ("b", "{}")):
        (tmp_path / folder).mkdir()
        led = [f"{line},{supervisor.format(n % 5 + 1)}" for n, line in enumerate(lines)]
        exports = CENTRE | {"assignments": "\n".join([f"{head},supervisor_id", *led])}
        faults = faults_of(tmp_path / folder, exports)
        assert [(fault.column, fault.severity) for fault in faults] == [("supervisor_id", "features")][: folder == "b"]


def test_rows_before_the_hire_after_the_exit_and_between_two_employments_are_counted(tmp_path: Path) -> None:
    days = "".join(f"00001,2025-{month:02}-{day:02},5\n" for month in range(2, 9) for day in range(1, 29))
    odd = "00001,2025-01-05,5\n00002,2025-10-07,5\n00002,2025-10-08,5\n00003,2025-09-30,5\n"
    agents = CENTRE["agents"] + "00003,2025-11-03\n"
    centre = open_site(tmp_path, CENTRE | {"agents": agents, "contacts": CONTACTS + days + odd})
    counts = quality_rows(centre, "contacts")
    assert counts["noticed: before the agent's hire"] == 1
    assert counts["noticed: after the agent's exit"] == 1
    assert counts["noticed: between two employments"] == 1


def test_pay_of_the_month_of_the_hire_is_no_row_before_it(tmp_path: Path) -> None:
    pay = "agent_id,effective_date,base_pay\n001,2025-01-01,4000\n002,2025-02-02,4000\n1E5,2025-02-01,4000\n"
    counts = quality_rows(open_site(tmp_path, {"pay": pay}), "pay")  # hired on 6 January, 3 February and 1 March
    assert counts["noticed: before the agent's hire"] == 2


def test_many_rows_before_the_hire_are_named(tmp_path: Path) -> None:
    days = "".join(f"{n:05},2024-{month:02}-05,5\n" for n in range(1, 8) for month in range(1, 13))
    faults = faults_of(tmp_path, CENTRE | {"contacts": CONTACTS + days})
    [fault] = [fault for fault in faults if fault.table == "contacts"]
    assert (fault.rule, fault.rows, fault.severity) == ("before the agent's hire", 84, "labels")
