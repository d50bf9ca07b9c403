"""The section "funnel": sites and teams with more or fewer resignations than chance explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report import group_charts
from attrition.report.columns import named, number, number_interval, people, unit
from attrition.report.figures.funnel import MIN_EXPECTED, funnel
from attrition.report.figures.tables import rows_of
from attrition.report.section import Chart, Section, Table

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from attrition.report.figures.funnel import Funnel
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter
    from attrition.report.view import View

MAX_NAMES = 5
"""Largest number of units named in the leading sentence; the table names all."""


def _figures(month: MonthFigures) -> Funnel | None:
    inputs = month.inputs
    if inputs.past_scores is None:
        return None
    return funnel(inputs.past_scores, horizon=inputs.horizon, min_group=inputs.min_group, hidden=month.hidden)


def _sentence(view: View[Funnel]) -> str:
    """Return a sentence that names the units beyond the outer limits, those furthest from expectation first."""
    funnel, formatter = view.figures, view.formatter
    if not funnel.compared_count:
        return view.text("funnel.few", least=formatter.number(MIN_EXPECTED))
    outside = int(funnel.parts["result"].isin(["higher", "lower"]).sum())
    far = funnel.parts[funnel.parts["result"].isin(["far_higher", "far_lower"])]
    return view.text(
        "funnel.lead" if len(far) else "funnel.outside" if outside else "funnel.nothing",
        compared=funnel.compared_count,
        outside=outside,
        by_chance=formatter.number(funnel.outside_by_chance, 1),
        names=_names(far, formatter),
    )


def _names(far: pd.DataFrame, formatter: Formatter) -> str:
    distance = (far["resigned"] - far["expected"]).abs()
    ordered = far.loc[distance.sort_values(ascending=False, kind="stable").index]
    named_units = [
        formatter.text(f"funnel.name.{row.result}", unit=row.unit) for row in rows_of(ordered.head(MAX_NAMES))
    ]
    names = formatter.comma_list(named_units)
    others = len(far) - len(named_units)
    return formatter.text("funnel.names.more", names=names, count=others) if others else names


def _chart(view: View[Funnel]) -> Markup:
    funnel, formatter = view.figures, view.formatter
    results, whole = funnel.parts["result"], funnel.units.iloc[0]
    alternative = view.text(
        "chart.funnel.alt",
        compared=funnel.compared_count,
        higher=int(results.isin(["higher", "far_higher"]).sum()),
        lower=int(results.isin(["lower", "far_lower"]).sum()),
        resigned=formatter.number(whole["resigned"]),
        expected=formatter.number(whole["expected"]),
    )
    return group_charts.funnel_chart(funnel, formatter, alternative)


def _note(view: View[Funnel]) -> str:
    funnel, formatter = view.figures, view.formatter
    windows = formatter.comma_list(formatter.month(end) for end in funnel.windows)
    left_out = {
        "few": int((funnel.parts["result"] == "few").sum()),
        "least": formatter.number(MIN_EXPECTED),
        "hidden": int(funnel.units["is_hidden"].sum()),
    }
    return formatter.sentences(
        view.text("funnel.note", windows=windows, error=formatter.share(funnel.level_error, 0)),
        view.text("funnel.left_out", **left_out),
        view.text("funnel.source"),
    )


SECTION = Section(
    "funnel",
    figures=_figures,
    nothing="facts.no_history",
    sentence=_sentence,
    tables=(
        Table(
            "units",
            rows=lambda funnel: funnel.units if funnel.compared_count else None,
            columns=(
                *unit(),
                people("expected", "expected_then"),
                people("resigned"),
                number("ratio", digits=2),
                number_interval("low", "high", "chance", digits=2),
                number_interval("far_low", "far_high", "far_chance", digits=2),
                named("result", "result"),
            ),
            hidden="is_hidden",
            style="level",
            chart=Chart("funnel", _chart),
            note=_note,
        ),
    ),
)
