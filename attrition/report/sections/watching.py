"""The section "watching": what `attrition monitor` compared with the training months, and what is an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.section import Section

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _variables(view: View[MonthFigures]) -> dict[str, Any]:
    """Return the alarms as sentences, and the advice about a retrain; nothing where the month was not watched."""
    summary, lang = view.inputs.watching, view.formatter.text.lang
    if summary is None:
        return {"watching": None}
    return {
        "watching": summary,
        "alarms": [alarm[lang] for alarm in summary["alarms"]],
        "notes": [note[lang] for note in summary["notes"]],
    }


SECTION = Section("watching", figures=lambda month: month, template="sections/watching.html", variables=_variables)
