"""A month later only what changed is proposed: columns, words, sheets and files that came or went."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from attrition.data.guess.draft import Draft, answered, scan_folder
from tests.data.guess.folders import CHINESE, draft_of


@pytest.fixture
def declared(tmp_path: Path) -> str:
    """The declaration of the Chinese folder with every question answered."""
    draft = draft_of(tmp_path, CHINESE)
    answers = {question.id: question.options[0].changes for question in draft.questions}
    return answered(draft, answers, scan_folder(tmp_path / "exports"), shown="exports").text


def later(tmp_path: Path, declared: str, file: str, old: str, new: str) -> Draft:
    """Return the draft after a text of one file was replaced."""
    assert old in CHINESE[file]
    return draft_of(tmp_path, {file: CHINESE[file].replace(old, new)}, existing=declared)


def test_the_same_folder_changes_nothing(tmp_path: Path, declared: str) -> None:
    draft = draft_of(tmp_path, CHINESE, existing=declared)
    assert (draft.text, draft.questions, draft.changes) == (declared, (), ())


def test_a_hand_edit_stays(tmp_path: Path, declared: str) -> None:
    edited = declared.replace('path = "exports/离职人员明细.csv"', "# ours\npath = 'exports/离职人员明细.csv'")
    assert draft_of(tmp_path, CHINESE, existing=edited).text == edited


def test_a_new_column_of_the_contract_is_proposed(tmp_path: Path, declared: str) -> None:
    draft = later(tmp_path, declared, "离职人员明细.csv", "办理人\n0010021,李娜", "办理人,离职原因\n0010021,李娜")
    assert [question.id for question in draft.questions] == ["tables > exits > columns > 离职原因"]


def test_a_new_column_nobody_needs_is_noted_and_never_asked_about(tmp_path: Path, declared: str) -> None:
    draft = later(tmp_path, declared, "离职人员明细.csv", "办理人\n", "办理人,备注\n")
    assert draft.questions == ()
    assert draft.changes[0].zh == "exits：新增表头“备注”，未使用"
    assert "备注" in tomllib.loads(draft.text)["tables"]["exits"]["unused"]


def test_a_column_that_is_gone_is_noted(tmp_path: Path, declared: str) -> None:
    draft = later(tmp_path, declared, "花名册.csv", ",用工形式", ",备注")
    assert [note.zh for note in draft.changes if "没有了" in note.zh] == [
        "agents：表头“用工形式”（employment_type）没有了；请让系统重新导出该列，或删除该行"
    ]


def test_a_heading_under_another_name_is_proposed_as_the_same_column(tmp_path: Path, declared: str) -> None:
    draft = later(tmp_path, declared, "离职人员明细.csv", "离职类型", "离职性质")
    (question,) = draft.questions
    assert question.text.zh == "exits 的表头“离职类型”没有了，现在是“离职性质”吗？"
    scan = scan_folder(tmp_path / "exports")
    done = answered(draft, {question.id: question.options[0].changes}, scan, shown="exports")
    columns = tomllib.loads(done.text)["tables"]["exits"]["columns"]
    assert columns["离职性质"] == "exit_type"
    assert "离职类型" not in columns


def test_a_new_word_that_is_listed_is_written_and_noted(tmp_path: Path, declared: str) -> None:
    draft = later(tmp_path, declared, "离职人员明细.csv", "自离", "辞退")
    assert draft.questions == ()
    assert tomllib.loads(draft.text)["tables"]["exits"]["values"]["exit_type"]["辞退"] == "involuntary"
    assert draft.changes[0].zh == "exits.exit_type：新取值“辞退”，按 involuntary 处理"


def test_a_new_word_that_nobody_knows_is_asked_about(tmp_path: Path, declared: str) -> None:
    draft = later(tmp_path, declared, "离职人员明细.csv", "自离", "协商")
    assert [question.key[-1] for question in draft.questions] == ["协商"]


def test_a_file_that_is_gone_is_named(tmp_path: Path, declared: str) -> None:
    (tmp_path / "exports" / "人员异动.csv").unlink()
    files = {name: content for name, content in CHINESE.items() if name != "人员异动.csv"}
    draft = draft_of(tmp_path, files, existing=declared)
    assert draft.changes[0].zh == "assignments：已没有与 exports/人员异动.csv 匹配的文件；请放回文件，或更正 path"
