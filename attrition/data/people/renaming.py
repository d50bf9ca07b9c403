"""Give people other names in files that were written: the columns that name people are rewritten, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from attrition.data.atomic import atomic_file
from attrition.data.tables import PEOPLE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd


def rename_people(path: Path, names: Mapping[str, str], *, columns: Collection[str] = PEOPLE_COLUMNS) -> bool:
    """Rewrite the columns of a Parquet or CSV file that name people; return whether anything changed.

    Whoever is not in `names` stays as they are, so that a file can be rewritten twice.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "scores.parquet"
    ...     pq.write_table(pa.table({"agent_id": ["1", "2"], "team_id": ["1", "1"]}), path)
    ...     rename_people(path, {"1": "p1"}), rename_people(path, {"1": "p1"}), pq.read_table(path).to_pydict()
    (True, False, {'agent_id': ['p1', '2'], 'team_id': ['1', '1']})
    """
    return _rename_csv(path, names, columns) if path.suffix == ".csv" else _rename_parquet(path, names, columns)


def people_in(path: Path, *, columns: Collection[str] = PEOPLE_COLUMNS) -> set[str]:
    """Return everybody whom a Parquet or CSV file names."""
    if path.suffix == ".csv":
        rows = _read_csv(path)
        return {str(person) for name in rows if name in columns for person in rows[name].unique() if person}
    named = [name for name in pq.read_schema(path).names if name in columns]
    return {
        person
        for column in pq.read_table(path, columns=named).columns
        for person in column.unique().to_pylist()
        if isinstance(person, str)
    }


def _rename_parquet(path: Path, names: Mapping[str, str], columns: Collection[str]) -> bool:
    if people_in(path, columns=columns).isdisjoint(names):
        return False
    table = pq.read_table(path)
    for position, name in enumerate(table.column_names):
        if name in columns:
            table = table.set_column(position, table.schema.field(name), _renamed(table[name], names))
    with atomic_file(path) as part:
        pq.write_table(table, part)
    return True


def _renamed(column: pa.ChunkedArray, names: Mapping[str, str]) -> pa.ChunkedArray:
    """Return a column of texts with other names, in its own type."""
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    people = [names.get(person, person) for person in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(people, pa.string()).take(encoded.indices).cast(column.type)])


def _rename_csv(path: Path, names: Mapping[str, str], columns: Collection[str]) -> bool:
    if people_in(path, columns=columns).isdisjoint(names):
        return False
    rows = _read_csv(path)
    named = {str(name): rows[name].map(lambda person: names.get(person, person)) for name in rows if name in columns}
    with atomic_file(path) as part:
        rows.assign(**named).to_csv(part, index=False, encoding="utf-8-sig", lineterminator="\n")
    return True


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
