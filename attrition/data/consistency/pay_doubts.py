"""Doubt base pay that is per hour or per year where it should be per month, in some rows or in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrition.data.consistency.clusters import Cluster, find_clusters
from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.errors import Fault, Severity

if TYPE_CHECKING:
    import numpy as np

PERIOD_RATIOS = {
    ("month", "year"): (7.0, 21.0),
    ("hour", "month"): (90.0, 300.0),
    ("hour", "year"): (900.0, 4000.0),
}
"""By periods of pay: how many times the median of the second is that of the first, with room for unlike jobs."""
FEWEST_ROWS = 2
SECOND_SHARE = 0.05
"""From this share of rows in another period on, levels of pay cannot be compared, and the table is refused."""
MOST_BONUS = 3.0
"""A typical single bonus of more months of base pay than this shows that base pay is not per month."""
_ZH = {"hour": "时薪", "month": "月薪", "year": "年薪"}
_CURE = Phrase(
    "map a column that says hour, month or year to pay_period, and each row is converted; where all rows are alike, "
    'write units = { base_pay = "per hour" } or "per year" under [tables.pay]; where they are right, "per month"',
    "请将注明时、月、年的列映射为 pay_period，逐行换算（取值 hour、month、year）；若各行一致，在 [tables.pay] 下写 "
    'units = { base_pay = "per hour" } 或 "per year"；若数值无误，写 "per month"',
)
_EFFECT = Phrase(
    "Levels of pay, and what a raise costs, would be compared across different units.",
    "薪酬水平及加薪成本将在不同单位之间比较。",
)


def doubt_pay(facts: Facts) -> list[Fault]:
    """Return a fault where rows of base pay differ by a period, or all of it differs from benchmark and bonuses."""
    if not facts.has("pay", "base_pay") or "base_pay" in facts.declared.tables["pay"].units:
        return []
    pay = _amounts(facts, "pay", "base_pay")
    return [*_mixed(facts, pay)] or [*_beside_benchmark(facts, pay)] or [*_beside_bonuses(facts, pay)]


def _amounts(facts: Facts, table: str, column: str) -> np.ndarray:
    """Return every amount over 0: rows are named by their number, so none is left out."""
    values = facts.newest(table).select(column).to_pyarrow().to_pandas()[column].astype("float64")
    return values[values > 0].to_numpy()


def _mixed(facts: Facts, pay: np.ndarray) -> Iterator[Fault]:
    """Yield a fault that names the clusters of pay as periods, with their numbers of rows."""
    clusters = [cluster for cluster in find_clusters(pay) if cluster.rows >= FEWEST_ROWS]
    periods = _periods(clusters)
    if len(periods) < 2:
        return
    rows = sorted(cluster.rows for cluster in periods.values())[-2]
    others = sum(cluster.rows for cluster in periods.values()) - max(cluster.rows for cluster in periods.values())
    listed = [(period, f"{cluster.rows:,}", f"{cluster.median:,.4g}") for period, cluster in periods.items()]
    yield _fault(
        facts,
        Phrase(
            "pay of different periods in one column: {listed}",
            "同一列中计薪周期不一致：{other_zh}",
            listed=", ".join(f"{n} rows look like pay per {period} (median {median})" for period, n, median in listed),
            other_zh="，".join(f"{n} 行疑似{_ZH[period]}（中位数 {median}）" for period, n, median in listed),
        ),
        "stops" if rows >= SECOND_SHARE * len(pay) else "features",
        rows=others,
    )


def _periods(clusters: list[Cluster]) -> dict[str, Cluster]:
    """Return clusters that are a known ratio apart by their period; empty if no two are."""
    for number, lower in enumerate(clusters):
        for upper in clusters[number + 1 :]:
            for (first, second), (low, high) in PERIOD_RATIOS.items():
                if not low <= upper.median / lower.median <= high:
                    continue
                named = {first: lower, second: upper}
                known = {
                    period: cluster
                    for cluster in clusters
                    for period in ("hour", "month", "year")
                    if cluster not in (lower, upper) and period not in named and _fits(named, period, cluster)
                }
                return dict(sorted((named | known).items(), key=lambda item: item[1].median))
    return {}


def _fits(named: dict[str, Cluster], period: str, cluster: Cluster) -> bool:
    """Return whether a cluster is in the right ratio to every named one to be pay of this period."""
    for (first, second), (low, high) in PERIOD_RATIOS.items():
        if period == second and first in named and not low <= cluster.median / named[first].median <= high:
            return False
        if period == first and second in named and not low <= named[second].median / cluster.median <= high:
            return False
    return True


def _beside_benchmark(facts: Facts, pay: np.ndarray) -> Iterator[Fault]:
    """Yield a fault where the median pay is a known ratio away from the benchmark, which is per month."""
    import numpy as np

    if not facts.has("market_pay", "p50") or "p50" in facts.declared.tables["market_pay"].units:
        return
    benchmark = _amounts(facts, "market_pay", "p50")
    if not len(pay) or not len(benchmark):
        return
    ratio = float(np.median(pay) / np.median(benchmark))
    for period, times in (("year", ratio), ("hour", 1 / ratio)):
        low, high = PERIOD_RATIOS[("month", "year") if period == "year" else ("hour", "month")]
        if low <= times <= high:
            yield _fault(
                facts,
                Phrase(
                    "the median is {times:.3g} times {side} the benchmark of market_pay, as pay per {period} would be",
                    "中位数为 market_pay 基准的 {ratio:.3g} 倍，疑似{other_zh}",
                    times=times,
                    side="that of" if period == "year" else "below",
                    ratio=ratio,
                    period=period,
                    other_zh=_ZH[period],
                ),
                "stops",
            )


def _beside_bonuses(facts: Facts, pay: np.ndarray) -> Iterator[Fault]:
    """Yield a fault where a typical bonus is several times the base pay."""
    import numpy as np

    if not facts.has("bonuses", "amount"):
        return
    bonuses = _amounts(facts, "bonuses", "amount")
    if len(bonuses) >= 10 and len(pay) and np.median(bonuses) > MOST_BONUS * np.median(pay):
        times = float(np.median(bonuses) / np.median(pay))
        yield _fault(
            facts,
            Phrase(
                "a typical bonus is {times:.3g} times the typical base pay, which is not per month then",
                "典型奖金为典型基本工资的 {times:.3g} 倍，基本工资应非月薪",
                times=times,
            ),
            "features",
        )


def _fault(facts: Facts, rule: Phrase, severity: Severity, rows: int | None = None) -> Fault:
    return Fault(
        file=facts.source_name("pay"),
        table="pay",
        column="base_pay",
        rule=rule,
        rows=rows,
        advice=_CURE,
        severity=severity,
        effect=_EFFECT,
    )
