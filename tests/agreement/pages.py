"""Read a page of a report as a reader does: its sections, their sentences, their tables, and what its charts say.

Of a chart's two drawings that for wide screens is read; that for phones says the same, with fewer numbers on its axes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

SENTENCES = ("p", "li", "dd", "figcaption", "desc", "h3", "h4")
"""Elements that are read as one sentence each."""


@dataclass
class Table:
    """A table: its headings, which columns hold figures, and its rows; a cell over several columns fills the first."""

    headings: list[str] = field(default_factory=list)
    is_figure: list[bool] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    has_body: bool = False

    def label(self, number: int) -> tuple[str, ...]:
        """Return what names a row: its cells before the first figure; an empty one repeats that of the row above."""
        width = self.is_figure.index(True) if True in self.is_figure else len(self.is_figure)
        columns = [[row[column] for row in self.rows[: number + 1] if column < len(row)] for column in range(width)]
        return tuple(next((cell for cell in reversed(cells) if cell), "") for cells in columns)


@dataclass
class Section:
    """A section of a page, with its sentences, its tables and the texts of its charts."""

    sentences: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    people: int = 0


@dataclass
class Page:
    """A page: its sections by name, and the figures in its head."""

    sections: dict[str, Section] = field(default_factory=dict)
    expected: str = ""

    @property
    def text(self) -> str:
        """All sentences of the page."""
        return "\n".join(sentence for section in self.sections.values() for sentence in section.sentences)


def read_page(text: str) -> Page:
    """Return a page from its HTML."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page, self.section, self.table = Page(), Section(), Table()
        self.open: list[tuple[str, list[str]]] = []
        self.is_repeated = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a section, a table, a row, or something to read."""
        attributes = {name: value or "" for name, value in attrs}
        if tag == "meta" and attributes.get("name") == "expected":
            self.page.expected = attributes["content"]
        elif tag == "section":
            self.section = self.page.sections.setdefault(attributes["id"], Section())
        elif tag == "br":
            self.handle_data(" ")
        self.is_repeated |= (tag, attributes.get("class")) == ("svg", "narrow")
        self.section.people += tag == "article" and "person" in attributes.get("class", "").split()
        self._open_part_of_table(tag, attributes.get("class") == "n")
        if tag in ("th", "td", "text", *SENTENCES) and not self.is_repeated:
            self.open.append((tag, []))

    def _open_part_of_table(self, tag: str, is_figure: bool) -> None:
        if tag == "table":
            self.table = Table()
            self.section.tables.append(self.table)
        elif tag == "tbody":
            self.table.has_body, self.table.rows = True, []
        elif tag == "tr":
            self.table.rows.append([])
        elif tag == "th" and not self.table.has_body:
            self.table.is_figure.append(is_figure)

    def handle_data(self, data: str) -> None:
        """Take a text into the innermost element that is being read."""
        if self.open:
            self.open[-1][1].append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close what is read, and keep it where it belongs."""
        self.is_repeated &= tag != "svg"
        if not self.open or self.open[-1][0] != tag:
            return
        text = re.sub(r"[ \n]+", " ", "".join(self.open.pop()[1])).strip()
        if tag == "th" and not self.table.has_body:
            self.table.headings.append(text)
        elif tag in ("th", "td"):
            self.table.rows[-1].append(text)
        elif tag == "text":
            self.section.marks.append(text)
        elif text:
            self.section.sentences.append(text)
