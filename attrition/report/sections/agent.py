"""The page of one agent: estimates, drivers, interventions with their evidence, and the survival curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.figures.tables import rows_of
from attrition.report.intervention_text import intervention_names
from attrition.report.sections.watch import wording
from attrition.report.sentences import by_name, capital, phrase

if TYPE_CHECKING:
    from attrition.report.agent_report import AgentReport
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs

MAX_UNKNOWN = 8
"""Largest number of values named that are not known of an agent."""


def content(agent: AgentReport, inputs: ReportInputs, formatter: Formatter) -> dict[str, Any]:
    """Return ``agent`` with what the template needs to word their rows, and the survival curve where there is one."""
    reason = f"ineligible_reason_{formatter.text.lang}"
    result: dict[str, Any] = {
        "agent": agent,
        "levers": [
            row.lever
            for row in agent.topics
            if row.direction == "raises" and not row.is_symptom and row.lever != "none"
        ],
        "total": formatter.points(sum(row.points for row in agent.topics) + agent.other_topics),
        "ineligible_reason": lambda row: getattr(row, reason, "") or row.ineligible_reason,
        "within": lambda months: formatter.text("explain.month" if months == 1 else "explain.months", n=months),
        "year": [_month(row, agent, inputs, formatter) for row in rows_of(agent.year)],
        "unknown": _unknown(agent, inputs, formatter),
        **wording(inputs, formatter),
    }
    if agent.survival.empty:
        return result
    last = agent.survival.iloc[-1]
    staying_sentence = formatter.text(
        "explain.staying.alt", months=int(last["month_ahead"]), share=formatter.share(last["staying"], 0)
    )
    chart = charts.staying_chart(agent.survival, formatter, staying_sentence)
    return result | {"staying_sentence": staying_sentence, "staying_chart": chart}


def _month(row: Any, agent: AgentReport, inputs: ReportInputs, formatter: Formatter) -> dict[str, str]:
    """Return one month of an agent's year in words: ``month``, ``estimate``, what ``moved`` it and was ``done``."""
    names = intervention_names(inputs.interventions, formatter.text.lang)
    declared = by_name(inputs.features)
    steps = [
        names.get(step.intervention, step.intervention)
        for step in agent.interventions_received
        if (step.start_date.year, step.start_date.month) == (row.as_of.year, row.as_of.month)
    ]
    moved = phrase(row.moved, declared, formatter.text.lang) if row.moved else ""
    band = formatter.text.name("band", str(row.band))
    estimate = formatter.share_interval(row.risk_low, row.risk_high) if not inputs.withholds_figures else band
    points = formatter.points(row.moved_points)
    return {
        "month": formatter.month(row.as_of) + ("*" if row.is_backtest else ""),
        "estimate": estimate,
        "moved": formatter.text("movements.item", what=capital(moved), points=points) if moved else "",
        "done": formatter.comma_list(steps),
    }


def _unknown(agent: AgentReport, inputs: ReportInputs, formatter: Formatter) -> list[str]:
    """Return what the model does not know: what no table holds, which tables are missing, and values of the agent."""
    declared, lang = by_name(inputs.features), formatter.text.lang
    tables = [formatter.text.name("table", gap.table) for gap in inputs.gaps if gap.newest is None]
    values = [phrase(name, declared, lang) for name in agent.unknown_features]
    parts = {"tables": tables, "values": values[:MAX_UNKNOWN]}
    sentences = [
        formatter.text(f"explain.unknown.{name}", names=formatter.comma_list(names), count=len(values))
        for name, names in parts.items()
        if names
    ]
    return [formatter.text("explain.unknown.always"), *sentences]
