"""The section "appeals": how many appeals, by evaluator and item, and how many succeed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report.columns import Column, people, share, text
from attrition.report.figures.appeals import LEAST_DECIDED, Appeals, appeals
from attrition.report.figures.evaluators.source import shown_of
from attrition.report.section import Section, Table
from attrition.report.sections.evaluator_columns import share_range, verdict

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View

_RATES = (
    people("evaluations", "evaluations_year"),
    share("rate", "appeal_rate", digits=1),
    share_range("rate_low", "rate_high"),
    verdict("rate_verdict", "against_others"),
    share("success", "appeal_success"),
    share_range("success_low", "success_high", "success_range"),
    verdict("success_verdict", "success_against"),
)


def _figures(month: MonthFigures) -> Appeals | None:
    return shown_of(month, appeals)


def _sentence(view: View[Appeals]) -> str:
    figures, formatter = view.figures, view.formatter
    lead = view.text("appeals.lead", rate=formatter.share(figures.rate, 1))
    if figures.success != figures.success:
        return formatter.sentences(lead, view.text("appeals.few", least=LEAST_DECIDED))
    interval = formatter.share_interval(figures.success_low, figures.success_high)
    success = view.text("appeals.success", success=formatter.share(figures.success, 0), interval=interval)
    return formatter.sentences(lead, success, _who(view))


def _who(view: View[Appeals]) -> str:
    """Return against how many evaluators more appeals are raised than against others, and of how many more succeed."""
    table = view.figures.evaluators
    if not len(table):
        return ""
    counts = {name: int((table[f"{name}_verdict"] == "more").sum()) for name in ("rate", "success")}
    if not any(counts.values()):
        return view.text("appeals.nobody")
    key = "appeals.who" if counts["success"] else "appeals.who.none_lost"
    return view.text(key, more=view.formatter.number(counts["rate"]), upheld=counts["success"])


def _columns(name: str, heading: str) -> tuple[Column, ...]:
    return (text(name, heading), *_RATES)


SECTION = Section(
    "appeals",
    figures=_figures,
    nothing="appeals.none",
    sentence=_sentence,
    note=lambda view: view.text("appeals.note", least=LEAST_DECIDED),
    tables=(
        Table(
            "evaluators",
            rows=lambda figures: figures.evaluators,
            columns=_columns("evaluator", "evaluator"),
            title="sheet.appeals.evaluators",
            heading="appeals.heading.evaluators",
        ),
        Table(
            "items",
            rows=lambda figures: figures.items,
            columns=_columns("item", "form_item"),
            title="sheet.appeals.items",
            heading="appeals.heading.items",
        ),
    ),
)
