"""Read one source from its database into DuckDB, whatever kind of database it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrition.data import engine
from attrition.data.databases.address import Address, parse, shown_url
from attrition.data.databases.kinds import KINDS, Kind
from attrition.data.databases.one_query import one_query
from attrition.data.databases.request import Request
from attrition.data.engine import Connection, quote_name
from attrition.data.faults import Refused, TableError, naming_refusals
from attrition.data.files.raw_table import RawTable, column_types, spill_into
from attrition.data.files.unique_names import unique_names
from attrition.data.phrase import Phrase
from attrition.data.source import Source
from attrition.errors import Fault, MissingExtra


def read_table(con: Connection, table: str, source: Source, workspace: Path) -> RawTable:
    """Run the source's query and read its result into DuckDB in batches; columns keep the types of the database.

    Raises
    ------
    TableError
        The url or the query is refused, or the query could not be read.
    MissingExtra
        The driver, or the library of the keyring, is not installed.
    """
    relation = f"source_{table}"
    with _naming_refusals(table, source):
        _copy(con, relation, table, source, workspace)
    types = column_types(con, relation)
    return RawTable(relation=relation, source_name=source.source_name, types=types, is_stored=False)


def digest_of_rows(table: str, source: Source, workspace: Path, *, time_zone: str) -> bytes | None:
    """Return a hash of what the source's query gives, made where the rows are; None where its kind cannot do that.

    Parameters
    ----------
    table : str
        The table of the contract.
    source : Source
        With a url.
    workspace : Path
        Where relative paths of databases begin.
    time_zone : str
        The site's.

    Raises
    ------
    TableError, MissingExtra
        As `read_table`.
    """
    with _naming_refusals(table, source):
        digest = _kind(parse(source.url or "")).digest
        return None if digest is None else digest(_request(table, source, workspace, time_zone))


def try_database(table: str, source: Source, workspace: Path) -> None:
    """Ask the database of a source for a row of its own, as its account; the source's query is not run.

    Raises
    ------
    TableError
        The url is refused, the database does not answer, or the account may do more than read tables.
    MissingExtra
        The driver, or the library of the keyring, is not installed.
    """
    with _naming_refusals(table, source):
        address = parse(source.url or "")
        kind = _kind(address)
        query = "SELECT 1 AS answer" + (" FROM dual" if kind.dialect == "oracle" else "")
        request = Request(
            table=table, source=source, address=address, query=query, time_zone="UTC", workspace=workspace
        )
        with kind.read(request) as batches:
            for _ in batches:
                pass


@contextmanager
def _naming_refusals(table: str, source: Source) -> Iterator[None]:
    """Turn every error of a driver into a fault of its source."""
    try:
        with naming_refusals(table, source.source_name):
            yield
    except (MissingExtra, TableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # connectorx raises panics, which are no Exception
        # Each driver has errors of its own, whose messages may hold the url or values of rows: only the class is shown.
        rule = Phrase(
            "could not read from the database ({kind})", "无法从数据库读取（{kind}）", kind=type(error).__name__
        )
        advice = Phrase(
            "check the url, that the database is there and may be read, and the query; run the query by hand",
            "请检查 url、数据库是否存在且可读、以及查询语句；可先手工执行该查询",
        )
        raise TableError(_fault(source, table, rule, advice)) from None


def _copy(con: Connection, relation: str, table: str, source: Source, workspace: Path) -> None:
    time_zone = engine.fetch_rows(con, "SELECT current_setting('TimeZone')")[0][0]
    request = _request(table, source, workspace, time_zone)
    with _kind(request.address).read(request) as batches:
        is_number = request.is_number(batches.schema.names)
        names = unique_names(batches.schema.names)
        fields = zip(names, batches.schema.types, is_number, strict=True)
        columns = [_column(name, str(kind), is_number=wanted) for name, kind, wanted in fields]
        spill_into(con, relation, batches, columns=columns)


def _request(table: str, source: Source, workspace: Path, time_zone: str) -> Request:
    """Return what a reader is asked for, with the one query that reads."""
    address = parse(source.url or "")
    kind = _kind(address)
    query = one_query(
        source.query or "", dialect=kind.dialect, refused_words=kind.refused_words, hints=kind.executed_remarks
    )
    return Request(table=table, source=source, address=address, query=query, time_zone=time_zone, workspace=workspace)


def _column(name: str, arrow_type: str, *, is_number: bool) -> str:
    """Return the SQL of one column: an inexact number that is wanted as text, such as one of a person, without ".0"."""
    column = quote_name(name)
    if is_number or arrow_type not in ("float", "double"):
        return column
    whole = f"CAST(CAST({column} AS BIGINT) AS VARCHAR)"
    return (
        f"CASE WHEN abs({column}) < 1e15 AND {column} = trunc({column}) THEN {whole} "
        f"ELSE CAST({column} AS VARCHAR) END AS {column}"
    )


def _kind(address: Address) -> Kind:
    """Return the kind of database of a url's scheme."""
    if address.scheme not in KINDS:
        nearest = difflib.get_close_matches(address.scheme, KINDS, n=1)
        known = ", ".join(nearest or KINDS)
        raise Refused(
            Phrase("unknown kind of database", "不支持的数据库类型"),
            Phrase("use {known}", "请使用 {known}", known=known),
        )
    return KINDS[address.scheme]


def _fault(source: Source, table: str, rule: Phrase, advice: Phrase) -> Fault:
    return Fault(file=shown_url(source.url or ""), table=table, column="", rule=rule, rows=None, advice=advice)
