"""Rows that would be refused are asked about, or set aside with a remark."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.data.guess.folders import CHINESE, draft_of


def test_rows_of_one_key_that_differ_are_asked_about(tmp_path: Path) -> None:
    twice = CHINESE["人员异动.csv"] + "10016,2025/1/6,客服一部3组,0010021\n"
    questions = draft_of(tmp_path, CHINESE | {"人员异动.csv": twice}).questions
    question = next(question for question in questions if question.key[-1] == "duplicates")
    assert question.text.zh == "人员异动.csv：工号和生效日期相同的有多行，但内容不一致，以哪一行为准？"
    assert question.options[0].changes[0].value == "last"


def test_equal_rows_are_no_question(tmp_path: Path) -> None:
    twice = CHINESE["人员异动.csv"] + "10016,2025/1/6,客服一部1组,0010021\n"
    questions = draft_of(tmp_path, CHINESE | {"人员异动.csv": twice}).questions
    assert "duplicates" not in {question.key[-1] for question in questions}


def test_few_rows_without_a_required_value_are_set_aside(tmp_path: Path) -> None:
    rows = "".join(f"Q{number},10016,2025-06-03,{90 if number else '-'}\n" for number in range(50))
    draft = draft_of(tmp_path, CHINESE | {"质检.csv": f"质检单号,工号,质检日期,质检得分\n{rows}"})
    assert tomllib.loads(draft.text)["tables"]["qa_evaluations"]["only_with"] == ["score"]
    assert "# 2.0% 的行没有 score，排除并计数" in draft.text


def test_a_word_in_place_of_every_zero_is_asked_about_once_for_all_columns(tmp_path: Path) -> None:
    rows = "".join(f"10016,2025-06-{day:02d},8,-,{'-' if day % 3 else 20}\n" for day in range(2, 29))
    shifts = f"工号,日期,应出勤(小时),加班(小时),迟到(分钟)\n{rows.replace('8,-', '8,1.5', 1)}"
    questions = draft_of(tmp_path, CHINESE | {"考勤.csv": shifts}).questions
    (question,) = (question for question in questions if question.key[1] == "shifts")
    assert question.text.zh == "考勤.csv：加班(小时), 迟到(分钟) 中的“-”是什么意思？"
    assert [change.value for change in question.options[0].changes] == ["0", "0"]
