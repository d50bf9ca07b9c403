"""Make the tables of a centre as they would be if a few rows of one table were different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from attrition.data.tables import TABLES


def counterfactual_tables(
    tables: Mapping[str, ir.Table], table: str, rows: Sequence[Mapping[str, Any]]
) -> dict[str, ir.Table]:
    """Return the tables with rows of one of them replaced; rows with a new key are added.

    Each new row replaces every version of the row with its key.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables with ``known_on`` and ``superseded_on``, on DuckDB.
    table : str
        The name of the table to change.
    rows : sequence of mapping
        Columns of the table by name, ``known_on`` among them; columns left out are null.

    Returns
    -------
    dict of str to ibis.Table
        All tables; the changed one is materialised and has its original columns.
    """
    import pyarrow as pa

    current = tables[table]
    schema = current.schema()
    content = [{name: row.get(name) for name in schema} for row in rows]
    replacements = ibis.memtable(pa.Table.from_pylist(content, schema=schema.to_pyarrow()))
    keys = [name for name in TABLES[table].key if name in schema]
    unchanged = current.anti_join(replacements, keys).select(*current.columns)
    return dict(tables) | {table: unchanged.union(replacements.select(*current.columns)).cache()}
