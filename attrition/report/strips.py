"""A small strip that shows where one value stands among others: their middle half, their median, and the value.

There may be hundreds on a page, so a strip carries its own colours and needs no style sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from attrition.report.svg import Scale

if TYPE_CHECKING:
    from attrition.report.teams import Standing

WIDTH, HEIGHT = 130, 18
WORSE, BETTER = "#c2500f", "#0b5c8f"

STRIP = Markup(
    '<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{said}">'
    '<rect x="4" y="8.5" width="122" height="1" fill="#dde3e8"/>'
    '<rect x="{low:.1f}" y="4" width="{across:.1f}" height="10" fill="#c9e0ef"/>'
    '<rect x="{alike:.1f}" y="2" width="1.5" height="14" fill="#74808b"/>'
    '<circle cx="{here:.1f}" cy="9" r="4.5" fill="{colour}"/></svg>'
)


def strip(row: Standing, said: str) -> Markup:
    """Draw one condition of a team; `said` reads it aloud."""
    ends = (row.here, row.low, row.high, row.alike)
    along = Scale(min(ends), max(ends), 8, WIDTH - 8)
    low, alike, here = along(row.low), along(row.alike), along(row.here)
    return STRIP.format(
        width=WIDTH,
        height=HEIGHT,
        said=said,
        low=low,
        across=max(along(row.high) - low, 1.0),
        alike=alike - 0.75,
        here=here,
        colour=WORSE if row.is_worse else BETTER,
    )
