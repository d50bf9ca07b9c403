"""Exits and headcount by site and month, and up to which month the list of exits is complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from attrition.data.exit_day import left_on
from attrition.data.months import last_day
from attrition.data.rows.silence import SURPRISE, complete_months, expected_events, first_complete_month
from attrition.data.rows.versions import newest

USUAL_SHARE = 0.8
"""The usual delay is the number of days within which this share of exits is on record."""
TOLERATED_DAYS = 5
"""A delay this long leaves at most a sixth of a month's exits out at its end, and is not waited for."""
DAYS_PER_MONTH = 30.44


@dataclass(frozen=True, kw_only=True)
class Silence:
    """A stretch of months with surprisingly few exits: of which site (None for the centre), after which month-end."""

    site: str | None
    after: date
    exits: int
    expected: float


def dated_exits(tables: Mapping[str, ir.Table], spells: ir.Table) -> pd.DataFrame:
    """Return the exits: ``site``, ``left_on`` (the day on which they count) and ``known_on``, days as timestamps."""
    if "exits" not in tables:
        return pd.DataFrame({"site": [], "left_on": pd.to_datetime([]), "known_on": pd.to_datetime([])})
    rows = newest(tables["exits"])
    rows = rows.select("agent_id", "exit_date", "known_on", left_on=left_on(rows))
    sites = spells.select("agent_id", "exit_date", "site").filter(spells.exit_date.notnull())
    exits = rows.left_join(sites, ["agent_id", "exit_date"]).select("site", "left_on", "known_on").to_pandas()
    return exits.assign(
        **{name: pd.to_datetime(exits[name]).astype("datetime64[us]") for name in ("left_on", "known_on")}
    )


def usual_delay_days(exits: pd.DataFrame, end: date) -> int:
    """Return the days within which most exits of the two years before `end` were recorded, see `USUAL_SHARE`."""
    recent = exits[
        (exits["left_on"] <= pd.Timestamp(end)) & (exits["left_on"] > pd.Timestamp(end) - pd.DateOffset(years=2))
    ]
    days = (recent["known_on"] - recent["left_on"]).dt.days
    return 0 if days.empty else int(max(0, np.quantile(days, USUAL_SHARE, method="lower")))


def delay_in_months(days: int) -> int:
    """Return how many months later than its last day a label is mature where exits are recorded this many days late.

    Examples
    --------
    >>> [delay_in_months(days) for days in (0, 5, 6, 30, 60)]
    [0, 0, 1, 1, 2]
    """
    return max(0, int(np.ceil((days - TOLERATED_DAYS) / DAYS_PER_MONTH)))


def exits_begin(exits: pd.DataFrame, spells: pd.DataFrame, *, begins: date | None, ends: date) -> date | None:
    """Return the first day of the month in which exits plausibly begin; None where they begin with the data.

    Months of the data before it have so few exits that they would be a surprise, at the rate of the months after them.
    """
    left_on = exits["left_on"][exits["left_on"] <= pd.Timestamp(ends)]
    if left_on.empty:
        return None
    first = pd.Period(left_on.min() if begins is None else begins, "M")
    months = exit_months(left_on, spells, first, pd.Period(ends, "M"))
    if months["exits"].sum() == 0:
        return None
    start = first_complete_month(months["exits"].tolist(), months["headcount"].tolist())
    if start == 0:
        return None if begins is not None else left_on.min().date()
    return months.index[start].start_time.date()


def silences(exits: pd.DataFrame, spells: pd.DataFrame, *, begins: date, ends: date) -> list[Silence]:
    """Return the stretches at the end of the data with surprisingly few exits: of the centre, and of single sites.

    A site is named apart where its exits end before the centre's.
    """
    groups: dict[str | None, tuple[pd.DataFrame, pd.DataFrame]] = {None: (exits, spells)}
    sites = spells["site"].dropna().unique()
    if len(sites) > 1:
        groups |= {site: (exits[exits["site"] == site], spells[spells["site"] == site]) for site in sorted(sites)}
    stretches = [
        _silence(site, of_site["left_on"], agents, begins=begins, ends=ends, surprise=SURPRISE / len(groups))
        for site, (of_site, agents) in groups.items()
    ]
    centre = stretches[0]
    return [silence for silence in stretches if silence and (centre in (None, silence) or silence.after < centre.after)]


def exit_months(left_on: pd.Series, spells: pd.DataFrame, first: pd.Period, last: pd.Period) -> pd.DataFrame:
    """Return ``exits`` and ``headcount`` of each month: who was there on its first day, or left in it."""
    months = pd.period_range(first, last, freq="M")
    counts = left_on.dt.to_period("M").value_counts().reindex(months, fill_value=0)
    starts = months.start_time
    hired = np.sort(spells["hired"].dropna().to_numpy())
    gone = np.sort(spells["exit_date"].dropna().to_numpy())
    headcount = np.searchsorted(hired, starts, side="right") - np.searchsorted(gone, starts, side="left")
    return pd.DataFrame({"exits": counts.to_numpy(), "headcount": np.maximum(headcount, counts)}, index=months)


def _silence(
    site: str | None, left_on: pd.Series, spells: pd.DataFrame, *, begins: date, ends: date, surprise: float
) -> Silence | None:
    months = exit_months(left_on, spells, pd.Period(begins, "M"), pd.Period(ends, "M"))
    events, headcount = months["exits"].tolist(), months["headcount"].tolist()
    complete = complete_months(events, headcount, surprise=surprise)
    if complete == len(events) or sum(events[:complete]) == 0:
        return None
    complete -= _is_cut_short(left_on, months, complete)
    after = months.index[complete - 1].end_time.date()
    return Silence(
        site=site,
        after=last_day(after),
        exits=int(sum(events[complete:])),
        expected=expected_events(events, headcount, complete),
    )


def _is_cut_short(left_on: pd.Series, months: pd.DataFrame, complete: int) -> bool:
    """Return whether the last month before a silence ends with more days without an exit than one exit takes."""
    month = months.index[complete - 1]
    of_month = left_on[left_on.dt.to_period("M") == month]
    if of_month.empty:
        return False
    days_left = (month.end_time - of_month.max()).days
    per_day = months["exits"].iloc[:complete].mean() / DAYS_PER_MONTH
    return bool(days_left * per_day >= 1)
