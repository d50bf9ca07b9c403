"""Career path: time in role and grade, promotions and applications, training, and career talks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.data.values.hire_dates import known_hire_date
from attrition.exposure.past import Past, RowValue
from attrition.features.assignment_changes import assignment_changes
from attrition.features.declare import Family, Feature
from attrition.features.operators import days_since, with_lagged
from attrition.features.peers import with_mean_of_others

FAMILY = "career"
ALL_HISTORY = 1200
"""Window in which the last promotion is searched, in months; longer than the data of any site."""
_career = partial(Feature, family=FAMILY, lever="career_path")
_event_count = partial(_career, unit="count", absence="zero")

FEATURES = (
    _career(name="career_job_role", unit="category", lever="none", en="job role", zh="岗位"),
    _career(name="career_grade", unit="category", lever="none", en="grade", zh="职级"),
    _career(name="career_in_role_days", unit="days", direction=1, en="time in the present role", zh="现岗位天数"),
    _career(
        name="career_in_grade_days",
        unit="days",
        direction=1,
        en="time in the present grade",
        zh="现职级天数",
        peers=True,
    ),
    _career(
        name="career_account_changes_12m",
        topic="career_account_changes",
        unit="count",
        lever="workload",
        en="number of moves between accounts in twelve months",
        zh="近十二个月业务线调动次数",
    ),
    _career(name="career_skill_count", unit="count", en="number of skills", zh="技能数"),
    _career(
        name="career_skills_added_6m",
        topic="career_skills_added",
        unit="count",
        direction=-1,
        en="number of skills added in six months",
        zh="近六个月新增技能数",
    ),
    _career(
        name="career_skills_over_grade_count",
        unit="count",
        direction=1,
        en="number of skills beyond others of the same grade",
        zh="超出同职级同事的技能数",
    ),
    _career(
        name="career_since_promotion_days",
        topic="career_in_grade_days",
        measure="days_since",
        unit="days",
        direction=1,
        en="days since the last promotion or, without one, hire",
        zh="距上次晋升（或入职）天数",
        event_en="the last promotion or, without one, hire",
        event_zh="上次晋升（或入职）",
    ),
    _event_count(
        name="career_promotions_24m",
        topic="career_in_grade_days",
        direction=-1,
        en="number of promotions in two years",
        zh="近两年晋升次数",
    ),
    _event_count(
        name="career_lateral_moves_12m",
        topic="career_lateral_moves",
        direction=-1,
        en="number of lateral moves in twelve months",
        zh="近十二个月平级调动次数",
    ),
    _event_count(
        name="career_applications_12m",
        topic="career_applications",
        en="number of applications for another post in twelve months",
        zh="近十二个月内部应聘次数",
    ),
    _event_count(
        name="career_rejections_6m",
        topic="career_rejections",
        direction=1,
        en="number of rejected applications in six months",
        zh="近六个月内部应聘被拒次数",
        peers=True,
    ),
    _event_count(
        name="career_rejections_12m",
        topic="career_rejections",
        direction=1,
        en="number of rejected applications in twelve months",
        zh="近十二个月内部应聘被拒次数",
    ),
    _career(
        name="career_since_rejection_days",
        topic="career_rejections",
        measure="days_since",
        unit="days",
        direction=-1,
        en="days since the last rejected application within a year",
        zh="距一年内最近一次内部应聘被拒天数",
        event_en="the last rejected application within a year",
        event_zh="一年内最近一次内部应聘被拒",
    ),
    _career(
        name="career_training_hours_6m",
        topic="career_training_hours",
        unit="hours",
        direction=-1,
        absence="zero",
        en="training in six months",
        zh="近六个月培训时长",
        peers=True,
    ),
    _career(
        name="career_training_hours_12m",
        topic="career_training_hours",
        unit="hours",
        direction=-1,
        absence="zero",
        en="training in twelve months",
        zh="近十二个月培训时长",
    ),
    _event_count(
        name="career_training_cancelled_6m",
        topic="career_training_cancelled",
        direction=1,
        en="number of cancelled training sessions in six months",
        zh="近六个月被取消的培训次数",
    ),
    _event_count(
        name="career_certifications_12m",
        topic="career_certifications",
        direction=-1,
        en="number of certifications in twelve months",
        zh="近十二个月获得认证数",
    ),
    _event_count(
        name="career_talks_6m",
        topic="career_talks",
        direction=-1,
        en="number of career talks in six months",
        zh="近六个月职业发展面谈次数",
    ),
    _event_count(
        name="career_talks_12m",
        topic="career_talks",
        direction=-1,
        en="number of career talks in twelve months",
        zh="近十二个月职业发展面谈次数",
    ),
    _career(
        name="career_since_talk_days",
        topic="career_talks",
        measure="days_since",
        unit="days",
        direction=1,
        en="days since the last career talk within a year",
        zh="距一年内最近一次职业发展面谈天数",
        event_en="the last career talk within a year",
        event_zh="一年内最近一次职业发展面谈",
    ),
    _event_count(
        name="career_development_plans_12m",
        topic="career_development_plans",
        direction=-1,
        en="number of development plans agreed in twelve months",
        zh="近十二个月制定的发展计划数",
    ),
)

EVENT_COUNTS = {
    "lateral_moves": ("lateral_move", (12,)),
    "applications": ("application", (12,)),
    "rejections": ("application_rejected", (6, 12)),
    "training_cancelled": ("training_cancelled", (6,)),
    "certifications": ("certification", (12,)),
    "talks": ("career_talk", (6, 12)),
    "development_plans": ("development_plan", (12,)),
}
"""By name of the count: the kind of event in ``career_events``, and the windows in months."""


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the features from ``assignments`` (or ``snapshots``), then those from ``career_events``."""
    if past.has("assignments", "job_role") or past.has("snapshots", "job_role"):
        yield past.months.select("agent_id", "as_of", career_job_role=past.months.job_role)
    if past.has("assignments"):
        yield _time_in_assignment(past)
        yield _grade_and_skills(past)
    if past.has("career_events"):
        yield _promotions(past)
        yield _events(past)


def _time_in_assignment(past: Past) -> ir.Table:
    """Return the time in role and grade, and the number of moves between accounts."""
    changes = assignment_changes(past)
    builders = {
        "job_role": ("career_in_role_days", lambda t: days_since(t.job_role_since, t.as_of)),
        "grade": ("career_in_grade_days", lambda t: days_since(t.grade_since, t.as_of)),
        "account": ("career_account_changes_12m", lambda t: t.account_changes_12m),
    }
    features = {name: build(changes) for column, (name, build) in builders.items() if past.has("assignments", column)}
    return changes.select("agent_id", "as_of", **features)


def _grade_and_skills(past: Past) -> ir.Table:
    """Return grade, number of skills, skills added recently, and skills minus the mean of others in the grade."""
    assignment = past.state("assignments")
    columns = [name for name in ("grade", "skill_count") if name in assignment.columns]
    months = past.with_lags.select("agent_id", "as_of", "month", "hire_date")
    rows = months.inner_join(assignment.select("agent_id", "as_of", *columns), ["agent_id", "as_of"])
    features = {}
    if len(columns) == 2:
        rows = with_mean_of_others(rows, ["skill_count"], group=("grade",))
    if "skill_count" in columns:
        rows = with_lagged(rows, "skill_count", months=6)
        features["career_skill_count"] = rows.skill_count
        features["career_skills_added_6m"] = rows.skill_count - rows.skill_count_lagged
    if "grade" in columns:
        features["career_grade"] = rows.grade
    if len(columns) == 2:
        features["career_skills_over_grade_count"] = rows.skill_count - rows.skill_count_others
    return rows.select("agent_id", "as_of", **features)


def _promotions(past: Past) -> ir.Table:
    """Return promotions and the days since the last one in the current spell, or since the hire without one."""
    events = past.events("career_events", months=ALL_HISTORY)
    promotions = events.filter(events.kind == "promotion")
    totals = promotions.group_by("agent_id", "as_of").aggregate(
        _promoted_on=promotions.event_date.max(), career_promotions_24m=promotions.count(where=promotions.age < 24)
    )
    rows = past.months.left_join(totals, ["agent_id", "as_of"])
    since = rows._promoted_on.fill_null(known_hire_date(rows))
    since = ibis.ifelse(since < rows.hire_date, rows.hire_date, since)
    return rows.select(
        "agent_id", "as_of", "career_promotions_24m", career_since_promotion_days=days_since(since, rows.as_of)
    )


def _events(past: Past) -> ir.Table:
    """Return counts of career events, hours of training, and the days since the last rejection and the last talk."""
    sums: dict[str, RowValue] = {measure: partial(_is, kind) for measure, (kind, _) in EVENT_COUNTS.items()}
    windows = {measure: months for measure, (_, months) in EVENT_COUNTS.items()}
    if past.has("career_events", "hours"):
        sums["training_hours"] = lambda t: _is("training", t).ifelse(t.hours, 0.0)
        windows["training_hours"] = (6, 12)
    latest_dates = {
        "rejected_on": lambda t: _is("application_rejected", t).ifelse(t.event_date, ibis.null("date")),
        "talked_on": lambda t: _is("career_talk", t).ifelse(t.event_date, ibis.null("date")),
    }
    totals = past.totals("career_events", sums, windows=windows, latest_dates=latest_dates)
    return totals.select(
        "agent_id",
        "as_of",
        **{f"career_{name}_{w}m": totals[f"{name}_{w}m"] for name in sums for w in windows[name]},
        career_since_rejection_days=days_since(totals.rejected_on, totals.as_of),
        career_since_talk_days=days_since(totals.talked_on, totals.as_of),
    )


def _is(kind: str, rows: ir.Table) -> ir.BooleanValue:
    return rows.kind == kind


CAREER = Family(name=FAMILY, features=FEATURES, build=build)
