"""The section "teams": each team's notable working conditions compared with similar teams, and interventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report.columns import Column, feature, people, text, typical
from attrition.report.intervention_text import intervention_names
from attrition.report.section import Section, Table
from attrition.report.sentences import capital, typical_text
from attrition.report.strip_chart import strip_chart

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.figures.teams import NotableCondition, TeamConditions
    from attrition.report.view import View


def _variables(view: View[MonthFigures]) -> dict[str, Any]:
    """Return the number of hidden teams, and functions that word and draw conditions and interventions."""
    units = view.figures.units
    names = intervention_names(view.inputs.interventions, view.formatter.text.lang)

    def value_text(name: str, value: float) -> str:
        return typical_text(view.declared.get(name), value, None, view.formatter)

    def chart(row: NotableCondition) -> Markup:
        values = {"mean": value_text(row.feature, row.mean), "median": value_text(row.feature, row.peer_median)}
        return strip_chart(row, view.text("team.strip.alt", **values))

    return {
        "split": _split,
        "hidden": int((units["is_hidden"].astype(bool) & (units["level"] == "team")).sum()),
        "phrase": view.feature,
        "value_text": value_text,
        "strip_chart": chart,
        "intervention": lambda row: capital(names[row.interventions[0]]),
        "compared_with": lambda team: _compared_with(team, view),
    }


def _split(team: TeamConditions) -> list[tuple[str, list[NotableCondition]]]:
    """Return the conditions that are worse than in similar teams, then those that are better."""
    rows = team.conditions
    parts = [("worse", [row for row in rows if row.is_worse]), ("better", [row for row in rows if not row.is_worse])]
    return [(kind, part) for kind, part in parts if part]


def _compared_with(team: TeamConditions, view: View[Any]) -> str:
    """Return a sentence on the teams that a team is compared with."""
    if not team.peer_count:
        return view.text("team.alone")
    return view.text("team.alike." + ("_".join(team.shared) or "all"), count=team.peer_count)


def _conditions(figures: MonthFigures) -> pd.DataFrame:
    """Return one row per team and notable condition."""
    rows = [
        {"team": team.name, "site": team.site, "headcount": team.headcount, **vars(condition)}
        for team in figures.teams
        for condition in team.conditions
    ]
    return pd.DataFrame(rows)


def _value(name: str, heading: str) -> Column:
    """Return a column of values, in the unit of the row's feature."""

    def words(row: Any, view: View[Any]) -> str:
        return typical_text(view.declared.get(row.feature), getattr(row, name), None, view.formatter)

    return typical(name, heading, words=words)


SECTION = Section(
    "teams",
    figures=lambda month: month,
    template="sections/teams.html",
    variables=_variables,
    tables=(
        Table(
            "conditions",
            rows=_conditions,
            columns=(
                text("team"),
                text("site"),
                people("headcount"),
                feature("feature", "condition"),
                _value("mean", "here"),
                _value("peer_median", "alike"),
                text(
                    "is_worse",
                    "standing",
                    words=lambda row, view: view.text("team.worse" if row.is_worse else "team.better"),
                ),
                text("weight", words=lambda row, view: view.text(f"team.weight.{row.weight}")),
            ),
        ),
    ),
)
