"""Read from PostgreSQL through ADBC: Arrow from the server's binary copy, in a transaction that cannot write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.refusal import may_use_files
from attrition.data.databases.request import Request
from attrition.data.engine import quote_name, quote_text
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

_PLAIN = {
    "boolean", "smallint", "integer", "bigint", "real", "double precision",
    "text", "character varying", "character", "name",
}  # fmt: skip
_BOUNDS = {
    "date": "date '0001-01-01', date '9999-12-31'",
    "timestamp without time zone": "timestamp '0001-01-01', timestamp '9999-12-31'",
    "timestamp with time zone": "timestamptz '0001-01-01 00:00+00', timestamptz '9999-12-31 00:00+00'",
}
"""PostgreSQL's -infinity and infinity, which no other type of date has, become the first and the last day."""
_MAY_USE_FILES = """
SELECT coalesce(bool_or(has_function_privilege(oid, 'EXECUTE')), false) FROM pg_catalog.pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace
AND proname IN ('pg_read_file', 'pg_read_binary_file', 'lo_import', 'lo_export')
"""
_DIGEST = "SELECT count(*)::text, sum(hashtextextended(query::text, 0))::text FROM {rows}"
"""The number of rows and the sum of their hashes of 64 bits, which are the same in whatever order the rows are."""


def arguments(address: Address) -> dict[str, str]:
    """Return the arguments of `adbc_driver_postgresql.dbapi.connect`; options of the url are those of libpq.

    Examples
    --------
    >>> arguments(Address(scheme="postgresql", host="db", user="me", password="a/b", path="hr"))
    {'uri': 'postgresql://me:a%2Fb@db/hr'}
    """
    who = ":".join(quote(part, safe="") for part in (address.user, address.password) if part)
    host = f"[{address.host}]" if ":" in address.host else quote(address.host, safe=",")
    where = f"{host}:{address.port}" if address.port else host
    options = f"?{urlencode(address.options, quote_via=quote)}" if address.options else ""
    return {"uri": f"postgresql://{who}{'@' if who else ''}{where}/{quote(address.path, safe='')}{options}"}


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in a read-only transaction in the site's time zone.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    Refused
        The account may read or write files of the server, as a superuser may.
    """
    with _reading(request) as cursor:
        names = cursor.adbc_execute_schema(request.query).names
        cursor.execute(_typed_query(request, names, _types(cursor, request, len(names))))
        yield cursor.fetch_record_batch()


def digest(request: Request) -> bytes:
    """Let the server hash the rows of the query, which only it reads; with the names and types of the columns.

    Raises
    ------
    MissingExtra, Refused
        As `read`.
    """
    with _reading(request) as cursor:
        names = cursor.adbc_execute_schema(request.query).names
        types = _types(cursor, request, len(names))
        cursor.execute(_DIGEST.format(rows=_named(request, len(names))))
        return json.dumps([names, types, *cursor.fetchone()]).encode()


@contextmanager
def _reading(request: Request) -> Iterator[Any]:
    """Yield a cursor in a read-only transaction in the site's time zone."""
    dbapi = driver("adbc_driver_postgresql.dbapi", MissingExtra("postgres", "reading from PostgreSQL"))
    with dbapi.connect(**arguments(request.address), autocommit=False) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"SET LOCAL TIME ZONE {quote_text(request.time_zone)}")
        cursor.execute("SET LOCAL datestyle = 'ISO'")
        cursor.execute("SET LOCAL extra_float_digits = 3")
        _refuse_file_access(cursor)
        yield cursor


def _refuse_file_access(cursor: Any) -> None:
    cursor.execute(_MAY_USE_FILES)
    if cursor.fetchone()[0]:
        raise may_use_files("CREATE ROLE attrition LOGIN PASSWORD '...'; GRANT pg_read_all_data TO attrition")


def _named(request: Request, count: int) -> str:
    """Return the SQL of the query's rows with the columns c0, c1, ..., since names may stand twice."""
    return f"({request.query}\n) AS query ({', '.join(f'c{index}' for index in range(count))})"


def _types(cursor: Any, request: Request, count: int) -> list[str]:
    """Return PostgreSQL's type of each column, which a null of that type shows without any row."""
    types = ", ".join(f"pg_typeof(c{index})::text" for index in range(count))
    nothing = f"(SELECT * FROM {_named(request, count)} LIMIT 0) AS nothing"
    cursor.execute(f"SELECT {types} FROM (VALUES (1)) AS one LEFT JOIN {nothing} ON true")
    return list(cursor.fetchone())


def _typed_query(request: Request, names: Sequence[str], types: Sequence[str]) -> str:
    """Return the query with every column in a type that Arrow has; the server converts the others."""
    is_number = request.is_number(names)
    columns = [
        f"{_value(f'c{index}', types[index], is_number=is_number[index])} AS {quote_name(name)}"
        for index, name in enumerate(names)
    ]
    return f"SELECT {', '.join(columns)} FROM {_named(request, len(names))}"


def _value(column: str, type_name: str, *, is_number: bool) -> str:
    """Return the SQL of one column in a plain type."""
    if type_name in _PLAIN:
        return column
    if type_name in _BOUNDS:
        earliest, latest = _BOUNDS[type_name].split(", ")
        return (
            f"CASE WHEN {column} < {earliest} THEN {earliest} WHEN {column} > {latest} THEN {latest} ELSE {column} END"
        )
    exact = f"{column}::numeric" if type_name == "money" else column
    return f"{exact}::float8" if type_name in ("numeric", "money", "oid") and is_number else f"{exact}::text"
