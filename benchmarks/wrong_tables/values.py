"""Corruptions of cells and headings: units, placeholders, blanks, duplicates, categories, numbers and encodings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from wrong_tables.exports import Exports, days

MINUTES = ("scheduled_minutes", "worked_minutes", "overtime_minutes", "adherent_minutes", "late_minutes")
SECONDS = ("talk_seconds", "hold_seconds", "wrap_seconds", "idle_seconds")


def scaled(table: str, columns: Sequence[str], factor: float) -> Callable[[Exports], None]:
    """Return a corruption that writes columns in another unit in every row."""

    def corrupt(exports: Exports) -> None:
        exports.change(table, lambda rows: _scaled(rows, pd.Series(True, rows.index), columns, factor))

    return corrupt


def scaled_for_one_site(table: str, columns: Sequence[str], factor: float) -> Callable[[Exports], None]:
    """Return a corruption that writes columns in another unit for one site."""

    def corrupt(exports: Exports) -> None:
        agents = exports.agents_of_one_site()
        exports.change(table, lambda rows: _scaled(rows, rows["agent_id"].isin(agents), columns, factor))

    return corrupt


def scaled_from_a_month(table: str, columns: Sequence[str], factor: float, *, day: str) -> Callable[[Exports], None]:
    """Return a corruption that writes columns in another unit from a month on."""

    def corrupt(exports: Exports) -> None:
        month = exports.month(table, day, between=(0.4, 0.7))
        exports.change(table, lambda rows: _scaled(rows, pd.to_datetime(rows[day]) >= month, columns, factor))

    return corrupt


def placeholder(value: str) -> Callable[[Exports], None]:
    """Return a corruption that writes a placeholder for nothing into a seventh of two declared columns' cells."""

    def corrupt(exports: Exports) -> None:
        rows = exports.read("snapshots")
        for column in ("quality_mean_score", "workload_overtime"):
            rows.loc[exports.some(rows, 0.15), column] = value
        exports.write("snapshots", rows)

    return corrupt


def renamed(table: str, header: str, other: str) -> Callable[[Exports], None]:
    """Return a corruption that renames a heading."""
    return lambda exports: exports.change(table, lambda rows: rows.rename(columns={header: other}))


def blank_for_one_site_and_year(table: str, column: str, *, day: str) -> Callable[[Exports], None]:
    """Return a corruption that leaves a column empty for one site in one year."""

    def corrupt(exports: Exports) -> None:
        agents, rows = exports.agents_of_one_site(), exports.read(table)
        year = pd.to_datetime(rows[day]).dt.year
        chosen = exports.rng.choice(year.value_counts().index[:2].to_numpy())
        is_blank = rows["agent_id"].isin(agents) & (year == chosen)
        blanks = rows[column].astype("Int32") if pd.api.types.is_integer_dtype(rows[column]) else rows[column]
        exports.write(table, rows.assign(**{column: blanks.mask(is_blank, "" if blanks.dtype == "str" else None)}))

    return corrupt


def duplicate_pay(exports: Exports) -> None:
    """Repeat one row of pay in twenty with another amount under the same key."""
    rows = exports.read("pay")
    again = rows[exports.some(rows, 0.05)]
    again = again.assign(base_pay=(again["base_pay"].astype(int) + 500).astype(str))
    exports.write("pay", pd.concat([rows, again]))


def duplicate_exits(exports: Exports) -> None:
    """Repeat one exit in ten with another kind under the same key and recording."""
    rows = exports.read("exits")
    again = rows[exports.some(rows, 0.1)]
    other = {"voluntary": "involuntary", "involuntary": "voluntary"}
    exports.write("exits", pd.concat([rows, again.assign(exit_type=again["exit_type"].replace(other))]))


def repeat_shifts(exports: Exports) -> None:
    """Repeat the shifts of one month, row by row."""
    rows, month = exports.read("shifts"), exports.month("shifts", "shift_date", between=(0.4, 0.8))
    again = rows[pd.to_datetime(rows["shift_date"]).dt.to_period("M") == month.to_period("M")]
    exports.write("shifts", pd.concat([rows, again]))


def rename_a_site(exports: Exports) -> None:
    """Call one site otherwise in the snapshots from a month on."""
    rows, month = exports.read("snapshots"), exports.month("snapshots", "as_of", between=(0.5, 0.8))
    site = exports.rng.choice(sorted(rows["site"].unique()))
    is_later = (rows["site"] == site) & (days(rows["as_of"]) >= month)
    exports.write("snapshots", rows.assign(site=rows["site"].mask(is_later, f"{site} Campus")))


def rename_a_kind_of_exit(exports: Exports) -> None:
    """Call a resignation otherwise in the second half of the exits."""
    rows = exports.read("exits")
    is_later = pd.Series(range(len(rows)), rows.index) >= len(rows) // 2
    kinds = rows["exit_type"].mask(is_later & (rows["exit_type"] == "voluntary"), "resignation")
    exports.write("exits", rows.assign(exit_type=kinds))


def write_decimal_commas(exports: Exports) -> None:
    """Write pay as a European spreadsheet does: thousands with a dot, no decimals."""
    pay = exports.read("pay")
    text = pay["base_pay"].astype(int).map("{:,}".format).str.replace(",", ".")
    exports.write("pay", pay.assign(base_pay=text))


def write_comma_decimals(exports: Exports) -> None:
    """Write pay with decimals after a comma."""
    exports.change("pay", lambda rows: rows.assign(base_pay=rows["base_pay"] + ",00"))


def write_in_another_encoding(exports: Exports) -> None:
    """Write the roster in windows-1252 with an umlaut in the name of one site, which GB18030 reads as Chinese."""
    rows = exports.read("agents")
    rows = rows.assign(site=rows["site"].replace({"Foshan": "Nürnberg"}))
    exports.path("agents").write_bytes(rows.to_csv(index=False).encode("cp1252"))


def _scaled(rows: pd.DataFrame, is_other: pd.Series, columns: Sequence[str], factor: float) -> pd.DataFrame:
    """Multiply columns in some rows, with two decimals; rows of a CSV stay text."""
    values = {}
    for name in columns:
        number = pd.to_numeric(rows[name])
        other = number.mask(is_other, (number * factor).round(2))
        values[name] = other if rows[name].dtype != "str" else other.map("{:g}".format).where(rows[name] != "", "")
    return rows.assign(**values)
