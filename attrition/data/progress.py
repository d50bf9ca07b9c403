"""Report progress: a function that is called with one line of text when a step begins."""

from __future__ import annotations

from collections.abc import Callable

from attrition.message import Message, joined, message

Progress = Callable[[str], None]
"""A function that receives the name of the step that begins, such as "reading the panel"."""


def silent(step: str) -> None:
    """Report nothing; for callers without a terminal."""


def numbered(progress: Progress, step: str, done: int, total: int) -> None:
    """Report that one of several similar steps begins, with its number.

    Parameters
    ----------
    progress : callable
        The function that receives the line.
    step : str
        Name of the step.
    done, total : int
        Number of finished steps and of all steps; with a single step no number is reported.

    Examples
    --------
    >>> numbered(print, "fitting", 0, 3)
    fitting (1 of 3)
    >>> numbered(print, "fitting", 0, 1)
    fitting
    """
    number = Message(" ({number} of {total})", number=min(done + 1, total), total=total)
    progress(joined("", (message(step), number)) if total > 1 else step)
