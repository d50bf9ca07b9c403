"""The section "workload": workload and schedules, by site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report import group_charts
from attrition.report.columns import feature, measure, text
from attrition.report.figures.tables import rows_of
from attrition.report.figures.workload import workload
from attrition.report.section import Chart, Section, Table
from attrition.report.sentences import by_name, mean_text, phrase

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
    declared = by_name(inputs.features)
    table = workload(inputs.panel_rows, declared, inputs.as_of, min_group=inputs.min_group, hidden=month.hidden)
    return None if table.empty else table


def _sentence(view: View[pd.DataFrame]) -> str:
    """Return which measures of the centre changed since a year ago, or since last month in a short history."""
    centre, formatter = view.figures[view.figures["site"] == ""], view.formatter
    compared = "year" if centre["year"].notna().any() else "month"
    changed = {way: centre.loc[centre[f"{compared}_moved"] == way, "feature"] for way in ("worse", "better")}
    phrases = {
        way: [phrase(name, view.declared, formatter.text.lang) for name in names] for way, names in changed.items()
    }
    which = "".join(
        view.text(f"workload.which.{way}", names=formatter.comma_list(names)) for way, names in phrases.items() if names
    )
    counts = {way: len(names) for way, names in changed.items()}
    key = "workload.lead" if compared == "year" else "workload.lead.month"
    return view.text(key, measures=len(centre), which=which, **counts)


def _chart(view: View[pd.DataFrame]) -> Markup:
    table, features = view.figures, view.inputs.features
    return group_charts.workload_chart(table, features, view.formatter, _alternative(view))


def _alternative(view: View[pd.DataFrame]) -> str:
    """Return the chart in words: the measure that changed most beyond chance in a year."""
    centre = view.figures[view.figures["site"] == ""]
    sizes = centre.assign(size=(centre["now"] / centre["year"] - 1).abs())
    changes = sizes[(sizes["year_moved"] != "level") & sizes["size"].notna()]
    if changes.empty:
        return view.text("chart.workload.alt.alone", measures=len(centre))
    largest = rows_of(changes.sort_values("size", kind="stable"))[-1]
    values = {
        name: mean_text(view.declared.get(largest.feature), value, view.formatter)
        for name, value in (("before", largest.year), ("now", largest.now))
    }
    what = phrase(largest.feature, view.declared, view.formatter.text.lang)
    return view.text("chart.workload.alt", measures=len(centre), what=what, **values)


def _note(view: View[pd.DataFrame]) -> str:
    has_too_many_sites = view.figures["site"].nunique() > group_charts.MAX_SITES + 1
    return view.text("workload.note", not_drawn=view.text("workload.not_drawn") if has_too_many_sites else "")


def _mean(name: str, heading: str = "") -> Column:
    """Return a column of means, in the unit of the row's feature."""
    return measure(
        name,
        heading,
        words=lambda row, view: mean_text(view.declared.get(row.feature), getattr(row, name), view.formatter),
    )


SECTION = Section(
    "workload",
    figures=_figures,
    nothing="workload.none",
    sentence=_sentence,
    tables=(
        Table(
            "measures",
            rows=lambda table: table,
            columns=(
                feature("feature"),
                text("site", words=lambda row, view: row.site or view.text("level.centre")),
                _mean("now"),
                _mean("month", "month_before"),
                _mean("year", "year_ago"),
            ),
            chart=Chart("workload", _chart),
            note=_note,
        ),
    ),
)
