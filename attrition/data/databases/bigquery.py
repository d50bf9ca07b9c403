"""Read from BigQuery through ADBC."""

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

_CREDENTIALS = "adbc.bigquery.sql.auth_credentials"
_OPTIONS = {"location": "adbc.bigquery.sql.location", "credentials": _CREDENTIALS}


def arguments(address: Address) -> dict[str, dict[str, str]]:
    """Return the arguments of `adbc_driver_bigquery.dbapi.connect`: the host is the project, the path the dataset.

    `credentials` is the path of a service account's key; without it the machine's own account is used.

    Examples
    --------
    >>> arguments(Address(scheme="bigquery", host="hr-project", path="staff", options={"location": "EU"}))["db_kwargs"]
    ... # doctest: +NORMALIZE_WHITESPACE
    {'adbc.bigquery.sql.project_id': 'hr-project', 'adbc.bigquery.sql.dataset_id': 'staff',
     'adbc.bigquery.sql.location': 'EU'}
    """
    options = driver_options(address, _OPTIONS)
    has_key = _CREDENTIALS in options
    by_file = "adbc.bigquery.sql.auth_type.json_credential_file"
    parts = {
        "adbc.bigquery.sql.project_id": address.host,
        "adbc.bigquery.sql.dataset_id": address.path,
        "adbc.bigquery.sql.auth_type": by_file if has_key else "",
        **options,
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
    dbapi = driver("adbc_driver_bigquery.dbapi", MissingExtra("bigquery", "reading from BigQuery"))
    with dbapi.connect(**arguments(request.address)) as connection, connection.cursor() as cursor:
        cursor.execute(request.query)
        yield cursor.fetch_record_batch()
