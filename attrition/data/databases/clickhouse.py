"""Read from ClickHouse through its own client, which gives Arrow, with the setting that refuses to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.options import driver_options
from attrition.data.databases.pieces import stream
from attrition.data.databases.request import Request
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

REFUSED_WORDS = (
    "INTO",
    "SETTINGS",
    "FILE(",
    "URL(",
    "S3(",
    "REMOTE(",
    "REMOTESECURE(",
    "EXECUTABLE(",
    "HDFS(",
    "INPUT(",
)
READ_ONLY = {"readonly": "2"}
"""2 rather than 1, since the client itself sets how times and text are written."""


def arguments(address: Address) -> dict[str, Any]:
    """Return the arguments of `clickhouse_connect.get_client`; it speaks HTTPS unless the url says `secure=false`.

    Examples
    --------
    >>> arguments(Address(scheme="clickhouse", host="db", user="me", password="x", path="hr"))
    ... # doctest: +NORMALIZE_WHITESPACE
    {'host': 'db', 'port': 8443, 'username': 'me', 'password': 'x', 'database': 'hr', 'secure': True,
     'settings': {'readonly': '2'}}
    """
    is_secure = driver_options(address, {"secure": "secure"}).get("secure", "true").lower() != "false"
    return {
        "host": address.host,
        "port": address.port or (8443 if is_secure else 8123),
        "username": address.user,
        "password": address.password,
        "database": address.path or "default",
        "secure": is_secure,
        "settings": READ_ONLY,
    }


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in a session that cannot write.

    Raises
    ------
    MissingExtra
        The client is not installed.
    """
    clickhouse_connect = driver("clickhouse_connect", MissingExtra("clickhouse", "reading from ClickHouse"))
    with (
        closing(clickhouse_connect.get_client(**arguments(request.address))) as client,
        client.query_arrow_stream(request.query, use_strings=True) as pieces,
    ):
        yield stream(pieces)
