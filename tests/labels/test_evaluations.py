"""A report of a past month sees evaluations as they were known then: later appeals have not happened yet."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.labels.evaluations import evaluations_known_at, read_evaluations
from tests.text_tables import tables

APPEALED_LATER = """
evaluation_id | agent_id | evaluator_id | evaluated_on | score | appealed | known_on   | superseded_on
1             | A        | strict       | 2026-03-02   | 60    | false    | 2026-03-04 | 2026-04-10
1             | A        | strict       | 2026-03-02   | 68    | true     | 2026-04-10 |
2             | A        | strict       | 2025-03-02   | 50    | false    | 2025-03-04 |
3             | A        | strict       | 2026-03-30   | 90    | false    | 2026-04-02 |
"""


def test_a_report_of_march_knows_the_score_before_the_appeal_and_of_april_the_one_after() -> None:
    rows = read_evaluations(tables(ibis.duckdb.connect(), qa_evaluations=APPEALED_LATER)["qa_evaluations"]).to_pandas()
    march, april = (evaluations_known_at(rows, pd.Timestamp(day), months=12) for day in ("2026-03-31", "2026-04-30"))
    assert march["score"].tolist() == [60]
    assert april["score"].tolist() == [68, 90]


def test_a_site_that_does_not_say_who_evaluates_supplies_nothing_to_compare() -> None:
    text = "evaluation_id | agent_id | evaluated_on | score \n 1 | A | 2026-03-02 | 60"
    rows = read_evaluations(tables(ibis.duckdb.connect(), qa_evaluations=text)["qa_evaluations"])
    assert rows.num_rows == 0
    assert read_evaluations(None).num_rows == 0
