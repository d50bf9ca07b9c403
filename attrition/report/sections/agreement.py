"""The section "agreement": contacts that two evaluators scored, and teams whose evaluator changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report.columns import Column, people, text
from attrition.report.figures.agreement import EvaluatorAgreement, evaluator_agreement
from attrition.report.figures.evaluators.source import shown_of
from attrition.report.section import Section, Table
from attrition.report.sections.evaluator_columns import score_points, share_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _figures(month: MonthFigures) -> EvaluatorAgreement | None:
    return shown_of(month, evaluator_agreement)


def _sentence(view: View[EvaluatorAgreement]) -> str:
    contacts, formatter = view.figures.contacts, view.formatter
    if contacts is None:
        return view.text("agreement.unknown")
    grade = "poor" if contacts.icc_high < 0.5 else "good" if contacts.icc_low >= 0.75 else "moderate"
    return view.text(
        "agreement.lead", contacts=formatter.number(contacts.contacts),
        difference=formatter.number(contacts.difference, 1), within=formatter.number(contacts.within, 1),
        interval=formatter.interval(contacts.within_low, contacts.within_high, 1), icc=formatter.share(contacts.icc, 0),
        icc_interval=formatter.share_interval(contacts.icc_low, contacts.icc_high),
        grade=view.text(f"agreement.{grade}"),
    )  # fmt: skip


def _more(view: View[EvaluatorAgreement]) -> Sequence[str]:
    """Return how far the scores of teams jump when their evaluator changes."""
    jumps, formatter = view.figures.takeovers, view.formatter
    if jumps is None:
        return [view.text("takeovers.few")]
    key = "takeovers.more" if jumps.jump_low > jumps.usual_high else "takeovers.level"
    return [
        view.text(
            key, changed=formatter.number(jumps.changed), teams=formatter.number(jumps.teams),
            jump=formatter.number(jumps.jump, 1), jump_range=formatter.interval(jumps.jump_low, jumps.jump_high, 1),
            usual=formatter.number(jumps.usual, 1),
            usual_range=formatter.interval(jumps.usual_low, jumps.usual_high, 1),
        )
    ]  # fmt: skip


SECTION = Section(
    "agreement",
    figures=_figures,
    nothing="agreement.none",
    sentence=_sentence,
    more=_more,
    note="agreement.note",
    tables=(
        Table(
            "items",
            rows=lambda figures: figures.items,
            columns=(
                text("item", "form_item"),
                people("contacts", "contacts_twice"),
                score_points("difference", "points_apart"),
                score_points("within", "within_contact"),
                Column(("icc",), "icc", "share", 0),
                share_range("icc_low", "icc_high"),
            ),
            heading="agreement.heading.items",
        ),
    ),
)
