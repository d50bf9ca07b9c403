"""What a director should know before turning the page: how far to trust it, then one sentence from each section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.sections import account, cohorts, costs, funnel, market, movements, steps, strain, turnover

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month

TELLING = {
    "turnover": turnover.content,
    "costs": costs.content,
    "funnel": funnel.content,
    "movements": movements.content,
    "market": market.content,
    "strain": strain.content,
    "cohorts": cohorts.content,
    "steps": steps.content,
}
"""The sections that say in a sentence what they show, in the order in which they are told."""


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the verdict, what is missing, and the sentence each section opens with."""
    return account.brief(month, form) | {"rows": sentences(month, form)}


def sentences(month: Month, form: Form) -> list[tuple[str, str, str]]:
    """Give the section, its short title and its sentence, for all sections that have something to say."""
    told = {name: tell(month.centre, form) for name, tell in TELLING.items()}
    all_said = [
        ("expected", told["turnover"].get("ahead", "")),
        *((name, parts.get("said", "")) for name, parts in told.items()),
        ("steps", told["steps"]["plan_said"]),
    ]
    return [(name, form.words(f"section.{name}.sheet"), said) for name, said in all_said if said]
