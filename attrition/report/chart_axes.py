"""The axes and the legend of a chart: numbers that would overlap on a narrow screen are left out, the lines stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrition.report.screens import Screen
from attrition.report.svg import Canvas, Scale, text_width

LEGEND_HEIGHT = 22.0
BETWEEN = 6.0
"""Height of a line of a legend, and the least distance between two numbers on an axis, in pixels."""


def with_room(screen: Screen, places: Sequence[float], texts: Sequence[str], *, anchor: int = 0) -> list[int]:
    """Return which of the texts along an axis are written: all, or on a narrow screen those that do not overlap.

    Counted from `anchor`, the number of one that is written in any case, in both directions.

    Examples
    --------
    >>> from attrition.report.screens import NARROW
    >>> with_room(NARROW, [0, 20, 40, 60, 80], ["2025"] * 5, anchor=-1)
    [0, 2, 4]
    """
    if not screen.is_narrow or not texts:
        return list(range(len(texts)))
    least = max(text_width(text, 12.0) for text in texts) + BETWEEN
    first = anchor % len(texts)
    kept = [first]
    for numbers in (range(first + 1, len(texts)), range(first - 1, -1, -1)):
        last = places[first]
        for number in numbers:
            if abs(places[number] - last) >= least:
                kept.append(number)
                last = places[number]
    return sorted(kept)


def draw_grid(
    canvas: Canvas,
    x_scale: Scale,
    grid: Sequence[float],
    *,
    bottom: float,
    tick_text: Callable[[float], str],
    reference: float | None = None,
) -> None:
    """Draw the vertical lines of an axis with what they stand for below them; that of the reference is dashed."""
    places, texts = [x_scale(tick) for tick in grid], [tick_text(tick) for tick in grid]
    middle = reference if reference is not None else 0.0
    anchor = list(grid).index(middle) if middle in grid else 0
    labelled = with_room(canvas.screen, places, texts, anchor=anchor)
    for number, tick in enumerate(grid):
        canvas.line(places[number], 4, places[number], bottom, "reference" if tick == reference else "grid")
        if number in labelled:
            canvas.text(places[number], bottom + 18, texts[number], "axis", "middle")


def legend_height(screen: Screen) -> float:
    """Return what a legend takes above a chart: nothing on a wide screen, where names stand beside the lines."""
    return LEGEND_HEIGHT if screen.is_narrow else 0.0


def draw_legend(canvas: Canvas, names: Sequence[tuple[str, str]]) -> None:
    """Write what the colours of a chart stand for above it: each name in its style, behind a mark of that style."""
    x = 0.0
    for name, style in names:
        canvas.bar(x, 4, 11, 11, style)
        canvas.text(x + 16, 14, name, f"say {style}")
        x += 16 + text_width(name, 14.0) + 18
