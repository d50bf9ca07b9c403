"""Corruptions of days: shifted, ahead, long ago, or placeholders; and exits that are entered late."""

from __future__ import annotations

import pandas as pd

from wrong_tables.exports import Exports, as_text, days


def shift_exits(exports: Exports) -> None:
    """Date every exit and its notice 61 days late."""
    later = pd.Timedelta(days=61)
    exports.change("exits", lambda rows: rows.assign(**{n: as_text(days(rows[n]) + later) for n in _EXIT_DAYS}))


def date_exits_by_first_day_away(exports: Exports) -> None:
    """Date every exit one day later: the first day away, not the last day worked."""
    day = pd.Timedelta(days=1)
    exports.change("exits", lambda rows: rows.assign(exit_date=as_text(days(rows["exit_date"]) + day)))


def date_one_exit_ahead(exports: Exports) -> None:
    """Date one exit two years ahead."""
    _date_ahead(exports, [24])


def date_some_exits_ahead(exports: Exports) -> None:
    """Date six exits three to thirty months ahead: contracts that will end."""
    _date_ahead(exports, [3, 6, 9, 12, 24, 30])


def date_one_exit_early(exports: Exports) -> None:
    """Date one exit thirteen years early, and the hire before it."""
    exits = exports.read("exits")
    row = exits.index[exports.rng.integers(len(exits))]
    agent, early = exits.loc[row, "agent_id"], days(exits["exit_date"]).min() - pd.DateOffset(years=13)
    exits.loc[row, [*_EXIT_DAYS]] = f"{early:%Y-%m-%d}"
    exports.write("exits", exits)
    hire = early - pd.DateOffset(years=1)
    for table, day in (("agents", "hire_date"), ("assignments", "effective_date")):
        exports.change(
            table,
            lambda rows, day=day: rows.assign(**{day: rows[day].mask(rows["agent_id"] == agent, f"{hire:%Y-%m-%d}")}),
        )


def publish_the_roster_ahead(exports: Exports) -> None:
    """Add the shifts of six weeks to come, without minutes worked."""
    rows = exports.read("shifts")
    recent = pd.to_datetime(rows["shift_date"])
    recent = recent[recent > recent.max() - pd.Timedelta(days=42)]
    ahead = rows.loc[recent.index].assign(shift_date=(recent + pd.Timedelta(days=42)).dt.date, absence="none")
    worked = ["worked_minutes", "overtime_minutes", "adherent_minutes", "late_minutes"]
    ahead = ahead.astype(dict.fromkeys(worked, "Int32")).assign(**dict.fromkeys(worked))
    rows = rows.astype(dict.fromkeys(worked, "Int32"))
    exports.write("shifts", pd.concat([rows, ahead.astype(dict.fromkeys(worked, "Int32"))], ignore_index=True))


def repeat_the_last_snapshot(exports: Exports) -> None:
    """Add next month's file, which repeats this month's."""
    rows = exports.read("snapshots")
    month = days(rows["as_of"])
    last = rows[month == month.max()].assign(as_of=f"{month.max() + pd.offsets.MonthEnd(1):%Y-%m-%d}")
    exports.write("snapshots", pd.concat([rows, last]))


def hire_in_1900(exports: Exports) -> None:
    """Write 1900-01-01, the system's word for unknown, into the hire dates of one in twenty."""
    rows = exports.read("agents")
    rows.loc[exports.some(rows, 0.05), "hire_date"] = "1900-01-01"
    exports.write("agents", rows)


def born_in_2051(exports: Exports) -> None:
    """Date births a hundred years late, of those born up to 1990: two digits of the year were read wrongly."""
    rows = exports.read("agents")
    born = days(rows["birth_date"])
    later = as_text(born + pd.DateOffset(years=100))
    exports.write("agents", rows.assign(birth_date=rows["birth_date"].mask(born < "1991", later)))


def swap_day_and_month(exports: Exports) -> None:
    """Write the days of exits with the month first where both can be a month."""

    def swapped(text: str) -> str:
        year, month, day = text.split("-") if text else ("", "", "99")
        return f"{year}-{day}-{month}" if int(day) <= 12 else text

    exports.change("exits", lambda rows: rows.assign(exit_date=rows["exit_date"].map(swapped)))


def lose_recent_exits(exports: Exports) -> None:
    """Leave out the exits that were recorded in the last four months."""
    rows = exports.read("exits")
    recorded = days(rows["recorded_at"])
    exports.write("exits", rows[recorded <= recorded.max() - pd.DateOffset(months=4)])


def lose_recent_exits_and_recording(exports: Exports) -> None:
    """Leave out the exits of the last four months, and when any was recorded."""
    rows = exports.standing_exits().drop(columns=["recorded_at", "is_retracted"])
    rows = rows.drop_duplicates(["agent_id", "exit_date"], keep="last")
    day = days(rows["exit_date"])
    exports.write("exits", rows[day <= day.max() - pd.DateOffset(months=4)])


def lose_recording(exports: Exports) -> None:
    """Leave out when exits were recorded; every version but the last is gone with it."""
    rows = exports.standing_exits().drop(columns=["recorded_at", "is_retracted"])
    exports.write("exits", rows.drop_duplicates(["agent_id", "exit_date"], keep="last"))


def _date_ahead(exports: Exports, months: list[int]) -> None:
    rows = exports.read("exits")
    last = days(rows["exit_date"]).max()
    chosen = exports.rng.choice(len(rows), size=len(months), replace=False)
    for row, ahead in zip(chosen, months, strict=True):
        day = f"{last + pd.DateOffset(months=ahead):%Y-%m-%d}"
        rows.loc[rows.index[row], ["exit_date", "notice_date"]] = [day, ""]
        rows.loc[rows.index[row], "exit_type"] = "other"
    exports.write("exits", rows)


_EXIT_DAYS = ("exit_date", "notice_date")
