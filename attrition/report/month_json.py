"""`month.json`: what the editions that show groups alone say of a month, for machines.

The file stands beside the editions in ``reports/<month>/`` and holds, in UTF-8::

    {"format": 1, "month": "2026-10", "as_of": "2026-10-31", "site": ..., "currency": "CNY", "mode": "individual",
     "model": {"name": ..., "version": ..., "trained_on": "2026-07-31"}, "horizon_months": 3, "smallest_group": 10,
     "sections": [{"name": "costs", "title": {"en": ..., "zh": ...}, "sentences": {"en": [...], "zh": [...]},
                   "tables": [{"name": "parts", "title": {...},
                               "columns": [{"name": "past", "kind": "money", "heading": {...}}, ...],
                               "rows": [{"part": "recruiting", "past": 186000.0, ...}, ...],
                               "total": {...} or null}, ...]}, ...],
     "operations": [the same of the operations edition, ...]}

There is one entry for each section that has something to show: of the centre's edition in ``sections``, of that for
operations in ``operations``, in the order of the page. A value is
rounded as on the page and null where the page shows none; a share is a fraction, money is in the site's currency, a
month is its last day, and a text is the key of what it names (a feature, a lever, a unit). No row is about a single
agent. A field is added without notice; where one is taken away or changes its meaning, ``format`` is raised.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from attrition.report.columns import row_values
from attrition.report.edition_names import CENTRE, OPERATIONS
from attrition.report.editions import EDITIONS
from attrition.report.figures.tables import rows_of
from attrition.report.formatter import Formatter
from attrition.report.translations import translations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.section import Section, Table
    from attrition.report.view import View

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
        "sections": _sections(CENTRE, month, formatters),
        "operations": _sections(OPERATIONS, month, formatters),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _sections(edition: str, month: MonthFigures, formatters: Sequence[Formatter]) -> list[dict[str, Any]]:
    """Return what an edition's sections say, without those that say nothing in words or numbers."""
    contents = [
        _section(section, views)
        for section in EDITIONS[edition].sections
        if (views := [view for formatter in formatters if (view := section.view(month, formatter)) is not None])
    ]
    return [content for content in contents if any(content["sentences"].values()) or content["tables"]]


def _section(section: Section[Any], views: Sequence[View[Any]]) -> dict[str, Any]:
    tables = [_table(section, table, views) for table in section.tables]
    return {
        "name": section.name,
        "title": _each(views, lambda view: view.text(f"section.{section.name}.sheet")),
        "sentences": _each(views, lambda view: _sentences(section, view)),
        "tables": [table for table in tables if table is not None],
    }


def _sentences(section: Section[Any], view: View[Any]) -> list[str]:
    """Return the sentence at the head of a section, and those of the first page."""
    sentences = [view.phrase(section.sentence), *(section.glance(view) if section.glance else [])]
    return [sentence for sentence in dict.fromkeys(sentences) if sentence]


def _table(section: Section[Any], table: Table[Any], views: Sequence[View[Any]]) -> dict[str, Any] | None:
    figures = views[0].figures
    rows, columns = table.rows(figures), table.columns_of(figures)
    if rows is None or not len(rows) or not any(column.is_number for column in columns):
        return None
    total = None if table.total is None else SimpleNamespace(**table.total(figures))
    return {
        "name": table.name,
        "title": _each(views, lambda view: view.text(table.title or f"section.{section.name}.sheet")),
        "columns": [description for column in columns for description in _columns(column, views)],
        "rows": [row_values(row, columns) for row in rows_of(rows)],
        "total": None if total is None else row_values(total, columns),
    }


def _columns(column: Column, views: Sequence[View[Any]]) -> list[dict[str, Any]]:
    heading = _each(views, lambda view: view.heading(column.heading))
    return [{"name": name, "kind": column.kind, "heading": heading} for name in column.names]


def _each(views: Sequence[View[Any]], word: Callable[[View[Any]], Any]) -> dict[str, Any]:
    return {view.formatter.text.lang: word(view) for view in views}
