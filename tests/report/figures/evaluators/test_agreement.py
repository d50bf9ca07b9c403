"""Agreement on contacts scored twice: the textbook's intraclass correlation, and nobody agreeing with themselves."""

from __future__ import annotations

import pandas as pd
import pytest

from attrition.report.figures.evaluators.agreement import agreement
from tests.report.figures.evaluators.tables import typed

SHROUT_AND_FLEISS_1979 = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def test_the_intraclass_correlation_and_its_interval_are_those_of_the_textbook() -> None:
    rows = [
        (f"contact {contact}", f"judge {judge}", "A", score)
        for contact, scores in enumerate(SHROUT_AND_FLEISS_1979)
        for judge, score in enumerate(scores)
    ]
    result = agreement(pd.DataFrame(rows, columns=["contact_id", "evaluator_id", "agent_id", "score"]))
    assert result is not None
    assert (result.icc, result.icc_low, result.icc_high) == pytest.approx((0.17, -0.13, 0.72), abs=0.005)
    assert result.within**2 == pytest.approx(6.26, abs=0.01)


def test_only_contacts_that_several_evaluators_scored_count() -> None:
    scores = typed("""
    contact_id | evaluator_id | agent_id | score
    1          | strict       | A        | 80
    1          | mild         | A        | 90
    2          | strict       | B        | 70
    2          | mild         | B        | 74
    3          | strict       | C        | 60
    3          | mild         | C        | 61
    4          | mild         | A        | 10
    4          | mild         | A        | 99
    """)
    result = agreement(scores)
    assert result is not None
    assert (result.contacts, result.difference) == (3, 5)
    assert agreement(scores[scores["contact_id"] > "2"]) is None
