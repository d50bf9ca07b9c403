"""A month without rows at a site, in a table that has rows every month, is unknown and not nothing."""

from __future__ import annotations

import ibis
import pandas as pd
import pytest

from attrition.exposure.open_past import open_past
from tests.text_tables import tables

NORTH, SOUTH = "ABCDEF", "VWXYZ"
AGENTS = "agent_id | hire_date | site\n" + "\n".join(
    f"{agent} | {'2026-04-01' if agent == 'E' else '2025-01-01'} | {'north' if agent in NORTH else 'south'}"
    for agent in NORTH + SOUTH
)
NO_EXITS = "agent_id | exit_date | exit_type | notice_date"
MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")


def contacts(*, missing: str, known_on: str = "", at: str = NORTH) -> str:
    """One contact per agent and month; those of a month and a site are missing, or known from a later day on."""
    rows = ["agent_id | contact_date | handled | known_on"]
    for agent in NORTH + SOUTH:
        for month in MONTHS:
            is_affected = month == missing and agent in at
            day = f"{month}-10"
            rows += (
                [] if is_affected and not known_on else [f"{agent} | {day} | 1 | {known_on if is_affected else day}"]
            )
    return "\n".join(rows)


def handled(con: ibis.BaseBackend, agent: str, text: str, last: str = "2026-06-30") -> dict[str, list[float]]:
    """Return an agent's totals over one and over three months, by month; -1 where they are unknown."""
    tables_of_case = tables(con, agents=AGENTS, exits=NO_EXITS, contacts=text)
    past = open_past(tables_of_case, pd.Timestamp("2026-01-31"), pd.Timestamp(last))
    totals = past.totals("contacts", {"handled": lambda t: t.handled}, windows=(1, 3, 6))
    rows = totals.filter(totals.agent_id == agent).order_by("as_of").to_pandas().fillna(-1)
    return {
        str(day)[:7]: [one, three] for day, one, three in zip(rows.as_of, rows.handled_1m, rows.handled_3m, strict=True)
    }


def test_windows_that_hold_a_missing_month_are_unknown_and_those_after_it_are_not(con: ibis.BaseBackend) -> None:
    totals = handled(con, "A", contacts(missing="2026-03"))
    assert totals == {
        "2026-01": [1, 1],
        "2026-02": [1, 2],
        "2026-03": [-1, -1],
        "2026-04": [1, -1],
        "2026-05": [1, -1],
        "2026-06": [1, 3],
    }


@pytest.mark.parametrize("agent", ["V", "E"])
def test_another_site_and_who_was_hired_after_the_gap_are_not_concerned(con: ibis.BaseBackend, agent: str) -> None:
    assert handled(con, agent, contacts(missing="2026-03"))["2026-04"] == [1, 3 if agent == "V" else 1]


def test_a_month_that_is_filled_in_later_is_unknown_until_then(con: ibis.BaseBackend) -> None:
    totals = handled(con, "A", contacts(missing="2026-03", known_on="2026-05-20"))
    assert [totals[month][1] for month in MONTHS[2:]] == [-1, -1, 3, 3]


def test_at_the_end_of_the_missing_month_nothing_later_is_needed_to_know_it(con: ibis.BaseBackend) -> None:
    assert handled(con, "A", contacts(missing="2026-03"), last="2026-03-31")["2026-03"] == [-1, -1]


def test_a_table_that_always_comes_a_month_late_is_not_silent(con: ibis.BaseBackend) -> None:
    rows = contacts(missing="").splitlines()
    late = [rows[0], *(_a_month_late(row) for row in rows[1:])]
    assert [three for _, three in handled(con, "A", "\n".join(late)).values()] == [1, 2, 2, 2, 2]


def _a_month_late(row: str) -> str:
    agent, day, number, _ = (cell.strip() for cell in row.split("|"))
    return f"{agent} | {day} | {number} | {pd.Timestamp(day) + pd.DateOffset(months=1):%Y-%m-%d}"


def test_one_agent_without_rows_is_absent_and_not_silent(con: ibis.BaseBackend) -> None:
    totals = handled(con, "A", contacts(missing="2026-03", at="A"))
    assert totals["2026-04"] == [1, 2]


def test_the_last_months_alone_know_of_silence_what_all_months_know(con: ibis.BaseBackend) -> None:
    """East was closed for two years; that it had contacts before says nothing of its first month."""
    closed, opened = "LMNOP", "GHIJK"
    hired = [f"{agent} | 2024-01-01 | east" for agent in closed] + [f"{agent} | 2026-04-01 | east" for agent in opened]
    exits = [f"{agent} | 2024-03-05 | voluntary | 2024-03-05" for agent in closed]
    days = [(agent, f"2024-{month}-10") for agent in closed for month in ("01", "02")]
    days += [(agent, f"2026-{month}-10") for agent in opened for month in ("05", "06")]
    more = [f"{agent} | {day} | 1 | {day}" for agent, day in days]
    tables_of_case = tables(
        con,
        agents="\n".join([AGENTS, *hired]),
        exits="\n".join([NO_EXITS, *exits]),
        contacts="\n".join([contacts(missing="2026-04"), *more]),
    )
    whole = open_past(tables_of_case, pd.Timestamp("2024-01-31"), pd.Timestamp("2026-06-30"))
    all_months, last_months = (
        past.totals("contacts", {"handled": lambda t: t.handled}, windows=(1, 3, 6))
        .order_by("as_of", "agent_id")
        .to_pandas()
        for past in (whole, whole.since(pd.Timestamp("2026-04-30")))
    )
    expected = all_months[all_months["as_of"].astype(str) >= "2026-04"].reset_index(drop=True)
    pd.testing.assert_frame_equal(last_months, expected)
    assert set(expected.loc[expected["is_silent_3m"], "agent_id"]) == set(NORTH)
