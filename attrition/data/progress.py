"""Progress: one line of text at the start of each step, for whoever waits."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Called with what is about to be done, such as "reading the panel"."""


def silent(step: str) -> None:
    """Show nothing: the progress of a caller who does not wait at a terminal."""


def numbered(progress: Progress, step: str, done: int, total: int) -> None:
    """Report one of several like steps.

    Parameters
    ----------
    progress : callable
        Where to report.
    step : str
        What is about to be done.
    done, total : int
        Steps that are finished, and steps in all; the number is left away where there is one step only.

    Examples
    --------
    >>> numbered(print, "fitting", 0, 3)
    fitting (1 of 3)
    >>> numbered(print, "fitting", 0, 1)
    fitting
    """
    progress(f"{step} ({min(done + 1, total)} of {total})" if total > 1 else step)
