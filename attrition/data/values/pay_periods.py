"""Convert base pay to an amount per month, by the period of each row or the unit declared for the column."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data import engine
from attrition.data.engine import Connection, quote_name
from attrition.data.phrase import Phrase
from attrition.data.quality import REPAIRED, QualityLine
from attrition.data.values.units import PAY_PERIODS

MONTHLY_PAY = "monthly_pay"
_WEEKS_PER_MONTH = "(52.0 / 12)"
_FULL_TIME_HOURS = 40


def monthly_pay(
    con: Connection, relation: str, *, columns: Sequence[str], unit: str, hours_relation: str | None
) -> tuple[str, list[QualityLine]]:
    """Return the relation of pay with every `base_pay` per month, and the quality lines of what was converted.

    Parameters
    ----------
    con : Connection
        The database.
    relation : str
        The checked rows of pay.
    columns : sequence of str
        Their columns. A row's `pay_period` says per what it is paid.
    unit : str
        Per what rows without a `pay_period` are paid: "per hour", "per month" or "per year".
    hours_relation : str, optional
        Assignments with `contract_hours_week`: pay per hour is multiplied by the hours of the assignment in force when
        the pay became effective, or by those of 40 hours a week where there is none.
    """
    by_row = "pay_period" if "pay_period" in columns else "NULL"
    period = f"coalesce({by_row}, '{PAY_PERIODS[unit]}')"
    query = f"SELECT {period}, count(*) FROM {quote_name(relation)} WHERE base_pay IS NOT NULL GROUP BY ALL"
    converted = {period: rows for period, rows in engine.fetch_rows(con, query) if period in ("hour", "year")}
    if not converted:
        return relation, []
    month = ", 'month' AS pay_period" if "pay_period" in columns else ""
    hours = hours_relation if "hour" in converted else None
    hours_a_week = f"coalesce(hours.hours, {_FULL_TIME_HOURS})" if hours else f"{_FULL_TIME_HOURS}"
    engine.execute(
        con,
        f"CREATE OR REPLACE TABLE {MONTHLY_PAY} AS SELECT rows.* REPLACE (rows.base_pay * CASE {period} "
        f"WHEN 'hour' THEN {hours_a_week} * {_WEEKS_PER_MONTH} "
        f"WHEN 'year' THEN 1 / 12.0 ELSE 1 END AS base_pay{month}) "
        f"FROM {quote_name(relation)} AS rows{_join_hours(hours)}",
    )
    lines = [
        QualityLine(table="pay", rule=REPAIRED + _CONVERTED[period], rows=rows, columns=("base_pay",))
        for period, rows in sorted(converted.items())
    ]
    return MONTHLY_PAY, lines


_CONVERTED = {
    "hour": Phrase("converted from pay per hour", "由时薪换算"),
    "year": Phrase("converted from pay per year", "由年薪换算"),
    "month": Phrase("converted from pay per month", "由月薪换算"),
}


def _join_hours(relation: str | None) -> str:
    """Return the SQL that joins the contract hours in force on the day on which the pay became effective."""
    if relation is None:
        return ""
    hours = (
        "SELECT agent_id, effective_date, max(contract_hours_week) AS hours "
        f"FROM {quote_name(relation)} WHERE contract_hours_week > 0 GROUP BY ALL"
    )
    return (
        f" ASOF LEFT JOIN ({hours}) AS hours ON rows.agent_id = hours.agent_id "
        "AND rows.effective_date >= hours.effective_date"
    )
