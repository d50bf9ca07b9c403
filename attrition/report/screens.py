"""The screens a chart is drawn for: once for a desktop and for paper, once for a phone; the style sheet shows one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Concatenate, ParamSpec

from markupsafe import Markup

P = ParamSpec("P")


@dataclass(frozen=True)
class Screen:
    """What a chart is drawn for: its width in pixels, and whether it is read on a narrow screen.

    On a narrow one the labels of rows stand above their bars, a legend above its lines, and panels below each other.
    """

    width: float
    is_narrow: bool = False

    def at_most(self, width: float) -> Screen:
        """Return the same screen for a chart that is no wider than `width` pixels.

        Examples
        --------
        >>> WIDE.at_most(420).width, NARROW.at_most(420).width
        (420, 320.0)
        """
        return replace(self, width=min(width, self.width))


WIDE = Screen(860.0)
"""A chart as wide as the page."""

NARROW = Screen(320.0, is_narrow=True)
"""A chart as wide as a section on a phone, where it is enlarged a little rather than reduced."""


def for_every_screen(draw: Callable[Concatenate[Screen, P], Markup]) -> Callable[P, Markup]:
    """Return a chart that is drawn for wide and for narrow screens by the same function.

    Parameters
    ----------
    draw : callable
        Draws the chart for the screen that is its first argument.

    Returns
    -------
    callable
        Takes the other arguments, and returns both drawings one after the other.
    """

    @wraps(draw)
    def drawings(*args: P.args, **kwargs: P.kwargs) -> Markup:
        return Markup("").join(draw(screen, *args, **kwargs) for screen in (WIDE, NARROW))

    return drawings
