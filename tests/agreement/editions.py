"""Does a figure that stands twice in a month's report stand there alike, and do its sums add up?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from attrition.report.translations import translations
from tests.agreement.numbers import numbers, values_of
from tests.agreement.pages import Page, Section, Table

SAME = (
    {"expected.lead": "expected", "turnover.ahead": "expected", "turnover.ahead.alone": "expected"},
    {"expected.lead": "interval", "turnover.ahead": "interval", "turnover.ahead.alone": "interval"},
    {"turnover.lead": "voluntary", "turnover.lead.to": "voluntary", "costs.lead": "resigned"},
    {"watch.lead": "capacity", "watch.lead.banded": "capacity"},
    *(
        {f"verdict.{grade}": name}
        for grade in ("held", "partly", "failed")
        for name in ("expected", "resigned", "times")
    ),
)
"""Placeholders of phrases that name one figure."""

ROUNDED = {"en": "rounded", "zh": "取整"}
"""The word by which a sentence of a section says why parts do not add up to their sum."""


def contradictions(pages: Mapping[str, Page], language: str) -> Iterator[str]:
    """Yield figures of one name that differ on the pages of one language, and sums that do not add up."""
    yield from _of_phrases(pages, language)
    for edition, page in pages.items():
        yield from (f"{edition}: {line}" for line in _of_tables(page))
        yield from (f"{edition}: {line}" for line in _of_drivers(page, language))
        yield from (f"{edition}: {line}" for line in sums(page, language))
        if page.expected:
            yield from _differences(
                f"{edition}: expected", [page.expected, *_stated(page, "expected.lead", "expected", language)]
            )


def _of_phrases(pages: Mapping[str, Page], language: str) -> Iterator[str]:
    for places in SAME:
        values = [
            value
            for page in pages.values()
            for key, name in places.items()
            for value in _stated(page, key, name, language)
        ]
        yield from _differences(", ".join(places), values)


def _stated(page: Page, key: str, name: str, language: str) -> list[str]:
    return [values[name] for values in values_of(key, page.text, language)]


def _differences(what: str, values: list[str]) -> Iterator[str]:
    if len({tuple(numbers(value)) for value in values}) > 1:
        yield f"{what} is {' and '.join(sorted(set(values)))}"


def _of_tables(page: Page) -> Iterator[str]:
    """Yield the figures that stand under the same heading, beside the same names, and differ."""
    cells: dict[tuple[str, ...], dict[str, set[tuple[float, ...]]]] = defaultdict(lambda: defaultdict(set))
    for name, section in page.sections.items():
        for table in section.tables if name != "teams" else ():
            for number, row in enumerate(table.rows):
                for column, cell in enumerate(row):
                    if table.is_figure[column] and numbers(cell):
                        key = (table.headings[column], *table.label(number))
                        cells[key][name].add(tuple(numbers(cell)))
    for key, by_section in cells.items():
        values = set.union(*by_section.values())
        if len(by_section) > 1 and len(values) > 1 and len(key) > 1:
            yield f"{' of '.join(key)} is {sorted(values)} in {' and '.join(sorted(by_section))}"


def _of_drivers(page: Page, language: str) -> Iterator[str]:
    """Yield drivers that have one name among the drivers and another among the movements."""
    text = translations(language)
    rows: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for name in {"drivers", "movements"} & page.sections.keys():
        for table in page.sections[name].tables:
            if {text("c.lever"), text("c.raised"), text("c.feature")} <= set(table.headings):
                places = [table.headings.index(text(f"c.{key}")) for key in ("lever", "raised")]
                for row in table.rows:
                    rows[tuple(row[place] for place in places)].add(row[0])
    for cells, names in rows.items():
        if len(names) > 1 and numbers(str(cells[1])):
            yield f"one driver ({' and '.join(map(str, cells))} people) is called {' and '.join(sorted(names))}"


def column(table: Table, heading: str) -> list[float | None]:
    """Return the figures of a column, None where none is shown."""
    if heading not in table.headings:
        return []
    place = table.headings.index(heading)
    return [figures[0] if len(row) > place and (figures := numbers(row[place])) else None for row in table.rows]


def sums(page: Page, language: str) -> Iterator[str]:
    """Yield the totals that their parts do not add up to, unless a sentence says that they are rounded."""
    for name, section in page.sections.items():
        for table in section.tables:
            for where, total, parts in _totals(name, table, language):
                adds_up = total is None or None in parts or sum(part or 0 for part in parts) == total
                if not adds_up and not _says_rounded(section, language):
                    yield f"{name}: {where}: the parts {parts} do not add up to {total:g}"
        if name == "turnover" and section.tables:
            yield from _of_year(section, language)


def _totals(name: str, table: Table, language: str) -> Iterator[tuple[str, float | None, list[float | None]]]:
    """Yield what must add up in a table: a name, the total, and its parts."""
    text = translations(language)
    if name == "expected":
        for key in ("headcount", "expected"):
            figures, level = column(table, text(f"c.{key}")), [row[1] for row in table.rows]
            sites = [figure for figure, kind in zip(figures, level, strict=False) if kind == text("level.site")]
            if sites and figures:
                yield text(f"c.{key}"), figures[0], sites
    if name == "costs":
        for place, heading in list(enumerate(table.headings))[1:]:
            figures = [figures[0] if (figures := numbers(row[place])) else None for row in table.rows]
            yield heading, figures[-1], figures[:-1]
    if name == "turnover" and text("c.kind") in table.headings:
        exits = column(table, text("c.exits"))
        for start in range(0, len(exits), 3):
            yield text("c.exits"), exits[start + 2], exits[start : start + 2]


def _says_rounded(section: Section, language: str) -> bool:
    return any(ROUNDED[language] in sentence for sentence in section.sentences)


def _of_year(section: Section, language: str) -> Iterator[str]:
    """Yield whether the months of a year add up to the year."""
    text = translations(language)
    kinds = [table for table in section.tables if text("c.kind") in table.headings]
    months = [table for table in section.tables if text("c.month") in table.headings]
    if kinds and months and len(months[0].rows) >= 12:
        for place, heading in enumerate(("c.voluntary", "c.otherwise")):
            last = column(months[0], text(heading))[-12:]
            year = column(kinds[0], text("c.exits"))[place]
            if None not in last and sum(figure or 0 for figure in last) != year:
                yield f"turnover: {text(heading)}: twelve months do not add up to {year:g}"
