"""Questions about what files never say: when exits are entered, what is meant by a date, what a doubtful column is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrition.data.guess.columns import Match
from attrition.data.guess.questions import Change, Question, choice, option
from attrition.data.guess.tables import TableGuess
from attrition.data.phrase import Phrase
from attrition.data.tables import TABLES

_CONSTANTS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "exit_type": (
        ("voluntary", "they resigned", "员工主动离职"),
        ("involuntary", "the company ended it", "公司辞退等被动离职"),
        ("other", "neither is known", "不清楚"),
    ),
    "status": (("approved", "approved", "已批准"), ("pending", "pending", "审批中"), ("denied", "denied", "已拒绝")),
}


def exit_questions() -> list[Question]:
    """Return what files of exits never say: when a row is entered, and what the date means."""
    delay, day = ("tables", "exits", "recording_delay_days"), ("tables", "exits", "exit_date_is")
    return [
        Question(
            key=delay,
            topic="reading",
            days=True,
            text=Phrase(
                "how many days after the exit date does an exit usually stand in the system?",
                "员工离职后，一般在离职日期之后几天，系统里才有这条离职记录？",
            ),
            options=choice(
                delay,
                [
                    (3, "about 3 days", "约 3 天"),
                    (0, "on the day itself or before", "当天或之前就已录入"),
                    (7, "about a week", "约一周"),
                    (30, "at the end of the month", "月底统一录入（约 30 天）"),
                ],
            ),
        ),
        Question(
            key=day,
            topic="reading",
            text=Phrase("what is the exit date?", "离职表中的离职日期是指哪一天？"),
            options=choice(
                day,
                [
                    ("last_day", "the last day of employment", "在职的最后一天"),
                    ("first_day_away", "the first day on which they are gone", "已不在职的第一天"),
                ],
            ),
        ),
    ]


def which_column(guess: TableGuess, match: Match) -> Question:
    """Return the question whether a heading is a column that it may be."""
    key = ("tables", guess.table, "columns", match.heading)
    unused = Change(key=("tables", guess.table, "unused"), value=[match.heading], adds=True)
    return Question(
        key=key,
        topic="columns",
        text=Phrase(
            'is "{heading}" in {name} the column {column} of {table} ({meaning})?',
            "{name} 中的“{heading}”是 {table} 的 {column}（{meaning_zh}）吗？",
            heading=match.heading,
            name=guess.name,
            column=match.column.name,
            table=guess.table,
            meaning=match.column.en,
            meaning_zh=match.column.zh,
        ),
        options=(
            option("yes", "是", Change(key=key, value=match.column.name)),
            option("no, leave it out", "不是，不使用", unused),
        ),
        evidence=Phrase("confidence {share:.0%}", "把握 {share:.0%}", share=match.confidence),
    )


def constant_question(guess: TableGuess, name: str) -> Question:
    """Return the question what holds for every row of a table that lacks a required column."""
    key = ("tables", guess.table, "constants", name)
    column = TABLES[guess.table][name]
    answers = _CONSTANTS.get(name) or [(each, each, each) for each in column.choices]
    return Question(
        key=key,
        topic="words",
        text=Phrase(
            "{file} does not say {column} ({meaning}); what holds for all of its rows?",
            "{file} 没有 {column}（{meaning_zh}）一列；全部行应视为哪一种？",
            file=guess.name,
            column=name,
            meaning=column.en,
            meaning_zh=column.zh,
        ),
        options=choice(key, answers),
    )


def system_name(guess: TableGuess) -> str:
    """Return what a system of logins is called: the first word of the heading of logins, else "acd"."""
    match = guess.match_of("id")
    word = (match.heading if match is not None else "").replace("_", " ").split()
    return word[0].lower() if len(word) > 1 and word[0].isascii() else "acd"
