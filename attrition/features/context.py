"""What surrounds the agent and nobody here can move: the season, the labour market, the site's growth."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.exposure.calendar import month_number
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.operators import ratio
from attrition.features.resignations import resignation_rates

FAMILY = "context"
_feature = partial(Feature, family=FAMILY, lever="none")

FEATURES = (
    _feature(name="context_month_of_year", unit="category", en="month of the year", zh="月份", history_months=24),
    _feature(
        name="context_unemployment_share",
        unit="share",
        direction=-1,
        en="unemployment rate around the site",
        zh="职场所在地失业率",
    ),
    _feature(
        name="context_unemployment_change_6m",
        topic="context_unemployment_change",
        measure="change",
        unit="share",
        direction=-1,
        en="change in local unemployment over six months",
        zh="当地失业率六个月变化",
    ),
    _feature(
        name="context_vacancies_index",
        unit="index",
        direction=1,
        en="index of jobs advertised around the site",
        zh="职场所在地招聘指数",
    ),
    _feature(
        name="context_vacancies_change_6m",
        topic="context_vacancies_change",
        measure="change",
        unit="index",
        direction=1,
        en="change in the index of jobs advertised over six months",
        zh="当地招聘指数六个月变化",
    ),
    _feature(
        name="context_site_headcount_change_3m",
        topic="context_site_headcount_change",
        unit="share",
        en="growth of the site over three months",
        zh="职场近三个月人数增长",
    ),
    _feature(
        name="context_site_resignation_share_3m",
        topic="context_site_resignation_share",
        unit="share",
        direction=1,
        en="monthly resignation rate of the site over three months",
        zh="职场近三个月月均主动离职率",
    ),
)

MEASURES = {"unemployment_rate": ("unemployment_share", 100), "vacancies_index": ("vacancies_index", 1)}
"""Columns of ``market_conditions``, with the measure of their feature and what one of its units holds."""


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the season and what is known of the agent's site: its growth, its resignations, its labour market."""
    sites = _growth(past)
    if past.has("market_conditions"):
        sites = sites.left_join(_market(past), ["site", "as_of"]).drop("site_right", "as_of_right")
    mine = past.months.left_join(sites.cache(), ["site", "as_of"])
    number = (mine.month % 12 + 1).cast("string")
    told = [name for name in mine.columns if name.startswith("context_")]
    yield mine.select("agent_id", "as_of", *told, context_month_of_year=number.lpad(2, "0"))


def _market(past: Past) -> ir.Table:
    """Lay this month's conditions beside those of half a year ago, each as they were known then."""
    told = past.state("market_conditions", by=("site",))
    measures = {name: told[column] / unit for column, (name, unit) in MEASURES.items() if column in told.columns}
    now = told.select("site", "as_of", month=month_number(told.as_of), **measures)
    then = now.select("site", month=now.month + 6, **{f"{name}_earlier": now[name] for name in measures})
    both = now.left_join(then, ["site", "month"])
    found = {}
    for name in measures:
        found[f"context_{name}"] = both[name]
        found[f"context_{name.rsplit('_', 1)[0]}_change_6m"] = both[name] - both[f"{name}_earlier"]
    return both.select("site", "as_of", **found)


def _growth(past: Past) -> ir.Table:
    """Compare the agents at risk at a site with those three months ago, and count who resigned since."""
    months = past.months.filter(past.months.site.notnull())
    now = months.group_by("site", "as_of", "month").aggregate(heads=months.count())
    then = now.select("site", month=now.month + 3, heads_earlier=now.heads)
    both = now.left_join(then, ["site", "month"]).drop("site_right", "month_right")
    both = both.left_join(resignation_rates(past, "site", windows=(3,)), ["site", "as_of"])
    return both.select(
        "site",
        "as_of",
        context_site_headcount_change_3m=ratio(both.heads, both.heads_earlier) - 1,
        context_site_resignation_share_3m=both.rate_3m,
    )


CONTEXT = Family(name=FAMILY, features=FEATURES, build=build)
