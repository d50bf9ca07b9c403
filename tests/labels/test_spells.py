"""Who came and went, as it was on record: those too who never saw a month-end."""

from __future__ import annotations

import ibis
import pandas as pd

from attrition.labels.spells import read_spells, spells_known_at
from tests.text_tables import tables

AGENTS = """
    agent_id | hire_date  | site | known_on
    a        | 2024-03-01 | N    | 2024-03-01
    b        | 2026-05-04 | N    | 2026-05-04
    c        | 2026-01-05 | S    | 2026-01-05
    c        | 2026-06-01 | N    | 2026-06-03
    d        | 2025-07-01 | S    | 2025-07-01
    e        | 2025-01-01 | S    | 2025-01-01
"""
EXITS = """
    agent_id | exit_date  | exit_type   | notice_date | known_on
    b        | 2026-05-20 | voluntary   | 2026-05-12  | 2026-05-13
    c        | 2026-03-31 | voluntary   | 2026-03-01  | 2026-04-02
    d        | 2026-06-20 | involuntary |             | 2026-07-02
    e        | 2025-10-01 | voluntary   |             | 2025-10-02
"""


def spells(con: ibis.BaseBackend) -> pd.DataFrame:
    there = tables(con, agents=AGENTS, exits=EXITS)
    return read_spells(there, data_start=pd.Timestamp("2026-01-01"), data_end=pd.Timestamp("2026-06-30"))


def days(column: pd.Series) -> list[str]:
    return [f"{day:%Y-%m-%d}" if pd.notna(day) else "" for day in column]


def test_who_left_before_a_month_end_is_there_and_who_left_before_the_data_is_not(con: ibis.BaseBackend) -> None:
    assert spells(con)["agent_id"].tolist() == ["a", "b", "c", "c", "d"]


def test_a_rehire_is_a_spell_of_its_own_without_the_exit_before_it(con: ibis.BaseBackend) -> None:
    rehired = spells(con).query("agent_id == 'c'")
    assert days(rehired["left"]) == ["2026-03-01", ""]
    assert days(rehired["until"]) == ["2026-05-31", "2026-06-30"]
    assert rehired["site"].tolist() == ["S", "N"]


def test_a_spell_from_before_the_data_is_seen_from_their_beginning(con: ibis.BaseBackend) -> None:
    assert days(spells(con).head(1)["entered"]) == ["2026-01-01"]


def test_an_exit_that_was_recorded_later_has_not_happened_yet(con: ibis.BaseBackend) -> None:
    known = spells_known_at(spells(con), pd.Timestamp("2026-06-30")).set_index("agent_id")
    assert pd.isna(known.loc["d", "left"])
    assert known.loc["b", "exit_kind"] == "voluntary"


def test_a_hire_that_was_recorded_later_has_not_come_yet(con: ibis.BaseBackend) -> None:
    assert spells_known_at(spells(con), pd.Timestamp("2026-04-30"))["agent_id"].tolist() == ["a", "c", "d"]


def test_what_came_after_the_month_end_is_not_there(con: ibis.BaseBackend) -> None:
    known = spells_known_at(spells(con), pd.Timestamp("2026-02-28")).query("agent_id == 'c'")
    assert days(known["left"]) == [""]
    assert days(known["until"]) == ["2026-02-28"]


def test_a_monthly_file_tells_hires_by_when_somebody_was_first_in_it(con: ibis.BaseBackend) -> None:
    snapshots = """
        agent_id | as_of      | site
        a        | 2026-01-31 | N
        a        | 2026-02-28 | S
        b        | 2026-02-28 | S
    """
    exits = """
        agent_id | exit_date  | exit_type
        a        | 2026-03-10 | voluntary
    """
    there = tables(con, snapshots=snapshots, exits=exits)
    seen = read_spells(there, data_start=pd.Timestamp("2026-01-01"), data_end=pd.Timestamp("2026-03-31"))
    assert days(seen["hired"]) == ["2026-01-31", "2026-02-28"]
    assert days(seen["entered"]) == ["2026-01-31", "2026-02-28"]
    assert seen["site"].tolist() == ["S", "S"]
    assert days(seen["left"]) == ["2026-03-10", ""]


def test_a_hire_of_a_monthly_file_is_watched_from_the_first_file_that_holds_it(con: ibis.BaseBackend) -> None:
    snapshots = """
        agent_id | as_of      | hire_date
        a        | 2026-02-28 | 2026-02-03
    """
    exits = """
        agent_id | exit_date  | exit_type
        b        | 2026-03-10 | voluntary
    """
    there = tables(con, snapshots=snapshots, exits=exits)
    seen = read_spells(there, data_start=pd.Timestamp("2026-01-31"), data_end=pd.Timestamp("2026-03-31"))
    assert (days(seen["hired"]), days(seen["entered"])) == (["2026-02-03"], ["2026-02-28"])


def test_a_spell_has_the_last_rating_before_its_end_and_what_the_exit_says(con: ibis.BaseBackend) -> None:
    rated = """
        agent_id | period_end | rating | scale_max | known_on
        d        | 2025-12-31 | 2      | 5         | 2026-01-10
        d        | 2026-05-31 | 4      | 5         | 2026-06-10
        d        | 2026-06-30 | 1      | 5         | 2026-07-10
        c        | 2026-02-28 | 5      | 5         | 2026-03-10
        a        | 2024-12-31 | 5      | 5         | 2025-01-10
    """
    exits = EXITS.replace("known_on", "known_on | reason", 1).replace("2026-07-02", "2026-07-02 | studies")
    there = tables(con, agents=AGENTS, exits=exits, performance=rated)
    dates = {"data_start": pd.Timestamp("2026-01-01"), "data_end": pd.Timestamp("2026-06-30")}
    table = read_spells(there, **dates).assign(rating_share=lambda rows: rows["rating_share"].round(2))
    assert table.set_index(["agent_id", "hired"])["rating_share"].dropna().tolist() == [1.0, 0.8]
    assert table.dropna(subset="reason")[["agent_id", "reason"]].to_numpy().tolist() == [["d", "studies"]]
    assert table["class_id"].isna().all()
