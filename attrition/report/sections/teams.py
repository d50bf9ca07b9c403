"""Each team's working conditions beside teams like it, and what the playbook offers for those that stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.sentences import by_name, capital, phrase, typical_text
from attrition.report.strips import strip

if TYPE_CHECKING:
    from markupsafe import Markup

    from attrition.report.form import Form
    from attrition.report.month import Month
    from attrition.report.teams import Standing, Team


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the teams, and how conditions, values and offers are worded."""
    declared = by_name(month.products.features)
    offers = {offered.id: str(getattr(offered, form.words.lang)) for offered in month.products.interventions}

    def written(name: str, value: float) -> str:
        return typical_text(declared.get(name), value, None, form)

    def drawn(row: Standing) -> Markup:
        values = {"here": written(row.feature, row.here), "alike": written(row.feature, row.alike)}
        return strip(row, form.words("team.strip.alt", **values))

    return {
        "split": _split,
        "hidden": int((month.units["is_hidden"].astype(bool) & (month.units["level"] == "team")).sum()),
        "phrase": lambda name: capital(phrase(name, declared, form.words.lang)),
        "in_unit": written,
        "drawn": drawn,
        "offered": lambda row: capital(offers[row.offers[0]]),
        "alike": lambda team: _alike(team, form),
    }


def _split(team: Team) -> list[tuple[str, list[Standing]]]:
    """Set what is worse than in teams alike before what is better."""
    rows = team.standings
    parts = [("worse", [row for row in rows if row.is_worse]), ("better", [row for row in rows if not row.is_worse])]
    return [(kind, part) for kind, part in parts if part]


def _alike(team: Team, form: Form) -> str:
    """Say which teams a team is compared with."""
    if not team.alike:
        return form.words("team.alone")
    return form.words("team.alike." + ("_".join(team.shared) or "all"), count=team.alike)
