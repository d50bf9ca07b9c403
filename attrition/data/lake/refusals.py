"""Refuse tables of a lake of which the rows cannot be read exactly from their files."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from attrition.data.faults import Refused
from attrition.data.phrase import Phrase

NUMBER = b"PARQUET:field_id"
"""Where Arrow keeps the number of a file's column."""


def rewrite(rule: Phrase) -> Refused:
    """Return a refusal of what only another program can read: it writes the rows anew."""
    return Refused(
        rule,
        Phrase(
            "write its rows anew with the program that keeps it, as a table without that or as Parquet files elsewhere",
            "请用维护该表的程序重写：写成不含此项的表，或在别处写成 Parquet 文件",
        ),
    )


def partition_type(name: str, kind: str) -> Refused:
    """Return the refusal of a partition whose values are not read."""
    return rewrite(
        Phrase(
            "values of the partition column {name} ({kind}) are not read from the log",
            "分区列 {name}（{kind}）的值无法从日志读取",
            name=name,
            kind=kind,
        )
    )


def headings_by_number(
    layout: pa.Schema, numbers: Mapping[str, int | None], numbers_of_names: Mapping[str, int]
) -> dict[str, str]:
    """Return the heading in a file of each column, by its number.

    Parameters
    ----------
    layout : pyarrow.Schema
        The file's columns.
    numbers : mapping of str to int
        By column of the table, its number.
    numbers_of_names : mapping of str to int
        The number of each heading, for a file without numbers.

    Raises
    ------
    Refused
        The file has no numbers, and its headings have none either.
    """
    stored = {name: _number(layout, index) for index, name in enumerate(layout.names)}
    if not any(number is not None for number in stored.values()):
        if not numbers_of_names:
            raise rewrite(Phrase("the columns of a file have no numbers", "文件的列没有编号"))
        stored = {name: numbers_of_names.get(name) for name in layout.names}
    headings = {number: name for name, number in stored.items() if number is not None}
    return {name: headings[number] for name, number in numbers.items() if number is not None and number in headings}


def _number(layout: pa.Schema, index: int) -> int | None:
    number = (layout.field(index).metadata or {}).get(NUMBER)
    return None if number is None else int(number)
