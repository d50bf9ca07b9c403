"""From when to when the data of a centre are complete, and up to when the list of exits is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from attrition.data.consistency.exit_months import (
    Silence,
    dated_exits,
    exits_begin,
    silences,
    usual_delay_days,
)
from attrition.data.consistency.reach import last_complete_month_end, monthly_reach, personnel_reach
from attrition.data.months import last_day
from attrition.data.sources import Site

UNLISTED_EXITS = 3
"""How many more agents than twice the exits on file must be absent, for the list of exits to be incomplete."""
Sentence = Mapping[str, str]
"""A sentence by language."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """The time that the data of a centre cover.

    Parameters
    ----------
    begins : date
        The first day from which everybody who was employed, and everybody who left, is on record.
    ends : date
        The last month-end of the data.
    exits_complete_to : date
        The last month-end up to which the list of exits is shown, or declared, to be complete; at most `ends`.
    complete_by_site : mapping of str to date
        The same for sites whose list ends earlier than the centre's.
    delay_days : int
        Days within which exits are usually recorded.
    silences : tuple of Silence
        What showed that exits are missing.
    exits_by_month : Series
        Numbers of exits by month (period), on the day of the notice.
    assumptions : tuple of {"en": ..., "zh": ...}
        What was assumed because the site did not declare it.
    """

    begins: date
    ends: date
    exits_complete_to: date
    complete_by_site: Mapping[str, date] = field(default_factory=dict)
    delay_days: int = 0
    silences: tuple[Silence, ...] = ()
    exits_by_month: pd.Series = field(default_factory=lambda: pd.Series(dtype=float), compare=False)
    assumptions: tuple[Sentence, ...] = ()

    @property
    def complete_everywhere_to(self) -> date:
        """The last month-end up to which the exits of every site are complete."""
        return min([self.exits_complete_to, *self.complete_by_site.values()])

    def complete_to(self, site: str | None) -> date:
        """Return the last month-end up to which the exits of a site are complete."""
        return min(self.exits_complete_to, self.complete_by_site.get(site or "", self.exits_complete_to))


def measure_extent(site: Site, tables: Mapping[str, ir.Table], activity: ir.Table, spells: ir.Table) -> Extent:
    """Return the extent of a centre's data, as declared or else as its tables show it.

    Parameters
    ----------
    site : Site
        Its ``data_begins``, ``data_ends`` and ``exits_complete_to`` come before what the tables show.
    tables : mapping of str to ibis.Table
        Checked tables.
    activity, spells : ibis.Table
        From `attrition.data.consistency.activity` and `attrition.data.consistency.employment`.
    """
    reach = monthly_reach(activity)
    ends, end_assumed = _ends(site, tables, reach)
    people = _dated(spells.select("site", "hired", "exit_date").to_pandas())
    exits = dated_exits(tables, spells)
    begins, begin_assumed = _begins(site, reach, exits, people, ends)
    delay = usual_delay_days(exits, ends)
    stretches = [] if site.exits_complete_to else silences(exits, people, begins=begins, ends=ends)
    complete_to = last_day(site.exits_complete_to) if site.exits_complete_to else ends
    complete_to = min([ends, complete_to, *(silence.after for silence in stretches if silence.site is None)])
    return Extent(
        begins=begins,
        ends=ends,
        exits_complete_to=complete_to,
        complete_by_site={s.site: s.after for s in stretches if s.site is not None and s.after < complete_to},
        delay_days=delay,
        silences=tuple(stretches),
        exits_by_month=exits["left_on"].dt.to_period("M").value_counts(),
        assumptions=tuple(filter(None, [end_assumed, begin_assumed])),
    )


def before_unlisted_exits(extent: Extent, absences: pd.DataFrame) -> Extent:
    """Return the extent with exits complete only up to where most who left have an exit on file.

    Parameters
    ----------
    extent : Extent
        From `measure_extent`.
    absences : DataFrame
        Absences that have not ended, and that no exit explains: ``last_seen``.

    Notes
    -----
    Of all stretches that reach to the end, the one is taken in which absences exceed twice the exits on file by most.
    Some who were last seen near the end may still come back, so the months of a stretch are not judged one by one.
    """
    months = pd.period_range(pd.Period(extent.begins, "M"), pd.Period(extent.ends, "M"))
    left = pd.to_datetime(absences["last_seen"]).dt.to_period("M").value_counts().reindex(months, fill_value=0)
    listed = extent.exits_by_month.reindex(months, fill_value=0)
    excess = (left - 2 * listed)[::-1].cumsum()[::-1]
    if excess.empty or excess.max() < UNLISTED_EXITS:
        return extent
    first = months[int(excess.to_numpy().argmax())]
    after = (first - 1).end_time.date()
    if after >= extent.exits_complete_to:
        return extent
    silence = Silence(
        site=None, after=after, exits=int(listed[first:].sum()), expected=float((left + listed)[first:].sum())
    )
    return replace(extent, exits_complete_to=after, complete_by_site={}, silences=(silence, *extent.silences))


def _ends(
    site: Site, tables: Mapping[str, ir.Table], reach: Mapping[str, tuple[date, date]]
) -> tuple[date, Sentence | None]:
    """Return the last month-end of the data, and what was assumed where the site does not declare it.

    Undeclared, it is the last month-end that all tables with rows every month reach; without any of these the last one
    that the events of the other tables reach.
    """
    if site.data_ends is not None:
        return last_day(site.data_ends), None
    if reach:
        name = min(reach, key=lambda table: reach[table][1])
        end = last_complete_month_end(reach[name][1])
        return end, {
            "en": f"no end of the data is declared; they are taken to be complete to {end}, as far as {name} go",
            "zh": f"未申报数据完整至何日；以 {name} 表为准，假定完整至 {end}",
        }
    end = last_complete_month_end(personnel_reach(tables))
    return end, {
        "en": f"no end of the data is declared; they are taken to be complete to {end}, "
        "as far as hires, moves, pay and exits go",
        "zh": f"未申报数据完整至何日；以入职、调动、调薪和离职记录为准，假定完整至 {end}",
    }


def _begins(
    site: Site, reach: Mapping[str, tuple[date, date]], exits: pd.DataFrame, people: pd.DataFrame, ends: date
) -> tuple[date, Sentence | None]:
    """Return the first day of the data, and what was assumed where exits begin later than the other tables."""
    if site.data_begins is not None:
        return last_day(site.data_begins).replace(day=1), None
    tables_begin = max((first for first, _ in reach.values()), default=None)
    begin = exits_begin(exits, people, begins=tables_begin, ends=ends)
    if begin is None:
        return tables_begin or ends.replace(day=1), None
    if tables_begin is None:
        return begin, None
    return max(begin, tables_begin), {
        "en": f"data_begins is not declared; the tables begin in {tables_begin:%Y-%m} and exits in {begin:%Y-%m}, "
        "so months before the exits are not used",
        "zh": f"未声明 data_begins；各表自 {tables_begin:%Y-%m} 起，离职记录自 {begin:%Y-%m} 起，此前各月不予使用",
    }


def _dated(people: pd.DataFrame) -> pd.DataFrame:
    return people.assign(
        **{name: pd.to_datetime(people[name]).astype("datetime64[us]") for name in ("hired", "exit_date")}
    )
