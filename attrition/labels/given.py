"""Who was given what, as it is known today: what a pilot is held against, and how treated agents are marked."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.labels.outcomes import month_end

GIVEN = ["agent_id", "kind", "start_date", "known_on", "pilot_id", "arm", "declined"]
"""Columns of the table of what was given, one row per agent, day and intervention."""
DATES = ("start_date", "known_on")
MARKED_MONTHS = 12
"""For so many months an agent is marked as having been given something."""


def given_rows(interventions: ir.Table | None) -> pd.DataFrame:
    """Read the interventions into memory, of several versions the newest; empty where the site supplies none."""
    if interventions is None:
        return pd.DataFrame(columns=GIVEN).astype(dict.fromkeys(DATES, "datetime64[us]"))
    newest = interventions.filter(interventions.superseded_on.isnull())
    types = {"pilot_id": "string", "arm": "string", "declined": "boolean"}
    absent = {name: ibis.null(kind) for name, kind in types.items() if name not in newest.columns}
    rows = newest.mutate(**absent).select(*GIVEN).order_by("agent_id", "start_date", "kind").to_pandas()
    return rows.assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in DATES})


def given_between(given: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Give what began after one month-end, up to another, and was on record by then; the controls of a lot left out."""
    here = (given["start_date"] > since) & (given["start_date"] <= until) & (given["known_on"] <= until)
    return given[here & (given["arm"] != "control").fillna(True)]


def given_after(agents: pd.DataFrame, given: pd.DataFrame, months: int, *, known_at: pd.Timestamp) -> pd.DataFrame:
    """Say what agents were given, and took, within so many months after a month-end: what may have moved the label.

    Parameters
    ----------
    agents : DataFrame
        ``agent_id`` and ``as_of``, any agent-months.
    given : DataFrame
        From `given_rows`.
    months : int
        The horizon; open at ``as_of``, closed at the end of the last month.
    known_at : Timestamp
        Month-end from which the world is looked back upon.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``intervention``, ``share_left`` (of the horizon, from the day it began): a row per
        agent-month and intervention; what was declined, and the controls of a lot, left out.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> given = pd.DataFrame({"agent_id": ["1"], "kind": ["buddy"], "start_date": day(["2026-02-15"]),
    ...     "known_on": day(["2026-02-16"]), "arm": pd.array([None], dtype="string"), "declined": [False]})
    >>> agents = pd.DataFrame({"agent_id": ["1", "1"], "as_of": day(["2026-01-31", "2026-02-28"])})
    >>> given_after(agents, given, 1, known_at=day("2026-06-30"))["share_left"].round(2).tolist()
    [0.46]
    """
    taken = accepted(given[(given["known_on"] <= known_at) & (given["arm"] != "control").fillna(True)])
    rows = agents[["agent_id", "as_of"]].merge(taken, on="agent_id").rename(columns={"kind": "intervention"})
    ends = month_end(rows["as_of"], plus=months)
    rows["share_left"] = (ends - rows["start_date"]) / (ends - rows["as_of"])
    within = (rows["start_date"] > rows["as_of"]) & (rows["start_date"] <= ends)
    return rows.loc[within, ["agent_id", "as_of", "intervention", "share_left"]].reset_index(drop=True)


def accepted(given: pd.DataFrame) -> pd.DataFrame:
    """Leave out what agents declined."""
    return given[~given["declined"].astype("boolean").fillna(False).astype(bool)]


def marked(given: pd.DataFrame, agents: pd.DataFrame) -> pd.DataFrame:
    """Mark the agents of one month who were given something within the last twelve.

    Parameters
    ----------
    given : DataFrame
        From `given_rows`.
    agents : DataFrame
        ``agent_id`` and ``as_of``, the same month in every row.

    Returns
    -------
    DataFrame
        ``agent_id``, ``as_of``, ``intervention``, ``start_date``, ``pilot_id``, ``declined``.
    """
    as_of = agents["as_of"].iloc[0]
    recent = given_between(given, as_of - pd.offsets.MonthEnd(MARKED_MONTHS), as_of)
    rows = agents[["agent_id", "as_of"]].merge(recent, on="agent_id").rename(columns={"kind": "intervention"})
    return rows[["agent_id", "as_of", "intervention", "start_date", "pilot_id", "declined"]]
