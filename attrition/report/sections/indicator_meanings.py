"""The section "indicator_meanings": how each indicator is computed, and what the page leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from attrition.report.columns import lines
from attrition.report.figures.indicators import BY_NAME
from attrition.report.figures.operations import Operations, operations_of
from attrition.report.section import Section, Table
from attrition.report.sections.abnormal import indicator_column

if TYPE_CHECKING:
    from attrition.report.view import View


def _repeats(view: View[Operations]) -> str:
    """Return within which time a further contact counts as a repeat, as far as that is declared."""
    declared = view.inputs.repeats_within
    if not declared:
        return view.text("indicators.window.unknown")
    number, unit = declared.split()
    return view.text("indicators.window", window=view.text(f"window.{unit}", n=number))


def _rows(figures: Operations) -> pd.DataFrame:
    present = set(figures.latest["indicator"])
    return pd.DataFrame({"indicator": [name for name in BY_NAME if name in present]}).assign(meaning="")


SECTION = Section(
    "indicator_meanings",
    figures=operations_of,
    nothing="indicators.nothing",
    sentence=_repeats,
    tables=(
        Table(
            "meanings",
            rows=_rows,
            columns=(
                indicator_column(),
                lines("meaning", words=lambda row, view: view.text(f"indicator.{row.indicator}.is")),
            ),
        ),
    ),
)
