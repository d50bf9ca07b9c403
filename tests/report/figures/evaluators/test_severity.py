"""Evaluators are compared on the same agents, drawn to the mean where little is known, and with honest intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from attrition.data.synthetic.layout import make_layout
from attrition.data.synthetic.market import draw_market
from attrition.data.synthetic.simulate import SimulatedMonth, simulate_months
from attrition.data.synthetic.teams import evaluator_severities
from attrition.report.figures.evaluators.severity import severities
from tests.report.figures.evaluators.tables import typed

STRICT_WITH_STRONG_AGENTS = """
agent_id | month   | evaluator_id | score
strong   | 2026-01 | strict       | 90
strong   | 2026-01 | strict       | 91
strong   | 2026-01 | mild         | 95
strong   | 2026-02 | strict       | 89
weak     | 2026-01 | mild         | 76
weak     | 2026-01 | mild         | 75
weak     | 2026-01 | strict       | 70
weak     | 2026-02 | mild         | 75
"""


def test_an_evaluator_is_compared_on_the_same_agents_and_not_by_whom_they_were_given() -> None:
    scores = typed(STRICT_WITH_STRONG_AGENTS)
    assert scores.groupby("evaluator_id")["score"].mean().idxmax() == "strict"
    severity = severities(scores)
    assert severity is not None
    assert severity.mean["strict"] - severity.mean["mild"] == pytest.approx(5, abs=0.5)


def test_nobody_is_compared_with_evaluators_who_share_no_agent_with_them() -> None:
    elsewhere = typed("agent_id | month | evaluator_id | score \n far | 2026-01 | alone | 20")
    severity = severities(pd.concat([typed(STRICT_WITH_STRONG_AGENTS), elsewhere]))
    assert severity is not None
    assert set(severity.mean.index) == {"strict", "mild"}
    assert severities(elsewhere) is None


def evaluations(simulated: SimulatedMonth) -> pd.DataFrame:
    """Return a simulated month's evaluations."""
    rows = simulated.evaluations
    people = simulated.seats["person"][rows["seat"]]
    return pd.DataFrame({"agent_id": people, "month": simulated.month.number} | {
        "evaluator_id": rows["evaluator"], "score": rows["score"]
    })  # fmt: skip


def test_the_severities_of_a_synthetic_centre_are_found_in_their_order_and_within_the_intervals() -> None:
    layout = make_layout(150, 6, seed=2, last_month="2026-10")
    months = list(simulate_months(layout, draw_market(layout)))[-6:]
    severity = severities(pd.concat([evaluations(month) for month in months]))
    assert severity is not None
    truth = evaluator_severities(layout)[severity.mean.index]
    distance = severity.mean - (truth - truth.mean())
    assert spearmanr(severity.mean, truth).statistic > 0.9
    assert (distance.abs() < 1.96 * severity.error).mean() > 0.7
    assert np.sqrt((distance**2).mean()) < 2 * severity.error.mean()
