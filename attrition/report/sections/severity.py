"""The section "severity": how severe evaluators are on the same agents, and what goes with it in pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrition.report.columns import money, people, text
from attrition.report.evaluator_chart import evaluator_chart
from attrition.report.figures.evaluators.records import SEVERITY_MONTHS
from attrition.report.figures.evaluators.source import shown_of
from attrition.report.figures.severity import EvaluatorSeverity, evaluator_severity
from attrition.report.section import Chart, Section, Table
from attrition.report.sections.evaluator_columns import money_range, score_points, score_range, site, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.view import View


def _figures(month: MonthFigures) -> EvaluatorSeverity | None:
    return shown_of(month, evaluator_severity)


def _sentence(view: View[EvaluatorSeverity]) -> str:
    figures, number = view.figures, view.formatter.number
    return view.text(
        "severity.lead", compared=number(figures.compared), stricter=number(figures.stricter),
        milder=number(figures.milder), spread=number(figures.spread, 1),
        interval=view.formatter.interval(figures.spread_low, figures.spread_high, 1), months=SEVERITY_MONTHS,
        chance=number(figures.chance, 1),
    )  # fmt: skip


def _more(view: View[EvaluatorSeverity]) -> Sequence[str]:
    """Return what goes with severity in the agents' pay, and of how many evaluators too little is known."""
    figures, formatter = view.figures, view.formatter
    left_out = view.text("severity.left_out", count=formatter.number(figures.not_shown)) if figures.not_shown else ""
    bonus = figures.bonus
    if bonus is None:
        return [view.text("severity.pay.unknown"), left_out]
    range_text = formatter.span(formatter.money(bonus.low), formatter.money(bonus.high))
    if bonus.is_within_chance:
        return [view.text("severity.pay.chance", range=range_text), left_out]
    sentences = [view.text("severity.pay", point=formatter.money(bonus.money), range=range_text)]
    if figures.bonus_of_strict is not None:
        key = "severity.pay.strict" if figures.bonus_of_strict[0] < 0 else "severity.pay.strict.more"
        amount, low, high = (formatter.money(abs(value)) for value in figures.bonus_of_strict)
        ends = (high, low) if figures.bonus_of_strict[0] < 0 else (low, high)
        sentences.append(view.text(key, amount=amount, range=formatter.span(*ends)))
    return [formatter.sentences(*sentences), left_out]


def _chart(view: View[EvaluatorSeverity]) -> Markup | str:
    table = view.figures.table
    if table["severity"].isna().all():
        return ""
    alternative = view.text(
        "chart.severity.alt", shown=len(table), stricter=view.figures.stricter, milder=view.figures.milder
    )
    return evaluator_chart(table, view.formatter, alternative)


SECTION = Section(
    "severity",
    figures=_figures,
    nothing="severity.none",
    sentence=_sentence,
    more=_more,
    note="severity.note",
    tables=(
        Table(
            "evaluators",
            rows=lambda figures: figures.table,
            columns=(
                text("evaluator"),
                site(),
                people("evaluations"),
                score_points("severity", "severity"),
                score_range("low", "high"),
                verdict("verdict", "beyond_chance", "severity"),
                money("pay", "pay_month"),
                money_range("pay_low", "pay_high", "pay_range"),
            ),
            chart=Chart("severity", _chart),
        ),
    ),
)
