"""Doubt base pay whose usual amount no agent earns in a month in the site's currency: it is per year or per hour."""

from __future__ import annotations

from attrition.data.consistency.facts import Facts
from attrition.data.consistency.samples import sample
from attrition.data.phrase import Phrase
from attrition.errors import Fault

FEWEST_ROWS = 10
"""With fewer amounts pay has no usual size."""
MONTHLY = {
    "AUD": (800, 14_000),
    "BRL": (700, 18_000),
    "CAD": (700, 12_000),
    "CHF": (1_200, 16_000),
    "CNY": (1_200, 30_000),
    "EUR": (250, 10_000),
    "GBP": (250, 9_000),
    "HKD": (4_000, 70_000),
    "INR": (5_000, 200_000),
    "JPY": (90_000, 900_000),
    "MXN": (3_500, 80_000),
    "MYR": (800, 16_000),
    "PHP": (6_000, 150_000),
    "PLN": (1_200, 25_000),
    "SGD": (600, 14_000),
    "TWD": (14_000, 200_000),
    "USD": (120, 12_000),
    "ZAR": (2_500, 80_000),
}
"""By currency, within what the median monthly base pay of a centre lies, with much room on both sides."""
PERIODS = {"year": (1 / 12, "年薪"), "hour": (160.0, "时薪")}
"""By period what turns its pay into monthly pay, roughly, and its name in Chinese."""


def check_pay_sizes(facts: Facts) -> list[Fault]:
    """Return a fault where the median of base pay is no monthly pay in the site's currency, but yearly or hourly pay.

    Where there is a table of market pay, its benchmark says more.
    """
    usual = MONTHLY.get(facts.declared.site.currency)
    if usual is None or not facts.has("pay", "base_pay") or facts.has("market_pay", "p50"):
        return []
    if "base_pay" in facts.declared.tables["pay"].units:
        return []
    amounts = sample(facts, "pay", ["base_pay"])["base_pay"].astype("float64")
    amounts = amounts[amounts > 0]
    median, (low, high) = float(amounts.median()), usual
    if len(amounts) < FEWEST_ROWS or low <= median <= high:
        return []
    periods = [period for period, (factor, _) in PERIODS.items() if low <= median * factor <= high]
    return [_fault(facts, median, period) for period in periods[:1]]


def _fault(facts: Facts, median: float, period: str) -> Fault:
    return Fault(
        file=facts.source_name("pay"),
        table="pay",
        column="base_pay",
        rule=Phrase(
            "a median of {median} {currency} looks like pay per {period}",
            "中位数为 {median} {currency}，疑似{period_zh}",
            median=f"{median:,.0f}" if median >= 1000 else f"{median:,.2f}",
            currency=facts.declared.site.currency,
            period=period,
            period_zh=PERIODS[period][1],
        ),
        rows=None,
        advice=Phrase(
            'write units = {{ base_pay = "per {period}" }} under [tables.pay] and it is converted; if the amounts are '
            'right, write "per month"',
            '在 [tables.pay] 下写 units = {{ base_pay = "per {period}" }} 即可换算；若金额无误，写 "per month"',
            period=period,
        ),
        severity="features",
        effect=Phrase(
            "Levels of pay, and what a raise costs, would be off by that factor.", "薪酬水平及加薪成本将相差相应倍数。"
        ),
    )
