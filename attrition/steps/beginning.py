"""Add to a refusal for lack of history when the panel begins, and why, where it begins later than the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrition.data.phrase import Phrase
from attrition.errors import DataError
from attrition.message import joined

if TYPE_CHECKING:
    from attrition.model.panel import Panel


@contextmanager
def naming_the_beginning(panel: Panel) -> Iterator[None]:
    """Let a refusal end with what was assumed about the beginning of the data, which may be why history is short.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> assumption = {"en": "data_begins is not declared; exits begin in 2025-03"}
    >>> with naming_the_beginning(SimpleNamespace(provenance={"assumptions": [assumption]})):
    ...     raise DataError("history is too short")
    Traceback (most recent call last):
    attrition.errors.DataError: history is too short; data_begins is not declared; exits begin in 2025-03
    """
    try:
        yield
    except DataError as refusal:
        assumptions = [
            Phrase(said["en"], said.get("zh", said["en"])) for said in panel.provenance.get("assumptions", ())
        ]
        reasons = [text for text in assumptions if text.startswith("data_begins")]
        if not reasons or refusal.faults:
            raise
        raise DataError(joined("; ", (refusal.message, *reasons))) from refusal
