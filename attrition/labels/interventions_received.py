"""Selects which agents received which interventions and when, as it was on record at a month-end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.labels.outcomes import month_end

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMNS = ["agent_id", "kind", "start_date", "known_on", "pilot_id", "arm", "declined"]
"""Columns of the table of interventions, one row per agent, day and intervention (``kind``)."""
DATE_COLUMNS = ("start_date", "known_on")
RECENT_MONTHS = 12
"""Months for which an intervention counts as recent: the agent is marked as treated and is not offered it again."""


def read_interventions(interventions: ir.Table | None) -> pd.DataFrame:
    """Return the newest version of every intervention, with `COLUMNS`; an empty table where the site supplies none."""
    import ibis

    from attrition.data.rows.versions import newest

    if interventions is None:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(DATE_COLUMNS, "datetime64[us]"))
    recorded = newest(interventions)
    types = {"pilot_id": "string", "arm": "string", "declined": "boolean"}
    missing_columns = {name: ibis.null(dtype) for name, dtype in types.items() if name not in recorded.columns}
    rows = recorded.mutate(**missing_columns).select(*COLUMNS).order_by("agent_id", "start_date", "kind").to_pandas()
    return rows.assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in DATE_COLUMNS})


def received_between(interventions: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Return the interventions that began after `start` and by `end` (month-ends), and were on record by `end`.

    Those that agents declined are included; rows of control arms are not.
    """
    is_within = (interventions["start_date"] > start) & (interventions["start_date"] <= end)
    is_known = interventions["known_on"] <= end
    return interventions[is_within & is_known & _is_not_control(interventions)]


def received_within(
    agents: pd.DataFrame, interventions: pd.DataFrame, months: int, *, known_at: pd.Timestamp
) -> pd.DataFrame:
    """Return the interventions that agents accepted within the horizon of a label, and which may have changed it.

    Parameters
    ----------
    agents : DataFrame
        ``agent_id`` and ``as_of``, any agent-months.
    interventions : DataFrame
        From `read_interventions`.
    months : int
        The horizon. It begins after ``as_of`` and includes the end of the last month.
    known_at : Timestamp
        Month-end; interventions that were recorded later are left out.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``intervention``, ``share_left`` (share of the horizon still ahead when it began): one
        row per agent-month and intervention, without declined interventions and without rows of control arms.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> interventions = pd.DataFrame({"agent_id": ["1"], "kind": ["buddy"], "start_date": day(["2026-02-15"]),
    ...     "known_on": day(["2026-02-16"]), "arm": pd.array([None], dtype="string"), "declined": [False]})
    >>> agents = pd.DataFrame({"agent_id": ["1", "1"], "as_of": day(["2026-01-31", "2026-02-28"])})
    >>> received_within(agents, interventions, 1, known_at=day("2026-06-30"))["share_left"].round(2).tolist()
    [0.46]
    """
    is_known = interventions["known_on"] <= known_at
    received = without_declined(interventions[is_known & _is_not_control(interventions)])
    rows = agents[["agent_id", "as_of"]].merge(received, on="agent_id").rename(columns={"kind": "intervention"})
    ends = month_end(rows["as_of"], plus=months)
    rows["share_left"] = (ends - rows["start_date"]) / (ends - rows["as_of"])
    is_within = (rows["start_date"] > rows["as_of"]) & (rows["start_date"] <= ends)
    return rows.loc[is_within, ["agent_id", "as_of", "intervention", "share_left"]].reset_index(drop=True)


def without_declined(interventions: pd.DataFrame) -> pd.DataFrame:
    """Return the interventions without those that agents declined."""
    return interventions[~interventions["declined"].astype("boolean").fillna(False).astype(bool)]


def recently_received(interventions: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    """Return the interventions that the agents of one month received or declined in the last `RECENT_MONTHS` months.

    Parameters
    ----------
    interventions : DataFrame
        From `read_interventions`.
    agents : DataFrame
        ``agent_id`` and ``as_of``, the same month in every row.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``intervention``, ``start_date``, ``pilot_id``, ``declined``.
    """
    as_of = agents["as_of"].iloc[0]
    recent = received_between(interventions, as_of - pd.offsets.MonthEnd(RECENT_MONTHS), as_of)
    rows = agents[["agent_id", "as_of"]].merge(recent, on="agent_id").rename(columns={"kind": "intervention"})
    return rows[["agent_id", "as_of", "intervention", "start_date", "pilot_id", "declined"]]


def _is_not_control(interventions: pd.DataFrame) -> pd.Series:
    return (interventions["arm"] != "control").fillna(True)
