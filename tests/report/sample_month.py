"""A made-up month of a made-up centre: two sites, ten teams (three small), 300 agents, every kind of driver."""

# ruff: noqa: E501 - a declaration stands on one line

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from attrition.features.declare import Feature
from attrition.model.check import Check
from attrition.predict.driver_views import COLUMNS
from attrition.predict.expected import expected_leavers
from attrition.predict.intervention import Change, Evidence, Intervention
from attrition.report.inputs import Gap, ReportInputs

AS_OF = pd.Timestamp("2026-10-31")
SITES = ("佛山", "Chengdu")
SIZES = {"FS-01": 44, "FS-02": 41, "FS-03": 38, "FS-04": 30, "FS-05": 7, "CD-01": 52, "CD-02": 43, "CD-03": 31}
SIZES |= {"CD-04": 8, "CD-05": 6}


def feature(name: str, lever: str, unit: str, en: str, zh: str, *, symptom: bool = False, **more: str) -> Feature:
    family = name.split("_", 1)[0]
    return Feature(name=name, family=family, lever=lever, unit=unit, en=en, zh=zh, is_symptom=symptom, **more)  # type: ignore[arg-type]


FEATURES = (
    feature("pay_market_ratio", "pay", "ratio", "base pay against the local market median", "基本工资与当地市场中位数之比",
            measure="ratio_to_norm", subject_en="base pay", subject_zh="基本工资",
            norm_en="the local market median", norm_zh="当地市场中位数"),
    feature("pay_since_raise_days", "pay", "days", "days since the last raise", "距上次加薪天数",
            measure="days_since", event_en="the last raise", event_zh="上次加薪"),
    feature("pay_bonus_attainment_3m", "pay", "share", "bonus paid against target over three months", "近三个月奖金达成率"),
    feature("pay_base_amount", "pay", "money", "base pay a month", "月基本工资"),
    feature("career_in_grade_days", "career_path", "days", "time in the present grade", "现职级停留天数"),
    feature("career_training_hours_6m", "career_path", "hours", "training over six months", "近六个月培训时长"),
    feature("career_talk_count_12m", "career_path", "count", "number of career talks over twelve months", "近十二个月职业面谈次数"),
    feature("workload_occupancy_3m", "workload", "share", "occupancy over three months", "近三个月座席占用率",
            topic="workload_occupancy"),
    feature("workload_abusive_share_3m", "workload", "share", "share of abusive contacts over three months", "近三个月辱骂来电占比"),
    feature("schedule_weekend_share_3m", "schedule", "share", "share of shifts on a weekend over three months", "近三个月周末班占比"),
    feature("schedule_notice_days_3m", "schedule", "days", "notice given of shifts over three months", "近三个月班表提前公布天数"),
    feature("team_one_to_ones_1m", "team", "count", "number of one-to-ones last month", "上月一对一沟通次数"),
    feature("team_work_mode", "schedule", "category", "place of work", "工作方式"),
    feature("quality_score_3m", "coaching", "score", "mean quality score over three months", "近三个月质检平均分"),
    feature("tenure_length_days", "none", "days", "tenure", "在职天数"),
    feature("schedule_absence_share_3m", "none", "share", "share of shifts missed over three months", "近三个月缺勤占比", symptom=True),
    feature("workload_wrap_change_3m", "none", "seconds", "change in after-contact work over three months", "近三个月话后处理时长变化",
            symptom=True, measure="change"),
)  # fmt: skip

TYPICAL = {
    "pay_market_ratio": (1.003, -0.05),
    "pay_since_raise_days": (240.0, 160.0),
    "pay_bonus_attainment_3m": (0.94, -0.14),
    "pay_base_amount": (5200.0, -380.0),
    "career_in_grade_days": (410.0, 260.0),
    "career_training_hours_6m": (12.0, -8.0),
    "career_talk_count_12m": (2.0, -2.0),
    "workload_occupancy_3m": (0.81, 0.08),
    "workload_abusive_share_3m": (0.012, 0.017),
    "schedule_weekend_share_3m": (0.22, 0.2),
    "schedule_notice_days_3m": (14.0, -9.0),
    "team_one_to_ones_1m": (2.0, -2.0),
    "quality_score_3m": (86.4, -7.3),
    "tenure_length_days": (420.0, -250.0),
    "schedule_absence_share_3m": (0.03, 0.06),
    "workload_wrap_change_3m": (2.0, 21.0),
}


def intervention(name: str, lever: str, en: str, zh: str, grade: str, source: str, **better: str) -> Intervention:
    evidence = Evidence(grade=grade, source=source, hazard_ratio=0.85, low=0.7, high=1.0)  # type: ignore[arg-type]
    changes = tuple(Change(feature=feature, better=way, to=0.0) for feature, way in better.items())  # type: ignore[arg-type]
    return Intervention(id=name, en=en, zh=zh, lever=lever, limits="", evidence=evidence, changes=changes)  # type: ignore[arg-type]


INTERVENTIONS = (
    intervention("pay_to_market", "pay", "Raise base pay to the market median", "将基本工资调整至市场中位数",
                 "quasi-experimental", "Emanuel & Harrington 2020"),
    intervention("career_talk", "career_path", "Career talk with a written next step", "职业发展面谈并写明下一步",
                 "correlational", "centre documents", career_talk_count_12m="up"),
    intervention("hybrid_work", "schedule", "Offer two days a week at home", "每周两天居家办公",
                 "randomised", "Bloom, Han & Liang 2024", schedule_weekend_share_3m="down"),
    intervention("off_phone_blocks", "workload", "Two off-phone hours a week", "每周两小时离线工作",
                 "assumption", "practice", workload_occupancy_3m="down", workload_abusive_share_3m="down"),
    intervention("talk_first", "none", "Talk first (stay interview)", "先做留任面谈", "assumption", "practice"),
)  # fmt: skip


CHECKS = (
    Check("observed over expected", True, "1.04 lies in 0.80 to 1.25", "1.04，应在0.80至1.25之间"),
    Check("noise features", True, "AUC .503, 0.2 standard errors from .5", "AUC .503，与.5相差0.2个标准误"),
    Check("shuffled labels", True, "AUC .494, 0.6 standard errors from .5", "AUC .494，与.5相差0.6个标准误"),
    Check("calibration error", True, "0.011 is at most 0.015", "0.011，至多0.015"),
)


def month_inputs(seed: int = 7) -> ReportInputs:
    """Draw the month; the same seed gives the same month."""
    rng = np.random.default_rng(seed)
    groups = _groups(rng)
    scores = _scores(groups, rng)
    drivers = _drivers(scores, rng)
    return ReportInputs(
        as_of=AS_OF.date(),
        site="Foshan service centre 佛山客服中心",
        currency="CNY",
        model_name="resignation",
        model_version="7",
        trained_on=date(2026, 7, 31),
        scores=scores,
        drivers=drivers,
        recommendations=_recommendations(scores, rng),
        expected_leavers=_expected(scores, groups),
        quality=_quality(),
        groups=groups,
        history=_history(rng),
        metrics=_metrics(),
        features=FEATURES,
        interventions=INTERVENTIONS,
        checks=CHECKS,
        gaps=(Gap(table="surveys"), Gap(table="contacts", newest=date(2026, 10, 24))),
        assumptions=(
            {"en": "Exits are recorded 3 days after the event (declared delay).", "zh": "离职记录晚3天（已申报）。"},
            "market_pay has no recorded_at; a delay of 30 days is declared.",
        ),
        calibration=_calibration(),
        previous_drivers=_drivers(scores, np.random.default_rng(seed + 1)),
        previous_flagged=tuple(scores[scores["horizon_months"] == 3].nlargest(30, "risk")["agent_id"]),
        capacity=24,
        panel_rows=_panel_rows(groups, rng),
        driver_views=_views(groups, rng),
    )


def _groups(rng: np.random.Generator) -> pd.DataFrame:
    teams = [team for team, size in SIZES.items() for _ in range(size)]
    return pd.DataFrame(
        {
            "agent_id": [f"{number:05d}" for number in rng.permutation(len(teams)) + 101],
            "site": [SITES[0] if team.startswith("FS") else SITES[1] for team in teams],
            "team_id": teams,
            "supervisor_id": [f"S{team}" for team in teams],
            "job_role": rng.choice(["agent", "senior agent"], len(teams), p=[0.8, 0.2]),
            "tenure_band": rng.choice(["31-90 days", "181-365 days", "1-2 years", "2 years and more"], len(teams)),
        }
    )


def _scores(groups: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    base = rng.beta(1.6, 11, len(groups))
    abstained = rng.random(len(groups)) < 0.02
    for horizon, factor in ((1, 0.4), (3, 1.0), (6, 1.7), (12, 2.6)):
        risk = 1 - (1 - base) ** factor
        table = pd.DataFrame({"agent_id": groups["agent_id"], "as_of": AS_OF, "horizon_months": horizon, "risk": risk})
        table["risk_low"], table["risk_high"] = risk * 0.8, np.minimum(risk * 1.25, 1)
        table["involuntary_risk"] = 0.01
        table["rank"] = table["risk"].rank(ascending=False).astype(int)
        table["band"] = np.select(
            [table["rank"] <= 15, table["rank"] <= 45, table["rank"] <= 120], ["very_high", "high", "medium"], "low"
        )
        table["abstained"] = abstained
        table["abstain_reason"] = np.where(abstained, "less than a month in post", None)
        parts.append(table)
    scores = pd.concat(parts, ignore_index=True).assign(model_name="resignation", model_version="7")
    scores["band"] = scores["band"].astype(object).where(~scores["abstained"], None)
    return scores


def _drivers(scores: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for agent, risk in scores.loc[scores["horizon_months"] == 3, ["agent_id", "risk"]].itertuples(index=False):
        strength = rng.exponential(1.0, len(FEATURES)) * (risk - 0.10) + rng.normal(0, 0.02, len(FEATURES))
        strength *= 100 * (risk - 0.12) / strength.sum() if abs(strength.sum()) > abs(risk - 0.12) else 5.0
        for declared, points in zip(FEATURES, strength, strict=True):
            value, step = TYPICAL.get(declared.name, (np.nan, np.nan))
            rows.append(
                {
                    "agent_id": agent,
                    "feature": declared.name,
                    "topic": declared.topic,
                    "family": declared.family,
                    "lever": declared.lever,
                    "value": _rounded(value + step * points / 2.5, declared.unit),
                    "peer_value": value,
                    "category": None if declared.unit != "category" else "office" if points > 0 else "home",
                    "peer_category": "hybrid" if declared.unit == "category" else None,
                    "contribution": points / 10,
                    "points": points,
                    "direction": "raises" if points > 0 else "lowers",
                    "is_symptom": declared.is_symptom,
                }
            )
    return pd.DataFrame(rows).assign(as_of=AS_OF, horizon_months=3)


def _panel_rows(groups: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw values for each agent around a level of the team's own."""
    frame = pd.DataFrame({"agent_id": groups["agent_id"], "as_of": AS_OF})
    team = groups["team_id"].astype("category").cat.codes.to_numpy()
    for name, (value, step) in TYPICAL.items():
        level = rng.normal(0, abs(step) / 2, team.max() + 1)
        frame[name] = value + level[team] + rng.normal(0, abs(step) / 4, len(groups))
    return frame


def _views(groups: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for team, size in SIZES.items():
        for declared in FEATURES:
            contribution = rng.normal(0, 0.1)
            rows.append((AS_OF, "team_id", team, size, declared.family, declared.lever, declared.topic,
                         declared.is_symptom, contribution, 10 * contribution, 0.11, 0.1))  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _rounded(value: float, unit: str) -> float:
    if unit in ("days", "count", "hours"):
        return float(max(0, round(value)))
    return float(np.clip(value, 0, 0.97)) if unit == "share" else float(value)


def _recommendations(scores: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    top = scores[scores["horizon_months"] == 3].nlargest(30, "risk")
    rows = []
    for agent, risk in top[["agent_id", "risk"]].itertuples(index=False):
        best = int(rng.integers(len(INTERVENTIONS)))
        for place, offered in enumerate(INTERVENTIONS):
            rows.append(
                {
                    "agent_id": agent,
                    "as_of": AS_OF,
                    "intervention": offered.id,
                    "lever": offered.lever,
                    "eligible": True,
                    "ineligible_reason": "",
                    "risk_before": risk,
                    "risk_after": risk * (0.95 if offered.id == "talk_first" else rng.uniform(0.65, 0.9)),
                    "cost": {"pay_to_market": 3120.0, "hybrid_work": 900.0}.get(offered.id, 250.0),
                    "expected_saving": rng.uniform(200, 2600),
                    "evidence": offered.evidence.grade,
                    "chosen": place == best,
                }
            )
    return pd.DataFrame(rows)


def _expected(scores: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    return expected_leavers(scores, groups.assign(as_of=AS_OF))


def _quality() -> pd.DataFrame:
    rows = [
        ("shifts", "rows read", 12400, 1.0, ""),
        ("shifts", "repaired: outside 0 to 1440, now empty", 14, 0.0012, "worked_minutes"),
        ("shifts", "noticed: before the agent's hire", 3, 0.0002, "shift_date"),
        ("shifts", "set aside: repeated row", 41, 0.0033, "agent_id, shift_date"),
        ("shifts", "rows used", 12359, 0.9967, ""),
        ("pay", "repaired: blanks around the text", 0, 0.0, ""),
    ]
    table = pd.DataFrame(rows, columns=["table", "rule", "rows", "share", "example_columns"])
    return table.assign(as_of=AS_OF)


def _history(rng: np.random.Generator) -> pd.DataFrame:
    months = pd.date_range("2025-08-31", "2026-07-31", freq="ME")
    expected = 34 + 6 * np.sin(np.arange(len(months)) / 2) + rng.normal(0, 1, len(months))
    resigned = rng.poisson(expected)
    flagged_resigned = rng.binomial(30, 0.31, len(months))
    return pd.DataFrame(
        {
            "as_of": months,
            "expected": expected,
            "low": expected - 11,
            "high": expected + 11,
            "resigned": resigned,
            "flagged": 30,
            "flagged_resigned": flagged_resigned,
            "rest": 268,
            "rest_resigned": resigned - flagged_resigned,
            "is_backtest": np.arange(len(months)) < 9,
        }
    )


def _metrics() -> pd.DataFrame:
    rows = [
        ("auc", "resignation", 0.741, 0.722, 0.759),
        ("auc", "logistic", 0.731, 0.711, 0.750),
        ("auc", "tenure_only", 0.648, 0.626, 0.669),
        ("auc", "base_rate", 0.5, 0.5, 0.5),
        ("average_precision", "resignation", 0.292, 0.262, 0.322),
        ("average_precision", "logistic", 0.281, 0.250, 0.310),
        ("lift_at_capacity", "resignation", 2.9, 2.5, 3.3),
        ("lift_at_capacity", "logistic", 2.7, 2.3, 3.1),
        ("recall_at_capacity", "resignation", 0.29, 0.25, 0.33),
        ("observed_over_expected", "resignation", 1.04, 0.92, 1.15),
        ("calibration_error", "resignation", 0.011, 0.008, 0.016),
        ("brier_skill", "resignation", 0.081, 0.062, 0.101),
    ]
    return pd.DataFrame(rows, columns=["metric", "model", "value", "low", "high"])


def _calibration() -> pd.DataFrame:
    expected = np.array([0.02, 0.04, 0.06, 0.08, 0.10, 0.13, 0.16, 0.20, 0.27, 0.41])
    observed = expected * np.array([1.1, 0.8, 1.1, 1.05, 0.9, 1.1, 0.97, 1.1, 0.95, 0.93])
    half = 1.96 * np.sqrt(observed * (1 - observed) / 350)
    return pd.DataFrame(
        {"expected": expected, "observed": observed, "low": observed - half, "high": observed + half, "agents": 350}
    )
