"""Headers in any language to the contract's columns; what a source writes to what the contract says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from attrition.data.raw_table import Landed
from attrition.data.schema import Column, Table
from attrition.data.sources import Source
from attrition.data.tables import ANY_TABLE
from attrition.errors import Fault


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """One column of the contract and where it comes from: a header of the source, or one constant for all rows."""

    column: Column
    header: str | None
    constant: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A source laid onto a table of the contract; faults where that fails, notes on headers nobody uses."""

    columns: tuple[Mapped, ...]
    faults: tuple[Fault, ...]
    unused: tuple[str, ...]
    nearly: Mapping[str, str]


def columns_of(table: Table, source: Source, landed: Landed | None = None) -> dict[str, Column]:
    """Name every column this source may supply: the contract's, those of any table, and declared features."""
    declared = {
        name: Column(name=name, kind="text" if said.unit == "category" else "number", en=said.en, zh=said.zh)
        for name, said in source.features.items()
    }
    known = {column.name: column for column in (*table.columns, *ANY_TABLE)} | declared
    if table.name == "audit_attributes":  # any column may stand there; all are text
        targets = [source.columns.get(header, header) for header in (landed.types if landed else ())]
        known |= {name: Column(name=name, kind="text", en=name, zh=name) for name in targets if name not in known}
    return known


def lay(landed: Landed, table: Table, source: Source) -> Laid:
    """Lay a source's headers onto the table's columns, in the contract's order.

    A header counts as a column of the contract when `columns` says so, or when it is that name but for
    capitals, spaces and hyphens. Values are mapped per column; what `values` does not name stays as it is.
    """
    known = columns_of(table, source, landed)
    targets = {header: source.columns.get(header) or _plain(header, known) for header in landed.types}
    by_name: dict[str, list[str]] = {}
    for header, target in targets.items():
        if target is not None:
            by_name.setdefault(target, []).append(header)
    unused = tuple(header for header, target in targets.items() if target is None)
    absent = [name for name in known if name not in by_name and name not in source.constants]
    columns = tuple(
        Mapped(
            column=known[name],
            header=None if name in source.constants else by_name[name][0],
            constant=source.constants.get(name),
            values=source.values.get(name, {}),
        )
        for name in known
        if name in by_name or name in source.constants
    )
    faults = [
        *_twice(landed, table, by_name),
        *_not_there(landed, table, source),
        *_missing(landed, table, absent, unused),
    ]
    faults += _features_missing(landed, table, source, absent)
    nearly = {header: name for header in unused if (name := _near(header, table, absent))}
    return Laid(columns=columns, faults=tuple(faults), unused=unused, nearly=nearly)


def guess(header: str, table: Table) -> str | None:
    """Name the column a header surely means: its name but for capitals and spaces, or its Chinese name.

    Examples
    --------
    >>> from attrition.data.tables import EXITS
    >>> guess("工号", EXITS), guess("Exit Date", EXITS), guess("remark", EXITS)
    ('agent_id', 'exit_date', None)
    """
    known = {column.name: column for column in (*table.columns, *ANY_TABLE)}
    chinese = {column.zh: name for name, column in known.items()}
    return _plain(header, known) or chinese.get(header.strip())


def _plain(header: str, known: Mapping[str, Column]) -> str | None:
    plain = re.sub(r"[\s\-]+", "_", header.strip().lower())
    return plain if plain in known else header if header in known else None


def _near(header: str, table: Table, absent: list[str]) -> str | None:
    meant = guess(header, table)
    if meant in absent:
        return meant
    plain = re.sub(r"[\s\-]+", "_", header.strip().lower())
    return next(iter(difflib.get_close_matches(plain, absent, n=1, cutoff=0.75)), None)


def _missing(landed: Landed, table: Table, absent: list[str], unused: tuple[str, ...]) -> list[Fault]:
    faults = []
    for name in table.required:
        if name not in absent:
            continue
        near = next((header for header in unused if _near(header, table, [name])), None)
        line = f'"{near or "…"}" = "{name}" under [tables.{table.name}.columns]'
        advice = f'did you mean its header "{near}"? then write {line}' if near else f"map its header: {line}"
        faults.append(_fault(landed, table, name, "missing column", advice))
    return faults


def _not_there(landed: Landed, table: Table, source: Source) -> list[Fault]:
    faults = []
    for header, name in source.columns.items():
        if header in landed.types:
            continue
        near = difflib.get_close_matches(header, list(landed.types), n=1)
        advice = f'did you mean "{near[0]}"?' if near else "the file has: " + ", ".join(list(landed.types)[:12])
        faults.append(_fault(landed, table, name, f'no header "{header}"', advice))
    return faults


def _twice(landed: Landed, table: Table, by_name: Mapping[str, list[str]]) -> list[Fault]:
    advice = f"map the other one to nothing by renaming it, or mend [tables.{table.name}.columns]"
    return [
        _fault(landed, table, name, f"two headers for one column: {', '.join(headers)}", advice)
        for name, headers in by_name.items()
        if len(headers) > 1
    ]


def _features_missing(landed: Landed, table: Table, source: Source, absent: list[str]) -> list[Fault]:
    mapped = set(source.columns.values())
    advice = f"map its header under [tables.{table.name}.columns], or take the feature out"
    return [
        _fault(landed, table, name, "declared feature without a column", advice)
        for name in source.features
        if name in absent and name not in mapped
    ]


def _fault(landed: Landed, table: Table, column: str, rule: str, advice: str) -> Fault:
    return Fault(file=landed.place, table=table.name, column=column, rule=rule, rows=None, advice=advice)
