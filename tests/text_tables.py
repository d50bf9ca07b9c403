"""Input tables written as text, as a reader would write them on paper."""

from __future__ import annotations

import io
from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.tables import ANY_TABLE, TABLES

DTYPES = {"text": "string", "number": "float64", "integer": "int64", "date": "date", "timestamp": "timestamp"}
DTYPES["boolean"] = "boolean"


def frame(text: str) -> pd.DataFrame:
    """Parse a table written as text: columns separated by ``|``, one row a line, empty cells are null."""
    lines = "\n".join(line.strip().strip("|") for line in text.strip().splitlines())
    rows = pd.read_csv(io.StringIO(lines), sep=r"\s*\|\s*", dtype=str, engine="python", skipinitialspace=True)
    rows.columns = [name.strip() for name in rows.columns]
    return rows.apply(lambda column: column.str.strip().replace("", None))


def tables(con: ibis.BaseBackend, **texts: str) -> Mapping[str, ir.Table]:
    """Create typed input tables from texts; ``known_on`` is the day of happening unless it is a column of the text."""
    return {name: _typed(con, name, frame(text)) for name, text in texts.items()}


def _typed(con: ibis.BaseBackend, name: str, rows: pd.DataFrame) -> ir.Table:
    table = TABLES[name]
    kinds = {column.name: DTYPES[column.kind] for column in (*table.columns, *ANY_TABLE)}
    kinds |= {"known_on": "date", "superseded_on": "date"}
    raw = con.create_table(f"text_{name}", rows.astype("string[pyarrow]"), overwrite=True)
    typed = raw.mutate(**{c: raw[c].cast(kinds.get(c, "float64")) for c in rows.columns})
    if "known_on" not in rows.columns:
        typed = typed.mutate(known_on=typed[table.happened])
    if "superseded_on" not in rows.columns:
        typed = typed.mutate(superseded_on=ibis.null("date"))
    return typed
