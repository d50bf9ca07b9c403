"""Let headings that name one column in different files be that one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from attrition.data.engine import quote_name
from attrition.data.files.raw_table import Part
from attrition.data.shape.draft import Draft
from attrition.data.source import Source


def join_headings(draft: Draft) -> Draft:
    """Put the cells of headings that are declared for one column under the first of them, where no file has two.

    Headings that stand in one file together are left, and refused when they are mapped.
    """
    for headings in shared_columns(draft.source, draft.types, draft.raw_table.parts):
        names = [quote_name(heading) for heading in headings]
        same_kind = len({draft.types[heading] for heading in headings}) == 1
        cells = names if same_kind else [f"CAST({name} AS VARCHAR)" for name in names]
        joined = f"coalesce({', '.join(cells)}) AS {names[0]}"
        query = f"SELECT * EXCLUDE ({', '.join(names[1:])}) REPLACE ({joined}) FROM ({draft.query})"
        numeric = draft.raw_table.numeric_cells
        cells_of = {**numeric, headings[0]: sum(numeric.get(heading, 0) for heading in headings)}
        draft = draft.then(query)
        draft = replace(draft, raw_table=replace(draft.raw_table, numeric_cells=cells_of))
    return draft


def shared_columns(source: Source, types: Mapping[str, str], parts: Mapping[str, Part]) -> list[list[str]]:
    """Return the declared headings of each column that has several, where no file holds two of them.

    Examples
    --------
    >>> source = Source(path="*.csv", columns={"工号": "agent_id", "员工编号": "agent_id"})
    >>> parts = {"1.csv": Part("1.csv", "", ("工号",)), "2.csv": Part("2.csv", "", ("员工编号",))}
    >>> shared_columns(source, {"工号": "VARCHAR", "员工编号": "VARCHAR"}, parts)
    [['工号', '员工编号']]
    """
    by_column: dict[str, list[str]] = {}
    for heading, column in source.columns.items():
        if heading in types:
            by_column.setdefault(column, []).append(heading)
    several = [headings for headings in by_column.values() if len(headings) > 1]
    return [headings for headings in several if not _stand_together(headings, parts)]


def _stand_together(headings: Sequence[str], parts: Mapping[str, Part]) -> bool:
    return not parts or any(len(set(headings) & set(part.headings)) > 1 for part in parts.values())
