"""The section "indicators": what operations run on, by month, for the centre, sites, queues and teams."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrition.report.columns import Column, measure, text, unit
from attrition.report.figures.indicators import MONTHS
from attrition.report.figures.operations import QUEUE_INDICATORS, TEAM_INDICATORS, Operations, operations_of
from attrition.report.figures.tables import rows_of
from attrition.report.indicator_charts import indicators_chart
from attrition.report.indicator_text import indicator_range, indicator_text, plain_text
from attrition.report.section import Chart, Section, Table
from attrition.report.sections.abnormal import indicator_column, value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from markupsafe import Markup

    from attrition.report.columns import Words
    from attrition.report.view import View


def _chart(view: View[Operations]) -> Markup | str:
    values = view.figures.values
    shown = values[values["level"].isin(["centre", "site"])]
    if shown.empty:
        return ""
    latest = view.figures.latest
    alternative = view.formatter.comma_list(
        f"{view.text(f'indicator.{row.indicator}')} {indicator_text(row.value, row.indicator, view.formatter)}"
        for row in rows_of(latest[latest["level"] == "centre"].head(3))
    )
    return indicators_chart(shown, view.formatter, view.text("chart.indicators.alt", latest=alternative))


def _range() -> Column:
    return Column(
        ("low", "high"),
        "range",
        "measure",
        words=lambda row, view: indicator_range(row.low, row.high, row.indicator, view.formatter),
    )


def _of(level: str, figures: Operations) -> pd.DataFrame:
    return figures.latest[figures.latest["level"].isin(level.split())]


COLUMNS = (
    measure("value", "this_month", words=value_of("value")),
    _range(),
    measure("month_ago", words=value_of("month_ago")),
    measure("year_ago", "same_month_before", words=value_of("year_ago")),
)


def _wide_columns(figures: Operations, level: str, names: Sequence[str]) -> list[Column]:
    """Return a column per indicator that the units of a level have."""

    def cell(name: str) -> Words:
        return lambda row, view: plain_text(getattr(row, name), name, view.formatter)

    present = figures.wide(level, names)
    return [measure(name, f"short.{name}", words=cell(name)) for name in names if name in present]


def _sentence(view: View[Operations]) -> str:
    hidden = view.figures.hidden_teams
    lead = view.text("indicators.lead")
    return view.formatter.sentences(lead, view.text("indicators.hidden", count=hidden)) if hidden else lead


SECTION = Section(
    "indicators",
    figures=operations_of,
    nothing="indicators.nothing",
    sentence=_sentence,
    note="indicators.note",
    tables=(
        Table(
            "sites",
            title="section.indicators.sites.sheet",
            rows=partial(_of, "centre site"),
            columns=(indicator_column(), *unit(), *COLUMNS),
            chart=Chart("indicators", _chart),
        ),
        Table(
            "queues",
            title="section.indicators.queues.sheet",
            heading="indicators.queues",
            rows=lambda figures: figures.wide("queue", QUEUE_INDICATORS),
            columns=lambda figures: (text("unit", "queue"), *_wide_columns(figures, "queue", QUEUE_INDICATORS)),
        ),
        Table(
            "teams",
            title="section.indicators.teams.sheet",
            heading="indicators.teams",
            rows=lambda figures: figures.wide("team", TEAM_INDICATORS),
            columns=lambda figures: (
                text("unit", "team"),
                text("site"),
                *_wide_columns(figures, "team", TEAM_INDICATORS),
            ),
        ),
        Table(
            "months",
            title="section.indicators.months.sheet",
            rows=lambda figures: figures.by_month,
            columns=(
                indicator_column(),
                *unit(),
                *(measure(f"ago_{number}", words=value_of(f"ago_{number}")) for number in range(MONTHS)),
            ),
            is_on_page=False,
        ),
    ),
)
