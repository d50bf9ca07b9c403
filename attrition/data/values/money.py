"""SQL that converts amounts of money to the site's currency at the rates declared under ``[site.rates]``."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.engine import quote_text
from attrition.data.sources import Site
from attrition.data.values.column_sql import ColumnSql
from attrition.data.values.currency_signs import foreign_sign

MONEY = frozenset(
    [("pay", "base_pay"), ("bonuses", "amount"), ("bonuses", "target_amount")]
    + [("market_pay", column) for column in ("p25", "p50", "p75")]
)
"""(table, column) of every column that holds money in tables with a `currency` column."""


def currency_column(columns: Sequence[ColumnSql]) -> ColumnSql | None:
    """Return the column that holds the currency of a row, or None if the table has none."""
    return next((column for column in columns if column.column.name == "currency"), None)


def foreign_currency_condition(currency: ColumnSql, site: Site) -> str:
    """Return the SQL condition that a row is in another currency than the site's."""
    return f"upper({currency.value}) <> {quote_text(site.currency)}"


def missing_rate_condition(currency: ColumnSql, site: Site) -> str:
    """Return the SQL condition that a row is in a currency without a declared rate; such a table is refused."""
    known_codes = ", ".join(quote_text(code) for code in (site.currency, *site.rates))
    return f"upper({currency.value}) NOT IN ({known_codes})"


def foreign_sign_condition(amount: ColumnSql, site: Site) -> str:
    """Return the SQL condition that the text of an amount names another currency than the site's, as $ does for CNY."""
    is_changed = f"{amount.value} IS NOT NULL AND {amount.cleaned} <> {amount.mapped}"
    return f"{is_changed} AND regexp_matches({amount.mapped}, {quote_text(foreign_sign(site.currency))})"


def converted_amount(amount: str, currency: ColumnSql, site: Site) -> str:
    """Return the SQL of an amount converted to the site's currency; rows without a currency are unchanged."""
    cases = " ".join(f"WHEN {quote_text(code)} THEN {rate!r}" for code, rate in sorted(site.rates.items()))
    return f"{amount} * CASE upper({currency.value}) {cases} ELSE 1.0 END" if cases else amount
