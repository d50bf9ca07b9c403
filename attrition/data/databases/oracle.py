"""Read from Oracle through its own driver, which gives Arrow, in a transaction that cannot write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.options import driver_options
from attrition.data.databases.pieces import stream
from attrition.data.databases.request import Request
from attrition.data.files.raw_table import BATCH_ROWS
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

_OPTIONS = {
    name: name
    for name in (
        "protocol",
        "sid",
        "wallet_location",
        "wallet_password",
        "config_dir",
        "ssl_server_cert_dn",
        "server_type",
    )
}


def arguments(address: Address) -> dict[str, Any]:
    """Return the arguments of `oracledb.connect`; what follows the host is the name of the service.

    Examples
    --------
    >>> arguments(Address(scheme="oracle", host="db", user="me", password="x", path="HRPDB"))
    {'user': 'me', 'password': 'x', 'host': 'db', 'port': 1521, 'service_name': 'HRPDB'}
    """
    service = {"service_name": address.path} if address.path else {}
    return {
        "user": address.user,
        "password": address.password,
        "host": address.host,
        "port": address.port or 1521,
        **service,
        **driver_options(address, _OPTIONS),
    }


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query in a read-only transaction; exact numbers stay exact.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    """
    oracledb = driver("oracledb", MissingExtra("oracle", "reading from Oracle"))
    with oracledb.connect(**arguments(request.address)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield stream(connection.fetch_df_batches(request.query, size=BATCH_ROWS, fetch_decimals=True))
