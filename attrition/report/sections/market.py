"""The section "market": base pay over the local market median."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import group_charts
from attrition.report.columns import measure, named, people, share, text
from attrition.report.figures.market import OUTER_TENTHS_MIN_GROUPS, market
from attrition.report.figures.tables import rows_of
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.columns import Column
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _figures(month: MonthFigures) -> pd.DataFrame | None:
    inputs = month.inputs
    if inputs.panel_rows is None:
        return None
    table = market(inputs.panel_rows, inputs.as_of, min_group=inputs.min_group, hidden=month.hidden)
    return None if table.empty else table


def _centre(view: View[pd.DataFrame]) -> dict[str, str]:
    """Return the median of the whole centre and the share below the market, as they are written."""
    centre = rows_of(view.figures[~view.figures["is_hidden"].astype(bool)])[0]
    return {"median": view.formatter.ratio(centre.median), "below": view.formatter.share(centre.below, 0)}


def _sentence(view: View[pd.DataFrame]) -> str:
    table, formatter, centre = view.figures, view.formatter, _centre(view)
    is_level = centre["median"] == formatter.text("level")
    sentence = view.text("market.lead.level" if is_level else "market.lead", **centre)
    groups = _alike(table[~table["is_hidden"].astype(bool)]).sort_values("median", kind="stable")
    if groups["median"].nunique() < 2:
        return sentence
    ends = {"low": groups.iloc[0], "high": groups.iloc[-1]}
    names = {f"{name}_group": formatter.text.name("value", str(row["group"])) for name, row in ends.items()}
    medians = {name: formatter.ratio(row["median"]) for name, row in ends.items()}
    return formatter.sentences(sentence, view.text("market.lead.groups", **names, **medians))


def _alike(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of one kind that are compared: the sites or, where there are not several, the tenure bands."""
    sites = shown[shown["by"] == "site"]
    return sites if len(sites) > 1 else shown[shown["by"] == "tenure"]


def _chart(view: View[pd.DataFrame]) -> Markup:
    alternative = view.text("chart.market.alt", **_centre(view))
    return group_charts.market_chart(view.figures, view.formatter, alternative)


def _note(view: View[pd.DataFrame]) -> str:
    count = int(view.figures["is_hidden"].sum())
    hidden = view.text("market.hidden", count=count) if count else ""
    return view.text("market.note", least=OUTER_TENTHS_MIN_GROUPS * view.inputs.min_group, hidden=hidden)


def _group(row: Any, view: View[Any]) -> str:
    return view.text("level.centre") if row.by == "centre" else view.formatter.text.name("value", row.group)


def _ratio(name: str, heading: str = "") -> Column:
    return measure(name, heading, words=lambda row, view: view.formatter.value(getattr(row, name), "ratio"))


SECTION = Section(
    "market",
    figures=_figures,
    nothing="market.none",
    sentence=_sentence,
    tables=(
        Table(
            "groups",
            rows=lambda table: table,
            columns=(
                text("group", words=_group),
                named("by", "by"),
                people("agents", "headcount"),
                _ratio("median"),
                _ratio("low", "lowest_tenth"),
                _ratio("high", "highest_tenth"),
                share("below"),
            ),
            hidden="is_hidden",
            chart=Chart("market", _chart),
            note=_note,
        ),
    ),
)
