"""Word what is wrong with a site's tables in one language, with the rows, words and headings that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from attrition.data.files.evidence import MAX_ROWS, Place
from attrition.data.mapping import HEADINGS
from attrition.data.phrase import in_language
from attrition.data.tables import TABLES
from attrition.report.advice import lines_to_paste

if TYPE_CHECKING:
    from attrition.data.causes import Cause
    from attrition.data.files.evidence import Word
    from attrition.report.check_inputs import CheckInputs
    from attrition.report.formatter import Formatter

SHOWN_ROWS = 20
"""Numbers of rows that the page shows of one cause; the workbook has more."""


@dataclass(frozen=True, kw_only=True)
class ShownCause:
    """One cause in words.

    Parameters
    ----------
    number : int
        Its number on the page, from 1.
    severity, table, column : str
        As in its faults.
    rule, effect, advice : str
        What is wrong, what it means for the report, and what to change.
    paste : str
        Lines of pipelines/sources.toml that mend it; "" for none.
    count : str
        How many, and their share where it is known; "" where whole files or columns are concerned.
    files : sequence of (str, int or None)
        The files, each with its number of rows.
    places : sequence of Place
        Rows with the fault, as many as were looked up.
    words : sequence of Word
        Words that the column does not allow; None for any other fault.
    choices : str
        The words that the column allows.
    headings : sequence of (str, sequence of str)
        Files whose headings show the fault, each with its headings.
    """

    number: int
    severity: str
    table: str
    column: str
    rule: str
    effect: str
    advice: str
    paste: str
    count: str
    files: Sequence[tuple[str, int | None]]
    places: Sequence[Place]
    words: Sequence[Word] | None
    choices: str
    headings: Sequence[tuple[str, Sequence[str]]]

    @property
    def first_places(self) -> list[tuple[str, str]]:
        """The first rows as text, by file: ``("exits.csv", "2, 5, 9")``."""
        first = groupby(self.places[:SHOWN_ROWS], key=lambda place: place.file)
        return [(file, ", ".join(str(place.row) for place in group)) for file, group in first]

    @property
    def has_several_files(self) -> bool:
        """Whether the rows are in other files than the one that is named as the place."""
        return {place.file for place in self.places} != {file for file, _ in self.files} or len(self.files) > 1

    @property
    def further_places(self) -> int:
        """The number of rows that only the workbook lists."""
        return max(0, len(self.places) - SHOWN_ROWS)

    @property
    def has_more_than_listed(self) -> bool:
        """Whether even the workbook does not list every row."""
        return len(self.places) >= MAX_ROWS

    @property
    def sheet(self) -> str:
        """The name of its sheet in the workbook, which Excel limits to 31 characters."""
        return f"{self.number} {self.table} {self.column.replace(', ', ' ')}"[:31].strip()


def shown_causes(inputs: CheckInputs, formatter: Formatter) -> list[ShownCause]:
    """Return every cause in words, in the order of `inputs`."""
    return [_shown(cause, number, inputs, formatter) for number, cause in enumerate(inputs.causes, start=1)]


def _shown(cause: Cause, number: int, inputs: CheckInputs, formatter: Formatter) -> ShownCause:
    fault, evidence, lang = cause.first, inputs.evidence, formatter.text.lang
    advice = in_language(fault.advice, lang)
    words = evidence.words.get((fault.table, fault.column))
    is_about_words = fault.check == "not allowed" and words is not None
    headings = [(file, evidence.headings[file]) for file in cause.files if file in evidence.headings]
    return ShownCause(
        number=number,
        severity=fault.severity,
        table=fault.table,
        column=fault.column,
        rule=in_language(fault.rule, lang),
        effect=in_language(fault.effect, lang) or formatter.text(f"check.effect.{fault.severity}"),
        advice=advice,
        paste=_words_to_map(cause, words) if is_about_words and words else lines_to_paste(advice),
        count=_count(cause, inputs, formatter),
        files=[(each.file, each.rows) for each in sorted(cause.faults, key=lambda each: each.file)],
        places=_places(cause, inputs),
        words=words if is_about_words else None,
        choices=_choices(fault.table, fault.column),
        headings=headings if fault.check == HEADINGS else [],
    )


def _count(cause: Cause, inputs: CheckInputs, formatter: Formatter) -> str:
    if not cause.rows:
        return ""
    fault, rows, all_rows = cause.first, formatter.number(cause.rows), inputs.evidence.rows.get(cause.first.table)
    if fault.check and all_rows:
        return formatter.text("check.rows_share", rows=rows, share=formatter.share(cause.rows / all_rows))
    if fault.check:
        return formatter.text("check.rows", rows=rows)
    # Without a check of rows a fault may count agents or months; its rule says which.
    is_share_known = fault.share is not None and len(cause.faults) == 1
    return f"{rows} ({formatter.share(fault.share)})" if is_share_known else rows


def _places(cause: Cause, inputs: CheckInputs) -> Sequence[Place]:
    fault = cause.first
    places = inputs.evidence.places.get((fault.table, fault.column, fault.check), ())
    numbered = [Place(each.file, row) for each in cause.faults for row in each.row_numbers]
    return places or sorted(numbered)


def _choices(table: str, column: str) -> str:
    is_in_contract = table in TABLES and column in TABLES[table].names
    return ", ".join(TABLES[table][column].choices) if is_in_contract else ""


def _words_to_map(cause: Cause, words: Sequence[Word]) -> str:
    """Return the lines that map the words of a column; the right side is for a person to fill in."""
    lines = [f'{_quoted(word.text)} = "…"' for word in words]
    return "\n".join([f"[tables.{cause.first.table}.values.{cause.first.column}]", *lines])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
