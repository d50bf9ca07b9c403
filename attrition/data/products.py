"""Write tables as files and read them back; a damaged one is an error that names the command which makes it again."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrition.errors import UserError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

KEYS = ("agent_id", "as_of")
"""What orders the rows of a table about agent-months."""
CELLS_AT_ONCE = 8_000_000
"""Cells of a wide table that are read in one step: so many stand in memory twice, as in the file and sorted."""


def read_parquet(path: Path, *, remedy: str, **which: Any) -> pd.DataFrame:
    """Return the table in a Parquet file that attrition wrote, or in a dataset with a folder for each month.

    The rows of a dataset are sorted by agent and month, as those of the file are. ``as_of`` is a time.

    Parameters
    ----------
    path : Path
        The file or the folder, which must exist.
    remedy : str
        What to do about a damaged file, as the end of a sentence, such as "`attrition panel` makes it again".
    which : object
        Arguments of `pandas.read_parquet`, which choose columns and rows.

    Raises
    ------
    UserError
        The file is cut off or damaged.
    """
    import pandas as pd

    with _naming_damage(path, remedy):
        if path.is_dir():
            return _with_days(_read_months(path, **which))
        return _with_days(pd.read_parquet(path, **which))


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table without its index; texts that are categories in memory are text in the file, for every reader.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "drivers.parquet"
    ...     write_parquet(pd.DataFrame({"lever": pd.Categorical(["pay", None, "pay"])}), path)
    ...     print(pd.read_parquet(path)["lever"].dtype)
    str
    """
    has_categories = "category" in table.dtypes.astype("str").to_numpy()
    table.to_parquet(path, index=False, store_schema=not has_categories)


def read_wide(
    path: Path,
    *,
    remedy: str,
    where: Mapping[str, Collection[Any]] | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return a wide table about agent-months, or its rows in which columns have one of some values.

    However the rows lie in the file, they are sorted by agent and month. A group of its rows that holds nothing wanted
    is not read; of other groups one stands in memory at a time with its unwanted rows. Rows that are wanted stand there
    once, not in Arrow's form beside that of pandas. Dates are times.

    Parameters
    ----------
    path, remedy
        As for `read_parquet`.
    where : mapping of str to collection, optional
        By column its values that are wanted: texts, or days for a column of days.
    columns : sequence of str, optional
        The columns that are read; all by default.

    Raises
    ------
    UserError
        The file is cut off or damaged.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "panel.parquet"
    ...     pd.DataFrame({"agent_id": ["A1", "A2", "A3"], "pay": [1.0, 2.0, None]}).to_parquet(path)
    ...     read_wide(path, where={"agent_id": ["A1", "A3"]}, remedy="")["pay"].tolist()
    [1.0, nan]
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    with _naming_damage(path, remedy):
        if path.is_dir():
            chosen = {"filters": [(key, "in", list(values)) for key, values in where.items()]} if where else {}
            return _with_days(_read_months(path, columns=columns, **chosen))
        file, wanted = ds.dataset(path), None
        for key, values in (where or {}).items():
            is_one = pc.field(key).isin(pa.array(list(values)).cast(file.schema.field(key).type))
            wanted = is_one if wanted is None else wanted & is_one
        return _with_days(_sorted_rows(file, wanted, columns).to_pandas(self_destruct=True, date_as_object=False))


def _sorted_rows(file: ds.Dataset, wanted: pc.Expression | None, columns: Sequence[str] | None) -> pa.Table:
    """Return the wanted rows of a file by agent and month."""
    import pyarrow as pa
    import pyarrow.compute as pc

    groups = [group for part in file.get_fragments(wanted) for group in part.split_by_row_group(wanted)]

    def read(names: Sequence[str]) -> pa.Table:
        tables = [group.to_table(columns=names, filter=wanted) for group in groups]
        return pa.concat_tables(tables) if tables else file.schema.empty_table().select(names)

    keys = [key for key in KEYS if key in file.schema.names]
    order = pc.sort_indices(read(keys), sort_keys=[(key, "ascending") for key in keys])
    names, columns_in_order = list(columns or file.schema.names), []
    at_once = max(CELLS_AT_ONCE // max(len(order), 1), 1)
    for first in range(0, len(names), at_once):
        # Without a name for what was read, so that it is gone when the next columns are.
        columns_in_order += [
            column.combine_chunks().take(order) for column in read(names[first : first + at_once]).columns
        ]
    schema = pa.schema([file.schema.field(name) for name in names], metadata=file.schema.metadata)
    return pa.table(columns_in_order, schema=schema)


def _with_days(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose ``as_of``, where they have one, is a time in microseconds whatever the file holds."""
    import pandas as pd

    return rows.assign(as_of=pd.to_datetime(rows["as_of"]).astype("datetime64[us]")) if "as_of" in rows else rows


def _read_months(path: Path, *, columns: Sequence[str] | None = None, **which: Any) -> pd.DataFrame:
    """Return rows of a dataset by agent and month; the names of its folders are no column."""
    import pandas as pd

    read = None if columns is None else [*dict.fromkeys((*columns, *KEYS))]
    rows = pd.read_parquet(path, partitioning=None, columns=read, **which)
    rows = rows.sort_values(list(KEYS), ignore_index=True)
    return rows if columns is None else rows[list(columns)]


def read_json(path: Path, *, remedy: str) -> Any:
    """Return the content of a JSON file that attrition wrote.

    Raises
    ------
    UserError
        The file is cut off or damaged.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "runs" / "panel.json"
    ...     path.parent.mkdir()
    ...     _ = path.write_text('{"format": ')
    ...     read_json(path, remedy="`attrition panel` makes it again")
    Traceback (most recent call last):
    attrition.errors.UserError: runs/panel.json is damaged or cut off; `attrition panel` makes it again
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise _damaged(path, remedy) from None


@contextmanager
def _naming_damage(path: Path, remedy: str) -> Iterator[None]:
    """Say of a file that Arrow cannot read that it is damaged, and what to do."""
    import pyarrow as pa

    try:
        yield
    except pa.ArrowException:
        raise _damaged(path, remedy) from None
    except OSError as error:
        # An error of the operating system has a number or a class of its own; what is left is Arrow's about content.
        if error.errno or type(error) is not OSError:
            raise
        raise _damaged(path, remedy) from None


def _damaged(path: Path, remedy: str) -> UserError:
    return UserError(
        "{folder}/{file} is damaged or cut off; {remedy}", folder=path.parent.name, file=path.name, remedy=remedy
    )
