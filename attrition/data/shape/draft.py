"""A source on its way to its shape: the query of its rows, and what was counted and assumed up to here."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.faults import TableError
from attrition.data.files.header_advice import headers_advice
from attrition.data.files.raw_table import HIDDEN, RawTable
from attrition.data.mapping import HEADINGS
from attrition.data.phrase import Phrase
from attrition.data.schema import Table
from attrition.data.source import Source
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A source between two steps: `query` gives its rows, `types` their columns; `raw_table` holds what was counted."""

    con: Connection
    table: Table
    source: Source
    raw_table: RawTable
    query: str
    types: Mapping[str, str]

    def then(self, query: str) -> Draft:
        """Return the draft with other rows, whose columns DuckDB describes."""
        described = engine.fetch_rows(self.con, f"DESCRIBE {query}")
        return replace(self, query=query, types={row[0]: row[1] for row in described if row[0] not in HIDDEN})

    def counted(
        self, *, set_aside: Mapping[str, int] | None = None, repaired: Mapping[str, int] | None = None
    ) -> Draft:
        """Return the draft with further rows counted as set aside or repaired, by rule."""
        raw_table = replace(
            self.raw_table,
            set_aside={**self.raw_table.set_aside, **(set_aside or {})},
            repaired={**self.raw_table.repaired, **(repaired or {})},
        )
        return replace(self, raw_table=raw_table)

    def noted(self, en: str, zh: str) -> Draft:
        """Return the draft with one more assumption."""
        notes = (*self.raw_table.notes, {"en": en, "zh": zh})
        return replace(self, raw_table=replace(self.raw_table, notes=notes))

    def count(self, condition: str) -> int:
        """Return the number of rows that meet a condition, which may look at other rows through windows."""
        query = f"SELECT count(*) FROM (SELECT ({condition}) AS is_counted FROM ({self.query})) WHERE is_counted"
        return int(engine.fetch_rows(self.con, query)[0][0])

    def text(self, heading: str) -> str:
        """Return the SQL of a column's text without blanks around it; null where nothing is left."""
        column = quote_name(heading)
        is_text = self.types[heading] == "VARCHAR"
        return f"nullif(trim({column}), '')" if is_text else f"CAST({column} AS VARCHAR)"

    def check_heading(self, heading: str, key: str) -> None:
        """Refuse a heading that a key names and the source does not have.

        Raises
        ------
        TableError
            The source has no such heading.
        """
        if heading in self.types:
            return
        near = difflib.get_close_matches(heading, list(self.types), n=1)
        advice = Phrase('did you mean "{near}"?', "是否为“{near}”？", near=near[0]) if near else None
        self.refuse(
            Phrase(
                'no header "{heading}", which {key} names', "没有 {key} 所指的表头“{heading}”", heading=heading, key=key
            ),
            advice or headers_advice(list(self.types)),
        )

    def refuse(
        self, rule: Phrase, advice: Phrase, *, column: str = "", file: str = "", rows: int | None = None
    ) -> NoReturn:
        """Raise a fault of this source."""
        raise TableError(
            Fault(
                file=file or self.raw_table.source_name,
                table=self.table.name,
                column=column,
                rule=rule,
                rows=rows,
                advice=advice,
                check=HEADINGS if rows is None else "",
            )
        )

    def refuse_taken(self, column: str, key: str) -> None:
        """Raise a fault where a key makes a column whose name is a heading of the source."""
        taken = next((heading for heading in self.types if heading.casefold() == column.casefold()), None)
        if taken is None:
            return
        self.refuse(
            Phrase("{key} makes a column that the source has", "{key} 生成的列与源文件已有的列同名", key=key),
            Phrase("leave it out of {key}, or rename the heading", "请从 {key} 中删去，或重命名该表头", key=key),
            column=column,
        )


def by_part(values: Mapping[str, str], part: str) -> str:
    """Return the SQL of a text that depends on the part of the source, which the column `part` names."""
    if len(set(values.values())) == 1:
        return quote_text(next(iter(values.values())))
    cases = [f"WHEN {quote_text(name)} THEN {quote_text(text)}" for name, text in values.items()]
    return f"CASE {part} {' '.join(cases)} END"
