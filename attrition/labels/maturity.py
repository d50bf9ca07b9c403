"""How far labels go: until when it would be known of an agent that they left.

That nobody left is known only where a whole horizon has passed, where the exits of its last month are usually on
record, and where the list of exits is shown, or declared, to be complete. Of agents who are gone without an exit on
file nothing is known after their last sign of life.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from attrition.data.consistency.extent import Extent

COLUMNS = ("observed_to", "recording_months")
"""Columns of outcomes that say how far their labels go; without them a label is mature when its horizon has passed."""


def with_observation(rows: pd.DataFrame, extent: Extent, gone: pd.DataFrame) -> pd.DataFrame:
    """Add to agent-months or spells until when an exit would be on file.

    Parameters
    ----------
    rows : DataFrame
        ``agent_id`` and ``site``.
    extent : Extent
        Up to when the exits of each site are complete, and how late they are usually recorded.
    gone : DataFrame
        Agents who are gone without an exit on file: ``agent_id``, ``last_seen``, ``known_on`` (when that shows) and
        ``next_hire`` (null where they do not come back); it concerns the rows before that day.

    Returns
    -------
    DataFrame
        The rows with ``observed_to`` (day), ``recording_months`` (months until a month's exits are on record) and
        ``gone_known_on`` (day, null for who is not gone).
    """
    from attrition.data.consistency.exit_months import delay_in_months  # reads tables, which no score does

    complete_to = {site: pd.Timestamp(extent.complete_to(site)) for site in rows["site"].dropna().unique()}
    by_site = pd.to_datetime(rows["site"].map(complete_to)).astype("datetime64[us]")
    by_site = by_site.fillna(pd.Timestamp(extent.complete_to(None)))
    last_seen, known_on = _gone_days(rows, gone)
    observed_to = by_site.where(~(last_seen < by_site), last_seen)
    months = delay_in_months(extent.delay_days)
    return rows.assign(observed_to=observed_to, recording_months=months, gone_known_on=known_on)


def _gone_days(rows: pd.DataFrame, gone: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return for each row when the agent was last seen, and when it shows that they are gone; null for others."""
    days = gone.sort_values("last_seen").drop_duplicates("agent_id", keep="last").set_index("agent_id")
    of_rows = days[["last_seen", "known_on", "next_hire"]].reindex(rows["agent_id"]).set_index(rows.index)
    last_seen, known_on, next_hire = (
        pd.to_datetime(of_rows[name]).astype("datetime64[us]") for name in of_rows.columns
    )
    is_before = next_hire.isna() | (rows["hired" if "hired" in rows else "as_of"] < next_hire)
    return last_seen.where(is_before), known_on.where(is_before)


def mature_to(outcomes: pd.DataFrame, known_at: pd.Timestamp) -> pd.Timestamp:
    """Return the last day on which the horizon of a mature label may end, as known at `known_at`.

    A month-end before it at which some labels are still immature is possible, since a site's list of exits may end
    earlier than the others'.

    Examples
    --------
    >>> day = pd.Timestamp
    >>> outcomes = pd.DataFrame({"observed_to": [day("2026-09-30")], "recording_months": [1]})
    >>> f"{mature_to(outcomes, day('2026-12-31')):%Y-%m-%d}", f"{mature_to(outcomes, day('2026-06-30')):%Y-%m-%d}"
    ('2026-09-30', '2026-05-31')
    """
    if "observed_to" not in outcomes or outcomes.empty:
        return known_at
    return min(recorded_to(outcomes, known_at), outcomes["observed_to"].max())


def recorded_to(outcomes: pd.DataFrame, known_at: pd.Timestamp) -> pd.Timestamp:
    """Return the last month-end whose exits are usually on record at `known_at`."""
    months = int(outcomes["recording_months"].iloc[0]) if "recording_months" in outcomes and len(outcomes) else 0
    return known_at if months == 0 else (known_at.to_period("M") - months).end_time.normalize()


def is_mature(outcomes: pd.DataFrame, ends: pd.Series, known_at: pd.Timestamp) -> pd.Series:
    """Return for each agent-month whether an exit up to `ends` would be on file at `known_at`.

    Examples
    --------
    >>> day = pd.to_datetime
    >>> outcomes = pd.DataFrame({"observed_to": day(["2026-09-30", "2026-10-31"]), "recording_months": 0})
    >>> is_mature(outcomes, pd.Series(day(["2026-10-31", "2026-10-31"])), day("2026-12-31")).tolist()
    [False, True]
    """
    if "observed_to" not in outcomes or outcomes.empty:
        return ends <= known_at
    return (ends <= recorded_to(outcomes, known_at)) & (ends <= outcomes["observed_to"])
