"""Comparisons with peers leave the agent out, need enough others, and do not depend on the order of rows."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from attrition.features.peers import MIN_OTHERS, with_mean_of_others

MONTH = pd.Timestamp("2026-01-31").date()


def compared(con: ibis.BaseBackend, rows: pd.DataFrame) -> pd.Series:
    """Compare ``value`` within ``job_role``; by agent."""
    table = con.create_table("rows", rows.assign(as_of=MONTH), overwrite=True)
    differences = (
        with_mean_of_others(table, ["value"], group=("job_role",)).execute().set_index("agent_id").sort_index()
    )
    return (differences["value"] - differences["value_others"]).rename("value")


def group(values: list[float | None], job_role: str = "agent") -> pd.DataFrame:
    names = [f"{job_role}{place}" for place in range(len(values))]
    return pd.DataFrame({"agent_id": names, "job_role": job_role, "value": pd.Series(values, dtype="float64")})


def test_an_agents_own_value_does_not_count_among_the_others(con: ibis.BaseBackend) -> None:
    differences = compared(con, group([10, 0, 0, 0, 0, 0]))
    assert differences["agent0"] == 10
    assert differences["agent1"] == -2


def test_with_fewer_others_than_five_a_comparison_says_nothing(con: ibis.BaseBackend) -> None:
    assert compared(con, group([1.0] * MIN_OTHERS)).isna().all()
    assert compared(con, group([1.0] * (MIN_OTHERS + 1))).eq(0).all()


def test_unknown_values_are_neither_compared_nor_counted(con: ibis.BaseBackend) -> None:
    differences = compared(con, group([10, 0, 0, 0, 0, 0, None]))
    assert pd.isna(differences["agent6"])
    assert differences["agent1"] == -2


def test_others_of_another_role_do_not_count(con: ibis.BaseBackend) -> None:
    differences = compared(con, pd.concat([group([1.0] * 6), group([100.0] * 6, "senior")], ignore_index=True))
    assert differences.eq(0).all()


def test_the_order_of_rows_changes_no_bit(con: ibis.BaseBackend) -> None:
    rows = group([0.1 * place**3 + 1e7 * (place % 2) for place in range(40)])
    turned = rows.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_series_equal(compared(con, rows), compared(con, turned), check_exact=True)


@pytest.mark.parametrize("size", [6, 50])
def test_the_mean_of_the_others_is_what_a_calculator_gives(con: ibis.BaseBackend, size: int) -> None:
    values = [round(1.5 * place, 1) for place in range(size)]
    differences = compared(con, group(values))
    assert differences["agent3"] == pytest.approx(4.5 - (sum(values) - 4.5) / (size - 1), abs=1e-9)
