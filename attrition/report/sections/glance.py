"""The section "glance", the director's first page: the verdict on earlier reports and a sentence from each section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.sections import account, actions, cohorts, costs, funnel, market, movements, turnover, workload

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter

SECTIONS = {
    "funnel": funnel.content,
    "movements": movements.content,
    "market": market.content,
    "workload": workload.content,
    "cohorts": cohorts.content,
    "actions": actions.content,
}
"""The sections with a leading sentence, in the order of the page."""


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return the verdict, the gaps in the data, and the leading sentence of each section."""
    return account.verdict_and_data_notes(figures, formatter) | {"rows": key_sentences(figures, formatter)}


def key_sentences(figures: MonthFigures, formatter: Formatter) -> list[tuple[str, str, str]]:
    """Return the name, the short title and the leading sentence of each section that has one."""
    view = turnover.SECTION.view(figures, formatter)
    contents = {name: content(figures.centre, formatter) for name, content in SECTIONS.items()}
    sentences = [
        *(("expected", sentence) for sentence in (turnover.ahead(view) if view is not None else [])),
        *(
            (section.name, sentence)
            for section in (turnover.SECTION, costs.SECTION)
            for sentence in section.sentences(figures, formatter)
        ),
        *((name, section.get("lead", "")) for name, section in contents.items()),
        ("actions", contents["actions"]["plan_sentence"]),
    ]
    return [(name, formatter.text(f"section.{name}.sheet"), sentence) for name, sentence in sentences if sentence]
