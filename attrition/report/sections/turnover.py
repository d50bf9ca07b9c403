"""Who left, at what rate, and how many are expected to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from attrition.report import charts_over_time
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell who left and at what rate."""
    table = centre.turnover
    if table is None or table.months["headcount"].isna().all():
        return {"t": None}
    months = table.months.dropna(subset="headcount").sort_values("voluntary", kind="stable")
    ends = {"least": months.iloc[0], "most": months.iloc[-1]}
    said = {name: form.number(row["voluntary"]) for name, row in ends.items()}
    said |= {f"{name}_month": form.month(row["as_of"]) for name, row in ends.items()}
    order = months.sort_values("as_of")["as_of"]
    first, last = form.month(order.iloc[0]), form.month(order.iloc[-1])
    alternative = form.words("chart.turnover.alt", months=len(months), first=first, last=last, **said)
    content = {
        "t": table,
        "ahead": _ahead(centre, form),
        "said": form.words("turnover.short"),
        "alternative": alternative,
        "chart": charts_over_time.turnover_chart(table, form, alternative),
    }
    return content | (_rates(centre, form) if len(table.rates) else {})


def _ahead(centre: Centre, form: Form) -> str:
    assert centre.turnover is not None
    if math.isnan(centre.expected):
        return ""
    same = centre.turnover.same_months
    values = {
        "horizon": centre.products.horizon,
        "expected": form.number(centre.expected),
        "interval": form.interval(centre.low, centre.high),
    }
    if math.isnan(same):
        return form.words("turnover.ahead.alone", **values)
    return form.words("turnover.ahead", **values, same=form.number(same))


def _rates(centre: Centre, form: Form) -> dict[str, Any]:
    table = centre.turnover
    assert table is not None
    rows = {(row.year, row.kind): row for row in each(table.rates)}
    now = rows["this", "voluntary"]
    said = form.words(
        "turnover.lead",
        voluntary=form.number(now.exits),
        otherwise=form.number(rows["this", "otherwise"].exits),
        rate=form.share(now.rate, 1),
        headcount=form.number(now.headcount),
        interval=form.between(now.low, now.high),
    )
    alternative = form.words("chart.rates.alt.alone", this=form.share(now.rate, 1))
    if ("before", "voluntary") in rows:
        before = rows["before", "voluntary"]
        rates = {"this": form.share(now.rate, 1), "before": form.share(before.rate, 1)}
        alternative = form.words("chart.rates.alt", **rates)
        is_more, is_less = table.ratio_low > 1, table.ratio_high < 1
        change = form.words(
            f"turnover.change.{'more' if is_more else 'less' if is_less else 'level'}",
            **({"amount": form.share(abs(table.ratio - 1), 0)} if is_more or is_less else {}),
        )
        said += " " * (form.words.lang == "en")
        said += form.words("turnover.compared", rate=rates["before"], change=change)
    drawn = charts_over_time.rates_chart(table.rates, form, alternative)
    return {"said": said, "rates_alternative": alternative, "rates_chart": drawn}
