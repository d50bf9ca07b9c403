"""Which units differ from what was expected beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts_of_groups
from attrition.report.funnel import LEAST_EXPECTED
from attrition.report.tables import each

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.centre import Centre
    from attrition.report.form import Form
    from attrition.report.funnel import Funnel

NAMED = 5
"""So many units are named in the sentence; the table names all."""


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell which units differ from what was expected beyond chance."""
    table = centre.funnel
    if table is None:
        return {"t": None}
    parts = table.parts
    results = parts["result"].value_counts()
    outside = int(results.get("higher", 0) + results.get("lower", 0))
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
        "said": _said(table, outside, form),
        "windows": form.listed(form.month(end) for end in table.windows),
        "few": int(results.get("few", 0)),
        "hidden": int(table.units["is_hidden"].sum()),
        "least": form.number(LEAST_EXPECTED),
        "alternative": alternative,
        "chart": charts_of_groups.funnel_chart(table, form, alternative) if table.compared else "",
    }


def _said(table: Funnel, outside: int, form: Form) -> str:
    """Name the units that are beyond chance; the ones furthest from what was expected first."""
    if not table.compared:
        return form.words("funnel.few", least=form.number(LEAST_EXPECTED))
    far = table.parts[table.parts["result"].isin(["far_higher", "far_lower"])]
    key = "funnel.lead" if len(far) else "funnel.outside" if outside else "funnel.nothing"
    values = {"compared": table.compared, "outside": outside, "by_chance": form.number(table.by_chance, 1)}
    return form.words(key, **values, names=_names(far, form))


def _names(far: pd.DataFrame, form: Form) -> str:
    away = (far["resigned"] - far["expected"]).abs()
    order = far.loc[away.sort_values(ascending=False, kind="stable").index]
    told = [form.words(f"funnel.name.{row.result}", unit=row.unit) for row in each(order.head(NAMED))]
    names = form.listed(told)
    left = len(far) - len(told)
    return form.words("funnel.names.more", names=names, count=left) if left else names
