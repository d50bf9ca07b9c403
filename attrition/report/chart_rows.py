"""Where the rows of a bar chart stand: label, bar and value beside each other, or on a narrow screen the bar below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from attrition.report.screens import Screen
from attrition.report.svg import Canvas, text_width, wrapped

ROW_HEIGHT = 26.0
LINE_HEIGHT = 17.0
BELOW_TEXT = 13.0
"""Height of a row whose parts stand beside each other, of a line of text above a bar, and from it to that bar."""

MARGIN = 18.0
"""What a scale as wide as a narrow screen leaves at its ends, for half a number of its axis."""

INDENT = 22.0


@dataclass(frozen=True)
class Rows:
    """The rows of a bar chart.

    Parameters
    ----------
    screen : Screen
    lines : sequence of sequence of str
        The label of each row in lines; the value stands on the last one.
    values : sequence of str
    middles : sequence of float
        Where the middle of each bar is.
    bottom : float
        Where the rows end.
    start, end : float
        Where the scale of the bars begins and ends.
    """

    screen: Screen
    lines: Sequence[Sequence[str]]
    values: Sequence[str]
    middles: Sequence[float]
    bottom: float
    start: float
    end: float

    def write_label(self, canvas: Canvas, number: int, style: str, indent: float = 0.0) -> None:
        """Write the label of a row."""
        for above, line in enumerate(reversed(self.lines[number])):
            if line:
                canvas.text(indent, self._baseline(number) - LINE_HEIGHT * above, line, style)

    def write_value(self, canvas: Canvas, number: int, style: str, beside: float | None = None) -> None:
        """Write the value of a row at the right edge, or, where there is room, behind what ends at `beside`."""
        y, value = self._baseline(number), self.values[number]
        if beside is None or self.screen.is_narrow:
            canvas.text(self.screen.width, y, value, style, "end")
        else:
            canvas.text(beside, y, value, style)

    def _baseline(self, number: int) -> float:
        return self.middles[number] + (-BELOW_TEXT if self.screen.is_narrow else 4.0)


def place_rows(
    screen: Screen, labels: Sequence[str], values: Sequence[str], *, left: float, right: float, below: float = 10.0
) -> Rows:
    """Return where rows stand, given what labels and values take at the left and at the right of the scale.

    On a narrow screen the scale takes the whole width; a label too long for its line is wrapped, one with a line break
    has two lines, and a value without room behind the last line gets one of its own.

    Examples
    --------
    >>> from attrition.report.screens import NARROW, WIDE
    >>> rows = place_rows(WIDE, ["Chengdu", "Foshan"], ["12%", "9%"], left=90, right=50)
    >>> rows.middles, rows.start, rows.end
    ([18.0, 44.0], 90, 810.0)
    >>> rows = place_rows(NARROW, ["Chengdu", "Foshan"], ["12%", "9%"], left=90, right=50)
    >>> rows.middles, rows.start, rows.end
    ([29.0, 74.0], 18.0, 302.0)
    """
    if not screen.is_narrow:
        middles = [18.0 + ROW_HEIGHT * number for number in range(len(labels))]
        lines: list[list[str]] = [[label] for label in labels]
        return Rows(screen, lines, values, middles, ROW_HEIGHT * len(labels) + below, left, screen.width - right)
    lines = [_lines(label, value, screen.width) for label, value in zip(labels, values, strict=True)]
    ends = [*accumulate((LINE_HEIGHT * (len(parts) - 1) + 45.0 for parts in lines), initial=2.0)]
    return Rows(screen, lines, values, [end - 18.0 for end in ends[1:]], ends[-1], MARGIN, screen.width - MARGIN)


def _lines(label: str, value: str, width: float) -> list[str]:
    """Return the lines of a label, with an empty one for a value that does not fit behind the last."""
    lines = [line for part in label.split("\n") for line in wrapped(part, width - INDENT)]
    has_room = text_width(lines[-1]) + INDENT + text_width(value) <= width
    return lines if has_room else [*lines, ""]
