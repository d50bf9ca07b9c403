"""A section of the report as one reader sees it: its figures, the month they are of, and the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs

Figures = TypeVar("Figures")


@dataclass(frozen=True, eq=False)
class View(Generic[Figures]):
    """What a section's functions word and draw: its figures, the month's inputs, and the reader's language."""

    figures: Figures
    inputs: ReportInputs
    formatter: Formatter

    def text(self, key: str, **values: Any) -> str:
        """Return a phrase, with its placeholders filled.

        ``horizon``, ``minimum`` (the smallest group) and ``top`` (the share that counts as flagged) are always known.
        """
        inputs = self.inputs
        known = {
            "horizon": inputs.horizon,
            "minimum": inputs.min_group,
            "top": self.formatter.share(inputs.capacity_share, 0),
        }
        return self.formatter.text(key, **(known | values))

    def phrase(self, phrase: Phrase[Figures]) -> str:
        """Return a phrase that is declared by its key or by a function."""
        return phrase(self) if callable(phrase) else self.text(phrase) if phrase else ""


Phrase = str | Callable[[View[Figures]], str]
"""The key of a phrase, or a function that returns a sentence; empty for none."""
