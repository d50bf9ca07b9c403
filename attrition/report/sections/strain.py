"""How workload and schedules stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrition.report import charts_of_groups
from attrition.report.sentences import by_name, capital, mean_text, phrase
from attrition.report.tables import each

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from attrition.features.declare import Feature
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def content(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell how workload and schedules stand."""
    table = centre.strain
    if table.empty:
        return {"t": None}
    declared = by_name(centre.products.features)
    whole = table[table["site"] == ""]
    alternative = form.words("chart.strain.alt.alone", measures=len(whole))
    known = whole.assign(size=(whole["now"] / whole["year"] - 1).abs()).dropna(subset="size")
    if len(known):
        most = next(iter(each(known.sort_values("size", kind="stable").tail(1))))
        alternative = form.words(
            "chart.strain.alt",
            measures=len(whole),
            what=phrase(most.feature, declared, form.words.lang),
            before=mean_text(declared.get(most.feature), most.year, form),
            now=mean_text(declared.get(most.feature), most.now, form),
        )
    undrawn = table["site"].nunique() > charts_of_groups.SITES_DRAWN + 1
    return {
        "t": table,
        "said": _said(whole, declared, form),
        "undrawn": form.words("strain.undrawn") if undrawn else "",
        "what": lambda name: capital(phrase(name, declared, form.words.lang)),
        "value": lambda name, value: mean_text(declared.get(name), value, form),
        "alternative": alternative,
        "chart": charts_of_groups.strain_chart(table, centre.products.features, form, alternative),
    }


def _said(whole: pd.DataFrame, declared: Mapping[str, Feature], form: Form) -> str:
    """Name the measures of the whole centre that moved since a year ago, or since last month in a short history."""
    since = "year" if whole["year"].notna().any() else "month"
    moved = {way: whole.loc[whole[f"{since}_moved"] == way, "feature"] for way in ("worse", "better")}
    which = "".join(
        form.words(f"strain.which.{way}", names=form.listed(phrase(name, declared, form.words.lang) for name in found))
        for way, found in moved.items()
        if len(found)
    )
    counts = {way: len(found) for way, found in moved.items()}
    return form.words(f"strain.lead{'' if since == 'year' else '.month'}", measures=len(whole), which=which, **counts)
