"""The section "feedback": how long agents wait for it, which errors are found, and whether they recur."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.columns import named, people, share, text
from attrition.report.figures.evaluators.feedback import FOLLOWED_MONTHS, PATIENCE_DAYS
from attrition.report.figures.evaluators.source import shown_of
from attrition.report.figures.feedback import ERROR_MONTHS, Feedback, feedback
from attrition.report.section import Section, Table
from attrition.report.sections.evaluator_columns import score_points, score_range, site, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View

_RATES = (
    score_points("now", "errors_now"),
    score_points("before", "errors_before"),
    verdict("verdict", "beyond_chance"),
)


def _figures(month: MonthFigures) -> Feedback | None:
    return shown_of(month, feedback)


def _sentence(view: View[Feedback]) -> str:
    waits, formatter = view.figures.waits, view.formatter
    if waits is None:
        return view.text("feedback.unknown")
    whole = waits[waits["site"] == ""].iloc[0]
    return view.text(
        "feedback.lead", median=formatter.number(whole["median_days"]), slow=formatter.number(whole["slow_days"]),
        without=formatter.share(whole["without"], 0), patience=PATIENCE_DAYS,
    )  # fmt: skip


def _more(view: View[Feedback]) -> Sequence[str]:
    """Return for each kind of error whether it recurs less where coaching followed."""
    formatter = view.formatter
    sentences = []
    for result in view.figures.recurrence:
        key = "less" if result.high < 0 else "more" if result.low > 0 else "level"
        sentences.append(
            view.text(
                f"recurrence.{key}", kind=view.text(f"errors.{result.kind}"), months=FOLLOWED_MONTHS,
                difference=formatter.number(abs(result.difference), 1),
                interval=formatter.interval(result.low, result.high, 1),
            )
        )  # fmt: skip
    return sentences


def _recurrence(figures: Feedback) -> pd.DataFrame | None:
    return pd.DataFrame([asdict(result) for result in figures.recurrence]) if figures.recurrence else None


SECTION = Section(
    "feedback",
    figures=_figures,
    nothing="feedback.none",
    sentence=_sentence,
    more=_more,
    note=lambda view: view.text("feedback.note", months=FOLLOWED_MONTHS, error_months=ERROR_MONTHS),
    tables=(
        Table(
            "waits",
            rows=lambda figures: figures.waits,
            columns=(
                site(),
                people("evaluations", "evaluations_year"),
                people("median_days", "median_wait"),
                people("slow_days", "slow_wait"),
                share("without", "without_feedback"),
            ),
            title="sheet.feedback.waits",
            heading="feedback.heading.waits",
        ),
        Table(
            "errors",
            rows=lambda figures: figures.errors,
            columns=(named("kind", "errors", "error_kind"), *_RATES),
            title="sheet.feedback.errors",
            heading="feedback.heading.errors",
        ),
        Table(
            "items",
            rows=lambda figures: figures.items,
            columns=(text("of", "form_item"), named("kind", "errors", "error_kind"), *_RATES),
            title="sheet.feedback.items",
            heading="feedback.heading.items",
        ),
        Table(
            "recurrence",
            rows=_recurrence,
            columns=(
                named("kind", "errors", "error_kind"),
                score_points("coached_before", "coached_before"),
                score_points("coached_after", "coached_after"),
                score_points("others_before", "others_before"),
                score_points("others_after", "others_after"),
                score_points("difference", "coaching_difference"),
                score_range("low", "high"),
            ),
            title="sheet.feedback.recurrence",
            heading="feedback.heading.recurrence",
        ),
    ),
)
