"""Where base pay stands against the market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts_of_groups
from attrition.report.market import OUTER_FROM
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell where base pay stands against the market."""
    table = centre.market
    if table.empty:
        return {"t": None}
    shown = table[~table["is_hidden"].astype(bool)]
    whole = next(iter(each(shown)))
    values = {"median": form.ratio(whole.median), "below": form.share(whole.below, 0)}
    is_level = form.ratio(whole.median) == form.words("level")
    said = form.words("market.lead.level" if is_level else "market.lead", **values)
    groups = shown[shown["by"] != "centre"].sort_values("median", kind="stable")
    if len(groups) > 1:
        ends = {"low": groups.iloc[0], "high": groups.iloc[-1]}
        names = {f"{name}_group": form.words.name("value", str(row["group"])) for name, row in ends.items()}
        medians = {name: form.ratio(row["median"]) for name, row in ends.items()}
        said += " " * (form.words.lang == "en") + form.words("market.lead.groups", **names, **medians)
    alternative = form.words("chart.market.alt", **values)
    return {
        "t": table,
        "said": said,
        "hidden": hidden_said(int(table["is_hidden"].sum()), form),
        "least": OUTER_FROM * centre.products.min_group,
        "alternative": alternative,
        "chart": charts_of_groups.market_chart(table, form, alternative),
    }


def hidden_said(count: int, form: Form) -> str:
    """Say how many groups are not shown, if any."""
    return form.words("market.hidden", count=count) if count else ""
