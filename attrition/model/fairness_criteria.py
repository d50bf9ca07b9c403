"""Promotion criteria of fairness: no protected group may be shown to differ by more than the declared limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from attrition.model.check import FAIR_LEVEL, FAIR_LIST, FAIR_SHARES, Check
from attrition.model.fairness import ABSTAINED, FALSE_ALARMS, LEVEL, LISTED, MISSED, OFFERED, UNDECIDED
from attrition.model.groups import OFF, TOO_FEW

FIGURES = {FAIR_LEVEL: (LEVEL,), FAIR_LIST: (MISSED, FALSE_ALARMS, LISTED), FAIR_SHARES: (ABSTAINED, OFFERED)}
"""Which figures each criterion is about."""
FIGURES_ZH = {
    LEVEL: "实际与预计之比",
    MISSED: "漏列的离职者",
    FALSE_ALARMS: "列入名单的留任者",
    LISTED: "列入名单",
    ABSTAINED: "不作判断",
    OFFERED: "得到建议措施",
}
"""The figures in Chinese."""


def fairness_checks(table: pd.DataFrame) -> list[Check]:
    """Return the results of the criteria of fairness.

    Parameters
    ----------
    table : DataFrame
        From `attrition.model.fairness`, all figures.

    Returns
    -------
    list of Check
        One for the level, one for the errors at the list, one for offers and abstentions; none of those whose figures
        the table lacks, and none at all where a site supplies no protected attribute. A group that is shown to exceed a
        limit fails its check. Where every group of a figure is too small, the check is "too few", which is no pass.

    Examples
    --------
    >>> row = {"figure": "level", "attribute": "gender", "group": "f", "value": 1.6, "low": 0.8, "high": 1.2}
    >>> check, *_ = fairness_checks(pd.DataFrame([row | {"gap": 0.6, "limit": 0.25, "verdict": "off"}]))
    >>> check.status, check.finding
    ('failed', 'off: level of gender f 1.60 (0.80 to 1.20)')
    """
    if table.empty:
        return []
    by_check = {name: table[table["figure"].isin(figures)] for name, figures in FIGURES.items()}
    return [_check(name, rows) for name, rows in by_check.items() if not rows.empty]


def _check(name: str, table: pd.DataFrame) -> Check:
    evaluated, off = table[table["verdict"] != TOO_FEW], table[table["verdict"] == OFF]
    too_few = len(table) - len(evaluated)
    if not off.empty:
        return Check(name, False, f"off: {_listed(off, '; ')}", f"超限：{_listed(off, '；', is_chinese=True)}")
    undecided = int((table["verdict"] == UNDECIDED).sum())
    finding = (
        f"{len(evaluated)} figures of groups, none shown to be over its limit, {undecided} of them not shown to be "
        f"within it either; {too_few} too few to evaluate"
    )
    finding_zh = f"各组共{len(evaluated)}项，均未显示超限，其中{undecided}项尚不能断定；{too_few}项人数过少，不作评估"
    unevaluated = set(FIGURES[name]) - set(evaluated["figure"])
    return Check(name, not unevaluated, finding, finding_zh, bool(unevaluated))


def _listed(off: pd.DataFrame, between: str, *, is_chinese: bool = False) -> str:
    """Return which groups are off in which figure: a ratio with where chance may put it, or a gap with its interval."""
    return between.join(
        f"{FIGURES_ZH[row['figure']]}：{row['attribute']} {row['group']} {_figure(row)}"
        if is_chinese
        else f"{row['figure']} of {row['attribute']} {row['group']} {_figure(row)}"
        for row in off.to_dict("records")
    )


def _figure(row: Mapping[Any, Any]) -> str:
    if row["figure"] == LEVEL:
        return f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
    return f"{row['gap']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})"
