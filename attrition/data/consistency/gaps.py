"""Find whole months that are missing in a table, though people were employed and the months around them have rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd

from attrition.data.consistency.absences import site_of_agents
from attrition.data.consistency.facts import Facts
from attrition.data.phrase import Phrase
from attrition.data.rows.agent_months import agent_months
from attrition.data.tables import MONTHLY_TABLES, TABLES
from attrition.errors import Fault

LEAST_AGENTS = 5
"""At a site with fewer agents a month without rows may be chance."""
LEAST_ROWS = 20
"""A table of events counts as regular where each of the months around has at least so many rows."""
MONTHS_AROUND = 3
STRAY_SHARE = 0.05
"""A month with at most this share of what is usual counts as missing."""
REGULAR_SHARE = 0.3
"""A table in which fewer of a site's people appear is not expected to have rows every month."""
EVENT_TABLES = ("qa_evaluations", "interactions", "bonuses", "career_events", "leave_requests", "surveys")
"""Tables that have rows every month at a centre of some size; whether they do is judged by the months around."""


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A month without rows in a table: at which site (None: everywhere), and how many people were employed there."""

    table: str
    site: str | None
    month: pd.Period
    people: int


def check_gaps(facts: Facts) -> list[Fault]:
    """Return a fault for each table in which whole months are missing."""
    gaps = [*_gaps_by_site(facts), *_gaps_in_events(facts)]
    tables = dict.fromkeys(gap.table for gap in gaps)
    return [_fault(facts, table, [gap for gap in gaps if gap.table == table]) for table in tables]


def _gaps_by_site(facts: Facts) -> list[Gap]:
    """Return the months in which a table of `MONTHLY_TABLES` has no rows for a site whose people were employed."""
    activity = facts.activity.filter(facts.activity.table.isin(MONTHLY_TABLES))
    rows = activity.join(site_of_agents(facts.tables), "agent_id")
    counts = rows.group_by("table", "site", "month_start").aggregate(agents=rows.count()).to_pandas()
    counts = counts.assign(month=pd.to_datetime(counts["month_start"]).dt.to_period("M"))
    people = facts.headcount.assign(month=pd.to_datetime(facts.headcount["as_of"]).dt.to_period("M"))
    employed = {site: dict(zip(rows["month"], rows["start"], strict=True)) for site, rows in people.groupby("site")}
    gaps = []
    for (table, site), seen in counts.groupby(["table", "site"]):
        agents = dict(zip(seen["month"], seen["agents"], strict=True))
        of_site = employed.get(site, {})
        missing = _missing(agents, of_site)
        gaps += [Gap(table=table, site=site, month=month, people=of_site[month]) for month in missing]
    return gaps


def _missing(agents: Mapping[pd.Period, int], employed: Mapping[pd.Period, int]) -> list[pd.Period]:
    """Return the months with hardly any agent after months in which the table held a good part of the site's people."""
    usual, missing = 0, []
    for month, people in sorted(employed.items()):
        number = agents.get(month, 0)
        is_regular = usual >= max(LEAST_AGENTS, REGULAR_SHARE * people)
        if is_regular and number <= STRAY_SHARE * usual:
            missing += [month] if people >= LEAST_AGENTS else []
        else:
            usual = number
    return missing


def _gaps_in_events(facts: Facts) -> list[Gap]:
    """Return the months in which a table of `EVENT_TABLES` has hardly a row, though the months around have many."""
    tables = [name for name in EVENT_TABLES if name in facts.tables]
    if not tables:
        return []
    months = [agent_months(facts.con, TABLES[name], name).mutate(table=ibis.literal(name)) for name in tables]
    both = ibis.union(*months) if len(months) > 1 else months[0]
    both = both.filter(both.is_newest & (both.month_end <= ibis.literal(facts.data_ends)))
    months_of = both.group_by("table", month_start=both.month_end.truncate("M").cast("date"))
    counts = months_of.aggregate(rows=both.rows.sum().cast("int64")).to_pandas()
    counts = counts.assign(month=pd.to_datetime(counts["month_start"]).dt.to_period("M"))
    people = facts.headcount.groupby(pd.to_datetime(facts.headcount["as_of"]).dt.to_period("M"))["start"].sum()
    gaps = []
    for table, of_table in counts.groupby("table"):
        rows = of_table.set_index("month")["rows"]
        rows = rows.reindex(pd.period_range(rows.index.min(), rows.index.max(), freq="M"), fill_value=0)
        around = _least_around(rows)
        is_missing = (around >= LEAST_ROWS) & (rows <= STRAY_SHARE * around)
        gaps += [
            Gap(table=table, site=None, month=month, people=int(people.get(month, 0)))
            for month in rows.index[is_missing]
        ]
    return gaps


def _least_around(rows: pd.Series) -> pd.Series:
    """Return the least number of rows in the months before and after each month, months at both ends left out."""
    shifts = [number for number in range(-MONTHS_AROUND, MONTHS_AROUND + 1) if number]
    return pd.concat([rows.shift(number, fill_value=0) for number in shifts], axis=1).min(axis=1)


def _fault(facts: Facts, table: str, gaps: Sequence[Gap]) -> Fault:
    months = sorted({gap.month for gap in gaps})
    sites = {gap.site for gap in gaps if gap.site is not None}
    everywhere = facts.headcount["site"].nunique()
    values = {"months": _listed(map(str, months)), "sites": len(sites), "all": everywhere}
    if not sites or len(sites) == everywhere:
        rule = Phrase("no rows in {months}", "{months} 整月没有任何记录", **values)
    else:
        rule = Phrase(
            "no rows in {months} at {sites} of {all} sites",
            "{all} 个职场中有 {sites} 个在 {months} 整月没有任何记录",
            **values,
        )
    return Fault(
        file=facts.source_name(table),
        table=table,
        column=TABLES[table].happened or "",
        rule=rule,
        rows=sum(gap.people for gap in gaps),
        severity="features",
        advice=Phrase(
            "export these months again; runs/headcount.parquet shows who was employed and active at each site",
            "请重新导出这些月份；各职场的在职人数与出勤人数见 runs/headcount.parquet",
        ),
        effect=_UNKNOWN if table in MONTHLY_TABLES else _LOWER,
    )


def _listed(months: Iterable[str]) -> str:
    first, *others = months
    return first if not others else f"{', '.join([first, *others][:3])}" + (", ..." if len(others) > 2 else "")


_UNKNOWN = Phrase(
    "features of windows with these months are unknown at these sites, and not lower",
    "相关职场凡时间窗包含这些月份的特征按未知处理，而不是偏低",
)
_LOWER = Phrase(
    "features that count events over windows with these months are too low",
    "时间窗包含这些月份的计数类特征会偏低",
)
