"""The sums behind the indicators of operations: gathered while the panel is built, and read back for a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from attrition.features.indicators import COLUMNS, OF_QUEUES, indicator_sums
from attrition.features.team_leaders import leader_changes
from attrition.labels.outcomes import KEYS, exit_within, month_end
from attrition.report.disclosure import LOWEST_MIN_GROUP

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from attrition.exposure.past import Past

NEW_BANDS = ("0-30 days", "31-90 days")
"""Bands of tenure of agents in their first three months."""
SOURCES = ("contacts", "shifts", "qa_evaluations", "service_levels")
"""Tables of which at least one is needed."""


def gather_indicators(
    past: Past, tables: Mapping[str, ir.Table], outcomes: pd.DataFrame, *, data_end: pd.Timestamp
) -> pd.DataFrame:
    """Return the sums behind each indicator, see `attrition.features.indicators.indicator_sums`.

    Sums over fewer agents than may ever be shown are not kept.

    Parameters
    ----------
    past : Past
        The past that features are built from.
    tables : mapping of str to ibis.Table
        The checked input tables.
    outcomes : DataFrame
        Agents at risk at each month-end with their groups, and when they left.
    data_end : Timestamp
        The last month-end of the data.
    """
    if not set(SOURCES) & set(tables):
        return pd.DataFrame(columns=list(COLUMNS))
    staff = staff_of(outcomes, data_end)
    sums = pd.concat([indicator_sums(past, tables, staff.drop(columns="supervisor_id")), leader_changes(staff)])
    return shown_sums(sums, data_end)


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
