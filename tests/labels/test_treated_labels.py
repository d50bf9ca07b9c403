"""Labels that an intervention may have changed are counted."""

from __future__ import annotations

import pandas as pd

from attrition.labels.treated_labels import TreatedLabels, count_treated_labels
from tests.text_tables import frame

OUTCOMES = """
    agent_id | as_of      | exit_kind | left_on    | known_on
    1        | 2026-01-31 | voluntary | 2026-03-10 | 2026-03-11
    1        | 2026-02-28 | voluntary | 2026-03-10 | 2026-03-11
    2        | 2026-01-31 |           |            |
    2        | 2026-02-28 |           |            |
    3        | 2026-05-31 |           |            |
"""
RECEIVED = """
    agent_id | kind  | start_date | known_on   | arm     | declined
    1        | buddy | 2026-02-10 | 2026-02-10 |         |
    2        | buddy | 2026-02-10 | 2026-02-10 | control |
    3        | buddy | 2026-06-10 | 2026-06-10 |         |
"""


def table(text: str, *days: str) -> pd.DataFrame:
    rows = frame(text)
    return rows.assign(**{day: pd.to_datetime(rows[day]) for day in days})


def counted(**more: object) -> TreatedLabels:
    outcomes = table(OUTCOMES, "as_of", "left_on", "known_on").astype({"agent_id": str})
    received = table(RECEIVED, "start_date", "known_on").astype({"agent_id": str, "arm": "string"}).assign(**more)
    return count_treated_labels(outcomes, received, 3, known_at=pd.Timestamp("2026-06-30"))


def test_only_mature_labels_of_agents_who_received_an_intervention_within_the_horizon_count() -> None:
    """Agent 1 receives one within three months of January and before the end of February; agent 2 was a control."""
    assert counted() == TreatedLabels(months=3, labels=4, treated=1, agents=1, resigned=1)


def test_a_declined_intervention_does_not_count() -> None:
    assert counted(declined=True).treated == 0
