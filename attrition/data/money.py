"""Convert amounts of money to the site's currency at the rates it declares; currencies without a rate are refused."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.column_sql import ColumnSql
from attrition.data.engine import quote_text
from attrition.data.sources import Site

MONEY = frozenset(
    [("pay", "base_pay"), ("bonuses", "amount"), ("bonuses", "target_amount")]
    + [("market_pay", column) for column in ("p25", "p50", "p75")]
)
"""Columns that hold money in tables with a `currency` column."""


def currency_column(columns: Sequence[ColumnSql]) -> ColumnSql | None:
    """Return the column that holds the currency of a row, if the table has one."""
    return next((column for column in columns if column.column.name == "currency"), None)


def is_foreign(currency: ColumnSql, site: Site) -> str:
    """Return the SQL condition of a row in another currency than the site's."""
    return f"upper({currency.value}) <> {quote_text(site.currency)}"


def has_no_rate(currency: ColumnSql, site: Site) -> str:
    """Return the SQL condition of a row in a currency without a declared rate."""
    known = ", ".join(quote_text(code) for code in (site.currency, *site.rates))
    return f"upper({currency.value}) NOT IN ({known})"


def converted(amount: str, currency: ColumnSql, site: Site) -> str:
    """Return the SQL of an amount in the site's currency."""
    cases = " ".join(f"WHEN {quote_text(code)} THEN {rate!r}" for code, rate in sorted(site.rates.items()))
    return f"{amount} * CASE upper({currency.value}) {cases} ELSE 1.0 END" if cases else amount
