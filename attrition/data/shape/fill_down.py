"""Fill the cells of a block whose value stands only in its first row, as where a report prints a department once."""

from __future__ import annotations

from attrition.data.engine import quote_name
from attrition.data.files.raw_table import FILE, PLACE
from attrition.data.phrase import Phrase
from attrition.data.shape.draft import Draft

FILLED = Phrase("empty cell filled from the row above", "空单元格已按上一行填充")
"""What these rows are called in the quality table."""


def fill_down(draft: Draft) -> Draft:
    """Give empty cells of the declared headings the value above them in the same file or sheet, but in empty rows."""
    headings = draft.source.fill_down
    for heading in headings:
        draft.check_heading(heading, "fill_down")
    if not headings:
        return draft
    others = [f"{draft.text(name)} IS NOT NULL" for name in draft.types if name not in headings]
    is_row = " OR ".join(others) or "true"
    is_open = {heading: f"({draft.text(heading)} IS NULL AND ({is_row}))" for heading in headings}
    above = {heading: _above(draft, heading) for heading in headings}
    replaced = ", ".join(
        f"CASE WHEN {is_open[heading]} THEN {above[heading]} ELSE {quote_name(heading)} END AS {quote_name(heading)}"
        for heading in headings
    )
    rows = draft.count(" OR ".join(f"({is_open[heading]} AND {above[heading]} IS NOT NULL)" for heading in headings))
    return draft.then(f"SELECT * REPLACE ({replaced}) FROM ({draft.query})").counted(repaired={FILLED: rows})


def _above(draft: Draft, heading: str) -> str:
    """Return the SQL of the nearest value above in the same file or sheet."""
    partition = f"PARTITION BY {FILE} " if draft.raw_table.parts else ""
    rows = f"({partition}ORDER BY {PLACE} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    value = f"CASE WHEN {draft.text(heading)} IS NOT NULL THEN {quote_name(heading)} END"
    return f"last_value({value} IGNORE NULLS) OVER {rows}"
