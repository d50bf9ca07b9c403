"""A small chart in a table row: a team's mean, and the quartiles and the median of similar teams.

The colours are written into each chart and not taken from the style sheet, because `attrition.report.pdf` would have to
copy the style sheet into every chart, and a page may have hundreds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from attrition.report.svg import Scale

if TYPE_CHECKING:
    from attrition.report.figures.teams import NotableCondition

WIDTH, HEIGHT = 130, 18
WORSE, BETTER = "#c2500f", "#0b5c8f"

STRIP = Markup(
    '<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{alternative}">'
    '<rect x="4" y="8.5" width="122" height="1" fill="#dde3e8"/>'
    '<rect x="{low:.1f}" y="4" width="{across:.1f}" height="10" fill="#c9e0ef"/>'
    '<rect x="{median:.1f}" y="2" width="1.5" height="14" fill="#74808b"/>'
    '<circle cx="{mean:.1f}" cy="9" r="4.5" fill="{colour}"/></svg>'
)


def strip_chart(condition: NotableCondition, alternative: str) -> Markup:
    """Draw one condition of a team; `alternative` is the text for screen readers."""
    ends = (condition.mean, condition.peer_low, condition.peer_high, condition.peer_median)
    x_scale = Scale(min(ends), max(ends), 8, WIDTH - 8)
    low, median, mean = (x_scale(value) for value in (condition.peer_low, condition.peer_median, condition.mean))
    return STRIP.format(
        width=WIDTH,
        height=HEIGHT,
        alternative=alternative,
        low=low,
        across=max(x_scale(condition.peer_high) - low, 1.0),
        median=median - 0.75,
        mean=mean,
        colour=WORSE if condition.is_worse else BETTER,
    )
