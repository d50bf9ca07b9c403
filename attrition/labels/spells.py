"""All employment spells with their ends, including those that began and ended between two month-ends."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.data.rows.versions import newest
from attrition.data.values.hire_dates import LAST_UNKNOWN_DAY
from attrition.exposure.agent_months import departures

COLUMNS = ["agent_id", "site", "hired", "entered", "known_on", "until", "exit_kind", "left", "left_known_on"]
"""Columns of the table of spells; days as timestamps."""
DESCRIPTIONS = ["hiring_source", "class_id", "reason", "rating_share"]
"""Further columns, null where the site does not supply them; for reports alone."""
RATED_WITHIN = pd.Timedelta(days=400)
"""A rating older than that at the end of a spell says nothing about it."""
DATE_COLUMNS = ("hired", "entered", "known_on", "until", "left", "left_known_on")
EXIT_COLUMNS = ["agent_id", "exit_date", "exit_kind", "left", "left_known_on", "reason"]
TEXT_COLUMNS = ("agent_id", "site", "exit_kind", "reason", "hiring_source", "class_id")


def read_spells(tables: Mapping[str, ir.Table], *, data_start: pd.Timestamp, data_end: pd.Timestamp) -> pd.DataFrame:
    """Return the spells as they are known today.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Validated input tables: ``agents`` (or ``snapshots``) and ``exits``. With snapshots alone, spells that began and
        ended between two of them are missing.
    data_start, data_end : Timestamp
        The first and the last day of the data. Spells that ended before the first day are left out, since the data
        hold only some of them.

    Returns
    -------
    DataFrame
        One row per spell; a rehire begins a new one. ``agent_id``, ``site``, ``hired``; ``entered``, the day from which
        its end would have been observed (the hire, the start of the data, or the first snapshot with the agent);
        ``known_on``, the day on which the spell was recorded; ``until``, the last day on which it is observed (the end
        of the data, or the day before the next spell); ``exit_kind``, ``left`` (day of the notice, or of another exit)
        and ``left_known_on``, all three null where the spell has no exit; and `DESCRIPTIONS`, among them
        ``rating_share``, the last rating before the end as a share of its scale.
    """
    hires = _from_agents(tables["agents"]) if "agents" in tables else _from_snapshots(tables["snapshots"])
    hires = hires.sort_values(["agent_id", "hired"], ignore_index=True)
    next_hire = hires.groupby("agent_id")["hired"].shift(-1)
    until = (next_hire - pd.Timedelta(days=1)).fillna(data_end)
    spells = hires.assign(until=until.where(until < data_end, data_end))
    spells = spells.merge(_first_exits(spells, _newest(tables["exits"])), on=["agent_id", "hired"], how="left")
    first_seen = spells["first_seen"].where(spells["first_seen"] > data_start, data_start)
    spells = spells.assign(entered=first_seen.where(first_seen > spells["hired"], spells["hired"]))
    is_observed = (spells["left"].isna() | (spells["left"] >= data_start)) & (spells["until"] >= spells["entered"])
    spells = spells[is_observed].assign(**{name: spells[name].astype("datetime64[us]") for name in DATE_COLUMNS})
    spells = spells.assign(rating_share=_last_rating(spells, tables))
    return spells.reindex(columns=[*COLUMNS, *DESCRIPTIONS]).reset_index(drop=True)


def _last_rating(spells: pd.DataFrame, tables: Mapping[str, ir.Table]) -> pd.Series:
    """Return the last rating of each spell before its end, as a share of its scale; null without a recent one."""
    if "performance" not in tables:
        return pd.Series(float("nan"), index=spells.index)
    rows = newest(tables["performance"])
    scale = rows.scale_max if "scale_max" in rows.columns else ibis.null("float64")
    ratings = rows.select("agent_id", "period_end", "rating", scale=scale).to_pandas()
    share = ratings["rating"].astype(float) / ratings["scale"].astype(float).fillna(ratings["rating"].max())
    ratings = ratings.assign(share=share, period_end=pd.to_datetime(ratings["period_end"]).astype("datetime64[us]"))
    ends = spells[["agent_id", "hired"]].assign(end=spells["left"].fillna(spells["until"]), row=spells.index)
    both = ends.merge(ratings, on="agent_id")
    both = both[(both["period_end"] >= both["hired"]) & (both["period_end"] <= both["end"])]
    both = both[both["period_end"] >= both["end"] - RATED_WITHIN]
    return both.sort_values("period_end").drop_duplicates("row", keep="last").set_index("row")["share"]


def spells_known_at(spells: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the spells as they were on record at a month-end, without later hires and exits.

    Returns
    -------
    DataFrame
        As from `read_spells`, without ``known_on`` and ``left_known_on``; ``until`` at most `as_of`, and no later than
        exits are on file (``observed_to``, where the spells have it); exits after that day are left out, and spells
        that began after it.
    """
    known = spells[(spells["known_on"] <= as_of) & (spells["hired"] <= as_of)]
    observed_to = known["observed_to"].where(known["observed_to"] < as_of, as_of) if "observed_to" in known else as_of
    has_left = (known["left_known_on"] <= as_of) & (known["left"] <= observed_to)
    exits = {"exit_kind": known["exit_kind"].where(has_left), "left": known["left"].where(has_left)}
    known = known.assign(until=known["until"].where(known["until"] < observed_to, observed_to), **exits)
    known = known[known["until"] >= known["entered"]]
    return known.drop(columns=["known_on", "left_known_on"]).reset_index(drop=True)


def _first_exits(spells: pd.DataFrame, exits: pd.DataFrame) -> pd.DataFrame:
    """Return the first exit of each spell before the next spell begins."""
    both = spells[["agent_id", "hired", "until"]].merge(exits, on="agent_id")
    both = both[(both["exit_date"] >= both["hired"]) & (both["left"] <= both["until"])]
    first = both.sort_values(["agent_id", "hired", "exit_date"]).drop_duplicates(["agent_id", "hired"])
    # An agent may resign before their first day; the exit is then dated to the first day, so that no spell ends before
    # it begins.
    first = first.assign(left=first["left"].clip(lower=first["hired"]))
    return first.drop(columns=["until", "exit_date"])


def _newest(exits: ir.Table) -> pd.DataFrame:
    """Return the newest version of each exit, dated by the notice or, without one, by the exit itself."""
    rows = departures(newest(exits))
    reason = rows.reason if "reason" in rows.columns else ibis.null("string")
    rows = rows.select("agent_id", "exit_date", "left_on", "known_on", exit_kind="exit_type", reason=reason)
    return _dated(rows.rename(left="left_on", left_known_on="known_on").to_pandas(), EXIT_COLUMNS)


def _from_agents(agents: ir.Table) -> pd.DataFrame:
    """Return the hires, with the ``known_on`` of their first version and the site of their newest."""
    texts = ("site", "hiring_source", "class_id")
    supplied = {name: agents[name] if name in agents.columns else ibis.null("string") for name in texts}
    rows = agents.select("agent_id", "known_on", "superseded_on", hired="hire_date", **supplied).to_pandas()
    rows = _dated(rows, ["agent_id", *texts, "hired", "known_on", "superseded_on"])
    keys = ["agent_id", "hired"]
    first_known = rows.groupby(keys)["known_on"].min().reset_index()
    newest = rows[rows["superseded_on"].isna()].drop_duplicates(keys, keep="last")
    newest = newest.drop(columns=["known_on", "superseded_on"]).merge(first_known, on=keys)
    is_unknown = newest["hired"] <= pd.Timestamp(LAST_UNKNOWN_DAY)  # such agents are observed from their first sight on
    return newest.assign(first_seen=newest["hired"].mask(is_unknown, newest["known_on"]))


def _from_snapshots(snapshots: ir.Table) -> pd.DataFrame:
    """Return the hires of the monthly file; an unknown hire date is replaced by the date of the agent's first row."""
    site = snapshots.site if "site" in snapshots.columns else ibis.null("string")
    hired = snapshots.hire_date if "hire_date" in snapshots.columns else ibis.null("date")
    rows = snapshots.select("agent_id", "as_of", "known_on", hired=hired, site=site).to_pandas()
    rows = _dated(rows, ["agent_id", "site", "as_of", "known_on", "hired"]).sort_values(["agent_id", "as_of"])
    first_seen = rows.groupby("agent_id")["as_of"].transform("min")
    rows = rows.assign(hired=rows["hired"].fillna(first_seen))
    spells = rows.groupby(["agent_id", "hired"])
    return spells.agg(site=("site", "last"), known_on=("known_on", "min"), first_seen=("as_of", "min")).reset_index()


def _dated(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return these columns with all dates as timestamps of microseconds, since engines return different types."""
    date_columns = {name for name in columns if name not in TEXT_COLUMNS}
    return rows[columns].assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in date_columns})
