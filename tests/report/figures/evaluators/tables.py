"""Evaluations written as text, typed as the report has them."""

from __future__ import annotations

import pandas as pd

from tests.text_tables import frame

DAYS = ("evaluated_on", "feedback_on", "appeal_resolved_on")
MONTHS = ("month", "as_of")
NUMBERS = (
    *("score", "critical_errors", "noncritical_errors", "pay_base_amount"),
    *("pay_bonus_share_3m", "quality_score_3m", "team_since_coaching_days"),
)
FLAGS = ("appealed", "appeal_upheld", "is_coached")


def typed(text: str) -> pd.DataFrame:
    """Parse a table of text; months are written ``2026-03`` and mean their last day."""
    rows = frame(text)
    for name in rows:
        if name in DAYS:
            rows[name] = pd.to_datetime(rows[name])
        elif name in MONTHS:
            rows[name] = pd.to_datetime(rows[name]) + pd.offsets.MonthEnd(0)
        elif name in NUMBERS:
            rows[name] = rows[name].astype(float)
        elif name in FLAGS:
            rows[name] = rows[name].map({"true": True, "false": False})
    return rows
