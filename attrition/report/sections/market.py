"""The section "market": base pay over the local market median."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import group_charts
from attrition.report.figures.market import OUTER_TENTHS_MIN_GROUPS
from attrition.report.figures.tables import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from attrition.report.figures.centre_figures import CentreFigures
    from attrition.report.formatter import Formatter


def content(figures: CentreFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``table``, None where the site has no market pay; else also its chart, sentence and note."""
    table = figures.market
    if table.empty:
        return {"table": None}
    shown = table[~table["is_hidden"].astype(bool)]
    centre = rows_of(shown)[0]
    values = {"median": formatter.ratio(centre.median), "below": formatter.share(centre.below, 0)}
    is_level = formatter.ratio(centre.median) == formatter.text("level")
    lead = formatter.text("market.lead.level" if is_level else "market.lead", **values)
    groups = _alike(shown).sort_values("median", kind="stable")
    if len(groups) > 1 and groups["median"].nunique() > 1:
        ends = {"low": groups.iloc[0], "high": groups.iloc[-1]}
        names = {f"{name}_group": formatter.text.name("value", str(row["group"])) for name, row in ends.items()}
        medians = {name: formatter.ratio(row["median"]) for name, row in ends.items()}
        lead = formatter.sentences(lead, formatter.text("market.lead.groups", **names, **medians))
    alternative = formatter.text("chart.market.alt", **values)
    return {
        "table": table,
        "lead": lead,
        "hidden": _hidden_sentence(int(table["is_hidden"].sum()), formatter),
        "least": OUTER_TENTHS_MIN_GROUPS * figures.inputs.min_group,
        "chart": group_charts.market_chart(table, formatter, alternative),
    }


def _alike(shown: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of one kind that are compared: the sites or, where there are not several, the tenure bands."""
    sites = shown[shown["by"] == "site"]
    return sites if len(sites) > 1 else shown[shown["by"] == "tenure"]


def _hidden_sentence(count: int, formatter: Formatter) -> str:
    return formatter.text("market.hidden", count=count) if count else ""
