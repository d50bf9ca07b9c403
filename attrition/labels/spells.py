"""Every employment spell with its end, those of people included who came and went between two month-ends."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from attrition.exposure.agent_months import departures

SPELLS = ["agent_id", "site", "hired", "entered", "known_on", "until", "exit_kind", "left", "left_known_on"]
"""Columns of the table of spells; days as timestamps."""
DAYS = ("hired", "entered", "known_on", "until", "left", "left_known_on")
EXITS = ["agent_id", "exit_date", "exit_kind", "left", "left_known_on"]


def spell_rows(tables: Mapping[str, ir.Table], *, begins: pd.Timestamp, ends: pd.Timestamp) -> pd.DataFrame:
    """Read the spells into memory, as they are known today.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked input tables: ``agents`` (or ``snapshots``) and ``exits``. A site that supplies snapshots only shows
        nobody who came and went between two of them.
    begins, ends : Timestamp
        The first day of the data and the last: a spell that ended before is left out, since nobody was there to see
        how many others did.

    Returns
    -------
    DataFrame
        One row per spell, a rehire being a new one: ``agent_id``, ``site``, ``hired``, ``entered`` (from when on its
        end would have been seen: the hire, the beginning of the data, or the first snapshot that holds it),
        ``known_on`` (from when the spell is on record), ``until`` (the last day it can be seen: the end of the data,
        or the day before the next spell), ``exit_kind``, ``left`` (notice handed in, or the other exit) and
        ``left_known_on``, null where nobody left.
    """
    hires = _from_agents(tables["agents"]) if "agents" in tables else _from_snapshots(tables["snapshots"])
    hires = hires.sort_values(["agent_id", "hired"], ignore_index=True)
    next_hire = hires.groupby("agent_id")["hired"].shift(-1)
    until = (next_hire - pd.Timedelta(days=1)).fillna(ends)
    spells = hires.assign(until=until.where(until < ends, ends))
    spells = spells.merge(_first_exits(spells, _newest(tables["exits"])), on=["agent_id", "hired"], how="left")
    seen = spells["seen"].where(spells["seen"] > begins, begins)
    spells = spells.assign(entered=seen.where(seen > spells["hired"], spells["hired"]))
    there = (spells["left"].isna() | (spells["left"] >= begins)) & (spells["until"] >= spells["entered"])
    spells = spells[there].assign(**{name: spells[name].astype("datetime64[us]") for name in DAYS})
    return spells[SPELLS].reset_index(drop=True)


def known_spells(spells: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the spells as they were on record at a month-end: what came or was recorded later is not there yet.

    Returns
    -------
    DataFrame
        As from `spell_rows`, without ``known_on`` and ``left_known_on``; ``until`` at most `as_of`.
    """
    here = spells[(spells["known_on"] <= as_of) & (spells["hired"] <= as_of)]
    unseen = ~((here["left_known_on"] <= as_of) & (here["left"] <= as_of))
    ends = {"exit_kind": here["exit_kind"].mask(unseen), "left": here["left"].mask(unseen)}
    seen = here.assign(until=here["until"].where(here["until"] < as_of, as_of), **ends)
    return seen.drop(columns=["known_on", "left_known_on"]).reset_index(drop=True)


def _first_exits(spells: pd.DataFrame, exits: pd.DataFrame) -> pd.DataFrame:
    """Give each spell its first exit before the next spell begins."""
    both = spells[["agent_id", "hired", "until"]].merge(exits, on="agent_id")
    both = both[(both["exit_date"] >= both["hired"]) & (both["left"] <= both["until"])]
    first = both.sort_values(["agent_id", "hired", "exit_date"]).drop_duplicates(["agent_id", "hired"])
    # Whoever gave notice before the first day never came, and is counted on that day.
    first = first.assign(left=first["left"].clip(lower=first["hired"]))
    return first.drop(columns=["until", "exit_date"])


def _newest(exits: ir.Table) -> pd.DataFrame:
    """Take of several versions of an exit the newest, dated as everywhere: by the notice, or the exit itself."""
    rows = departures(exits.filter(exits.superseded_on.isnull()))
    rows = rows.select("agent_id", "exit_date", "left_on", "known_on", exit_kind="exit_type")
    return _dated(rows.rename(left="left_on", left_known_on="known_on").to_pandas(), EXITS)


def _from_agents(agents: ir.Table) -> pd.DataFrame:
    """Take each hire: on record since its first version, the site of its newest."""
    site = agents.site if "site" in agents.columns else ibis.null("string")
    rows = agents.select("agent_id", "known_on", "superseded_on", hired="hire_date", site=site).to_pandas()
    rows = _dated(rows, ["agent_id", "site", "hired", "known_on", "superseded_on"])
    keys = ["agent_id", "hired"]
    since = rows.groupby(keys)["known_on"].min().reset_index()
    newest = rows[rows["superseded_on"].isna()].drop_duplicates(keys, keep="last")
    newest = newest.drop(columns=["known_on", "superseded_on"]).merge(since, on=keys)
    return newest.assign(seen=newest["hired"])


def _from_snapshots(snapshots: ir.Table) -> pd.DataFrame:
    """Take the monthly file's hires; without a hire date, the month in which somebody was first in it."""
    site = snapshots.site if "site" in snapshots.columns else ibis.null("string")
    hired = snapshots.hire_date if "hire_date" in snapshots.columns else ibis.null("date")
    rows = snapshots.select("agent_id", "as_of", "known_on", hired=hired, site=site).to_pandas()
    rows = _dated(rows, ["agent_id", "site", "as_of", "known_on", "hired"]).sort_values(["agent_id", "as_of"])
    first_seen = rows.groupby("agent_id")["as_of"].transform("min")
    rows = rows.assign(hired=rows["hired"].fillna(first_seen))
    spells = rows.groupby(["agent_id", "hired"])
    return spells.agg(site=("site", "last"), known_on=("known_on", "min"), seen=("as_of", "min")).reset_index()


def _dated(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Read dates as timestamps of one kind, whatever the engine gives."""
    days = {name for name in columns if name not in ("agent_id", "site", "exit_kind")}
    return rows[columns].assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in days})
