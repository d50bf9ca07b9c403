"""Numbers and dates that systems write for "not known": repeated values far from all others, impossible birth dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import ibis

from attrition.data.consistency.facts import Facts
from attrition.data.consistency.samples import sample
from attrition.data.phrase import Phrase
from attrition.data.values.hire_dates import LAST_UNKNOWN_DAY
from attrition.errors import Fault

if TYPE_CHECKING:
    import numpy as np

FEWEST_REPEATS = 3
"""A value is a system's word for "not known" only if at least so many rows have exactly it."""
LARGEST_SHARE = 0.5
"""A value that more of the rows have is a usual one."""
EACH_END = 3
"""So many such values are looked for at each end."""
YOUNGEST, OLDEST = 14, 90
"""Ages in years at the hire, outside of which a birth date is wrong."""


def find_extremes(facts: Facts) -> list[Fault]:
    """Return a fault for each declared feature of the snapshots with values that repeat apart from all others."""
    if "snapshots" not in facts.tables:
        return []
    features = facts.declared.tables["snapshots"].features
    names = [name for name, feature in features.items() if feature.unit != "category" and facts.has("snapshots", name)]
    if not names:
        return []
    rows = sample(facts, "snapshots", names)
    faults = []
    for name in names:
        values = rows[name].astype("float64").dropna().to_numpy()
        if outlying := dict(outlying_values(values)):
            faults.append(_extreme_fault(facts, name, list(outlying), sum(outlying.values()) / len(values)))
    return faults


def outlying_values(values: np.ndarray) -> Iterator[tuple[float, int]]:
    """Yield each value that several rows have exactly, and that lies apart from all others, with its number of rows.

    It lies apart if it is further from its neighbour than the others are from each other, or if it is negative and none
    of the others is.

    Examples
    --------
    >>> import numpy as np
    >>> list(outlying_values(np.array([-99.0] * 3 + [50, 60, 70, 80, 9999, 9999, 9999])))
    [(-99.0, 3), (9999.0, 3)]
    >>> list(outlying_values(np.array([0.0] * 3 + [1, 2, 3, 100])))
    []
    """
    import numpy as np

    numbers, counts = np.unique(values, return_counts=True)
    repeated = []
    for end in (0, -1) * EACH_END:
        if len(numbers) < 3:
            break
        rest, rows = np.delete(numbers, end), counts[end]
        gap = abs(rest[end] - numbers[end])
        is_apart = gap > rest[-1] - rest[0] or numbers[end] < 0 <= rest[0]
        if is_apart and FEWEST_REPEATS <= rows <= LARGEST_SHARE * len(values):
            repeated.append((float(numbers[end]), int(rows)))
            numbers, counts = rest, np.delete(counts, end)
    yield from sorted(repeated)


def _extreme_fault(facts: Facts, name: str, values: list[float], share: float) -> Fault:
    listed = ", ".join(f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}" for value in values)
    return Fault(
        file=facts.source_name("snapshots"),
        table="snapshots",
        column=name,
        rule=Phrase(
            "{share:.1%} of the values are {values}, far from all others, as systems write for no value",
            "{share:.1%} 的数值为 {values}，远离其他数值，系统常以此表示无值",
            share=share,
            values=listed,
        ),
        rows=None,
        share=share,
        advice=Phrase(
            "declare them as no value: {name} = [{values}] under [tables.snapshots.missing]",
            "请声明其表示无值：在 [tables.snapshots.missing] 下写 {name} = [{values}]",
            name=name,
            values=listed,
        ),
        severity="features",
        effect=Phrase(
            "The feature would take them for measurements.",
            "该特征会将其当作真实数值。",
        ),
    )


def doubt_birth_dates(facts: Facts) -> list[Fault]:
    """Return a fault where birth dates lie ahead, or make agents too young or too old at their hire."""
    if not facts.has("agents", "birth_date", "hire_date"):
        return []
    rows = facts.newest("agents")
    age = rows.hire_date.year() - rows.birth_date.year()
    has_hire = rows.hire_date > LAST_UNKNOWN_DAY
    is_wrong = (rows.birth_date > ibis.literal(facts.data_ends)) | (has_hire & ~age.between(YOUNGEST, OLDEST))
    count = rows.aggregate(rows=rows.count(where=is_wrong)).to_pyarrow().to_pylist()[0]["rows"]
    if not count:
        return []
    return [
        Fault(
            file=facts.source_name("agents"),
            table="agents",
            column="birth_date",
            rule=Phrase(
                "birth date that makes an agent younger than {youngest} or older than {oldest} at the hire",
                "按出生日期，入职时不满 {youngest} 岁或超过 {oldest} 岁",
                youngest=YOUNGEST,
                oldest=OLDEST,
            ),
            rows=count,
            advice=Phrase(
                "correct the export; years of two digits may have been read in the wrong century",
                "请更正导出文件；两位数年份可能被读成了错误的世纪",
            ),
            severity="features",
            effect=Phrase("Only audits of fairness by age use it.", "仅影响按年龄进行的公平性审计。"),
        )
    ]
