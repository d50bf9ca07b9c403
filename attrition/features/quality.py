"""Features about quality: evaluation scores, errors, appeals, feedback, severity of evaluators, and satisfaction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import ibis
import ibis.expr.types as ir

from attrition.exposure.fixed_point import from_fixed_point, to_fixed_point
from attrition.exposure.past import Past
from attrition.features.contact_totals import contact_totals
from attrition.features.declare import Family, Feature
from attrition.features.operators import ratio
from attrition.features.ratios import differences, ratios_of_totals, select_features

FAMILY = "quality"
TABLE = "qa_evaluations"
_coaching = partial(Feature, family=FAMILY, lever="coaching")

FEATURES = (
    _coaching(
        name="quality_score_1m",
        topic="quality_score",
        unit="score",
        direction=-1,
        en="mean quality score this month",
        zh="本月质检平均分",
    ),
    _coaching(
        name="quality_score_3m",
        topic="quality_score",
        unit="score",
        direction=-1,
        peers=True,
        en="mean quality score over three months",
        zh="近三个月质检平均分",
    ),
    _coaching(
        name="quality_score_6m",
        topic="quality_score",
        unit="score",
        direction=-1,
        en="mean quality score over six months",
        zh="近六个月质检平均分",
    ),
    _coaching(
        name="quality_score_change_6m",
        topic="quality_score_change",
        measure="change",
        unit="score",
        direction=-1,
        en="this month's mean quality score minus that of six months",
        zh="本月质检平均分与近六个月之差",
    ),
    _coaching(
        name="quality_score_change_12m",
        topic="quality_score_change",
        measure="change",
        unit="score",
        direction=-1,
        en="mean quality score of three months minus that of twelve",
        zh="近三个月质检平均分与近十二个月之差",
    ),
    _coaching(
        name="quality_evaluations_3m",
        topic="quality_evaluations",
        unit="count",
        absence="zero",
        en="number of evaluations over three months",
        zh="近三个月质检次数",
    ),
    _coaching(
        name="quality_critical_errors_3m",
        topic="quality_critical_errors",
        unit="ratio",
        direction=1,
        en="fatal errors per evaluation over three months",
        zh="近三个月每次质检致命性差错数",
    ),
    _coaching(
        name="quality_critical_errors_6m",
        topic="quality_critical_errors",
        unit="ratio",
        direction=1,
        peers=True,
        en="fatal errors per evaluation over six months",
        zh="近六个月每次质检致命性差错数",
    ),
    _coaching(
        name="quality_noncritical_errors_3m",
        topic="quality_noncritical_errors",
        unit="ratio",
        direction=1,
        en="non-fatal errors per evaluation over three months",
        zh="近三个月每次质检非致命性差错数",
    ),
    _coaching(
        name="quality_appeals_6m",
        topic="quality_appeals",
        unit="count",
        direction=1,
        absence="zero",
        en="number of appeals decided over six months",
        zh="近六个月申诉结案数",
    ),
    _coaching(
        name="quality_appeals_lost_6m",
        topic="quality_appeals_lost",
        unit="count",
        direction=1,
        absence="zero",
        en="number of appeals lost over six months",
        zh="近六个月申诉失败数",
    ),
    _coaching(
        name="quality_appeals_upheld_share_12m",
        topic="quality_appeals_upheld_share",
        unit="share",
        en="share of appeals that succeeded over twelve months",
        zh="近十二个月申诉成功率",
    ),
    _coaching(
        name="quality_evaluator_severity_3m",
        topic="quality_evaluator_severity",
        unit="score",
        direction=1,
        en="strictness of the agent's evaluators over three months (points they mark others below the centre)",
        zh="近三个月所遇质检员的严格度（给他人的评分低于全中心的分数）",
    ),
    _coaching(
        name="quality_feedback_days_3m",
        topic="quality_feedback_days",
        unit="days",
        direction=1,
        en="average wait for feedback over three months",
        zh="近三个月质检反馈平均等待天数",
    ),
    _coaching(
        name="quality_csat_3m",
        topic="quality_csat",
        unit="score",
        direction=-1,
        peers=True,
        en="mean customer satisfaction over three months",
        zh="近三个月客户满意度平均分",
    ),
    _coaching(
        name="quality_csat_change_6m",
        topic="quality_csat_change",
        measure="change",
        unit="score",
        direction=-1,
        en="mean customer satisfaction of three months minus that of six",
        zh="近三个月客户满意度与近六个月之差",
    ),
)

# Ratios and differences by name: two totals, or two values. A name that begins with ``_`` is an intermediate step.
RATIOS_OF_EVALUATIONS = {
    "quality_score_1m": ("score_1m", "evaluations_1m"),
    "quality_score_3m": ("score_3m", "evaluations_3m"),
    "quality_score_6m": ("score_6m", "evaluations_6m"),
    "_score_12m": ("score_12m", "evaluations_12m"),
    "quality_critical_errors_3m": ("critical_3m", "evaluations_3m"),
    "quality_critical_errors_6m": ("critical_6m", "evaluations_6m"),
    "quality_noncritical_errors_3m": ("noncritical_3m", "evaluations_3m"),
}
RATIOS_OF_APPEALS = {"quality_appeals_upheld_share_12m": ("upheld_12m", "decided_12m")}
RATIOS_OF_FEEDBACK = {"quality_feedback_days_3m": ("waited_3m", "feedback_3m")}
RATIOS_OF_CONTACTS = {"quality_csat_3m": ("csat_3m", "answers_3m"), "_csat_6m": ("csat_6m", "answers_6m")}
DIFFERENCES = {
    "quality_score_change_6m": ("quality_score_1m", "quality_score_6m"),
    "quality_score_change_12m": ("quality_score_3m", "_score_12m"),
    "quality_csat_change_6m": ("quality_csat_3m", "_csat_6m"),
}


def build(past: Past) -> Iterator[ir.Table]:
    """Yield the features from ``qa_evaluations``, as far as it has the columns, and satisfaction from ``contacts``."""
    if past.has(TABLE):
        yield _scores(past)
    if past.has(TABLE, "appealed", "appeal_upheld", "appeal_resolved_on"):
        yield _appeals(past)
    if past.has(TABLE, "feedback_on"):
        yield _feedback(past)
    if past.has(TABLE, "evaluator_id"):
        yield _severity(past)
    contacts = contact_totals(past)
    if contacts is not None:
        means = ratios_of_totals(contacts, RATIOS_OF_CONTACTS)
        yield select_features(contacts, means | differences(means, DIFFERENCES), FEATURES)


def _scores(past: Past) -> ir.Table:
    """Return mean scores and errors over the evaluations of each window, and their number."""
    sums = {"score": lambda t: t.score, "evaluations": lambda t: t.score.notnull()}
    windows: dict[str, tuple[int, ...]] = {"score": (1, 3, 6, 12), "evaluations": (1, 3, 6, 12)}
    if past.has(TABLE, "critical_errors"):
        sums["critical"], windows["critical"] = (lambda t: t.critical_errors), (3, 6)
    if past.has(TABLE, "noncritical_errors"):
        sums["noncritical"], windows["noncritical"] = (lambda t: t.noncritical_errors), (3,)
    totals = past.totals(TABLE, sums, windows=windows)
    means = ratios_of_totals(totals, RATIOS_OF_EVALUATIONS)
    counts = {"quality_evaluations_3m": totals.evaluations_3m}
    return select_features(totals, means | differences(means, DIFFERENCES) | counts, FEATURES)


def _appeals(past: Past) -> ir.Table:
    """Return numbers of appeals, counted on the day of the decision, since earlier neither is on record."""
    sums = {
        "decided": lambda t: t.appealed,
        "lost": lambda t: t.appealed & ~t.appeal_upheld,
        "upheld": lambda t: t.appealed & t.appeal_upheld,
    }
    windows = {"decided": (6, 12), "lost": (6,), "upheld": (12,)}
    totals = past.totals(TABLE, sums, windows=windows, date_column="appeal_resolved_on")
    counts = {"quality_appeals_6m": totals.decided_6m, "quality_appeals_lost_6m": totals.lost_6m}
    return select_features(totals, ratios_of_totals(totals, RATIOS_OF_APPEALS) | counts, FEATURES)


def _feedback(past: Past) -> ir.Table:
    """Return the mean days from evaluation to feedback, over the feedback of the window."""
    sums = {
        "feedback": lambda t: t.feedback_on.notnull(),
        "waited": lambda t: ibis.greatest(t.feedback_on.delta(t.evaluated_on, unit="day"), 0),
    }
    totals = past.totals(TABLE, sums, windows=(3,), date_column="feedback_on")
    return select_features(totals, ratios_of_totals(totals, RATIOS_OF_FEEDBACK), FEATURES)


def _severity(past: Past) -> ir.Table:
    """Return the severity of the agent's evaluators: the centre's mean score minus the mean they give to other agents.

    Evaluators are weighted by the number of their evaluations of the agent. The agent's own scores are left out of an
    evaluator's mean; with them, an agent's poor month would look like a severe evaluator.
    """
    sums = {"score": lambda t: t.score, "evaluations": lambda t: t.score.notnull()}
    totals = past.totals(TABLE, sums, windows=(3,), by=("evaluator_id",))
    keys = ("agent_id", "as_of", "evaluator_id")
    totals = totals.select(*keys, score=to_fixed_point(totals.score_3m), evaluations=totals.evaluations_3m).cache()
    severity = _beside_others(totals).mutate(
        severity=lambda t: from_fixed_point(t.mean_of_centre - ratio(t.total - t.score, t.number - t.evaluations))
    )
    severity = severity.filter(severity.severity.notnull())
    weighted = severity.mutate(severity=to_fixed_point(severity.severity * severity.evaluations))
    agents = weighted.group_by("agent_id", "as_of").aggregate(
        severity=weighted.severity.sum(), evaluations=weighted.evaluations.sum()
    )
    mean = ratio(from_fixed_point(agents.severity), agents.evaluations)
    return agents.select("agent_id", "as_of", quality_evaluator_severity_3m=mean)


def _beside_others(totals: ir.Table) -> ir.Table:
    """Return scores by agent and evaluator with the evaluator's sum and number, and the mean of the centre.

    Joining these small tables is faster than a window function over all rows.
    """
    evaluators = totals.group_by("as_of", "evaluator_id").aggregate(
        total=totals.score.sum(), number=totals.evaluations.sum()
    )
    months = evaluators.group_by("as_of").aggregate(
        mean_of_centre=ratio(evaluators.total.sum(), evaluators.number.sum())
    )
    same = [totals.as_of == evaluators.as_of, totals.evaluator_id.identical_to(evaluators.evaluator_id)]
    rows = totals.inner_join(evaluators, same).select(*totals.columns, "total", "number")
    return rows.inner_join(months, "as_of")


QUALITY = Family(name=FAMILY, features=FEATURES, build=build)
