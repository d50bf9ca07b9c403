"""One source: where a table of the data contract is, and how to read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from attrition.data.databases.address import shown_url
from attrition.data.people.id_rules import IdRules
from attrition.data.shape.declared import NamePattern, Template, Wide, headings_in
from attrition.data.snapshot_feature import SnapshotFeature
from attrition.data.tables import ANY_TABLE, TABLES
from attrition.data.time_zone import ZoneName
from attrition.data.values.cast_options import SERIALS
from attrition.data.values.duration_text import Parts
from attrition.data.values.number_text import Decimal
from attrition.declared import Declaration
from attrition.message import Message


class Source(Declaration):
    """Where one table is, a `path`, a `url` with a `query`, or a table of a `catalog`, and how to read it."""

    path: str | None = None
    """A file below the workspace, a pattern of several ("exports/shifts-*.parquet"), or the folder of a table of Delta
    or Iceberg ("lake/contacts"; extra `lake`)."""
    url: str | None = None
    """A database, instead of `path`: "postgresql://reader:${HR_PASSWORD}@host/hr", where `${NAME}` is an environment
    variable and `${keyring:NAME}` a password of the system's keyring."""
    query: str | None = None
    """The query that gives the table, where there is a `url`: one statement that only reads."""
    catalog: Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+){0,2}$")] | None = None
    """A table of Spark's catalog, instead of `path`, such as "hr.contacts"; for `engine = "spark"` in
    `pipelines/panel.toml`. It is a table of Parquet files that this machine sees, or one of Delta or Iceberg."""
    sheet: tuple[str, ...] = ()
    """The sheet of an Excel workbook, several as ["在职", "离职"], or a pattern such as "20*": they are one table. The
    first sheet when left out."""
    encoding: str | None = None
    """The encoding of a text file; detected when left out."""
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    """The character between the columns of a text file; detected when left out."""
    header_row: Annotated[int, Field(ge=1, le=30)] | None = None
    """The row of the headings in a text file or sheet, from 1; found by its headings when left out."""
    heading_rows: Annotated[int, Field(ge=1, le=3)] | None = None
    """How many rows the headings take; the parts of a heading are joined with a blank ("考勤 实出勤"), and a group
    stands for the columns to its right. `header_row` is then the first of these rows."""
    fill_down: tuple[str, ...] = ()
    """Headings whose cell stands only in the first row of a block, such as ["部门"]; the rows below get it. Merged
    cells of a workbook are filled without being named."""
    only_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By heading: the values whose rows count, as in `"状态" = ["在职", "离职"]`; others are set aside and counted."""
    except_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By heading: the values whose rows are set aside and counted; "" is an empty cell."""
    from_file_name: dict[str, NamePattern] = Field(default_factory=dict)
    """By column: what of the file's name it holds, "month" or a regular expression with one group, as in
    `site = "roster_(.+?)_"`."""
    from_sheet_name: dict[str, NamePattern] = Field(default_factory=dict)
    """By column: what of the sheet's name it holds, as `from_file_name`; "5月" is in the year of the file's name."""
    wide: Wide | None = None
    derive: dict[str, Template] = Field(default_factory=dict)
    """By column: a text with headings in braces, such as `effective_date = "{年}-{月}-01"`."""
    recording_delay_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    """Days until a row is in the system, where the table has no `recorded_at`."""
    recorded_at_from: Literal["file name"] | None = None
    """"file name" where each file is the whole table as of the month in its name (2026-01, 202601, 20260131): later
    files are later versions of the rows. `recording_delay_days` then dates the rows of the first file."""
    dates: tuple[str, ...] = ()
    """How dates are written, such as "%d/%m/%Y"; tried in this order. "%Y-%m" is a month without a day; "serial" is a
    number of days as spreadsheets count them (45000 is 2023-03-15), "serial-1904" one that is counted from 1904."""
    time_zone: ZoneName | None = None
    """The zone of times that name none, such as "UTC", where it is not the site's; days are those of the site."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Your heading = the contract's column name; of a heading that stands twice "Employee ID#1" is the first, and "#3"
    is the third column. Headings of one column that stand in different files may all be named."""
    unused: tuple[str, ...] = ()
    """Your headings that are no column here, so that nobody is asked about them again; `attrition map` lists them."""
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
    sequence: str | None = None
    """The heading of numbers that order the rows of one key, such as "EFFSEQ": the highest number counts."""
    exit_date_is: Literal["last_day", "first_day_away"] = "last_day"
    """Of exits: what their date is; a first day away is moved to the day before it."""
    constants: dict[str, str] = Field(default_factory=dict)
    """A value for every row of a column that the source does not have."""
    repeats_within: Annotated[str, Field(pattern=r"^[1-9]\d{0,2} (hours|days)$")] = "2 hours"
    """Of `contact_log`: the time within which a customer's next contact makes this one a repeated one, such as
    "7 days". Of `contacts`: the time by which your system counted its `repeats`, as the report names it."""
    defaults: dict[str, str] = Field(default_factory=dict)
    """By column: the value of its empty cells, as in `currency = "CNY"`; they are counted."""
    only_with: tuple[str, ...] = ()
    """Columns that must not be empty; rows without them are set aside and counted."""
    ids: IdRules | None = None
    """How the numbers of people become those of the roster, or the system of `identities` whose logins they are."""
    people: tuple[str, ...] | None = None
    """Further columns whose values are staff numbers, as in ["team_id"] where a team is called by its leader's number;
    they become pseudonyms as well. [] says that there are none."""
    if_work_goes_on: Literal["withdrawn"] | None = None
    """Of exits: what it means that shifts, contacts or pay go on after one; "withdrawn" sets such exits aside."""
    features: dict[str, SnapshotFeature] = Field(default_factory=dict)

    @field_validator("dates")
    @classmethod
    def _has_year_and_month(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for layout in value:
            has_both = re.search(r"%[Yy]", layout) and re.search(r"%[mbB]", layout)
            if not has_both and layout not in SERIALS:
                raise ValueError(
                    Message('"{layout}" is not a layout of dates; write it like "%d/%m/%Y"', layout=layout)
                )
        return value

    @field_validator("ids", mode="before")
    @classmethod
    def _system_alone(cls, value: Any) -> Any:
        return {"system": value} if isinstance(value, str) else value

    @field_validator("sheet", mode="before")
    @classmethod
    def _one_sheet(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("missing", "only_where", "except_where", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        """Return the values as lists of text, as numbers may stand without quotation marks, and one without a list."""
        if not isinstance(value, Mapping):
            return value
        lists = {name: words if isinstance(words, list | tuple) else [words] for name, words in value.items()}
        return {
            name: [str(word) if isinstance(word, int | float) else word for word in words]
            for name, words in lists.items()
        }

    @model_validator(mode="after")
    def _one_place(self) -> Source:
        if [self.path, self.url, self.catalog].count(None) != 2:
            raise ValueError(Message("declare where the table is: one of path, url and catalog"))
        if self.recorded_at_from is not None and self.path is None:
            raise ValueError(Message("recorded_at_from needs a path, whose files' names hold the month"))
        if self.path is None and (self.from_file_name or self.from_sheet_name):
            raise ValueError(Message("from_file_name and from_sheet_name need a path, whose files have names"))
        if self.sequence is not None and self.duplicates is not None:
            raise ValueError(
                Message("declare either sequence or duplicates; each says which of several rows of one key counts")
            )
        if self.url is not None and not self.query:
            raise ValueError(Message("a url needs a query, such as select * from pay"))
        return self

    @property
    def source_name(self) -> str:
        """Name of this source in messages: its path or glob, its name in the catalog, or its url without password."""
        return self.path or self.catalog or shown_url(self.url or "")

    @property
    def made_columns(self) -> tuple[str, ...]:
        """The columns that are made of names, headings and other columns, and stand under no heading of the source."""
        wide = () if self.wide is None else (self.wide.name, self.wide.value)
        return (*self.from_file_name, *self.from_sheet_name, *wide, *self.derive)

    @property
    def key_headings(self) -> tuple[str, ...]:
        """The headings that keys other than `columns` and `wide` name: rows are chosen, ordered or made by them."""
        derived = (heading for template in self.derive.values() for heading in headings_in(template))
        sequence = () if self.sequence is None else (self.sequence,)
        return tuple(dict.fromkeys([*self.fill_down, *self.only_where, *self.except_where, *derived, *sequence]))


def allowed_columns(table: str, source: Source) -> tuple[str, ...]:
    """Return the column names that a source may map to: those of the contract, and the features it declares."""
    return (*TABLES[table].names, *(column.name for column in ANY_TABLE), *source.features)


def unit_of(table: str, source: Source, column: str) -> str:
    """Return the unit in which the contract, or a declared feature, has a column; "" where it has none."""
    feature = source.features.get(column)
    declared = next((known for known in TABLES[table].columns if known.name == column), None)
    return feature.unit if feature is not None else declared.unit if declared is not None else ""
