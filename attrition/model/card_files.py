"""The files of a model card by language: those that people write beside its declaration, and those that are made."""

from __future__ import annotations

from pathlib import Path

from attrition.data.terms import LANGUAGES, Language

STEMS: dict[Language, str] = {"en": "card", "zh": "card.zh"}
"""The names of the cards, without what they end on."""


def prose_file(name: str, language: Language) -> str:
    """Return the name of the file in ``models/`` in which people write what a model is for.

    Examples
    --------
    >>> [prose_file("resignation", language) for language in LANGUAGES]
    ['resignation.md', 'resignation.zh.md']
    """
    return f"{name}.md" if language == "en" else f"{name}.{language}.md"


def read_prose(folder: Path, name: str) -> dict[Language, str]:
    """Return what people wrote about a model, by language, as far as there is anything."""
    files = {language: folder / prose_file(name, language) for language in LANGUAGES}
    return {language: file.read_text(encoding="utf-8") for language, file in files.items() if file.is_file()}


def card_files(folder: Path, language: Language) -> list[Path]:
    """Return the card in a language, as Markdown and as a page."""
    return [folder / f"{STEMS[language]}{ending}" for ending in (".md", ".html")]
