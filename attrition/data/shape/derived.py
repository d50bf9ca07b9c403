"""Make a column of a text and other columns, such as a date of a year and a month that stand apart."""

from __future__ import annotations

from attrition.data.engine import quote_name, quote_text
from attrition.data.shape.declared import headings_in, pieces_of
from attrition.data.shape.draft import Draft


def derive(draft: Draft) -> Draft:
    """Add a column for each key of `derive`; it is empty where one of its headings is."""
    for column, template in draft.source.derive.items():
        draft.refuse_taken(column, "derive")
        for heading in headings_in(template):
            draft.check_heading(heading, "derive")
        pieces = [draft.text(piece) if is_heading else quote_text(piece) for piece, is_heading in pieces_of(template)]
        draft = draft.then(f"SELECT *, {' || '.join(pieces)} AS {quote_name(column)} FROM ({draft.query})")
    return draft
