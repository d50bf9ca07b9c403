"""The phrases of the report, a few modules per language; a test holds their keys equal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from attrition.errors import UserError, nearest

LANGUAGES = ("en", "zh")
"""Languages a report can be written in."""

PARTS = ("", "_terms", "_editions", "_agents", "_centre")
"""What the names of a language's modules end in."""


@dataclass(frozen=True)
class Words:
    """The phrases of one language; called with a key and the values of its placeholders.

    Examples
    --------
    >>> words("en")("points", n="2.1"), words("zh")("points", n="2.1")
    ('2.1 points', '2.1个百分点')
    """

    lang: str
    phrases: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """Give a phrase with its placeholders filled."""
        return self.phrases[key].format(**values) if values else self.phrases[key]

    def __contains__(self, key: str) -> bool:
        return key in self.phrases

    def name(self, kind: str, key: str) -> str:
        """Give the word for a declared thing (a lever, a band), or the site's own word where there is none."""
        return self.phrases.get(f"{kind}.{key}", key)


def words(lang: str) -> Words:
    """Give the phrases of a language.

    Raises
    ------
    UserError
        The language is not among `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        known = ", ".join(f'"{name}"' for name in LANGUAGES)
        raise UserError(f'no report can be written in "{lang}"{nearest(lang, LANGUAGES)}; there are {known}')
    parts = (import_module(f"attrition.report.words.{lang}{part}").PHRASES for part in PARTS)
    return Words(lang, {key: said for phrases in parts for key, said in phrases.items()})
