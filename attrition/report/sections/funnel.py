"""Which units differ from what was expected beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts_of_groups
from attrition.report.funnel import LEAST_EXPECTED

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell which units differ from what was expected beyond chance."""
    table = centre.funnel
    if table is None:
        return {"t": None}
    parts = table.parts
    results = parts["result"].value_counts()
    beyond = int(results.get("far_higher", 0) + results.get("far_lower", 0))
    outside = int(results.get("higher", 0) + results.get("lower", 0))
    counts = {"compared": table.compared, "beyond": beyond, "outside": outside}
    key = "funnel.few" if not table.compared else "funnel.lead" if beyond + outside else "funnel.nothing"
    whole = table.units.iloc[0]
    alternative = form.words(
        "chart.funnel.alt",
        compared=table.compared,
        higher=int(results.get("higher", 0) + results.get("far_higher", 0)),
        lower=int(results.get("lower", 0) + results.get("far_lower", 0)),
        resigned=form.number(whole["resigned"]),
        expected=form.number(whole["expected"]),
    )
    return {
        "t": table,
        "said": form.words(key, **counts, by_chance=form.number(table.by_chance, 1), least=form.number(LEAST_EXPECTED)),
        "windows": (", " if form.words.lang == "en" else "、").join(form.month(end) for end in table.windows),
        "few": int(results.get("few", 0)),
        "hidden": int(table.units["is_hidden"].sum()),
        "least": form.number(LEAST_EXPECTED),
        "alternative": alternative,
        "chart": charts_of_groups.funnel_chart(table, form, alternative) if table.compared else "",
    }
