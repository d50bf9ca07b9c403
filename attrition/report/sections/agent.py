"""One agent: what the model estimates, what that is made of, and what can be offered on what evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts
from attrition.report.sections.watch import wording

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.one_agent import OneAgent
    from attrition.report.products import Products


def content(agent: OneAgent, products: Products, form: Form) -> dict[str, Any]:
    """Give the agent's tables and the curve of staying."""
    reason = f"ineligible_reason_{form.words.lang}"
    told: dict[str, Any] = {
        "a": agent,
        "levers": [row.lever for row in agent.topics if row.points > 0 and not row.is_symptom and row.lever != "none"],
        "total": form.points(sum(row.points for row in agent.topics) + agent.rest),
        "why_not": lambda row: getattr(row, reason, "") or row.ineligible_reason,
        "within": lambda months: form.words("explain.month" if months == 1 else "explain.months", n=months),
        **wording(products, form),
    }
    if agent.staying.empty:
        return told
    last = agent.staying.iloc[-1]
    said = form.words("explain.staying.alt", months=int(last["month_ahead"]), share=form.share(last["staying"], 0))
    return told | {"staying_said": said, "staying_chart": charts.staying_chart(agent.staying, form, said)}
