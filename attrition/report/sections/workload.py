"""The section "workload": workload and schedules, by site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import group_charts
from attrition.report.figures.tables import rows_of
from attrition.report.sentences import by_name, capital, mean_text, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``table``, None where no measure can be shown; else also its chart, sentence and wording."""
    table = figures.workload
    if table.empty:
        return {"table": None}
    declared = by_name(figures.inputs.features)

    def value_text(name: str, value: float) -> str:
        return mean_text(declared.get(name), value, formatter)

    centre = table[table["site"] == ""]
    alternative = formatter.text("chart.workload.alt.alone", measures=len(centre))
    sized = centre.assign(size=(centre["now"] / centre["year"] - 1).abs())
    beyond_chance = sized[(sized["year_moved"] != "level") & sized["size"].notna()]
    if len(beyond_chance):
        largest = rows_of(beyond_chance.sort_values("size", kind="stable"))[-1]
        alternative = formatter.text(
            "chart.workload.alt",
            measures=len(centre),
            what=phrase(largest.feature, declared, formatter.text.lang),
            before=value_text(largest.feature, largest.year),
            now=value_text(largest.feature, largest.now),
        )
    has_too_many_sites = table["site"].nunique() > group_charts.MAX_SITES + 1
    return {
        "table": table,
        "lead": _lead(centre, declared, formatter),
        "not_drawn": formatter.text("workload.not_drawn") if has_too_many_sites else "",
        "phrase": lambda name: capital(phrase(name, declared, formatter.text.lang)),
        "value_text": value_text,
        "chart": group_charts.workload_chart(table, figures.inputs.features, formatter, alternative),
    }


def _lead(centre: pd.DataFrame, declared: Mapping[str, Feature], formatter: Formatter) -> str:
    """Return which measures of the centre changed since a year ago, or since last month in a short history."""
    compared = "year" if centre["year"].notna().any() else "month"
    changed = {way: centre.loc[centre[f"{compared}_moved"] == way, "feature"] for way in ("worse", "better")}
    which = "".join(
        formatter.text(
            f"workload.which.{way}",
            names=formatter.comma_list(phrase(name, declared, formatter.text.lang) for name in names),
        )
        for way, names in changed.items()
        if len(names)
    )
    counts = {way: len(names) for way, names in changed.items()}
    key = "workload.lead" if compared == "year" else "workload.lead.month"
    return formatter.text(key, measures=len(centre), which=which, **counts)
