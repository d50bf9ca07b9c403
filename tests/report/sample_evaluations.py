"""Evaluations of the sample month: six evaluators, two items, contacts scored twice, appeals, errors and a session."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from attrition.report.figures.evaluators.records import EvaluationRecords, Session

EVALUATORS = tuple(f"8000{number:02d}" for number in range(1, 7))
SEVERITY = np.array([6.0, 3.0, 0.5, -0.5, -3.0, -6.0])
ITEMS = {"greeting": 0.3, "solution": 1.7}
"""How much of an evaluator's severity shows in each item."""
MONTHS, PEOPLE, A_MONTH = 15, 60, 4


def evaluation_records(groups: pd.DataFrame, as_of: date, rng: np.random.Generator) -> EvaluationRecords:
    """Return a year and a quarter of evaluations of some agents of a month."""
    people = groups.head(PEOPLE)
    ends = pd.date_range(end=as_of, periods=MONTHS, freq="ME")
    placed = pd.concat([people.assign(as_of=end) for end in ends], ignore_index=True)
    rows = placed.loc[placed.index.repeat(A_MONTH), ["agent_id", "as_of"]].reset_index(drop=True)
    return EvaluationRecords(
        items=_items(rows, rng),
        groups=placed[["agent_id", "as_of", "site", "team_id"]],
        panel=_panel(placed, rng),
        sessions=(Session(day=(ends[-4] + pd.Timedelta(days=10)).date()),),
        numbers={name: name for name in EVALUATORS},
    )


def _items(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row per item; each agent has an own evaluator, and is now and then given to another."""
    size, numbers = len(rows), pd.factorize(rows["agent_id"])[0]
    evaluator = np.where(rng.random(size) < 0.6, numbers % 6, rng.integers(0, 6, size))
    day = rows["as_of"] - pd.to_timedelta(rng.integers(0, 27, size), unit="D")
    appealed, upheld = rng.random(size) < 0.1, rng.random(size) < 0.3
    whole = rows.drop(columns="as_of").assign(
        evaluation_id=[f"Q{number}" for number in range(size)],
        contact_id=[f"C{number // 2 if number % 8 < 2 else -number}" for number in range(size)],
        evaluated_on=day,
        evaluator_id=np.array(EVALUATORS)[evaluator],
        critical_errors=rng.poisson(0.05, size),
        noncritical_errors=rng.poisson(0.8, size),
        appealed=appealed,
        appeal_upheld=appealed & upheld,
        appeal_resolved_on=(day + pd.Timedelta(days=9)).where(appealed),
        feedback_on=(day + pd.to_timedelta(rng.integers(1, 12, size), unit="D")).where(rng.random(size) < 0.95),
    )
    quality = 85 + (numbers % 7) - 3
    scores = {item: quality - weight * SEVERITY[evaluator] + rng.normal(0, 4, size) for item, weight in ITEMS.items()}
    return pd.concat([whole.assign(item=item, score=np.clip(score, 0, 100)) for item, score in scores.items()])


def _panel(placed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the features of the panel that stand beside evaluations; a point of score pays twelve a month."""
    score = rng.normal(85, 4, len(placed))
    bonus = 900 + 12 * (score - 85) + rng.normal(0, 30, len(placed))
    return placed[["agent_id", "as_of"]].assign(
        pay_base_amount=5000.0,
        pay_bonus_share_3m=bonus / (5000 + bonus),
        quality_score_3m=score,
        team_since_coaching_days=rng.integers(0, 60, len(placed)).astype(float),
    )
