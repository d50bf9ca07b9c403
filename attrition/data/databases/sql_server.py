"""Read from SQL Server through Microsoft's driver, which gives Arrow; the transaction is rolled back at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.options import driver_options
from attrition.data.databases.request import Request
from attrition.data.files.raw_table import BATCH_ROWS
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

REFUSED_WORDS = (
    "INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "DROP", "CREATE", "ALTER", "TRUNCATE", "EXEC", "EXECUTE", "GRANT",
    "DENY", "REVOKE", "BACKUP", "RESTORE", "SHUTDOWN", "USE", "SET", "DECLARE", "BULK", "KILL", "RECONFIGURE", "COMMIT",
    "OPENROWSET", "OPENQUERY", "OPENDATASOURCE", "DBCC", "BEGIN", "ROLLBACK", "SAVE", "IF", "WHILE", "WAITFOR", "PRINT",
)  # fmt: skip
"""Statements need no semicolon between them here, so no other one may begin within a query."""
_OPTIONS = {
    "encrypt": "Encrypt",
    "trust_server_certificate": "TrustServerCertificate",
    "trusted_connection": "Trusted_Connection",
    "authentication": "Authentication",
    "application_intent": "ApplicationIntent",
}


def arguments(address: Address) -> dict[str, str]:
    """Return the arguments of `mssql_python.connect`.

    Examples
    --------
    >>> arguments(Address(scheme="mssql", host="db", user="me", password="a;b", path="hr"))
    {'connection_str': 'Server={db,1433};Database={hr};UID={me};PWD={a;b}'}
    """
    parts = {
        "Server": f"{address.host},{address.port or 1433}",
        "Database": address.path,
        "UID": address.user,
        "PWD": address.password,
        **driver_options(address, _OPTIONS),
    }
    quoted = {name: value.replace("}", "}}") for name, value in parts.items() if value}
    return {"connection_str": ";".join(f"{name}={{{value}}}" for name, value in quoted.items())}


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query, and roll back whatever a function in it may have changed.

    Raises
    ------
    MissingExtra
        The driver is not installed.
    """
    import pyarrow as pa

    mssql_python = driver("mssql_python", MissingExtra("sqlserver", "reading from SQL Server"))
    with closing(mssql_python.connect(**arguments(request.address), autocommit=False)) as connection:
        cursor = connection.cursor()
        try:
            cursor.execute(request.query)
            with cursor.arrow_reader(BATCH_ROWS) as batches:
                yield pa.RecordBatchReader.from_batches(batches.schema, batches)
        finally:
            connection.rollback()
