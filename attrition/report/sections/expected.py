"""How many resignations are expected in the centre, its sites and its teams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.tables import centre_row, drawn_units

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the expected numbers and their chart."""
    units = month.units
    centre = centre_row(units)
    shown = units[(units["level"] != "centre") & ~units["is_hidden"]]
    highest = shown.sort_values("share", ascending=False).head(1)
    said = form.words(
        "chart.units.alt",
        unit=highest["unit"].iloc[0] if len(highest) else form.words("level.centre"),
        share=form.share(highest["share"].iloc[0] if len(highest) else centre.share, 0),
        centre=form.share(centre.share, 0),
    )
    return {
        "centre": centre,
        "undrawn": int((~units["is_hidden"]).sum()) - len(drawn_units(units)),
        "hidden_count": int(units["is_hidden"].sum()),
        "units_said": said,
        "units_chart": charts.units_chart(units, form, said),
    }
