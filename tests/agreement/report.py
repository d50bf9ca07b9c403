"""Every contradiction of one month's report: languages, editions, workbooks and products beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from attrition.data.terms import LANGUAGES
from tests.agreement import editions, languages, products, workbooks
from tests.agreement.pages import Page, read_page

EDITIONS = ("centre", "partner", "team", "operations", "quality")


def read_pages(folder: Path) -> dict[str, dict[str, Page]]:
    """Return the pages of a month's folder by language and edition, as far as there are any."""
    return {
        language: {
            name: read_page(path.read_text(encoding="utf-8"))
            for name in EDITIONS
            if (path := folder / f"{name}.{language}.html").exists()
        }
        for language in LANGUAGES
    }


def contradictions(workspace: Path, as_of: date, folder: Path) -> list[str]:
    """Return what a month's report says twice and not alike, or otherwise than the month's products."""
    pages = read_pages(folder)
    return [*_of_pages(pages, folder), *_of_products(workspace, as_of, pages)]


def _of_pages(pages: dict[str, dict[str, Page]], folder: Path) -> Iterator[str]:
    english, chinese = (pages[language] for language in LANGUAGES)
    for edition in english.keys() & chinese.keys():
        pair = english[edition], chinese[edition]
        sheets = workbooks.read_sheets(folder / f"{edition}.xlsx")
        yield from (f"{edition}: {line}" for line in languages.contradictions(*pair))
        yield from (f"{edition}: {line}" for line in workbooks.contradictions(*pair, sheets))
    for language, of_language in pages.items():
        yield from (f"[{language}] {line}" for line in editions.contradictions(of_language, language))


def _of_products(workspace: Path, as_of: date, pages: dict[str, dict[str, Page]]) -> Iterator[str]:
    for language, of_language in pages.items():
        line = products.contradictions(workspace, as_of, of_language, language)
        yield from (f"[{language}] {sentence}" for sentence in line)
