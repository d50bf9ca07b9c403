"""The sums behind the indicators of operations: gathered while the panel is built, and read back for a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from attrition.data.tables import TABLES
from attrition.features.indicators import COLUMNS, MONTHS_OF_GROUP, OF_QUEUES, indicator_sums
from attrition.features.team_leaders import CHANGE, leader_changes
from attrition.labels.outcomes import KEYS, exit_within, month_end
from attrition.report.disclosure import LOWEST_MIN_GROUP

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from attrition.exposure.past import Past

NEW_BANDS = ("0-30 days", "31-90 days")
"""Bands of tenure of agents in their first three months."""
SOURCES = ("contacts", "shifts", "qa_evaluations", "service_levels")
"""Tables of which at least one is needed."""
SUMMED = (*SOURCES, "career_events")
"""Tables whose rows are added up."""


@dataclass(frozen=True)
class KeptSums:
    """Sums behind the indicators from the panel that is there.

    Parameters
    ----------
    sums : DataFrame
        As `gather_indicators` returned them.
    until : Timestamp
        The end of the first month in which they would be others today; those of the months before it are kept.
    """

    sums: pd.DataFrame
    until: pd.Timestamp


def gather_indicators(
    past: Past,
    tables: Mapping[str, ir.Table],
    staff: pd.DataFrame,
    *,
    data_end: pd.Timestamp,
    kept: KeptSums | None = None,
) -> pd.DataFrame:
    """Return the sums behind each indicator, see `attrition.features.indicators.indicator_sums`.

    Sums over fewer agents than may ever be shown are not kept.

    Parameters
    ----------
    past : Past
        The past that features are built from.
    tables : mapping of str to ibis.Table
        The checked input tables.
    staff : DataFrame
        From `staff_of`.
    data_end : Timestamp
        The last month-end of the data.
    kept : KeptSums, optional
        Sums that are not added up again; `past` may then begin in the month of `kept.until`.
    """
    if not set(SOURCES) & set(tables):
        return pd.DataFrame(columns=list(COLUMNS))
    without_leaders = staff.drop(columns="supervisor_id")
    if kept is None:
        sums = indicator_sums(past, tables, without_leaders)
    else:
        is_kept = (kept.sums["as_of"] < kept.until) & (kept.sums["indicator"] != CHANGE)
        sums = pd.concat([kept.sums[is_kept], _sums_since(kept.until, past, tables, without_leaders)])
    return shown_sums(pd.concat([sums, leader_changes(staff)]), data_end)


def _sums_since(first: pd.Timestamp, past: Past, tables: Mapping[str, ir.Table], staff: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of the months from that of `first` on, added up from their rows alone."""
    begins = first.to_period("M").start_time.date()
    recent = {name: table.filter(table[day].cast("date") >= begins) for name, day, table in _summed(tables)}
    reached = staff["as_of"] >= month_end(pd.Series([first]), plus=1 - MONTHS_OF_GROUP).iloc[0]
    sums = indicator_sums(past, {**tables, **recent}, staff[reached])
    return sums[sums["as_of"] >= first]


def _summed(tables: Mapping[str, ir.Table]) -> Iterator[tuple[str, str, ir.Table]]:
    """Yield name, column of the day and rows of the tables that are added up."""
    for name in SUMMED:
        if name in tables and (day := TABLES[name].happened):
            yield name, day, tables[name]


def shown_sums(sums: pd.DataFrame, data_end: pd.Timestamp) -> pd.DataFrame:
    """Return the sums without those over fewer agents than may ever be shown, up to the end of the data."""
    is_large = (sums["clusters"] >= LOWEST_MIN_GROUP) | sums["indicator"].isin(list(OF_QUEUES))
    return sums[is_large & (sums["as_of"] <= data_end)].reset_index(drop=True)


def staff_of(outcomes: pd.DataFrame, data_end: pd.Timestamp) -> pd.DataFrame:
    """Return agents by month-end, with who is new and who of those at the month's start resigned within the month."""
    groups = outcomes.reindex(columns=[*KEYS, "site", "team_id", "supervisor_id", "tenure_band"])
    resigned = exit_within(outcomes, 1, known_at=data_end)
    a_month_on = outcomes[KEYS].assign(as_of=month_end(outcomes["as_of"], plus=1), has_resigned=resigned)
    staff = groups.merge(a_month_on, on=KEYS, how="outer")
    is_new = staff["tenure_band"].isin(NEW_BANDS).astype(float).mask(staff["tenure_band"].isna())
    staff = staff.assign(is_new=is_new).drop(columns="tenure_band")
    return staff[staff["as_of"] <= data_end].reset_index(drop=True)
