"""The section "meanings": the glossary at the end of an edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from attrition.report.figures.month_figures import MonthFigures
    from attrition.report.formatter import Formatter

GLOSSARY: tuple[str, ...] = (
    *("agent", "resignation", "expected", "estimate", "band", "flagged", "peers", "driver", "lever", "sign"),
    *("points", "auc", "lift", "recall", "calibration", "market", "occupancy", "adherence"),
)
"""The terms defined, in this order."""
OF_CONDITIONS: tuple[str, ...] = ("agent", "resignation", "driver", "lever", "occupancy", "adherence")
"""Those that a page of working conditions uses."""


def content(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``glossary``, the keys of the terms; the template looks their definitions up."""
    del figures, formatter
    return {"glossary": GLOSSARY}


def of_conditions(figures: MonthFigures, formatter: Formatter) -> dict[str, Any]:
    """Return ``glossary`` for a page of working conditions, which has no estimates."""
    del figures, formatter
    return {"glossary": OF_CONDITIONS}
