"""`attrition map` writes the declaration and asks on a terminal or in a workbook; 2 while a question is open."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from attrition import pipeline
from attrition.cli import app
from attrition.data.progress import silent
from attrition.steps.map_workbook import GUESSES, NOT_USED, TOPICS
from tests.data.guess.folders import CHINESE, write_files


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    write_files(tmp_path / "exports", CHINESE)
    pipeline.init(tmp_path)
    return tmp_path


def run(centre: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["map", str(centre / "exports"), "--workspace", str(centre), *words])


def declared(centre: Path) -> dict[str, Any]:
    tables: dict[str, Any] = tomllib.loads((centre / "pipelines" / "sources.toml").read_text(encoding="utf-8"))[
        "tables"
    ]
    return tables


def answer(book: openpyxl.Workbook, sheet: str, answers: dict[str, str]) -> None:
    for row in book[sheet].iter_rows(min_row=2):
        if row[4].value in answers:
            row[3].value = answers[str(row[4].value)]


def test_without_a_terminal_open_questions_stay_in_the_file(centre: Path) -> None:
    result = run(centre)
    text = (centre / "pipelines" / "sources.toml").read_text(encoding="utf-8")
    assert result.exit_code == 2
    assert "2 questions are open" in result.output
    assert "time zone Asia/Shanghai, currency CNY; correct them under" in " ".join(result.output.split())
    assert '# ? 离职表中的离职日期是指哪一天？\n# ?     exit_date_is = "last_day": 在职的最后一天' in text


def test_a_question_answered_in_the_file_is_asked_no_more(centre: Path) -> None:
    run(centre, "--yes")
    path = centre / "pipelines" / "sources.toml"
    line = 'path = "exports/离职人员明细.csv"'
    answers = f'{line}\nexit_date_is = "last_day"\nrecording_delay_days = 5'
    path.write_text(path.read_text(encoding="utf-8").replace(line, answers), encoding="utf-8")
    again = run(centre)
    assert again.exit_code == 0
    assert "time zone" not in again.output
    assert "# ? " not in path.read_text(encoding="utf-8").replace("“# ?”", "")


def test_enter_takes_the_likely_answers_on_a_terminal(centre: Path) -> None:
    mapped = pipeline.look_at_folder(centre, centre / "exports", speaks="zh", progress=silent)
    pipeline.map_by_questions(mapped, lambda question, language: question.options[0].changes)
    assert declared(centre)["exits"]["recording_delay_days"] == 3
    assert declared(centre)["exits"]["exit_date_is"] == "last_day"


def test_the_workbook_is_read_back_by_the_same_command(centre: Path) -> None:
    book = centre / "map.xlsx"
    assert run(centre, "--workbook", str(book)).exit_code == 2
    content = openpyxl.load_workbook(book)
    answers = {
        "tables > exits > recording_delay_days": "5",
        "tables > exits > exit_date_is": "已不在职的第一天 · the first day on which they are gone",
    }
    answer(content, TOPICS["reading"], answers)
    content.save(book)
    assert run(centre, "--workbook", str(book)).exit_code == 0
    assert declared(centre)["exits"]["recording_delay_days"] == 5
    assert declared(centre)["exits"]["exit_date_is"] == "first_day_away"


def test_a_column_corrected_in_the_workbook_is_corrected_in_the_file(centre: Path) -> None:
    book = centre / "map.xlsx"
    run(centre, "--workbook", str(book))
    content = openpyxl.load_workbook(book)
    for row in content[GUESSES].iter_rows(min_row=2):
        if row[1].value == "班长工号":
            row[2].value = NOT_USED
        if row[1].value == "办理人":
            row[2].value = "reason"
    content.save(book)
    run(centre, "--workbook", str(book))
    assert "班长工号" in declared(centre)["assignments"]["unused"]
    assert declared(centre)["exits"]["columns"]["办理人"] == "reason"


def test_an_answer_of_no_list_is_refused(centre: Path) -> None:
    book = centre / "map.xlsx"
    run(centre, "--workbook", str(book))
    content = openpyxl.load_workbook(book)
    answer(content, TOPICS["reading"], {"tables > exits > exit_date_is": "大概"})
    content.save(book)
    result = run(centre, "--workbook", str(book))
    assert result.exit_code == 2
    assert "is none of the answers to" in result.output


def test_a_folder_that_is_none_is_refused_in_one_line(centre: Path) -> None:
    result = CliRunner().invoke(app, ["map", str(centre / "nowhere"), "--workspace", str(centre)])
    assert result.exit_code == 2
    assert "nowhere is not a folder; name the folder your exports are in" in result.output


def test_init_writes_what_map_writes(centre: Path) -> None:
    pipeline.init(centre / "other", data=centre / "exports")
    assert '"工号" = "agent_id"' in (centre / "other" / "pipelines" / "sources.toml").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of its own needs a Unix")
def test_on_a_terminal_enter_takes_the_likely_answer_and_a_number_of_days_counts(centre: Path) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:
        os.environ |= {"TERM": "dumb", "COLUMNS": "200"}
        program = "from attrition.cli import main; main()"
        os.execv(sys.executable, [sys.executable, "-c", program, "map", str(centre / "exports"), "-w", str(centre)])
    said = b""
    for sign, answer in (("几天", b"d9\n"), ("哪一天", b"\n")):
        said += read_until(terminal, "(1)")
        assert sign in said.decode(errors="ignore")
        os.write(terminal, answer)
    read_until(terminal, "attrition check")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert declared(centre)["exits"]["recording_delay_days"] == 9
    assert declared(centre)["exits"]["exit_date_is"] == "last_day"


def read_until(terminal: int, text: str) -> bytes:
    """Return what a terminal says until a text stands in it, or until it ends."""
    said = b""
    while text.encode() not in said:
        try:
            said += os.read(terminal, 1000)
        except OSError:  # the program has ended
            return said
    return said
