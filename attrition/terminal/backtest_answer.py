"""What a person reads after a backtest: the verdict, what it was tried on, and a line on each part of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text


def answer_table(answer: Mapping[str, Any]) -> Table:
    """Return the answer of `attrition backtest` in the site's language as a grid that wraps on any terminal.

    Parameters
    ----------
    answer : mapping
        ``runs/backtest/answer.json``.

    Examples
    --------
    >>> from rich.console import Console
    >>> parts = [["Order", "Of a leaver and a stayer, the leaver has the higher risk in 71.2% of pairs."]]
    >>> english = {"word": "Good", "verdict": "The order was right.", "tried": "Tried on 12 months.", "parts": parts}
    >>> Console(width=60).print(answer_table({"language": "en", "en": english}))
    Good   The order was right.
           Tried on 12 months.
    Order  Of a leaver and a stayer, the leaver has the higher
           risk in 71.2% of pairs.
    """
    words = answer[answer["language"]]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")  # Chinese has no spaces to break lines at, and would be cut off
    grid.add_row(Text(words["word"], style="bold"), Text(words["verdict"], style="bold"))
    grid.add_row("", Text(words["tried"]))
    for name, sentences in words["parts"]:
        grid.add_row(Text(name), Text(sentences))
    return grid
