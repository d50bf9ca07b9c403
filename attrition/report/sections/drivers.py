"""What sets the flagged apart from their peers, by lever and by feature, warning signs apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.sentences import by_name, capital, phrase, typical_text

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the levers' chart and how features and their values are written."""
    levers = month.levers
    said = ""
    if len(levers):
        first = levers.iloc[0]
        lever = form.words.name("lever", first["lever"])
        said = form.words("chart.levers.alt", lever=lever, points=form.points(first["points"]))
    declared = by_name(month.products.features)
    return {
        "has_before": bool(levers["points_before"].notna().any()),
        "over_peers": form.words("points", n=form.number(levers["points"].sum(), 1)),
        "levers_said": said,
        "levers_chart": charts.levers_chart(levers, form, said) if len(levers) else "",
        "phrase": lambda name: capital(phrase(name, declared, form.words.lang)),
        "in_unit": lambda name, value, category: typical_text(declared.get(name), value, category, form),
    }
