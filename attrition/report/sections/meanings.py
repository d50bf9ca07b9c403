"""The section "meanings": the glossary at the end of an edition."""

from __future__ import annotations

import pandas as pd

from attrition.report.columns import lines, words
from attrition.report.section import Section, Table

GLOSSARY: tuple[str, ...] = (
    *("agent", "resignation", "expected", "estimate", "band", "flagged", "peers", "driver", "lever", "sign"),
    *("points", "auc", "lift", "recall", "calibration", "market", "occupancy", "adherence"),
)
"""The terms defined, in this order."""
OF_CONDITIONS: tuple[str, ...] = ("agent", "resignation", "driver", "lever", "occupancy", "adherence")
"""Those that a page of working conditions uses, which has no estimates."""


def _glossary(terms: tuple[str, ...]) -> Section[tuple[str, ...]]:
    return Section(
        "meanings",
        figures=lambda _: terms,
        template="sections/meanings.html",
        variables=lambda view: {"glossary": view.figures},
        tables=(
            Table(
                "words",
                rows=lambda terms: pd.DataFrame({"word": terms}),
                columns=(
                    words("word", words=lambda row, view: view.text(f"g.{row.word}")),
                    lines("word", "meaning", words=lambda row, view: view.text(f"g.{row.word}.is")),
                ),
            ),
        ),
    )


SECTION, CONDITIONS = _glossary(GLOSSARY), _glossary(OF_CONDITIONS)
