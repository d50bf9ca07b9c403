"""Features about tenure and employment: training, probation, contract, hiring, and attrition of the hire class."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.exposure.calendar import month_number
from attrition.exposure.past import Past
from attrition.features.declare import Family, Feature
from attrition.features.operators import days_since, ratio

FAMILY = "tenure"
ALL_HISTORY = 1200
"""Window in which earlier spells are counted, in months; longer than the data of any site."""
NESTING_DAYS = 30
"""Days after classroom training in which an agent works under guidance (the nesting stage)."""
COMMUTE_STEP_MINUTES = 15
"""Commuting time is rounded down to steps, so that it does not reveal an address."""
CLASS_MONTHS = 24
"""In months: agents hired longer ago have no value for the attrition of their hire class."""
_feature = partial(Feature, family=FAMILY, lever="none")

FEATURES = (
    _feature(name="tenure_days", unit="days", en="tenure", zh="在职天数"),
    _feature(name="tenure_stage", topic="tenure_days", unit="category", en="stage of learning the job", zh="上岗阶段"),
    _feature(
        name="tenure_probation_left_days",
        unit="days",
        en="time until probation ends",
        zh="距试用期结束天数",
    ),
    _feature(
        name="tenure_contract_left_days",
        unit="days",
        en="time until the contract ends",
        zh="距合同到期天数",
    ),
    _feature(name="tenure_employment_type", unit="category", en="kind of contract", zh="用工类型"),
    _feature(name="tenure_hiring_source", unit="category", en="way the agent was hired", zh="招聘渠道"),
    _feature(name="tenure_fte_share", unit="share", en="share of a full-time post", zh="全职当量"),
    _feature(
        name="tenure_commute_minutes",
        unit="minutes",
        en="way to work (in steps of fifteen minutes)",
        zh="通勤时间（按15分钟分档）",
    ),
    _feature(
        name="tenure_prior_spells",
        unit="count",
        absence="zero",
        en="number of earlier employments here",
        zh="此前在本中心的任职次数",
    ),
    _feature(
        name="tenure_hire_class_lost_share",
        unit="share",
        direction=1,
        en="share of those hired in the same month at the site who are gone",
        zh="同职场同月入职者的流失比例",
    ),
)


def build(past: Past) -> Iterator[ir.Table]:
    """Yield tenure and the features of the spell's row in ``agents``, then earlier spells and the hire class."""
    months = past.months
    yield months.select("agent_id", "as_of", "tenure_days", **_spell(past))
    if past.has("agents"):
        yield _prior_spells(past)
    if past.has("agents", "site"):
        yield _hire_class(past)


def _spell(past: Past) -> dict[str, ir.Value]:
    """Return the features of the spell's row in ``agents`` by name, as far as the site has the columns."""
    builders = {
        "training_end_date": ("tenure_stage", _stage),
        "probation_end_date": ("tenure_probation_left_days", _probation_left),
        "contract_end_date": ("tenure_contract_left_days", _contract_left),
        "employment_type": ("tenure_employment_type", lambda t: t.employment_type),
        "hiring_source": ("tenure_hiring_source", lambda t: t.hiring_source),
        "fte": ("tenure_fte_share", lambda t: t.fte),
        "commute_minutes": ("tenure_commute_minutes", _commute),
    }
    return {name: build(past.months) for column, (name, build) in builders.items() if past.has("agents", column)}


def _stage(months: ir.Table) -> ir.StringValue:
    """Return training, nesting or production; null where the end of training is unknown."""
    trained = days_since(months.training_end_date, months.as_of)
    return ibis.cases((trained < 0, "training"), (trained < NESTING_DAYS, "nesting"), (trained.notnull(), "production"))


def _probation_left(months: ir.Table) -> ir.NumericValue:
    """Return the days until probation ends, zero once it has ended."""
    left = _days_until(months.probation_end_date, months)
    return ibis.ifelse(left < 0, 0.0, left)


def _contract_left(months: ir.Table) -> ir.NumericValue:
    """Return the days until the contract ends; null once the end has passed, since the agent is still employed."""
    left = _days_until(months.contract_end_date, months)
    return ibis.ifelse(left >= 0, left, ibis.null("float64"))


def _days_until(day: ir.DateValue, months: ir.Table) -> ir.NumericValue:
    return -days_since(day, months.as_of)


def _commute(months: ir.Table) -> ir.NumericValue:
    """Return the commuting time, rounded down to `COMMUTE_STEP_MINUTES`."""
    return (months.commute_minutes / COMMUTE_STEP_MINUTES).floor() * COMMUTE_STEP_MINUTES


def _prior_spells(past: Past) -> ir.Table:
    """Return how many spells the agent had before the current one."""
    hires = past.events("agents", months=ALL_HISTORY)  # a row per spell, dated by its hire date; this spell included
    return hires.group_by("agent_id", "as_of").aggregate(tenure_prior_spells=hires.count() - 1)


def _hire_class(past: Past) -> ir.Table:
    """Return the share of the agent's hire class (same site and month of hire) that has left, without the agent."""
    keys = ["site", "as_of", "hired_month"]
    hires = past.events("agents", months=CLASS_MONTHS)  # a row per spell, dated by its hire date
    hires = hires.mutate(hired_month=month_number(hires.hire_date))
    hired = hires.group_by(*keys).aggregate(hired=hires.count())
    months = past.months.select("agent_id", "as_of", "site", hired_month=month_number(past.months.hire_date))
    months = months.mutate(at_risk=months.count().over(ibis.window(group_by=keys)))
    both = months.inner_join(hired, keys)
    lost = ratio(both.hired - both.at_risk, both.hired - 1)
    return both.select("agent_id", "as_of", tenure_hire_class_lost_share=lost)


TENURE = Family(name=FAMILY, features=FEATURES, build=build)
