"""Features that no action for an agent changes: the season, the labour market, growth and turnover of the site."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis.expr.types as ir

from attrition.data.engine import computed_once
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

MARKET_FEATURES = {
    "unemployment_rate": ("context_unemployment_share", "context_unemployment_change_6m", 100),
    "vacancies_index": ("context_vacancies_index", "context_vacancies_change_6m", 1),
}
"""By column of ``market_conditions``: feature of the level, feature of the change, and divisor (percent to share)."""


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the month of the year, and growth, turnover and labour market of the agent's site."""
    sites = _growth_and_turnover(past)
    if past.has("market_conditions"):
        sites = sites.left_join(_labour_market(past), ["site", "as_of"]).drop("site_right", "as_of_right")
    rows = past.months.left_join(sites.cache(), ["site", "as_of"])
    number = (rows.month % 12 + 1).cast("string")
    features = [name for name in sites.columns if name not in ("site", "as_of")]
    yield rows.select("agent_id", "as_of", *features, context_month_of_year=number.lpad(2, "0"))


def _labour_market(past: Past) -> ir.Table:
    """Return the labour market of each site and month, and its change over six months, as known at each month-end."""
    state = past.state("market_conditions", by=("site",))
    levels = {
        level: (change, state[column] / divisor)
        for column, (level, change, divisor) in MARKET_FEATURES.items()
        if column in state.columns
    }
    now = state.select(
        "site", "as_of", month=month_number(state.as_of), **{level: value for level, (_, value) in levels.items()}
    )
    now = computed_once(now)
    earlier = now.select("site", month=now.month + 6, **{f"{level}_lagged": now[level] for level in levels})
    both = now.left_join(earlier, ["site", "month"])
    changes = {change: both[level] - both[f"{level}_lagged"] for level, (change, _) in levels.items()}
    return both.select("site", "as_of", *levels, **changes)


def _growth_and_turnover(past: Past) -> ir.Table:
    """Return the growth of each site over three months, and its monthly resignation rate."""
    months = past.history.filter(past.history.site.notnull())
    now = months.group_by("site", "as_of", "month").aggregate(headcount=months.count())
    earlier = now.select("site", month=now.month + 3, headcount_lagged=now.headcount)
    both = now.left_join(earlier, ["site", "month"]).drop("site_right", "month_right")
    both = both.left_join(resignation_rates(past, "site", windows=(3,)), ["site", "as_of"])
    return both.select(
        "site",
        "as_of",
        context_site_headcount_change_3m=ratio(both.headcount, both.headcount_lagged) - 1,
        context_site_resignation_share_3m=both.rate_3m,
    )


CONTEXT = Family(name=FAMILY, features=FEATURES, build=build)
