"""What the words of a report mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attrition.report.form import Form
    from attrition.report.month import Month

GLOSSARY: tuple[str, ...] = (
    *("agent", "resignation", "expected", "estimate", "band", "flagged", "peers", "driver", "lever", "sign"),
    *("points", "auc", "lift", "recall", "calibration", "market", "occupancy", "adherence"),
)
"""What is defined at the end of an edition, in this order."""


def content(month: Month, form: Form) -> dict[str, Any]:
    """Give the words in their order."""
    del month, form
    return {"glossary": GLOSSARY}
