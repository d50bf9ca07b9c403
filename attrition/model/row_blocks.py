"""Calls a function for all rows of a matrix, a block at a time and in threads.

Arrays of a block stay in the processor's cache, and the memory of one serves the next: asking the system for new memory
can take longer than what is computed in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

ROWS_PER_BLOCK = 256
"""Rows of one step: fewer make threads wait for each other, and of more the cache holds none."""


def in_blocks(fill: Callable[[slice], object], rows: int, *, threads: int | None = None) -> None:
    """Call a function once for each block of some rows.

    Parameters
    ----------
    fill : callable
        Computes the rows of a slice, which must not depend on each other, and keeps them.
    rows : int
        Number of rows.
    threads : int, optional
        Number of threads; by default the number of processors. One block is computed without any.

    Examples
    --------
    >>> import numpy as np
    >>> squares = np.zeros(600)
    >>> def fill(rows: slice) -> None:
    ...     squares[rows] = np.arange(600.0)[rows] ** 2
    >>> in_blocks(fill, 600)
    >>> squares[[0, 3, 599]].tolist()
    [0.0, 9.0, 358801.0]
    """
    blocks = [slice(first, first + ROWS_PER_BLOCK) for first in range(0, rows, ROWS_PER_BLOCK)]
    if len(blocks) <= 1:
        fill(slice(0, rows))  # starting threads takes longer than a block
        return
    with ThreadPoolExecutor(max_workers=threads or os.cpu_count()) as pool:
        list(pool.map(fill, blocks))
