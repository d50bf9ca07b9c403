"""The phrases of the report in each language; a test checks that all languages have the same keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from attrition.data.terms import LANGUAGES
from attrition.errors import UserError, did_you_mean
from attrition.message import joined

MODULE_SUFFIXES = (
    "",
    "_terms",
    "_editions",
    "_agents",
    "_centre",
    "_check",
    "_backtest",
    "_life",
    "_monitor",
    "_person",
    "_papers",
    "_operations",
    "_planning",
    "_quality",
)
"""The phrases of a language stand in several modules: `en`, `en_terms` and so on."""


@dataclass(frozen=True)
class Translations:
    """The phrases of one language by key; called with a key and the values of its placeholders.

    Examples
    --------
    >>> translations("en")("points", n="2.1"), translations("zh")("points", n="2.1")
    ('2.1 points', '2.1个百分点')
    """

    lang: str
    phrases: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """Return the phrase of a key with its placeholders filled."""
        return self.phrases[key].format(**values) if values else self.phrases[key]

    def __contains__(self, key: str) -> bool:
        return key in self.phrases

    def name(self, kind: str, key: str) -> str:
        """Return the name of a declared thing, or its key where it has none; `kind` is "lever", "band" and so on."""
        return self.phrases.get(f"{kind}.{key}", key)


def translations(lang: str) -> Translations:
    """Return the phrases of a language.

    Raises
    ------
    UserError
        The language is not among `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        known = joined(", ", (f'"{name}"' for name in LANGUAGES))
        raise UserError(
            'no report can be written in "{lang}"{hint}; there are {known}',
            lang=lang,
            hint=did_you_mean(lang, LANGUAGES),
            known=known,
        )
    parts = (import_module(f"attrition.report.translations.{lang}{suffix}").PHRASES for suffix in MODULE_SUFFIXES)
    return Translations(lang, {key: text for phrases in parts for key, text in phrases.items()})
