"""What loading leaves of each table: its source, the results of its checks, and the relation of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis.expr.types as ir

from attrition.data.checking import CheckedTable
from attrition.data.files.raw_table import RawTable
from attrition.data.quality import QualityLine
from attrition.data.rows.keys import KeyCheck
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class LoadedTable:
    """One table: its source as read, the results of checking it and its key, and the relation of its rows in DuckDB.

    `lines` count the logins that were not found. `has_people` is false where the logins could not be looked up, since
    `identities` has a fault. `before_pseudonyms` is the view of the same rows with staff numbers, to count what they
    hold without looking every person up; "" where there is none.
    """

    raw_table: RawTable
    checked: CheckedTable
    key_check: KeyCheck
    relation: str
    faults: tuple[Fault, ...]
    lines: tuple[QualityLine, ...] = ()
    has_people: bool = True
    before_pseudonyms: str = ""

    @property
    def relations(self) -> tuple[str, ...]:
        """The relations of its rows, and of those that share a key, if any do."""
        return tuple(filter(None, [self.relation, self.key_check.shared_relation]))


@dataclass(frozen=True, kw_only=True)
class LoadedTables:
    """The tables that could be read and mapped, by name, the faults of all tables, and their quality lines.

    `people` are the numbers of people in every table, as in `attrition.data.people.references`.
    """

    tables: Mapping[str, LoadedTable]
    faults: tuple[Fault, ...]
    lines: tuple[QualityLine, ...]
    people: ir.Table | None

    @property
    def relations(self) -> frozenset[str]:
        """The relations of all tables."""
        return frozenset(relation for table in self.tables.values() for relation in table.relations)
