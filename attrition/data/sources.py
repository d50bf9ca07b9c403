"""Classes of `pipelines/sources.toml`: where each table of the data contract is, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from attrition.data.events import Event
from attrition.data.mlflow_server import MlflowServer
from attrition.data.source import Source
from attrition.data.source_mistakes import mistakes_of
from attrition.data.tables import TABLES
from attrition.data.terms import Language
from attrition.data.time_zone import ZoneName
from attrition.declared import Declaration
from attrition.declared import read as read_declaration
from attrition.errors import did_you_mean
from attrition.message import Message, joined

CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
MonthName = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Site(Declaration):
    """The centre: its name, time zone, currency and language."""

    name: str
    """The centre's name, as reports show it."""
    time_zone: ZoneName
    """The zone whose midnight ends a month, such as "Asia/Shanghai"."""
    currency: CurrencyCode
    """The currency of amounts that name no other, as an ISO code."""
    language: str = "en"
    """The language of the terminal and of what `attrition check` writes: Chinese for "zh" or "zh-CN", else English."""
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


class Sources(Declaration):
    """The whole file; it is refused if it names tables or columns that the contract does not have."""

    site: Site
    tables: Annotated[dict[str, Source], Field(min_length=1)]
    events: tuple[Event, ...] = ()
    mlflow: MlflowServer | None = None
    """The centre's own MLflow; a file of the workspace when left out."""

    @model_validator(mode="before")
    @classmethod
    def _known_tables(cls, data: Any) -> Any:
        tables = data.get("tables", {}) if isinstance(data, Mapping) else {}
        unknown = [table for table in tables if table not in TABLES] if isinstance(tables, Mapping) else []
        if unknown:
            raise ValueError(joined("; ", map(_unknown_table, unknown)))
        return data

    @model_validator(mode="after")
    def _known_columns(self) -> Sources:
        mistakes = [mistake for table, source in self.tables.items() for mistake in mistakes_of(table, source)]
        mistakes += [_no_identities(table, source) for table, source in self.tables.items() if self._lacks(source)]
        if {"contacts", "contact_log"} <= set(self.tables):
            mistakes.append(
                Message(
                    "tables.contact_log: contacts and contact_log say the same; leave one of them out, best contacts, "
                    "since the log holds more and is rolled up to them"
                )
            )
        if mistakes:
            raise ValueError(joined("; ", mistakes))
        return self

    @property
    def rolled_up(self) -> Sources:
        """The declarations with `contact_log` as `contacts`, to which it is rolled up."""
        tables = {"contacts" if name == "contact_log" else name: source for name, source in self.tables.items()}
        return self.model_copy(update={"tables": tables})

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


def _unknown_table(table: str) -> Message:
    hint = did_you_mean(table, TABLES)
    return Message('"{table}" is not a table of the contract{hint}', table=table, hint=hint)


def _no_identities(table: str, source: Source) -> Message:
    return Message(
        'tables.{table}: ids = "{system}" needs the table that says whose logins they are: [tables.identities]',
        table=table,
        system=source.ids.system if source.ids is not None else "",
    )
