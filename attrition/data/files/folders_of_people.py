"""Refuse files in folders named after people, such as "agent_id=0042", which every list of the files would show."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from attrition.data.faults import Refused
from attrition.data.mapping import same_name
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.data.tables import PEOPLE_COLUMNS, TABLES


def refuse_folders_of_people(table: str, source: Source, paths: Iterable[Path]) -> None:
    """Refuse files of which a folder is named after a column of people and its value.

    Raises
    ------
    Refused
        There is such a folder.
    """
    folders = {part for path in paths for part in path.parts[:-1] if "=" in part}
    headings = {unquote(folder.partition("=")[0]) for folder in folders}
    people = {*PEOPLE_COLUMNS, *(source.people or ())}
    people |= {column.name for column in TABLES[table].columns if column.is_name or column.is_protected}
    columns = sorted(heading for heading in headings if same_name(source.columns.get(heading, heading), people))
    if columns:
        raise Refused(
            Phrase(
                "partitioned by {columns}, so that names of files show people",
                "按 {columns} 分区，文件名会暴露个人",
                columns=", ".join(columns),
            ),
            Phrase("partition the table by months or sites instead", "请改按月份或职场分区"),
        )
