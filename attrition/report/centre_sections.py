"""What each section of the centre's edition says and draws, from figures that are already computed and suppressed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from attrition.report import charts_of_groups, charts_of_steps, charts_over_time
from attrition.report.cohorts import told
from attrition.report.funnel import LEAST_EXPECTED
from attrition.report.market import OUTER_FROM
from attrition.report.sentences import by_name, capital, mean_told, phrase
from attrition.report.tables import each

if TYPE_CHECKING:
    from attrition.pilot.learned import Effect
    from attrition.report.centre import Centre
    from attrition.report.form import Form


def turnover(centre: Centre, form: Form) -> dict[str, Any]:
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


def costs(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell what resignations cost."""
    table = centre.costs
    if table is None:
        return {"t": None}
    ends = {name: form.money(charts_of_steps.about(getattr(table, name))) for name in ("expected", "low", "high")}
    values = {"horizon": centre.products.horizon, **ends}
    largest = table.parts.sort_values("expected", kind="stable").iloc[-1]
    each_one = largest["expected_each"] if pd.isna(largest["past_each"]) else largest["past_each"]
    part = form.words(f"cost.{largest['part']}")
    alternative = form.words("chart.costs.alt", part=part, past_each=form.money(each_one))
    return {
        "t": table,
        "said": form.words("costs.lead.ahead", **values)
        if math.isnan(table.past)
        else form.words(
            "costs.lead",
            resigned=form.number(table.resigned),
            past=form.money(charts_of_steps.about(table.past)),
            **values,
        ),
        "alternative": alternative,
        "chart": charts_of_steps.costs_chart(table, form, alternative),
    }


def funnel(centre: Centre, form: Form) -> dict[str, Any]:
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


def cohorts(centre: Centre, form: Form) -> dict[str, Any]:
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


def market(centre: Centre, form: Form) -> dict[str, Any]:
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


def strain(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell how workload and schedules stand."""
    table = centre.strain
    if table.empty:
        return {"t": None}
    declared = by_name(centre.products.features)
    whole = table[table["site"] == ""]
    since = "year" if whole["year"].notna().any() else "month"
    moved = whole[f"{since}_moved"].value_counts()
    counts = {name: int(moved.get(name, 0)) for name in ("worse", "better")}
    alternative = form.words("chart.strain.alt.alone", measures=len(whole))
    known = whole.assign(size=(whole["now"] / whole["year"] - 1).abs()).dropna(subset="size")
    if len(known):
        most = next(iter(each(known.sort_values("size", kind="stable").tail(1))))
        alternative = form.words(
            "chart.strain.alt",
            measures=len(whole),
            what=phrase(most.feature, declared, form.words.lang),
            before=mean_told(declared.get(most.feature), most.year, form),
            now=mean_told(declared.get(most.feature), most.now, form),
        )
    is_year = since == "year"
    undrawn = table["site"].nunique() > charts_of_groups.SITES_DRAWN + 1
    return {
        "t": table,
        "said": form.words("strain.lead" if is_year else "strain.lead.month", measures=len(whole), **counts),
        "undrawn": form.words("strain.undrawn") if undrawn else "",
        "what": lambda name: capital(phrase(name, declared, form.words.lang)),
        "value": lambda name, value: mean_told(declared.get(name), value, form),
        "alternative": alternative,
        "chart": charts_of_groups.strain_chart(table, centre.products.features, form, alternative),
    }


def movements(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell which drivers matter most and which moved."""
    table = centre.movements
    if table is None:
        return {"t": None}
    declared = by_name(centre.products.features)

    def name(topic: str) -> str:
        return capital(said_of(topic))

    def said_of(topic: str) -> str:
        return phrase(table.subjects.get(topic, topic), declared, form.words.lang)

    raised = [(said_of(row.topic), form.points(row.points)) for row in each(table.most)]
    parts = [form.words("movements.item", what=what, points=points) for what, points in raised]
    firsts = ("; " if form.words.lang == "en" else "；").join(parts)
    said = form.words("movements.lead", first=firsts) if firsts else ""
    few = form.words("movements.lead.none", minimum=centre.products.min_group)
    moved, alternative, chart = form.words("movements.still"), "", ""
    if len(table.changed):
        first = next(iter(each(table.changed.head(1))))
        points = first.month if math.isnan(first.year) else first.year
        values = {"what": said_of(first.topic), "points": form.points(points)}
        moved, alternative = form.words("movements.changed", **values), form.words("chart.movements.alt", **values)
        chart = charts_of_steps.movements_chart(table, name, form, alternative)
    return {"t": table, "said": said or few, "moved": moved, "name": name, "alternative": alternative, "chart": chart}


def steps(centre: Centre, form: Form) -> dict[str, Any]:
    """Tell what was recommended, given, learned and planned."""
    table, minimum = centre.steps, centre.products.min_group
    sums = table.levers[["recommended", "given"]].sum()
    said = form.words("steps.lead", recommended=form.number(sums["recommended"]), given=form.number(sums["given"]))
    offers = {offered.id: offered for offered in centre.products.interventions}
    alternative = chart = ""
    if len(table.levers):
        first = table.levers.iloc[0]
        lever = form.words.name("lever", first["lever"])
        alternative = form.words("chart.steps.alt", lever=lever, count=form.number(first["recommended"]))
        chart = charts_of_steps.steps_chart(table, form, alternative)
    return {
        "t": table,
        "said": said if sums.any() else form.words("steps.lead.nothing", minimum=minimum),
        "offer_name": lambda name: capital(str(getattr(offers[name], form.words.lang))) if name in offers else name,
        "effect": lambda told: effect_told(told, form),
        "alternative": alternative,
        "chart": chart,
    }


def effect_told(told: Effect, form: Form) -> str:
    """Write a hazard ratio with its interval."""
    ends = form.words("interval", low=form.number(told.low, 2), high=form.number(told.high, 2))
    return f"{form.number(told.hazard_ratio, 2)} ({ends})"


SECTIONS: Mapping[str, Callable[[Centre, Form], dict[str, Any]]] = {
    "turnover": turnover,
    "costs": costs,
    "funnel": funnel,
    "cohorts": cohorts,
    "market": market,
    "strain": strain,
    "movements": movements,
    "steps": steps,
}
"""The sections in the order in which the director reads them; each names its template, ``centre/<name>.html``."""
