"""The section "teams": each team's notable working conditions compared with similar teams, and interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.intervention_text import intervention_names
from attrition.report.sentences import by_name, capital, phrase, typical_text
from attrition.report.strip_chart import strip_chart

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.teams import NotableCondition, TeamConditions
    from attrition.report.formatter import Formatter


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the number of hidden teams, and functions that word and draw conditions and interventions."""
    declared = by_name(figures.inputs.features)
    names = intervention_names(figures.inputs.interventions, formatter.text.lang)

    def value_text(name: str, value: float) -> str:
        return typical_text(declared.get(name), value, None, formatter)

    def chart(row: NotableCondition) -> Markup:
        values = {"mean": value_text(row.feature, row.mean), "median": value_text(row.feature, row.peer_median)}
        return strip_chart(row, formatter.text("team.strip.alt", **values))

    return {
        "split": _split,
        "hidden": int((figures.units["is_hidden"].astype(bool) & (figures.units["level"] == "team")).sum()),
        "phrase": lambda name: capital(phrase(name, declared, formatter.text.lang)),
        "value_text": value_text,
        "strip_chart": chart,
        "intervention": lambda row: capital(names[row.interventions[0]]),
        "compared_with": lambda team: _compared_with(team, formatter),
    }


def _split(team: TeamConditions) -> list[tuple[str, list[NotableCondition]]]:
    """Return the conditions that are worse than in similar teams, then those that are better."""
    rows = team.conditions
    parts = [("worse", [row for row in rows if row.is_worse]), ("better", [row for row in rows if not row.is_worse])]
    return [(kind, part) for kind, part in parts if part]


def _compared_with(team: TeamConditions, formatter: Formatter) -> str:
    """Return a sentence on the teams that a team is compared with."""
    if not team.peer_count:
        return formatter.text("team.alone")
    return formatter.text("team.alike." + ("_".join(team.shared) or "all"), count=team.peer_count)
