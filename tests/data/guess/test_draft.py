"""A folder of exports becomes a declaration that opens it, in three languages; what files cannot say is asked."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from attrition.data.centre import inspect
from attrition.data.guess.categories import map_words
from attrition.data.guess.draft import answered, first_draft, scan_folder
from attrition.data.guess.questions import Question
from attrition.data.tables import EXITS, SERVICE_LEVELS
from attrition.errors import DeclarationError
from tests.data.guess.folders import CHINESE, ENGLISH, GERMAN, columns_of, draft_of, write_files
from tests.data.sites import VALID

ALL = [CHINESE, GERMAN, ENGLISH]


def likely(questions: tuple[Question, ...]) -> dict[str, object]:
    return {question.id: question.options[0].changes for question in questions}


@pytest.mark.parametrize("files", ALL)
def test_the_likely_answers_open_the_folder_without_a_fault(tmp_path: Path, files: dict[str, str]) -> None:
    draft = draft_of(tmp_path, files)
    scan = scan_folder(tmp_path / "exports")
    done = answered(draft, likely(draft.questions), scan, shown="exports")  # type: ignore[arg-type]
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipelines" / "sources.toml").write_text(done.text, encoding="utf-8")
    assert done.questions == ()
    assert "\n# ?" not in done.text
    centre, faults = inspect(tmp_path)
    assert [str(fault) for fault in faults if fault.stops] == []
    assert centre is not None


def test_a_chinese_roster_below_its_title_is_the_list_of_people(tmp_path: Path) -> None:
    assert columns_of(draft_of(tmp_path, CHINESE), "agents") == {
        "工号": "agent_id",
        "姓名": "display_name",
        "性别": "gender",
        "入职日期": "hire_date",
        "用工形式": "employment_type",
    }


def test_who_sees_a_name_or_an_age_stands_behind_the_guess(tmp_path: Path) -> None:
    lines = draft_of(tmp_path, CHINESE).text.splitlines()
    of_heading = {line.split(" = ")[0]: line for line in lines if line.startswith(('"姓名" =', '"性别" ='))}
    assert of_heading['"姓名"'].endswith("仅向人力资源伙伴显示")
    assert of_heading['"性别"'].endswith("仅用于公平性审计")


def test_lost_zeros_come_back_where_another_file_kept_them(tmp_path: Path) -> None:
    tables = tomllib.loads(draft_of(tmp_path, CHINESE).text)["tables"]
    assert tables["agents"]["ids"] == {"width": 7}
    assert "ids" not in tables["exits"]


def test_words_of_the_field_become_values_of_the_contract(tmp_path: Path) -> None:
    tables = tomllib.loads(draft_of(tmp_path, CHINESE).text)["tables"]
    assert tables["exits"]["values"] == {"exit_type": {"自离": "voluntary"}}
    assert tables["agents"]["values"]["employment_type"]["劳务派遣"] == "agency"


@pytest.mark.parametrize(
    ("word", "choice"),
    [("Terminate Employee > Voluntary", "voluntary"), ("Terminate Employee > Involuntary", "involuntary")],
)
def test_a_text_that_holds_a_word_means_it_and_no_word_like_it(word: str, choice: str) -> None:
    assert map_words(Counter([word]), "exits", EXITS["exit_type"]).alike == {word: choice}


@pytest.mark.parametrize("word", ["terminated, voluntary", "not voluntary"])
def test_a_text_that_holds_words_of_two_kinds_or_negates_one_is_asked_about(word: str) -> None:
    words = map_words(Counter([word]), "exits", EXITS["exit_type"])
    assert (words.alike, len(words.questions)) == ({}, 1)


def test_headings_of_an_english_system_are_read_with_their_abbreviations(tmp_path: Path) -> None:
    rows = "".join(f"A{number:03d},05/{number:02d}/2026,8.00,7.50,3\n" for number in range(13, 28))
    files = {"WFM.csv": "Agent ID,Schedule Date,Sched Hrs,Worked Hrs,Tardy Min\n" + rows}
    units = tomllib.loads(draft_of(tmp_path, files).text)["tables"]["shifts"]["units"]
    assert units == {"scheduled_minutes": "hours", "worked_minutes": "hours"}


def test_pay_per_year_is_read_from_the_heading(tmp_path: Path) -> None:
    rows = "".join(f"A{number:03d},05/{number:02d}/2026,36000\n" for number in range(13, 28))
    draft = draft_of(tmp_path, {"Compensation.csv": "Worker ID,Effective Date,Annual Base Salary\n" + rows})
    assert tomllib.loads(draft.text)["tables"]["pay"]["units"] == {"base_pay": "per year"}


def test_a_word_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    files = CHINESE | {"离职人员明细.csv": CHINESE["离职人员明细.csv"].replace("自离", "协商")}
    ids = [question.id for question in draft_of(tmp_path, files).questions]
    assert "tables > exits > values > exit_type > 协商" in ids


def test_what_files_never_say_is_asked_with_the_likely_answer_first(tmp_path: Path) -> None:
    questions = {question.key[-1]: question for question in draft_of(tmp_path, ENGLISH).questions}
    assert set(questions) == {"recording_delay_days", "exit_date_is"}
    assert questions["exit_date_is"].options[0].changes[0].value == "last_day"
    assert questions["exit_date_is"].text.zh == "离职表中的离职日期是指哪一天？"


def test_german_dates_and_decimals_are_declared(tmp_path: Path) -> None:
    tables = tomllib.loads(draft_of(tmp_path, GERMAN).text)["tables"]
    assert tables["agents"]["dates"] == ["%d.%m.%Y"]
    assert tables["pay"]["decimal"] == ","


def test_protected_headings_are_left_out_with_a_remark(tmp_path: Path) -> None:
    text = draft_of(tmp_path, GERMAN).text
    assert "# Konfession: protected: never used to predict, left out" in text
    assert "Konfession" in tomllib.loads(text)["tables"]["agents"]["unused"]


def test_every_guess_has_its_confidence_behind_it(tmp_path: Path) -> None:
    text = draft_of(tmp_path, ENGLISH).text
    assert '"Date of Hire" = "hire_date"  # 9' in text


def test_monthly_files_become_one_glob(tmp_path: Path) -> None:
    calls = "工号,日期,接听量\n10016,2025-06-0{},40\n10033,2025-06-0{},41\n"
    files = CHINESE | {f"话务2025-0{n}.csv": calls.format(n, n) for n in (6, 7, 8)}
    assert tomllib.loads(draft_of(tmp_path, files).text)["tables"]["contacts"]["path"] == "exports/话务*.csv"


def test_a_dated_list_of_people_is_ready_for_the_next_one(tmp_path: Path) -> None:
    files = {name.replace("花名册", "花名册20250930"): content for name, content in CHINESE.items()}
    agents = tomllib.loads(draft_of(tmp_path, files).text)["tables"]["agents"]
    assert (agents["path"], agents["recorded_at_from"]) == ("exports/花名册*.csv", "file name")


def test_a_folder_named_after_the_tables_needs_no_columns(tmp_path: Path) -> None:
    files = {f"{name}.csv": content for name, content in VALID.items()}
    tables = tomllib.loads(draft_of(tmp_path, files).text)["tables"]
    assert tables["agents"] == {"path": "exports/agents.csv"}
    assert set(tables) == {"agents", "assignments", "exits"}


def test_a_file_named_after_a_table_is_that_table_whatever_it_holds(tmp_path: Path) -> None:
    files = {"exits_2026-09.csv": "a", "exits_2026-10.csv": "a", "notes.csv": "a"}
    assert tomllib.loads(draft_of(tmp_path, files).text)["tables"]["exits"]["path"] == "exports/exits*.csv"


def test_two_lists_of_people_are_asked_about_and_neither_is_taken(tmp_path: Path) -> None:
    files = CHINESE | {"花名册（新）.csv": CHINESE["花名册.csv"]}
    draft = draft_of(tmp_path, files)
    (question,) = (question for question in draft.questions if question.topic == "files")
    assert {str(option.label) for option in question.options} == {"花名册.csv", "花名册（新）.csv"}
    assert "agents" not in tomllib.loads(draft.text)["tables"]


def test_the_chosen_list_is_filled_in(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, CHINESE | {"花名册（新）.csv": CHINESE["花名册.csv"]})
    question = next(question for question in draft.questions if question.topic == "files")
    scan = scan_folder(tmp_path / "exports")
    done = answered(draft, {question.id: question.options[0].changes}, scan, shown="exports")
    agents = tomllib.loads(done.text)["tables"]["agents"]
    assert agents["columns"]["工号"] == "agent_id"
    assert agents["ids"] == {"width": 7}


def test_a_folder_without_tables_is_refused_with_the_reason(tmp_path: Path) -> None:
    write_files(tmp_path, {"HR.csv": "satisfaction,left,salary\n0.4,1,low\n0.8,0,high\n"})
    with pytest.raises(DeclarationError, match=r"HR\.csv: one row per person, and no column for agent_id"):
        first_draft(tmp_path, shown="data")


def test_a_chinese_report_of_queues_is_recognised(tmp_path: Path) -> None:
    days = "".join(f"2025-04-{day:02d},佛山,账单,100,9{day % 10},80,5,12,11\n" for day in range(1, 29))
    report = "日期,职场,技能组,呼入量,接通量,20秒内接通量,放弃量,所需人数,排班人数\n" + days
    headings = columns_of(draft_of(tmp_path, CHINESE | {"服务水平报表.csv": report}), "service_levels")
    assert set(headings.values()) == set(SERVICE_LEVELS.names)
