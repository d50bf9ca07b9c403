"""Text becomes a value of its column's type, or null; never a guess."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from attrition.data import engine
from attrition.data.casting import Aliases, CastOptions, cast
from attrition.data.engine import Connection
from attrition.data.schema import Column, Kind

SHANGHAI = CastOptions(time_zone="Asia/Shanghai")


@pytest.fixture(scope="module")
def con() -> Connection:
    return engine.open_duckdb(time_zone="Asia/Shanghai", threads=1)


def cast_text(con: Connection, kind: Kind, text: str, options: CastOptions = SHANGHAI) -> Any:
    column = Column(name="x", kind=kind, en="x", zh="x")
    aliases = Aliases(trimmed="trimmed", mapped="mapped", cleaned="cleaned")
    steps = cast(column, "raw", "VARCHAR", options, aliases=aliases, values={})
    query = f"SELECT {steps.trimmed} AS trimmed FROM (SELECT {engine.quote_text(text)} AS raw)"
    query = f"SELECT *, {steps.mapped} AS mapped FROM ({query})"
    query = f"SELECT *, {steps.cleaned} AS cleaned FROM ({query})"
    return engine.fetch_rows(con, f"SELECT {steps.value} FROM ({query})")[0][0]


@pytest.mark.parametrize("text", ["00123", "NA", "1E5", "TRUE", "007", "null", "1.0", "工号7"])
def test_an_id_stays_the_text_it_was(con: Connection, text: str) -> None:
    assert cast_text(con, "text", text) == text


@pytest.mark.parametrize("text", [" a b ", "\ta b", "\u3000a b\u00a0", "a b\r"])
def test_blanks_around_a_text_go_and_those_within_stay(con: Connection, text: str) -> None:
    assert cast_text(con, "text", text) == "a b"


@pytest.mark.parametrize(
    "text",
    ["2026-03-04", "2026/03/04", "2026/3/4", "2026.3.4", "20260304", "2026年3月4日", "2026年03月04日",
     "2026-03-04 00:00:00", "2026-03-04T08:30:00Z", "4-Mar-2026", "4 March 2026", "Mar 4, 2026"],
)  # fmt: skip
def test_an_unambiguous_layout_is_read(con: Connection, text: str) -> None:
    assert cast_text(con, "date", text) == date(2026, 3, 4)


@pytest.mark.parametrize("text", ["03/04/2026", "13/04/2026", "3.4.2026", "03-04-26", "2026-02-30", "202603", "soon"])
def test_an_ambiguous_date_is_not_read(con: Connection, text: str) -> None:
    assert cast_text(con, "date", text) is None


def test_declared_layouts_are_tried_in_their_order_value_by_value(con: Connection) -> None:
    both_layouts = CastOptions(dates=("%m-%d-%Y", "%d-%m-%Y"))
    assert cast_text(con, "date", "03-11-2019", both_layouts) == date(2019, 3, 11)
    assert cast_text(con, "date", "24-12-2018", both_layouts) == date(2018, 12, 24)


def test_a_serial_number_is_a_date_in_excel_only(con: Connection) -> None:
    assert cast_text(con, "date", "46085", CastOptions(day_zero="1899-12-30")) == date(2026, 3, 4)


def test_a_month_stands_for_its_first_day_where_a_table_is_monthly(con: Connection) -> None:
    monthly = CastOptions(allows_months=True)
    assert [cast_text(con, "date", text, monthly) for text in ("2026-03", "202603", "2026年3月")] == [
        date(2026, 3, 1)
    ] * 3


@pytest.mark.parametrize(
    ("text", "timestamp"),
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
def test_a_timestamp_is_read_in_the_time_zone_of_the_site(
    con: Connection, text: str, timestamp: datetime | None
) -> None:
    assert cast_text(con, "timestamp", text) == timestamp


def test_declared_layouts_apply_to_timestamps_too(con: Connection) -> None:
    assert cast_text(con, "timestamp", "04/03/2026 10:15", CastOptions(dates=("%d/%m/%Y",))) == datetime(
        2026, 3, 4, 10, 15
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("-0.5", -0.5), ("1e3", 1000), ("5,000", 5000), ("1,234,567.5", 1234567.5), ("¥5,000", 5000),
     ("5000元", 5000), ("５０００", 5000), ("1,5", None), ("12,34", None), ("five", None), ("1_000", None),
     ("inf", None), ("95%", None)],
)  # fmt: skip
def test_numbers_are_read_with_separators_and_signs(con: Connection, text: str, number: float | None) -> None:
    assert cast_text(con, "number", text) == number


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("3.0", 3), ("1,000", 1000), ("3.5", None), ("9007199254740993", 2**53 + 1)]
)
def test_a_whole_number_is_exact(con: Connection, text: str, number: int | None) -> None:
    assert cast_text(con, "integer", text) == number


@pytest.mark.parametrize(
    ("text", "flag"),
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
def test_yes_and_no_are_read_in_both_languages(con: Connection, text: str, flag: bool | None) -> None:
    assert cast_text(con, "boolean", text) is flag


@pytest.mark.parametrize("text", ["", "  ", "NULL", "n/a", "-", "无"])
def test_a_word_for_no_value_is_null_except_in_a_text_column(con: Connection, text: str) -> None:
    assert cast_text(con, "number", text) is None
    assert cast_text(con, "date", text) is None
