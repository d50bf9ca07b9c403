"""The months in which most agents of a team got another leader than the month before."""

from __future__ import annotations

import pandas as pd

from attrition.features.indicators import COLUMNS

CHANGE = "leader_changed"
"""The indicator of a team whose leader changed: 1 in that month, else 0."""


def leader_changes(staff: pd.DataFrame) -> pd.DataFrame:
    """Return for each team and month whether its leader is another than the month before, and for how many agents.

    The leader of a team is who leads most of its agents; no leader is named in the result.

    Parameters
    ----------
    staff : DataFrame
        Agents at each month-end: ``as_of``, ``site``, ``team_id``, ``supervisor_id``.

    Returns
    -------
    DataFrame
        `attrition.features.indicators.COLUMNS`; without a row for a team's first month.

    Examples
    --------
    >>> ends = pd.to_datetime(["2026-01-31", "2026-02-28", "2026-03-31"])
    >>> staff = pd.DataFrame({"as_of": ends, "site": "a", "team_id": "T1", "supervisor_id": ["L1", "L1", "L2"]})
    >>> leader_changes(staff)[["as_of", "y"]].values.tolist()
    [[Timestamp('2026-02-28 00:00:00'), 0.0], [Timestamp('2026-03-31 00:00:00'), 1.0]]
    """
    with_leader = staff.dropna(subset=["team_id", "supervisor_id"])
    keys = ["team_id", "as_of"]
    led = with_leader.groupby([*keys, "supervisor_id"]).size().rename("agents").reset_index()
    led = led.sort_values([*keys, "agents", "supervisor_id"], ascending=[True, True, False, True])
    leaders = led.drop_duplicates(keys).sort_values(keys)
    before = leaders.groupby("team_id")["supervisor_id"].shift()
    leaders = leaders.assign(y=(leaders["supervisor_id"] != before).astype(float))[before.notna()]
    sites = with_leader.assign(site=with_leader["site"].fillna("")).drop_duplicates(keys)[[*keys, "site"]]
    clusters = with_leader.groupby(keys).size().rename("clusters").reset_index()
    rows = leaders.merge(sites, on=keys).merge(clusters, on=keys).rename(columns={"team_id": "unit"})
    rows = rows.assign(level="team", indicator=CHANGE, x=1.0, xx=1.0, yy=rows["y"], xy=rows["y"])
    return rows[list(COLUMNS)].reset_index(drop=True)
