"""Tell which headings of a file belong to other tables that are read from the same file."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from attrition.data.files.manifest import is_matched
from attrition.data.mapping import ColumnMapping, same_name
from attrition.data.source import Source, allowed_columns
from attrition.data.sources import Sources


def without_headings_of_others(
    mapping: ColumnMapping, declared: Sources, table: str, files: Sequence[str]
) -> ColumnMapping:
    """Return the mapping without unused headings that another table of the declaration reads from these files."""
    others = {
        name: source for name, source in declared.tables.items() if name != table and _shares_a_file(source, files)
    }
    used = {heading for heading in mapping.unused if any(_uses(name, each, heading) for name, each in others.items())}
    return replace(
        mapping,
        unused=_without(mapping.unused, used),
        near_matches={heading: name for heading, name in mapping.near_matches.items() if heading not in used},
    )


def _shares_a_file(source: Source, files: Sequence[str]) -> bool:
    path = source.path
    return path is not None and any(is_matched(file, path) for file in files)


def _uses(table: str, source: Source, heading: str) -> bool:
    is_mapped = heading in source.columns or same_name(heading, allowed_columns(table, source)) is not None
    return is_mapped or heading in source.key_headings or (source.wide is not None and source.wide.has(heading))


def _without(headings: Sequence[str], used: Container[str]) -> tuple[str, ...]:
    return tuple(heading for heading in headings if heading not in used)
