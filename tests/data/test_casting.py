"""Text becomes what its column holds, or null; never a guess."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from attrition.data import engine
from attrition.data.casting import Aliases, Manner, cast
from attrition.data.engine import Connection
from attrition.data.schema import Column, Kind

SHANGHAI = Manner(time_zone="Asia/Shanghai")


@pytest.fixture(scope="module")
def con() -> Connection:
    return engine.duckdb(time_zone="Asia/Shanghai", threads=1)


def read(con: Connection, kind: Kind, said: str, manner: Manner = SHANGHAI) -> Any:
    column = Column(name="x", kind=kind, en="x", zh="x")
    aliases = Aliases(tidy="tidy", said="said", draft="draft")
    made = cast(column, "raw", "VARCHAR", manner, aliases=aliases, values={})
    first = f"SELECT *, {made.said} AS said FROM (SELECT {made.tidy} AS tidy FROM (SELECT {engine.text(said)} AS raw))"
    steps = f"SELECT *, {made.draft} AS draft FROM ({first})"
    return engine.rows(con, f"SELECT {made.value} FROM ({steps})")[0][0]


@pytest.mark.parametrize("said", ["00123", "NA", "1E5", "TRUE", "007", "null", "1.0", "工号7"])
def test_an_id_stays_the_text_it_was(con: Connection, said: str) -> None:
    assert read(con, "text", said) == said


@pytest.mark.parametrize("said", [" a b ", "\ta b", "\u3000a b\u00a0", "a b\r"])
def test_blanks_around_a_text_go_and_those_within_stay(con: Connection, said: str) -> None:
    assert read(con, "text", said) == "a b"


@pytest.mark.parametrize(
    "said",
    ["2026-03-04", "2026/03/04", "2026/3/4", "2026.3.4", "20260304", "2026年3月4日", "2026年03月04日",
     "2026-03-04 00:00:00", "2026-03-04T08:30:00Z", "4-Mar-2026", "4 March 2026", "Mar 4, 2026"],
)  # fmt: skip
def test_a_layout_beyond_doubt_is_read(con: Connection, said: str) -> None:
    assert read(con, "date", said) == date(2026, 3, 4)


@pytest.mark.parametrize("said", ["03/04/2026", "13/04/2026", "3.4.2026", "03-04-26", "2026-02-30", "202603", "soon"])
def test_a_date_in_doubt_is_not_read(con: Connection, said: str) -> None:
    assert read(con, "date", said) is None


def test_declared_layouts_are_tried_in_their_order_value_by_value(con: Connection) -> None:
    mangled = Manner(dates=("%m-%d-%Y", "%d-%m-%Y"))
    assert read(con, "date", "03-11-2019", mangled) == date(2019, 3, 11)
    assert read(con, "date", "24-12-2018", mangled) == date(2018, 12, 24)


def test_a_serial_number_is_a_date_in_excel_only(con: Connection) -> None:
    assert read(con, "date", "46085", Manner(is_excel=True)) == date(2026, 3, 4)


def test_a_month_stands_for_its_first_day_where_a_table_is_monthly(con: Connection) -> None:
    monthly = Manner(allows_months=True)
    assert [read(con, "date", said, monthly) for said in ("2026-03", "202603", "2026年3月")] == [date(2026, 3, 1)] * 3


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-03-04 23:30:00", datetime(2026, 3, 4, 23, 30)),
        ("2026/3/4 9:05", datetime(2026, 3, 4, 9, 5)),
        ("2026-03-04T23:30:00Z", datetime(2026, 3, 5, 7, 30)),
        ("2026-03-04 23:30:00+01:00", datetime(2026, 3, 5, 6, 30)),
        ("2026-03-04 23:30:00.250", datetime(2026, 3, 4, 23, 30, 0, 250_000)),
        ("2026-03-04", datetime(2026, 3, 4)),
        ("03/04/2026 10:00", None),
    ],
)
def test_a_moment_is_read_in_the_clock_of_the_site(con: Connection, said: str, moment: datetime | None) -> None:
    assert read(con, "moment", said) == moment


def test_declared_layouts_hold_for_moments_too(con: Connection) -> None:
    assert read(con, "moment", "04/03/2026 10:15", Manner(dates=("%d/%m/%Y",))) == datetime(2026, 3, 4, 10, 15)


@pytest.mark.parametrize(
    ("said", "number"),
    [("5", 5), ("-0.5", -0.5), ("1e3", 1000), ("5,000", 5000), ("1,234,567.5", 1234567.5), ("¥5,000", 5000),
     ("5000元", 5000), ("５０００", 5000), ("1,5", None), ("12,34", None), ("five", None), ("1_000", None),
     ("inf", None), ("95%", None)],
)  # fmt: skip
def test_numbers_are_read_with_separators_and_signs(con: Connection, said: str, number: float | None) -> None:
    assert read(con, "number", said) == number


@pytest.mark.parametrize(
    ("said", "number"), [("3", 3), ("3.0", 3), ("1,000", 1000), ("3.5", None), ("9007199254740993", 2**53 + 1)]
)
def test_a_whole_number_is_exact(con: Connection, said: str, number: int | None) -> None:
    assert read(con, "whole", said) == number


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ("yes", True),
        ("是", True),
        ("1", True),
        ("TRUE", True),
        ("no", False),
        ("否", False),
        ("0", False),
        ("maybe", None),
    ],
)
def test_yes_and_no_are_read_in_both_languages(con: Connection, said: str, flag: bool | None) -> None:
    assert read(con, "flag", said) is flag


@pytest.mark.parametrize("said", ["", "  ", "NULL", "n/a", "-", "无"])
def test_a_word_for_nothing_is_nothing_where_text_is_not_asked_for(con: Connection, said: str) -> None:
    assert read(con, "number", said) is None
    assert read(con, "date", said) is None
