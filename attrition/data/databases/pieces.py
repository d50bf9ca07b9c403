"""Make one Arrow stream of the pieces in which a driver hands out a result."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from attrition.data.faults import Refused
from attrition.data.phrase import Phrase

if TYPE_CHECKING:
    import pyarrow as pa


def stream(pieces: Iterable[Any]) -> pa.RecordBatchReader:
    """Return tables, batches, or other objects that Arrow can take over as one stream, fetched one at a time.

    Raises
    ------
    Refused
        There is not even an empty piece, so that the columns are not known.

    Examples
    --------
    >>> import pyarrow as pa
    >>> stream(pa.table({"n": [number]}) for number in (1, 2)).read_all().to_pydict()
    {'n': [1, 2]}
    """
    import pyarrow as pa

    tables = (pa.table(piece) for piece in pieces)
    first = next(tables, None)
    if first is None:
        raise Refused(
            Phrase("query gave no rows", "查询没有返回任何行"),
            Phrase(
                "run the query by hand; leave the table out if it is empty", "请手工执行该查询；若表为空，请去掉该表"
            ),
        )

    def batches() -> Iterator[pa.RecordBatch]:
        for table in itertools.chain([first], tables):
            yield from table.cast(first.schema).to_batches()

    return pa.RecordBatchReader.from_batches(first.schema, batches())
