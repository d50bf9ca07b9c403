"""The section "turnover": exits, turnover rates, and the resignations expected next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.report import time_charts
from attrition.report.figures.tables import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.figures.turnover import Turnover
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``turnover``, None where it was not computed; else also its charts and sentences.

    ``rates_chart`` is there only where the data cover at least twelve months.
    """
    turnover = figures.turnover
    if turnover is None or turnover.months["headcount"].isna().all():
        return {"turnover": None}
    months = turnover.months.dropna(subset="headcount").sort_values("voluntary", kind="stable")
    ends = {"least": months.iloc[0], "most": months.iloc[-1]}
    in_order = months["as_of"].sort_values()
    alternative = formatter.text(
        "chart.turnover.alt",
        months=len(months),
        first=formatter.month(in_order.iloc[0]),
        last=formatter.month(in_order.iloc[-1]),
        **{name: formatter.number(row["voluntary"]) for name, row in ends.items()},
        **{f"{name}_month": formatter.month(row["as_of"]) for name, row in ends.items()},
    )
    result = {
        "turnover": turnover,
        "ahead": _ahead(figures, turnover, formatter),
        "lead": formatter.text("turnover.short"),
        "chart": time_charts.turnover_chart(turnover, formatter, alternative),
    }
    late = in_order.iloc[-1].date() < figures.inputs.as_of
    ending = {"month": formatter.month(in_order.iloc[-1])} if late else {}
    return result | (_rates(turnover, formatter, ending) if len(turnover.rates) else {})


def _ahead(figures: CentreFigures, turnover: Turnover, formatter: Formatter) -> str:
    """Return the sentence on the resignations expected next; empty where the number is hidden."""
    if math.isnan(figures.expected):
        return ""
    values = {
        "horizon": figures.inputs.horizon,
        "expected": formatter.number(figures.expected),
        "interval": formatter.interval(figures.low, figures.high),
    }
    if math.isnan(turnover.resigned_a_year_ago):
        return formatter.text("turnover.ahead.alone", **values)
    return formatter.text("turnover.ahead", **values, same=formatter.number(turnover.resigned_a_year_ago))


def _rates(turnover: Turnover, formatter: Formatter, ending: Mapping[str, str]) -> dict[str, Any]:
    """Return the sentence on the yearly rates and their chart; `ending` names the last month where it is earlier."""
    rows = {(row.year, row.kind): row for row in rows_of(turnover.rates)}
    now, before = rows["this", "voluntary"], rows.get(("before", "voluntary"))
    lead = formatter.text(
        "turnover.lead.to" if ending else "turnover.lead",
        **ending,
        voluntary=formatter.number(now.exits),
        otherwise=formatter.number(rows["this", "otherwise"].exits),
        rate=formatter.share(now.rate, 1),
        headcount=formatter.number(now.headcount),
        interval=formatter.share_interval(now.low, now.high),
    )
    this_rate = formatter.share(now.rate, 1)
    alternative = formatter.text("chart.rates.alt.alone", this=this_rate)
    if before is not None:
        rate_before = formatter.share(before.rate, 1)
        alternative = formatter.text("chart.rates.alt", this=this_rate, before=rate_before)
        compared = formatter.text("turnover.compared", rate=rate_before, change=_change(turnover, formatter))
        lead = formatter.sentences(lead, compared)
    chart = time_charts.rates_chart(turnover.rates, formatter, alternative)
    return {"lead": lead, "rates_chart": chart}


def _change(turnover: Turnover, formatter: Formatter) -> str:
    """Return whether the rate changed beyond chance, and by how much."""
    amount = formatter.share(abs(turnover.ratio - 1), 0)
    if turnover.ratio_low > 1:
        return formatter.text("turnover.change.more", amount=amount)
    if turnover.ratio_high < 1:
        return formatter.text("turnover.change.less", amount=amount)
    return formatter.text("turnover.change.level")
