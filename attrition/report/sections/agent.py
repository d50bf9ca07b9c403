"""The page of one agent: estimates, drivers, interventions with their evidence, and the survival curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.sections.watch import wording

if TYPE_CHECKING:
    from attrition.report.agent_report import AgentReport
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs


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
