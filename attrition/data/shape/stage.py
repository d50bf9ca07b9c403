"""Bring a source that was read into its declared shape, in one order of steps, before its headings are mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from attrition.data import engine
from attrition.data.engine import Connection, quote_name, quote_text
from attrition.data.files.raw_table import FILE, PLACE, RawTable, column_types
from attrition.data.files.row_numbers import is_parquet, ordered_query, stored_name
from attrition.data.schema import Table
from attrition.data.shape.derived import derive
from attrition.data.shape.draft import Draft
from attrition.data.shape.fill_down import fill_down
from attrition.data.shape.filters import except_where, only_where
from attrition.data.shape.from_names import from_file_name, from_sheet_name
from attrition.data.shape.same_column import join_headings, shared_columns
from attrition.data.shape.sequence import check_sequence
from attrition.data.shape.wide import long
from attrition.data.source import Source

STEPS = (
    fill_down,
    only_where,
    except_where,
    from_file_name,
    from_sheet_name,
    long,
    derive,
    join_headings,
    check_sequence,
)
"""The steps in their order; each does nothing unless its key is declared."""


def shaped(con: Connection, table: Table, source: Source, raw_table: RawTable, files: Mapping[str, Path]) -> RawTable:
    """Return the source in its declared shape, each row with its place in its file; without such a key it is unchanged.

    Rows without an order have no place.

    Parameters
    ----------
    files : mapping of str to Path
        The files of the source by their names in messages; empty for a database.

    Raises
    ------
    TableError
        A key names a heading that the source does not have, or a name or heading does not hold what it should.
    """
    if not needs_shape(table.name, source, raw_table):
        return raw_table
    is_ordered = raw_table.is_ordered
    rows = f"SELECT * FROM {quote_name(raw_table.relation)}"
    query = ordered_query(con, raw_table, files, order=PLACE) if is_ordered else rows
    draft = Draft(con=con, table=table, source=source, raw_table=raw_table, query=query, types=raw_table.types)
    for step in STEPS:
        draft = step(draft)
    if not is_ordered or (is_parquet(files) and not source.fill_down):
        return _viewed(draft)
    return _stored(draft)


def needs_shape(table: str, source: Source, raw_table: RawTable) -> bool:
    """Return whether a source declares a key of its shape."""
    keys = (source.fill_down, source.only_where, source.except_where, source.made_columns, source.sequence)
    return any(keys) or bool(shared_columns(table, source, raw_table.types, raw_table.parts))


def _viewed(draft: Draft) -> RawTable:
    """Return the table as a view, which reads the files each time, as that of the files as they are does."""
    relation = f"shaped_{draft.raw_table.relation}"
    engine.execute(draft.con, f"CREATE VIEW {quote_name(relation)} AS {draft.query}")
    return replace(draft.raw_table, relation=relation, types=draft.types, has_places=draft.raw_table.is_ordered)


def _stored(draft: Draft) -> RawTable:
    """Store the rows in the order of their files, and return the table."""
    raw_table, con = draft.raw_table, draft.con
    relation = f"shaped_{raw_table.relation}"
    files = f"list_position([{', '.join(map(quote_text, raw_table.parts))}], {FILE}), " if raw_table.parts else ""
    engine.execute(con, f"CREATE TABLE {quote_name(relation)} AS {draft.query} ORDER BY {files}{PLACE}")
    # Its rows are read no more; a view of text files was copied into a table for their places.
    dropped = raw_table.relation if raw_table.is_stored else stored_name(raw_table)
    engine.execute(con, f"DROP TABLE IF EXISTS {quote_name(dropped)}")
    return replace(raw_table, relation=relation, types=column_types(con, relation), is_stored=True, has_places=True)
