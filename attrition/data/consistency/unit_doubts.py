"""Doubt the unit of a column whose usual value is 60, 24, 12, 100 or 1000 times too large or too small."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from attrition.data.consistency.clusters import find_clusters
from attrition.data.consistency.facts import Facts
from attrition.data.consistency.samples import sample
from attrition.data.engine import run_in_parallel
from attrition.data.phrase import Phrase
from attrition.data.schema import Column
from attrition.data.tables import TABLES
from attrition.data.values.units import factors, unit_zh
from attrition.errors import Fault, Severity

if TYPE_CHECKING:
    import pandas as pd

FEWEST_VALUES = 10
"""With fewer values other than 0 a column has no usual value."""
FEWEST_IN_GROUP = 8
"""A site or month with fewer values is not compared with the others."""
FAR = 3.0
"""A unit is wrong beyond doubt if nearly all values are this many times outside of what is plausible."""
NEARLY_ALL = 0.95
TOLERANCE = 1.6
"""A value is off by a factor where it is so within this ratio."""
FEW_SHARE = 0.05
"""A second cluster of a smaller share of the values is no second unit."""
GAP = 4.0
"""Two clusters are in different units only where nothing lies between them in at least this ratio."""


class Doubt(NamedTuple):
    """What is doubtful about a column, how bad it is, and the unit it seems to be in, or "" where none fits."""

    rule: Phrase
    severity: Severity = "features"
    unit: str = ""


def doubt_units(facts: Facts) -> list[Fault]:
    """Return a fault for each column whose unit is doubted as a whole, for some sites or months, or for some rows."""
    tables = {
        table: [column for column in TABLES[table].columns if _is_judged(facts, table, column)]
        for table in facts.tables
        if table in facts.declared.tables
    }
    tasks = [partial(_doubt_table, facts, table, columns) for table, columns in tables.items() if columns]
    return [fault for faults in run_in_parallel(facts.con, tasks) for fault in faults]


def _doubt_table(facts: Facts, table: str, columns: Sequence[Column]) -> list[Fault]:
    names = dict.fromkeys(name for column in columns for name in (column.name, column.typical_per) if name)
    rows = sample(facts, table, list(names))
    values = _values(columns, rows)
    medians = [_medians(values, rows[by]) for by in ("month", "site")]
    doubts = [(column, next(_doubts(column, values[column.name], medians), None)) for column in columns]
    return [_fault(facts, table, column, doubt) for column, doubt in doubts if doubt is not None]


def _is_judged(facts: Facts, table: str, column: Column) -> bool:
    """Return whether a column is supplied, has a usual size, and its unit is not declared."""
    names = [column.name, *filter(None, [column.typical_per])]
    is_declared = column.name in facts.declared.tables[table].units
    return column.typical is not None and facts.has(table, *names) and not is_declared


def _values(columns: Sequence[Column], rows: pd.DataFrame) -> pd.DataFrame:
    """Return the values of the columns, each divided by its `typical_per`; 0 counts as no value."""
    import pandas as pd

    numbers = rows[[*{name for column in columns for name in (column.name, column.typical_per) if name}]]
    numbers = numbers.astype("float64").replace([0.0, math.inf, -math.inf], math.nan)
    values = {
        column.name: numbers[column.name] / numbers[column.typical_per] if column.typical_per else numbers[column.name]
        for column in columns
    }
    return pd.DataFrame(values)


def _medians(values: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return the median of each column by group, null where a group has too few values."""
    grouped = values.groupby(groups)
    return grouped.median().where(grouped.count() >= FEWEST_IN_GROUP)


def _doubts(column: Column, values: pd.Series, medians: Sequence[pd.DataFrame]) -> Iterator[Doubt]:
    """Yield the doubts of one column, the most telling first; `medians` are those by month and by site."""
    values = values.dropna()
    if len(values) >= FEWEST_VALUES:
        for by, grouped in zip(("month", "site"), medians, strict=True):
            yield from _doubts_of_groups(column, by, grouped[column.name].dropna())
        yield from _doubts_of_column(column, values)
        yield from _doubts_of_rows(column, values)


def _doubts_of_groups(column: Column, by: str, medians: pd.Series) -> Iterator[Doubt]:
    """Yield the months or sites whose median is off by a factor, beside plausible ones of the others."""
    import numpy as np

    low, high = column.typical or (0, math.inf)
    sizes = medians.to_numpy()
    plausible = sizes[(sizes >= low) & (sizes <= high)]
    for unit, factor in _other_factors(column).items() if len(plausible) else ():
        is_off = np.abs(np.log(np.abs(sizes) * factor / np.median(plausible))) <= math.log(TOLERANCE)
        if is_off.any():
            yield Doubt(_of_groups(by, medians[is_off], len(medians), unit), unit=unit)


def _of_groups(by: str, off: pd.Series, groups: int, unit: str) -> Phrase:
    if by == "site":
        return Phrase(
            "looks like {unit} at {off} of {groups} sites, beside the others",
            "{groups} 个职场中有 {off} 个疑似以{other_zh}计，与其他职场不一致",
            unit=unit,
            other_zh=unit_zh(unit),
            off=len(off),
            groups=groups,
        )
    return Phrase(
        "looks like {unit} in {off} of {groups} months ({first} to {last}), beside the others",
        "{groups} 个月中有 {off} 个月（{first} 至 {last}）疑似以{other_zh}计，与其他月份不一致",
        unit=unit,
        other_zh=unit_zh(unit),
        off=len(off),
        groups=groups,
        first=_month(off.index.min()),
        last=_month(off.index.max()),
    )


def _month(number: float) -> str:
    year, month = divmod(int(number), 12)
    return f"{year}-{month + 1:02}"


def _doubts_of_column(column: Column, values: pd.Series) -> Iterator[Doubt]:
    """Yield a doubt of a whole column whose median is not plausible."""
    low, high = column.typical or (0, math.inf)
    median = float(values.median())
    if low <= median <= high:
        return
    limit = column.maximum or math.inf
    fitting = {
        unit: factor
        for unit, factor in sorted(_other_factors(column).items(), key=lambda item: -item[1])
        if low <= median * factor <= high and values.quantile(NEARLY_ALL) * factor <= limit
    }
    unit = next(iter(fitting), "")
    most = values.quantile(NEARLY_ALL if median < low else 1 - NEARLY_ALL)
    is_far = most * FAR < low if median < low else most > high * FAR
    yield Doubt(_of_column(column, median, unit), "stops" if is_far and unit else "features", unit)


def _of_column(column: Column, median: float, unit: str) -> Phrase:
    named = {
        "median": f"{median:.3g}",
        "own": f" {column.unit}" if column.unit else "",
        "own_zh": f" {unit_zh(column.unit)}" if column.unit else "",
        "per": f" per {column.typical_per}" if column.typical_per else "",
        "per_zh": f"（每 {column.typical_per}）" if column.typical_per else "",
    }
    if unit:
        return Phrase(
            "a median of {median}{own}{per} looks like {unit}",
            "中位数为 {median}{own_zh}{per_zh}，疑似以{other_zh}计",
            **named,
            unit=unit,
            other_zh=unit_zh(unit),
        )
    low, high = column.typical or (0, 0)
    return Phrase(
        "a median of {median}{own}{per}, where {low:g} to {high:g} is usual",
        "中位数为 {median}{own_zh}{per_zh}，通常为 {low:g} 至 {high:g}",
        **named,
        low=low,
        high=high,
    )


def _doubts_of_rows(column: Column, values: pd.Series) -> Iterator[Doubt]:
    """Yield a doubt of rows that are a cluster of their own, off by a factor from the others."""
    clusters = find_clusters(values[values > 0].to_numpy()) if _other_factors(column) else []
    main = max(clusters, key=lambda cluster: cluster.rows, default=None)
    for other in clusters:
        if main is None or other is main or other.rows < FEW_SHARE * len(values):
            continue
        gap = max(main.low / other.high, other.low / main.high)
        for unit, factor in _other_factors(column).items() if gap >= GAP else ():
            if 1 / TOLERANCE <= other.median * factor / main.median <= TOLERANCE:
                yield Doubt(
                    Phrase(
                        "{share:.0%} of the values look like {unit}, beside the others",
                        "{share:.0%} 的数值疑似以{other_zh}计，与其他数值不一致",
                        share=other.rows / len(values),
                        unit=unit,
                        other_zh=unit_zh(unit),
                    ),
                    unit=unit,
                )


def _other_factors(column: Column) -> dict[str, float]:
    return {unit: factor for unit, factor in factors(column.unit).items() if factor != 1}


def _fault(facts: Facts, table: str, column: Column, doubt: Doubt) -> Fault:
    return Fault(
        file=facts.source_name(table),
        table=table,
        column=column.name,
        rule=doubt.rule,
        rows=None,
        advice=_advice(table, column, doubt.unit),
        severity=doubt.severity,
        effect=Phrase(
            "Features and figures from this column would be off by that factor.",
            "由该列计算的特征和数字将相差相应倍数。",
        ),
    )


def _advice(table: str, column: Column, unit: str) -> Phrase:
    """Return how to declare the unit: the one it seems to be in or, if the values are right, its own."""
    if not unit:
        return Phrase(
            "see whether another column was mapped here",
            "请核对此处是否映射了其他列",
        )
    return Phrase(
        'write units = {{ {column} = "{unit}" }} under [tables.{table}] and it is converted; '
        'if the values are right, write "{own}"; if rows differ, export them in one unit',
        '在 [tables.{table}] 下写 units = {{ {column} = "{unit}" }} 即可换算；数值无误时写 "{own}"；'
        "各行单位不一致时请统一后重新导出",
        table=table,
        column=column.name,
        unit=unit,
        own=column.unit,
    )
