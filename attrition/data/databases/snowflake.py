"""Read from Snowflake through ADBC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.options import driver_options
from attrition.data.databases.request import Request
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

_OPTIONS = {
    "warehouse": "adbc.snowflake.sql.warehouse",
    "role": "adbc.snowflake.sql.role",
    "region": "adbc.snowflake.sql.region",
    "auth_type": "adbc.snowflake.sql.auth_type",
    "auth_token": "adbc.snowflake.sql.client_option.auth_token",
    "jwt_private_key": "adbc.snowflake.sql.client_option.jwt_private_key",
    "jwt_private_key_password": "adbc.snowflake.sql.client_option.jwt_private_key_pkcs8_password",
}


def arguments(address: Address) -> dict[str, dict[str, str]]:
    """Return the arguments of `adbc_driver_snowflake.dbapi.connect`; the host is the account, the path database/schema.

    Examples
    --------
    >>> arguments(Address(scheme="snowflake", host="org-hr", user="me", password="x", path="HR/PUBLIC"))["db_kwargs"]
    ... # doctest: +NORMALIZE_WHITESPACE
    {'adbc.snowflake.sql.account': 'org-hr', 'username': 'me', 'password': 'x', 'adbc.snowflake.sql.db': 'HR',
     'adbc.snowflake.sql.schema': 'PUBLIC'}
    """
    database, _, schema = address.path.partition("/")
    parts = {
        "adbc.snowflake.sql.account": address.host,
        "username": address.user,
        "password": address.password,
        "adbc.snowflake.sql.db": database,
        "adbc.snowflake.sql.schema": schema,
        **driver_options(address, _OPTIONS),
    }
    return {"db_kwargs": {name: value for name, value in parts.items() if value}}


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    """
    dbapi = driver("adbc_driver_snowflake.dbapi", MissingExtra("snowflake", "reading from Snowflake"))
    with dbapi.connect(**arguments(request.address)) as connection, connection.cursor() as cursor:
        cursor.execute(request.query)
        yield cursor.fetch_record_batch()
