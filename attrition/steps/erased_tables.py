"""Tables without a person: their rows go, and cells of other rows that name them become blank."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.data.atomic import atomic_file
from attrition.data.tables import PEOPLE_COLUMNS
from attrition.errors import AttritionError
from attrition.ledger.mentions import SHORTEST

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

AGENT = "agent_id"


def erase_from_table(path: Path, names: Collection[str]) -> int:
    r"""Write a Parquet or CSV file anew without a person, where it names them; return how many rows changed or went.

    Raises
    ------
    AttritionError
        The file is damaged, so that nobody can tell whether it holds the person.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "arms.csv"
    ...     _ = path.write_text("agent_id,supervisor_id\n1,9\n2,1\n3,9\n")
    ...     erase_from_table(path, ["1"]), erase_from_table(path, ["1"]), path.read_text().split()
    (2, 0, ['agent_id,supervisor_id', '2,', '3,9'])
    """
    import pyarrow as pa

    try:
        return _erase_from_csv(path, names) if path.suffix == ".csv" else _erase_from_parquet(path, names)
    except (pa.ArrowException, UnicodeError) as error:
        raise AttritionError(
            "{path} is damaged ({error}), so that nobody can tell whether it holds the person; remove it, and erase "
            "again",
            path=path,
            error=type(error).__name__,
        ) from None


def _erase_from_csv(path: Path, names: Collection[str]) -> int:
    import pandas as pd

    raw = path.read_bytes()
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except pd.errors.EmptyDataError:
        return 0
    is_changed = named_cells(table, names).any(axis=1)
    if not is_changed.any():
        return 0
    with atomic_file(path) as part:
        encoding = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "utf-8"
        table_without(table, names).to_csv(part, index=False, encoding=encoding, lineterminator="\n")
    return int(is_changed.sum())


def table_without(table: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """Return a table of texts without the rows of a person, and with blank cells where other rows name them."""
    is_named = named_cells(table, names)
    kept = table.mask(is_named, "") if is_named.any(axis=None) else table
    return kept[~is_named[AGENT]] if AGENT in table else kept


def named_cells(table: pd.DataFrame, names: Collection[str]) -> pd.DataFrame:
    """Return which cells of a table of texts name a person; the same digits among amounts are no number of anybody.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"agent_id": ["1200", "7"], "cost": ["90", "1200"], "team_id": ["a", "1200"]})
    >>> named_cells(table, ["1200"]).to_numpy().tolist()
    [[True, False, False], [False, False, True]]
    """
    import pandas as pd

    columns = {}
    for column in table:
        searched = list(names) if column in PEOPLE_COLUMNS else [name for name in names if len(name) >= SHORTEST]
        is_amount = column not in PEOPLE_COLUMNS and pd.to_numeric(table[column], errors="coerce").notna().all()
        columns[column] = pd.Series(False, table.index) if is_amount else table[column].isin(searched)
    return pd.DataFrame(columns, index=table.index)


def _erase_from_parquet(path: Path, names: Collection[str]) -> int:
    """Write the file anew group by group, so that a panel of millions of rows is never in memory as a whole."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as source:
        if not source.metadata.num_rows:
            return 0
        changed = sum(_changed(source, group, names) for group in range(source.num_row_groups))
        if not changed:
            return 0
        with atomic_file(path) as part, pq.ParquetWriter(part, source.schema_arrow, **_settings(source)) as writer:
            for group in range(source.num_row_groups):
                writer.write_table(_without(source.read_row_group(group), names))
    return changed


def _settings(source: Any) -> dict[str, Any]:
    """Return the compression of a file, and the columns that it keeps as dictionaries."""
    columns = source.metadata.row_group(0)
    chunks = [columns.column(position) for position in range(columns.num_columns)]
    with_dictionary = [chunk.path_in_schema for chunk in chunks if chunk.has_dictionary_page]
    return {"compression": chunks[0].compression.lower() if chunks else "snappy", "use_dictionary": with_dictionary}


def _changed(source: Any, group: int, names: Collection[str]) -> int:
    """Return how many rows of a group name the person in any column of texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = [field.name for field in source.schema_arrow if _is_text(field.type)]
    if not texts:
        return 0
    table = source.read_row_group(group, columns=texts)
    is_named = pa.array([False] * len(table))
    for name in texts:
        is_named = pc.or_(is_named, _is_in(table, name, names))
    return int(pc.sum(is_named).as_py() or 0)


def _without(table: pa.Table, names: Collection[str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    if AGENT in table.column_names:
        table = table.filter(pc.invert(_is_in(table, AGENT, names)))
    for position, field in enumerate(table.schema):
        if _is_text(field.type):
            is_named, text = _is_in(table, field.name, names), _text(table[field.name])
            blank = pc.if_else(is_named, pa.scalar(None, pa.string()), text)
            table = table.set_column(position, field, blank.cast(field.type))
    return table


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _text(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    return column.cast(pa.string()).combine_chunks()


def _is_in(table: pa.Table, column: str, names: Collection[str]) -> pa.Array:
    """Return which cells of a column of texts name the person; a short number does by chance where no people stand."""
    import pyarrow as pa
    import pyarrow.compute as pc

    searched = [name for name in names if column in PEOPLE_COLUMNS or len(name) >= SHORTEST]
    return pc.is_in(_text(table[column]), value_set=pa.array(searched, pa.string()))
