"""Corruptions by which rows are missing: files cut, emptied or thinned, months and sites left out."""

from __future__ import annotations

import pandas as pd

from wrong_tables.exports import Exports, days

DAYS = {"shifts": "shift_date", "contacts": "contact_date", "snapshots": "as_of"}


def cut_exits_at_a_line_end(exports: Exports) -> None:
    """Keep the first rows of the exits, which stand in the order of their recording."""
    share = exports.rng.uniform(0.6, 0.8)
    exports.change("exits", lambda rows: rows.head(round(share * len(rows))))


def cut_shifts_at_a_line_end(exports: Exports) -> None:
    """Keep the first rows of the shifts, which stand in the order of their months."""
    share = exports.rng.uniform(0.7, 0.9)
    exports.change("shifts", lambda rows: rows.head(round(share * len(rows))))


def empty_exits(exports: Exports) -> None:
    """Leave nothing of the file."""
    exports.path("exits").write_bytes(b"")


def exits_without_rows(exports: Exports) -> None:
    """Leave the heading alone."""
    exports.change("exits", lambda rows: rows.head(0))


def cut_last_bytes(exports: Exports) -> None:
    """Cut the exits inside the last cells of their last row."""
    path = exports.path("exits")
    path.write_bytes(path.read_bytes()[: -int(exports.rng.integers(2, 28))])


def thin_exits_of_one_site(exports: Exports) -> None:
    """Leave out every exit of one site."""
    agents = exports.agents_of_one_site()
    exports.change("exits", lambda rows: rows[~rows["agent_id"].isin(agents)])


def thin_exits_everywhere(exports: Exports) -> None:
    """Leave out half of the exits, with all their versions."""
    exports.change("exits", lambda rows: rows[~rows["agent_id"].isin(_half_of_agents(exports, rows))])


def thin_roster_of_one_site(exports: Exports) -> None:
    """Leave out the people of one site in the roster alone."""
    agents = exports.agents_of_one_site()
    exports.change("agents", lambda rows: rows[~rows["agent_id"].isin(agents)])


def thin_roster_of_leavers(exports: Exports) -> None:
    """Leave out everybody who is not there any more, and their exits: the list of those employed today."""
    gone = set(exports.standing_exits()["agent_id"])
    for table in ("agents", "exits"):
        exports.change(table, lambda rows: rows[~rows["agent_id"].isin(gone)])


def lose_a_month_of_contacts(exports: Exports) -> None:
    """Leave out every contact of one month."""
    _lose_a_month(exports, "contacts")


def lose_a_month_of_shifts(exports: Exports) -> None:
    """Leave out every shift of one month."""
    _lose_a_month(exports, "shifts")


def lose_a_month_of_snapshots(exports: Exports) -> None:
    """Leave out the file of one month."""
    _lose_a_month(exports, "snapshots")


def lose_a_site_of_snapshots(exports: Exports) -> None:
    """Leave out one site from a month on: its file did not come any more."""
    agents, month = exports.agents_of_one_site(), exports.month("snapshots", "as_of", between=(0.5, 0.8))
    exports.change("snapshots", lambda rows: rows[~(rows["agent_id"].isin(agents) & (days(rows["as_of"]) >= month))])


def lose_people_of_snapshots(exports: Exports) -> None:
    """Leave out a tenth of the people from a month on, who have no exit."""
    rows, month = exports.read("snapshots"), exports.month("snapshots", "as_of", between=(0.5, 0.8))
    is_last = days(rows["as_of"]) == days(rows["as_of"]).max()
    people = rows.loc[is_last, "agent_id"]
    lost = set(people[exports.some(rows[is_last], 0.1)])
    exports.write("snapshots", rows[~(rows["agent_id"].isin(lost) & (days(rows["as_of"]) >= month))])


def _lose_a_month(exports: Exports, table: str) -> None:
    month = exports.month(table, DAYS[table], between=(0.4, 0.85)).to_period("M")
    exports.change(table, lambda rows: rows[pd.to_datetime(rows[DAYS[table]]).dt.to_period("M") != month])


def _half_of_agents(exports: Exports, rows: pd.DataFrame) -> set[str]:
    agents = pd.DataFrame({"agent_id": rows["agent_id"].unique()})
    return set(agents.loc[exports.some(agents, 0.5), "agent_id"])
