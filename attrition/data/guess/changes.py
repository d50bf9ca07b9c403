"""What to ask and to say about one change of a declared file: a heading, a sheet or a file that came or went."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from attrition.data.guess.profile import Profile
from attrition.data.guess.questions import Change, Question, option
from attrition.data.guess.tables import TableGuess
from attrition.data.phrase import Phrase
from attrition.data.tables import TABLES


def renamed_heading(table: str, old: str, new: str, column: str) -> Question:
    """Return the question whether a new heading is the one that is gone."""
    key = ("tables", table, "columns", new)
    return Question(
        key=key,
        topic="columns",
        text=Phrase(
            'the heading "{old}" of {table} is gone; is it now "{new}"?',
            "{table} 的表头“{old}”没有了，现在是“{new}”吗？",
            old=old,
            table=table,
            new=new,
        ),
        options=(
            option(
                "yes", "是", Change(key=key, value=column), Change(key=("tables", table, "columns", old), value=None)
            ),
            option("no, leave it out", "不是，不使用", Change(key=("tables", table, "unused"), value=[new], adds=True)),
        ),
    )


def new_column(profile: Profile, guess: TableGuess, heading: str, column: str) -> Question:
    """Return the question whether a new heading is a column that the table did not have yet."""
    key = ("tables", guess.table, "columns", heading)
    words = tuple(
        Change(key=("tables", guess.table, "values", column, word), value=value)
        for word, value in profile.values.get(column, {}).items()
    )
    unit = profile.keys.get("units", {}).get(column)
    units = (Change(key=("tables", guess.table, "units", column), value=unit),) if unit else ()
    text = Phrase(
        'new heading "{heading}" in {file}: is it {column} ({meaning})?',
        "{file} 新增表头“{heading}”：是 {column}（{meaning_zh}）吗？",
        heading=heading,
        file=guess.name,
        column=column,
        meaning=TABLES[guess.table][column].en if column in TABLES[guess.table].names else column,
        meaning_zh=TABLES[guess.table][column].zh if column in TABLES[guess.table].names else column,
    )
    unused = Change(key=("tables", guess.table, "unused"), value=[heading], adds=True)
    return Question(
        key=key,
        topic="columns",
        text=text,
        options=(
            option("yes", "是", Change(key=key, value=column), *words, *units),
            option("no, leave it out", "不是，不使用", unused),
        ),
    )


def renamed_sheets(source: Mapping[str, Any], guess: TableGuess) -> list[Question]:
    """Return a question where a declared sheet is gone and another one is not declared."""
    declared = source.get("sheet", ())
    names = [declared] if isinstance(declared, str) else list(declared)
    present = guess.described.extract.all_sheets
    gone = [name for name in names if not any(fnmatchcase(sheet, name) for sheet in present)]
    fresh = [sheet for sheet in guess.described.extract.sheets if not any(fnmatchcase(sheet, name) for name in names)]
    if not gone or not fresh:
        return []
    key = ("tables", guess.table, "sheet")
    old, new = gone[0], fresh[0]
    changed = [new if name == old else name for name in names]
    kept = [name for name in names if name != old]
    without = option(
        f"no, read {', '.join(kept) or 'the first sheet'} alone",
        f"不是，只读取{'、'.join(kept) or '第一个工作表'}",
        Change(key=key, value=kept or None),
    )
    text = Phrase(
        'the sheet "{old}" of {file} is gone; is it now "{new}"?',
        "{file} 中没有工作表“{old}”了，现在是“{new}”吗？",
        old=old,
        file=guess.described.extract.pattern,
        new=new,
    )
    renamed = option("yes", "是", Change(key=key, value=changed if len(changed) > 1 else changed[0]))
    return [Question(key=key, topic="files", text=text, options=(renamed, without))]


def file_gone(table: str, path: str) -> Phrase:
    """Return what to say of a table whose files are gone."""
    return Phrase(
        "{table}: no file matches {path} any more; put it there, or correct path",
        "{table}：已没有与 {path} 匹配的文件；请放回文件，或更正 path",
        table=table,
        path=path,
    )


def not_used(table: str, heading: str) -> Phrase:
    """Return what to say of a new heading that is no column."""
    return Phrase(
        '{table}: new heading "{heading}", not used',
        "{table}：新增表头“{heading}”，未使用",
        table=table,
        heading=heading,
    )


def heading_gone(table: str, heading: str, column: str) -> Phrase:
    """Return what to say of a declared heading that the file no longer has."""
    return Phrase(
        '{table}: the heading "{heading}" ({column}) is gone; have it exported again, or delete its line',
        "{table}：表头“{heading}”（{column}）没有了；请让系统重新导出该列，或删除该行",
        table=table,
        heading=heading,
        column=column,
    )
