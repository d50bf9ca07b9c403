"""The coverage of ranges, on scores that can be checked by head."""

from __future__ import annotations

import coverage_of_ranges as benchmark
import pandas as pd

MONTHS = pd.date_range("2026-01-31", periods=2, freq="ME")


def scores(agents: int = 20) -> pd.DataFrame:
    """Return agents of two months at one horizon whose risks rise with their number, and of whom nobody resigned."""
    table = pd.MultiIndex.from_product([range(agents), MONTHS], names=["agent_id", "as_of"]).to_frame(index=False)
    risk = (table["agent_id"] + 1) / 100
    ranges = {"risk": risk, "risk_low": risk - 0.005, "risk_high": risk + 0.005, "true": risk}
    return table.assign(horizon_months=1, resigned=0.0, site="one", **ranges)


def test_true_risks_outside_their_range_are_missed_in_the_top_tenth_too() -> None:
    table = scores()
    table.loc[table["agent_id"] == 19, "true"] = 0.5
    shares = benchmark.risk_coverage(table).set_index("group")["share"]
    assert shares.to_dict() == {"all": 0.95, "top tenth": 0.5}


def test_counts_are_compared_with_the_range_of_their_unit() -> None:
    table = scores()
    shares = benchmark.count_coverage(table, announced=MONTHS[1:]).set_index("group")
    assert shares["share"].to_dict() == {"centre": 1.0, "site": 1.0}  # 2.1 are expected and nobody resigned
    everybody = benchmark.count_coverage(table.assign(resigned=1.0), announced=MONTHS[1:])
    assert everybody["share"].tolist() == [0.0, 0.0]


def test_the_page_has_mean_and_extremes_over_centres() -> None:
    figures = pd.DataFrame({"what": "risks", "group": "all", "horizon": 3, "share": [0.8, 0.9], "n": 10})
    assert "0.85 (0.80-0.90)" in benchmark.coverage_page(figures)
