"""A digest of a month changes where its rows do, and nowhere else."""

from __future__ import annotations

from datetime import date

import ibis
import pytest

from attrition.data.events import Reorganisation
from attrition.exposure.month_digests import ALWAYS, changes, month_digests
from tests.text_tables import tables

PAY = """
agent_id | effective_date | base_pay | known_on   | superseded_on
A        | 2026-01-01     | 4000     | 2026-01-05 |
B        | 2026-01-01     | 5000     | 2026-01-05 |
A        | 2026-02-01     | 4100     | 2026-02-03 |
A        | 2026-03-01     | 4200     | 2026-03-03 |
"""


def changed(con: ibis.BaseBackend, after: str, before: str = PAY, table: str = "pay") -> list[str]:
    """Return the months whose digest differs between two versions of a table."""
    old, new = (month_digests(tables(con, **{table: text})) for text in (before, after))
    return list(changes(old.by_month_known, new.by_month_known, until="9999-12"))


def test_the_order_of_rows_changes_nothing(con: ibis.BaseBackend) -> None:
    head, *rows = PAY.strip().splitlines()
    assert changed(con, "\n".join([head, *rows[::-1]])) == []


@pytest.mark.parametrize(
    ("old", "new", "months"),
    [
        ("4100", "4150", ["2026-02"]),
        ("A        | 2026-02-01     | 4100     | 2026-02-03 |", "", ["2026-02"]),
        ("4200     | 2026-03-03 |", "4200     | 2026-02-03 |", ["2026-02", "2026-03"]),
        ("4100     | 2026-02-03 |", "4100     | 2026-02-03 | 2026-03-09", ["2026-03"]),
        ("4100     | 2026-02-03 |", "4100     | |", [ALWAYS, "2026-02"]),
        ("B        | 2026-01-01     | 5000", "A        | 2026-01-01     | 4000", ["2026-01"]),
    ],
    ids=["changed", "deleted", "known earlier", "replaced later", "known nobody knows when", "twice the same"],
)
def test_months_whose_rows_changed_have_another_digest(
    con: ibis.BaseBackend, old: str, new: str, months: list[str]
) -> None:
    assert PAY.count(old) == 1
    assert changed(con, PAY.replace(old, new)) == months


def test_two_rows_that_swap_a_value_change_their_month(con: ibis.BaseBackend) -> None:
    swapped = PAY.replace("4000", "x").replace("5000", "4000").replace("x", "5000")
    assert changed(con, swapped) == ["2026-01"]


def test_a_snapshot_counts_as_of_its_own_month_however_late_it_became_known(con: ibis.BaseBackend) -> None:
    snapshots = "agent_id | as_of | known_on\nA | 2026-03-31 | 2026-03-31"
    assert changed(con, snapshots + "\nA | 2026-02-28 | 2026-06-05", snapshots, "snapshots") == ["2026-02"]


def test_a_reorganisation_changes_the_month_of_its_day() -> None:
    con = ibis.duckdb.connect(threads=1)
    before = month_digests(tables(con, pay=PAY))
    after = month_digests(tables(con, pay=PAY), [Reorganisation(day=date(2026, 2, 1), teams={"new": "old"})])
    assert changes(before.by_month_known, after.by_month_known, until="2026-03") == {"2026-02": ["reorganisations"]}


@pytest.mark.parametrize(
    ("old", "new", "months"),
    [
        ("4100", "4150", ["2026-02"]),
        ("4100     | 2026-02-03 |", "4100     | 2026-02-03 | 2026-03-09", ["2026-02"]),
        ("A        | 2026-02-01     | 4100     | 2026-02-03 |", "", ["2026-02"]),
        ("A        | 2026-03-01     | 4200", "A        | 2026-01-20     | 4200", ["2026-01", "2026-03"]),
    ],
    ids=["changed", "replaced", "deleted", "happened earlier"],
)
def test_what_is_on_file_today_counts_in_the_month_in_which_it_happened(
    con: ibis.BaseBackend, old: str, new: str, months: list[str]
) -> None:
    before, after = (month_digests(tables(con, pay=text)) for text in (PAY, PAY.replace(old, new)))
    assert list(changes(before.on_file, after.on_file, until="9999-12")) == months
