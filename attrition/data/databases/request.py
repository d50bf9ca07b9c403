"""What a reader of databases is asked for: the rows of one query, and which of its columns are numbers in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from attrition.data.databases.address import Address
from attrition.data.files.raw_table import RawTable
from attrition.data.files.unique_names import unique_names
from attrition.data.mapping import map_columns
from attrition.data.source import Source
from attrition.data.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Request:
    """One query of one source.

    `query` is one statement that reads. `time_zone` is the site's. `workspace` is where relative paths of files begin.
    """

    table: str
    source: Source
    address: Address
    query: str
    time_zone: str
    workspace: Path

    def is_number(self, headings: Sequence[str]) -> tuple[bool, ...]:
        """Return for each heading of the result whether it becomes a number or a yes-or-no in the contract.

        Other columns with exact decimals, such as numbers of agents in a NUMERIC column, are read as the text that the
        database writes, so that no digit is lost.
        """
        names = unique_names(headings)
        raw_table = RawTable(relation="", source_name="", types=dict.fromkeys(names, "VARCHAR"))
        mapped = map_columns(raw_table, TABLES[self.table], self.source).columns
        numbers = {
            column.header
            for column in mapped
            if column.column.kind in ("number", "integer", "boolean") and not column.values
        }
        return tuple(name in numbers for name in names)


Digest: TypeAlias = "Callable[[Request], bytes]"
"""A function that gives a hash of the rows of a query, which stay where they are."""
Reader: TypeAlias = "Callable[[Request], AbstractContextManager[pa.RecordBatchReader]]"
"""A function that runs a query and gives its rows as a stream of Arrow batches, while its context is open."""
