"""Find what is wrong with the declaration of one source: columns, units and features that its table cannot have."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePath

from attrition.data.forbidden import forbidden_reason
from attrition.data.source import Source, allowed_columns, unit_of
from attrition.data.tables import SUMMED_TABLES
from attrition.data.values.units import factors
from attrition.errors import did_you_mean
from attrition.message import Message, joined


def mistakes_of(table: str, source: Source) -> list[str]:
    """Return a sentence for each unknown column, each key that its table cannot have, and each feature not allowed."""
    return [
        *_unknown_columns(table, source),
        *_misplaced_keys(table, source),
        *_supplied_twice(table, source),
        *_idle_sheet(table, source),
        *_unit_mistakes(table, source),
        *_feature_mistakes(table, source),
    ]


def _unknown_columns(table: str, source: Source) -> list[str]:
    if table == "audit_attributes":  # this table may hold any protected attribute
        return []
    allowed = allowed_columns(table, source)
    used = [
        *source.columns.values(),
        *source.values,
        *source.missing,
        *source.units,
        *source.constants,
        *source.only_with,
        *source.defaults,
        *source.made_columns,
        *(source.people or ()),
    ]
    return [
        Message(
            'tables.{table}: "{column}" is not a column of {table}{hint}',
            table=table,
            column=column,
            hint=did_you_mean(column, allowed),
        )
        for column in dict.fromkeys(used)
        if column not in allowed
    ]


def _misplaced_keys(table: str, source: Source) -> list[str]:
    """Return a sentence for each key that says nothing about this table."""
    mistakes: list[str] = []
    if source.if_work_goes_on is not None and table != "exits":
        mistakes.append(Message("tables.{table}: if_work_goes_on is declared for exits only", table=table))
    if table == "identities" and source.ids is not None and source.ids.system is not None:
        mistakes.append(Message("tables.identities: its agent_id is the number of the roster, so it has no system"))
    if source.features and table != "snapshots":
        mistakes.append(Message("tables.{table}: only snapshots declare features", table=table))
    if source.duplicates == "sum" and table not in SUMMED_TABLES:
        summed = joined(" and ", (joined(", ", SUMMED_TABLES[:-1]), SUMMED_TABLES[-1]))
        mistakes.append(
            Message(
                'tables.{table}: rows of {table} cannot be added up; duplicates = "sum" is for {summed}',
                table=table,
                summed=summed,
            )
        )
    if "repeats_within" in source.model_fields_set and table not in ("contacts", "contact_log"):
        mistakes.append(
            Message("tables.{table}: repeats_within is declared for contacts and contact_log only", table=table)
        )
    if source.exit_date_is == "first_day_away" and table != "exits":
        mistakes.append(
            Message("tables.{table}: only exits have an exit_date, so exit_date_is says nothing here", table=table)
        )
    return mistakes


def _supplied_twice(table: str, source: Source) -> list[str]:
    """Return a sentence for each column that two keys supply; headings of several files may share one."""
    keys = [*dict.fromkeys(source.columns.values()), *source.constants, *source.made_columns]
    twice = [column for column, times in Counter(keys).items() if times > 1]
    mistakes: list[str] = [
        Message(
            'tables.{table}: "{column}" is supplied twice; leave it in one of columns, constants, '
            "derive, wide, from_file_name and from_sheet_name",
            table=table,
            column=column,
        )
        for column in twice
    ]
    idle = [column for column in source.defaults if column in source.constants]
    return mistakes + [
        Message('tables.{table}: "{column}" is a constant, so it needs no default', table=table, column=column)
        for column in idle
    ]


def _idle_sheet(table: str, source: Source) -> list[str]:
    """Return a sentence where a sheet is declared of something that is no workbook."""
    suffix = PurePath(source.path or "database.none").suffix.lower()
    if source.sheet and suffix in (".csv", ".tsv", ".txt", ".parquet", ".none"):
        return [Message("tables.{table}: only workbooks have sheets, so sheet says nothing here", table=table)]
    return []


def _unit_mistakes(table: str, source: Source) -> list[str]:
    """Return a sentence for each declared unit that its column cannot be in."""
    mistakes: list[str] = []
    for name, unit in source.units.items():
        allowed = factors(unit_of(table, source, name))
        if unit not in allowed:
            one_of = Message("the column has no unit to convert")
            if allowed:
                one_of = Message("it can be {units}", units=joined(", ", allowed))
            mistakes.append(
                Message(
                    'tables.{table}.units.{name}: "{unit}" is not possible; {one_of}',
                    table=table,
                    name=name,
                    unit=unit,
                    one_of=one_of,
                )
            )
    return mistakes


def _feature_mistakes(table: str, source: Source) -> list[str]:
    headers = {name: header for header, name in source.columns.items()}
    mistakes: list[str] = []
    for name, feature in source.features.items():
        key_path = f"tables.{table}.features.{name}"
        if reason := forbidden_reason(name, headers.get(name, ""), feature.en, feature.zh):
            mistakes.append(
                Message(
                    "{key_path}: {reason}; leave it out, or keep it in audit_attributes",
                    key_path=key_path,
                    reason=reason,
                )
            )
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            mistakes.append(
                Message("{key_path}: a feature's name is lower-case letters, digits and underscores", key_path=key_path)
            )
        if name in ("agent_id", "as_of", "hire_date"):
            mistakes.append(
                Message("{key_path}: {name} identifies the row and cannot be a feature", key_path=key_path, name=name)
            )
    return mistakes
