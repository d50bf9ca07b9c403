"""A section of the report as one reader sees it: its figures, the month they are of, and the language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrition.report.sentences import by_name, capital, phrase

if TYPE_CHECKING:
    from attrition.features.declare import Feature
    from attrition.report.formatter import Formatter
    from attrition.report.inputs import ReportInputs

Figures = TypeVar("Figures")


@dataclass(frozen=True, eq=False)
class View(Generic[Figures]):
    """What a section's functions word and draw: its figures, the month's inputs, and the reader's language."""

    figures: Figures
    inputs: ReportInputs
    formatter: Formatter

    @cached_property
    def declared(self) -> dict[str, Feature]:
        """The declarations of the features, by name."""
        return by_name(self.inputs.features)

    def text(self, key: str, **values: Any) -> str:
        """Return a phrase, with its placeholders filled.

        ``horizon``, ``minimum`` (the smallest group) and ``top`` (the share that counts as flagged) are always known.
        """
        inputs = self.inputs
        always = {
            "horizon": inputs.horizon,
            "minimum": inputs.min_group,
            "top": self.formatter.share(inputs.capacity_share, 0),
        }
        return self.formatter.text(key, **(always | values))

    def heading(self, heading: str) -> str:
        """Return the heading of a column: the phrase ``c.<heading>``, or the name of a declared thing."""
        kind, _, name = heading.rpartition(".")
        is_phrase = not kind or f"c.{heading}" in self.formatter.text
        return self.text(f"c.{heading}") if is_phrase else self.formatter.text.name(kind, name)

    def feature(self, name: str) -> str:
        """Return the phrase of a feature, with a capital letter."""
        return capital(phrase(name, self.declared, self.formatter.text.lang))

    def phrase(self, declared: Phrase[Figures]) -> str:
        """Return a phrase that is declared by its key or by a function."""
        return declared(self) if callable(declared) else self.text(declared) if declared else ""


Phrase = str | Callable[[View[Figures]], str]
"""The key of a phrase, or a function that returns a sentence; empty for none."""
