"""The section "expected": expected resignations of the centre, its sites and its teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.figures.tables import centre_row, units_to_draw

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the centre's row, the chart of units, and how many units are hidden or not drawn."""
    units = figures.units
    centre = centre_row(units)
    shown = units[(units["level"] != "centre") & units["share"].notna()]
    highest = shown.sort_values("share", ascending=False).head(1)
    alternative = formatter.text(
        "chart.units.alt",
        unit=highest["unit"].iloc[0] if len(highest) else formatter.text("level.centre"),
        share=formatter.share(highest["share"].iloc[0] if len(highest) else centre.share, 0),
        centre=formatter.share(centre.share, 0),
    )
    return {
        "centre": centre,
        "not_drawn": int((~units["is_hidden"]).sum()) - len(units_to_draw(units)),
        "conditions_of": {team.name for team in figures.teams},
        "hidden_count": int(units["is_hidden"].sum()),
        "units_chart": charts.units_chart(units, formatter, alternative),
    }
