"""The tables of a centre as they would be had a few rows of one agent been others, everybody else's untouched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from attrition.data.tables import TABLES


def counterfactual_tables(
    tables: Mapping[str, ir.Table], table: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, ir.Table]:
    """Put rows into a table, in the place of those with the same key.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables with ``known_on`` and ``superseded_on``, on a DuckDB.
    table : str
        The table that is changed.
    rows : sequence of mapping
        Columns of the table by name, ``known_on`` among them; what is left out is null.

    Returns
    -------
    dict of str to ibis.Table
        All tables; the changed one is materialised on the engine.
    """
    import pyarrow as pa

    old = tables[table]
    schema = old.schema()
    content = [{name: row.get(name) for name in schema} for row in rows]
    added = ibis.memtable(pa.Table.from_pylist(content, schema=schema.to_pyarrow()))
    keys = [name for name in TABLES[table].key if name in schema]
    new = old.anti_join(added, keys).select(*old.columns).union(added.select(*old.columns))
    return dict(tables) | {table: new.cache()}
