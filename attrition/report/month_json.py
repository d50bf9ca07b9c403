"""`month.json`: what the centre's edition says of a month, for machines.

The file stands beside the editions in ``reports/<month>/`` and holds, in UTF-8::

    {"format": 1, "month": "2026-10", "as_of": "2026-10-31", "site": ..., "currency": "CNY", "mode": "individual",
     "model": {"name": ..., "version": ..., "trained_on": "2026-07-31"}, "horizon_months": 3, "smallest_group": 10,
     "sections": [{"name": "costs", "title": {"en": ..., "zh": ...}, "sentences": {"en": [...], "zh": [...]},
                   "tables": [{"name": "parts", "title": {...},
                               "columns": [{"name": "past", "kind": "money", "heading": {...}}, ...],
                               "rows": [{"part": "recruiting", "past": 186000.0, ...}, ...],
                               "total": {...} or null}, ...]}, ...]}

There is one entry for each section of the centre's edition that has something to show, in its order. A value is
rounded as on the page and null where the page shows none; a share is a fraction, money is in the site's currency, a
month is its last day, and a text is the key of what it names (a feature, a lever, a unit). No row is about a single
agent. A field is added without notice; where one is taken away or changes its meaning, ``format`` is raised.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from attrition.report.editions import CENTRE, EDITIONS
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.section import Section
from attrition.report.translations import translations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.section import Table

FORMAT = 1
FILE = "month.json"


def month_json(month: MonthFigures, langs: Sequence[str]) -> str:
    """Return the text of `month.json`, with sentences and titles in these languages."""
    inputs = month.inputs
    formatters = [Formatter(translations(lang), inputs.currency) for lang in langs]
    content = {
        "format": FORMAT,
        "month": f"{inputs.as_of:%Y-%m}",
        "as_of": inputs.as_of.isoformat(),
        "site": inputs.site,
        "currency": inputs.currency,
        "mode": inputs.mode,
        "model": {
            "name": inputs.model_name,
            "version": inputs.model_version,
            "trained_on": inputs.trained_on.isoformat(),
        },
        "horizon_months": inputs.horizon,
        "smallest_group": inputs.min_group,
        "sections": [
            _section(section, month, formatters)
            for section in EDITIONS[CENTRE].sections
            if isinstance(section, Section) and month.once(section.figures) is not None
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _section(section: Section[Any], month: MonthFigures, formatters: Sequence[Formatter]) -> dict[str, Any]:
    figures = month.once(section.figures)
    tables = [_table(section, table, figures, formatters) for table in section.tables]
    return {
        "name": section.name,
        "title": _each(formatters, f"section.{section.name}.sheet"),
        "sentences": {formatter.text.lang: section.sentences(month, formatter) for formatter in formatters},
        "tables": [table for table in tables if table is not None],
    }


def _table(
    section: Section[Any], table: Table[Any], figures: Any, formatters: Sequence[Formatter]
) -> dict[str, Any] | None:
    rows, columns = table.rows(figures), table.columns_of(figures)
    if rows is None or not any(column.is_number for column in columns):
        return None
    total = None if table.total is None else SimpleNamespace(**table.total(figures))
    return {
        "name": table.name,
        "title": _each(formatters, table.title or f"section.{section.name}.sheet"),
        "columns": [
            {"name": name, "kind": column.kind, "heading": _each(formatters, f"c.{column.heading}")}
            for column in columns
            for name in column.names
        ],
        "rows": [_values(row, columns) for row in rows_of(rows)],
        "total": None if total is None else _values(total, columns),
    }


def _values(row: Any, columns: Sequence[Column]) -> dict[str, Any]:
    return {name: value for column in columns for name, value in column.values(row).items()}


def _each(formatters: Sequence[Formatter], key: str) -> Mapping[str, str]:
    return {formatter.text.lang: formatter.text(key) for formatter in formatters}
