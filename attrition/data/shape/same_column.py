"""Let headings that name one column in different files be that one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from attrition.data.engine import quote_name
from attrition.data.files.raw_table import Part
from attrition.data.mapping import same_name
from attrition.data.shape.draft import Draft
from attrition.data.source import Source, allowed_columns


def join_headings(draft: Draft) -> Draft:
    """Put the cells of headings that are one column under the first of them, where no file has two.

    Headings that stand in one file together are left, and refused when they are mapped.
    """
    for headings in shared_columns(draft.table.name, draft.source, draft.types, draft.raw_table.parts):
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


def shared_columns(table: str, source: Source, types: Mapping[str, str], parts: Mapping[str, Part]) -> list[list[str]]:
    """Return the headings of each column that has several, where no file holds two of them.

    Examples
    --------
    >>> source = Source(path="*.csv", columns={"工号": "agent_id"})
    >>> parts = {"1.csv": Part("1.csv", "", ("工号",)), "2.csv": Part("2.csv", "", ("Agent ID",))}
    >>> shared_columns("pay", source, {"工号": "VARCHAR", "Agent ID": "VARCHAR"}, parts)
    [['工号', 'Agent ID']]
    """
    if len(parts) < 2:
        return []
    names = allowed_columns(table, source)
    by_column: dict[str, list[str]] = {}
    for heading in types:
        column = source.columns.get(heading) or same_name(heading, names)
        if column is not None and column not in source.constants and heading not in source.unused:
            by_column.setdefault(column, []).append(heading)
    several = [headings for headings in by_column.values() if len(headings) > 1]
    return [headings for headings in several if not _stand_together(headings, parts)]


def _stand_together(headings: Sequence[str], parts: Mapping[str, Part]) -> bool:
    return any(len(set(headings) & set(part.headings)) > 1 for part in parts.values())
