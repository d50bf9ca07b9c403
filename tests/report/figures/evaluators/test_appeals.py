"""Appeals count with what became of them, and only what chance does not explain is called more or fewer."""

from __future__ import annotations

import pandas as pd

from attrition.report.figures.evaluators.appeals import appeals_by
from tests.report.figures.evaluators.tables import typed

APPEALS = """
evaluation_id | agent_id | evaluator_id | appealed | appeal_upheld | appeal_resolved_on
1             | A        | strict       | true     | true          | 2026-03-02
2             | B        | strict       | true     | false         | 2026-03-03
3             | C        | strict       | true     |               |
4             | A        | strict       | false    |               |
5             | A        | mild         | false    |               |
6             | B        | mild         | false    |               |
"""


def test_an_appeal_that_is_not_decided_yet_has_neither_succeeded_nor_failed() -> None:
    table = appeals_by(typed(APPEALS), "evaluator_id").loc["strict"]
    assert table[["evaluations", "agents", "appeals", "decided", "upheld"]].tolist() == [4, 3, 3, 2, 1]
    assert (table["rate"], table["success"]) == (0.75, 0.5)


def test_of_few_evaluations_nobody_is_named() -> None:
    assert set(appeals_by(typed(APPEALS), "evaluator_id")["rate_verdict"]) == {"level"}


def test_far_more_appeals_than_against_the_others_are_beyond_chance() -> None:
    rows = typed(APPEALS)
    table = appeals_by(pd.concat([rows] * 20), "evaluator_id")
    assert table["rate_verdict"].to_dict() == {"strict": "more", "mild": "fewer"}
