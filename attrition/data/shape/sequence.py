"""Check the numbers that order the rows of one key, before the rows with the highest are taken."""

from __future__ import annotations

from attrition.data.engine import quote_name
from attrition.data.phrase import Phrase
from attrition.data.rows.sequence_number import sequence_number
from attrition.data.shape.draft import Draft


def check_sequence(draft: Draft) -> Draft:
    """Refuse a heading of `sequence` that is not there, or under which something else than numbers stands."""
    heading = draft.source.sequence
    if heading is None:
        return draft
    draft.check_heading(heading, "sequence")
    rows = draft.count(f"{draft.text(heading)} IS NOT NULL AND {sequence_number(quote_name(heading))} IS NULL")
    if rows:
        draft.refuse(
            Phrase('text in the numbers of "{heading}"', "“{heading}”中有非数字内容", heading=heading),
            Phrase(
                "correct sequence: its numbers order the rows of one key",
                "请更正 sequence：该列须为数字，用以排定同一键各行的先后",
            ),
            rows=rows,
        )
    return draft
