"""Check that headcount adds up from month to month, and that activity follows it."""

from __future__ import annotations

import pandas as pd

from attrition.data.consistency.facts import Facts
from attrition.data.consistency.headcount import MOVEMENTS
from attrition.data.phrase import Phrase
from attrition.errors import Fault

TOLERATED_SHARE = 0.01
"""So large a share of all hires, exits and moves need not add up; single mistakes are named by the checks of links."""
MAX_DRIFT = 0.10
MIN_MONTHS = 3
MIN_PEOPLE = 30
"""Where fewer people are employed, a few absences are a tenth."""


def check_balance(facts: Facts) -> list[Fault]:
    """Return a fault where hires, exits and moves do not explain headcount, and where activity parts from it."""
    return [*_unbalanced(facts), *_drifts(facts)]


def _unbalanced(facts: Facts) -> list[Fault]:
    rows = facts.headcount
    gained, lost = rows["hires"] + rows["moved_in"], rows["exits"] + rows["gone"] + rows["moved_out"]
    missing = (rows["start"] + gained - lost - rows["end"]).abs()
    movements = rows[list(MOVEMENTS)].to_numpy().sum()
    if missing.sum() <= TOLERATED_SHARE * movements:
        return []
    return [
        Fault(
            file=facts.source_name(facts.roster),
            table=facts.roster,
            column="",
            rule=Phrase(
                "hires and exits that do not add up to the headcount in {months} of {all} months",
                "{all} 个月中有 {months} 个月的入职与离职同在职人数对不上",
                months=int(rows.loc[missing > 0, "as_of"].nunique()),
                all=int(rows["as_of"].nunique()),
            ),
            rows=int(missing.sum()),
            share=float(missing.sum() / movements),
            severity="labels",
            advice=Phrase(
                "runs/headcount.parquet shows site and month: look there for people with two employments at once, "
                "and for exits without an employment",
                "runs/headcount.parquet 列出职场与月份：请检查是否有人同时有两段雇佣，或离职记录没有对应的雇佣",
            ),
            effect=Phrase("rates of leaving are off by as much", "离职率会有相应的偏差"),
        )
    ]


def _drifts(facts: Facts) -> list[Fault]:
    """Return a fault where, at a site, the share of people who are active moves away from what is usual there."""
    off = _months_off(facts.headcount)
    if off.empty:
        return []
    days, sites = pd.to_datetime(off["as_of"]), facts.headcount.loc[facts.headcount["active"] > 0, "site"]
    return [
        Fault(
            file=facts.source_name(facts.roster),
            table=facts.roster,
            column="",
            rule=Phrase(
                "headcount and activity part by more than a tenth between {first:%Y-%m} and {last:%Y-%m} "
                "at {sites} of {all} sites",
                "{first:%Y-%m} 至 {last:%Y-%m}，{all} 个职场中有 {sites} 个的在职人数与出勤人数相差一成以上",
                first=days.min(),
                last=days.max(),
                sites=off["site"].nunique(),
                all=sites.nunique(),
            ),
            rows=round(float(off.groupby("site")["missing"].max().sum())),
            severity="labels",
            advice=_DRIFT_ADVICE,
            effect=Phrase(
                "who has left may count as present, or features of those present may be unknown",
                "已离职者可能被当作在职，或在职者的特征可能未知",
            ),
        )
    ]


def _months_off(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the months of long stretches with activity off by over `MAX_DRIFT`; ``missing`` counts the people."""
    employed = rows["start"] + rows["hires"] + rows["moved_in"]
    rows = rows.assign(employed=employed, share=rows["active"] / employed.where(employed >= MIN_PEOPLE))
    rows = rows[rows["active"] > 0].sort_values(["site", "as_of"])
    usual = rows.groupby("site")["share"].transform("median")
    is_off = (rows["share"] / usual - 1).abs() > MAX_DRIFT
    stretch = (is_off != is_off.groupby(rows["site"]).shift()).groupby(rows["site"]).cumsum()
    length = is_off.groupby([rows["site"], stretch]).transform("size")
    rows = rows.assign(missing=(rows["active"] - usual * rows["employed"]).abs())
    return rows[is_off & (length >= MIN_MONTHS)]


_DRIFT_ADVICE = Phrase(
    "runs/headcount.parquet shows site and month: look there for missing exits or hires, and for people "
    "whose rows are missing in the daily tables",
    "runs/headcount.parquet 列出职场与月份：请检查是否缺少离职或入职记录，或日常表中缺少部分人员的记录",
)
