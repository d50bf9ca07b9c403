"""Draw SVG charts for a page: shapes on a canvas, with a text alternative for screen readers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

from attrition.report.screens import Screen

BREAKABLE = re.compile(r"[\u2e80-\u9fff][\uff00-\uffef\u3000-\u303f]*|[^\s\u2e80-\u9fff]{1,24}\s*")
"""The parts of a text after which a line may end: words, parts of endless ones, and Chinese characters with the
punctuation behind them."""


ANCHORS = {"start": "", "middle": "mid", "end": "end"}
"""The CSS class of each way to place a text."""


@dataclass(frozen=True)
class Scale:
    """Maps values linearly to pixels.

    Examples
    --------
    >>> Scale(0, 10, 100, 200)(5)
    150.0
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


@dataclass
class _Lines:
    """Lines of one style."""

    path: str
    style: str

    def __html__(self) -> str:
        """Return the lines as one element."""
        return Markup('<path d="{}" class="{}"/>').format(self.path, self.style)


@dataclass(eq=False)
class Canvas:
    """A drawing for a screen, `width` by `height` pixels: its shapes in drawing order.

    The parameter `style` of each shape is its CSS classes, for which `charts.css` declares colours and widths.
    """

    screen: Screen
    height: float
    marks: list[Markup | _Lines] = field(default_factory=list)

    @property
    def width(self) -> float:
        """The width of its screen."""
        return self.screen.width

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """Draw a straight line; lines of one style that follow each other become one mark."""
        last = self.marks[-1] if self.marks else None
        if isinstance(last, _Lines) and last.style == style:
            last.path += _path([(x1, y1), (x2, y2)])
        else:
            self.marks.append(_Lines(_path([(x1, y1), (x2, y2)]), style))

    def bar(self, x: float, y: float, width: float, height: float, style: str) -> None:
        """Draw a bar with slightly rounded ends."""
        bar = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="2" class="{}"/>')
        self.marks.append(bar.format(*map(_short, (x, y, max(width, 0.5), height)), style))

    def dot(self, x: float, y: float, style: str, radius: float = 4.5) -> None:
        """Draw a dot."""
        dot = Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>')
        self.marks.append(dot.format(*map(_short, (x, y, radius)), style))

    def path(self, points: list[tuple[float, float]], style: str) -> None:
        """Draw a line through points."""
        self.marks.append(Markup(_Lines(_path(points), style).__html__()))

    def text(self, x: float, y: float, text: str, style: str = "", anchor: str = "start") -> None:
        """Draw text; `anchor` is start, middle or end."""
        classes = " ".join(filter(None, [style, ANCHORS[anchor]]))
        label = Markup('<text x="{}" y="{}"{}>{}</text>')
        attribute = Markup(' class="{}"').format(classes) if classes else ""
        self.marks.append(label.format(_short(x), _short(y), attribute, text))

    def svg(self, name: str, title: str, alternative: str) -> Markup:
        """Return the drawing with a title and a text alternative; `name` is unique in its page.

        That for a narrow screen has this class, and the text of that for a wide one, which stands before it.
        """
        style = Markup(' class="narrow"') if self.screen.is_narrow else ""
        head = Markup(
            '<svg{style} viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-labelledby="{n}-t {n}-d">'
        ).format(style=style, w=_short(self.width), h=_short(self.height), n=name)
        template = Markup('<title id="{n}-t">{t}</title><desc id="{n}-d">{d}</desc>')
        text = Markup("") if self.screen.is_narrow else template.format(n=name, t=escape(title), d=escape(alternative))
        return head + text + Markup("").join(self.marks) + Markup("</svg>")


def text_width(text: str, size: float = 13.0) -> float:
    """Estimate the width of a text: Chinese characters are square, Latin letters about half as wide.

    Examples
    --------
    >>> text_width("座席", size=10), text_width("abcd", size=10)
    (20.0, 22.4)
    """
    return round(sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.56 for letter in text) * size, 1)


def wrapped(text: str, width: float, size: float = 13.0) -> list[str]:
    """Return a text in lines of at most `width` pixels, broken at spaces and between Chinese characters.

    Examples
    --------
    >>> wrapped("share of agents listed", 100), wrapped("名单所占座席比例", 60)
    (['share of', 'agents listed'], ['名单所占', '座席比例'])
    """
    lines: list[str] = []
    for part in BREAKABLE.findall(text):
        if lines and text_width(lines[-1] + part.rstrip(), size) <= width:
            lines[-1] += part
        else:
            lines.append(part)
    return [line.rstrip() for line in lines] or [text]


def ticks(high: float, about: int = 5) -> list[float]:
    """Return round numbers for an axis from zero to `high` or just above it, about `about` of them.

    Examples
    --------
    >>> ticks(43)
    [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    >>> ticks(0.41)
    [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    """
    if not high > 0:
        return [0.0, 1.0]
    rough_step = high / about
    power = 10.0 ** len(f"{rough_step:.0f}") / 10 if rough_step >= 1 else _power_under_one(rough_step)
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough_step * 0.8)
    count = int(-(-high // step))
    return [round(step * number, 10) for number in range(count + 1)]


def _power_under_one(value: float) -> float:
    """Return the largest power of ten that is at most `value`, for values under one."""
    power = 1.0
    while power > value:
        power /= 10
    return power


def _path(points: list[tuple[float, float]]) -> str:
    """Return a line through points as the data of a path: where it begins, and steps from point to point.

    Coordinates have at most one decimal; steps along an axis in one direction become one.

    Examples
    --------
    >>> _path([(64, 87.3), (123.6, 66.9), (183.3, 66.9), (190, 66.9), (190, 70)])
    'M64 87.3l59.6-20.4h66.4v3.1'
    """
    tenths = [(round(10 * x), round(10 * y)) for x, y in points]
    steps: list[tuple[int, int]] = []
    for (x1, y1), (x2, y2) in pairwise(tenths):
        dx, dy = x2 - x1, y2 - y1
        last_dx, last_dy = steps[-1] if steps else (0, 0)
        is_along_x, is_along_y = dy == last_dy == 0 and dx * last_dx >= 0, dx == last_dx == 0 and dy * last_dy >= 0
        if steps and (is_along_x or is_along_y):
            steps[-1] = (last_dx + dx, last_dy + dy)
        else:
            steps.append((dx, dy))
    return f"M{_tenth(tenths[0][0])} {_tenth(tenths[0][1])}" + "".join(_step(dx, dy) for dx, dy in steps)


def _step(dx: int, dy: int) -> str:
    """Return a step of so many tenths of a pixel."""
    if dy == 0:
        return f"h{_tenth(dx)}"
    if dx == 0:
        return f"v{_tenth(dy)}"
    return f"l{_tenth(dx)}{'' if dy < 0 else ' '}{_tenth(dy)}"


def _tenth(tenths: int) -> str:
    """Return so many tenths as a number."""
    return f"{tenths / 10:g}" if abs(tenths) < 1_000_000 else str(tenths // 10)


def _short(value: float) -> str:
    """Return a coordinate with at most one decimal, the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")
