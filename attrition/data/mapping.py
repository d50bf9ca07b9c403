"""Map the headers of a source, in any language, to columns of the data contract."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from attrition.data.files.file_days import day_in_name
from attrition.data.files.header_advice import headers_advice, mapping_advice
from attrition.data.files.raw_table import RawTable
from attrition.data.guess.names import name_evidence
from attrition.data.phrase import Phrase
from attrition.data.schema import Column, Table
from attrition.data.source import Source, unit_of
from attrition.data.tables import ANY_TABLE, RECORDED_AT
from attrition.data.values.units import factors
from attrition.errors import Fault

_ALIKE = 0.75
HEADINGS = "headings"
"""What `Fault.check` names where the headings of the file show what is wrong, and no row does."""


@dataclass(frozen=True, kw_only=True)
class MappedColumn:
    """One column of the contract, and where its values come from: a header of the source, or a constant for all rows.

    `header` is None for a constant, and for a column whose values come from the files' names (`by_file`). `values` maps
    values of the source to values of the contract. `factor` multiplies numbers; it is 1 unless the source gives them in
    another `unit` than the contract.
    """

    column: Column
    header: str | None
    constant: str | None = None
    by_file: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    factor: float = 1.0


@dataclass(frozen=True, kw_only=True)
class ColumnMapping:
    """The mapped columns of one source, the faults of mapping it, and the headers that are not used.

    `near_matches` maps each unused header that resembles the name of a column that is not supplied to that name.
    """

    columns: tuple[MappedColumn, ...]
    faults: tuple[Fault, ...]
    unused: tuple[str, ...]
    near_matches: Mapping[str, str]


def known_columns(table: Table, source: Source, raw_table: RawTable) -> dict[str, Column]:
    """Return every column this source may supply, by name: those of its table, of any table, and declared features."""
    features = {
        name: Column(
            name=name,
            kind="text" if feature.unit == "category" else "number",
            en=feature.en,
            zh=feature.zh,
            unit=feature.unit,
        )
        for name, feature in source.features.items()
    }
    columns_by_name = {column.name: column for column in (*table.columns, *ANY_TABLE)} | features
    if table.name == "audit_attributes":  # this table may have any column; all are text
        targets = [source.columns.get(header, header) for header in raw_table.types]
        columns_by_name |= {
            name: Column(name=name, kind="text", en=name, zh=name) for name in targets if name not in columns_by_name
        }
    return columns_by_name


def map_columns(raw_table: RawTable, table: Table, source: Source) -> ColumnMapping:
    """Map a source's headers to the table's columns, in the contract's order.

    A header is mapped to a column when `columns` declares it so, or when it is the column's name, ignoring capitals and
    reading spaces and hyphens as underscores. A column named in `constants` takes the constant and ignores its header.
    """
    columns_by_name = known_columns(table, source, raw_table)
    targets = {
        header: source.columns.get(header) or same_name(header, columns_by_name)
        for header in raw_table.types
        if header not in source.unused
    }
    headers_of: dict[str, list[str]] = {}
    for header, target in targets.items():
        if target is not None:
            headers_of.setdefault(target, []).append(header)
    unused = tuple(header for header, target in targets.items() if target is None and header not in source.key_headings)
    absent = [name for name in columns_by_name if name not in headers_of and name not in source.constants]
    columns = tuple(
        MappedColumn(
            column=columns_by_name[name],
            header=None if name in source.constants else headers_of[name][0],
            constant=source.constants.get(name),
            values=_values(source, name),
            unit=source.units.get(name, ""),
            factor=_factor(table.name, source, name),
        )
        for name in columns_by_name
        if name in headers_of or name in source.constants
    )
    if source.recorded_at_from is not None:
        days = {name: str(day_in_name(part.path)) for name, part in raw_table.parts.items()}
        columns = (*columns, MappedColumn(column=RECORDED_AT, header=None, by_file=days))
    repeated = _repeated_headers(table, source, raw_table, absent)
    lost = {name for header, name in source.columns.items() if header not in raw_table.types and name in absent}
    faults = [
        *_mapped_twice(raw_table, table, headers_of),
        *(_header_twice(raw_table, table, name, header) for name, header in repeated.items()),
        *_absent_headers(raw_table, table, source, repeated),
        *_idle_defaults(raw_table, table, source, absent),
        *_missing_columns(raw_table, table, [name for name in absent if name not in {*repeated, *lost}], unused),
        *(_recorded_faults(raw_table, table, headers_of) if source.recorded_at_from is not None else ()),
    ]
    faults += _missing_features(raw_table, table, source, [name for name in absent if name not in repeated])
    near_matches = {header: name for header in unused if (name := _near_match(header, table, absent))}
    return ColumnMapping(columns=columns, faults=tuple(faults), unused=unused, near_matches=near_matches)


def _recorded_faults(raw_table: RawTable, table: Table, headers_of: Container[str]) -> list[Fault]:
    """Return a fault for each file in whose name no month stands, or several, and for a column `recorded_at` beside."""
    rule = Phrase("no single month in the file's name", "文件名中没有唯一的月份")
    advice = Phrase(
        "write it as 2026-01, 202601 or 20260131, or leave recorded_at_from out",
        "请在文件名中写明月份，如 2026-01、202601、2026年1月、20260131，或不声明 recorded_at_from",
    )
    faults = [
        Fault(file=entry.path, table=table.name, column="recorded_at", rule=rule, rows=None, advice=advice)
        for entry in raw_table.manifest
        if day_in_name(entry.path) is None
    ]
    if "recorded_at" in headers_of:
        rule = Phrase(
            "recorded_at is a column, and declared to come from the file's name", "recorded_at 既是列，又声明取自文件名"
        )
        advice = Phrase("leave recorded_at_from out, and the column counts", "不声明 recorded_at_from，即以该列为准")
        faults.append(_fault(raw_table, table, "recorded_at", rule, advice))
    return faults


def _factor(table: str, source: Source, name: str) -> float:
    """Return by what the values of a column are multiplied; base pay is converted later, with each agent's hours."""
    if name not in source.units or (table, name) == ("pay", "base_pay"):
        return 1.0
    return factors(unit_of(table, source, name))[source.units[name]]


def _values(source: Source, name: str) -> Mapping[str, str]:
    """Return the values of a column by those of the source, its default by the blank."""
    default = {"": source.defaults[name]} if name in source.defaults else {}
    return default | source.values.get(name, {})


def same_name(header: str, names: Container[str]) -> str | None:
    """Return the name that a header is, up to capitals, spaces and hyphens, or None."""
    normalised = _normalised(header)
    return normalised if normalised in names else header if header in names else None


def _normalised(header: str) -> str:
    return re.sub(r"[\s\-]+", "_", header.strip().lower())


def _near_match(header: str, table: Table, absent: list[str]) -> str | None:
    """Return the absent column that a header most likely means, or None if it resembles none."""
    likeness = {name: name_evidence(header, table.name, name) for name in absent}
    best = max(absent, key=lambda name: likeness[name], default="")
    if best and likeness[best] >= _ALIKE:
        return best
    return next(iter(difflib.get_close_matches(_normalised(header), absent, n=1, cutoff=0.75)), None)


def _missing_columns(raw_table: RawTable, table: Table, absent: list[str], unused: tuple[str, ...]) -> list[Fault]:
    faults = []
    lacks_both = table.needs_one_of if set(table.needs_one_of) <= set(absent) else ()
    for name in (*table.required, *lacks_both[:1]):
        if name not in absent:
            continue
        near_header = next((header for header in unused if _near_match(header, table, [name])), None)
        rule = Phrase("missing column", "缺少必需的列")
        faults.append(_fault(raw_table, table, name, rule, mapping_advice(table.name, name, near_header)))
    return faults


def _repeated_headers(table: Table, source: Source, raw_table: RawTable, absent: list[str]) -> dict[str, str]:
    """Return the header that stands twice, by the column for which one of the two is needed."""
    stems = {
        header.removesuffix("#1").casefold(): header.removesuffix("#1")
        for header in raw_table.types
        if header.endswith("#1")
    }
    declared = {name: header for header, name in source.columns.items() if header not in raw_table.types}
    by_name = {same_name(stem, absent): stem for stem in stems.values() if table.name != "audit_attributes"}
    sought = {name: header for name, header in by_name.items() if name is not None} | declared
    return {name: stems[header.casefold()] for name, header in sought.items() if header.casefold() in stems}


def _header_twice(raw_table: RawTable, table: Table, name: str, header: str) -> Fault:
    rule = Phrase("header used twice", "表头重复")
    advice = Phrase(
        'say which of them it is: "{header}#1" = "{name}" or "{header}#2" = "{name}" under [tables.{table}.columns]',
        '请在 [tables.{table}.columns] 下指明是哪一列："{header}#1" = "{name}" 或 "{header}#2" = "{name}"',
        header=header,
        name=name,
        table=table.name,
    )
    return _fault(raw_table, table, name, rule, advice)


def _absent_headers(raw_table: RawTable, table: Table, source: Source, repeated: Container[str]) -> list[Fault]:
    faults = []
    for header, name in source.columns.items():
        has_another = any(other in raw_table.types for other, column in source.columns.items() if column == name)
        if header in raw_table.types or name in repeated or has_another:
            continue
        near_headers = difflib.get_close_matches(header, list(raw_table.types), n=1)
        if near_headers:
            advice = Phrase('did you mean "{near}"?', "是否为“{near}”？", near=near_headers[0])
        else:
            advice = headers_advice(list(raw_table.types))
        rule = Phrase('no header "{header}"', "没有表头“{header}”", header=header)
        faults.append(_fault(raw_table, table, name, rule, advice))
    return faults


def _idle_defaults(raw_table: RawTable, table: Table, source: Source, absent: list[str]) -> list[Fault]:
    """Return a fault for each default of a column that the source does not have."""
    mapped = set(source.columns.values())
    advice = Phrase(
        "map its header under [tables.{table}.columns], or declare it under constants for every row",
        "请在 [tables.{table}.columns] 下映射其表头；若每行取值相同，请改用 constants",
        table=table.name,
    )
    rule = Phrase("default of a column that is not there", "声明了默认值，但没有该列")
    names = [name for name in source.defaults if name in absent and name not in mapped]
    return [_fault(raw_table, table, name, rule, advice) for name in names]


def _mapped_twice(raw_table: RawTable, table: Table, headers_of: Mapping[str, list[str]]) -> list[Fault]:
    advice = Phrase(
        "rename the header that does not belong there, or correct [tables.{table}.columns]",
        "请重命名不应对应该列的表头，或更正 [tables.{table}.columns]",
        table=table.name,
    )
    rule = "two headers for one column: {headers}", "两个表头对应同一列：{headers}"
    return [
        _fault(raw_table, table, name, Phrase(*rule, headers=", ".join(headers)), advice)
        for name, headers in headers_of.items()
        if len(headers) > 1
    ]


def _missing_features(raw_table: RawTable, table: Table, source: Source, absent: list[str]) -> list[Fault]:
    mapped = set(source.columns.values())
    advice = Phrase(
        "map its header under [tables.{table}.columns], or take the feature out",
        "请在 [tables.{table}.columns] 下映射其表头，或删去该特征",
        table=table.name,
    )
    rule = Phrase("declared feature without a column", "声明的特征没有对应的列")
    return [
        _fault(raw_table, table, name, rule, advice)
        for name in source.features
        if name in absent and name not in mapped
    ]


def _fault(raw_table: RawTable, table: Table, column: str, rule: str, advice: str) -> Fault:
    return Fault(
        file=raw_table.source_name,
        table=table.name,
        column=column,
        rule=rule,
        rows=None,
        advice=advice,
        check=HEADINGS,
    )
