"""Sheets that only the workbook of the centre's edition has; each function returns one, or None without its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.figures.cohorts import TABLE_DAYS, survival_by_day
from attrition.report.intervention_text import intervention_names
from attrition.report.sentences import capital
from attrition.report.sheet_columns import (
    Sheet,
    SheetColumn,
    feature_columns,
    in_all_languages,
    language_column,
    lever_column,
    name_in_all_languages,
    number_columns,
    unit_columns,
)

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter


def funnel(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet | None:
    """Return observed and expected resignations by unit."""
    if figures.centre.funnel is None:
        return None
    units = figures.centre.funnel.units
    columns = (
        *unit_columns(formatters, units),
        *number_columns(formatters, "count", units, {"expected_then": "expected", "resigned": "resigned"}),
        *number_columns(formatters, "decimal", units, {"ratio": "ratio"}),
        SheetColumn(in_all_languages(formatters, "c.result"), [_result(name, formatters) for name in units["result"]]),
    )
    return Sheet("BeyondChance", in_all_languages(formatters, "section.funnel.sheet"), columns)


def cohorts(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet | None:
    """Return the share of new hires still employed, by half-year of hire."""
    if figures.centre.cohorts.empty:
        return None
    table = survival_by_day(figures.centre.cohorts)
    names = [" ".join(_half_year(row, formatter) for formatter in formatters) for row in table.to_dict("records")]
    columns = (
        SheetColumn(in_all_languages(formatters, "c.cohort"), names),
        *number_columns(formatters, "count", table, {"hires": "hires"}),
        *number_columns(formatters, "share", table, {f"day_{day}": f"survival_{day}" for day in TABLE_DAYS}),
    )
    return Sheet("NewHires", in_all_languages(formatters, "section.cohorts.sheet"), columns)


def movements(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet | None:
    """Return the drivers that matter most, and those that moved most in the whole centre."""
    changes = figures.centre.movements
    if changes is None:
        return None
    others = changes.largest_changes[~changes.largest_changes["topic"].isin(changes.top_drivers["topic"])]
    table = pd.concat([changes.top_drivers, others], ignore_index=True)
    columns = (
        *feature_columns(formatters, "c.feature", table["topic"].map(changes.subjects), figures.inputs.features),
        lever_column(formatters, table["lever"]),
        *number_columns(formatters, "decimal", table, {"over_peers": "points"}),
        *number_columns(formatters, "count", table, {"raised": "raised"}),
        *number_columns(formatters, "decimal", table, {"since_month": "month", "since_year": "year"}),
    )
    return Sheet("Movements", in_all_languages(formatters, "section.movements.sheet"), columns)


def market(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet | None:
    """Return base pay over the market median, by site and tenure band."""
    table = figures.centre.market
    if table.empty:
        return None
    names = [
        in_all_languages(formatters, "level.centre")
        if by == "centre"
        else name_in_all_languages(formatters, "value", group)
        for by, group in zip(table["by"], table["group"], strict=True)
    ]
    quantiles = {"median": "median", "lowest_tenth": "low", "highest_tenth": "high"}
    columns = (
        SheetColumn(in_all_languages(formatters, "c.group"), names),
        SheetColumn(
            in_all_languages(formatters, "c.by"), [name_in_all_languages(formatters, "by", by) for by in table["by"]]
        ),
        *number_columns(formatters, "count", table, {"headcount": "agents"}),
        *number_columns(formatters, "decimal", table, quantiles),
        *number_columns(formatters, "share", table, {"below": "below"}),
    )
    return Sheet("Market", in_all_languages(formatters, "section.market.sheet"), columns)


def workload(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet | None:
    """Return the means of workload and schedule measures by site, now, a month and a year ago."""
    table = figures.centre.workload
    if table.empty:
        return None
    sites = [site or in_all_languages(formatters, "level.centre") for site in table["site"]]
    columns = (
        *feature_columns(formatters, "c.feature", table["feature"], figures.inputs.features),
        SheetColumn(in_all_languages(formatters, "c.site"), sites),
        *number_columns(formatters, "decimal", table, {"now": "now", "month_before": "month", "year_ago": "year"}),
    )
    return Sheet("Workload", in_all_languages(formatters, "section.workload.sheet"), columns)


def actions(figures: MonthFigures, formatters: Sequence[Formatter]) -> Sheet | None:
    """Return how many agents were recommended, received and are planned each intervention."""
    table = figures.centre.actions.table
    if table.empty:
        return None

    def names(formatter: Formatter) -> list[str]:
        by_id = intervention_names(figures.inputs.interventions, formatter.text.lang)
        return [capital(by_id[name]) if name in by_id else name for name in table["intervention"]]

    columns = (
        *(language_column(formatter, "c.intervention", names(formatter)) for formatter in formatters),
        lever_column(formatters, table["lever"]),
        *number_columns(formatters, "count", table, {"recommended": "recommended"}),
        *number_columns(formatters, "money", table, {"cost": "cost"}),
        *number_columns(formatters, "count", table, {"received": "received", "planned": "planned"}),
    )
    return Sheet("Steps", in_all_languages(formatters, "section.actions.sheet"), columns)


def _result(name: object, formatters: Sequence[Formatter]) -> str:
    return name_in_all_languages(formatters, "result", name) if isinstance(name, str) else ""


def _half_year(row: Any, formatter: Formatter) -> str:
    return formatter.text("cohort", year=row["cohort"].year, half=formatter.text(f"half.{row['half']}"))
