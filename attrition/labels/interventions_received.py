"""Which agents received which interventions, as known today: the basis of pilot readings and of treated agents."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.labels.outcomes import month_end

COLUMNS = ["agent_id", "kind", "start_date", "known_on", "pilot_id", "arm", "declined"]
"""Columns of the table of interventions, one row per agent, day and intervention."""
DATES = ("start_date", "known_on")
RECENT_MONTHS = 12
"""An intervention is recent for this many months: the agent is marked as treated and is not offered it again."""


def read_interventions(interventions: ir.Table | None) -> pd.DataFrame:
    """Read the newest version of every intervention into memory; an empty table where the site supplies none."""
    if interventions is None:
        return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(DATES, "datetime64[us]"))
    newest = interventions.filter(interventions.superseded_on.isnull())
    types = {"pilot_id": "string", "arm": "string", "declined": "boolean"}
    absent = {name: ibis.null(kind) for name, kind in types.items() if name not in newest.columns}
    rows = newest.mutate(**absent).select(*COLUMNS).order_by("agent_id", "start_date", "kind").to_pandas()
    return rows.assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in DATES})


def received_between(interventions: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Select what began after one month-end, up to another, and was on record by then; controls of pilots left out."""
    is_within = (interventions["start_date"] > since) & (interventions["start_date"] <= until)
    is_known = interventions["known_on"] <= until
    return interventions[is_within & is_known & _is_not_control(interventions)]


def received_within(
    agents: pd.DataFrame, interventions: pd.DataFrame, months: int, *, known_at: pd.Timestamp
) -> pd.DataFrame:
    """List the interventions that agents accepted within the horizon of a label, which may have changed it.

    Parameters
    ----------
    agents : DataFrame
        ``agent_id`` and ``as_of``, any agent-months.
    interventions : DataFrame
        From `read_interventions`.
    months : int
        The horizon; open at ``as_of``, closed at the end of the last month.
    known_at : Timestamp
        Month-end at which the records are read.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``intervention``, ``share_left`` (of the horizon, from the day it began): one row per
        agent-month and intervention, without what was declined and without controls of pilots.

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
    """Drop the interventions that agents declined."""
    return interventions[~interventions["declined"].astype("boolean").fillna(False).astype(bool)]


def recently_received(interventions: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    """List what the agents of one month received, or declined, within the last `RECENT_MONTHS` months.

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
