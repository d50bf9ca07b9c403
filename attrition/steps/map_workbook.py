"""The questions and guesses of a mapped folder as an Excel workbook to choose answers in, and its answers read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_file
from attrition.data.guess.questions import Change, Question, days_answer
from attrition.data.guess.toml_file import value_at
from attrition.data.tables import TABLES
from attrition.errors import UserError
from attrition.steps.folder_map import FolderMap, ask_about

if TYPE_CHECKING:
    from attrition.data.terms import Language

TOPICS = {
    "files": "文件 Files",
    "columns": "列 Columns",
    "words": "取值 Words",
    "reading": "读取方式 Reading",
}
"""By topic of a question, the sheet it stands on."""
GUESSES = "列对照 All columns"
"""The sheet of every heading with its column, to be looked through and corrected."""
NOT_USED = "（不使用 not used）"
_LISTS = "lists"
_HEADER = ("问题", "Question", "依据 Evidence", "回答（下拉选择）Answer", "键 Key")
_GUESS_HEADER = (
    "表 Table",
    "表头 Heading",
    "对应列（下拉选择）Column",
    "把握 Confidence",
    "说明 Remark",
    "Meaning 含义",
)
_ANSWER, _KEY = 3, 4


def write_questions(mapped: FolderMap, workbook: Path) -> Path:
    """Write the open questions, one sheet per topic, and every guessed column; choices are drop-down lists."""
    import xlsxwriter

    with atomic_file(workbook) as path, xlsxwriter.Workbook(str(path)) as book:
        writer = _Writer(book)
        for topic, name in TOPICS.items():
            questions = [question for question in mapped.draft.questions if question.topic == topic]
            if questions:
                writer.questions(name, questions)
        writer.guesses(mapped)
        writer.lists()
    return workbook


def read_answers(mapped: FolderMap, workbook: Path) -> FolderMap:
    """Return the folder with the answers of a workbook written in; a workbook that is not there has none.

    Raises
    ------
    UserError
        The file is no workbook, or an answer is none of those in its list.
    """
    if not workbook.exists():
        return mapped
    sheets = _read(workbook)
    answers = _answers(sheets)
    corrected = _corrections(sheets.get(GUESSES, []), mapped)
    if corrected:
        from attrition.data.guess.draft import answered

        draft = answered(mapped.draft, {"corrections": corrected}, mapped.scan, shown=mapped.shown)
        mapped = FolderMap(draft=draft, scan=mapped.scan, shown=mapped.shown, sources=mapped.sources)

    def ask(question: Question, language: Language) -> Sequence[Change] | None:
        return _changes(question, answers[question.id]) if question.id in answers else None

    return ask_about(mapped, ask)


class _Writer:
    """Writes sheets with drop-down lists, whose choices stand on a sheet of their own: lists are short in Excel."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bg_color": "#DDE6F0", "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.answer = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF6D6", "border": 1})
        self.columns: list[Sequence[str]] = []

    def questions(self, name: str, questions: Sequence[Question]) -> None:
        """Write the questions of one topic, the likely answer first in each list, none of them chosen."""
        sheet = self._sheet(name, _HEADER, widths=(50, 50, 24, 44, 40))
        for row, question in enumerate(questions, start=1):
            cells = (question.text.zh, str(question.text), _both(question.evidence.zh, str(question.evidence)))
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell, self.wrapped)
            sheet.write_blank(row, _ANSWER, None, self.answer)
            sheet.write_string(row, _KEY, question.id)
            self._choose(sheet, row, _ANSWER, labels(question), is_strict=not question.days)

    def guesses(self, mapped: FolderMap) -> None:
        """Write every heading of every table with its column."""
        import tomllib

        sheet = self._sheet(GUESSES, _GUESS_HEADER, widths=(16, 28, 28, 10, 50, 50))
        content, row = tomllib.loads(mapped.draft.text), 0
        for profile in mapped.draft.profiles:
            columns = value_at(content, ("tables", profile.table, "columns"), {})
            choices = [NOT_USED, *TABLES[profile.table].names]
            for heading in (*columns, *value_at(content, ("tables", profile.table, "unused"), ())):
                row += 1
                column = columns.get(heading, NOT_USED)
                share = profile.confidence.get(heading)
                remarks = [_both(remark.zh, str(remark)) for remark in profile.remarks_of.get(heading, ())]
                cells = (profile.table, heading, column, "" if share is None else f"{share:.0%}", "; ".join(remarks))
                for place, cell in enumerate((*cells, _meaning(profile.table, column))):
                    sheet.write_string(row, place, cell, self.answer if place == 2 else self.wrapped)
                self._choose(sheet, row, 2, choices, is_strict=True)

    def lists(self) -> None:
        """Write the sheet of choices, hidden."""
        sheet = self.book.add_worksheet(_LISTS)
        for column, choices in enumerate(self.columns):
            for row, choice in enumerate(choices):
                sheet.write_string(row, column, choice)
        sheet.hide()

    def _sheet(self, name: str, header: Sequence[str], *, widths: Sequence[int]) -> Any:
        sheet = self.book.add_worksheet(name)
        for column, (title, width) in enumerate(zip(header, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, self.bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def _choose(self, sheet: Any, row: int, column: int, choices: Sequence[str], *, is_strict: bool) -> None:
        from xlsxwriter.utility import xl_range_abs

        if choices not in self.columns:
            self.columns.append(choices)
        place = self.columns.index(choices)
        source = f"={_LISTS}!{xl_range_abs(0, place, len(choices) - 1, place)}"
        options = {"validate": "list", "source": source, "error_type": "stop" if is_strict else "information"}
        sheet.data_validation(row, column, row, column, options)


def labels(question: Question) -> list[str]:
    """Return the answers of a question as the workbook lists them, in both languages."""
    return [_both(option.label.zh, str(option.label)) for option in question.options]


def _both(zh: str, en: str) -> str:
    return zh if zh == en else f"{zh} · {en}"


def _meaning(table: str, column: str) -> str:
    if column not in TABLES[table].names:
        return ""
    declared = TABLES[table][column]
    return _both(declared.zh, declared.en)


def _read(workbook: Path) -> dict[str, list[list[str]]]:
    """Return by sheet its rows as text."""
    from attrition.data.files.raw_table import to_text
    from attrition.data.files.workbook_process import NotAWorkbook, TooLarge, read_sheets

    try:
        sheets = {sheet.name: sheet.rows for sheet in read_sheets(workbook, ("*",)).sheets if sheet.name != _LISTS}
    except (NotAWorkbook, TooLarge):
        raise UserError(
            "{workbook} is no Excel workbook; delete it, and the command writes it again", workbook=workbook
        ) from None
    return {name: [[to_text(cell) or "" for cell in row] for row in rows] for name, rows in sheets.items()}


def _answers(sheets: Mapping[str, Sequence[Sequence[str]]]) -> dict[str, str]:
    """Return by id of a question the answer that was chosen."""
    rows = [row for name in TOPICS.values() for row in sheets.get(name, [])[1:]]
    return {row[_KEY]: row[_ANSWER].strip() for row in rows if len(row) > _KEY and row[_ANSWER].strip()}


def _changes(question: Question, answer: str) -> Sequence[Change]:
    listed = labels(question)
    if answer in listed:
        return question.options[listed.index(answer)].changes
    if question.days and answer.isdigit():
        return days_answer(question, int(answer))
    raise UserError('"{answer}" is none of the answers to: {question}', answer=answer, question=question.text)


def _corrections(rows: Sequence[Sequence[str]], mapped: FolderMap) -> list[Change]:
    """Return what the sheet of all columns says otherwise than the declaration."""
    import tomllib

    content = tomllib.loads(mapped.draft.text)
    changes: list[Change] = []
    for row in rows[1:]:
        table, heading, chosen = [*row, "", "", ""][:3]
        present = value_at(content, ("tables", table, "columns", heading), NOT_USED)
        is_listed = present != NOT_USED or heading in value_at(content, ("tables", table, "unused"), ())
        if table in TABLES and is_listed and chosen and chosen != present:
            changes += _correction(content, table, heading, chosen)
    return changes


def _correction(content: Mapping[str, Any], table: str, heading: str, chosen: str) -> list[Change]:
    """Return what gives a heading another column, or none."""
    key, unused = ("tables", table, "columns", heading), ("tables", table, "unused")
    others = [name for name in value_at(content, unused, []) if name != heading]
    if chosen == NOT_USED:
        return [Change(key=key, value=None), Change(key=unused, value=[*others, heading])]
    if chosen not in TABLES[table].names:
        raise UserError('"{column}" is not a column of {table}', column=chosen, table=table)
    return [Change(key=unused, value=others), Change(key=key, value=chosen)]
