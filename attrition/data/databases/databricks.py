"""Read from Databricks through its own connector, which gives Arrow."""

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


def arguments(address: Address) -> dict[str, str]:
    """Return the arguments of `databricks.sql.connect`: the password is the token, the path catalogue/schema.

    Examples
    --------
    >>> arguments(Address(scheme="databricks", host="adb.example", user="token", password="x", path="hr/staff",
    ...           options={"http_path": "/sql/1.0/warehouses/1"}))  # doctest: +NORMALIZE_WHITESPACE
    {'server_hostname': 'adb.example', 'http_path': '/sql/1.0/warehouses/1', 'access_token': 'x', 'catalog': 'hr',
     'schema': 'staff'}
    """
    catalog, _, schema = address.path.partition("/")
    options = driver_options(address, {"http_path": "http_path"})
    names = {"catalog": catalog, "schema": schema}
    return {
        "server_hostname": address.host,
        "http_path": options.get("http_path", ""),
        "access_token": address.password,
        **{name: value for name, value in names.items() if value},
    }


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query.

    Raises
    ------
    MissingExtra
        The connector is not installed.
    """
    sql = driver("databricks.sql", MissingExtra("databricks", "reading from Databricks"))
    with sql.connect(**arguments(request.address)) as connection, connection.cursor() as cursor:
        cursor.execute(request.query)
        yield stream(_pieces(cursor))


def _pieces(cursor: Any) -> Iterator[Any]:
    """Give the result in tables, the first of them also where it is empty."""
    while True:
        table = cursor.fetchmany_arrow(BATCH_ROWS)
        yield table
        if table.num_rows == 0:
            return
