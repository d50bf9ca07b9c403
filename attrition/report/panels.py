"""Where the panels of a chart of small multiples stand: side by side, or below each other on a narrow screen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from attrition.report.screens import Screen


@dataclass(frozen=True)
class Panels:
    """The panels of a chart, all of one size.

    Parameters
    ----------
    per_row : int
    width, height : float
        Of a panel with what stands above and below it, in pixels.
    gap, edge : float
        The distance to the next panel in its row, and from the first to the edge of the chart.

    Examples
    --------
    >>> from attrition.report.screens import NARROW, WIDE
    >>> panels = Panels(per_row=3, width=262.0, height=200, gap=32.0, edge=8.0)
    >>> [panels.on(screen).corner(4) for screen in (WIDE, NARROW)]
    [(302.0, 200), (8.0, 800)]
    """

    per_row: int
    width: float
    height: float
    gap: float
    edge: float = 0.0

    def on(self, screen: Screen) -> Panels:
        """Return how the panels stand on a screen, as wide as a narrow one."""
        return replace(self, per_row=1, width=screen.width - 2 * self.edge) if screen.is_narrow else self

    def corner(self, number: int) -> tuple[float, float]:
        """Return the upper left corner of a panel."""
        row, column = divmod(number, self.per_row)
        return self.edge + (self.width + self.gap) * column, self.height * row

    def height_of(self, count: int) -> float:
        """Return the height of so many panels."""
        return -(-count // self.per_row) * self.height
