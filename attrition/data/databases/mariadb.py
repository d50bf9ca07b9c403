"""Read from MariaDB or MySQL: PyMySQL tells the types of the columns, connectorx streams the rows as Arrow.

Types that Arrow lacks, such as a day 0000-00-00, a time of 25 hours or a number with 30 digits, are written as text by
the server, since connectorx stops at them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.one_query import outer_words
from attrition.data.databases.options import driver_options
from attrition.data.databases.panics import unprinted
from attrition.data.databases.refusal import may_use_files
from attrition.data.databases.request import Request
from attrition.data.faults import Refused
from attrition.data.files.raw_table import BATCH_ROWS
from attrition.data.phrase import Phrase
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

READ_ONLY = "SET SESSION TRANSACTION READ ONLY"
"""After it the server refuses whatever would change a table, also within a function."""
_ALL_ROWS = "LIMIT 9223372036854775807"
_LIMITS = {"LIMIT", "FETCH", "OFFSET"}
_OPTIONS = {"ssl-mode": "ssl-mode", "ssl-ca": "ssl-ca"}
_TLS: Mapping[str, Mapping[str, Any]] = {
    "disabled": {"ssl_disabled": True},
    "required": {"ssl": {"check_hostname": False}},
    "verify_ca": {"ssl_verify_cert": True},
    "verify_identity": {"ssl_verify_cert": True, "ssl_verify_identity": True},
}
"""PyMySQL's arguments by MySQL's name of how a connection is encrypted, which connectorx knows too. Where a url names
none, PyMySQL encrypts if the server can, and connectorx does as it did."""
_MISSING = MissingExtra("mysql", "reading from MySQL or MariaDB")
_MAY_USE_FILES = "SELECT count(*) FROM information_schema.user_privileges WHERE privilege_type = 'FILE'"
_DIGEST = """
SELECT CAST(COUNT(*) AS CHAR),
CAST(SUM(CAST(CONV(LEFT(MD5(CONCAT_WS(',', {cells})), 16), 16, 10) AS DECIMAL(20))) AS CHAR) FROM query
"""
"""The number of rows and the sum of their hashes of 64 bits, which are the same in whatever order the rows are."""


def arguments(address: Address) -> dict[str, Any]:
    """Return the arguments of `pymysql.connect`.

    Examples
    --------
    >>> sorted(arguments(Address(scheme="mysql", host="db", user="me", path="hr")).items())
    [('database', 'hr'), ('host', 'db'), ('password', ''), ('port', 3306), ('user', 'me')]
    """
    options = _options(address)
    certificate = {"ssl_ca": options["ssl-ca"]} if "ssl-ca" in options else {}
    return {
        "host": address.host or "localhost",
        "port": address.port or 3306,
        "user": address.user,
        "password": address.password,
        "database": address.path,
        **_TLS.get(options.get("ssl-mode", ""), {}),
        **certificate,
    }


def stream_url(address: Address, *, is_encrypted: bool) -> str:
    """Return the url that connectorx takes; `is_encrypted` says what to do where the url of the site does not.

    Examples
    --------
    >>> stream_url(Address(scheme="mariadb", host="db", user="me", password="a/b", path="hr"), is_encrypted=True)
    'mysql://me:a%2Fb@db:3306/hr?ssl-mode=required'
    """
    who = ":".join(quote(part, safe="") for part in (address.user, address.password) if part)
    where = f"{address.host or 'localhost'}:{address.port or 3306}"
    options = {"ssl-mode": "required" if is_encrypted else "disabled"} | _options(address)
    return f"mysql://{who}{'@' if who else ''}{where}/{quote(address.path, safe='')}?{urlencode(options)}"


def _options(address: Address) -> dict[str, str]:
    """Return the options of the url.

    Raises
    ------
    Refused
        An option is not known.
    """
    options = driver_options(address, _OPTIONS)
    if options.get("ssl-mode", "disabled") not in _TLS:
        rule = Phrase("unknown ssl-mode in the url", "url 中的 ssl-mode 无法识别")
        raise Refused(rule, Phrase("use {modes}", "请使用 {modes}", modes=", ".join(_TLS)))
    return options


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in a session whose transactions cannot write.

    Raises
    ------
    MissingExtra
        A driver is not installed.
    Refused
        The account may read or write files of the server.
    """
    connectorx = driver("connectorx", _MISSING)
    with _reading(request) as cursor:
        cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_cipher'")
        is_encrypted = any(cipher for _, cipher in cursor.fetchall())
        query = _typed_query(request, cursor)
    with unprinted():
        yield connectorx.read_sql(
            stream_url(request.address, is_encrypted=is_encrypted),
            query,
            return_type="arrow_stream",
            batch_size=BATCH_ROWS,
            pre_execution_query=[READ_ONLY],
        )


def digest(request: Request) -> bytes:
    """Let the server hash the rows of the query, which only it reads; with the names and types of the columns.

    Raises
    ------
    MissingExtra, Refused
        As `read`.
    """
    with _reading(request) as cursor:
        names, types = _columns(request, cursor)
        cells = ", ".join(f"QUOTE({_exact(f'c{index}', kind)})" for index, kind in enumerate(types))
        cursor.execute("SET SESSION sql_select_limit = DEFAULT")
        cursor.execute(f"{_named(request.query, len(names))} {_DIGEST.format(cells=cells)}")
        return json.dumps([names, types, *cursor.fetchone()]).encode()


@contextmanager
def _reading(request: Request) -> Iterator[Any]:
    """Yield a cursor of a session whose transactions cannot write."""
    pymysql = driver("pymysql", _MISSING)
    with pymysql.connect(**arguments(request.address)) as connection, connection.cursor() as cursor:
        cursor.execute(READ_ONLY)
        _refuse_file_access(cursor)
        yield cursor


def _refuse_file_access(cursor: Any) -> None:
    cursor.execute(_MAY_USE_FILES)
    if cursor.fetchone()[0]:
        raise may_use_files("CREATE USER attrition IDENTIFIED BY '...'; GRANT SELECT ON hr.* TO attrition")


def _typed_query(request: Request, cursor: Any) -> str:
    """Return the query with every column in a type that connectorx can carry."""
    names, types = _columns(request, cursor)
    columns = [
        f"{_value(f'c{index}', types[index], is_number=is_number)} AS {_quoted(names[index])}"
        for index, is_number in enumerate(request.is_number(names))
    ]
    return f"{_named(_in_its_order(request.query), len(names))} SELECT {', '.join(columns)} FROM query"


def _columns(request: Request, cursor: Any) -> tuple[list[str], list[int]]:
    """Return the names of the query's columns and the codes of their types; no row is read."""
    cursor.execute("SET SESSION sql_select_limit = 0")
    cursor.execute(request.query)
    return [column[0] for column in cursor.description], [column[1] for column in cursor.description]


def _named(query: str, count: int) -> str:
    """Return the SQL of the query's rows with the columns c0, c1, ..., since names may stand twice."""
    return f"WITH query ({', '.join(f'c{index}' for index in range(count))}) AS ({query}\n)"


def _in_its_order(query: str) -> str:
    """Return a query with a limit if it asks for an order, which the server would forget within another query."""
    words = {*outer_words(query, dialect="mysql")}
    return f"{query}\n{_ALL_ROWS}" if "ORDER" in words and not words & _LIMITS else query


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _exact(column: str, type_code: int) -> str:
    """Return the SQL of one column, a FLOAT as a DOUBLE: the text of a FLOAT has six digits and not all."""
    from pymysql.constants import FIELD_TYPE as TYPE

    return f"CAST({column} AS DOUBLE)" if type_code == TYPE.FLOAT else column


def _value(column: str, type_code: int, *, is_number: bool) -> str:
    """Return the SQL of one column in a plain type."""
    from pymysql.constants import FIELD_TYPE as TYPE

    plain: Sequence[int] = (
        TYPE.TINY, TYPE.SHORT, TYPE.INT24, TYPE.LONG, TYPE.LONGLONG, TYPE.YEAR, TYPE.FLOAT, TYPE.DOUBLE,
    )  # fmt: skip
    if type_code in plain:
        return column
    if type_code == TYPE.BIT:
        return f"CAST({column} AS UNSIGNED)"
    if type_code in (TYPE.DECIMAL, TYPE.NEWDECIMAL) and is_number:
        return f"CAST({column} AS DOUBLE)"
    text = f"CAST({column} AS CHAR CHARACTER SET utf8mb4)"
    if type_code == TYPE.TIMESTAMP:  # an instant, shown by the server's clock
        utc = f"CONCAT(CONVERT_TZ({column}, @@session.time_zone, '+00:00'), '+00:00')"
        return f"CASE WHEN {column} = 0 THEN {text} ELSE {utc} END"
    return text
