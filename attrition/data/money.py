"""Money in one currency: the site's, by the rates the site declares; without a rate, mixing is refused."""

from __future__ import annotations

from collections.abc import Sequence

from attrition.data.column_sql import Part
from attrition.data.engine import text
from attrition.data.sources import Site

MONEY = frozenset(
    [("pay", "base_pay"), ("bonuses", "amount"), ("bonuses", "target_amount")]
    + [("market_pay", column) for column in ("p25", "p50", "p75")]
)
"""Columns that hold money beside a `currency`."""


def currency(parts: Sequence[Part]) -> Part | None:
    """Find the column that says which currency a row is in."""
    return next((part for part in parts if part.column.name == "currency"), None)


def foreign(part: Part, site: Site) -> str:
    """Write the SQL that tells whether a row is in another currency than the site's."""
    return f"upper({part.value}) <> {text(site.currency)}"


def unknown(part: Part, site: Site) -> str:
    """Write the SQL that tells whether a row is in a currency for which there is no rate."""
    known = ", ".join(text(code) for code in (site.currency, *site.rates))
    return f"upper({part.value}) NOT IN ({known})"


def converted(value: str, part: Part, site: Site) -> str:
    """Write the SQL of an amount in the site's currency."""
    cases = " ".join(f"WHEN {text(code)} THEN {rate!r}" for code, rate in sorted(site.rates.items()))
    return f"{value} * CASE upper({part.value}) {cases} ELSE 1.0 END" if cases else value
