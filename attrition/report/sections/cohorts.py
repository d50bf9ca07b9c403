"""How many new hires are still here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts_over_time
from attrition.report.cohorts import told
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell how many new hires are still here."""
    table = centre.cohorts
    if table.empty:
        return {"t": None}
    rows = told(table)
    known = rows.dropna(subset="survival_90")
    names = [cohort_name(row, form) for row in each(known)]
    shares = [form.share(value, 0) for value in known["survival_90"]]
    alternative = form.words("chart.cohorts.alt", said="; ".join(map(" ".join, zip(names, shares, strict=True))))
    content = {
        "t": rows,
        "said": "",
        "since": int(table["since"].max()),
        "alternative": alternative,
        "cohort_name": lambda row: cohort_name(row, form),
        "chart": charts_over_time.cohorts_chart(table, form, alternative),
    }
    if known.empty:
        return content
    last = next(iter(each(known.tail(1))))
    least, most = known["survival_90"].min(), known["survival_90"].max()
    ends = {"least": form.share(least, 0), "most": form.share(most, 0)}
    told_90 = {"share": form.share(last.survival_90, 0), "interval": form.between(last.low_90, last.high_90)}
    return content | {"said": form.words("cohorts.lead", cohort=names[-1], **told_90, **ends)}


def cohort_name(row: Any, form: Form) -> str:
    """Name a half-year."""
    return form.words("cohort", year=row.cohort.year, half=form.words(f"half.{row.half}"))
