"""Advise how a header is mapped to a column, and tell headers from a first row of values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrition.data.phrase import Phrase

_VALUE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|(?!(19|20)\d{4}$)\d{5,}.*")
"""A date or a long number; six digits may be a month at the head of a column."""


def mapping_advice(table: str, column: str, near_header: str | None) -> Phrase:
    """Return the advice to map a header to a column, by name where one resembles it."""
    if near_header is None:
        return Phrase(
            'map its header: "…" = "{column}" under [tables.{table}.columns]',
            '请在 [tables.{table}.columns] 下映射其表头："…" = "{column}"',
            column=column,
            table=table,
        )
    return Phrase(
        'did you mean its header "{header}"? then write "{header}" = "{column}" under [tables.{table}.columns]',
        '是否为表头“{header}”？若是，请在 [tables.{table}.columns] 下写 "{header}" = "{column}"',
        header=near_header,
        column=column,
        table=table,
    )


def headers_advice(headers: list[str]) -> Phrase:
    """Return the first headers of a file; none where they look like a row of values, which nobody should read here."""
    if holds_values(headers):
        return Phrase(
            "its first row holds dates or numbers; export it with a row of headings", "首行是日期或数字；请连同表头导出"
        )
    return Phrase(
        "the file has: {headers}",
        "文件中有：{headers_zh}",
        headers=", ".join(headers[:12]),
        headers_zh="、".join(headers[:12]),
    )


def holds_values(headers: Iterable[str]) -> bool:
    """Return whether headers hold dates or long numbers, as where a file has no row of headings.

    Examples
    --------
    >>> holds_values(["00123", "2025-09-30", "other"]), holds_values(["agent_id", "202601", "2026-01"])
    (True, False)
    """
    return any(_VALUE.fullmatch(header) for header in headers)
