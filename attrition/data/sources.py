"""Classes of `pipelines/sources.toml`: where each table of the data contract is, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from attrition.data.events import Event
from attrition.data.forbidden import forbidden_reason
from attrition.data.people.id_rules import IdRules
from attrition.data.snapshot_feature import SnapshotFeature
from attrition.data.tables import ANY_TABLE, SUMMED_TABLES, TABLES
from attrition.data.terms import Language
from attrition.data.values.duration_text import Parts
from attrition.data.values.number_text import Decimal
from attrition.data.values.units import factors
from attrition.declared import Declaration
from attrition.declared import read as read_declaration
from attrition.errors import did_you_mean

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
MonthName = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Site(Declaration):
    """The centre: its name, time zone, currency and language."""

    name: str
    """The centre's name, as reports show it."""
    time_zone: str
    """The zone whose midnight ends a month, such as "Asia/Shanghai"."""
    currency: CurrencyCode
    """The currency of amounts that name no other, as an ISO code."""
    language: str = "en"
    """The language of what `attrition check` writes: Chinese where it begins with "zh", as in "zh-CN", else English."""
    data_ends: MonthName | None = None
    """The last complete month, such as "2026-10"; taken from the tables when left out."""
    data_begins: MonthName | None = None
    """The first month from which everybody who left is on record; taken from the tables when left out."""
    exits_complete_to: MonthName | None = None
    """The last month whose exits are all on file; judged from their numbers when left out."""
    earliest_hire: MonthName | None = None
    """The first month in which anybody here can have been hired, such as "1975-01"; earlier hire dates are taken as not
    known. Fifty years before the end of the data when left out."""
    exits_from: Literal["list", "absence"] = "list"
    """Where exits are read: from the list of exits alone, or also from the absence of agents who are not on it."""
    absence_exit_type: Literal["voluntary", "involuntary", "other"] = "other"
    """The kind of an exit that is read from absence; "other" does not count as a resignation."""
    rates: dict[CurrencyCode, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """The value of one unit of another currency in the site's currency, by ISO code."""

    @property
    def reader_language(self) -> Language:
        """The language of pages for those who mend the site's tables."""
        return "zh" if self.language.lower().startswith("zh") else "en"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'"{value}" is not a time zone; write it like "Asia/Shanghai"') from None
        return value


class Source(Declaration):
    """Where one table is, either a `path` or a `url` with a `query`, and how to read it."""

    path: str | None = None
    """A file below the workspace, or a pattern of several: "exports/shifts-*.parquet"."""
    url: str | None = None
    """A database, instead of `path`."""
    query: str | None = None
    """The query that gives the table, where there is a `url`."""
    sheet: str | None = None
    """The sheet of an Excel workbook; the first when left out."""
    encoding: str | None = None
    """The encoding of a text file; detected when left out."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """The character between the columns of a text file; detected when left out."""
    header_row: Annotated[int, Field(ge=1, le=30)] | None = None
    """The row of the headings in a text file or sheet, from 1; found by its headings when left out."""
    recording_delay_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    """Days until a row is in the system, where the table has no `recorded_at`."""
    recorded_at_from: Literal["file name"] | None = None
    """"file name" where each file is the whole table as of the month in its name (2026-01, 202601, 20260131): later
    files are later versions of the rows. `recording_delay_days` then dates the rows of the first file."""
    dates: tuple[str, ...] = ()
    """How dates are written, such as "%d/%m/%Y"; tried in this order."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Your heading = the contract's column name; of a heading that stands twice "Employee ID#1" is the first."""
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    """By column: your value = the contract's value; "" is the value of blanks."""
    units: dict[str, str] = Field(default_factory=dict)
    """By column: the unit it is in, as in `scheduled_minutes = "hours"` or `base_pay = "per year"`; it is converted.
    The contract's own unit confirms a column whose unit is doubted."""
    missing: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By column: your values that mean nothing, such as ["-99", "-999999"]; words such as "-" and "n/a" are known."""
    decimal: Decimal | None = None
    """What stands before the decimals in a text, "." or ","; the other one then stands between thousands."""
    durations: Parts | None = None
    """What a duration of two parts such as 12:30 is, "hh:mm" or "mm:ss"; hours and minutes in a column of minutes."""
    duplicates: Literal["sum", "last", "first"] | None = None
    """What counts where several rows of one key differ: their sum, or the last or first of them in the file."""
    exit_date_is: Literal["last_day", "first_day_away"] = "last_day"
    """Of exits: what their date is; a first day away is moved to the day before it."""
    constants: dict[str, str] = Field(default_factory=dict)
    """A value for every row of a column that the source does not have."""
    only_with: tuple[str, ...] = ()
    """Columns that must not be empty; rows without them are set aside and counted."""
    ids: IdRules | None = None
    """How the numbers of people become those of the roster, or the system of `identities` whose logins they are."""
    if_work_goes_on: Literal["withdrawn"] | None = None
    """Of exits: what it means that shifts, contacts or pay go on after one; "withdrawn" sets such exits aside."""
    features: dict[str, SnapshotFeature] = Field(default_factory=dict)

    @field_validator("dates")
    @classmethod
    def _has_year_and_month(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for layout in value:
            if not re.search(r"%[Yy]", layout) or not re.search(r"%[mbB]", layout):
                raise ValueError(f'"{layout}" is not a layout of dates; write it like "%d/%m/%Y"')
        return value

    @field_validator("ids", mode="before")
    @classmethod
    def _system_alone(cls, value: Any) -> Any:
        return {"system": value} if isinstance(value, str) else value

    @field_validator("missing", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        """Return the values as text, so that numbers may stand without quotation marks."""
        if not isinstance(value, Mapping):
            return value
        return {
            column: [str(word) if isinstance(word, int | float) else word for word in words]
            if isinstance(words, list | tuple)
            else words
            for column, words in value.items()
        }

    @model_validator(mode="after")
    def _one_place(self) -> Source:
        if (self.path is None) == (self.url is None):
            raise ValueError("declare where the table is: either path or url")
        if self.recorded_at_from is not None and self.path is None:
            raise ValueError("recorded_at_from needs a path, whose files' names hold the month")
        if self.url is not None and not self.query:
            raise ValueError("a url needs a query, such as select * from pay")
        return self

    @property
    def source_name(self) -> str:
        """Name of this source in messages: its path or glob, or its url without user and password."""
        return self.path if self.path is not None else re.sub(r"//[^/@]*@", "//", self.url or "")


class Sources(Declaration):
    """The whole file; it is refused if it names tables or columns that the contract does not have."""

    site: Site
    tables: Annotated[dict[str, Source], Field(min_length=1)]
    events: tuple[Event, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _known_tables(cls, data: Any) -> Any:
        tables = data.get("tables", {}) if isinstance(data, Mapping) else {}
        unknown = [table for table in tables if table not in TABLES] if isinstance(tables, Mapping) else []
        if unknown:
            raise ValueError(
                "; ".join(f'"{table}" is not a table of the contract{did_you_mean(table, TABLES)}' for table in unknown)
            )
        return data

    @model_validator(mode="after")
    def _known_columns(self) -> Sources:
        mistakes = [mistake for table, source in self.tables.items() for mistake in _mistakes(table, source)]
        mistakes += [_no_identities(table, source) for table, source in self.tables.items() if self._lacks(source)]
        if mistakes:
            raise ValueError("; ".join(mistakes))
        return self

    def _lacks(self, source: Source) -> bool:
        return source.ids is not None and source.ids.system is not None and "identities" not in self.tables


def read(workspace: Path) -> Sources:
    """Return the declarations in `pipelines/sources.toml` of a workspace.

    Raises
    ------
    DeclarationError
        The file is missing or not valid; the message lists every mistake.
    """
    return read_declaration(workspace / "pipelines" / "sources.toml", Sources)


def allowed_columns(table: str, source: Source) -> tuple[str, ...]:
    """Return the column names that a source may map to: those of the contract, and the features it declares."""
    return (*TABLES[table].names, *(column.name for column in ANY_TABLE), *source.features)


def unit_of(table: str, source: Source, column: str) -> str:
    """Return the unit in which the contract, or a declared feature, has a column; "" where it has none."""
    feature = source.features.get(column)
    declared = next((known for known in TABLES[table].columns if known.name == column), None)
    return feature.unit if feature is not None else declared.unit if declared is not None else ""


def _mistakes(table: str, source: Source) -> list[str]:
    """Return a sentence for each unknown column and each feature that is not allowed."""
    mistakes = []
    if table != "audit_attributes":  # this table may hold any protected attribute
        allowed = allowed_columns(table, source)
        used = [
            *source.columns.values(),
            *source.values,
            *source.missing,
            *source.units,
            *source.constants,
            *source.only_with,
        ]
        mistakes = [
            f'tables.{table}: "{column}" is not a column of {table}{did_you_mean(column, allowed)}'
            for column in dict.fromkeys(used)
            if column not in allowed
        ]
    if source.if_work_goes_on is not None and table != "exits":
        mistakes.append(f"tables.{table}: if_work_goes_on is declared for exits only")
    if table == "identities" and source.ids is not None and source.ids.system is not None:
        mistakes.append("tables.identities: its agent_id is the number of the roster, so it has no system")
    if source.features and table != "snapshots":
        mistakes.append(f"tables.{table}: only snapshots declare features")
    if source.duplicates == "sum" and table not in SUMMED_TABLES:
        summed = f"{', '.join(SUMMED_TABLES[:-1])} and {SUMMED_TABLES[-1]}"
        mistakes.append(f'tables.{table}: rows of {table} cannot be added up; duplicates = "sum" is for {summed}')
    if source.exit_date_is == "first_day_away" and table != "exits":
        mistakes.append(f"tables.{table}: only exits have an exit_date, so exit_date_is says nothing here")
    return mistakes + _unit_mistakes(table, source) + _feature_mistakes(table, source)


def _unit_mistakes(table: str, source: Source) -> list[str]:
    """Return a sentence for each declared unit that its column cannot be in."""
    mistakes = []
    for name, unit in source.units.items():
        allowed = factors(unit_of(table, source, name))
        if unit not in allowed:
            one_of = f"it can be {', '.join(allowed)}" if allowed else "the column has no unit to convert"
            mistakes.append(f'tables.{table}.units.{name}: "{unit}" is not possible; {one_of}')
    return mistakes


def _no_identities(table: str, source: Source) -> str:
    system = source.ids.system if source.ids is not None else ""
    return f'tables.{table}: ids = "{system}" needs the table that says whose logins they are: [tables.identities]'


def _feature_mistakes(table: str, source: Source) -> list[str]:
    headers = {name: header for header, name in source.columns.items()}
    mistakes = []
    for name, feature in source.features.items():
        key_path = f"tables.{table}.features.{name}"
        if reason := forbidden_reason(name, headers.get(name, ""), feature.en, feature.zh):
            mistakes.append(f"{key_path}: {reason}; leave it out, or keep it in audit_attributes")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            mistakes.append(f"{key_path}: a feature's name is lower-case letters, digits and underscores")
        if name in ("agent_id", "as_of", "hire_date"):
            mistakes.append(f"{key_path}: {name} identifies the row and cannot be a feature")
    return mistakes
