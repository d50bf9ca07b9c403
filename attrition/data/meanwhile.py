"""Run something beside a block of code, where each of the two leaves a processor idle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def meanwhile(task: Callable[[], T]) -> Iterator[Callable[[], T]]:
    """Run a task in a thread beside the block, which gets its result, or its error, by calling what is yielded.

    Examples
    --------
    >>> with meanwhile(lambda: 1 + 1) as result:
    ...     print(result())
    2
    """
    with ThreadPoolExecutor(1, thread_name_prefix="attrition") as beside:
        yield beside.submit(copy_context().run, task).result
