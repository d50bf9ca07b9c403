"""Read from Trino through connectorx, which streams the rows as Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from attrition.data.databases.address import Address
from attrition.data.databases.driver import driver
from attrition.data.databases.options import driver_options
from attrition.data.databases.panics import unprinted
from attrition.data.databases.request import Request
from attrition.data.files.raw_table import BATCH_ROWS
from attrition.errors import MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa


def arguments(address: Address) -> dict[str, str]:
    """Return the address for `connectorx.read_sql`; it speaks HTTPS unless the url says `secure=false`.

    Examples
    --------
    >>> arguments(Address(scheme="trino", host="db", user="me", password="a/b", path="hive"))
    {'conn': 'trino+https://me:a%2Fb@db:443/hive'}
    """
    options = driver_options(address, {"secure": "secure", "verify": "verify"})
    is_secure = options.get("secure", "true").lower() != "false"
    who = ":".join(quote(part, safe="") for part in (address.user, address.password) if part)
    where = f"{address.host}:{address.port or (443 if is_secure else 8080)}"
    verify = f"?verify={options['verify']}" if "verify" in options else ""
    scheme = "trino+https" if is_secure else "trino+http"
    return {"conn": f"{scheme}://{who}{'@' if who else ''}{where}/{quote(address.path, safe='/')}{verify}"}


@contextmanager
def read(request: Request) -> Iterator[pa.RecordBatchReader]:
    """Run the query.

    Raises
    ------
    MissingExtra
        connectorx is not installed.
    """
    connectorx = driver("connectorx", MissingExtra("trino", "reading from Trino"))
    with unprinted():
        yield connectorx.read_sql(
            **arguments(request.address), query=request.query, return_type="arrow_stream", batch_size=BATCH_ROWS
        )
