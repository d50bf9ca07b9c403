"""Sample inputs of a report: the sample month, three years of spells, past scores, the panel, interventions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from attrition.pilot.lessons import Lesson, from_log_ratio
from attrition.predict.driver_views import MONTHS_BACK
from attrition.predict.playbook import BasePay, Replacement
from attrition.report.inputs import ReportInputs
from tests.report.sample_evaluations import evaluation_records
from tests.report.sample_indicators import sample_sums
from tests.report.sample_month import AS_OF, FEATURES, SITES, SIZES, feature, month_inputs

TEAM_SITES = {team: SITES[0] if team.startswith("FS") else SITES[1] for team in SIZES}
ACCOUNTS = {team: ("retail", "travel")[number % 2] for number, team in enumerate(SIZES)}
CHANNELS = {team: "voice" if number % 5 else "chat" for number, team in enumerate(SIZES)}
MARKET = "pay_market_ratio"
WORKLOAD = (
    feature("workload_occupancy_1m", "workload", "share", "occupancy this month", "本月座席占用率",
            topic="workload_occupancy"),
    feature("workload_overtime_minutes_1m", "workload", "minutes", "overtime per day this month", "本月日均加班时长"),
    feature("schedule_night_share_3m", "schedule", "share", "share of night shifts", "近三个月夜班占比"),
)  # fmt: skip
REPLACEMENT = Replacement(
    recruiting=1500, training=5000, ramp_months=3, ramp_share_lost=0.4, vacancy_months=1, vacancy_share_lost=0.5
)
PLAN = {
    "budget": 50_000.0,
    "cost": 41_000.0,
    "expected_saving": 62_000.0,
    "saving_low": 20_000.0,
    "saving_high": 110_000.0,
    "chance_of_loss": 0.02,
    "offers": 80,
    "interventions": {"career_talk": 44, "hybrid_work": 30, "talk_first": 6},
    "comparison": [
        {"way": "plan", "expected_saving": 62_000.0},
        {"way": "riskiest first", "expected_saving": 41_000.0},
    ],
}


def sample_inputs(seed: int = 7) -> ReportInputs:
    """Return the sample month with everything the centre's edition can show."""
    rng, inputs = np.random.default_rng(seed), month_inputs(seed)
    panel_rows = _panel_rows(inputs, rng)
    return replace(
        inputs,
        spells=spells(rng),
        past_scores=_past_scores(inputs, rng),
        panel_rows=panel_rows,
        previous_scores=_previous_scores(inputs, rng),
        base_pay_history=panel_rows[["agent_id", "as_of", "pay_base_amount"]],
        driver_views=pd.concat([inputs.driver_views, _views(inputs, rng)], ignore_index=True),
        interventions_received=_interventions_received(inputs, rng),
        lessons=(lesson(),),
        plan=PLAN,
        replacement=REPLACEMENT,
        base_pay=BasePay(feature="pay_base_amount", default=4800),
        indicators=sample_sums(SIZES, TEAM_SITES),
        repeats_within="2 hours",
        events=({"date": "2026-10-05", "kind": "tool_rollout", "site": None},),
        features=(*FEATURES, *WORKLOAD),
        evaluations=evaluation_records(inputs.groups, AS_OF, np.random.default_rng(seed)),
    )


def lesson() -> Lesson:
    effects = {
        "estimate": from_log_ratio(-0.3, 0.2),
        "prior": from_log_ratio(-0.1, 0.1),
        "posterior": from_log_ratio(-0.15, 0.09),
    }
    return Lesson(
        pilot="talks", intervention="career_talk", read_as_of=date(2026, 9, 30), grade="randomised", **effects
    )


def spells(rng: np.random.Generator, hires: int = 900) -> pd.DataFrame:
    """Draw spells from three years, half of which end within a year."""
    begins = pd.Timestamp("2023-11-01")
    hired = begins + pd.to_timedelta(np.sort(rng.integers(0, 1090, hires)), unit="D")
    left = pd.Series(hired + pd.to_timedelta(np.ceil(rng.exponential(500, hires)), unit="D"))
    has_left = left <= AS_OF
    return pd.DataFrame(
        {
            "agent_id": [f"s{n}" for n in range(hires)],
            "site": rng.choice(["佛山", "Chengdu"], hires),
            "hired": hired,
            "entered": hired,
            "known_on": hired,
            "until": AS_OF,
            "exit_kind": pd.Series(rng.choice(["voluntary", "involuntary"], hires, p=[0.8, 0.2])).where(has_left),
            "left": left.where(has_left),
            "left_known_on": left.where(has_left),
        }
    )


def _past_scores(inputs: ReportInputs, rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for back in range(3, 15):
        rows = inputs.groups[["agent_id", "site", "team_id"]].assign(as_of=AS_OF - pd.offsets.MonthEnd(back))
        risk = np.clip(rng.beta(2, 10, len(rows)), 0.01, 0.9)
        parts.append(rows.assign(risk=risk, resigned=(rng.random(len(rows)) < risk).astype(float)))
    return pd.concat(parts, ignore_index=True)


def _previous_scores(inputs: ReportInputs, rng: np.random.Generator) -> pd.DataFrame:
    """Draw last month's scores of this month's agents."""
    return pd.DataFrame(
        {
            "agent_id": inputs.groups["agent_id"],
            "as_of": AS_OF - pd.offsets.MonthEnd(1),
            "risk": np.clip(rng.beta(2, 10, len(inputs.groups)), 0.01, 0.9),
        }
    )


def _panel_rows(inputs: ReportInputs, rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for back in range(13):
        end = AS_OF - pd.offsets.MonthEnd(back) if back else AS_OF
        rows = inputs.groups[["agent_id", "site", "team_id", "tenure_band"]].assign(as_of=end)
        rows = rows.assign(account=rows["team_id"].map(ACCOUNTS), channel=rows["team_id"].map(CHANNELS))
        size = len(rows)
        values = {
            MARKET: rng.normal(0.98, 0.05, size),
            "pay_base_amount": rng.normal(5200, 400, size),
            "workload_occupancy_1m": rng.normal(0.8, 0.05, size),
            "workload_overtime_minutes_1m": rng.gamma(4, 5 + (back == 0), size),
            "schedule_night_share_3m": rng.beta(2, 10, size),
        }
        parts.append(rows.assign(**values))
    known = [name for name in inputs.panel_rows if name in ("agent_id", "as_of") or name not in parts[0]]
    return pd.concat(parts, ignore_index=True).merge(inputs.panel_rows[known], on=["agent_id", "as_of"], how="left")


def _views(inputs: ReportInputs, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    sites = inputs.groups["site"].value_counts()
    groups = [("centre", "centre", len(inputs.groups)), *(("site", site, n) for site, n in sites.items())]
    for back in MONTHS_BACK:
        end = AS_OF - pd.offsets.MonthEnd(back) if back else AS_OF
        for grouping, group, agents in groups:
            for declared in FEATURES:
                is_now = grouping == "centre" and back == 0
                points = 0.0 if is_now else float(rng.normal(0, 0.8))
                rows.append(
                    (
                        end,
                        grouping,
                        group,
                        agents,
                        declared.family,
                        declared.lever,
                        declared.topic,
                        declared.is_symptom,
                        points,
                    )
                )
    columns = ["as_of", "grouping", "group", "agents", "family", "lever", "topic", "is_symptom", "points"]
    return pd.DataFrame(rows, columns=columns)


def _interventions_received(inputs: ReportInputs, rng: np.random.Generator) -> pd.DataFrame:
    agents = inputs.groups["agent_id"].to_numpy()[:60]
    start = AS_OF - pd.to_timedelta(rng.integers(1, 300, 60), unit="D")
    return pd.DataFrame(
        {
            "agent_id": agents,
            "kind": ["career_talk"] * 30 + ["pay_to_market"] * 15 + ["hybrid_work"] * 15,
            "start_date": start,
            "known_on": start,
            "pilot_id": None,
            "arm": None,
            "declined": [False] * 50 + [True] * 10,
        }
    )
