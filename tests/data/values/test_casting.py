"""Text becomes a value of its column's type, or null; never a guess."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from attrition.data import engine
from attrition.data.engine import Connection
from attrition.data.files.raw_table import to_text
from attrition.data.schema import Column, Kind
from attrition.data.tables import TABLES
from attrition.data.values.cast_options import CastOptions
from attrition.data.values.casting import Aliases, cast

SHANGHAI = CastOptions(time_zone="Asia/Shanghai")


@pytest.fixture(scope="module")
def con() -> Connection:
    return engine.open_duckdb(time_zone="Asia/Shanghai", threads=1)


def cast_text(con: Connection, kind: Kind, text: str, options: CastOptions = SHANGHAI, *, name: str = "x") -> Any:
    units = [column.unit for table in TABLES.values() for column in table.columns if column.name == name]
    column = Column(name=name, kind=kind, en="x", zh="x", unit=next(iter(units), ""))
    aliases = Aliases(trimmed="trimmed", mapped="mapped", cleaned="cleaned")
    steps = cast(column, "raw", "VARCHAR", options, aliases=aliases, values={})
    query = f"SELECT {steps.trimmed} AS trimmed FROM (SELECT {engine.quote_text(text)} AS raw)"
    query = f"SELECT *, {steps.mapped} AS mapped FROM ({query})"
    query = f"SELECT *, {steps.cleaned} AS cleaned FROM ({query})"
    return engine.fetch_rows(con, f"SELECT {steps.value} FROM ({query})")[0][0]


@pytest.mark.parametrize("text", ["00123", "NA", "1E5", "TRUE", "007", "nullam", "1.0", "工号7"])
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


@pytest.mark.parametrize("text", ["", " ", "NULL", "n/a", "-", "--", "无", "暂无", "待定", "空", "None", "NaN", "#N/A"])
def test_a_word_for_no_value_is_null_in_every_kind_of_column(con: Connection, text: str) -> None:
    assert [cast_text(con, kind, text) for kind in ("number", "date", "timestamp", "text")] == [None] * 4
    assert cast_text(con, "text", text, name="supervisor_id") is None


def test_na_in_capitals_may_be_north_america_but_is_no_id(con: Connection) -> None:
    assert cast_text(con, "text", "NA", name="site") == "NA"
    assert cast_text(con, "text", "NA", name="supervisor_id") is None


@pytest.mark.parametrize(
    "text",
    ["00000000", "0000-00-00", "00.00.0000", "00/00/0000", "0000-00-00 00:00:00", "0", "0001-01-01", "9999年0月"],
)
def test_a_date_of_zeros_is_no_date(con: Connection, text: str) -> None:
    assert cast_text(con, "date", text, CastOptions(dates=("%d.%m.%Y",))) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-31T22:00:00Z", date(2024, 4, 1)),
        ("2024-03-31 22:00:00+00:00", date(2024, 4, 1)),
        ("2024-03-31T22:00:00.000+0000", date(2024, 4, 1)),
        ("2024/3/31 22:00 UTC", date(2024, 4, 1)),
        ("2024-04-01T00:30:00 +0200", date(2024, 4, 1)),
        ("2024-03-31T21:59:59Z", date(2024, 3, 31)),
        ("2024-03-31T22:00:00", date(2024, 3, 31)),
        ("31 Mar 2024 22:00:00Z", None),
    ],
)
def test_a_day_with_a_time_and_an_offset_is_taken_from_the_clock_of_the_site(
    con: Connection, text: str, day: date | None
) -> None:
    assert cast_text(con, "date", text, CastOptions(time_zone="Europe/Berlin")) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [("2.400,00", 2400), ("2.400", 2400), ("187,500", 187.5), ("1,5", 1.5), (",5", 0.5), ("-12", -12), ("2.40", None),
     ("1.375.000", 1375000), ("1 234,50", 1234.5), ("2.400,00 €", 2400), ("2.400,00-", -2400), ("1,234.5", None)],
)  # fmt: skip
def test_a_declared_decimal_comma_makes_dots_thousands(con: Connection, text: str, number: float | None) -> None:
    assert cast_text(con, "number", text, CastOptions(decimal=",")) == number


def test_numbers_of_cells_keep_their_dot_beside_texts_with_a_decimal_comma(con: Connection) -> None:
    excel = CastOptions(decimal=",", has_typed_cells=True)
    texts = [to_text(1.375), to_text(2.4), to_text(12.0), "1.375", "2,4"]
    assert [cast_text(con, "number", text or "", excel) for text in texts] == [1.375, 2.4, 12, 1375, 2.4]


@pytest.mark.parametrize(
    ("text", "number"),
    [("150.00-", -150), ("(150.00)", -150), ("−150", -150), ("1'234.50", 1234.5), ("1\u00a0234.50", 1234.5),
     ("EUR 2,400.00", 2400), ("2400 EUR", 2400), ("$1,234,567", 1234567), ("HK$ 20", 20), ("人民币5000元", 5000),
     ("-€5", -5), ("(¥5,000)", -5000), ("150.-", 150), ("12,34,567.00", 1234567), ("0,125", None), ("5 min", None),
     ("5 000 0", None), ("--5", None), ("(5", None), ("5000元/年", None), ("5000元/月", 5000)],
)  # fmt: skip
def test_a_minus_behind_brackets_and_money_are_read(con: Connection, text: str, number: float | None) -> None:
    assert cast_text(con, "number", text, name="base_pay") == number


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [("score", "87.5%", 87.5), ("score", "87.5 %", 87.5), ("fte", "80%", 0.8), ("score", "８７％", 87),
     ("base_pay", "80%", None)],
)  # fmt: skip
def test_percent_is_read_by_what_the_column_counts(con: Connection, name: str, text: str, number: float | None) -> None:
    assert cast_text(con, "number", text, name=name) == number


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("talk_seconds", "00:20:15", 1215),
        ("talk_seconds", "26:00:00", 93600),
        ("talk_seconds", "1 day, 2:00:00", 93600),
        ("talk_seconds", "1 days 02:00:00", 93600),
        ("talk_seconds", "0:00:01.5", 1.5),
        ("talk_seconds", "20:15", None),
        ("worked_minutes", "07:30", 450),
        ("worked_minutes", "7:30:30", 450.5),
        ("worked_minutes", "7:60", None),
        ("start_minute", "09:00", 540),
        ("hours", "1:30", 1.5),
        ("contract_hours_week", "38:30", 38.5),
        ("base_pay", "07:30", None),
    ],
)
def test_a_duration_is_read_in_the_unit_of_its_column(
    con: Connection, name: str, text: str, number: float | None
) -> None:
    assert cast_text(con, "number", text, name=name) == number


def test_two_parts_of_a_duration_are_read_as_declared(con: Connection) -> None:
    minutes_first, hours_first = CastOptions(durations="mm:ss"), CastOptions(durations="hh:mm")
    assert cast_text(con, "number", "20:15", minutes_first, name="talk_seconds") == 1215
    assert cast_text(con, "number", "20:15", hours_first, name="talk_seconds") == 72900
    assert cast_text(con, "number", "05:30", minutes_first, name="late_minutes") == 5.5
    assert cast_text(con, "number", "09:00", minutes_first, name="start_minute") == 540


def test_values_declared_missing_are_null(con: Connection) -> None:
    options = CastOptions(missing={"x": ("-99", "entfällt"), "y_id": ("NA", "999")})
    assert [cast_text(con, "number", text, options) for text in ("-99", "-99.0", "entfällt", "99")] == [None] * 3 + [99]
    assert [cast_text(con, "text", text, options, name="y_id") for text in ("999", "0999")] == [None, "0999"]
