"""The section "glance", the director's first page: the verdict on earlier reports and a sentence from each section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report.section import Section
from attrition.report.sections import account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter


def key_sentences(
    sections: Sequence[Section[Any]], month: MonthFigures, formatter: Formatter
) -> list[tuple[str, str, str]]:
    """Return the name, the short title and the sentence of each section that has one."""
    return [
        (section.name, formatter.text(f"section.{section.name}.sheet"), sentence)
        for section in sections
        for sentence in section.glances(month, formatter)
    ]


SECTION = Section(
    "glance",
    figures=lambda month: month,
    glance=lambda _: [],
    template="sections/glance.html",
    variables=account.standing,
)
